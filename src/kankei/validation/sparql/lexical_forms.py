"""Literals as they stand in the file, although the store would rewrite them.

Oxigraph keeps numbers and times by value: ``"300"^^xsd:byte`` comes back as ``"300"^^xsd:integer``, ``1.50``
as ``1.5``. A literal that it would change is therefore stored under a datatype of its own, which names the
true one; equal terms stay equal and unequal ones unequal, and its text is what it was.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from kankei.namespaces import RDF, XSD
from kankei.validation.shapes.shapes_graph import Term

AS_WRITTEN = "urn:x-kankei:as-written:"

_KEPT = frozenset({XSD + "string", RDF + "langString"})
_NODE = ox.NamedNode("urn:x-kankei:literal")


class Writing:
    """Remembers which literals the store has given back as they were, and which not."""

    def __init__(self) -> None:
        self.rewritten = False
        self._known: dict[ox.Literal, ox.Literal] = {}

    def learn(self, terms: Iterable[object]) -> None:
        """Ask the store about literals that have not been met yet."""
        fresh = {term for term in terms if isinstance(term, ox.Literal) and self._is_doubtful(term)}
        store = ox.Store()
        store.extend([ox.Quad(_NODE, _NODE, literal) for literal in fresh])
        survived = {quad.object for quad in store}
        for literal in fresh:
            self._known[literal] = literal if literal in survived else _stored(literal)

    def stored(self, term: Any) -> Any:
        """The term that stands for a term in the store."""
        if not isinstance(term, ox.Literal):
            return term
        self.learn([term])
        found = self._known.get(term, term)
        self.rewritten = self.rewritten or found != term
        return found

    def quads(self, quads: Iterable[ox.Quad | ox.Triple], batch: int = 50_000) -> Iterator[ox.Quad]:
        """Some statements as the store is to hold them, all in its default graph."""
        waiting: list[ox.Quad | ox.Triple] = []
        for quad in quads:
            waiting.append(quad)
            if len(waiting) == batch:
                yield from self._stored_quads(waiting)
                waiting = []
        yield from self._stored_quads(waiting)

    def _stored_quads(self, quads: list[ox.Quad | ox.Triple]) -> Iterator[ox.Quad]:
        self.learn(quad.object for quad in quads)
        known = self._known
        for quad in quads:
            value = quad.object
            if isinstance(value, ox.Literal):
                kept = known.get(value, value)
                if kept is not value and kept != value:
                    self.rewritten = True
                    value = kept
            yield ox.Quad(quad.subject, quad.predicate, value)

    def _is_doubtful(self, term: ox.Literal) -> bool:
        return term not in self._known and term.datatype.value not in _KEPT


def as_written(term: Any) -> Term:
    """The term of the file that a term of the store stands for.

    >>> stored = ox.Literal("300", datatype=ox.NamedNode(AS_WRITTEN + XSD + "byte"))
    >>> as_written(stored).datatype.value
    'http://www.w3.org/2001/XMLSchema#byte'
    """
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(AS_WRITTEN):
        return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype.value.removeprefix(AS_WRITTEN)))
    return term  # type: ignore[no-any-return]


def _stored(literal: ox.Literal) -> ox.Literal:
    return ox.Literal(literal.value, datatype=ox.NamedNode(AS_WRITTEN + literal.datatype.value))
