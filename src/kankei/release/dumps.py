"""Dumps: the merged graph in the triple formats, the named graphs in the quad formats, with statistics."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.dataset import Dataset
from kankei.dataset.statements import TYPE, text
from kankei.dataset.tasks import Tasks
from kankei.namespaces import KK
from kankei.release import formats
from kankei.release.document_index import Index
from kankei.release.jsonld import parse_triples
from kankei.release.jsonld_context import Context
from kankei.release.reader import QUADS, TRIPLES

DUMPS = "dumps"
"""The group of the tasks that write dumps."""
_FISCAL_YEAR = KK + "fiscalYear"


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

    def add(self, triples: Sequence[ox.Triple]) -> None:
        """Count the triples of one document."""
        self.triples += len(triples)
        self.subjects += len({triple.subject for triple in triples})
        self.properties.update(triple.predicate.value for triple in triples)
        self.classes.update(text(t.object) for t in triples if t.predicate.value == TYPE)
        entries = (text(t.object) for t in triples if t.predicate.value == _FISCAL_YEAR)
        self.years.update(year.rpartition("/")[2] for year in entries)


def write_lines(dataset: Dataset, release: Path) -> tuple[Index, Statistics]:
    """Write N-Triples and N-Quads into a release folder, each document as one range of bytes."""
    index, statistics = Index(), Statistics()
    (release / TRIPLES).parent.mkdir()
    with (release / TRIPLES).open("xb") as triple_lines, (release / QUADS).open("xb") as quad_lines:
        for path, statements in dataset.spool.documents():
            block = b"".join(sorted({line for _, line in statements}))
            triples = tuple(parse_triples(block))
            index.add(path, triple_lines.tell(), len(block), triples)
            statistics.add(triples)
            triple_lines.write(block)
            statistics.graphs.update(graph for graph, _ in statements)
            for graph, line in statements:
                quad_lines.write(b"%b <%b> .\n" % (line.removesuffix(b" .\n"), graph.encode()))
    return index, statistics


def add_dumps(tasks: Tasks, release: Path, index: Index, context: Context) -> None:
    """Add tasks that write the other dumps from the lines, in the same order, and compress each."""
    source = formats.DumpSource(release / TRIPLES, release / QUADS, index, context)
    # The slowest first, so that no process waits for it at the end.
    for row in sorted(formats.FORMATS, key=lambda row: row != formats.JSON_LD):
        tasks.add(DUMPS, write_dump, row.suffix, source)


def write_dump(suffix: str, source: formats.DumpSource) -> None:
    """Write the dump in the format of a suffix, unless it is of the lines themselves; compress it.

    The compressions run in threads: their libraries release the interpreter's lock.
    """
    row = next(row for row in formats.FORMATS if row.suffix == suffix)
    file = source.triple_lines.with_suffix(f".{suffix}")
    if row.write_dump:
        with file.open("xb") as output:
            row.write_dump(source, output)
    with ThreadPoolExecutor() as pool:
        jobs = [
            pool.submit(compression.write, file, file.with_name(f"{file.name}.{compression.suffix}"))
            for compression in formats.COMPRESSIONS
        ]
    for job in jobs:
        job.result()
