"""From cells to figures: medians of runs, ratios between peers, and which figures are reached."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

OURS = "kankei"


@dataclass(frozen=True)
class Key:
    """What a cell measures."""

    programmes: int
    workload: str
    connections: int
    peer: str

    def of(self, peer: str, workload: str = "") -> "Key":
        """The same for another peer."""
        return Key(self.programmes, workload or self.workload, self.connections, peer)


@dataclass(frozen=True)
class Cell:
    """One run of one workload on one peer; times in milliseconds."""

    key: Key
    run: int
    throughput: float
    p50: float
    p99: float
    requests: int
    failures: int


@dataclass(frozen=True)
class Median:
    """The medians of a cell's runs."""

    throughput: float
    p50: float
    p99: float
    failures: int


@dataclass(frozen=True)
class Target:
    """A figure to reach: our throughput on a workload over a peer's, on the same or another workload."""

    workload: str
    peer: str
    factor: float
    against: str = ""
    least: int = 1
    """The fewest connections at which it is to be reached."""


BUSY = 8
TARGETS = (
    Target("lookup", "virtuoso", 2.5),
    Target("star", "virtuoso", 2.5),
    Target("aggregate", "virtuoso", 0.6),
    Target("histogram", "virtuoso", 0.6),
    Target("scan", "virtuoso", 5),
    Target("lookup", "rdflib-memory", 15),
    Target("lookup", "rdflib-oxigraph", 15),
    Target("cached", "virtuoso", 5, "lookup", BUSY),
    Target("doc", "virtuoso", 5, "lookup", BUSY),
    Target("cached", "nginx", 0.25, "", BUSY),
    Target("doc", "nginx", 0.25, "", BUSY),
)


@dataclass(frozen=True)
class Verdict:
    """A figure to reach, and what was measured for it."""

    programmes: int
    connections: int
    target: Target
    ratio: float

    @property
    def reached(self) -> bool:
        """Whether the ratio is at least the target's."""
        return self.ratio >= self.target.factor


def medians(cells: Iterable[Cell]) -> Mapping[Key, Median]:
    """The median of every measure over the runs; failures are summed, for none may be overlooked."""
    runs: dict[Key, list[Cell]] = defaultdict(list)
    for cell in cells:
        runs[cell.key].append(cell)
    return {
        key: Median(
            median(cell.throughput for cell in found),
            median(cell.p50 for cell in found),
            median(cell.p99 for cell in found),
            sum(cell.failures for cell in found),
        )
        for key, found in runs.items()
    }


def ratio(cells: Sequence[Cell], ours: Key, theirs: Key) -> float | None:
    """The median, over the runs, of our throughput divided by theirs in the same run; none if one is missing.

    Within a run the peers take turns, so a drift of the machine hits both and leaves their ratio alone.
    """
    found = {(cell.key, cell.run): cell.throughput for cell in cells}
    pairs = [(found[ours, run], found.get((theirs, run))) for key, run in found if key == ours]
    quotients = [mine / other for mine, other in pairs if other]
    return median(quotients) if quotients and len(quotients) == len(pairs) else None


def ratios(cells: Sequence[Cell]) -> Mapping[Key, float]:
    """Ours over theirs for every peer, by the peer's key; paired where the peer has no such workload."""
    peers = {cell.key.peer for cell in cells} - {OURS}
    found: dict[Key, float] = {}
    for ours in {cell.key for cell in cells if cell.key.peer == OURS}:
        for peer in peers:
            same = ratio(cells, ours, ours.of(peer))
            if same is not None:
                found[ours.of(peer)] = same
    return found


def verdicts(cells: Sequence[Cell]) -> Sequence[Verdict]:
    """The figures to reach, as far as they were measured."""
    sizes = sorted({(cell.key.programmes, cell.key.connections) for cell in cells})
    found = []
    for target in TARGETS:
        for programmes, connections in sizes:
            if connections >= target.least:
                ours = Key(programmes, target.workload, connections, OURS)
                quotient = ratio(cells, ours, ours.of(target.peer, target.against))
                if quotient is not None:
                    found.append(Verdict(programmes, connections, target, quotient))
    return found
