"""Evaluates queries over the columns of a release, in the calling process."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import duckdb

from kankei.engine.algebra.not_understood import NotUnderstood
from kankei.engine.algebra.operators import Query
from kankei.engine.algebra.parser import parsed
from kankei.engine.choice import Choice, choose
from kankei.engine.columnar.planned_query import Explanation, PlannedQuery
from kankei.engine.columnar.solutions import Output, Row, can_write, write_boolean, write_solutions
from kankei.engine.columnar.tables import Columns
from kankei.engine.columnar.translation.statistics import Statistics, read_statistics
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.engine.columnar.translation.translation import translate
from kankei.engine.operation import COLUMNS, Form, Operation
from kankei.errors import OutOfMemory
from kankei.release.reader import Release

_BATCH = 1024
# A look-up or a join without any of these is found sooner than it is parsed.
_WORTH_READING = re.compile(
    r"\b(?:count|sum|avg|min|max|sample|group|distinct|order|filter|minus)\b|[\w)>][*+]", re.IGNORECASE
)
_FORMS = {"SELECT": Form.SOLUTIONS, "ASK": Form.BOOLEAN}


@dataclass(frozen=True)
class ColumnarEvaluation:
    """Answers queries from columns (implements `kankei.engine.columnar.planned_query.ColumnQueries`)."""

    columns: Columns
    types: Statistics

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
        return cls(columns, read_statistics(columns.connection))

    def plan(self, operation: Operation) -> PlannedQuery | None:
        """How a query is answered from columns, or nothing where another engine should answer it."""
        if left_aside(operation):
            return None
        try:
            query = parsed(operation.query, operation.base)
            form = _FORMS.get(query.form)
            media_type = operation.media_types.get(form, "") if form else ""
            if not form or not can_write(media_type):
                return None
            if choose(query, self.columns.statistics).engine != COLUMNS:
                return None
            return PlannedQuery(translate(query, self.columns, self.types), form, media_type)
        except (NotUnderstood, NotTranslatable, RecursionError):
            return None

    def explain(self, operation: Operation) -> Explanation:
        """Why columns answer a query or do not; they evaluate it to tell the rows and time of each step.

        Raises `OutOfMemory`.
        """
        if reason := left_aside(operation):
            return Explanation(reason)
        try:
            query = parsed(operation.query, operation.base)
        except NotUnderstood as error:
            return Explanation(f"only Oxigraph reads it: {error.message}")
        try:
            choice = choose(query, self.columns.statistics)
        except RecursionError:
            return Explanation("it nests too deeply")
        if choice.engine != COLUMNS:
            return Explanation(choice.reason, choice.expected)
        return self._explained(query, choice)

    def _explained(self, query: Query, choice: Choice) -> Explanation:
        try:
            sql = translate(query, self.columns, self.types).sql
            ((_, steps),) = self.columns.connection.execute(f"EXPLAIN ANALYZE {sql}").fetchall()
        except RecursionError:
            return Explanation("it nests too deeply")
        except NotTranslatable as error:
            return Explanation(f"SQL cannot answer it exactly: {error}", choice.expected)
        except (duckdb.OutOfMemoryException, MemoryError) as error:
            raise OutOfMemory("the query wants more memory than one may have") from error
        except duckdb.Error:
            return Explanation("SQL has met a value that it cannot treat exactly", choice.expected)
        return Explanation(choice.reason, choice.expected, sql, str(steps))

    def write(self, query: PlannedQuery, output: Output) -> bool:
        """Write the result of a query; false if it turned out that columns do not answer it exactly.

        Raises `OutOfMemory`.
        """
        try:
            rows = self.columns.connection.execute(query.translated.sql)
            if query.form is Form.BOOLEAN:
                write_boolean(rows.fetchone() is not None, query.media_type, output)
            else:
                write_solutions(query.translated.variables, _rows(rows), query.media_type, output)
        except (duckdb.OutOfMemoryException, MemoryError) as error:
            raise OutOfMemory("the query wants more memory than one may have") from error
        except duckdb.Error:
            return False
        return True


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
