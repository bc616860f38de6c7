"""Dumps in every format, compressed, and all tables: seconds and memory, beside rdflib on the same triples.

    python tests/benchmarks/dumps.py 1000 --rdflib
    python tests/benchmarks/dumps.py 10000

Each part runs in a process of its own: `load` makes N-Triples and N-Quads from generated data, and
needs the store; `dumps` and `tables` read those lines. rdflib parses the same N-Triples and N-Quads and
serialises them in the same six formats; it compresses nothing.
"""

import argparse
import json
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from generate import generate
from kankei.dataset.data_folder import packaged
from kankei.dataset.dataset import load
from kankei.dataset.tasks import Tasks
from kankei.namespaces import Base
from kankei.release.build import write_all_tables
from kankei.release.document_index import Index
from kankei.release.dumps import DUMPS, add_dumps, write_lines
from kankei.release.jsonld_context import read_context
from kankei.release.reader import QUADS, TRIPLES
from kankei.release.tables import RowSource

PARTS = ("load", "dumps", "tables", "rdflib")


def run(part: str, programmes: int, folder: Path) -> int:
    """Run a part; returns the bytes that it wrote."""
    if part == "load":
        generate(programmes, folder / "data")
        dataset = load(packaged().with_data(folder / "data"), Base(), folder)
        made, _ = write_lines(dataset, folder)
        (folder / "index.pickle").write_bytes(pickle.dumps(made))
        return sum((folder / name).stat().st_size for name in (TRIPLES, QUADS))
    before = size(folder)
    if part == "rdflib":
        write_with_rdflib(folder)
        return size(folder) - before
    index: Index = pickle.loads((folder / "index.pickle").read_bytes())
    if part == "dumps":
        tasks = Tasks()
        add_dumps(tasks, folder, index, read_context(packaged().ontology / "context.jsonld"))
        tasks.finish(DUMPS)
    else:
        (folder / "tables").mkdir()
        (folder / "profiles").mkdir()
        source = RowSource(folder / TRIPLES, index.documents, Base())
        write_all_tables(source, "https://creativecommons.org/licenses/by/4.0/", folder)
    return size(folder) - before


def write_with_rdflib(folder: Path) -> None:
    """The dumps of triples and of quads as rdflib writes them."""
    from rdflib import Dataset, Graph  # noqa: PLC0415 - only this process needs it

    (folder / "rdflib").mkdir()
    graph, dataset = Graph(), Dataset()
    graph.parse(folder / TRIPLES, format="nt")
    dataset.parse(folder / QUADS, format="nquads")
    for form in ("nt", "turtle", "xml", "json-ld"):
        graph.serialize(folder / "rdflib" / form, format=form)
    for form in ("nquads", "trig"):
        dataset.serialize(folder / "rdflib" / form, format=form)


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def measured(part: str, programmes: int, folder: Path) -> dict[str, Any]:
    """Seconds, of which on a processor, and the most memory that was held in GB."""
    began, used = time.perf_counter(), time.process_time()
    written = run(part, programmes, folder)
    return {
        "seconds": time.perf_counter() - began,
        "processor": time.process_time() - used,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "written": written / 1e6,
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


if __name__ == "__main__":
    main()
