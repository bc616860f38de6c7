"""Our shapes over generated programmes: the compiled validator, pySHACL and, if it is installed, rudof.

Medians of several runs in one process, on the same data and shapes; validation alone, and with loading
the data from N-Triples. pySHACL gets a graph that parses each query once, as `kankei build --reference` does:
without, it takes many times longer. rudof stops with an error at the queries of our shapes, so it is compared
on the shapes without them. Prints the ratios and the slowest shapes; and what it takes to validate a change
of every printed text of one programme, given the report of the data before it.

    python tests/benchmarks/shacl.py [--programmes 1000] [--runs 5] [--threads 2] [--reference-runs 5]

On ever more programmes, from disk: see shacl_scale.py.
"""

import argparse
import importlib
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

sys.path.insert(0, str(Path(__file__).parent))

from generate import generate
from kankei.dataset.data_folder import packaged
from kankei.dataset.dataset import load
from kankei.namespaces import KK, SH, Base
from kankei.validation.data_graph import DataGraph, load_data
from kankei.validation.plan.execution import ExecutionOptions, StepRun
from kankei.validation.pyshacl import reference
from kankei.validation.pyshacl.reference import RdflibGraph, rdflib_graph
from kankei.validation.shapes.shapes_graph import ShapesGraph, load_graph, shapes_files
from kankei.validation.sparql.literals import LiteralEncoder
from kankei.validation.validator import Revalidation, Validation, revalidate, validate_data


@dataclass(frozen=True)
class Times:
    """Seconds of one validator: validation alone, and loading; by the clock, and of all processors."""

    name: str
    alone: "Seconds"
    loading: "Seconds"

    def line(self, ours: "Times") -> str:
        figures = (
            ("alone", self.alone.clock, ours.alone.clock),
            ("with loading", self.alone.clock + self.loading.clock, ours.alone.clock + ours.loading.clock),
            ("alone, processor time", self.alone.processor, ours.alone.processor),
        )
        told = (f"{name} {seconds:.2f} s {seconds / one:.1f}×" for name, seconds, one in figures)
        return f"{self.name:18} " + "; ".join(told)


@dataclass(frozen=True)
class Seconds:
    """By the clock; and of all threads together, which tells more where other processes run too."""

    clock: float
    processor: float


def median(runs: int, run: Callable[[], Any]) -> tuple[Seconds, Any]:
    """The medians of some runs' seconds, and what the last of them gave."""
    clock, processor = [], []
    for _ in range(runs):
        began, used = time.perf_counter(), time.process_time()
        result = run()
        clock.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    return Seconds(statistics.median(clock), statistics.median(processor)), result


def write(data: Path, file: Path) -> int:
    """The generated dataset's merged graph as N-Triples; how many triples it has."""
    store = load(packaged().with_data(data), Base()).store
    quads = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    ox.serialize((quad.triple for quad in quads), str(file), ox.RdfFormat.N_TRIPLES)
    return sum(1 for _ in file.open("rb"))


def ours(
    name: str, file: Path, shapes: ShapesGraph, options: argparse.Namespace, disk: Path
) -> tuple[Times, Validation]:
    limits = ExecutionOptions(options.threads)

    def loaded() -> DataGraph:
        return load_data([file]) if not options.disk else on_disk(file, disk / name)

    loading, data = median(1 if options.disk else options.runs, loaded)
    alone, validation = median(options.runs, lambda: validate_data(data, shapes, limits))
    return Times(name, alone, loading), validation


def on_disk(file: Path, folder: Path) -> DataGraph:
    encoder, store = LiteralEncoder(), ox.Store(folder)
    store.bulk_extend(encoder.encode_quads(ox.parse(path=str(file))))
    store.optimize()
    return DataGraph(store, encoder, is_own=True)


def by_pyshacl(file: Path, shapes: ShapesGraph, runs: int) -> Times:
    loading, graph = median(1, lambda: RdflibGraph().parse(file))
    wanted = rdflib_graph(shapes.triples())
    alone, _ = median(runs, lambda: reference.results(graph, wanted))
    return Times("pySHACL", alone, loading)


def by_rudof(file: Path, shapes: Path, runs: int) -> Times | None:
    try:
        rudof = importlib.import_module("pyrudof")
    except ImportError:
        return None
    session = rudof.Rudof(rudof.RudofConfig())
    loading, _ = median(1, lambda: session.read_data(str(file), rudof.RDFFormat.NTriples))
    session.read_shacl(str(shapes))
    alone, _ = median(runs, session.validate_shacl)
    return Times("rudof, core only", alone, loading)


def by_change(file: Path, shapes: ShapesGraph, options: argparse.Namespace) -> tuple[Seconds, Revalidation]:
    """The time of validating again after a change of one programme, and what had to run."""
    before, after = load_data([file]), load_data([file])
    results = validate_data(before, shapes, ExecutionOptions(options.threads)).results
    triples = list[ox.Triple]()
    for quad in before.store.quads_for_pattern(None, ox.NamedNode(KK + "raw"), None, ox.DefaultGraph()):
        if "/generated-000001#" in str(quad.subject):
            other = ox.Quad(quad.subject, quad.predicate, ox.Literal(f"changed: {quad.object}"))
            after.store.remove(quad)
            after.store.add(other)
            triples += [quad.triple, other.triple]
    return median(
        options.runs,
        lambda: revalidate(
            before, results, after, shapes, options=ExecutionOptions(options.threads), changed=triples
        ),
    )


def slowest(ran: list[StepRun]) -> list[str]:
    by_shape: dict[str, float] = {}
    for one in ran:
        by_shape[one.step.shape.name] = by_shape.get(one.step.shape.name, 0.0) + one.seconds
    worst = sorted(by_shape.items(), key=lambda item: -item[1])[:8]
    return [f"  {seconds * 1000:8.0f} ms  {name}" for name, seconds in worst]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programmes", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--reference-runs", type=int, default=5, help="of pySHACL, which takes its time")
    parser.add_argument("--disk", action="store_true")
    options = parser.parse_args()
    say = sys.stdout.write
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        generate(options.programmes, work / "data")
        file, core_file = work / "data.nt", work / "core.ttl"
        count = write(work / "data", file)
        say(f"{options.programmes} programmes, {count} triples, {options.threads} threads\n")
        shapes = load_graph(shapes_files(packaged().shapes))
        core = [triple for triple in shapes.triples() if triple.predicate.value != SH + "sparql"]
        ox.serialize(core, str(core_file), ox.RdfFormat.TURTLE)
        all_times, validation = ours("kankei", file, shapes, options, work)
        core_times, _ = ours("kankei, core only", file, ShapesGraph(core), options, work)
        say(all_times.line(all_times) + "\n")
        say(core_times.line(core_times) + "\n")
        found = by_rudof(file, core_file, options.runs)
        say(found.line(core_times) + "\n" if found else "rudof is not installed: pip install pyrudof\n")
        again_times, again = by_change(file, shapes, options)
        ratio = all_times.alone.clock / again_times.clock
        say(
            f"a programme changed: {again_times.clock:.2f} s, everything: {ratio:.0f} times that; "
            f"{again.ran} of {again.steps} steps ran, {again.restricted} on what it touches only\n"
        )
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        say(f"{validation.count} results; peak memory {memory:.1f} GB\n")
        say("slowest shapes:\n" + "\n".join(slowest(list(validation.step_runs))) + "\n")
        sys.stdout.flush()
        if options.reference_runs:
            say(by_pyshacl(file, shapes, options.reference_runs).line(all_times) + "\n")


if __name__ == "__main__":
    main()
