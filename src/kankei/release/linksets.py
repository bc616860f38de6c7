"""Links to other datasets, described as linksets (VoID, section 5): one for each target and property."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

import pyoxigraph as ox

from kankei.dataset.dataset import Dataset
from kankei.dataset.statements import text
from kankei.namespaces import RDF, SCHEMA, SKOS, VOID, XSD

LINKS = (
    *(f"{SKOS}{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")),
    f"{SCHEMA}sameAs",
)
"""The properties whose values are things of other datasets."""


@dataclass(frozen=True)
class Linkset:
    """Links by one property: the IRI of their target, a part of this publication or a space of IRIs."""

    predicate: str
    target: str
    is_part: bool
    count: int


def linksets(dataset: Dataset) -> list[Linkset]:
    """The linksets of a dataset, in order; links within one data folder belong to none."""
    parts = {document: name for name, documents in dataset.members.items() for document in documents}
    counts: Counter[tuple[str, str, bool]] = Counter()
    for predicate in LINKS:
        for triple in dataset.find(None, predicate, None):
            target = _target(dataset, text(triple.subject), text(triple.object), parts)
            if target:
                counts[predicate, *target] += 1
    return [Linkset(*key, count) for key, count in sorted(counts.items())]


def _target(dataset: Dataset, subject: str, value: str, parts: Mapping[str, str]) -> tuple[str, bool] | None:
    """The target of a link, and whether it is a part of the publication; None for a link within one."""
    path = dataset.base.path(value)
    if path is None:
        return value[: max(value.rfind("#"), value.rfind("/")) + 1], False
    name = parts.get(path, "")
    if name == parts.get(dataset.base.path(subject) or "", ""):
        return None
    return f"{dataset.base.dataset}/{name}" if name else dataset.base.dataset, True


def linkset_triples(linksets: list[Linkset], dataset: str) -> Iterator[ox.Triple]:
    """The description of linksets as parts of a dataset."""
    for linkset in linksets:
        digest = sha256(f"{linkset.predicate} {linkset.target}".encode()).hexdigest()[:12]
        node = f"{dataset}#linkset-{digest}"
        target = linkset.target
        if not linkset.is_part:
            target = f"{dataset}#target-{sha256(linkset.target.encode()).hexdigest()[:12]}"
            yield _triple(target, RDF + "type", ox.NamedNode(VOID + "Dataset"))
            yield _triple(target, VOID + "uriSpace", ox.Literal(linkset.target))
        yield _triple(node, RDF + "type", ox.NamedNode(VOID + "Linkset"))
        yield _triple(node, VOID + "linkPredicate", ox.NamedNode(linkset.predicate))
        yield _triple(node, VOID + "subjectsTarget", ox.NamedNode(dataset))
        yield _triple(node, VOID + "objectsTarget", ox.NamedNode(target))
        count = ox.Literal(str(linkset.count), datatype=ox.NamedNode(XSD + "integer"))
        yield _triple(node, VOID + "triples", count)
        yield _triple(dataset, VOID + "subset", ox.NamedNode(node))


def _triple(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value)
