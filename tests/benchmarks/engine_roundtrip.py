"""How many queries a second pass through a pool of workers, without HTTP.

The release's programmes are copied until there are enough; every query is another one. Beside each figure
stands what the store alone does in one process: the rest is what the pool costs.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import uvloop
from pyoxigraph import Store

from kankei.engine.embedded.evaluation import evaluate
from kankei.engine.embedded.pool import WorkerPool, start_engine
from kankei.engine.embedded.result_spool import Spool
from kankei.engine.embedded.store_access import StoreFiles
from kankei.engine.limits import Limits
from kankei.engine.operation import RESULT_MEDIA_TYPES, Operation
from kankei.engine.result_file import anonymous_file
from kankei.errors import KankeiError
from kankei.release.reader import Release

PREFERRED = {form: offered[0] for form, offered in RESULT_MEDIA_TYPES.items()}
PROGRAMME = "id/programme/"

QUERIES = {
    "look-up": "SELECT ?p ?o { <%s> ?p ?o }",
    "star": "PREFIX dct: <http://purl.org/dc/terms/> PREFIX kk: <https://w3id.org/kankei/ns#> "
    "SELECT ?title ?ministry ?kind ?year { <%s> dct:title ?title ; kk:ministry ?ministry ; "
    "kk:supportKind ?kind ; kk:entry [ kk:fiscalYear ?year ] }",
    "count": "SELECT (COUNT(*) AS ?count) { ?s ?p ?o FILTER(?s != <%s>) }",
    "scan": "SELECT * { ?s ?p ?o FILTER(?s != <%s>) }",
}


def copied(release: Release, copies: int, folder: Path) -> StoreFiles:
    """The release's statements, its programmes so many times."""
    seed = StoreFiles.of(release, in_memory=True)
    text = seed.triples.read_text(encoding="utf-8")
    own = [line for line in text.splitlines(keepends=True) if PROGRAMME in line]
    with (folder / "copied.nt").open("w", encoding="utf-8") as target:
        target.write(text)
        for number in range(1, copies):
            target.writelines(line.replace(PROGRAMME, f"{PROGRAMME}x{number}-") for line in own)
    return StoreFiles(folder / "copied.nt", folder, in_memory=True)


def operations(query: str, release: Release, copies: int) -> Iterator[Operation]:
    """Operations about one programme after the other."""
    programmes = sorted(
        document.iri for path, document in release.documents.items() if path.startswith("programme/")
    )
    for number in itertools.cycle(range(copies)):
        for iri in programmes:
            name = iri if number == 0 else iri.replace(PROGRAMME, f"{PROGRAMME}x{number}-")
            yield Operation(query % name, PREFERRED)


async def through(
    pool: WorkerPool, queue: Iterator[Operation], connections: int, seconds: float
) -> tuple[float, float]:
    """Queries a second, and the 99th percentile of their latency in milliseconds."""
    latencies: list[float] = []
    end = time.perf_counter() + seconds

    async def client() -> None:
        while (begun := time.perf_counter()) < end:
            await pool.answer(next(queue))
            latencies.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    elapsed = time.perf_counter() - begun
    worst = statistics.quantiles(latencies, n=100)[98] if len(latencies) > 1 else latencies[0]
    return len(latencies) / elapsed, worst * 1000


def alone(dataset: StoreFiles, queues: dict[str, Iterator[Operation]], seconds: float) -> dict[str, float]:
    """Queries a second of the store in this process."""
    store, descriptor, rates = dataset.load() or Store(), anonymous_file(), {}
    for name, queue in queues.items():
        count, begun = 0, time.perf_counter()
        while time.perf_counter() - begun < seconds:
            evaluate(store, next(queue), Spool(descriptor, 1 << 40))
            count += 1
        rates[name] = count / (time.perf_counter() - begun)
    return rates


async def attack(pool: WorkerPool) -> None:
    """Send cross products without pause, whatever becomes of them."""
    query = Operation("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", PREFERRED)
    while True:
        with contextlib.suppress(KankeiError):
            await pool.answer(query)


async def measure(
    dataset: StoreFiles, queues: dict[str, Iterator[Operation]], wanted: argparse.Namespace
) -> None:
    """Print one line of JSON for each query and number of connections."""
    engine = start_engine(dataset, Limits(result_bytes=1 << 40, queue_length=1000))
    pool = await engine.connect()
    attackers = [asyncio.create_task(attack(pool)) for _ in range(wanted.attackers)]
    for name, queue in queues.items():
        for connections in wanted.connections:
            rate, worst = await through(pool, queue, connections, wanted.seconds)
            line = {
                "query": name,
                "connections": connections,
                "a second": round(rate),
                "p99 ms": round(worst, 1),
            }
            sys.stdout.write(json.dumps(line) + "\n")
    sys.stderr.write(f"{pool.status}\n")
    for attacker in attackers:
        attacker.cancel()
    await asyncio.gather(*attackers, return_exceptions=True)
    pool.close()
    engine.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("release", type=Path)
    parser.add_argument("--copies", type=int, default=250, help="programmes, in fours")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--queries", nargs="+", default=list(QUERIES), choices=list(QUERIES))
    parser.add_argument("--attackers", type=int, default=0, help="clients that send cross products meanwhile")
    wanted = parser.parse_args()
    release = Release.open(wanted.release)
    queues = {name: operations(QUERIES[name], release, wanted.copies) for name in wanted.queries}
    with tempfile.TemporaryDirectory() as folder:
        dataset = copied(release, wanted.copies, Path(folder))
        rates = {name: round(rate, 1) for name, rate in alone(dataset, queues, wanted.seconds).items()}
        sys.stdout.write(json.dumps({"alone, a second": rates}) + "\n")
        uvloop.run(measure(dataset, queues, wanted))


if __name__ == "__main__":
    main()
