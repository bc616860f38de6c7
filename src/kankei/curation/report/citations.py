"""Which fields rest on which lines of a sheet, and which words of a line they print."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kankei.curation.candidate.candidate import CandidateField, FieldStatus
from kankei.source.lines.document import LineRange
from kankei.source.lines.printed_text import Line

UNREAD, BLANK, EVIDENCE = "unread", "blank", "evidence"
"""What a line is that no field rests on: one that nothing does, an empty one, or one for evidence only."""

_ORDER = (FieldStatus.UNRESOLVED, FieldStatus.INFERRED, FieldStatus.STATED, FieldStatus.NOT_STATED)


@dataclass(frozen=True)
class Claimant:
    """Something of a report that rests on lines, by its anchor: on `place` itself, on `others` beside it.

    `raw` and `heading` are its words on those lines. Without a status it is no field; `open` is whether it is
    a doubt that is to be decided.
    """

    anchor: str
    status: FieldStatus | None
    place: LineRange | None
    others: tuple[LineRange, ...] = ()
    raw: str = ""
    heading: str = ""
    open: bool = False

    @classmethod
    def of(cls, anchor: str, field: CandidateField) -> "Claimant":
        """A field as a claimant."""
        others = tuple(place for place in field.places if place != field.place)
        return cls(anchor, field.status, field.place, others, field.raw or "", field.heading or "")


@dataclass(frozen=True)
class Piece:
    """Some characters of a line; `claimant` is the one whose words they are, if they are anyone's."""

    text: str
    claimant: Claimant | None = None


@dataclass(frozen=True)
class CitedLine:
    """A line in pieces. `status` is one of fields, or what the line is without.

    `own` are the claimants that the line belongs to, `beside` those that also rest on it.
    """

    line: Line
    status: str
    pieces: tuple[Piece, ...]
    own: tuple[Claimant, ...]
    beside: tuple[Claimant, ...]

    @property
    def doubts(self) -> tuple[Claimant, ...]:
        """The open doubts that are about the line."""
        return tuple(claimant for claimant in (*self.own, *self.beside) if claimant.open)

    @property
    def led_to(self) -> tuple[Claimant, ...]:
        """What is worth a link beside the pieces: open doubts, its own, and what else rests on it.

        The last only where no words of it are anyone's.
        """
        marked = {piece.claimant for piece in self.pieces}
        fields = tuple(claimant for claimant in self.beside if claimant.status)
        found = dict.fromkeys((*self.doubts, *self.own, *(() if any(marked) else fields or self.beside)))
        return tuple(claimant for claimant in found if claimant not in marked)


def cited(lines: Iterable[Line], claimants: Sequence[Claimant]) -> Iterator[CitedLine]:
    """The lines with what rests on them.

    A place is a range of lines, and a column's may hold lines of its neighbours: within it, only those lines
    count that have words of the field, if any has.
    """
    lines = [*lines]
    own, beside = _by_line(lines, claimants)
    for line in lines:
        found = tuple(own.get(line.number, ())), tuple(beside.get(line.number, ()))
        pieces = tuple(_pieces(line.text, dict.fromkeys((*found[0], *found[1]))))
        yield CitedLine(line, _status(line, *found), pieces, *found)


def runs(numbers: Iterable[int]) -> Iterator[LineRange]:
    """Ascending numbers of lines as places, those that follow each other as one."""
    first = last = 0
    for number in numbers:
        if first and number > last + 1:
            yield LineRange(first, last)
            first = 0
        first, last = first or number, number
    if first:
        yield LineRange(first, last)


def _by_line(
    lines: Sequence[Line], claimants: Sequence[Claimant]
) -> tuple[Mapping[int, list[Claimant]], Mapping[int, list[Claimant]]]:
    texts = {line.number: line.text for line in lines}
    own: dict[int, list[Claimant]] = {}
    beside: dict[int, list[Claimant]] = {}
    for claimant in claimants:
        numbers = [n for n in _numbers(claimant.place) if texts.get(n, "").strip()]
        said = [number for number in numbers if _says(texts[number], claimant.raw)]
        for number in said or numbers:
            own.setdefault(number, []).append(claimant)
        for place in claimant.others:
            for number in _numbers(place):
                if claimant not in own.get(number, ()) and texts.get(number, "").strip():
                    beside.setdefault(number, []).append(claimant)
    return own, beside


def _numbers(place: LineRange | None) -> range:
    return range(place.first, place.last + 1) if place else range(0)


def _says(text: str, raw: str) -> bool:
    """Whether a line has a line of a raw text, or is itself a part of it."""
    squeezed = "".join(text.split())
    if any("".join(part.split()) in squeezed for part in raw.splitlines() if part.strip()):
        return True
    return set(text.split()) <= set(raw.split())


def _status(line: Line, own: Sequence[Claimant], beside: Sequence[Claimant]) -> str:
    if not line.text.strip():
        return BLANK
    said = {claimant.status for claimant in own if claimant.status}
    if not said - {FieldStatus.NOT_STATED} and any(claimant.status for claimant in beside):
        return FieldStatus.STATED.value
    if said:
        return min(said, key=_ORDER.index).value
    return EVIDENCE if any(claimant.anchor.startswith("E") for claimant in (*own, *beside)) else UNREAD


def _pieces(text: str, claimants: Iterable[Claimant]) -> Iterator[Piece]:
    """The line cut where a claimant's words stand in it, once and without another's across them."""
    taken: list[tuple[int, int, Claimant]] = []
    for claimant in claimants:
        for words in _words(text, claimant):
            start = text.find(words)
            end = start + len(words)
            free = all(end <= first or last <= start for first, last, _ in taken)
            if text.count(words) == 1 and free:
                taken.append((start, end, claimant))
    position = 0
    for start, end, claimant in sorted(taken, key=lambda part: part[0]):
        if position < start:
            yield Piece(text[position:start])
        yield Piece(text[start:end], claimant)
        position = end
    if position < len(text):
        yield Piece(text[position:])


def _words(text: str, claimant: Claimant) -> Iterator[str]:
    yield from (part.strip() for part in claimant.raw.splitlines() if part.strip())
    yield from (part.strip() for part in claimant.heading.splitlines() if part.strip())
    whole = text.strip()
    if whole and set(whole.split()) <= set(claimant.raw.split()):
        yield whole
