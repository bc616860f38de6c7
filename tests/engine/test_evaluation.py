"""Columns that cannot finish a query leave nothing behind, and a failure of theirs is told."""

import os
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from io import BytesIO
from threading import Timer
from typing import cast

import duckdb
import pyoxigraph as ox
import pytest

from kankei.engine.columnar.evaluation import ColumnarEvaluation
from kankei.engine.columnar.planned_query import ColumnQueries, Explanation, PlannedQuery, SqlFailed
from kankei.engine.columnar.solutions import Output
from kankei.engine.columnar.tables import Columns
from kankei.engine.columnar.translation.translated import Translated
from kankei.engine.embedded.evaluation import evaluate, evaluate_columns
from kankei.engine.embedded.messages import WorkerResult, pack_operation, pack_reply, unpack_reply
from kankei.engine.embedded.result_spool import Spool
from kankei.engine.embedded.store_access import StoreAccess
from kankei.engine.embedded.worker import Worker
from kankei.engine.embedded.worker_connection import report_fault
from kankei.engine.operation import OXIGRAPH, Form, Operation

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
QUERY = "SELECT ?x { VALUES ?x { 1 2 3 } }"
PARTS = (0, 100, 200_000)


@dataclass(frozen=True)
class BreakingOff:
    """Columns that write a part of a result, and then find that they cannot finish."""

    size: int
    error: Exception | None = None

    def plan(self, operation: Operation) -> PlannedQuery:
        return PlannedQuery(
            Translated("SELECT", "", ()), Form.SOLUTIONS, operation.media_types[Form.SOLUTIONS]
        )

    def write(self, query: PlannedQuery, output: Output, limit: float) -> bool:
        assert query
        for start in range(0, self.size, 1000):
            output.write(b"<" * min(1000, self.size - start))
        if self.error:
            raise self.error
        return False

    def explain(self, operation: Operation) -> Explanation:
        raise NotImplementedError(operation)


@pytest.fixture
def spool() -> Iterator[Spool]:
    descriptor = os.memfd_create("spool")
    yield Spool(descriptor, 1 << 24)
    os.close(descriptor)


def written(spool: Spool) -> bytes:
    return os.pread(spool._descriptor, spool.spooled, 0) if spool.spooled else spool.body


@pytest.mark.parametrize("size", PARTS)
@pytest.mark.parametrize("media_type", [JSON, XML])
@pytest.mark.parametrize("error", [None, SqlFailed("BinderException", "no such column")])
def test_nothing_precedes_the_answer_of_oxigraph(
    media_type: str, size: int, error: Exception | None, spool: Spool
) -> None:
    operation = Operation(QUERY, {Form.SOLUTIONS: media_type})
    evaluate(ox.Store(), operation, spool)
    expected = written(spool)
    spool.reset()
    with pytest.raises(SqlFailed) if error else nullcontext():
        assert evaluate_columns(BreakingOff(size, error), operation, spool, 9.0) is None
    evaluate(ox.Store(), operation, spool)
    assert written(spool) == expected


def test_a_failure_of_columns_is_told_to_the_pool_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    columns = BreakingOff(PARTS[-1], SqlFailed("TestedException", "no such column"))
    stores = cast("StoreAccess", Stores(ox.Store()))
    worker = Worker(stores, 1 << 32, 1 << 24, (), cast("ColumnQueries", columns))
    descriptor = os.memfd_create("spool")
    message = pack_operation(Operation(QUERY, {Form.SOLUTIONS: JSON}), 600)
    reply = unpack_reply(pack_reply(worker._reply(message, descriptor)))
    os.close(descriptor)
    assert isinstance(reply, WorkerResult)
    assert (reply.engine, reply.fault) == (OXIGRAPH, "TestedException: no such column")
    assert reply.body.startswith(b'{"head"')
    report_fault(reply.fault)
    report_fault(reply.fault)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "TestedException: no such column" in caplog.text


@dataclass(frozen=True)
class Stores:
    """An empty store in place of that of a release."""

    merged: ox.Store
    syntax_only: bool = False

    def is_open(self, operation: Operation) -> bool:
        return bool(operation)

    def store(self, operation: Operation) -> ox.Store:
        assert operation
        return self.merged


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ColumnarEvaluation]:
    file = tmp_path_factory.mktemp("columns") / "lines.nq"
    file.write_text("<urn:s> <urn:p> <urn:o> <urn:g> .\n", encoding="utf-8")
    columns = Columns.of_lines(file)
    yield ColumnarEvaluation.of(columns)
    columns.connection.close()


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT error('kankei: not exact: a value')", None),
        ("SELECT 9223372036854775807 + x FROM (VALUES (CAST(1 AS BIGINT))) v(x)", None),
        ("SELECT CAST('99999999999999999999999' AS BIGINT)", None),
        ("SELECT nothing FROM terms", "BinderException"),
        ("SELECT FROM", "ParserException"),
        ("SELECT * FROM no_table", "CatalogException"),
        ("SELECT error('something else')", "InvalidInputException"),
    ],
)
def test_a_refused_value_is_no_failure(sql: str, kind: str | None, columns: ColumnarEvaluation) -> None:
    query = PlannedQuery(Translated("SELECT", sql, ()), Form.SOLUTIONS, JSON)
    output = BytesIO()
    if kind is None:
        assert not columns.write(query, output, 9.0)
        return
    assert issubclass(getattr(duckdb, kind), duckdb.Error)
    with pytest.raises(SqlFailed, match=kind):
        columns.write(query, output, 9.0)


ENDLESS = "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b WHERE a.range <> b.range"
LARGE = "SELECT list(range ORDER BY hash(range)) FROM range(100000000)"


@pytest.mark.parametrize(("sql", "limit"), [(ENDLESS, 0.05), (LARGE, 60.0)])
def test_sql_that_takes_too_much_is_given_up_and_the_next_query_runs(
    sql: str, limit: float, columns: ColumnarEvaluation
) -> None:
    columns.columns.connection.execute("SET memory_limit = '64MB'; SET temp_directory = ''")
    query = PlannedQuery(Translated("SELECT", sql, ()), Form.SOLUTIONS, JSON, seconds=3600.0)
    assert not columns.write(query, BytesIO(), limit)
    one = PlannedQuery(Translated("SELECT", "SELECT 1", ()), Form.BOOLEAN, JSON)
    assert columns.write(one, BytesIO(), 9.0)


def test_sql_that_could_not_be_given_up_is_not_begun(
    columns: ColumnarEvaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Timer) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Timer, "start", fail)
    query = PlannedQuery(Translated("SELECT", "SELECT 1", ()), Form.BOOLEAN, JSON)
    assert not columns.write(query, BytesIO(), 9.0)
