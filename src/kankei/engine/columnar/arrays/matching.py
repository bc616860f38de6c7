"""Triple patterns matched one after the other, each against all solutions at once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kankei.engine.algebra.operators import TriplePattern
from kankei.engine.algebra.terms import Iri, Node, Variable
from kankei.engine.columnar.arrays.data import ReleaseArrays
from kankei.engine.columnar.arrays.table import ONE, Table, Terms
from kankei.engine.columnar.arrays.triple_arrays import Ids, Mask, Pairs, PropertyTriples, Whole
from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.term_types import Types
from kankei.engine.columnar.translation.translated import NotTranslatable

MOST_ROWS = 4_000_000
"""Of solutions that are joined: SQL needs less memory for more of them."""
_FILTERS = 0.5
"""The order of a pattern that adds no variable: before all that do."""


@dataclass(frozen=True, slots=True)
class Matching:
    """Matches the triple patterns of one basic graph pattern."""

    data: ReleaseArrays
    kinds: dict[str, Types]
    """What each variable may be, by all places where it stands."""

    @classmethod
    def of(cls, data: ReleaseArrays, triples: Sequence[TriplePattern]) -> "Matching":
        """The matching of some triple patterns."""
        kinds: dict[str, Types] = {}
        for triple in triples:
            objects = data.types.terms
            if isinstance(triple.property, Iri):
                objects = data.types.objects_of(data.identifier(triple.property))
            places = (
                (triple.subject, data.types.subjects),
                (triple.property, frozenset((types.IRI,))),
                (triple.object, objects),
            )
            for node, kind in places:
                if isinstance(node, Variable):
                    kinds[node.name] = kinds.get(node.name, kind) & kind
        return cls(data, kinds)

    def next(self, triples: Sequence[TriplePattern], table: Table) -> TriplePattern:
        """The pattern that is expected to leave the fewest solutions."""
        return min(triples, key=lambda triple: self._growth(triple, table))

    def matched(self, table: Table, triple: TriplePattern) -> Table:
        """The solutions of a table that a pattern leaves, with the variables that it binds.

        Raises `NotTranslatable` for a cross product, and for more solutions than are held.
        """
        if isinstance(triple.property, Variable):
            return self._any_property(table, triple)
        pairs = self._pairs(triple.property)
        if triple.subject == triple.object:
            raise NotTranslatable("a triple of one node at both ends")
        if not _is_known(triple.subject, table) and not _is_known(triple.object, table):
            both = pairs.by_subject
            return self._first(table, ((triple.subject, both.first), (triple.object, both.second)))
        if not _is_known(triple.object, table):
            return self._followed(table, triple.subject, pairs.by_subject, triple.object)
        if not _is_known(triple.subject, table):
            return self._followed(table, triple.object, pairs.by_object, triple.subject)
        return self._checked(table, triple, pairs)

    def _pairs(self, iri: Iri) -> PropertyTriples:
        return self.data.triples.of_property(self.data.identifier(iri))

    def _growth(self, triple: TriplePattern, table: Table) -> float:
        """How many solutions each becomes; of the first pattern, how many it has."""
        subject, target = (_is_known(node, table) for node in (triple.subject, triple.object))
        if isinstance(triple.property, Variable):
            return math.inf if table.columns and not (subject or target) else len(self.data.triples)
        pairs = self._pairs(triple.property)
        if table is ONE:
            if isinstance(triple.object, Variable):
                return float(len(pairs)) if isinstance(triple.subject, Variable) else 1.0
            return float(len(pairs.by_object.of(self.data.identifier(triple.object))))
        if subject and target:
            return _FILTERS
        if subject or target:
            return len(pairs) / max(1, (pairs.by_subject if subject else pairs.by_object).distinct)
        return math.inf

    def _first(self, table: Table, places: Sequence[tuple[Node, Ids]]) -> Table:
        """The first pattern of all: its variables are the columns."""
        if table is not ONE:
            raise NotTranslatable("a cross product")
        columns = {
            node.name: Terms(ids, self.kinds[node.name]) for node, ids in places if isinstance(node, Variable)
        }
        return Table(len(places[0][1]), columns)

    def _followed(self, table: Table, start: Node, pairs: Pairs, end: Node) -> Table:
        """From the end of a property that is known to the other one."""
        if not isinstance(start, Variable):
            return self._first(table, ((end, pairs.of(self.data.identifier(start))),))
        ids = _ids(table, start)
        places: Whole = np.asarray(np.searchsorted(pairs.first, ids))
        if pairs.is_function:
            mask = _is_at(pairs.first, places, ids)
            kept, places = (table, places) if mask.all() else (table.keep(mask), places[mask])
        else:
            rows, places = _ranges(places, np.searchsorted(pairs.first, ids, "right"))
            kept = table.take(rows)
        return self._extended(kept, ((end, pairs.second[places]),))

    def _checked(self, table: Table, triple: TriplePattern, pairs: PropertyTriples) -> Table:
        """The solutions for which there is a triple between both known ends."""
        subject, target = triple.subject, triple.object
        if isinstance(subject, Variable) and isinstance(target, Variable):
            size = len(self.data.terms.ends)
            known = pairs.by_subject.first.astype(np.int64) * size + pairs.by_subject.second
            asked = _ids(table, subject).astype(np.int64) * size + _ids(table, target)
            return table.keep(_is_at(known, np.searchsorted(known, asked), asked))
        if isinstance(subject, Variable):
            members = pairs.by_object.of(self.data.identifier(target))  # type: ignore[arg-type]
            ids = _ids(table, subject)
        elif isinstance(target, Variable):
            members = pairs.by_subject.of(self.data.identifier(subject))
            ids = _ids(table, target)
        else:
            raise NotTranslatable("a triple without a variable")
        return table.keep(_is_at(members, np.searchsorted(members, ids), ids))

    def _any_property(self, table: Table, triple: TriplePattern) -> Table:
        """A pattern whose property is a variable: one end at most may be known."""
        triples, property_ = self.data.triples, triple.property
        nodes = (triple.subject, property_, triple.object)
        if _is_known(property_, table) or len(set(nodes)) < len(nodes):
            raise NotTranslatable("a property that is bound before")
        places = ((nodes[0], triples.subjects), (nodes[1], triples.properties), (nodes[2], triples.objects))
        known = [(node, ids) for node, ids in places if _is_known(node, table)]
        if not known:
            return self._first(table, places)
        if len(known) > 1:
            raise NotTranslatable("any property between two known nodes")
        ((start, ends),) = known
        if not isinstance(start, Variable):
            chosen = np.flatnonzero(ends == np.int32(self.data.identifier(start)))
            return self._first(table, [(node, ids[chosen]) for node, ids in places])
        ids = _ids(table, start)
        counts = np.bincount(ids, minlength=len(self.data.terms.ends))
        chosen = np.flatnonzero(counts[ends])
        order = np.argsort(ids, kind="stable")
        stops = np.cumsum(counts)[ends[chosen]]
        rows, matched = _ranges(stops - counts[ends[chosen]], stops)
        free = [(node, ids[chosen[rows]]) for node, ids in places if node != start]
        return self._extended(table.take(order[matched]), free)

    def _extended(self, table: Table, places: Sequence[tuple[Node, Ids]]) -> Table:
        columns = {
            node.name: Terms(ids, self.kinds[node.name]) for node, ids in places if isinstance(node, Variable)
        }
        return Table(table.length, {**table.columns, **columns})


def _is_known(node: Node, table: Table) -> bool:
    return not isinstance(node, Variable) or node.name in table.columns


def _ids(table: Table, variable: Variable) -> Ids:
    column = table.columns[variable.name]
    if not isinstance(column, Terms):
        raise NotTranslatable("a node that is computed")
    return column.ids


def _is_at(values: Ids | Whole, places: Whole, wanted: Ids | Whole) -> Mask:
    """Whether each wanted value stands where it would have to stand in sorted values."""
    if not len(values):
        return np.zeros(len(wanted), np.bool_)
    hits: Mask = values[np.minimum(places, len(values) - 1)] == wanted
    return hits


def _ranges(starts: Whole, ends: Whole) -> tuple[Whole, Whole]:
    """All places from each start to its end, with the number of the range before them."""
    counts = ends - starts
    total = int(counts.sum())
    if total > MOST_ROWS:
        raise NotTranslatable("more solutions than arrays should hold")
    rows: Whole = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return rows, np.arange(total) + (starts - before)[rows]
