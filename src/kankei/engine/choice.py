"""Which engine answers a query: a rule over its algebra and the counts of the release.

Oxigraph reads a row in 0.2 to 0.5 µs from indexes in memory, and starts at once. Columns read a row in some
nanoseconds, but SQL takes some milliseconds to plan and more for each join, arrays some tenths of one, and
either takes more for each row that is returned. So columns answer where many rows are read, compared, added
up or sorted for few that are returned.
"""

from dataclasses import dataclass

from kankei.engine.algebra.estimate import Counts, Estimator
from kankei.engine.algebra.operators import BasicGraphPattern, PathPattern, Pattern, Query, Slice
from kankei.engine.algebra.paths import Alternative, Closure, Inverse, Optional, Path, Sequence
from kankei.engine.algebra.walk import patterns_in
from kankei.engine.operation import COLUMNS, OXIGRAPH


@dataclass(frozen=True, slots=True)
class _Costs:
    """What one way takes, in rows that Oxigraph reads in that time.

    For a query that reads nothing, for what costs Oxigraph 1, for each row of the result, each triple or path
    and each closure among them.
    """

    begun: float
    read: float
    written: float
    joined: float = 0.0
    closed: float = 0.0


# Measured at 1,000 and 10,000 programmes by tests/benchmarks/choice.py.
_OXIGRAPH = _Costs(0.0, 1.0, 4.0)
_SQL = _Costs(10_000.0, 0.03, 25.0, 7_000.0, 25_000.0)
_ARRAYS = _Costs(800.0, 0.02, 8.0)
_ROW_S = 0.25e-6
"""Seconds that a cost of 1 takes, of a wide range."""
_ENDLESS = 1e14
"""What neither finishes in time, while columns would keep in memory what they join."""
_TOO_MANY_ROWS = 1e9
"""A result that neither finishes in time."""


@dataclass(frozen=True)
class Choice:
    """An engine, why, and what was expected: rows of the result, and what they cost either engine."""

    engine: str
    reason: str
    rows: float = 0.0
    oxigraph: float = 0.0
    columns: float = 0.0

    @property
    def seconds(self) -> float:
        """How long columns are expected to take."""
        return self.columns * _ROW_S

    @property
    def expected(self) -> str:
        """What was expected, in words."""
        costs = f"{self.oxigraph:.0f} in Oxigraph, {self.columns:.0f} in columns"
        return f"{self.rows:.0f} rows; cost {costs} (1: a row that Oxigraph reads)"


def choose(query: Query, counts: Counts, *, arrays: bool = False) -> Choice:
    """The engine that should answer a query; the other one may answer it, too.

    Columns answer by SQL, or, if `arrays`, without.
    """
    if query.form not in {"SELECT", "ASK"}:
        return Choice(OXIGRAPH, f"{query.form} makes a graph")
    # ASK ends with the first solution.
    pattern = Slice(query.pattern, 0, 1) if query.form == "ASK" else query.pattern
    estimate = Estimator(counts).of(pattern)
    joined, closed = _joins(pattern)
    way = _ARRAYS if arrays else _SQL
    oxigraph, columns = (
        costs.begun
        + costs.joined * joined
        + costs.closed * closed
        + costs.read * estimate.work
        + costs.written * estimate.rows
        for costs in (_OXIGRAPH, way)
    )
    costs = estimate.rows, oxigraph, columns
    if oxigraph > _ENDLESS or estimate.rows > _TOO_MANY_ROWS:
        return Choice(OXIGRAPH, "too many rows are read for either engine", *costs)
    if columns < oxigraph:
        return Choice(COLUMNS, "much is read, compared or sorted for few rows of the result", *costs)
    if oxigraph < way.begun:
        return Choice(OXIGRAPH, "few rows are read", *costs)
    return Choice(OXIGRAPH, "too many rows are returned for what is read", *costs)


def _joins(pattern: Pattern) -> tuple[int, int]:
    """How many triples and paths a pattern has, and how many closures."""
    triples = closures = 0
    match pattern:
        case BasicGraphPattern(own):
            triples = len(own)
        case PathPattern(_, path, _):
            triples, closures = 1, _closures(path)
    for inner in patterns_in(pattern):
        more = _joins(inner)
        triples, closures = triples + more[0], closures + more[1]
    return triples, closures


def _closures(path: Path) -> int:
    match path:
        case Closure(inner):
            return 1 + _closures(inner)
        case Inverse(inner) | Optional(inner):
            return _closures(inner)
        case Sequence(left, right) | Alternative(left, right):
            return _closures(left) + _closures(right)
        case _:
            return 0
