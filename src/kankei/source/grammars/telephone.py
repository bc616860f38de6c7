"""Telephone numbers of Japan, as contact columns print them."""

import re
from dataclasses import dataclass, field
from enum import Enum

from kankei.source.grammars.normalised_text import CondensedText, condense, normalise


class LineType(Enum):
    """What is printed about a line: 直通 or 代表."""

    DIRECT = "direct"
    SWITCHBOARD = "switchboard"


_LINE_TYPES = {"直通": LineType.DIRECT, "代表": LineType.SWITCHBOARD, "代": LineType.SWITCHBOARD}
_FAX = re.compile(
    r"(?P<both>(?:TEL|Tel|tel|電話)[/・&])?(?:FAX|Fax|fax|ファックス|ファクス|ファクシミリ|℻)(?:番号)?[.:]?\(?\Z"
)
_LABEL = r"(?:(?:TEL|Tel|tel|電話|℡|☎|☏)(?:番号)?[.:]?|(?P<label>直通|代表):?|(?<![0-9A-Za-z+/=_.-]))"
_SIGN = r"[-ー. ]"
_NUMBER = (
    r"(?:\+(?P<abroad>81)[- ]?(?:\(0\))?"
    rf"(?P<rest>[1-9][0-9]{{0,3}}(?:{_SIGN}[0-9]{{1,6}}){{1,2}}|[1-9][0-9]{{7,9}})"
    rf"|\((?P<code>0[0-9]{{1,4}})\){_SIGN}?(?P<local>[0-9]{{1,4}}{_SIGN}?[0-9]{{3,4}})"
    r"|(?P<area>0[0-9]{1,4})\((?P<exchange>[0-9]{1,4})\)(?P<subscriber>[0-9]{3,5})"
    rf"|(?P<plain>0[0-9]{{1,4}}(?:{_SIGN}[0-9]{{1,6}}){{1,2}}|0[0-9]{{8,10}}))(?![0-9])"
)
_INNER = r"(?:直通|代表?|内線?(?:番号)?:?[0-9]{1,6}(?:[、,・･ ][0-9]{1,6})*)"
_BEHIND = (
    rf"(?P<behind>(?:\({_INNER}(?:[、,・･/ ]?{_INNER})*\)|内線(?:番号)?:?[0-9]{{1,6}}(?![0-9-])){{0,2}})"
)
_TELEPHONE = re.compile(_LABEL + _NUMBER + _BEHIND)
_SHORTENED = re.compile(r"[、,・･/~ ][0-9]{1,4}(?![0-9.(ー -])|[-ー][0-9]")
# Mobile, IP and pager numbers have eleven digits, as has 0800; all others ten (電気通信番号計画, 総務省告示).
_ELEVEN = ("020", "050", "060", "070", "080", "090")
_DOMESTIC = ("0120", "0800", "0570", "0180", "0990")


@dataclass(frozen=True)
class Telephone:
    """A telephone number. `national` is its digits in the printed groups, ``03-5253-5391``.

    `e164` is the number as the world dials it, ``+81352535391``: the leading 0 dropped behind Japan's code.
    It is None for 0120, 0800, 0570, 0180 and 0990. ``+81120…`` would be well formed, but these are dialled
    within Japan only, and RFC 3966 keeps the global form of a telephone address for what can be called from
    anywhere. `extensions` are those behind 内線. `line` is None unless 直通 or 代表 is printed. `printed` is
    the exact text from `start` to `end`; comparison ignores the three.
    """

    national: str
    e164: str | None
    extensions: tuple[str, ...] = ()
    line: LineType | None = None
    printed: str = field(default="", compare=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


def find(text: str) -> tuple[Telephone, ...]:
    """The telephone numbers of a contact text, in printed order; fax numbers are ignored.

    ``03-5253-5391``, ``（03）5253-5391（直通）``, ``TEL：03（5253）5391（内線 1234）``. Numbers without area
    code and service numbers of three digits are not recognised. `ParseError` where the numbering plan has no
    such number, and for a list that shortens its later numbers (``03-5253-5391、5392``).
    """
    cell = condense(text)
    return tuple(
        _telephone(cell, match) for match in _TELEPHONE.finditer(cell.text) if not _is_fax(cell, match)
    )


def is_printed(text: str) -> bool:
    """Whether a text holds something in the form of a telephone number, valid or not."""
    normalised = normalise(text)
    if "0" not in normalised and "+" not in normalised:
        return False  # as in most texts: only these begin a number
    cell = condense(text)
    return any(not _is_fax(cell, match) for match in _TELEPHONE.finditer(cell.text))


def _is_fax(cell: CondensedText, match: re.Match[str]) -> bool:
    before = _FAX.search(cell.text[max(0, match.start() - 12) : match.start()])
    return before is not None and before["both"] is None


def _telephone(cell: CondensedText, match: re.Match[str]) -> Telephone:
    groups = _printed_groups(match)
    if _SHORTENED.match(cell.text, match.end()):
        raise cell.error("More digits follow, perhaps of a shortened number", match.end())
    _check(cell, match, groups)
    digits = "".join(groups)
    e164 = None if digits.startswith(_DOMESTIC) else f"+81{digits[1:]}"
    printed_types = set(re.findall("直通|代表?", f"{match['label'] or ''} {match['behind']}"))
    if len(printed_types) > 1:
        raise cell.error("A line that is both direct and a switchboard", match.start())
    extensions = tuple(re.findall("[0-9]+", match["behind"]))
    line = _LINE_TYPES[printed_types.pop()] if printed_types else None
    start, end = cell.span(match.start(), match.end())
    return Telephone("-".join(groups), e164, extensions, line, cell.printed[start:end], start, end)


def _printed_groups(match: re.Match[str]) -> list[str]:
    national = match["plain"] or f"{match['code'] or match['area']}-{match['local'] or match['exchange']}"
    if match["abroad"]:
        national = "0" + match["rest"]
    if match["subscriber"]:
        national += "-" + match["subscriber"]
    return re.findall("[0-9]+", national)


def _check(cell: CondensedText, match: re.Match[str], groups: list[str]) -> None:
    digits = "".join(groups)
    unassigned = digits[1] == "0" or (digits[2] == "0" and not digits.startswith(_ELEVEN))
    if unassigned:
        raise cell.error("The numbering plan has no telephones under this prefix", match.start())
    if len(digits) != (11 if digits.startswith(_ELEVEN) else 10):
        raise cell.error("A number with too few or too many digits", match.start())
    geographic = not digits.startswith((*_ELEVEN, *_DOMESTIC))
    if geographic and len(groups) > 1 and len(groups[-1]) != 4:
        raise cell.error("A number whose last group has not four digits", match.start())
