"""Look-ups on the guidebook beside the budget review, against those on the guidebook alone, by turns.

    python tests/benchmarks/joint_lookups.py /path/to/gyosei-review
    python tests/benchmarks/joint_lookups.py --smoke

The folder has the published files of the review; a smoke run takes the fixture of the tests. Both
releases are built, unvalidated, and served by one worker each. A look-up asks for everything about a
programme of the guidebook or one of its nodes, each text once. A round sends the same look-ups to both,
on one connection, who goes first changing from round to round; before that the stores answer in this
process. Prints the median of the rounds' quotients and the microseconds of the fastest round, and ends
with 1 where a look-up through the server takes over 20 % more.
"""

import argparse
import http.client
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from pyoxigraph import Store

from data import Data, unvalidated
from generate import ROOT
from kankei.curation.review.folder import import_review
from kankei.dataset.data_folder import Inputs, packaged
from kankei.namespaces import Base
from kankei.release.build import build
from kankei.release.reader import Release
from peers import kankei
from peers.peer import HOST, Options, Peer
from workloads import JSON, lookup

LIMIT = 1.20
"""How many times as long a look-up on both may take."""
FIXTURE = ROOT / "tests" / "review"
Ask = Callable[[str], None]


@dataclass(frozen=True)
class Comparison:
    """Seconds of a look-up in each round, on the guidebook alone and on both."""

    alone: Sequence[float]
    both: Sequence[float]

    @property
    def quotient(self) -> float:
        """The median of the quotients within a round."""
        return median(both / alone for alone, both in zip(self.alone, self.both, strict=True))

    def line(self, name: str) -> str:
        """The figures as a line."""
        fastest = " and ".join(f"{min(seconds) * 1e6:.1f}" for seconds in (self.alone, self.both))
        return f"{name}: {fastest} µs at best, {self.quotient:.3f} times as long on both\n"


def compared(alone: Ask, both: Ask, queries: Iterator[str], rounds: int, count: int) -> Comparison:
    """Rounds of so many look-ups; each round has queries of its own, the same for both."""
    seconds: dict[Ask, list[float]] = {alone: [], both: []}
    for number in range(rounds):
        texts = [next(queries) for _ in range(count)]
        for ask in (alone, both) if number % 2 else (both, alone):
            began = time.perf_counter()
            for text in texts:
                ask(text)
            seconds[ask].append((time.perf_counter() - began) / count)
    return Comparison(seconds[alone], seconds[both])


def of_server(peer: Peer) -> Ask:
    """Look-ups on one connection to a server."""
    connection = http.client.HTTPConnection(HOST, peer.port)

    def ask(text: str) -> None:
        connection.request("GET", peer.query(text), headers={"Accept": JSON})
        response = connection.getresponse()
        if not response.read() or response.status != 200:
            raise SystemExit(f"a look-up was answered {response.status}")

    return ask


def of_store(release: Path) -> Ask:
    """Look-ups in a release's store."""
    store = Store.read_only(str(Release.open(release).store_path))

    def ask(text: str) -> None:
        list(store.query(text))  # type: ignore[arg-type]

    return ask


def built(name: str, inputs: Inputs, folder: Path) -> Data:
    """A release of inputs."""
    release = build(inputs, Base(), folder / name, unvalidated, lambda _: None, unvalidated)
    return Data(Release.open(release).manifest.programmes, release)


def texts(data: Data) -> Iterator[str]:
    """Look-ups of the guidebook's programmes and their nodes, each text once."""
    number = 0
    while True:
        yield lookup(data, number)
        number += 1


def run(published: Path, folder: Path, rounds: int, count: int) -> Comparison:
    """Build both releases, print the figures of stores and servers; returns those of the servers."""
    files = sorted(file for file in published.iterdir() if file.suffix in {".csv", ".zip"})
    import_review(files, folder / "review", packaged(), Base(), date(2026, 1, 1), lambda _: None)
    joint = packaged().with_data(packaged().data, folder / "review")
    alone, both = built("alone", packaged(), folder), built("joint", joint, folder)
    stores = compared(of_store(alone.release), of_store(both.release), texts(alone), rounds, count)
    sys.stdout.write(stores.line("in the store"))
    with ExitStack() as stack:
        asks: list[Ask] = []
        for data in (alone, both):
            log = folder / f"served-{data.release.parent.name}"
            log.mkdir()
            options = Options({}, ("--workers", "1"), folder)
            asks.append(of_server(stack.enter_context(kankei.start(data, log, options))))
        queries = texts(alone)
        compared(asks[0], asks[1], queries, 2, count)  # what is made at the first requests
        servers = compared(asks[0], asks[1], queries, rounds, count)
    sys.stdout.write(servers.line("through the server"))
    return servers


def parse(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "published", type=Path, nargs="?", default=FIXTURE, help="folder of the review's files"
    )
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--count", type=int, default=500, help="look-ups of a round")
    parser.add_argument("--smoke", action="store_true", help="the fixture of the tests, two short rounds")
    options = parser.parse_args(words)
    if options.smoke:
        options.published, options.rounds, options.count = FIXTURE, 2, 20
    return options


def main() -> int:
    """Print the figures; 1 where the limit is passed."""
    options = parse()
    with tempfile.TemporaryDirectory() as folder:
        servers = run(options.published, Path(folder), options.rounds, options.count)
    return int(servers.quotient > LIMIT and not options.smoke)


if __name__ == "__main__":
    sys.exit(main())
