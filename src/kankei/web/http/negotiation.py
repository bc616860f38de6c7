"""The choice of a representation: pure functions of what is offered and what the client accepts."""

from collections.abc import Sequence
from functools import lru_cache

from kankei.web.http.header_parsing import MediaRange, language_ranges, media_ranges

LANGUAGES = ("ja", "en")
"""The languages of the pages; the first is the one of the sources, and of a client that states none."""

LONGEST_MEMOIZED = 512
"""The longest header whose outcome is remembered."""
_Rank = tuple[float, tuple[bool, bool, int], int]


def choose_media_type(offers: Sequence[str], accept: str | None) -> str | None:
    """The best of the offered media types for an ``Accept`` header, or none (RFC 9110, section 12.5.1).

    The client's weights decide; among equals what it names beats what its wildcards let in, and then the
    order of the offers, the server's preference.

    >>> choose(["text/html", "text/turtle"], "text/*;q=0.5, text/turtle")
    'text/turtle'
    """
    if accept is not None and len(accept) > LONGEST_MEMOIZED:
        return _choose(tuple(offers), accept)
    return _known_choice(tuple(offers), accept)


def _choose(offers: Sequence[str], accept: str | None) -> str | None:
    ranges = media_ranges(accept)
    if not ranges:
        return offers[0] if offers else None
    ranked = [(_rank(offer, position, ranges), offer) for position, offer in enumerate(offers)]
    (quality, *_), best = max(ranked, default=((0.0,), None))
    return best if quality > 0 else None


# Few clients write a header of their own, and what they write they write each time.
_known_choice = lru_cache(1024)(_choose)


def _rank(offer: str, position: int, ranges: Sequence[MediaRange]) -> _Rank:
    matching = [(found.specificity, found.quality) for found in ranges if found.matches(offer)]
    specificity, quality = max(matching, default=((False, False, 0), 0.0))
    return quality, specificity, -position


def choose_language(accept_language: str | None, asked: str | None = None) -> str:
    """The language of a page: what the address asks for, else the best for ``Accept-Language``.

    A range also stands for the languages it narrows (``ja-JP`` for ``ja``: RFC 4647, section 3.4). Nobody is
    refused for his language: the default serves those whom none suits.
    """
    if asked in LANGUAGES:
        return asked
    ranges = language_ranges(accept_language)
    weights = {
        language: max(
            ((len(found.tag), found.quality) for found in ranges if _speaks(found.tag, language)),
            default=(0, 0.0),
        )[1]
        for language in LANGUAGES
    }
    return max(LANGUAGES, key=lambda language: weights[language])


def _speaks(tag: str, language: str) -> bool:
    return tag in {"*", language} or tag.startswith(f"{language}-")
