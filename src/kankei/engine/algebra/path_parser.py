"""Parser of property paths (SPARQL 1.1, productions [88] to [96])."""

from kankei.engine.algebra.expression_parser import ExpressionParser
from kankei.engine.algebra.paths import (
    Alternative,
    Closure,
    Inverse,
    Link,
    NegatedSet,
    Optional,
    Path,
    Sequence,
)
from kankei.engine.algebra.terms import Iri
from kankei.engine.algebra.tokens import NIL

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TYPE = Iri(RDF + "type")


class PathParser(ExpressionParser):
    """Reads property paths."""

    def _path(self) -> Path:
        left = self._path_sequence()
        while self._accept("|"):
            self._count()
            left = Alternative(left, self._path_sequence())
        return left

    def _path_sequence(self) -> Path:
        left = self._path_step()
        while self._accept("/"):
            self._count()
            left = Sequence(left, self._path_step())
        return left

    def _path_step(self) -> Path:
        return Inverse(self._path_element()) if self._accept("^") else self._path_element()

    def _path_element(self) -> Path:
        path = self._path_primary()
        if self._kind in {"*", "+"}:
            return Closure(path, reflexive=self._next().kind == "*")
        return Optional(path) if self._accept("?") else path

    def _path_primary(self) -> Path:
        if self._accept("!"):
            return self._negated_set()
        if self._kind != "(":
            return Link(self._property())
        self._expect("(")
        self._enter()
        path = self._path()
        self._leave()
        self._expect(")")
        return path

    def _property(self) -> Iri:
        return TYPE if self._accept("a") else self._iri()

    def _negated_set(self) -> NegatedSet:
        if self._kind == NIL:
            self._fail("a negated set names no property")
        forward: list[Iri] = []
        backward: list[Iri] = []
        several = self._accept("(")
        while True:
            direction = backward if self._accept("^") else forward
            direction.append(self._property())
            if not (several and self._accept("|")):
                break
        if several:
            self._expect(")")
        return NegatedSet(tuple(forward) if forward else None, tuple(backward) if backward else None)
