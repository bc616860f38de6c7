"""What changed within a document from one release to the next, as JSON values for the history of releases."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kankei.dataset.statements import Term
from kankei.diff.changes import NodeChange, PropertyChange
from kankei.diff.document_comparison import compare_documents
from kankei.diff.document_graph import DocumentGraph
from kankei.namespaces import XSD


def change_details(iri: str, before: bytes, after: bytes) -> Sequence[Mapping[str, Any]]:
    """The nodes of a document that changed, each with its properties; from N-Triples of both states."""
    old, new = (
        DocumentGraph.of(quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES))
        for lines in (before, after)
    )
    change = compare_documents(iri, old, new)
    return [_node(node) for node in change.nodes] if change else []


def _node(change: NodeChange) -> dict[str, Any]:
    return {
        "node": change.node,
        "status": change.status.value,
        "properties": [_property(change) for change in change.properties],
    }


def _property(change: PropertyChange) -> dict[str, Any]:
    values = {"old": [_value(term) for term in change.old], "new": [_value(term) for term in change.new]}
    return {"property": change.property, **values}


def _value(term: Term) -> dict[str, str]:
    """A literal's text, with its language or with another datatype than a string's; else an IRI."""
    if not isinstance(term, ox.Literal):
        return {"iri": str(term).strip("<>")}
    if term.language:
        return {"value": term.value, "language": term.language}
    datatype = term.datatype.value
    return {"value": term.value, **({} if datatype == f"{XSD}string" else {"datatype": datatype})}
