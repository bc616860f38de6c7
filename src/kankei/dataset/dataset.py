"""The dataset: ontology, schemes and curated data as named graphs, with their merge as default graph."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.data_folder import (
    DATASET,
    Inputs,
    data_files,
    dataset_name,
    mapping_files,
    ontology_files,
    read_profile,
    record_files,
    rule_files,
    scheme_files,
    source_files,
)
from kankei.dataset.file_reader import FileReader, read_data_files
from kankei.dataset.integrity import IntegrityChecks
from kankei.dataset.mappings import mapping_statements, published_mappings, read_mappings
from kankei.dataset.statement_lines import END, by_subject_document
from kankei.dataset.statement_spool import StatementSpool
from kankei.dataset.turtle import TurtleFile
from kankei.dataset.working_store import open_working_store
from kankei.errors import InvalidData
from kankei.namespaces import PREFIXES, Base, parse_base
from kankei.source.lines.document import SourceDocument, read_document

DATA = "data"
"""The graph of records whose dataset has no name of its own, as of what editors wrote."""
_NAMES = re.compile(r"""<[^<>"'{}|^`\\\s]*>|:[\w-]*""")
"""IRIs, and local parts of prefixed names, in the text of a query."""
_SERVICE = re.compile(r"service|\\u", re.IGNORECASE)


@dataclass(frozen=True)
class Dataset:
    """A loaded dataset: a store to query, and its statements by document in canonical order.

    `files` has the file of each document; `records` those that an import wrote, many documents to a file.
    `members` are the documents of each further data folder, by the name of its dataset.
    """

    base: Base
    store: ox.Store
    files: dict[str, TurtleFile]
    sources: tuple[SourceDocument, ...]
    spool: StatementSpool
    records: Mapping[str, TurtleFile] = field(default_factory=dict)
    members: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def find(self, subject: str | None, predicate: str, value: str | None) -> Iterator[ox.Triple]:
        """The triples of the merged graph with this predicate, and this subject and object unless None."""
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

    def dataset_of(self, iri: str) -> str:
        """The IRI of the dataset whose folder holds what describes an IRI."""
        path = self.base.path(iri)
        name = next((name for name, documents in self.members.items() if path in documents), "")
        return f"{self.base.dataset}/{name}" if name else self.base.dataset

    def position(self, iri: str) -> str:
        """``file:line`` where the block about an IRI begins; empty where no data file has such a block."""
        path = self.base.path(iri) or ""
        file = self.files.get(path) or self.records.get(path)
        return file.subject_position(iri) if file else ""


def load(inputs: Inputs, base: Base, folder: Path | None = None, *, graphs: bool = True) -> Dataset:
    """The dataset of some inputs; its store is in memory, or beside `folder` where it is too large for that.

    Without `graphs` the store has the merge of all graphs, and of named graphs only those of the catalogues:
    rules and shapes read nothing else. Raises `MalformedData` or `InvalidData` with file and line for the
    first file that breaks a rule.
    """
    parse_base(base.iri)
    return _Loader(inputs, base, folder, graphs=graphs).dataset()


