"""Index of documents: offset and length of each in the N-Triples dump, labels, main type."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kankei.dataset.statement_lines import parse_lines, subject_document
from kankei.dataset.statements import Term, text
from kankei.localisation import LANGUAGES, Labels
from kankei.namespaces import DCT, KK, RDF, RDFS, SKOS

# By preference: names proper, then texts that serve as one, clean text before printed text.
_LABEL_PROPERTIES = (
    DCT + "title",
    SKOS + "prefLabel",
    RDFS + "label",
    KK + "plain",
    KK + "modelName",
    KK + "raw",
    KK + "label",
)
_INDEXED = {f"<{name}>".encode() for name in (RDF + "type", *_LABEL_PROPERTIES)}


@dataclass(frozen=True)
class Document:
    """One published document: a thing's path and IRI, its bytes in the dump, its labels and main type.

    `issued` and `modified` are the moments of the releases in which it first appeared and last changed.
    """

    path: str
    iri: str
    offset: int
    length: int
    labels: Labels
    type: str
    issued: str = ""
    modified: str = ""


@dataclass
class Index:
    """The index under construction."""

    documents: list[Document] = field(default_factory=list)
    labels: dict[str, Labels] = field(default_factory=dict)

    def add(self, path: str, offset: int, lines: Sequence[bytes]) -> None:
        """Add a document of sorted lines with its labels; for path ``""``, of ontology terms, only these.

        The labels of hash nodes are not kept: they are in their document, and would be most of the index.
        """
        if not path:
            self.labels |= _labels(_indexed(lines))
            return
        name = subject_document(lines[0]) + b">"
        triples = list(_indexed(lines[bisect_left(lines, name) : bisect_left(lines, name + b"!")]))
        iri, length = name[1:-1].decode(), sum(map(len, lines))
        document = Document(
            path, iri, offset, length, _labels(triples).get(iri, {}), _main_type(triples, iri)
        )
        self.documents.append(document)

    def json(self) -> bytes:
        """The index in its canonical form, one document or label a line."""
        rows = [
            [d.path, d.iri, d.offset, d.length, d.labels, d.type, d.issued, d.modified]
            for d in self.documents
        ]
        return b'{"documents":[\n%b\n],"labels":{\n%b\n}}\n' % (
            b",\n".join(json_line(row) for row in rows),
            b",\n".join(json_line(iri) + b":" + json_line(self.labels[iri]) for iri in sorted(self.labels)),
        )


def read_index(path: Path) -> Index:
    """The index in a release's file."""
    content = json.loads(path.read_bytes())
    return Index([Document(*row) for row in content["documents"]], content["labels"])


def labels_of(statements: Iterable[tuple[str, str, Term]]) -> dict[str, Labels]:
    """The labels of each subject among statements, by the preferred property that it has."""
    ranked: dict[str, dict[str, tuple[int, str]]] = {}
    for subject, predicate, value in statements:
        if predicate in _LABEL_PROPERTIES and isinstance(value, ox.Literal):
            rank = _LABEL_PROPERTIES.index(predicate)
            language = value.language or "ja"
            labels = ranked.setdefault(subject, {})
            labels[language] = min((rank, value.value), labels.get(language, (rank + 1, "")))
    return {
        iri: {language: labels[language][1] for language in LANGUAGES if language in labels}
        for iri, labels in ranked.items()
    }


def _indexed(lines: Iterable[bytes]) -> Iterator[ox.Triple]:
    """Types and labels among lines; others are not parsed."""
    return parse_lines(b"".join(line for line in lines if line.split(b" ", 2)[1] in _INDEXED))


def _labels(triples: Iterable[ox.Triple]) -> dict[str, Labels]:
    return labels_of((text(triple.subject), triple.predicate.value, triple.object) for triple in triples)


def _main_type(triples: Iterable[ox.Triple], iri: str) -> str:
    """The root's type: the project's own before others, then the first in order."""
    types = sorted(
        text(triple.object)
        for triple in triples
        if triple.predicate.value == RDF + "type" and text(triple.subject) == iri
    )
    return next((kind for kind in types if kind.startswith(KK)), types[0] if types else "")


def json_line(value: Any) -> bytes:
    """A value as JSON on one line, Japanese as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
