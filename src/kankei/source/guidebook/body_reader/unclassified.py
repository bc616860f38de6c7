"""What is no item: the labels of links, printed again, and what nothing is known of."""

import re
from collections.abc import Iterator, Sequence

from kankei.source.grammars import links as link_values
from kankei.source.grammars.links import Link
from kankei.source.grammars.normalised_text import ParseError, normalise
from kankei.source.grammars.numerals import CIRCLED_NUMBERS
from kankei.source.guidebook.body import ItemKind
from kankei.source.guidebook.body_reader.justifications import count_ja
from kankei.source.guidebook.body_reader.passage import Passage, joined
from kankei.source.guidebook.body_reader.state import Draft
from kankei.source.lines.printed_text import PrintedText

_NUMBERS = re.compile(rf"[{CIRCLED_NUMBERS}\s、,・]+")


def read_repeats(draft: Draft, links: Sequence[PrintedText]) -> None:
    """Take the rows that are labels of the sheet's links and nothing else."""
    labels = {normalise(label) for link in _links(links) for label in _labels(link)}
    for passage in tuple(draft.free):
        if labels and all(normalise(part.text) in labels for part in passage.parts):
            draft.take(passage)
            draft.repeats.append(passage)


def read_numbers(draft: Draft) -> tuple[Passage, ...]:
    """Take the rows of circled numbers with nothing behind them."""
    found = tuple(passage for passage in draft.free if _NUMBERS.fullmatch(passage.text))
    draft.take(*found)
    return found


def read_leavings(draft: Draft, links: Sequence[PrintedText], numbers: Sequence[Passage]) -> None:
    """Leave the numbers that stand alone, and what is still free, saying why."""
    for passage in numbers:
        draft.leave("numbers", *_of_numbers(draft, links, passage), passage)
    for passage in tuple(draft.free):
        draft.leave(
            "body",
            f"「{joined(passage.text)}」が何であるか分からない。",
            f"What {joined(passage.text)} is cannot be told.",
            passage,
        )


def _of_numbers(draft: Draft, links: Sequence[PrintedText], passage: Passage) -> tuple[str, str]:
    """What numbers that stand alone may be the numbers of."""
    models, printed = len(draft.of(ItemKind.MODEL)), passage.plain
    ja = [f"{count_ja(models)}つのモデルの番号"] if models else []
    en = ["may number the models"] if models else []
    if any(link.number for link in _links(links)):
        ja.append("リンクの番号の繰り返し")
        en.append("may repeat the numbers of the links")
    if draft.measures:
        ja.append("内訳事業の番号")
        en.append("may stand for the measures")
    if not ja:
        return f"「{printed}」が何の番号か分からない。", f"What {printed} numbers cannot be told."
    return (
        f"「{printed}」は{'とも、'.join(ja)}とも読めるため、どれにも結び付けない。",
        f"{printed} {' or '.join(en)}: they are left unlinked.",
    )


def _links(links: Sequence[PrintedText]) -> Iterator[Link]:
    for link in links:
        try:
            yield from link_values.parse(link.text).links
        except ParseError:
            continue


def _labels(link: Link) -> Iterator[str]:
    if link.label:
        yield link.label
        yield f"{link.number or ''}{link.label}"
