"""The dataset: ontology, schemes and curated data as named graphs, with their merge as default graph."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.base_iri import parse_base
from kankei.dataset.data_folder import DATASET, data_files, ontology_files, scheme_files, shown, source_files
from kankei.dataset.derivation import derive, rules
from kankei.dataset.inputs import Inputs
from kankei.dataset.integrity import Checks, DataFile, source_agrees
from kankei.dataset.named_graphs import Placed, partition
from kankei.dataset.quotation_check import file_is_there, printed_where_cited
from kankei.dataset.statement_spool import Line, Spool
from kankei.dataset.terms import text
from kankei.dataset.turtle import parse
from kankei.dataset.turtle_lexer import block_lines
from kankei.errors import InvalidData
from kankei.namespaces import DEFAULT_BASE, Base
from kankei.source.lines.document import SourceDocument, read_document

_SOURCE = "source/"


@dataclass(frozen=True)
class Dataset:
    """A loaded dataset: a store to query, and its statements by document in canonical order."""

    base: Base
    store: ox.Store
    files: dict[str, DataFile]
    sources: tuple[SourceDocument, ...]
    spool: Spool

    def documents(self) -> Iterator[tuple[str, list[Line]]]:
        """Each document's path with its statements; what is no ``id/…`` document comes first, as ``""``."""
        return self.spool.documents()

    def find(self, subject: str | None, predicate: str, value: str | None) -> Iterator[ox.Triple]:
        """The triples of the merged graph with this predicate, and this subject and object IRI if given."""
        quads = self.store.quads_for_pattern(
            ox.NamedNode(subject) if subject else None,
            ox.NamedNode(predicate),
            ox.NamedNode(value) if value else None,
            ox.DefaultGraph(),
        )
        return (quad.triple for quad in quads)

    def graph(self, name: str) -> Iterator[ox.Triple]:
        """The triples of a named graph, such as ``catalogue``."""
        graph = ox.NamedNode(self.base.graph(name))
        return (quad.triple for quad in self.store.quads_for_pattern(None, None, None, graph))

    def place(self, iri: str) -> str:
        """``file:line`` where the block about an IRI begins; empty where no data file has such a block."""
        file = self.files.get(self.base.path(iri) or "")
        if file is None:
            return ""
        line = block_lines(file.content(), file.base_iri).get(iri)
        return f"{shown(file.path)}:{line}" if line else ""


def load(inputs: Inputs, base: Base, folder: Path | None = None) -> Dataset:
    """The dataset of some inputs, its store in `folder`/store, or in memory."""
    parse_base(base.iri)
    return _Loading(inputs, base, folder).dataset()


class _Loading:
    """One pass over the files: each is parsed, checked, split into graphs and laid aside by document."""

    def __init__(self, inputs: Inputs, base: Base, folder: Path | None) -> None:
        self.inputs = inputs
        self.base = base
        self.checks = Checks(base)
        self.spool = Spool(folder)
        self.store = ox.Store(folder / "store") if folder else ox.Store()
        self.files: dict[str, DataFile] = {}
        self.sources = {file.stem: read_document(file) for file in source_files(inputs)}
        self.printed = {base.thing(_SOURCE + slug): source for slug, source in self.sources.items()}

    def dataset(self) -> Dataset:
        self.store.bulk_extend(_quads(self._placed()))
        self.checks.whole(self.sources)
        for rule in rules():
            self.store.bulk_extend(_quads(self._derived(rule)))
        return Dataset(self.base, self.store, self.files, tuple(self.sources.values()), self.spool)

    def _placed(self) -> Iterator[Placed]:
        for path in ontology_files(self.inputs):
            yield from self._shared(path, "ontology")
        for path in scheme_files(self.inputs):
            yield from self._shared(path, "schemes")
        for document, path in data_files(self.inputs).items():
            yield from self._described(document, path)

    def _shared(self, path: Path, graph: str) -> Iterator[Placed]:
        file, triples = DataFile(path, DEFAULT_BASE), parse(path, DEFAULT_BASE)
        self.checks.define(triples)
        self.checks.file(file, triples, own=False)
        for document, group in _by_document(self.base, triples):
            self.files.setdefault(document, file)
            yield from self._lay_aside(document, [(triple, self.base.graph(graph)) for triple in group])

    def _described(self, document: str, path: Path) -> Iterator[Placed]:
        base_iri = self.base.thing(document)
        file, triples = DataFile(path, base_iri), parse(path, base_iri)
        self.checks.file(file, triples)
        slug = document.removeprefix(_SOURCE) if document.startswith(_SOURCE) else None
        if slug is not None:
            file_is_there(file, triples, path.parent)
        if slug in self.sources:
            source_agrees(file, triples, self.sources[slug])
        printed_where_cited(file, triples, self.printed)
        self.files[document] = file
        if document == DATASET:
            placed = [(triple, self.base.graph("catalogue")) for triple in triples]
        else:
            placed = partition(triples, self.base, slug)
        yield from self._lay_aside(document, placed)

    def _derived(self, rule: Path) -> list[Placed]:
        derived = sorted(derive(self.store, rule), key=str)
        placed = []
        for document, triples in _by_document(self.base, derived):
            if document not in self.spool:
                raise InvalidData("a rule derived a statement about what no file describes", rule.name)
            group = [(triple, self.base.graph("derived")) for triple in triples]
            placed += self._lay_aside(document, group)
        return placed

    def _lay_aside(self, document: str, placed: list[Placed]) -> list[Placed]:
        self.spool.add(document, placed)
        return placed


def _by_document(base: Base, triples: Sequence[ox.Triple]) -> Iterator[tuple[str, list[ox.Triple]]]:
    def document(triple: ox.Triple) -> str:
        return base.path(text(triple.subject)) or ""

    for path, group in groupby(sorted(triples, key=document), key=document):
        yield path, list(group)


def _quads(placed: Iterable[Placed]) -> Iterator[ox.Quad]:
    """Each statement in its named graph, and in the default graph, which is the merge of all of them."""
    for triple, graph in placed:
        yield ox.Quad(triple.subject, triple.predicate, triple.object, ox.NamedNode(graph))
        yield ox.Quad(triple.subject, triple.predicate, triple.object)
