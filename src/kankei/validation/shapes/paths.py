"""Property paths (SHACL, section 2.3.1): parsed from a shapes graph, formatted as SPARQL and as Turtle."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import PREFIXES, RDF, SH
from kankei.validation.shapes.shapes_graph import ShapesGraph, Term, label

_MODIFIERS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}

UNUSED_PROPERTY = "<urn:x-kankei:nowhere>"
"""A property that no data has."""


@dataclass(frozen=True)
class Path:
    """A property path: a predicate, or an operator over other paths."""

    operator: str
    iri: str = ""
    steps: "tuple[Path, ...]" = ()

    @classmethod
    def predicate(cls, iri: str) -> "Path":
        """The path of one step forward.

        >>> Path.predicate("https://w3id.org/kankei/ns#budget").readable
        'kk:budget'
        """
        return cls("", iri)

    @cached_property
    def readable(self) -> str:
        """The path in SPARQL syntax with the project's prefixes, for people."""
        return self._format(prefixed_name)

    @cached_property
    def sparql(self) -> str:
        """The path in SPARQL syntax with full IRIs, for queries."""
        return self._format("<{}>".format)

    @cached_property
    def turtle(self) -> str:
        """The path as the Turtle term or blank node of SHACL, section 2.3.1."""
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
        modifier = next(name for name, sign in _MODIFIERS.items() if sign == self.operator)
        return f"[ sh:{modifier} {steps} ]"

    @property
    def is_predicate(self) -> bool:
        """Whether the path is one step forward."""
        return not self.operator

    @property
    def is_step(self) -> bool:
        """Whether the path is one step, forward or backward, so that no end is reached twice."""
        return self.is_predicate or (self.operator == "^" and self.steps[0].is_predicate)

    @cached_property
    def may_be_empty(self) -> bool:
        """Whether the path matches without a step: from a node to itself, even one that the data lacks."""
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
        """A SPARQL graph pattern that binds the ends of the path from a start that is bound already.

        LATERAL makes the store evaluate the path from each start. A sequence gets a property that no data
        has as alternative: the store would split a plain sequence into triple patterns and join these in any
        order.
        """
        if self.is_predicate:
            return f"{start} {self.sparql} {end} . "
        path = f"({self.sparql})|{UNUSED_PROPERTY}" if self.operator == "/" else self.sparql
        pattern = f"{start} {path} {end} "
        if self.may_be_empty:
            pattern = f"{{ {pattern} }} UNION {{ BIND ({start} AS {end}) }} "
        return f"LATERAL {{ {pattern}}} "

    def _format(self, format_iri: Callable[[str], str]) -> str:
        steps = [step._format(format_iri) for step in self.steps]  # noqa: SLF001 - the same class
        if not steps:
            return format_iri(self.iri)
        if self.operator == "/":
            return "/".join(
                f"({s})" if step.operator == "/" else s for s, step in zip(steps, self.steps, strict=True)
            )
        if self.operator == "|":
            return f"({'|'.join(steps)})"
        step = f"({steps[0]})" if self.steps[0].operator not in {"", "|"} else steps[0]
        return f"^{step}" if self.operator == "^" else f"{step}{self.operator}"


def prefixed_name(iri: str) -> str:
    """An IRI as a prefixed name, if the project has a prefix for it and its local part needs no escapes."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{local}"
    return f"<{iri}>"


def read_path(graph: ShapesGraph, node: Term, parents: tuple[Term, ...] = ()) -> Path:
    """The path that a node of a shapes graph represents; raises `MalformedShapes` for any other node."""
    if isinstance(node, ox.NamedNode):
        return Path.predicate(node.value)
    if node in parents:
        raise MalformedShapes("a property path refers to itself", label(parents[0]))
    parents = (*parents, node)
    is_list = bool(graph.values(node, RDF + "first"))
    for name, operator in {"inversePath": "^", **_MODIFIERS}.items():
        inner = None if is_list else graph.value(node, SH + name)
        if inner is not None:
            return Path(operator, steps=(read_path(graph, inner, parents),))
    alternatives = None if is_list else graph.value(node, SH + "alternativePath")
    members = graph.items(node if alternatives is None else alternatives, node)
    if not members:
        raise MalformedShapes(
            "a property path is neither an IRI nor well-formed (SHACL, section 2.3.1)", label(node)
        )
    operator = "/" if alternatives is None else "|"
    return Path(operator, steps=tuple(read_path(graph, member, parents) for member in members))
