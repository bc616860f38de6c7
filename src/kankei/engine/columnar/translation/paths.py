"""Property paths as pairs of identifiers (SPARQL 1.1 Query Language, sections 9 and 18.4).

A closure is walked by recursive SQL, from its bound end where it has one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kankei.engine.algebra.paths import (
    Alternative,
    Closure,
    Inverse,
    Link,
    NegatedSet,
    Optional,
    Path,
)
from kankei.engine.algebra.paths import (
    Sequence as PathSequence,
)
from kankei.engine.algebra.terms import Iri
from kankei.engine.columnar.translation.rows import Context
from kankei.engine.columnar.translation.values import refusal

ABSENT = "a path of zero length from a term that the graph does not have"


@dataclass(frozen=True, slots=True)
class ActiveGraph:
    """The graph that patterns are matched against: a condition on the quads, or the default graph."""

    condition: str = ""

    def triples(self, *, by_object: bool = False) -> str:
        """A table with the columns s, p and o."""
        if not self.condition:
            return "triples_by_object" if by_object else "triples_by_subject"
        return f"(SELECT s, p, o FROM quads WHERE {self.condition})"

    def node(self, identifier: str) -> str:
        """A term as the start of a path of zero length; ends the query where the graph does not have it.

        Section 18.4 lets such a path reach it all the same, Oxigraph does not.
        """
        is_node = f"EXISTS (SELECT 1 FROM {self.triples()} nodes WHERE s = {identifier} OR o = {identifier})"
        return f"CASE WHEN {is_node} THEN CAST({identifier} AS INTEGER) ELSE {refusal(ABSENT)} END"

    def nodes(self) -> str:
        """Every subject and object, as a column n."""
        triples = self.triples()
        return f"(SELECT s AS n FROM {triples} nodes UNION SELECT o FROM {triples} nodes)"


def reversed_path(path: Path) -> Path:
    """The path walked from its end."""
    match path:
        case Inverse(inner):
            return inner
        case PathSequence(left, right):
            return PathSequence(reversed_path(right), reversed_path(left))
        case Alternative(left, right):
            return Alternative(reversed_path(left), reversed_path(right))
        case Closure(inner, reflexive):
            return Closure(reversed_path(inner), reflexive)
        case Optional(inner):
            return Optional(reversed_path(inner))
        case NegatedSet(forward, backward):
            return NegatedSet(backward, forward)
        case _:
            return Inverse(path)


def pairs(path: Path, context: Context, graph: ActiveGraph) -> str:
    """A SELECT of the pairs that a path connects, as columns a and b."""
    match path:
        case Link(iri):
            identifier = context.identifiers[iri]
            return f"SELECT s AS a, o AS b FROM {graph.triples()} steps WHERE p = {identifier}"
        case Inverse(inner):
            name = context.name("p")
            return f"SELECT b AS a, a AS b FROM ({pairs(inner, context, graph)}) {name}"
        case PathSequence(left, right):
            one, two = context.name("p"), context.name("p")
            sources = f"({pairs(left, context, graph)}) {one}, ({pairs(right, context, graph)}) {two}"
            return f"SELECT {one}.a AS a, {two}.b AS b FROM {sources} WHERE {one}.b = {two}.a"
        case Alternative(left, right):
            return f"{pairs(left, context, graph)} UNION ALL {pairs(right, context, graph)}"
        case NegatedSet(forward, backward):
            return _others(forward, backward, context, graph)
        case Closure(inner, reflexive):
            return _closure(pairs(inner, context, graph), reflexive, context, graph)
        case Optional(inner):
            return (
                f"SELECT n AS a, n AS b FROM {graph.nodes()} n UNION"
                f" SELECT a, b FROM ({pairs(inner, context, graph)}) {context.name('p')}"
            )


def reached(path: Closure | Optional, start: str, context: Context, graph: ActiveGraph) -> str:
    """A SELECT of the nodes that a closure reaches from a node, as column b."""
    step, name = context.name("p"), context.name("r")
    steps = f"({pairs(path.path, context, graph)}) {step}"
    first = f"SELECT b FROM {steps} WHERE a = {start}"
    if isinstance(path, Optional):
        return f"SELECT {graph.node(start)} AS b UNION {first}"
    if path.reflexive:
        first = f"SELECT {graph.node(start)} AS b"
    walk = f"SELECT {step}.b FROM {name}, {steps} WHERE {step}.a = {name}.b"
    return f"WITH RECURSIVE {name}(b) AS ({first} UNION {walk}) SELECT b FROM {name}"


def _closure(steps: str, reflexive: bool, context: Context, graph: ActiveGraph) -> str:
    name, step = context.name("r"), context.name("p")
    walk = f"SELECT {name}.a, {step}.b FROM {name}, ({steps}) {step} WHERE {step}.a = {name}.b"
    zero = f"SELECT n AS a, n AS b FROM {graph.nodes()} n UNION " if reflexive else ""
    recursive = f"WITH RECURSIVE {name}(a, b) AS (SELECT a, b FROM ({steps}) {step} UNION {walk})"
    return f"{zero}SELECT a, b FROM ({recursive} SELECT a, b FROM {name}) {context.name('p')}"


def _others(
    forward: Sequence[Iri] | None, backward: Sequence[Iri] | None, context: Context, graph: ActiveGraph
) -> str:
    """Properties that are not named, in one direction or both (section 18.2.2.3)."""
    selects = []
    for named, columns in ((forward, "s AS a, o AS b"), (backward, "o AS a, s AS b")):
        if named is not None:
            identifiers = ", ".join(str(context.identifiers[iri]) for iri in named)
            where = f" WHERE p NOT IN ({identifiers})" if named else ""
            selects.append(f"SELECT {columns} FROM {graph.triples()} steps{where}")
    return " UNION ALL ".join(selects)
