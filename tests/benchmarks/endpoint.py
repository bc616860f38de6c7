"""Throughput, latency and memory of this endpoint and of every peer that is installed, on the same data.

    python tests/benchmarks/endpoint.py                       the figures, an hour or more
    python tests/benchmarks/endpoint.py --smoke               everything once, under a minute

Peers take turns within every run (A B A B …), so that a drift of the machine hits all of them.
"""

import argparse
import json
import shlex
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from comparison import Sample, disagreements, sample
from data import Data, prepare
from figures import Cell, Key, medians, ratios, verdicts
from load import Spec
from machine import machine
from peers import PEERS
from peers.nginx import READY, keep
from peers.peer import Options, Peer, Unavailable, fetch
from peers.rdflib_endpoint import install
from processes import weigh
from senders import chosen, send
from table import show
from workloads import QUESTIONS, WORKLOADS, Workload

FIRST = 1000
"""Where the measured requests begin; those before are the samples."""

ALL_QUESTIONS = "questions"


@dataclass
class Findings:
    """All that a run of this script finds, as it is written to the file."""

    machine: Mapping[str, str]
    options: Mapping[str, Any]
    peers: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    ceiling: dict[str, float] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)

    def json(self) -> str:
        """The findings with what follows from them."""
        found = {
            **asdict(self),
            "medians": [{**asdict(key), **asdict(value)} for key, value in medians(self.cells).items()],
            "ratios": [{**asdict(key), "ratio": value} for key, value in ratios(self.cells).items()],
            "figures": [{**asdict(v), "reached": v.reached} for v in verdicts(self.cells)],
        }
        return json.dumps(found, indent=1, ensure_ascii=False)


@dataclass(frozen=True)
class Bench:
    """The running peers of one size of data, and how to load them."""

    data: Data
    peers: Sequence[Peer]
    folder: Path
    arguments: argparse.Namespace
    findings: Findings
    console: Console

    def note(self, sentence: str) -> None:
        """Say what has to be known beside the figures."""
        self.findings.notes.append(f"{self.data.programmes} programmes: {sentence}")
        self.console.print(f"[yellow]{sentence}", highlight=False)

    def compare(self, workload: Workload) -> Sequence[Peer]:
        """The peers that can be asked a workload, their answers compared; the files of nginx are laid out."""
        samples: dict[str, Sample] = {}
        able: list[Peer] = []
        for peer in sorted(self.peers, key=lambda peer: peer.files):
            if not workload.asks(peer):
                continue
            try:
                if peer.files and not self.lay_out(workload, able):
                    continue
                found = sample(workload, peer, self.data, self.arguments.give_up)
            except Unavailable as reason:
                self.note(f"{workload.name}: {peer.name} is left out, {reason}")
                continue
            able.append(peer)
            if not peer.files:
                samples[peer.name] = found
        if samples:
            for sentence in disagreements(samples):
                self.note(f"{workload.name}: {sentence}")
        return [peer for peer in self.peers if peer in able]

    def lay_out(self, workload: Workload, able: Sequence[Peer]) -> bool:
        """Keep the answers of the first peer as files, which also fills its cache."""
        if not able:
            return False
        for number in range(workload.fixed):
            target = workload.target(able[0], self.data, number)
            answer = fetch(able[0], target, workload.accept, self.arguments.give_up)
            keep(self.folder / "nginx", f"{workload.name}/{number}", answer.body)
        return True

    def measure(self, workload: Workload, peer: Peer, connections: int, run: int, start: int) -> None:
        """One cell."""
        seconds = self.arguments.seconds
        limit = self.arguments.timeout
        spec = Spec(peer.address, peer.port, "", connections, seconds, accept=workload.accept, timeout=limit)
        targets = workload.targets(peer, self.data, start, seconds)
        client = chosen(self.arguments.client, seconds, long=workload.long)
        if workload.fixed and run == 0:
            send(spec, targets, client)  # each process of a peer caches for itself
        outcome = send(spec, targets, client, lambda: self.weigh(peer))
        self.weigh(peer)
        tally = outcome.polite
        key = Key(self.data.programmes, workload.name, connections, peer.name)
        figures = (outcome.throughput, tally.p50, tally.p99, tally.requests, tally.failures)
        self.findings.cells.append(Cell(key, run, *figures))
        if tally.failures:
            self.note(f"{workload.name}, {peer.name}, {connections} connections: {dict(tally.statuses)}")
        if outcome.repeated and not workload.fixed and not workload.page:
            self.note(f"{workload.name}, {peer.name}: requests were repeated, so a cache may have helped")

    def weigh(self, peer: Peer) -> None:
        """Note the most memory that a peer was seen to take."""
        if peer.pid is not None:
            name = f"{peer.name}/{self.data.programmes}"
            memory = self.findings.memory
            memory[name] = max(memory.get(name, 0), weigh(peer.pid).proportional)

    def ceiling(self) -> None:
        """What the client itself can take, measured against a tiny file of nginx."""
        seconds = self.arguments.seconds
        clients = {chosen(self.arguments.client, seconds, long=long) for long in (False, True)}
        for peer in self.peers:
            for client in sorted(clients) if peer.files else ():
                spec = Spec(peer.address, peer.port, "", 8, seconds=1)
                self.findings.ceiling[client] = send(spec, [f"/{READY}"], client).throughput


