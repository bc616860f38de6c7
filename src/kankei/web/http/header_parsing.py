"""Parsers of the header fields of content negotiation (RFC 9110, section 12.5); none of them raises.

A member that breaks the grammar is skipped; a header without a valid member counts as not sent. Of a long
header the first hundred members are parsed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

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
            and all(name == "charset" and value in {"utf-8", "utf8"} for name, value in self.parameters)
        )


def media_ranges(header: str | None) -> tuple[MediaRange, ...]:
    """The media ranges of an ``Accept`` header."""
    return tuple(filter(None, map(_media_range, _split(header or "", ","))))


def language_ranges(header: str | None) -> list[tuple[str, float]]:
    """The language ranges of an ``Accept-Language`` header, in lower case, each with its weight."""
    return _weighted_names(header, _LANGUAGE)


def coding_ranges(header: str | None) -> list[tuple[str, float]]:
    """The content codings of an ``Accept-Encoding`` header, in lower case, each with its weight."""
    return _weighted_names(header, _CODING)


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
    pieces = islice(_pieces(text[:_MAX_LENGTH], separator), _MAX_MEMBERS)
    return [part for raw in pieces if (part := raw.strip(" \t"))]


def _pieces(text: str, separator: str) -> Iterator[str]:
    """The pieces between separators that stand outside quoted strings."""
    start, quoted, escaped = 0, False, False
    for index, character in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == separator and not quoted:
            yield text[start:index]
            start = index + 1
    yield text[start:]
