"""The titles of measures: circled numbers with a name behind each, one on a row or side by side."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kankei.source.grammars.numerals import CIRCLED_NUMBERS
from kankei.source.guidebook.body import ItemKind, Measure, Relation
from kankei.source.guidebook.body_reader.bracketed_budgets import AMOUNT, amount
from kankei.source.guidebook.body_reader.passage import Passage
from kankei.source.guidebook.body_reader.state import Claim, Draft
from kankei.source.guidebook.body_reader.wording import of_list
from kankei.source.lines.printed_text import Token

_NUMBERED = re.compile(rf"[{CIRCLED_NUMBERS}][^{CIRCLED_NUMBERS}]*")
_REFERENCE = re.compile("[ \u3000]*(?:[のをはがとにへで、,～〜]|以外|及び|から)")
_LONGEST = 60


@dataclass(frozen=True)
class Title:
    """A title as a passage of its own, the passage that it is printed in, and its budget, if one follows."""

    measure: Measure
    within: Passage
    budget: Passage | None = field(default=None)


def read_titles(draft: Draft) -> tuple[Title, ...]:
    """The titles in printed order; only if their numbers run from ①, each given once, are there any."""
    titles = [title for passage in _outside_lists(draft) for title in _titles(passage)]
    numbers = [title.measure.number for title in titles]
    within = tuple(dict.fromkeys(title.within for title in titles))
    if not titles:
        return ()
    if sorted(numbers) != list(CIRCLED_NUMBERS[: len(numbers)]):
        draft.leave(
            "measures",
            f"番号が①から一つずつそろっていない（{''.join(numbers)}）ため、内訳事業の題名かどうか決められない。",
            f"The numbers do not run from ①, each given once ({''.join(numbers)}): "
            "whether these are titles of measures cannot be told.",
            *within,
        )
        return ()
    draft.take(*within)
    draft.measures.extend(
        sorted((title.measure for title in titles), key=lambda m: CIRCLED_NUMBERS.index(m.number))
    )
    for title in titles:
        if title.budget:
            draft.item(ItemKind.BUDGET, title.budget)
            draft.claim(Claim(Relation.MEASURE, {title.budget: title.measure.number}))
    return tuple(titles)


def _outside_lists(draft: Draft) -> Iterator[Passage]:
    """The free passages that do not stand in a block below the heading of a list."""
    block = -1
    for passage in draft.passages:
        if passage.heading and of_list(passage.text):
            block = passage.block
        elif passage in draft.free and passage.block != block:
            yield passage


def _titles(passage: Passage) -> Sequence[Title]:
    """The titles that a passage is made of; none where it is anything else."""
    if passage.text[0] not in CIRCLED_NUMBERS or passage.sentence:
        return ()
    found = [_title(passage, pieces) for pieces in _segments(passage)]
    return [title for title in found if title] if all(found) else ()


def _segments(passage: Passage) -> Sequence[Sequence[Token]]:
    """The pieces of each number; what a row goes on with belongs to the number before it."""
    segments: list[list[Token]] = []
    for piece in passage.pieces:
        text = piece.text
        first = _NUMBERED.search(text)
        before = first.start() if first else len(text)
        if segments and text[:before].strip():
            segments[-1].append(_cut(piece, 0, before))
        segments.extend([_cut(piece, *found.span())] for found in _NUMBERED.finditer(text))
    return segments


def _cut(piece: Token, start: int, end: int) -> Token:
    """A part of a piece, without the white space around it."""
    text = piece.text[start:end]
    left, right = len(text) - len(text.lstrip()), len(text.rstrip())
    return Token(piece.line, piece.start + start + left, piece.start + start + right)


def _title(passage: Passage, pieces: Sequence[Token]) -> Title | None:
    last, budget = pieces[-1], None
    found = AMOUNT.search(last.text)
    if found and found.end() == len(last.text) and amount(found[0]):
        budget = Passage((_cut(last, *found.span()),), passage.block)
        pieces = [*pieces[:-1], _cut(last, 0, found.start())]
    printed = Passage(tuple(pieces), passage.block)
    name = Passage((_cut(pieces[0], 1, len(pieces[0].text)), *pieces[1:]), passage.block).plain
    if not 2 <= len(name) <= _LONGEST or _REFERENCE.match(name):
        return None
    return Title(Measure(printed.text[0], printed.printed, name), passage, budget)
