"""Lines that no rule recognised, and lines that only repeat labels or numbers."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from kankei.localisation import Text
from kankei.source.grammars import links as link_values
from kankei.source.grammars.links import Link
from kankei.source.grammars.normalised_text import CIRCLED_NUMBERS, ParseError, normalise
from kankei.source.guidebook.body import ItemKind
from kankei.source.guidebook.body_reader.draft import Draft
from kankei.source.guidebook.body_reader.passage import Passage, Passages, join_lines
from kankei.source.guidebook.sentences import count_ja, sentence
from kankei.source.lines.printed_text import PrintedText

_NUMBERS = re.compile(rf"[{CIRCLED_NUMBERS}\s、,・]+")


def read_repeated_labels(draft: Draft, links: Sequence[PrintedText]) -> None:
    """Take the rows that only repeat labels of the sheet's links."""
    labels = {
        normalise(label)
        for link in _links(links)
        if link.label
        for label in (link.label, f"{link.number or ''}{link.label}")
    }
    for passage in tuple(draft.unread):
        if labels and all(normalise(part.text) in labels for part in passage.parts):
            draft.take(passage)
            draft.repeated_labels.append(passage)


def _links(links: Sequence[PrintedText]) -> Iterator[Link]:
    for link in links:
        try:
            yield from link_values.parse(link.text)
        except ParseError:
            continue


def read_lone_numbers(draft: Draft) -> tuple[Passage, ...]:
    """Take the rows of circled numbers with nothing behind them."""
    numbers = tuple(passage for passage in draft.unread if _NUMBERS.fullmatch(passage.text))
    draft.take(*numbers)
    return numbers


def reject_repeated_titles(draft: Draft, titles: Iterable[Passage]) -> None:
    """Reject titles that are printed more than once: no position says that they are no header or footer."""
    counts = Counter(passage.plain for passage in draft.passages)
    for passage in titles:
        if counts[passage.plain] > 1 and draft.is_item(passage, ItemKind.TEXT):
            draft.remove_item(passage)
            draft.reject("body", "body-line-unclear", passage, text=join_lines(passage.text))


def reject_unread(draft: Draft, links: Sequence[PrintedText], numbers: Passages) -> None:
    """Reject the lone numbers and what is still unread, with a doubt about each."""
    readings = _readings_of_numbers(draft, links) if numbers else ()
    for passage in numbers:
        if readings:
            either = Text("とも、".join(r.ja for r in readings), " or ".join(r.en for r in readings))
            draft.reject("numbers", "numbers-ambiguous", passage, numbers=passage.plain, readings=either)
        else:
            draft.reject("numbers", "numbers-unclear", passage, numbers=passage.plain)
    for passage in tuple(draft.unread):
        draft.reject("body", "body-line-unclear", passage, text=join_lines(passage.text))


def _readings_of_numbers(draft: Draft, links: Sequence[PrintedText]) -> Sequence[Text]:
    """What circled numbers that stand alone may be the numbers of."""
    readings = []
    if models := draft.items(ItemKind.MODEL):
        counted = Text(f"{count_ja(len(models))}のモデル", "the models")
        readings.append(sentence("numbers-of-models", models=counted))
    if any(link.number for link in _links(links)):
        readings.append(sentence("numbers-of-links"))
    if draft.measures:
        readings.append(sentence("numbers-of-measures"))
    return readings
