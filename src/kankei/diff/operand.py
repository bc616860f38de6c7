"""Operands of a comparison: the documents of a release, a data folder or Turtle files, read one by one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import pyoxigraph as ox

from kankei.dataset.data_folder import (
    CATALOGUE,
    RECORDS_DOCUMENT,
    Inputs,
    data_files,
    document_path,
    folder_files,
    ontology_files,
    record_files,
    scheme_files,
)
from kankei.dataset.statements import TYPE, text
from kankei.dataset.turtle import read_turtle
from kankei.errors import UsageError
from kankei.localisation import Labels
from kankei.namespaces import DEFAULT_BASE, KK, Base
from kankei.release.document_index import labels_of
from kankei.release.reader import TRIPLES, Release

TERMS = ""
"""The path of what is no document: ontology terms, in a release."""


class Scope(IntEnum):
    """How much an operand covers: documents outside the narrower scope are not compared, and not *gone*."""

    FILE = 0
    FOLDER = 1
    WHOLE = 2


@dataclass(frozen=True)
class ReleaseOperand:
    """A release: slices of its N-Triples dump, located by its index."""

    release: Release
    scope: ClassVar[Scope] = Scope.WHOLE
    has_derived: ClassVar[bool] = True
    """Whether it has the derived properties and the vocabulary, as a release does."""

    @property
    def base(self) -> Base:
        """The base of the release."""
        return self.release.manifest.base

    @cached_property
    def paths(self) -> Collection[str]:
        """The documents of the index, and the ontology terms before them in the dump."""
        return {TERMS, *self.release.documents}

    def content(self, path: str) -> bytes:
        """A slice of the dump; equal bytes in two operands of a kind mean equal statements."""
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
        if document and document.iri == iri:
            return document.labels
        return self.release.labels.get(iri, {})


@dataclass(frozen=True)
class FilesOperand:
    """Turtle files, each one document, and files of records, which describe many documents each."""

    files: Mapping[str, Path]
    base: Base = field(default_factory=Base)
    scope: Scope = Scope.WHOLE
    records: Sequence[Path] = ()
    has_derived: ClassVar[bool] = False

    @cached_property
    def paths(self) -> Collection[str]:
        """The documents that the files describe."""
        return {**self.files, **self._records}.keys()

    @cached_property
    def _records(self) -> Mapping[str, Sequence[ox.Triple]]:
        """The statements of each document of the records."""
        documents: dict[str, list[ox.Triple]] = defaultdict(list)
        for file in self.records:
            for triple in read_turtle(file, self.base.thing(RECORDS_DOCUMENT)):
                documents[self.base.path(text(triple.subject)) or ""].append(triple)
        return documents

    def content(self, path: str) -> bytes:
        """The bytes of a file, or the lines of a record."""
        if path in self._records:
            return "\n".join(sorted(map(str, self._records[path]))).encode()
        return self.files[path].read_bytes()

    def triples(self, path: str) -> Iterable[ox.Triple]:
        """The statements of a document; blank nodes get canonical names (RDFC-1.0)."""
        if path in self._records:
            return self._records[path]
        triples = read_turtle(self.files[path], self.base.thing(path))
        if not any(isinstance(term, ox.BlankNode) for triple in triples for term in triple):
            return triples
        dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return [quad.triple for quad in dataset]

    def labels(self, iri: str) -> Labels:
        """The labels of an IRI in its own document."""
        path = self.base.path(iri) or ""
        return _labels(self.triples(path)).get(iri, {}) if path in self.paths else {}


Operand = ReleaseOperand | FilesOperand
"""Documents by path, such as ``programme/two-region-living``, all under one base."""


@dataclass(frozen=True)
class Vocabulary:
    """The ontology and its schemes: labels, and the properties that only a build derives."""

    inputs: Inputs

    @cached_property
    def derived_properties(self) -> frozenset[str]:
        """The IRIs of the properties that a build derives from others."""
        kind = ox.NamedNode(KK + "DerivedProperty")
        triples = (t for t in self._triples if t.predicate.value == TYPE and t.object == kind)
        return frozenset(text(triple.subject) for triple in triples)

    @cached_property
    def _triples(self) -> list[ox.Triple]:
        files = (*ontology_files(self.inputs), *scheme_files(self.inputs))
        return [triple for file in files for triple in read_turtle(file, DEFAULT_BASE)]

    @cached_property
    def _labels(self) -> Mapping[str, Labels]:
        return _labels(self._triples)

    def labels(self, iri: str) -> Labels:
        """The labels of an IRI, by language; empty for none."""
        return self._labels.get(iri, {})


def open_operand(path: Path, base: Base) -> Operand:
    """The operand at a path; `base` is for files, since a release has its own."""
    if path.is_file():
        return FilesOperand({document_path(path): path}, base, Scope.FILE)
    if not path.is_dir():
        raise UsageError(
            "there is no such release, folder or Turtle file; for editions give two years or two sources",
            str(path),
        )
    for release in (path, path / "current"):
        if (release / "manifest.json").is_file():
            return ReleaseOperand(Release.open(release))
    if (path / CATALOGUE).is_file():
        inputs = Inputs(path, path, path, path)
        return FilesOperand(data_files(inputs), base, records=tuple(record_files(inputs)))
    files = folder_files(path)
    if not files:
        raise UsageError("the folder holds no release, no catalogue.ttl and no Turtle file", str(path))
    return FilesOperand(files, base, Scope.FOLDER)


def _labels(triples: Iterable[ox.Triple]) -> Mapping[str, Labels]:
    return labels_of((text(t.subject), t.predicate.value, t.object) for t in triples)
