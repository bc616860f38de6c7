"""Dumps: the merged graph in the triple formats, the named graphs in the quad formats, with statistics."""

import itertools
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from kankei.dataset.dataset import Dataset
from kankei.dataset.statement_lines import END, iri
from kankei.dataset.statement_spool import GraphLines
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


class _Counts:
    """Statistics under construction: terms are counted as they are written, and read once at the end."""

    def __init__(self) -> None:
        self.triples = self.subjects = 0
        self.properties, self.graphs = Counter[bytes](), Counter[bytes]()
        self.objects: dict[bytes, Counter[bytes]] = {_TYPE: Counter(), _FISCAL_YEAR: Counter()}

    def add(self, lines: Sequence[bytes], graphs: GraphLines) -> None:
        """Count the triples of one document, and the same statements by graph."""
        rows = [line.split(b" ", 2) for line in lines]
        predicates, objects = [row[1] for row in rows], [row[2] for row in rows]
        self.triples += len(rows)
        self.subjects += len({row[0] for row in rows})
        self.properties.update(predicates)
        for predicate, counter in self.objects.items():
            counter.update(itertools.compress(objects, map(predicate.__eq__, predicates)))
        for graph, statements in graphs.items():
            self.graphs[graph] += len(statements)

    def statistics(self) -> Statistics:
        """The counts by IRI."""
        classes, years = (_by_iri(counter) for counter in self.objects.values())
        graphs = Counter({graph.decode(): count for graph, count in self.graphs.items()})
        years = Counter({year.rpartition("/")[2]: count for year, count in years.items()})
        return Statistics(self.triples, self.subjects, classes, _by_iri(self.properties), graphs, years)


def _by_iri(counter: Counter[bytes]) -> Counter[str]:
    return Counter({iri(term.removesuffix(END)): count for term, count in counter.items()})


def write_lines(dataset: Dataset, release: Path) -> tuple[Index, Statistics]:
    """Write N-Triples and N-Quads into a release folder, each document as one range of bytes."""
    index, counts = Index(), _Counts()
    (release / TRIPLES).parent.mkdir()
    with (release / TRIPLES).open("xb") as triple_lines, (release / QUADS).open("xb") as quad_lines:
        for path, triples, graphs in dataset.spool.documents():
            index.add(path, triple_lines.tell(), triples)
            counts.add(triples, graphs)
            triple_lines.write(b"".join(triples))
            for quads in graphs.values():
                quad_lines.write(b"".join(quads))
    return index, counts.statistics()


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
