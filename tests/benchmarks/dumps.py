"""Dumps in every format, compressed, and all tables: seconds and memory, beside rdflib on the same triples.

    python tests/benchmarks/dumps.py 1000 --rdflib
    python tests/benchmarks/dumps.py 10000

Each part runs in a process of its own: `load` makes N-Triples and N-Quads from generated data, and
needs the store; `dumps` and `tables` read those lines. rdflib parses the same N-Triples and N-Quads and
serialises them in the same six formats; it compresses nothing. The figures of single formats have no
compression in them, but ours have the reading of the lines; rdflib's have not. We write N-Triples and
N-Quads in one pass, with the index and the statistics of a release.
"""

import argparse
import json
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from generate import generate
from kankei.dataset.data_folder import packaged
from kankei.dataset.dataset import load
from kankei.namespaces import Base
from kankei.release.build import write_all_tables
from kankei.release.document_index import Index
from kankei.release.dumps import compress, serialize_dump, write_lines
from kankei.release.formats import FORMATS, DumpSource
from kankei.release.jsonld_context import read_context
from kankei.release.reader import QUADS, TRIPLES
from kankei.release.tables import RowSource

LINES = "nt and nq"
PARTS = ("load", "dumps", "tables", "rdflib")


@dataclass
class Outcome:
    """The bytes that a part wrote, and its seconds on a processor by format."""

    written: int = 0
    formats: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timing(self, suffix: str) -> Iterator[None]:
        """Time one format."""
        used = time.process_time()
        yield
        self.formats[suffix] = time.process_time() - used


def run(part: str, programmes: int, folder: Path) -> Outcome:
    """Run a part."""
    outcome = Outcome()
    if part == "load":
        generate(programmes, folder / "data")
        dataset = load(packaged().with_data(folder / "data"), Base(), folder)
        with outcome.timing(LINES):
            made, _ = write_lines(dataset, folder)
        (folder / "index.pickle").write_bytes(pickle.dumps(made))
        outcome.written = sum((folder / name).stat().st_size for name in (TRIPLES, QUADS))
        return outcome
    before = size(folder)
    if part == "rdflib":
        write_with_rdflib(folder, outcome)
        outcome.written = size(folder) - before
        return outcome
    index: Index = pickle.loads((folder / "index.pickle").read_bytes())
    if part == "dumps":
        context = read_context(packaged().ontology / "context.jsonld")
        source = DumpSource(folder / TRIPLES, folder / QUADS, index, context)
        for row in FORMATS:
            with outcome.timing(row.suffix):
                file = serialize_dump(row.suffix, source)
            compress(file)
    else:
        (folder / "tables").mkdir()
        (folder / "profiles").mkdir()
        rows = RowSource(folder / TRIPLES, index.documents, Base())
        write_all_tables(rows, "https://creativecommons.org/licenses/by/4.0/", folder)
    outcome.written = size(folder) - before
    return outcome


def write_with_rdflib(folder: Path, outcome: Outcome) -> None:
    """The dumps of triples and of quads as rdflib writes them."""
    from rdflib import Dataset, Graph  # noqa: PLC0415 - only this process needs it

    (folder / "rdflib").mkdir()
    graph, dataset = Graph(), Dataset()
    graph.parse(folder / TRIPLES, format="nt")
    dataset.parse(folder / QUADS, format="nquads")
    for suffix, form in (("nt", "nt"), ("ttl", "turtle"), ("rdf", "xml"), ("jsonld", "json-ld")):
        with outcome.timing(suffix):
            graph.serialize(folder / "rdflib" / form, format=form)
    for suffix, form in (("nq", "nquads"), ("trig", "trig")):
        with outcome.timing(suffix):
            dataset.serialize(folder / "rdflib" / form, format=form)
    outcome.formats[LINES] = outcome.formats["nt"] + outcome.formats["nq"]


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def measured(part: str, programmes: int, folder: Path) -> dict[str, Any]:
    """Seconds, of which on a processor, and the most memory that was held in GB."""
    began, used = time.perf_counter(), time.process_time()
    outcome = run(part, programmes, folder)
    return {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - used,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "written": outcome.written / 1e6,
        "formats": outcome.formats,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("programmes", type=int, nargs="?", default=1000)
    parser.add_argument("--rdflib", action="store_true", help="time rdflib too")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        sys.stdout.write(json.dumps(measured(options.part, options.programmes, options.folder)))
        return
    with tempfile.TemporaryDirectory() as folder:
        found = {}
        for part in PARTS if options.rdflib else PARTS[:-1]:
            command = [sys.executable, __file__, str(options.programmes), "--folder", folder, "--part", part]
            found[part] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
            line = "{seconds:.1f} s, {processor:.1f} on a processor, {peak:.2f} GB, {written:.0f} MB written"
            sys.stdout.write(f"{options.programmes} {part}: {line.format(**found[part])}\n")
            sys.stdout.flush()
        if options.rdflib:
            ratio = found["rdflib"]["processor"] / found["dumps"]["processor"]
            sys.stdout.write(f"rdflib takes {ratio:.1f} times as long on a processor as the dumps\n")
            ours = {**found["load"]["formats"], **found["dumps"]["formats"]}
            for suffix in (LINES, "ttl", "rdf", "jsonld", "trig"):
                seconds, theirs = ours[suffix], found["rdflib"]["formats"][suffix]
                times = f"{seconds:.2f} s and {theirs:.2f} s, {theirs / seconds:.1f} times"
                sys.stdout.write(f"{suffix}: {times}\n")


if __name__ == "__main__":
    main()
