"""Why a thing matched: the field, and a part of its text with the places of the term."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kankei.search.index.grams import query_grams
from kankei.search.index.record import Passage
from kankei.search.index.schema import Field
from kankei.search.normalisation.folding import Folded, Folding, Span

_BEFORE, _AFTER = 20, 60
_MAX_WHOLE = 100
"""Characters of a text that is shown whole."""
_MAX_SPANS = 8


@dataclass(frozen=True)
class Match:
    """A part of a text that a term is found in.

    `spans` are the places in it to highlight; `before` and `after` say that the text goes on there.
    """

    field: Field
    language: str
    text: str
    spans: tuple[Span, ...]
    before: bool = False
    after: bool = False


def explain(passages: Sequence[Passage], terms: Sequence[str], folding: Folding) -> tuple[Match, ...]:
    """A match for each term in the best of a thing's passages; terms in one passage share a match."""
    folded = [folding.fold(passage.text) for passage in passages]
    chosen: dict[int, list[str]] = {}
    for term in terms:
        place = _place(term, folded, passages)
        if place is not None:
            chosen.setdefault(place, []).append(term)
    return tuple(
        _match(passages[place], folding.fold_with_spans(passages[place].text), chosen[place])
        for place in sorted(chosen)
    )


def _place(term: str, folded: Sequence[str], passages: Sequence[Passage]) -> int | None:
    """The passage to show for a term: one that begins so, the first that has it, or most of it."""
    having = [place for place, text in enumerate(folded) if term in text]
    if having:
        return min(
            having,
            key=lambda place: (
                passages[place].field,
                not folded[place].startswith(term),
                len(folded[place]) if passages[place].field < Field.SUMMARY else 0,
                place,
            ),
        )
    counts = [sum(gram in text for gram in query_grams(term)) for text in folded]
    best = max(counts, default=0)
    return counts.index(best) if best else None


def _match(passage: Passage, folded: Folded, terms: Sequence[str]) -> Match:
    spans = _merged(sorted(span for term in terms for span in _spans(folded, term)))[:_MAX_SPANS]
    text = passage.text
    if len(text) <= _MAX_WHOLE or not spans:
        return Match(passage.field, passage.language, text[: _MAX_WHOLE * 2], tuple(spans))
    start = max(0, spans[0][0] - _BEFORE)
    end = min(len(text), max(spans[0][1], start) + _AFTER)
    within = [(first - start, min(last, end) - start) for first, last in spans if first < end]
    return Match(passage.field, passage.language, text[start:end], tuple(within), start > 0, end < len(text))


def _spans(folded: Folded, term: str) -> Iterator[Span]:
    """Where a term stands in the original; where it does not, its pairs of characters."""
    parts = [term] if term in folded.text else query_grams(term)
    for part in parts:
        start = folded.text.find(part)
        while start >= 0:
            yield folded.original(start, start + len(part))
            start = folded.text.find(part, start + len(part))


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged
