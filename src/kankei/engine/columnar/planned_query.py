"""A query that columns will answer, and what evaluates it; loads no DuckDB."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from kankei.engine.columnar.solutions import Output, Row
from kankei.engine.columnar.translation.translated import Translated
from kankei.engine.operation import Form, Operation


class Solved(Protocol):
    """The solutions of a query that arrays have answered."""

    @property
    def variables(self) -> tuple[str, ...]:
        """What the query selects, in order."""

    def rows(self) -> Iterator[Row]:
        """The solutions as `kankei.engine.columnar.solutions` writes them."""


@dataclass(frozen=True)
class PlannedQuery:
    """A query in SQL or its solutions, its form, and the media type of its result.

    `seconds` is how long the SQL is expected to take.
    """

    translated: Translated | Solved
    form: Form
    media_type: str
    seconds: float = 0.0


@dataclass(frozen=True)
class Explanation:
    """Why columns answer a query or do not: `steps` are empty where they do not, `sql` where they need none.

    `expected` tells what the choice of engine rests on; empty where it was not asked.
    """

    reason: str
    expected: str = ""
    sql: str = ""
    steps: str = ""


class SqlFailed(Exception):
    """The database has not run SQL of ours, by its kind of error and its message: a defect of ours."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")


class ColumnQueries(Protocol):
    """Answers the queries that columns answer exactly and sooner; all others it leaves to another engine."""

    def plan(self, operation: Operation) -> PlannedQuery | None:
        """How a query is answered from columns, or nothing where another engine should answer it."""

    def write(self, query: PlannedQuery, output: Output, limit: float) -> bool:
        """Write the result of a query; false if it turned out that columns do not answer it exactly.

        False, too, if they need more memory than they may have or much longer than was expected, at most
        `limit` seconds. Then, too, something may have been written. Raises `OutOfMemory` and `SqlFailed`.
        """

    def explain(self, operation: Operation) -> Explanation:
        """Why columns answer a query or do not; they evaluate it to tell the rows and time of each step.

        Raises `OutOfMemory`.
        """
