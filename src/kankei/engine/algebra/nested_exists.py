"""EXISTS is asked one triple at a time, from what is known: Oxigraph's order of joins, told by nesting.

Oxigraph plans the pattern of EXISTS as if nothing were known, and follows that plan once for each solution
outside: for ``?s a :C FILTER EXISTS { ?s :p ?x . ?x :q ?y }`` it may read all triples of :q for each ``?s``.
``EXISTS { ?s :p ?x FILTER EXISTS { ?x :q ?y } }`` is true for the same solutions (a solution is substituted
in the whole pattern, SPARQL 1.1, section 18.6), and reads only what ``?s`` leads to.

Rewritten are patterns of triples, paths and FILTER, of which one shares a variable with what is outside.
"""

import re
from collections.abc import Iterable, Set
from functools import lru_cache

from kankei.engine.algebra.edits import Edit, edited, without_overlap
from kankei.engine.algebra.not_understood import NotUnderstood
from kankei.engine.algebra.operators import (
    BasicGraphPattern,
    Filter,
    Join,
    PathPattern,
    Pattern,
    TriplePattern,
)
from kankei.engine.algebra.parser import QueryParser
from kankei.engine.algebra.path_parser import TYPE
from kankei.engine.algebra.pattern_parser import Group
from kankei.engine.algebra.printed import node, path
from kankei.engine.algebra.terms import Node, Variable
from kankei.engine.algebra.tokens import VARIABLE

_EXISTS = re.compile(r"\bexists\b", re.IGNORECASE)
_VARIABLE = "step"
_MOST_TRIPLES = 12
_Triple = TriplePattern | PathPattern


@lru_cache(256)
def asked_step_by_step(query: str, base: str | None = None) -> str:
    """The query with the triples of EXISTS within each other; the same text where there is nothing to do."""
    if not _EXISTS.search(query):
        return query
    try:
        reader = _Reader(query, base)
        reader.query()
    except NotUnderstood:
        return query
    return edited(query, without_overlap(reader.edits))


class _Reader(QueryParser):
    """Collects what replaces the group of each EXISTS while it reads a query."""

    def __init__(self, query: str, base: str | None) -> None:
        super().__init__(query, base)
        self.edits: list[Edit] = []
        self._text = query
        self._filters: list[tuple[int, int]] = []
        self._names: dict[Variable, str] = {}
        self._prefix = _VARIABLE
        while self._prefix in query:
            self._prefix += "_"

    def _pattern_of_exists(self) -> Pattern:
        outside, self._filters = self._filters, []
        start = self._token.start
        pattern = super()._pattern_of_exists()
        end = self._end
        triples = _triples(pattern.pattern if isinstance(pattern, Filter) else pattern)
        known = {
            Variable(token.text[1:])
            for token in self._tokens
            if token.kind == VARIABLE and not start <= token.start < end
        }
        if 1 < len(triples) <= _MOST_TRIPLES and any(known.intersection(_ends(triple)) for triple in triples):
            self.edits.append(Edit(start, end, self._nested(_in_order(triples, known))))
        self._filters = outside
        return pattern

    def _filter(self, group: Group) -> None:
        start = self._token.start
        super()._filter(group)
        self._filters.append((start, self._end))

    def _nested(self, triples: list[_Triple]) -> str:
        """The group of EXISTS, a triple at each depth and the conditions at the innermost."""
        conditions = self._conditions()
        # A condition may end in a comment; so a line ends before the bracket.
        text = f" {conditions}\n" if conditions else " "
        for depth, triple in enumerate(reversed(triples)):
            subject, target = map(self._written, _ends(triple))
            link = path(triple.path) if isinstance(triple, PathPattern) else self._written(triple.property)
            inner = f" FILTER EXISTS {text} " if depth else text
            text = f"{{ {subject} {link} {target}{inner}}}"
        return text

    def _written(self, place: Node) -> str:
        """A term or variable; a blank node becomes a variable, since it may stand in one group only."""
        if isinstance(place, Variable) and place.is_hidden:
            return self._names.setdefault(place, f"?{self._prefix}{len(self._names)}")
        return node(place)

    @property
    def _end(self) -> int:
        """Where the last token ends that was read."""
        return self._tokens[self._at - 1].end

    def _conditions(self) -> str:
        """The FILTERs of the group that is read, with what is replaced in them."""
        texts = []
        for start, end in self._filters:
            inner = without_overlap(edit for edit in self.edits if start <= edit.start and edit.end <= end)
            moved = (Edit(edit.start - start, edit.end - start, edit.text) for edit in inner)
            texts.append(edited(self._text[start:end], moved))
        return "\n".join(texts)


def _triples(pattern: Pattern) -> list[_Triple]:
    """The triples and paths that a pattern joins; none if it has anything else."""
    match pattern:
        case BasicGraphPattern(triples):
            return list(triples)
        case PathPattern():
            return [pattern]
        case Join(one, other):
            sides = _triples(one), _triples(other)
            return sides[0] + sides[1] if all(sides) else []
        case _:
            return []


def _in_order(triples: Iterable[_Triple], known: Set[Variable]) -> list[_Triple]:
    """Triples so that each has as much known as can be: a subject before an object, a term before a class."""
    remaining, ordered, bound = list(triples), list[_Triple](), set(known)
    while remaining:
        best = max(remaining, key=lambda triple: _certainty(triple, bound))
        remaining.remove(best)
        ordered.append(best)
        bound.update(_variables(best))
    return ordered


def _certainty(triple: _Triple, bound: Set[Variable]) -> int:
    """How few solutions a triple is likely to have."""
    subject, target = _ends(triple)
    of_subject = 4 if not isinstance(subject, Variable) or subject in bound else 0
    if isinstance(target, Variable):
        return of_subject + (3 if target in bound else 0)
    return of_subject + (1 if isinstance(triple, TriplePattern) and triple.property == TYPE else 2)


def _ends(triple: _Triple) -> tuple[Node, Node]:
    return triple.subject, triple.object


def _variables(triple: _Triple) -> list[Variable]:
    places = (*_ends(triple), triple.property if isinstance(triple, TriplePattern) else None)
    return [place for place in places if isinstance(place, Variable)]
