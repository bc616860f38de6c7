"""Telephone numbers of Japan, as contact columns print them."""

import re
from dataclasses import dataclass, field
from enum import Enum

from kankei.source.grammars.normalised_text import CondensedText, condense, normalise


class Line(Enum):
    """What the print says of a line."""

    DIRECT = "direct"
    SWITCHBOARD = "switchboard"


_LINES = {"直通": Line.DIRECT, "代表": Line.SWITCHBOARD, "代": Line.SWITCHBOARD}
_WORDS = {Line.DIRECT: "直通", Line.SWITCHBOARD: "代表"}
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
    the exact text from `start` to `end`; comparison leaves the three out.
    """

    national: str
    e164: str | None
    extensions: tuple[str, ...] = ()
    line: Line | None = None
    printed: str = field(default="", compare=False)
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def render(self) -> str:
        """The national number, then line and extensions in brackets."""
        line = f"({_WORDS[self.line]})" if self.line else ""
        return self.national + line + (f"(内線{'、'.join(self.extensions)})" if self.extensions else "")


def parse(text: str) -> Telephone:
    """The one number of ``03-5253-5391``, ``（03）5253-5391（直通）``, ``TEL：03（5253）5391（内線 1234）``.

    Unreadable are fax numbers, numbers without their area code, emergency and three-digit service numbers,
    prefixes that the numbering plan does not assign to telephones, and a number of digits other than the
    plan's.
    """
    numbers = find(text)
    cell = condense(text)
    if len(numbers) != 1:
        raise cell.unreadable("This is not one telephone number")
    number = numbers[0]
    if number.start != cell.position(0):
        raise cell.unreadable("Something stands before the number")
    if text[number.end :].strip():
        raise cell.unreadable("Something follows the number", len(cell.text) - 1)
    return number


def find(text: str) -> tuple[Telephone, ...]:
    """The telephone numbers of a contact text, in printed order; fax numbers are left out.

    What is built like a number but is none of the plan's is `Unreadable`, and so is a list that shortens its
    later numbers (``03-5253-5391、5392``): neither is passed over.
    """
    cell = condense(text)
    return tuple(
        _telephone(cell, match) for match in _TELEPHONE.finditer(cell.text) if not _is_fax(cell, match)
    )


def is_printed(text: str) -> bool:
    """Whether something that is built like a telephone number stands in a text, readable or not."""
    folded = normalise(text)
    if "0" not in folded and "+" not in folded:
        return False  # as most texts: only these begin a number
    cell = condense(text)
    return any(not _is_fax(cell, match) for match in _TELEPHONE.finditer(cell.text))


def _is_fax(cell: CondensedText, match: re.Match[str]) -> bool:
    before = _FAX.search(cell.text[max(0, match.start() - 12) : match.start()])
    return before is not None and before["both"] is None


def _telephone(cell: CondensedText, match: re.Match[str]) -> Telephone:
    groups = _printed_groups(match)
    if _SHORTENED.match(cell.text, match.end()):
        raise cell.unreadable("More digits follow, perhaps of a shortened number", match.end())
    _check(cell, match, groups)
    digits = "".join(groups)
    e164 = None if digits.startswith(_DOMESTIC) else f"+81{digits[1:]}"
    words = set(re.findall("直通|代表?", f"{match['label'] or ''} {match['behind']}"))
    if len(words) > 1:
        raise cell.unreadable("A line that is both direct and a switchboard", match.start())
    extensions = tuple(re.findall("[0-9]+", match["behind"]))
    line = _LINES[words.pop()] if words else None
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
        raise cell.unreadable("The numbering plan has no telephones under this prefix", match.start())
    if len(digits) != (11 if digits.startswith(_ELEVEN) else 10):
        raise cell.unreadable("A number with too few or too many digits", match.start())
    geographic = not digits.startswith((*_ELEVEN, *_DOMESTIC))
    if geographic and len(groups) > 1 and len(groups[-1]) != 4:
        raise cell.unreadable("A number whose last group has not four digits", match.start())
