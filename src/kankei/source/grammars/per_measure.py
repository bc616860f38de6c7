"""A cell whose text is printed for each measure: ``①：ソフト`` and ``②：ハード・ソフト``."""

import re
from dataclasses import dataclass, field

from kankei.source.grammars.normalised_text import CIRCLED_NUMBERS, ParseError, normalise

_CIRCLED = re.compile(
    rf"[{CIRCLED_NUMBERS}](?:[ \t]*[、,・]?[ \t]*[{CIRCLED_NUMBERS}]|~[{CIRCLED_NUMBERS}])*"
)
_CIRCLED_PART = re.compile(rf"(~?)([{CIRCLED_NUMBERS}])")
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

    `start` and `end` are the offsets of `text` in the cell; comparison ignores them.
    """

    numbers: tuple[str, ...]
    text: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


def parse(text: str) -> tuple[MeasureText, ...]:
    """The parts of a cell that circled numbers divide (①…㊿), or else numbers in brackets from (1) on.

    In printed order; the text before the first number has no numbers. ``①②：`` and ``①～③：`` share one text.
    A colon behind the numbers and separators before the next are no part of a text. A cell without numbers is
    one part. `ParseError` for a blank cell, a number without text or printed twice, and a number that is
    referred to instead of begun (``①の額``, or one inside brackets).
    """
    normalised = normalise(text)
    if not text.strip():
        raise ParseError("The cell is blank", text)
    marks = _circled_marks(text, normalised) or _bracketed_marks(text, normalised)
    _check_unique(text, marks)
    first = marks[0].start if marks else len(text)
    general = _part(text, (), 0, first, last=not marks)
    ends = [mark.start for mark in marks[1:]] + [len(text)] * bool(marks)
    parts = [general] if general.text else []
    for mark, end in zip(marks, ends, strict=True):
        part = _part(text, mark.numbers, _skip_colon(normalised, mark.end), end, last=end == len(text))
        if not part.text:
            raise ParseError("A number without a text", text, mark.start)
        parts.append(part)
    return tuple(parts)


def _circled_marks(text: str, normalised: str) -> list[_Mark]:
    marks = [_Mark(_numbers(text, match), *match.span()) for match in _CIRCLED.finditer(normalised)]
    depth, index = 0, 0
    for mark in marks:
        depth += normalised.count("(", index, mark.start) - normalised.count(")", index, mark.start)
        index = mark.start
        if depth > 0 or _REFERENCE.match(normalised, mark.end):
            raise ParseError("A number is referred to, not begun", text, mark.start)
    return marks


def _numbers(text: str, match: re.Match[str]) -> tuple[str, ...]:
    numbers: list[str] = []
    for tilde, number in _CIRCLED_PART.findall(match[0]):
        index = CIRCLED_NUMBERS.index(number)
        first = CIRCLED_NUMBERS.index(numbers[-1]) + 1 if tilde else index
        if first > index:
            raise ParseError("A range that does not ascend", text, match.start())
        numbers.extend(CIRCLED_NUMBERS[first : index + 1])
    return tuple(numbers)


def _bracketed_marks(text: str, normalised: str) -> list[_Mark]:
    """The marks (1), (2) … in their order: the first begins a line, for `120 (1)` ends with an amount."""
    marks: list[_Mark] = []
    out_of_order: list[int] = []
    previous_end = 0
    for match in _BRACKETED.finditer(normalised):
        between = text[previous_end : match.start()]
        begins_line = (previous_end == 0 or "\n" in between) and not between.rpartition("\n")[2].strip()
        previous_end = match.end()
        if int(match["number"]) == len(marks) + 1 and (begins_line or marks):
            marks.append(_Mark((match[0],), *match.span()))
        elif begins_line:
            out_of_order.append(match.start())
    if marks and out_of_order:
        raise ParseError("A number out of its order", text, out_of_order[0])
    return marks


def _check_unique(text: str, marks: list[_Mark]) -> None:
    seen: set[str] = set()
    for mark in marks:
        if seen & set(mark.numbers) or len(set(mark.numbers)) < len(mark.numbers):
            raise ParseError("A number that is given twice", text, mark.start)
        seen.update(mark.numbers)


def _part(text: str, numbers: tuple[str, ...], start: int, end: int, last: bool) -> MeasureText:
    """The part printed between two offsets, without the separators around it."""
    stripped = text[start:end].rstrip() if last else text[start:end].rstrip(_BETWEEN)
    bare = stripped.lstrip()
    return MeasureText(numbers, bare, start + len(stripped) - len(bare), start + len(stripped))


def _skip_colon(normalised: str, index: int) -> int:
    colon = _COLON.match(normalised, index)
    return colon.end() if colon else index
