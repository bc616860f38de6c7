"""A difference as JSON: values, labels, and every triple of it."""

import json
from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox

from kankei.dataset.statements import Term, text
from kankei.diff.changes import DocumentChange, Field, NodeChange, Status
from kankei.diff.difference import Difference
from kankei.diff.labels import Names

FORMAT = 1
"""The version of the form; it grows by one when a reader of the last could misread this one."""


def as_json(difference: Difference, names: Names) -> str:
    """The record of a difference, with labels in the language of the names."""
    content = {
        "format": FORMAT,
        "language": names.language,
        "programmes": {
            "added": difference.programmes(Status.ADDED),
            "gone": difference.programmes(Status.GONE),
            "continued": difference.continued,
            "changed": difference.programmes(Status.CHANGED),
        },
        "notes": [names.say(note) for note in difference.notes],
        "documents": [_document(document, names) for document in difference.documents],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _document(change: DocumentChange, names: Names) -> dict[str, Any]:
    return {
        "iri": change.iri,
        "label": names.label(change.iri) or None,
        "status": change.status.value,
        "nodes": [_node(node, names) for node in change.nodes],
        "removed": [f"{triple} ." for triple in change.removed],
        "added": [f"{triple} ." for triple in change.added],
    }


def _node(change: NodeChange, names: Names) -> dict[str, Any]:
    path = [
        {"property": s.property, "label": names.label(s.property) or None, "mark": s.mark or None}
        for s in change.path
    ]
    budget = change.budget and {
        "comparability": change.budget.comparability.value,
        "yen": change.budget.yen,
    }
    return {
        "node": change.node,
        "path": path,
        "kind": change.kind.value,
        "provenance": change.provenance,
        "budget": budget,
        "fields": [_field(field, names) for field in change.fields],
    }


def _field(field: Field, names: Names) -> dict[str, Any]:
    return {
        "property": field.property,
        "label": names.label(field.property) or None,
        "provenance": field.provenance,
        "old": _values(field.old, names),
        "new": _values(field.new, names),
        "oldPlaces": list(field.old_places),
        "newPlaces": list(field.new_places),
    }


def _values(terms: Sequence[Term], names: Names) -> list[dict[str, Any]]:
    return [_value(term, names) for term in terms]


def _value(term: Term, names: Names) -> dict[str, Any]:
    if isinstance(term, ox.Literal):
        return {"value": term.value, "datatype": term.datatype.value, "language": term.language}
    return {"iri": text(term), "label": names.label(text(term)) or None}
