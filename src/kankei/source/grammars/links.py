"""The labelled links of a sheet: ``URL ①第２のふるさとづくり https://…``."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kankei.source.grammars.normalised_text import CIRCLED_NUMBERS, ParseError, normalise

_SCHEME = re.compile("https?://", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s、。，（）「」『』【】〔〕《》〈〉＜＞<>｜！；［］｛｝]*")
_TRAILING = ".,;:!?'\"、・"
_CLOSING = {"(": ")", "[": "]", "<": ">", "「": "」", "『": "』", "【": "】", "〈": "〉", "《": "》"}
_SEPARATORS = "、,。.;:・/|"
_LABEL = re.compile(rf"(?P<heading>URL(?![A-Za-z])[\s:]*)?(?P<number>[{CIRCLED_NUMBERS}])?[\s:]*")
_HEADING = re.compile(r"(?<![A-Za-z])URL(?![A-Za-z])")
_OTHER_SCHEME = re.compile(
    r"://|\b(?:javascript|vbscript|data|file|ftp|mailto|blob|about|tel):", re.IGNORECASE
)
_BARE_ADDRESS = re.compile(r"www\.|[A-Za-z0-9-]\.(?:jp|com|org|net|info)(?![A-Za-z])", re.IGNORECASE)
_HOST = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.[^\W_](?:[\w-]{0,61}[^\W_])?)+")
_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_BRACKET = re.compile(r"[\[\]]")
"""Of a version 6 address only (RFC 3986, section 3.2.2), which is no plain domain."""
_FORBIDDEN = frozenset('<>"{}|\\^`' + CIRCLED_NUMBERS)
# Neither ASCII nor ucschar of RFC 3987, section 2.2: U+FFFD among them, for a glyph without meaning.
_NOT_IN_IRIS = re.compile(
    "[^\\x00-\\x7f\\xa0-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\uffef\\U00010000-\\U000dfffd\\U000e1000-\\U000efffd]"
)


@dataclass(frozen=True)
class Link:
    """A link as printed: its `url`, the `label` and circled `number` before it, and the `heading` ``URL``.

    What is not printed is None. The address is an IRI (RFC 3987): Japanese in its path stays as it is, and
    only full-width letters and signs are made ASCII. `start` and `end` are the offsets of the address;
    comparison ignores them.
    """

    url: str
    label: str | None = None
    number: str | None = None
    heading: str | None = None
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


def parse(text: str) -> tuple[Link, ...]:
    """The links, at least one and in printed order, of a text that holds only links and their labels.

    An address ends at white space, at a Japanese bracket or full stop, and before punctuation that closes a
    sentence. Only http and https are links. `ParseError` for other schemes, for addresses without a scheme,
    with a user name, without a domain, with characters that no IRI holds or broken over two lines, and for a
    text behind the last address or over several lines, since it labels nothing in particular.
    """
    normalised = normalise(text)
    links: list[Link] = []
    index = 0
    while scheme := _SCHEME.search(normalised, index):
        start, end = scheme.start(), _end(text, normalised, scheme.start())
        first, last, index = _label_bounds(text, normalised, _skip(normalised, index, start), start, end)
        url = _checked_url(text, normalised, start, end)
        links.append(Link(url, *_label(text, normalised, first, last), start, end))
    rest = min(_skip(normalised, index, len(text)), len(text))
    if rest < len(text) or not links:
        raise ParseError("A text that labels no link" if links else "This is no link", text, rest)
    return tuple(links)


def is_address(url: str) -> bool:
    """Whether a text is one http or https address as `parse` takes them, such as can be an IRI."""
    try:
        return bool(_SCHEME.match(url)) and _checked_url(url, url, 0, len(url)) == url
    except ParseError:
        return False


def _skip(normalised: str, index: int, stop: int) -> int:
    """The index behind the separators at `index`."""
    while index < stop and (normalised[index].isspace() or normalised[index] in _SEPARATORS):
        index += 1
    return index


def _end(text: str, normalised: str, start: int) -> int:
    """The index behind the address that begins at `start`."""
    address = _ADDRESS.match(text, start)
    end = address.end() if address else start
    unopened = normalised.count(")", start, end) - normalised.count("(", start, end)
    while normalised[end - 1] in _TRAILING or (normalised[end - 1] == ")" and unopened > 0):
        unopened -= normalised[end - 1] == ")"
        end -= 1
    return end


def _label_bounds(text: str, normalised: str, first: int, start: int, end: int) -> tuple[int, int, int]:
    """The bounds of the label before an address, and the index behind it, less a bracket around the address.

    The bracket may stand around the address (``HP（https://…）``) or around it and its label.
    """
    last = first + len(normalised[first:start].rstrip())
    inner, outer = normalised[last - 1 : last] if last > first else "", normalised[first : first + 1]
    closing = normalised[end : end + 1]
    if inner in _CLOSING:
        if closing != _CLOSING[inner]:
            raise ParseError("The bracket around the address is not closed", text, last - 1)
        return first, last - 1, end + 1
    if closing and first < last and _CLOSING.get(outer) == closing and closing not in normalised[first:last]:
        return _skip(normalised, first + 1, last), last, end + 1
    return first, last, end


def _label(text: str, normalised: str, first: int, last: int) -> tuple[str | None, str | None, str | None]:
    """Label, number and heading of a link, which are printed before it from `first` to `last`."""
    match = _LABEL.match(normalised, first, last)
    begin = match.end() if match else first
    bare = normalised[begin:last].rstrip(" :\t\r\n\v\f")
    label = text[begin : begin + len(bare)].strip()
    if len(label.splitlines()) > 1:
        raise ParseError("A label of several lines", text, begin)
    if address := _OTHER_SCHEME.search(bare) or _BARE_ADDRESS.search(bare):
        raise ParseError("An address that is not http or https", text, begin + address.start())
    if _HEADING.search(bare):
        raise ParseError("A label with the heading URL inside", text, begin)
    if bare[-1:] in _CLOSING:
        raise ParseError("A label that ends with an opening bracket", text, last - 1)
    number, heading = (match["number"], match["heading"]) if match else (None, None)
    return label or None, number, "URL" if heading else None


def _checked_url(text: str, normalised: str, start: int, end: int) -> str:
    """The address from `start` to `end`; `ParseError` where RFC 3987 or our own limits refuse it."""
    url = normalised[start:end]
    # Control characters are not printable, and white space has ended the address.
    if not (url.isprintable() and _FORBIDDEN.isdisjoint(url) and not _NOT_IN_IRIS.search(url)):
        forbidden = (
            i
            for i, c in enumerate(url, start)
            if not c.isprintable() or c in _FORBIDDEN or _NOT_IN_IRIS.match(c)
        )
        raise ParseError("A character that no address holds", text, next(forbidden))
    if _PERCENT.search(url) or _SCHEME.search(url, 1):
        raise ParseError("A broken escape, or two addresses in one", text, start)
    if url.count("#") > 1:
        raise ParseError("An address with two fragments", text, start)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ParseError("An address with an impossible domain or port", text, start) from None
    domain = host if port is None else f"{host}:{port}"
    if len(host) > 253 or not _HOST.fullmatch(host) or parts.netloc.lower() != domain:
        raise ParseError("An address without a plain domain", text, start)
    if bracket := _BRACKET.search(url):
        raise ParseError("A character that no address holds", text, start + bracket.start())
    return url
