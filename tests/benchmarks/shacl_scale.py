"""Our shapes over ever more generated programmes, in a store on disk: is the time linear, the memory bounded?

For each size one process writes the programmes and loads them, file by file, and a second one validates the
store as `kankei validate --data` does: from a copy in memory where there is room, which counts as part of it,
or with --from-disk where it is. Each says how long it took and how much memory it needed at its peak, and the
validation which queries took longest. 90,000 programmes are 16 million triples, which need 5 GB of disk.

    python tests/benchmarks/shacl_scale.py [10000 30000 90000] [--threads 2] [--from-disk] [--folder FOLDER]
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

sys.path.insert(0, str(Path(__file__).parent))

from generate import generate
from kankei.dataset.data_folder import data_files, ontology_files, packaged, rule_files, scheme_files
from kankei.dataset.dataset import derive
from kankei.namespaces import DEFAULT_BASE, Base
from kankei.validation.data_graph import DataGraph, in_memory
from kankei.validation.plan.execution import ExecutionOptions
from kankei.validation.shapes.shapes_graph import load_graph, shapes_files
from kankei.validation.sparql.literals import LiteralEncoder
from kankei.validation.validator import validate_data


def load(programmes: int, folder: Path) -> dict[str, Any]:
    """Generate programmes and load their merged graph into a store on disk."""
    began = time.perf_counter()
    generate(programmes, folder / "data")
    generated = time.perf_counter()
    store, encoder = ox.Store(folder / "store"), LiteralEncoder()
    store.bulk_extend(encoder.encode_quads(statements(folder / "data")))
    for rule in rule_files(packaged()):
        store.bulk_extend(encoder.encode_quads(derive(store, rule)))
    store.optimize()
    store.flush()
    if encoder.used:
        raise SystemExit("a generated literal is not canonical, and would not be judged as it is written")
    return {
        "generating": generated - began,
        "loading": time.perf_counter() - generated,
        "triples": len(store),
        "peak": peak(),
    }


def statements(data: Path) -> Iterator[ox.Quad]:
    """The triples of the ontology, the schemes and a data folder, one file after the other."""
    inputs = packaged().with_data(data)
    for path in (*ontology_files(inputs), *scheme_files(inputs)):
        yield from ox.parse(path=str(path), base_iri=DEFAULT_BASE)
    for document, path in data_files(inputs).items():
        yield from ox.parse(path=str(path), base_iri=Base().thing(document))


def validate(folder: Path, threads: int, *, from_disk: bool) -> dict[str, Any]:
    """Validate such a store."""
    stored = ox.Store.read_only(str(folder / "store"))
    shapes = load_graph(shapes_files(packaged().shapes))
    began, used = time.perf_counter(), time.process_time()
    data = DataGraph(stored if from_disk else in_memory(stored))
    copied = time.perf_counter() - began
    found = validate_data(data, shapes, ExecutionOptions(threads))
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    steps = sorted(
        ((one.seconds, one.step.shape.name, one.step.query) for one in found.step_runs), reverse=True
    )
    return {
        "seconds": seconds,
        "copied": copied,
        "in_memory": data.store is not stored,
        "processor": processor,
        "results": found.count,
        "peak": peak(),
        "slowest": steps[:12],
    }


def told(programmes: int, loaded: dict[str, Any], found: dict[str, Any]) -> str:
    per_million = found["seconds"] / loaded["triples"] * 1e6
    where = f"in memory, {found['copied']:.1f} s of it for the copy" if found["in_memory"] else "from disk"
    return (
        f"{programmes} programmes, {loaded['triples']} triples: generated in {loaded['generating']:.0f} s, "
        f"loaded in {loaded['loading']:.0f} s with {loaded['peak']:.1f} GB\n"
        f"  validated in {found['seconds']:.1f} s ({per_million:.1f} s a million triples) {where}; "
        f"{found['processor']:.1f} s of processor time, "
        f"with {found['peak']:.1f} GB, {found['results']} results\n"
    )


def peak() -> float:
    """The most memory that this process has held, in GB; it has no children."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def in_process(*arguments: object) -> Any:
    """What this file prints for some arguments, in a process of its own."""
    command = [sys.executable, __file__, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("programmes", type=int, nargs="*", default=[10_000, 30_000, 90_000])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--from-disk", action="store_true", help="make no copy in memory")
    parser.add_argument("--folder", type=Path, help="where to keep data, instead of the temporary folder")
    parser.add_argument("--only", choices=("load", "validate"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    say = sys.stdout.write
    if options.only == "load":
        say(json.dumps(load(options.programmes[0], options.folder)))
    elif options.only == "validate":
        say(json.dumps(validate(options.folder, options.threads, from_disk=options.from_disk)))
    else:
        measure(options)


def measure(options: argparse.Namespace) -> None:
    say = sys.stdout.write
    for programmes in options.programmes:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            loaded = in_process(programmes, "--folder", folder, "--only", "load")
            asked = ["--only", "validate", "--threads", options.threads, *["--from-disk"] * options.from_disk]
            found = in_process(programmes, "--folder", folder, *asked)
        say(told(programmes, loaded, found))
        for seconds, name, query in found["slowest"]:
            say(f"  {seconds:8.1f} s  {name}  {query[:100]!r}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