class _Loader:
    """One pass over the files, then the store: mappings and derived statements are added to it."""

    def __init__(self, inputs: Inputs, base: Base, folder: Path | None, *, graphs: bool) -> None:
        self.graphs = graphs
        self.inputs = inputs
        self.base = base
        self.spool = StatementSpool(folder)
        self.folder = folder
        self.store = ox.Store()
        self.sources = {file.stem: read_document(file) for file in source_files(inputs)}
        self.reader = FileReader(base, self.sources, IntegrityChecks(base), self.spool)
        self.files, self.records = self.reader.files, self.reader.records

    def dataset(self) -> Dataset:
        self._read_files()
        self.store = open_working_store(self.spool.count, self.folder, graphs=self.graphs)
        self._load()
        if not self.graphs:
            catalogues = [document for document in self.files if document.partition("/")[0] == DATASET]
            self.spool.load_graphs(self.store, catalogues)
        self.reader.checks.check_references(self.sources)
        self._read_mappings()
        self._load()
        for rule in rule_files(self.inputs):
            self._derive(rule)
            self._load()
        return Dataset(
            self.base, self.store, self.files, tuple(self.sources.values()), self.spool, self.records,
            self._members(),
        )  # fmt: skip

    def _load(self) -> None:
        self.spool.load(self.store, graphs=self.graphs)

    def _members(self) -> dict[str, frozenset[str]]:
        """The documents of the further data folders."""
        members: dict[str, set[str]] = {read_profile(folder).name: set() for folder in self.inputs.further}
        if members:
            files = {**self.files, **self.records}
            names = {path: dataset_name(self.inputs, path) for path in {file.path for file in files.values()}}
            for document, file in files.items():
                if name := names[file.path]:
                    members[name].add(document)
        return {name: frozenset(documents) for name, documents in members.items()}

    def _read_files(self) -> None:
        for path in ontology_files(self.inputs):
            self.reader.read_shared(path, "ontology")
        for path in scheme_files(self.inputs):
            self.reader.read_shared(path, "schemes")
        read_data_files(self.reader, data_files(self.inputs), self.folder)
        for path, name in record_files(self.inputs).items():
            self.reader.read_records(path, name or DATA)

    def _read_mappings(self) -> None:
        """Spool the accepted mappings between things, in the documents of their subjects."""
        kinds = frozenset(document.partition("/")[0] for document in {*self.files, *self.records})
        for file in mapping_files(self.inputs):
            mappings = read_mappings(file, self.base)
            for mapping in published_mappings(mappings, self.base, kinds, self._exists, file):
                document, graph = self.base.path(mapping.subject) or "", self.base.graph("mappings")
                self.spool.add(document, [(triple, graph) for triple in mapping_statements(mapping)])

    def _exists(self, iri: str) -> bool:
        """Whether any file says anything of an IRI."""
        return next(self.store.quads_for_pattern(ox.NamedNode(iri), None, None), None) is not None

    def _derive(self, rule: Path) -> None:
        """Spool what a rule derives from the store."""
        check_rule(rule)
        end = f" <{self.base.graph('derived')}> .\n".encode()
        for document, lines in by_subject_document(self.base, derived_lines(self.store, rule)):
            if document not in self.spool:
                raise InvalidData("a rule derived a statement about what no file describes", rule.name)
            quads = b"".join(line.removesuffix(END) + end for line in lines)
            self.spool.append(document, quads, len(lines))


def check_rule(rule: Path) -> None:
    """Refuse a rule that could have Oxigraph ask another server; raises `InvalidData`.

    Rules come with data folders, which may be somebody else's. What only looks like a call is refused, too.
    """
    if _SERVICE.search(_NAMES.sub(" ", rule.read_text(encoding="utf-8"))):
        raise InvalidData("a rule calls no SERVICE: the word and escapes (\\u) are refused", rule.name)


def derive(store: ox.Store, rule: Path) -> Iterator[ox.Triple]:
    """The statements that a CONSTRUCT query, a rule, derives from the default graph."""
    yield from _derived(store, rule)


def derived_lines(store: ox.Store, rule: Path) -> list[bytes]:
    """The lines of N-Triples that a rule derives, sorted, each once."""
    lines = _derived(store, rule).serialize(format=ox.RdfFormat.N_TRIPLES) or b""
    return sorted(set(lines.splitlines(keepends=True)))


def _derived(store: ox.Store, rule: Path) -> ox.QueryTriples:
    try:
        derived = store.query(rule.read_text(encoding="utf-8"), prefixes=PREFIXES)
    except SyntaxError as error:
        raise InvalidData(f"the rule does not parse: {error}", rule.name) from error
    if not isinstance(derived, ox.QueryTriples):
        raise InvalidData("a rule must be a CONSTRUCT query", rule.name)
    return derived
