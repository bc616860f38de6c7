"""Which engine answers a query: a rule over its algebra and the counts of the release.

Oxigraph reads a row in 0.2 to 0.5 µs from indexes in memory, and starts at once. Columns read a row in some
nanoseconds, but SQL takes some milliseconds to plan, arrays some tenths of one, and either takes more for
each row that is returned. So columns answer where many rows are read, compared, added up or sorted for few
that are returned.
"""

from dataclasses import dataclass

from kankei.engine.algebra.estimate import Counts, Estimator
from kankei.engine.algebra.operators import Query, Slice
from kankei.engine.operation import COLUMNS, OXIGRAPH


@dataclass(frozen=True, slots=True)
class _Costs:
    """What one way takes, in rows that Oxigraph reads in that time.

    For a query that reads nothing, for what costs Oxigraph 1, and for each row of the result.
    """

    begun: float
    read: float
    written: float


# Measured at 1,000 programmes.
_OXIGRAPH = _Costs(0.0, 1.0, 4.0)
_SQL = _Costs(25_000.0, 0.03, 25.0)
_ARRAYS = _Costs(800.0, 0.02, 8.0)
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
    way = _ARRAYS if arrays else _SQL
    oxigraph, columns = (
        costs.begun + costs.read * estimate.work + costs.written * estimate.rows for costs in (_OXIGRAPH, way)
    )
    costs = estimate.rows, oxigraph, columns
    if oxigraph > _ENDLESS or estimate.rows > _TOO_MANY_ROWS:
        return Choice(OXIGRAPH, "too many rows are read for either engine", *costs)
    if columns < oxigraph:
        return Choice(COLUMNS, "much is read, compared or sorted for few rows of the result", *costs)
    if oxigraph < way.begun:
        return Choice(OXIGRAPH, "few rows are read", *costs)
    return Choice(OXIGRAPH, "too many rows are returned for what is read", *costs)
