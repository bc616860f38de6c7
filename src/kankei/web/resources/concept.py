"""A concept's place in its scheme, and a scheme's concepts, as a tree."""

from collections.abc import Sequence
from dataclasses import dataclass

from kankei.engine.operation import Engine
from kankei.namespaces import SKOS
from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value
from kankei.web.queries import solutions
from kankei.web.rdf.graph import Graph
from kankei.web.resources.trees import Branch, Tree

_SCHEME = f"{SKOS}ConceptScheme"


@dataclass(frozen=True)
class ConceptPlace:
    """Where a concept or a scheme stands: what is above it, from the scheme on, and the tree below it."""

    above: Sequence[Value]
    tree: Branch
    iris: frozenset[str]
    """The IRIs of these things."""


async def concept_place(engine: Engine, localizer: Localizer, graph: Graph, iri: str) -> ConceptPlace | None:
    """The place of a concept or a scheme; none for another thing."""
    is_scheme = _SCHEME in graph.types(iri)
    schemes = [iri] if is_scheme else graph.names(iri, f"{SKOS}inScheme")
    if not schemes:
        return None
    rows = await solutions(engine, "concepts", thing=schemes[0])
    tree = Tree.of((row["concept"], row.get("broader", schemes[0])) for row in rows)
    above = tree.above(iri)
    return ConceptPlace(
        [localizer.resource(each) for each in above],
        tree.branch(localizer, iri, iri),
        frozenset((*above, *schemes, *tree.below(iri))),
    )
