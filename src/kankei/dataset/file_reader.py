"""Files of a dataset: each is parsed, checked, split into graphs and spooled by document.

Many files are read in several processes, each some of them in their order; what they find is put together in
that order, so that the outcome, the first error included, is that of one process.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from kankei.dataset.data_folder import DATASET, RECORDS_DOCUMENT, read_profile
from kankei.dataset.integrity import IntegrityChecks
from kankei.dataset.named_graphs import partition
from kankei.dataset.source_checks import check_description, check_quotations
from kankei.dataset.statement_spool import Chunks, StatementSpool
from kankei.dataset.statements import text
from kankei.dataset.tasks import TaskProcesses, processors
from kankei.dataset.turtle import TurtleFile, read_turtle
from kankei.errors import InvalidData
from kankei.namespaces import DEFAULT_BASE, Base
from kankei.source.lines.document import SourceDocument

MANY = 1000
"""Files from which on processes read them: one takes half a second to start."""
_PARTS = 2
"""Parts of the files for each processor, since some take longer than others."""
_SOURCE = "source/"


@dataclass
class FileReader:
    """Reads files into a spool; `sources` are the source documents by slug."""

    base: Base
    sources: Mapping[str, SourceDocument]
    checks: IntegrityChecks
    spool: StatementSpool
    files: dict[str, TurtleFile] = field(default_factory=dict)
    """The file of each document."""
    records: dict[str, TurtleFile] = field(default_factory=dict)
    """The file of each document of which a file describes many."""

    def __post_init__(self) -> None:
        self._source_by_iri = {self.base.thing(_SOURCE + slug): its for slug, its in self.sources.items()}

    def read_shared(self, path: Path, graph: str) -> None:
        """Spool the statements of a file of the ontology folder, which describes many documents."""
        file, triples = TurtleFile(path, DEFAULT_BASE), read_turtle(path, DEFAULT_BASE)
        self.checks.add_terms(triples)
        self.checks.check_file(file, triples, own=False)
        for document, group in by_document(self.base, triples):
            self.files.setdefault(document, file)
            self.spool.add(document, [(triple, self.base.graph(graph)) for triple in group])

    def read_data(self, document: str, path: Path) -> None:
        """Spool the statements of a file of the data folder, which describes one document."""
        base_iri = self.base.thing(document)
        file, triples = TurtleFile(path, base_iri), read_turtle(path, base_iri)
        self.checks.check_file(file, triples)
        slug = document.removeprefix(_SOURCE) if document.startswith(_SOURCE) else None
        if slug is not None and not read_profile(path.parent.parent).records:
            check_description(file, triples, path.parent, self.sources.get(slug))
        check_quotations(file, triples, self._source_by_iri)
        self.files[document] = file
        if document.partition("/")[0] == DATASET:
            graph = self.base.graph(document.replace(DATASET, "catalogue", 1))
            self.spool.add(document, [(triple, graph) for triple in triples])
        else:
            self.spool.add(document, partition(triples, self.base, slug))

    def read_records(self, path: Path, graph: str) -> None:
        """Spool the statements of a file of records: of many documents, all in the dataset's graph."""
        base_iri = self.base.thing(RECORDS_DOCUMENT)
        file, triples = TurtleFile(path, base_iri), read_turtle(path, base_iri)
        self.checks.check_file(file, triples, own=False)
        for document, group in by_document(self.base, triples):
            if not document or document in self.spool:
                message = "this is described elsewhere, or is no thing under the base"
                raise InvalidData(message, file.position(text(group[0].subject)))
            self.records[document] = file
            self.spool.add(document, [(triple, self.base.graph(graph)) for triple in group])


def by_document(base: Base, triples: Sequence[ox.Triple]) -> Iterator[tuple[str, list[ox.Triple]]]:
    """Triples by the path of the document of their subject, ``""`` for what is outside the base."""

    def document(triple: ox.Triple) -> str:
        return base.path(text(triple.subject)) or ""

    for path, group in groupby(sorted(triples, key=document), key=document):
        yield path, list(group)


def read_data_files(
    reader: FileReader, paths: Mapping[str, Path], folder: Path | None, many: int = MANY
) -> None:
    """Read the data file of each document; `many` of them in processes, which write beside `folder`."""
    if len(paths) < many:
        for document, path in paths.items():
            reader.read_data(document, path)
        return
    files = list(paths.items())
    size = -(-len(files) // (_PARTS * processors()))
    processes = TaskProcesses()
    try:
        with TemporaryDirectory(dir=folder) as scratch:
            parts = [files[start : start + size] for start in range(0, len(files), size)]
            spools = [Path(scratch) / str(number) for number in range(len(parts))]
            shared = (reader.base, reader.sources, reader.checks.terms)
            results = [
                processes.start(read_part, (*shared, part, spool))
                for part, spool in zip(parts, spools, strict=True)
            ]
            for spool, result in zip(spools, results, strict=True):
                part_read: FilesRead = result()
                reader.spool.absorb(spool, part_read.chunks, part_read.count)
                reader.checks.absorb(part_read.checks)
                reader.files.update(part_read.files)
                spool.unlink()
    finally:
        processes.close()


@dataclass(frozen=True)
class FilesRead:
    """What a process has read: its spool's chunks by document, its statements' number, its checks."""

    chunks: Chunks
    count: int
    checks: IntegrityChecks
    files: Mapping[str, TurtleFile]


def read_part(
    base: Base,
    sources: Mapping[str, SourceDocument],
    terms: set[str],
    files: Sequence[tuple[str, Path]],
    spool: Path,
) -> FilesRead:
    """Read some data files into a spool of a process of its own; `terms` are those of the ontology."""
    with spool.open("xb+") as output:
        reader = FileReader(base, sources, IntegrityChecks(base, terms=terms), StatementSpool(file=output))
        for document, path in files:
            reader.read_data(document, path)
        return FilesRead(reader.spool.chunks, reader.spool.count, reader.checks, reader.files)
