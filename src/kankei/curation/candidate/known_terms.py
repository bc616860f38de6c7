"""What the dataset knows by name: concepts by their labels, units by their path of names, fiscal years."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

import pyoxigraph as ox

from kankei.dataset.data_folder import Inputs, data_files, scheme_files, source_files
from kankei.dataset.turtle import read_turtle
from kankei.namespaces import CONCEPTS, ORG, SKOS, Base
from kankei.source.grammars.normalised_text import normalise

_LABELS = frozenset({f"{SKOS}prefLabel", f"{SKOS}altLabel"})


@dataclass(frozen=True)
class KnownTerms:
    """Names to IRIs.

    `concepts` is by kind (``body-type``), then by label; `broader` leads from a concept to the one above it;
    `notations` from a concept to its printed number; `units` from the names of a path, highest first, to the
    lowest unit; `years` are the fiscal years, `sources` the SHA-256 of the source documents by slug.
    """

    base: Base
    concepts: Mapping[str, Mapping[str, ox.NamedNode]]
    broader: Mapping[ox.NamedNode, ox.NamedNode]
    notations: Mapping[ox.NamedNode, str]
    units: Mapping[tuple[str, ...], ox.NamedNode]
    years: frozenset[int]
    sources: Mapping[str, str]

    def concept(self, kind: str, label: str) -> ox.NamedNode | None:
        """The concept of a kind that has this label, whatever the width of its characters."""
        return self.concepts.get(kind, {}).get(squeezed(label))

    def fiscal_year(self, year: int) -> ox.NamedNode:
        """The IRI of a fiscal year."""
        return ox.NamedNode(self.base.thing(f"fiscal-year/{year}"))


def squeezed(label: str) -> str:
    """A label as it is looked up: without blanks, in characters of one width, letters in one case."""
    return "".join(normalise(label).split()).casefold()


def read_known_terms(inputs: Inputs, base: Base) -> KnownTerms:
    """What the schemes and the data folder of some inputs know."""
    schemes = [triple for file in scheme_files(inputs) for triple in read_turtle(file, CONCEPTS)]
    files = data_files(inputs)
    units = [
        triple
        for path, file in files.items()
        if path.startswith("org/")
        for triple in read_turtle(file, base.thing(path))
    ]
    return KnownTerms(
        base,
        _concepts(schemes),
        _pairs(schemes, f"{SKOS}broader"),
        {
            node: value.value
            for node, value in _objects(schemes, f"{SKOS}notation")
            if isinstance(value, ox.Literal)
        },
        _paths(units),
        frozenset(int(slug) for slug in _slugs(files, "fiscal-year/")),
        {source.stem: sha256(source.read_bytes()).hexdigest() for source in source_files(inputs)},
    )


def _slugs(paths: Mapping[str, object], folder: str) -> Iterator[str]:
    return (path.removeprefix(folder) for path in paths if path.startswith(folder))


def _concepts(triples: list[ox.Triple]) -> dict[str, dict[str, ox.NamedNode]]:
    """Labels by kind; one that two concepts of a kind share names neither."""
    found: dict[str, dict[str, set[ox.NamedNode]]] = {}
    for node, predicate, value in triples:
        if predicate.value in _LABELS and isinstance(node, ox.NamedNode) and isinstance(value, ox.Literal):
            kind = node.value.removeprefix(CONCEPTS).partition("/")[0]
            if value.language == "ja":
                found.setdefault(kind, {}).setdefault(squeezed(value.value), set()).add(node)
    return {
        kind: {label: nodes.copy().pop() for label, nodes in labels.items() if len(nodes) == 1}
        for kind, labels in found.items()
    }


def _paths(triples: list[ox.Triple]) -> dict[tuple[str, ...], ox.NamedNode]:
    above = _pairs(triples, f"{ORG}subOrganizationOf")
    names = {
        node: value.value
        for node, value in _objects(triples, f"{SKOS}prefLabel")
        if isinstance(value, ox.Literal) and value.language == "ja"
    }
    return {_path(unit, names, above): unit for unit in names}


def _path(
    unit: ox.NamedNode, names: Mapping[ox.NamedNode, str], above: Mapping[ox.NamedNode, ox.NamedNode]
) -> tuple[str, ...]:
    path: list[str] = []
    seen: set[ox.NamedNode] = set()
    node: ox.NamedNode | None = unit
    while node and node not in seen:
        seen.add(node)
        path.insert(0, names.get(node, ""))
        node = above.get(node)
    return tuple(path)


def _pairs(triples: list[ox.Triple], predicate: str) -> dict[ox.NamedNode, ox.NamedNode]:
    return {node: value for node, value in _objects(triples, predicate) if isinstance(value, ox.NamedNode)}


def _objects(triples: list[ox.Triple], predicate: str) -> Iterator[tuple[ox.NamedNode, object]]:
    for node, found, value in triples:
        if found.value == predicate and isinstance(node, ox.NamedNode):
            yield node, value
