"""Evidence nodes: what statements rest on that are not simply printed at their own node's place."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.curation.candidate.nodes import Node, Statement, concept
from kankei.curation.candidate.value import Ground
from kankei.namespaces import KK, RDF
from kankei.source.lines.document import LineRange

Claim = tuple[Ground, ox.NamedNode, ox.NamedNode | ox.Literal | None]
"""A ground, the node that it is about, and the one value that it is about where the property has several."""


@dataclass(frozen=True)
class Document:
    """Where evidence stands: the programme's IRI, and the IRI of the source that places are in."""

    programme: str
    source: str

    def place(self, place: LineRange) -> ox.NamedNode:
        """The IRI of some lines of the source (RFC 5147)."""
        return ox.NamedNode(f"{self.source}#{place.fragment}")


def evidence(claims: Iterable[Claim], document: Document, suffix: str = "") -> Iterator[Node]:
    """A node for each ground, about all that it holds for, in the order of the claims.

    Grounds of one name that differ are told apart by a number; `suffix` tells all of them from older ones.
    """
    gathered: dict[tuple[Ground, ox.NamedNode | ox.Literal | None], dict[ox.NamedNode, None]] = {}
    for ground, about, value in claims:
        gathered.setdefault((ground, value), {})[about] = None
    used: Counter[str] = Counter()
    for (ground, value), nodes in gathered.items():
        used[ground.name] += 1
        number = f"-{used[ground.name]}" if used[ground.name] > 1 else ""
        iri = f"{document.programme}#evidence-{ground.name}{number}{suffix}"
        yield Node(iri, tuple(_statements(ground, value, nodes, document)))


def _statements(
    ground: Ground, value: ox.NamedNode | ox.Literal | None, about: Iterable[ox.NamedNode], document: Document
) -> Iterator[Statement]:
    yield f"{RDF}type", ox.NamedNode(f"{KK}Evidence")
    yield from ((f"{KK}about", node) for node in about)
    yield from ((f"{KK}onProperty", ox.NamedNode(term)) for term in ground.properties)
    if value:
        yield f"{KK}onValue", value
    yield f"{KK}basis", ox.NamedNode(KK + ground.basis.value)
    if ground.rule:
        yield f"{KK}rule", concept("rule", ground.rule)
    yield from (
        (f"{KK}ground", ox.Literal(text, language=language))
        for text, language in ((ground.ja, "ja"), (ground.en, "en"))
        if text
    )
    yield from ((f"{KK}place", document.place(place)) for place in ground.places)