def run(bench: Bench, progress: Progress) -> None:
    """All cells of one size of data."""
    arguments = bench.arguments
    workloads = [{**WORKLOADS, **QUESTIONS}[name] for name in arguments.workloads]
    able = {workload.name: bench.compare(workload) for workload in workloads}
    bench.ceiling()
    total = arguments.runs * len(arguments.connections) * sum(map(len, able.values()))
    task = progress.add_task(f"{bench.data.programmes} programmes", total=total)
    blocks: dict[str, int] = defaultdict(int)
    for number in range(arguments.runs):
        for workload in workloads:
            for connections in arguments.connections:
                start = FIRST + blocks[workload.name] * int(workload.limit * arguments.seconds)
                blocks[workload.name] += 1
                for peer in able[workload.name]:
                    progress.update(task, description=f"run {number + 1}: {workload.name}, {peer.name}")
                    bench.measure(workload, peer, connections, number, start)
                    progress.advance(task)
        arguments.out.write_text(bench.findings.json(), encoding="utf-8")


def start(
    stack: ExitStack, data: Data, folder: Path, arguments: argparse.Namespace, found: Findings
) -> list[Peer]:
    """Start the peers that are installed; the others are left out, with the reason."""
    options = Options(places(arguments), shlex.split(arguments.serve), arguments.work / "peers-venv")
    peers = []
    for name in arguments.peers:
        (folder / name).mkdir()
        try:
            peer = stack.enter_context(PEERS[name](data, folder / name, options))
        except Unavailable as reason:
            found.left_out[name] = str(reason)
        else:
            found.peers[name] = peer.version
            peers.append(peer)
    return peers


def places(arguments: argparse.Namespace) -> dict[str, str]:
    """The programs and addresses that were given."""
    return {name: value for name in PEERS if (value := getattr(arguments, name.replace("-", "_"), None))}


def parse(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--programmes", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=list(PEERS), metavar="PEER")
    parser.add_argument(
        "--workloads",
        nargs="+",
        choices=[*WORKLOADS, ALL_QUESTIONS, *QUESTIONS],
        default=list(WORKLOADS),
        metavar="WORKLOAD",
        help="of the README, or names of questions; `questions` for all of these",
    )
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=float, default=5, help="of every cell")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--client", choices=("auto", "wrk", "python"), default="auto")
    parser.add_argument("--give-up", type=float, default=120, help="seconds after which a peer is left out")
    parser.add_argument("--timeout", type=float, default=600, help="seconds after which a request has failed")
    parser.add_argument("--serve", default="", help="further options of `kankei serve`, as one word")
    parser.add_argument(
        "--install-peers", action="store_true", help="install rdflib-endpoint, in its own venv"
    )
    for name in ("kankei", "virtuoso", "oxigraph", "fuseki", "qlever"):
        parser.add_argument(f"--{name}", metavar="PATH|URL", help="its program, or where it answers queries")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "kankei-benchmarks")
    parser.add_argument("--out", type=Path, default=Path("endpoint.json"), help="the JSON file to write")
    parser.add_argument("--smoke", action="store_true", help="100 programmes, one short run")
    arguments = parser.parse_args(words)
    if ALL_QUESTIONS in arguments.workloads:
        named = [name for name in arguments.workloads if name != ALL_QUESTIONS]
        arguments.workloads = [*named, *(name for name in QUESTIONS if name not in named)]
    if arguments.smoke:
        arguments.programmes, arguments.runs, arguments.seconds = [100], 1, 0.3
        arguments.connections = [2]
    return arguments


def main() -> None:
    """Measure, show and write."""
    arguments, console = parse(), Console()
    shown = {name: str(value) for name, value in vars(arguments).items()}
    findings = Findings(machine(), shown)
    arguments.work.mkdir(parents=True, exist_ok=True)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        waiting = progress.add_task("preparing", total=None)
        if arguments.install_peers:
            progress.update(waiting, description="installing rdflib-endpoint")
            install(arguments.work / "peers-venv")
        for programmes in arguments.programmes:
            data = prepare(programmes, arguments.work, lambda s: progress.update(waiting, description=s))
            with ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kankei-benchmark-")))
                folder.chmod(0o755)
                progress.update(waiting, description="starting the peers")
                peers = start(stack, data, folder, arguments, findings)
                run(Bench(data, peers, folder, arguments, findings, console), progress)
    show(findings, console)
    arguments.out.write_text(findings.json(), encoding="utf-8")
    console.print(f"written to {arguments.out}")


if __name__ == "__main__":
    main()
