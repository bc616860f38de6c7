"""One side of a comparison: the documents of a release, a data folder or Turtle files, read one by one."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.data_folder import (
    CATALOGUE,
    Inputs,
    data_files,
    document_path,
    folder_files,
    ontology_files,
    scheme_files,
)
from kankei.dataset.turtle import read_turtle
from kankei.errors import UsageError
from kankei.namespaces import DEFAULT_BASE, Base
from kankei.release.document_index import Labels, labels_of
from kankei.release.reader import TRIPLES, Release

TERMS = ""
"""The path of what is no document: ontology terms, in a release."""


class Scope(IntEnum):
    """How much a side speaks of: what a narrower one does not have is left out, and not gone."""

    FILE = 0
    FOLDER = 1
    WHOLE = 2


class Side(ABC):
    """Documents by path, all under one base."""

    base: Base
    scope: Scope = Scope.WHOLE
    derives: bool = False
    """Whether it has the derived properties and the vocabulary, as a release does."""

    @property
    @abstractmethod
    def paths(self) -> Collection[str]:
        """The paths of its documents, such as ``programme/two-region-living``."""

    @abstractmethod
    def content(self, path: str) -> bytes:
        """The bytes of a document: where two sides of a kind have the same, no statement differs."""

    @abstractmethod
    def triples(self, path: str) -> Iterable[ox.Triple]:
        """The statements of a document."""

    @abstractmethod
    def labels(self, iri: str) -> Labels:
        """What it calls an IRI."""


@dataclass(frozen=True)
class ReleaseSide(Side):
    """A release: slices of its N-Triples dump, found by its index."""

    release: Release
    derives = True

    @property
    def base(self) -> Base:  # type: ignore[override]
        """The base of the release."""
        return self.release.manifest.base

    @cached_property
    def paths(self) -> Collection[str]:
        """The documents of the index, and the terms before them."""
        return {TERMS, *self.release.documents}

    def content(self, path: str) -> bytes:
        """A slice of the dump."""
        if path in self.release.documents:
            return self.release.triples(path)
        first = min((document.offset for document in self.release.documents.values()), default=-1)
        with self.release.file(TRIPLES).open("rb") as dump:
            return dump.read(first)

    def triples(self, path: str) -> Iterable[ox.Triple]:
        """The statements of a slice."""
        quads = ox.parse(self.content(path), format=ox.RdfFormat.N_TRIPLES)
        return (quad.triple for quad in quads)

    def labels(self, iri: str) -> Labels:
        """The labels of the index."""
        document = self.release.documents.get(self.base.path(iri) or "")
        named = document and document.iri == iri
        return document.labels if document and named else self.release.labels.get(iri, {})


@dataclass(frozen=True)
class FilesSide(Side):
    """Turtle files, each one document."""

    files: Mapping[str, Path]
    base: Base = field(default_factory=Base)
    scope: Scope = Scope.WHOLE

    @property
    def paths(self) -> Collection[str]:
        """The documents that the files describe."""
        return self.files.keys()

    def content(self, path: str) -> bytes:
        """A file as it is, under the name that its relative IRIs rest on."""
        return self.files[path].read_bytes()

    def triples(self, path: str) -> Iterable[ox.Triple]:
        """The statements of a file; blank nodes are named by what is said of them."""
        triples = read_turtle(self.files[path], self.base.thing(path))
        if not any(isinstance(term, ox.BlankNode) for triple in triples for term in triple):
            return triples
        dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return [quad.triple for quad in dataset]

    def labels(self, iri: str) -> Labels:
        """The labels that an IRI has in its own document."""
        path = self.base.path(iri) or ""
        if path not in self.files:
            return {}
        return _labels(t for t in read_turtle(self.files[path], self.base.thing(path))).get(iri, {})


@dataclass(frozen=True)
class Vocabulary:
    """The labels of the ontology and its schemes, and which properties only a build derives."""

    inputs: Inputs

    @cached_property
    def triples(self) -> list[ox.Triple]:
        """The statements of the ontology and the schemes."""
        files = (*ontology_files(self.inputs), *scheme_files(self.inputs))
        return [triple for file in files for triple in read_turtle(file, DEFAULT_BASE)]

    @cached_property
    def all_labels(self) -> Mapping[str, Labels]:
        """Label by IRI."""
        return _labels(self.triples)

    def labels(self, iri: str) -> Labels:
        """What the vocabulary calls an IRI."""
        return self.all_labels.get(iri, {})


def open_side(path: Path, base: Base) -> Side:
    """A side of a comparison; `base` is for files, since only a release knows its own."""
    if path.is_file():
        return FilesSide({document_path(path): path}, base, Scope.FILE)
    if not path.is_dir():
        raise UsageError(
            "there is no such release, folder or Turtle file; for editions give two years or two sources",
            str(path),
        )
    for release in (path, path / "current"):
        if (release / "manifest.json").is_file():
            return ReleaseSide(Release.open(release))
    if (path / CATALOGUE).is_file():
        return FilesSide(data_files(Inputs(path, path, path, path)), base)
    files = folder_files(path)
    if not files:
        raise UsageError("the folder holds no release, no catalogue.ttl and no Turtle file", str(path))
    return FilesSide(files, base, Scope.FOLDER)


def _labels(triples: Iterable[ox.Triple]) -> Mapping[str, Labels]:
    return labels_of(
        (str(getattr(t.subject, "value", t.subject)), t.predicate.value, t.object) for t in triples
    )
