"""Content negotiation (RFC 9110, section 12): the media type, language and content coding of a response."""

import gzip
from collections.abc import Sequence
from functools import lru_cache

import zstandard

from kankei.localisation import LANGUAGES
from kankei.web.http.header_parsing import MediaRange, coding_ranges, language_ranges, media_ranges

LONGEST_MEMOIZED = 512
"""The longest header whose outcome is remembered."""
IDENTITY = "identity"
CODINGS = ("zstd", "gzip")
"""The codings offered, the preferred one first."""

_ALIASES = {"x-gzip": "gzip"}  # RFC 9110, section 8.4.1.3
_GZIP_LEVEL = 6
_ZSTD_LEVEL = 3  # its window is below the 8 MiB that any recipient of the coding has (RFC 9659)


def choose_media_type(offers: Sequence[str], accept: str | None) -> str | None:
    """The best of the offered media types for an ``Accept`` header, or none (RFC 9110, section 12.5.1).

    The client's weights decide; among equals an explicit range beats a wildcard, and then the order of the
    offers, which is the server's preference, decides.

    >>> choose_media_type(["text/html", "text/turtle"], "text/*;q=0.5, text/turtle")
    'text/turtle'
    """
    if accept is not None and len(accept) > LONGEST_MEMOIZED:
        return _choose(tuple(offers), accept)
    return _memoized_choice(tuple(offers), accept)


def _choose(offers: Sequence[str], accept: str | None) -> str | None:
    ranges = media_ranges(accept)
    if not ranges:
        return offers[0] if offers else None
    ranked = [(_rank(offer, position, ranges), offer) for position, offer in enumerate(offers)]
    (quality, *_), best = max(ranked, default=((0.0,), None))
    return best if quality > 0 else None


# Clients send one of few Accept headers, each time the same.
_memoized_choice = lru_cache(1024)(_choose)


def _rank(
    offer: str, position: int, ranges: Sequence[MediaRange]
) -> tuple[float, tuple[bool, bool, int], int]:
    matching = [
        (media_range.specificity, media_range.quality) for media_range in ranges if media_range.matches(offer)
    ]
    specificity, quality = max(matching, default=((False, False, 0), 0.0))
    return quality, specificity, -position


def choose_language(accept_language: str | None, requested: str | None = None) -> str:
    """The language of a page: the one that the address requests, else the best for ``Accept-Language``.

    A range also stands for the languages it narrows (``ja-JP`` for ``ja``: RFC 4647, section 3.4). Where none
    is acceptable the default language is served, never a 406.
    """
    if requested in LANGUAGES:
        return requested
    ranges = language_ranges(accept_language)

    def weight(language: str) -> float:
        including = [
            (len(tag), quality)
            for tag, quality in ranges
            if tag in {"*", language} or tag.startswith(f"{language}-")
        ]
        return max(including, default=(0, 0.0))[1]

    return max(LANGUAGES, key=weight)


def acceptable_codings(accept_encoding: str | None) -> tuple[str, ...]:
    """The codings that ``Accept-Encoding`` allows, the best first; empty where not even identity is allowed.

    Without the header only identity, although any coding would be acceptable.

    >>> acceptable_codings("gzip, identity;q=0.5")
    ('gzip', 'identity')
    """
    if accept_encoding is None:
        return (IDENTITY,)
    weights: dict[str, float] = {}
    for name, quality in coding_ranges(accept_encoding):
        weights.setdefault(_ALIASES.get(name, name), quality)
    others = weights.get("*")
    offered = {coding: weights.get(coding, others or 0.0) for coding in CODINGS}
    # Only a zero for identity, or for everything unnamed, rules it out; where it is unnamed it is the last
    # resort, since a client that lists codings wants one of them.
    offered[IDENTITY] = weights.get(IDENTITY, 1e-9 if others is None else others)
    ranked = sorted(offered, key=lambda coding: -offered[coding])
    return tuple(coding for coding in ranked if offered[coding] > 0)


def encode(body: bytes, coding: str) -> bytes:
    """Bytes in a coding; the same bytes every time."""
    if coding == "gzip":
        return gzip.compress(body, _GZIP_LEVEL, mtime=0)
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body)
    return body
