"""Property paths (SHACL, section 2.3.1): read from a shapes graph, written as SPARQL and as Turtle."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import PREFIXES, RDF, SH
from kankei.validation.shapes.shapes_graph import ShapesGraph, Term, label

_MODIFIERS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}

NOWHERE = "<urn:x-kankei:nowhere>"
"""A property that no data has."""


@dataclass(frozen=True)
class Path:
    """A property path: a predicate, or an operator over other paths."""

    operator: str
    iri: str = ""
    steps: "tuple[Path, ...]" = ()

    @classmethod
    def predicate(cls, iri: str) -> "Path":
        """The path of one step.

        >>> Path.predicate("https://w3id.org/kankei/ns#budget").sparql
        'kk:budget'
        """
        return cls("", iri)

    @cached_property
    def sparql(self) -> str:
        """The path for people, with the project's prefixes."""
        return self._written(shortened)

    @cached_property
    def query(self) -> str:
        """The path for queries, with full IRIs."""
        return self._written("<{}>".format)

    @cached_property
    def turtle(self) -> str:
        """The path as the Turtle term or blank node that SHACL writes it as."""
        steps = " ".join(step.turtle for step in self.steps)
        match self.operator:
            case "":
                return f"<{self.iri}>"
            case "/":
                return f"( {steps} )"
            case "|":
                return f"[ sh:alternativePath ( {steps} ) ]"
            case "^":
                return f"[ sh:inversePath {steps} ]"
        return f"[ sh:{self._modifier} {steps} ]"

    @property
    def is_predicate(self) -> bool:
        """Whether the path is one step forward."""
        return not self.operator

    @property
    def is_step(self) -> bool:
        """Whether the path is one step, forward or backward, and so reaches each end once."""
        return self.is_predicate or (self.operator == "^" and self.steps[0].is_predicate)

    @cached_property
    def may_be_empty(self) -> bool:
        """Whether a node reaches itself by taking no step, also one that stands nowhere in the data."""
        if self.operator == "|":
            return any(step.may_be_empty for step in self.steps)
        if self.operator in {"/", "^", "+"}:
            return all(step.may_be_empty for step in self.steps)
        return self.operator in {"*", "?"}

    def predicates(self) -> Iterator[str]:
        """The IRIs of every step."""
        if self.iri:
            yield self.iri
        for step in self.steps:
            yield from step.predicates()

    def pattern(self, start: str, end: str) -> str:
        """A SPARQL graph pattern: what is at the end of the path from a start that is bound already.

        LATERAL lets the store go from each start along the path, wherever the pattern stands. A sequence is
        joined to a property that no data has: as a mere sequence it would be taken apart into triple
        patterns, and those be read from either end.
        """
        if self.is_predicate:
            return f"{start} {self.query} {end} . "
        path = f"({self.query})|{NOWHERE}" if self.operator == "/" else self.query
        walked = f"{start} {path} {end} "
        if self.may_be_empty:
            walked = f"{{ {walked} }} UNION {{ BIND ({start} AS {end}) }} "
        return f"LATERAL {{ {walked}}} "

    def _written(self, iri: Callable[[str], str]) -> str:
        steps = [step._written(iri) for step in self.steps]  # noqa: SLF001 - its own kind
        if not steps:
            return iri(self.iri)
        if self.operator == "/":
            return "/".join(
                f"({s})" if step.operator == "/" else s for s, step in zip(steps, self.steps, strict=True)
            )
        if self.operator == "|":
            return f"({'|'.join(steps)})"
        step = f"({steps[0]})" if self.steps[0].operator not in {"", "|"} else steps[0]
        return f"^{step}" if self.operator == "^" else f"{step}{self.operator}"

    @property
    def _modifier(self) -> str:
        return next(name for name, sign in _MODIFIERS.items() if sign == self.operator)


def shortened(iri: str) -> str:
    """An IRI as a prefixed name, where the project has a prefix for it and its local part is plain."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{local}"
    return f"<{iri}>"


def read_path(graph: ShapesGraph, node: Term, within: tuple[Term, ...] = ()) -> Path:
    """The path that a node of a shapes graph stands for."""
    if isinstance(node, ox.NamedNode):
        return Path.predicate(node.value)
    if node in within:
        raise MalformedShapes("a property path refers to itself", label(within[0]))
    within = (*within, node)
    is_list = bool(graph.values(node, RDF + "first"))
    for name, operator in {"inversePath": "^", **_MODIFIERS}.items():
        inner = None if is_list else graph.value(node, SH + name)
        if inner is not None:
            return Path(operator, steps=(read_path(graph, inner, within),))
    alternatives = None if is_list else graph.value(node, SH + "alternativePath")
    members = graph.items(node if alternatives is None else alternatives, node)
    if not members:
        raise MalformedShapes(
            "a property path is neither an IRI nor well-formed (SHACL, section 2.3.1)", label(node)
        )
    operator = "/" if alternatives is None else "|"
    return Path(operator, steps=tuple(read_path(graph, member, within) for member in members))
