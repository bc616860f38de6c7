"""Evidence: what statements rest on where that is not simply the text at their own node's place."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

import pyoxigraph as ox

from kankei.curation.candidate.nodes import Node, concept, lines_iri, rdf_type, texts
from kankei.localisation import Text
from kankei.namespaces import KK
from kankei.source.lines.document import LineRange

_NO_REASON = Text("", "")


class Basis(Enum):
    """What a statement rests on; the values are the names of the individuals of ``kk:Basis``."""

    STATED = "stated"
    INFERRED = "inferred"
    EDITORIAL = "editorial"


@dataclass(frozen=True)
class Evidence:
    """What some properties of a node rest on: lines of the source, a rule, or a reason in two languages.

    `name` is a part of the evidence node's name; evidence that is equal is one node about several others.
    """

    name: str
    properties: tuple[str, ...]
    basis: Basis
    places: tuple[LineRange, ...]
    rule: str | None = None
    reason: Text = _NO_REASON


def stated(name: str, term: str, *places: LineRange) -> Evidence:
    """Evidence that a property is printed on some lines."""
    return Evidence(name, (term,), Basis.STATED, places)


EvidenceClaim = tuple[Evidence, ox.NamedNode, ox.NamedNode | ox.Literal | None]
"""Evidence, the node that it is about, and the value that it is about where the property has several."""


def evidence_nodes(
    claims: Iterable[EvidenceClaim], programme: str, source: str, suffix: str = ""
) -> Iterator[Node]:
    """A node for each piece of evidence, about all nodes that it is claimed for, in the order of the claims.

    Different evidence of one name is numbered; `suffix` distinguishes it from that of earlier editions.
    """
    subjects: dict[tuple[Evidence, ox.NamedNode | ox.Literal | None], dict[ox.NamedNode, None]] = {}
    for evidence, about, value in claims:
        subjects.setdefault((evidence, value), {})[about] = None
    used: Counter[str] = Counter()
    for (evidence, value), nodes in subjects.items():
        used[evidence.name] += 1
        number = f"-{used[evidence.name]}" if used[evidence.name] > 1 else ""
        iri = f"{programme}#evidence-{evidence.name}{number}{suffix}"
        yield evidence_node(iri, evidence, nodes, source, value)


def evidence_node(
    iri: str,
    evidence: Evidence,
    about: Iterable[ox.NamedNode],
    source: str,
    value: ox.NamedNode | ox.Literal | None = None,
) -> Node:
    """The node of some evidence about nodes, whose places are lines of the source of this IRI."""
    statements = [rdf_type("Evidence"), *((f"{KK}about", node) for node in about)]
    statements += [(f"{KK}onProperty", ox.NamedNode(term)) for term in evidence.properties]
    statements += [(f"{KK}onValue", value)] if value else []
    statements.append((f"{KK}basis", ox.NamedNode(KK + evidence.basis.value)))
    statements += [(f"{KK}rule", concept("rule", evidence.rule))] if evidence.rule else []
    statements += texts(f"{KK}ground", evidence.reason)
    statements += [(f"{KK}place", lines_iri(source, place)) for place in evidence.places]
    return Node(iri, tuple(statements))
