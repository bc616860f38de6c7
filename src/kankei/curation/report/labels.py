"""What a reader of a report calls the ontology's terms, its concepts, and the data's organisations."""

from collections.abc import Iterator, Mapping
from functools import cache

import pyoxigraph as ox

from kankei.dataset.data_folder import Inputs, data_files, ontology_files, scheme_files
from kankei.dataset.turtle import read_turtle
from kankei.namespaces import DEFAULT_BASE, RDFS, SKOS, Base

Labels = Mapping[str, Mapping[str, str]]
"""IRI to language to label."""

_NAMING = frozenset({f"{RDFS}label", f"{SKOS}prefLabel"})
_FOLDERS = ("org/", "fiscal-year/")


@cache
def labels(inputs: Inputs, base: Base) -> Labels:
    """The labels of the ontology, its schemes and rules, and of the data's organisations and fiscal years."""
    found: dict[str, dict[str, str]] = {}
    for node, predicate, value in _triples(inputs, base):
        if predicate.value in _NAMING and isinstance(node, ox.NamedNode) and isinstance(value, ox.Literal):
            found.setdefault(node.value, {}).setdefault(value.language or "ja", value.value)
    return found


def _triples(inputs: Inputs, base: Base) -> Iterator[ox.Triple]:
    for file in (*ontology_files(inputs), *scheme_files(inputs)):
        yield from read_turtle(file, DEFAULT_BASE)
    for path, file in data_files(inputs).items():
        if path.startswith(_FOLDERS):
            yield from read_turtle(file, base.thing(path))
