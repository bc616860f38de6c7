"""Evaluates queries over the columns of a release, in the calling process."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Self

import duckdb

from kankei.engine.algebra.not_understood import NotUnderstood
from kankei.engine.algebra.operators import Query
from kankei.engine.algebra.parser import parsed
from kankei.engine.choice import Choice, choose
from kankei.engine.columnar.arrays.data import ReleaseArrays
from kankei.engine.columnar.arrays.evaluation import Answer, answered
from kankei.engine.columnar.arrays.shape import check_shape
from kankei.engine.columnar.planned_query import Explanation, PlannedQuery, SqlFailed
from kankei.engine.columnar.solutions import Output, Row, can_write, write_boolean, write_solutions
from kankei.engine.columnar.tables import Columns
from kankei.engine.columnar.translation.statistics import Statistics, read_statistics
from kankei.engine.columnar.translation.translated import REFUSED, NotTranslatable, Translated
from kankei.engine.columnar.translation.translation import translate
from kankei.engine.operation import COLUMNS, Form, Operation
from kankei.errors import OutOfMemory
from kankei.release.reader import Release

_BATCH = 1024
# A look-up or a join without any of these is found sooner than it is parsed.
_WORTH_READING = re.compile(
    r"\b(?:count|sum|avg|min|max|sample|group|distinct|order|filter|minus)\b|[\w)>][*+]", re.IGNORECASE
)
_LEAST_LIMIT_S, _PATIENCE = 0.5, 20.0
"""SQL is given up after so many seconds at least, and so many times as long as was expected."""
_TOO_DEEP = "it nests too deeply"
_FORMS = {"SELECT": Form.SOLUTIONS, "ASK": Form.BOOLEAN}


class _LeftToOxigraph(Exception):
    """Columns do not answer a query, for a reason; with what was expected of it, where that is known."""

    def __init__(self, reason: str, expected: str = "") -> None:
        super().__init__(reason)
        self.expected = expected


@dataclass(frozen=True)
class ColumnarEvaluation:
    """Answers queries from columns (implements `kankei.engine.columnar.planned_query.ColumnQueries`)."""

    columns: Columns
    types: Statistics
    arrays: ReleaseArrays

    @classmethod
    def of_release(cls, release: Path, query_bytes: int) -> Self:
        """The evaluation over the columns of a release folder; a query gets so many bytes of memory.

        Raises `BrokenRelease`.
        """
        evaluation = cls.of(Columns.of_release(Release.open_files(release)))
        evaluation.columns.lock(query_bytes)
        return evaluation

    @classmethod
    def of(cls, columns: Columns) -> Self:
        """The evaluation over some columns."""
        types = read_statistics(columns.connection)
        return cls(columns, types, ReleaseArrays.of(columns, types))

    def plan(self, operation: Operation) -> PlannedQuery | None:
        """How a query is answered from columns, or nothing where another engine should answer it."""
        try:
            query = _read(operation)
            form = _FORMS.get(query.form, Form.TRIPLES)
            media_type = operation.media_types.get(form, "")
            if not can_write(media_type):
                return None
            choice, answer = self._answered(query)
            return PlannedQuery(answer, form, media_type, choice.seconds)
        except _LeftToOxigraph:
            return None

    def explain(self, operation: Operation) -> Explanation:
        """Why columns answer a query or do not; they evaluate it to tell the rows and time of each step.

        Raises `OutOfMemory`.
        """
        expected = ""
        try:
            choice, answer = self._answered(_read(operation))
            expected = choice.expected
            if isinstance(answer, Answer):
                return Explanation(choice.reason, expected, steps=answer.steps)
            sql = answer.sql
            with self._running(_limit(choice.seconds)):
                ((_, steps),) = self.columns.connection.execute(f"EXPLAIN ANALYZE {sql}").fetchall()
        except _LeftToOxigraph as reason:
            return Explanation(str(reason), reason.expected or expected)
        except SqlFailed as error:
            return Explanation(f"the database does not run the SQL: {error}", expected)
        return Explanation(choice.reason, expected, sql, str(steps))

    def write(self, query: PlannedQuery, output: Output, limit: float) -> bool:
        """Write the result of a query; false if it turned out that columns do not answer it exactly.

        False, too, if they need more memory than they may have or much longer than was expected, at most
        `limit` seconds. Then, too, something may have been written. Raises `OutOfMemory`, and `SqlFailed`
        for SQL that the database does not run.
        """
        if not isinstance(query.translated, Translated):
            write_solutions(query.translated.variables, query.translated.rows(), query.media_type, output)
            return True
        try:
            with self._running(min(limit, _limit(query.seconds))):
                rows = self.columns.connection.execute(query.translated.sql)
                if query.form is Form.BOOLEAN:
                    write_boolean(rows.fetchone() is not None, query.media_type, output)
                else:
                    write_solutions(query.translated.variables, _rows(rows), query.media_type, output)
        except _LeftToOxigraph:
            return False
        return True

    @contextmanager
    def _running(self, limit: float) -> Iterator[None]:
        """Interrupts the database after so many seconds; tells what it gives up from its failures."""
        timer = Timer(limit, self.columns.connection.interrupt)
        try:
            timer.start()
        except RuntimeError:
            raise _LeftToOxigraph("there is no memory for a timer") from None
        try:
            yield
        except duckdb.InterruptException:
            raise _LeftToOxigraph(f"SQL has taken {limit:.1f} seconds") from None
        except duckdb.OutOfMemoryException:
            raise _LeftToOxigraph("SQL needs more memory than a query may have") from None
        except MemoryError as error:
            raise OutOfMemory("the query wants more memory than one may have") from error
        except duckdb.Error as error:
            if refused(error):
                raise _LeftToOxigraph("SQL has met a value that it cannot treat exactly") from error
            raise SqlFailed(type(error).__name__, str(error)) from error
        finally:
            timer.cancel()
            timer.join()

    def _answered(self, query: Query) -> tuple[Choice, Answer | Translated]:
        """Why columns answer a query, and its solutions or SQL; raises `_LeftToOxigraph` for others."""
        try:
            if answer := self._from_arrays(query):
                return answer
            choice = choose(query, self.columns.statistics)
            if choice.engine != COLUMNS:
                raise _LeftToOxigraph(choice.reason, choice.expected)
            return choice, translate(query, self.columns, self.types)
        except NotTranslatable as error:
            raise _LeftToOxigraph(f"SQL cannot answer it exactly: {error}", choice.expected) from error
        except RecursionError:
            raise _LeftToOxigraph(_TOO_DEEP) from None

    def _from_arrays(self, query: Query) -> tuple[Choice, Answer] | None:
        """The solutions that arrays give, if they do and should."""
        try:
            check_shape(query)
            choice = choose(query, self.columns.statistics, arrays=True)
            return (choice, answered(query, self.arrays)) if choice.engine == COLUMNS else None
        except (NotTranslatable, MemoryError):  # SQL may need less memory, since it joins in parts
            return None


def _read(operation: Operation) -> Query:
    if reason := left_aside(operation):
        raise _LeftToOxigraph(reason)
    try:
        return parsed(operation.query, operation.base)
    except NotUnderstood as error:
        raise _LeftToOxigraph(f"only Oxigraph reads it: {error.message}") from error
    except RecursionError:
        raise _LeftToOxigraph(_TOO_DEEP) from None


def _limit(expected: float) -> float:
    """The seconds after which SQL that was expected to take some has been a mistake."""
    return max(_LEAST_LIMIT_S, _PATIENCE * expected)


def refused(error: duckdb.Error) -> bool:
    """Whether SQL has met a value that it does not treat exactly, as it may: any other error is a defect."""
    return REFUSED in str(error) or isinstance(error, duckdb.OutOfRangeException | duckdb.ConversionException)


def left_aside(operation: Operation) -> str:
    """Why a query is left to Oxigraph before it is parsed; empty where it is not."""
    if operation.substitutions:
        return "variables are substituted"
    if operation.default_graphs or operation.named_graphs:
        return "the request names the dataset"
    if not _WORTH_READING.search(operation.query):
        return "nothing is aggregated, sorted, filtered or followed any number of steps"
    return ""


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    while batch := result.fetchmany(_BATCH):
        yield from batch
