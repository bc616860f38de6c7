"""Search of an index: terms, facets that combine, a page of hits with why they matched."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType

from pyroaring import BitMap

from kankei.localisation import Labels
from kankei.search.index.schema import Field
from kankei.search.query.call_state import call_states
from kankei.search.query.facets import CALL, Facet, Values, count, restrict
from kankei.search.query.index_file import IndexFile, Thing
from kankei.search.query.ranking import ranked
from kankei.search.query.snippet import Match, explain
from kankei.search.query.term import FEW
from kankei.search.query.words import read_words

MAX_LIMIT = 100
_CACHED_DATES = 8
_NONE: Mapping[str, Sequence[str]] = MappingProxyType({})
_SHOWN = (Field.SUMMARY,)


@dataclass(frozen=True)
class SearchRequest:
    """A search: words, chosen values by facet, the date for the state of calls, and which hits to return.

    Without words it finds everything. Values of one facet are alternatives; all facets must fit.
    """

    query: str = ""
    on: date = date.min
    chosen: Mapping[str, Sequence[str]] = field(default_factory=lambda: _NONE)
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True)
class Hit:
    """A thing that was found: its score from 1 to 100, its summary, and where the words matched."""

    thing: Thing
    score: int
    summary: Labels
    matches: tuple[Match, ...]


@dataclass(frozen=True)
class SearchResult:
    """Hits from an offset on, out of `total`; facets; and the terms as they were compared.

    `complete` is the number of things that have all terms: the others have most of them.
    """

    terms: tuple[str, ...]
    total: int
    complete: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]


class SearchIndex:
    """The search of one release; safe to share between threads."""

    def __init__(self, file: Path) -> None:
        """Open an index read-only; raises `BrokenRelease`."""
        self.index = IndexFile(file)
        self._states: OrderedDict[date, Mapping[str, BitMap]] = OrderedDict()

    def search(self, request: SearchRequest) -> SearchResult:
        """The result of a search."""
        index = self.index
        words = read_words(index, request.query)
        complete = matching = words.complete() if words.terms else index.everything
        if request.query.strip() and not words.terms:
            complete = matching = BitMap()  # signs alone are no words
        if len(words.terms) > 1 and len(complete) < FEW:
            matching = words.most()
        values = self._values(request.on)
        hits = restrict(values, matching, request.chosen)
        order = chain(ranked(index, words, hits & complete), ranked(index, words, hits - complete))
        page = list(islice(order, request.offset, request.offset + request.limit))
        return SearchResult(
            words.terms,
            len(hits),
            len(hits & complete),
            tuple(self._hits(page, words.terms)),
            count(values, matching, request.chosen),
        )

    def state(self, number: int, on: date) -> str:
        """The state of a thing's call on a date; empty where it has none."""
        states = self._states_on(on)
        return next((state for state, things in states.items() if number in things), "")

    def with_state(self, states: Sequence[str], on: date, limit: int) -> tuple[int, list[Thing]]:
        """How many things have a call in one of some states on a date; and the first, state by state."""
        things = [its for state in states if (its := self._states_on(on).get(state))]
        return sum(map(len, things)), self.index.things(islice(chain.from_iterable(things), limit))

    def _hits(self, page: Sequence[tuple[int, int]], terms: Sequence[str]) -> list[Hit]:
        numbers = [number for number, _ in page]
        passages = self.index.passages(numbers)
        scores = dict(page)
        return [
            Hit(
                thing,
                scores[thing.number],
                {
                    passage.language: passage.text
                    for passage in passages.get(thing.number, ())
                    if passage.field in _SHOWN
                },
                explain(passages.get(thing.number, ()), terms, self.index.folding),
            )
            for thing in self.index.things(numbers)
        ]

    def _values(self, on: date) -> Values:
        states: Mapping[str, tuple[Labels, BitMap]] = {
            state: ({}, things) for state, things in self._states_on(on).items()
        }
        return {**self.index.facets, CALL: states}

    def _states_on(self, on: date) -> Mapping[str, BitMap]:
        states = self._states.get(on)
        if states is None:
            states = call_states(self.index, on)
            self._states[on] = states
            while len(self._states) > _CACHED_DATES:
                self._states.popitem(last=False)
        return states
