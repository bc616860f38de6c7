"""Content negotiation (RFC 9110, section 12): the media type, language and content coding of a response.

The parsers of its header fields never raise. A member that breaks the grammar is skipped; a header without a
valid member counts as not sent. Of a long header the first hundred members are parsed.
"""

import gzip
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Literal, Protocol, TypeAlias, get_args

import zstandard

from kankei.localisation import LANGUAGES

NegotiatedField: TypeAlias = Literal["Accept", "Accept-Encoding", "Accept-Language", "Accept-Profile"]
NEGOTIATED: tuple[NegotiatedField, ...] = get_args(NegotiatedField)
"""The request fields that choose a representation."""

_MAX_LENGTH = 16_384
_MAX_MEMBERS = 100
_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_RANGE = re.compile(rf"({_NAME})/({_NAME})")
_PARAMETER = re.compile(rf"({_NAME})\s*=\s*({_NAME}|{_QUOTED})", re.DOTALL)
_QUALITY = re.compile(r"(?:0(?:\.\d*)?|1(?:\.0*)?|\.\d+)", re.ASCII)
_CODING = re.compile(_NAME)
_LANGUAGE = re.compile(r"\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)

# A client that asks for a profile can use the media type without it, too (RFC 6906, section 3.1).
_IGNORED = frozenset(("profile",))
_HARMLESS = {
    "charset": frozenset(("utf-8", "utf8")),
    "header": frozenset(("present",)),  # of CSV: RFC 4180, section 3
    "version": frozenset(("1.1", "1.2")),  # of RDF 1.2's formats, of which what is sent here is a part
}
"""Parameters that the formats sent here satisfy, with their values."""
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "application/json": ("application/ld+json",),
    "application/n-quads": ("application/n-triples",),
    "application/n3": ("text/turtle",),
    "application/rss+xml": ("application/atom+xml",),
    "application/trig": ("text/turtle",),
    "application/x-trig": ("application/trig", "text/turtle"),
    "application/x-turtle": ("text/turtle",),
    "application/xml": ("application/rdf+xml",),
    "text/n3": ("text/turtle",),
    "text/plain": ("application/n-triples",),
    "text/rdf+n3": ("text/turtle",),
    "text/x-nquads": ("application/n-quads", "application/n-triples"),
    "text/xml": ("application/rdf+xml", "application/xml"),
}
"""Media types that clients send for others: former names, and formats of which these are a kind.

Feed readers that name RSS alone read Atom, too.
"""


@dataclass(frozen=True)
class MediaRange:
    """A media range of ``Accept`` (RFC 9110, section 12.5.1); names are in lower case."""

    type: str
    subtype: str
    parameters: tuple[tuple[str, str], ...] = ()
    quality: float = 1.0

    @property
    def specificity(self) -> tuple[bool, bool, int]:
        """Ranges in order of precedence: by type, by subtype, by number of parameters."""
        return (self.type != "*", self.subtype != "*", len(self.parameters))

    def matches(self, media_type: str) -> bool:
        """Whether a media type without parameters, in UTF-8, is in this range."""
        main, _, sub = media_type.partition("/")
        return (
            self.type in {"*", main}
            and self.subtype in {"*", sub}
            and all(value in _HARMLESS.get(name, ()) for name, value in self.parameters)
        )

    def means(self, offer: str, offers: Sequence[str]) -> bool:
        """Whether an offer is what a client means by a media type that is not offered."""
        name = f"{self.type}/{self.subtype}"
        return offer in _SYNONYMS.get(name, ()) and name not in offers


def media_ranges(header: str | None) -> tuple[MediaRange, ...]:
    """The media ranges of an ``Accept`` header."""
    return tuple(filter(None, map(_media_range, _split(header or "", ","))))


def language_ranges(header: str | None) -> list[tuple[str, float]]:
    """The language ranges of an ``Accept-Language`` header, in lower case, each with its weight."""
    return _weighted_names(header, _LANGUAGE)


def coding_ranges(header: str | None) -> list[tuple[str, float]]:
    """The content codings of an ``Accept-Encoding`` header, in lower case, each with its weight."""
    return _weighted_names(header, _CODING)


def profile_ranges(header: str | None) -> list[tuple[str, float]]:
    """The profiles of an ``Accept-Profile`` header (Content Negotiation by Profile, section 7.2), weighted.

    Each is the IRI between angle brackets.
    """
    members = map(_weighted, _split(header or "", ","))
    return [
        (head[1:-1], quality)
        for head, _, quality in members
        if quality is not None and head.startswith("<") and head.endswith(">")
    ]


def choose_profile(offers: Sequence[str], accept_profile: str | None) -> str | None:
    """The best of the offered profiles, IRIs, for an ``Accept-Profile`` header, or none.

    Without the header the first offer, which is the server's preference.

    >>> choose_profile(["https://schema.org/"], "<https://schema.org/>;q=0.5, <urn:other>")
    'https://schema.org/'
    """
    ranges = profile_ranges(accept_profile)
    if not ranges:
        return offers[0] if offers else None
    weights = dict(reversed(ranges))
    acceptable = [offer for offer in offers if weights.get(offer, 0.0) > 0]
    return max(acceptable, key=lambda offer: weights[offer], default=None)


def media_type_profiles(accept: str | None, media_type: str) -> frozenset[str]:
    """The profiles, IRIs in lower case, that an ``Accept`` header names with a media type (RFC 6906).

    >>> sorted(media_type_profiles('application/ld+json;profile="urn:a urn:b"', "application/ld+json"))
    ['urn:a', 'urn:b']
    """
    members = map(_weighted, _split(accept or "", ","))
    return frozenset(
        profile
        for head, parameters, quality in members
        if head.lower() == media_type and quality
        for name, value in parameters
        if name == "profile"
        for profile in value.split()
    )


def parse_content_type(content_type: str | None) -> tuple[str, dict[str, str]]:
    """The media type of a ``Content-Type`` in lower case, empty if it has none, and its parameters."""
    head, *rest = _split(content_type or "", ";") or [""]
    return head.lower(), dict(map(_parameter, rest))


def _media_range(member: str) -> MediaRange | None:
    head, parameters, quality = _weighted(member)
    # Some old clients send a bare star for any media type.
    match = _RANGE.fullmatch("*/*" if head == "*" else head)
    if quality is None or match is None or (match[1] == "*" and match[2] != "*"):
        return None
    others = tuple((name, value) for name, value in parameters if name != "q" and name not in _IGNORED)
    return MediaRange(match[1].lower(), match[2].lower(), others, quality)


def _weighted_names(header: str | None, name: re.Pattern[str]) -> list[tuple[str, float]]:
    members = map(_weighted, _split(header or "", ","))
    return [
        (head.lower(), quality)
        for head, _, quality in members
        if quality is not None and name.fullmatch(head)
    ]


def _weighted(member: str) -> tuple[str, list[tuple[str, str]], float | None]:
    """The head of a member, its parameters, and its weight (RFC 9110, section 12.4.2), 1 by default.

    The weight is none if it is invalid.
    """
    head, *rest = _split(member, ";") or [""]
    parameters = [_parameter(part) for part in rest]
    weight = next((value for name, value in parameters if name == "q"), "1")
    return head, parameters, float(weight) if _QUALITY.fullmatch(weight) and weight != "." else None


def _parameter(part: str) -> tuple[str, str]:
    match = _PARAMETER.fullmatch(part)
    if match is None:
        # A value that is neither token nor quoted string stays as it is, and then matches nothing.
        name, _, value = part.partition("=")
        return name.strip().lower(), value.strip()
    value = match[2]
    if value.startswith('"'):
        value = _ESCAPE.sub(r"\1", value[1:-1])
    return match[1].lower(), value.lower()


def _split(text: str, separator: str) -> list[str]:
    """The pieces between separators that stand outside quoted strings, of which the last may be open."""
    piece = rf'''((?:[^"{separator}]++|"(?:[^"\\]|\\.)*(?:"|\\?\Z))*){separator}?'''
    matches = islice(re.finditer(piece, text[:_MAX_LENGTH], re.DOTALL), _MAX_MEMBERS)
    return [part for match in matches if (part := match[1].strip(" \t"))]


LONGEST_MEMOIZED = 512
"""The longest header whose outcome is remembered."""
IDENTITY = "identity"
CODINGS = ("zstd", "gzip")
"""The codings offered, the preferred one first."""

_ALIASES = {"x-gzip": "gzip"}  # RFC 9110, section 8.4.1.3
_GZIP_LEVEL = 6
_GZIP_WINDOW = 16 + zlib.MAX_WBITS  # with the header and trailer of gzip
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
    ranked = [(_rank(offer, position, offers, ranges), offer) for position, offer in enumerate(offers)]
    (quality, *_), best = max(ranked, default=((0.0,), None))
    return best if quality > 0 else None


# Clients send one of few Accept headers, each time the same.
_memoized_choice = lru_cache(1024)(_choose)


def _rank(
    offer: str, position: int, offers: Sequence[str], ranges: Sequence[MediaRange]
) -> tuple[float, tuple[bool, bool, int], bool, int]:
    matching = [
        (media_range.specificity, media_range.matches(offer), media_range.quality)
        for media_range in ranges
        if media_range.matches(offer) or media_range.means(offer, offers)
    ]
    specificity, is_named, quality = max(matching, default=((False, False, 0), False, 0.0))
    return quality, specificity, is_named, -position


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


class StreamEncoder(Protocol):
    """Encodes a body in parts."""

    def compress(self, data: bytes, /) -> bytes:
        """The next part of the encoded body, which may be empty."""
        ...

    def flush(self) -> bytes:
        """The rest of the encoded body."""
        ...


def stream_encoder(coding: str) -> StreamEncoder:
    """An encoder in one of `CODINGS`; the same parts give the same bytes every time."""
    if coding == "gzip":
        return zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()


def encode(body: bytes, coding: str) -> bytes:
    """Bytes in a coding; the same bytes every time."""
    if coding == "gzip":
        return gzip.compress(body, _GZIP_LEVEL, mtime=0)
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body)
    return body
