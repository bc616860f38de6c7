"""Which engine answers a query: a rule over its algebra and the counts of the release.

Oxigraph reads a row in 0.2 to 0.5 µs from indexes in memory, and starts at once. Columns read a row in a
few nanoseconds, but take some milliseconds to plan, and each row that they return costs as much as in
Oxigraph. So columns answer where many rows are read for few that are returned.
"""

from dataclasses import dataclass

from kankei.engine.algebra.estimate import Counts, Estimate, Estimator
from kankei.engine.algebra.operators import Query, Slice
from kankei.engine.operation import COLUMNS, OXIGRAPH

_FEW = 1_500.0
"""Rows that Oxigraph reads before columns have planned."""
_REDUCED = 4.0
"""How many rows have to be read for each that is returned."""
_TOO_MANY = 5_000_000.0
"""Rows that Oxigraph does not read in a second."""


@dataclass(frozen=True)
class Choice:
    """An engine, why, and the expected cost that this follows from."""

    engine: str
    reason: str
    estimate: Estimate


def choose(query: Query, counts: Counts) -> Choice:
    """The engine that should answer a query; the other one may answer it, too."""
    # ASK ends with the first solution.
    pattern = Slice(query.pattern, 0, 1) if query.form == "ASK" else query.pattern
    estimate = Estimator(counts).of(pattern)
    if query.form not in {"SELECT", "ASK"}:
        return Choice(OXIGRAPH, f"{query.form} makes a graph", estimate)
    if estimate.work < _FEW:
        return Choice(OXIGRAPH, "few rows are read", estimate)
    if estimate.work >= _TOO_MANY:
        return Choice(COLUMNS, "very many rows are read", estimate)
    if estimate.rows * _REDUCED <= estimate.work:
        return Choice(COLUMNS, "many rows are read for few that are returned", estimate)
    return Choice(OXIGRAPH, "about as many rows are returned as are read", estimate)
