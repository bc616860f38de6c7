"""Dumps: the merged graph in the triple formats, the named graphs in the quad formats, with statistics."""

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from kankei.dataset.dataset import Dataset
from kankei.dataset.statement_lines import END, iri, parts
from kankei.dataset.statements import TYPE
from kankei.dataset.tasks import Tasks
from kankei.namespaces import KK
from kankei.release import formats
from kankei.release.document_index import Index
from kankei.release.jsonld_context import Context
from kankei.release.reader import QUADS, TRIPLES

DUMPS = "dumps"
"""The group of the tasks that write dumps."""
_TYPE, _FISCAL_YEAR = (f"<{name}>".encode() for name in (TYPE, KK + "fiscalYear"))


@dataclass
class Statistics:
    """Counts of the merged graph for its VoID description; no subject occurs in two documents."""

    triples: int = 0
    subjects: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    graphs: Counter[str] = field(default_factory=Counter)
    """Statements by named graph."""
    years: Counter[str] = field(default_factory=Counter)
    """Entries by fiscal year."""

    def add(self, lines: Sequence[bytes]) -> None:
        """Count the triples of one document."""
        statements = list(map(parts, lines))
        self.triples += len(statements)
        self.subjects += len({subject for subject, _, _ in statements})
        self.properties.update(_counts(predicate for _, predicate, _ in statements))
        self.classes.update(_counts(value for _, predicate, value in statements if predicate == _TYPE))
        years = _counts(value for _, predicate, value in statements if predicate == _FISCAL_YEAR)
        self.years.update({year.rpartition("/")[2]: count for year, count in years.items()})

    def add_graphs(self, graphs: Iterable[bytes]) -> None:
        """Count the statements of one document, each by its named graph."""
        self.graphs.update({graph.decode(): count for graph, count in Counter(graphs).items()})


def _counts(terms: Iterable[bytes]) -> dict[str, int]:
    """How often each IRI occurs."""
    return {iri(term): count for term, count in Counter(terms).items()}


def write_lines(dataset: Dataset, release: Path) -> tuple[Index, Statistics]:
    """Write N-Triples and N-Quads into a release folder, each document as one range of bytes."""
    index, statistics = Index(), Statistics()
    (release / TRIPLES).parent.mkdir()
    with (release / TRIPLES).open("xb") as triple_lines, (release / QUADS).open("xb") as quad_lines:
        for path, statements in dataset.spool.documents():
            lines = sorted({line for _, line in statements})
            index.add(path, triple_lines.tell(), lines)
            statistics.add(lines)
            statistics.add_graphs(graph for graph, _ in statements)
            triple_lines.writelines(lines)
            quad_lines.writelines(line.removesuffix(END) + b" <%b> .\n" % graph for graph, line in statements)
    return index, statistics


def add_dumps(tasks: Tasks, release: Path, index: Index, context: Context) -> None:
    """Add tasks that write the other dumps from the lines, in the same order, and compress each."""
    source = formats.DumpSource(release / TRIPLES, release / QUADS, index, context)
    # The slowest first, so that no process waits for it at the end.
    for row in sorted(formats.FORMATS, key=lambda row: row != formats.JSON_LD):
        tasks.add(DUMPS, write_dump, row.suffix, source)


def write_dump(suffix: str, source: formats.DumpSource) -> None:
    """Write the dump in the format of a suffix, unless it is of the lines themselves; compress it."""
    compress(serialize_dump(suffix, source))


def serialize_dump(suffix: str, source: formats.DumpSource) -> Path:
    """Write the dump in the format of a suffix, unless it is of the lines themselves; returns its file."""
    row = next(row for row in formats.FORMATS if row.suffix == suffix)
    file = source.triple_lines.with_suffix(f".{suffix}")
    if row.write_dump:
        with file.open("xb") as output:
            row.write_dump(source, output)
    return file


def compress(file: Path) -> None:
    """Write the compressed copies of a dump, in threads: the libraries release the interpreter's lock."""
    with ThreadPoolExecutor() as pool:
        jobs = [
            pool.submit(compression.write, file, file.with_name(f"{file.name}.{compression.suffix}"))
            for compression in formats.COMPRESSIONS
        ]
    for job in jobs:
        job.result()
