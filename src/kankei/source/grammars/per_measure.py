"""A cell whose text is given for each measure: ``①：ソフト`` and ``②：ハード・ソフト``."""

import re
from dataclasses import dataclass, field

from kankei.source.grammars.normalised_text import ParseError, normalise
from kankei.source.grammars.numerals import CIRCLED_NUMBERS

_MARKS = re.compile(rf"[{CIRCLED_NUMBERS}](?:[ \t]*[、,・]?[ \t]*[{CIRCLED_NUMBERS}]|~[{CIRCLED_NUMBERS}])*")
_JOINED = re.compile(rf"(~?)([{CIRCLED_NUMBERS}])")
_COLON = re.compile(r"\s*:")
_BRACKETED = re.compile(r"\((?P<number>[0-9]{1,2})\)")
_REFERENCE = re.compile("[のをはがとにへで]|以外")
_BETWEEN = " \t\r\n\v\f\u3000\u00a0、,，・･;；"


@dataclass(frozen=True)
class _Mark:
    """The numbers printed from `start` to `end`, which begin a part."""

    numbers: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class MeasureText:
    """The text of the measures of some `numbers`, as printed (``①``), or of none in particular.

    `start` and `end` are the positions of `text` in the cell; comparison leaves them out.
    """

    numbers: tuple[str, ...]
    text: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Cell:
    """The parts of a cell in printed order; what stands before the first number has none."""

    parts: tuple[MeasureText, ...]

    def render(self) -> str:
        """A line for each part, ``①②:text``."""
        return "\n".join(
            "".join(part.numbers) + (":" if part.numbers else "") + part.text for part in self.parts
        )


def parse(text: str) -> Cell:
    """The parts of a cell that circled numbers divide (①…㊿), or else numbers in brackets from (1) on.

    ``①②：`` and ``①～③：`` share one text. A colon behind the numbers and separators before the next are no
    part of a text. A cell without numbers is one part. ParseError are a blank cell, a number without text or
    given twice, and a number that is spoken of instead of begun (``①の額``, or one inside brackets).
    """
    folded = normalise(text)
    if not text.strip():
        raise ParseError("A blank cell says nothing", text)
    marks = _circled(text, folded) or _bracketed(text, folded)
    _each_once(text, marks)
    first = marks[0].start if marks else len(text)
    general = _part(text, (), 0, first, last=not marks)
    ends = [mark.start for mark in marks[1:]] + [len(text)] * bool(marks)
    parts = [
        _part(text, mark.numbers, _behind_colon(folded, mark.end), end, last=end == len(text))
        for mark, end in zip(marks, ends, strict=True)
    ]
    for mark, part in zip(marks, parts, strict=True):
        if not part.text:
            raise ParseError("A number without a text", text, mark.start)
    return Cell(tuple([general] if general.text else []) + tuple(parts))


def _circled(text: str, folded: str) -> list[_Mark]:
    marks = [_Mark(_numbers(text, match), *match.span()) for match in _MARKS.finditer(folded)]
    depth, index = 0, 0
    for mark in marks:
        depth += folded.count("(", index, mark.start) - folded.count(")", index, mark.start)
        index = mark.start
        if depth > 0 or _REFERENCE.match(folded, mark.end):
            raise ParseError("A number that is spoken of, not begun", text, mark.start)
    return marks


def _numbers(text: str, match: re.Match[str]) -> tuple[str, ...]:
    """The numbers of a group, ranges filled."""
    numbers: list[str] = []
    for joint, number in _JOINED.findall(match[0]):
        place = CIRCLED_NUMBERS.index(number)
        first = CIRCLED_NUMBERS.index(numbers[-1]) + 1 if joint else place
        if first > place:
            raise ParseError("A range that does not ascend", text, match.start())
        numbers.extend(CIRCLED_NUMBERS[first : place + 1])
    return tuple(numbers)


def _bracketed(text: str, folded: str) -> list[_Mark]:
    """The marks (1), (2) … in their order: the first begins a line, for `120 (1)` ends with an amount."""
    marks: list[_Mark] = []
    stray: list[int] = []
    behind = 0
    for match in _BRACKETED.finditer(folded):
        between = text[behind : match.start()]
        begins = (behind == 0 or "\n" in between) and not between.rpartition("\n")[2].strip()
        behind = match.end()
        if int(match["number"]) == len(marks) + 1 and (begins or marks):
            marks.append(_Mark((match[0],), *match.span()))
        elif begins:
            stray.append(match.start())
    if marks and stray:
        raise ParseError("A number out of its order", text, stray[0])
    return marks


def _each_once(text: str, marks: list[_Mark]) -> None:
    seen: set[str] = set()
    for mark in marks:
        if seen & set(mark.numbers) or len(set(mark.numbers)) < len(mark.numbers):
            raise ParseError("A number that is given twice", text, mark.start)
        seen.update(mark.numbers)


def _part(text: str, numbers: tuple[str, ...], start: int, end: int, last: bool) -> MeasureText:
    """The part printed between two positions, without what only sets it off."""
    body = text[start:end].rstrip() if last else text[start:end].rstrip(_BETWEEN)
    bare = body.lstrip()
    return MeasureText(numbers, bare, start + len(body) - len(bare), start + len(body))


def _behind_colon(folded: str, index: int) -> int:
    behind = _COLON.match(folded, index)
    return behind.end() if behind else index
