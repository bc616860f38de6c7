"""A difference as JSON: values, labels, and every triple."""

import json
from typing import Any

import pyoxigraph as ox

from kankei.dataset.statements import Term, text
from kankei.diff.changes import Difference, DocumentChange, DocumentStatus, NodeChange, PropertyChange
from kankei.diff.formatting import Formatter

FORMAT = 1
"""Version of the format; incremented when a reader of the previous one could misread this one."""


def json_text(difference: Difference, formatter: Formatter) -> str:
    """A difference as a JSON document, with labels in the language of the formatter."""
    content = {
        "format": FORMAT,
        "language": formatter.language,
        "programmes": {
            "added": difference.count_programmes(DocumentStatus.ADDED),
            "gone": difference.count_programmes(DocumentStatus.GONE),
            "continued": difference.continued,
            "changed": difference.count_programmes(DocumentStatus.CHANGED),
        },
        "notes": [formatter.sentence(note) for note in difference.notes],
        "documents": [_document(document, formatter) for document in difference.documents],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _document(change: DocumentChange, formatter: Formatter) -> dict[str, Any]:
    return {
        "iri": change.iri,
        "label": formatter.label(change.iri) or None,
        "status": change.status.value,
        "nodes": [_node(node, formatter) for node in change.nodes],
        "removed": [f"{triple} ." for triple in change.removed],
        "added": [f"{triple} ." for triple in change.added],
    }


def _node(change: NodeChange, formatter: Formatter) -> dict[str, Any]:
    path = [
        {"property": s.property, "label": formatter.label(s.property) or None, "mark": s.mark or None}
        for s in change.path
    ]
    budget = change.budget and {"comparability": change.budget.comparability.value, "yen": change.budget.yen}
    return {
        "node": change.node,
        "path": path,
        "kind": change.status.value,
        "provenance": change.is_provenance,
        "budget": budget,
        "fields": [_property(p, formatter) for p in change.properties],
    }


def _property(change: PropertyChange, formatter: Formatter) -> dict[str, Any]:
    return {
        "property": change.property,
        "label": formatter.label(change.property) or None,
        "provenance": change.is_provenance,
        "old": [_value(term, formatter) for term in change.old],
        "new": [_value(term, formatter) for term in change.new],
        "oldPlaces": list(change.old_places),
        "newPlaces": list(change.new_places),
    }


def _value(term: Term, formatter: Formatter) -> dict[str, Any]:
    if isinstance(term, ox.Literal):
        return {"value": term.value, "datatype": term.datatype.value, "language": term.language}
    return {"iri": text(term), "label": formatter.label(text(term)) or None}
