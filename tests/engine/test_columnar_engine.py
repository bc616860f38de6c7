"""Columns in the worker processes: what they answer, their limits, and files that are not used."""

import asyncio
import json
import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from kankei.engine.columnar.evaluation import ColumnarEvaluation
from kankei.engine.columnar.tables import Columns
from kankei.engine.columnar.translation.translated import REFUSED, Translated
from kankei.engine.embedded.pool import engine_identity, start_engine
from kankei.engine.embedded.store_access import StoreFiles
from kankei.engine.limits import Limits
from kankei.engine.operation import COLUMNS, OXIGRAPH, RESULT_MEDIA_TYPES, Form, Operation, QueryResult
from kankei.errors import BrokenRelease, KankeiError, NotAcceptable, OutOfMemory, TooLarge, TooSlow
from kankei.release.columns.schema import STATISTICS, TABLES
from kankei.release.manifest import MANIFEST, FileEntry
from kankei.release.reader import Release

PATIENCE_S = 60.0
PREFERRED = {form: offered[0] for form, offered in RESULT_MEDIA_TYPES.items()}
HISTOGRAM = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o . ?s ?q ?r } GROUP BY ?p ORDER BY DESC(?n) ?p"
BY_SQL = HISTOGRAM.replace("COUNT(*)", "COUNT(STR(?o))")
REFUSING = f"SELECT error('{REFUSED}a value')"
COUNT = Operation("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", PREFERRED)
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(CONTAINS(STR(?c), STR(?f))) }"


def answers(files: StoreFiles, limits: Limits, *operations: Operation) -> list[QueryResult | KankeiError]:
    """What an engine's processes answer, one after the other."""

    async def run() -> list[QueryResult | KankeiError]:
        process = start_engine(files, limits)
        pool = await process.connect()
        found: list[QueryResult | KankeiError] = []
        for operation in operations:
            try:
                found.append(await pool.answer(operation))
            except KankeiError as error:
                found.append(error)
        pool.close()
        process.close()
        return found

    return asyncio.run(run())


def test_workers_answer_from_columns_what_the_store_answers(seed_release: Release) -> None:
    media_types = RESULT_MEDIA_TYPES[Form.SOLUTIONS]
    operations = [Operation(HISTOGRAM, {Form.SOLUTIONS: media_type}) for media_type in media_types]
    operations += [Operation(BY_SQL, {Form.SOLUTIONS: media_type}) for media_type in media_types]
    operations.append(Operation("ASK { ?a ?b ?c . ?d ?b ?f FILTER(STR(?c) = STR(?a)) }", PREFERRED))
    look_up = Operation("SELECT * { <http://www.w3.org/2002/07/owl#Class> ?p ?o }", PREFERRED)
    files, limits = StoreFiles.of(seed_release), Limits(workers=1, spares=0, timeout_s=PATIENCE_S)
    assert files.columns
    assert f"duckdb {duckdb.__version__}" in engine_identity(files)
    found = answers(files, limits, *operations, look_up)
    wanted = answers(replace(files, columns=None), limits, *operations, look_up)
    for answer, expected in zip(found, wanted, strict=True):
        assert isinstance(answer, QueryResult)
        assert isinstance(expected, QueryResult)
        assert answer.body == expected.body
        assert expected.engine == OXIGRAPH
    engines = [answer.engine for answer in found if isinstance(answer, QueryResult)]
    assert engines[: 2 * len(media_types)] == [COLUMNS] * 2 * len(media_types)
    assert engines[-1] == OXIGRAPH


def test_columns_keep_the_limits_of_a_query(seed_release: Release) -> None:
    limits = Limits(
        workers=1, spares=0, timeout_s=PATIENCE_S, result_bytes=1 << 20, worker_memory_bytes=64 << 20
    )
    sorted_rows = "SELECT DISTINCT ?a ?c ?d ?f { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f ?a ?d"
    long_rows = "SELECT DISTINCT ?a ?x ?y { ?a ?b ?c . ?c ?d ?x . ?y ?e ?x }"
    found = answers(
        StoreFiles.of(seed_release),
        limits,
        Operation(CROSS, PREFERRED, timeout=0.3),
        Operation(sorted_rows, PREFERRED),
        Operation(long_rows, PREFERRED),
        Operation(HISTOGRAM, {Form.BOOLEAN: "application/json"}),
        Operation(HISTOGRAM, PREFERRED),
    )
    kinds = [type(outcome) for outcome in found]
    assert kinds == [TooSlow, OutOfMemory, TooLarge, NotAcceptable, QueryResult], found


def threads() -> int:
    return sum(1 for _ in Path("/proc/self/task").iterdir())


@pytest.fixture(scope="module")
def locked(seed_release: Release) -> Iterator[ColumnarEvaluation]:
    before = threads()
    evaluation = ColumnarEvaluation.of_release(seed_release.path, 64 << 20)
    assert threads() == before, "a fork would lose a thread"
    yield evaluation
    evaluation.columns.connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "COPY terms TO '/tmp/kankei-terms.csv'",
        "ATTACH '/tmp/kankei-other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 4",
        "SET memory_limit = '100GB'",
        "SET temp_directory = '/tmp'",
        "SET enable_external_access = true",
        "SELECT * FROM 'http://127.0.0.1:9/x.parquet'",
    ],
)
def test_sql_reaches_no_file_network_or_setting(statement: str, locked: ColumnarEvaluation) -> None:
    with pytest.raises(duckdb.Error):
        locked.columns.connection.execute(statement)


def test_what_sql_finds_inexact_another_engine_answers(locked: ColumnarEvaluation) -> None:
    planned = locked.plan(Operation(BY_SQL, PREFERRED))
    assert planned
    assert isinstance(planned.translated, Translated)
    refusing = replace(planned, translated=replace(planned.translated, sql=REFUSING))

    class Output:
        def write(self, data: bytes, /) -> int:
            return len(data)

    assert not locked.write(refusing, Output(), 9.0)
    assert locked.write(planned, Output(), 9.0)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } ORDER BY ?s",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o",
        "SELECT (COUNT(*) AS ?n) { SERVICE <http://e.example/> { ?s ?p ?o } }",
        "SELECT (COUNT(*) AS ?n) { " + "{" * 3000 + "}" * 3000 + " }",
    ],
)
def test_other_queries_are_left_to_the_store(query: str, locked: ColumnarEvaluation) -> None:
    assert locked.plan(Operation(query, PREFERRED)) is None


@pytest.fixture
def copied(seed_release: Release, tmp_path: Path) -> Path:
    """A copy of the release whose columns may be changed."""
    shutil.copytree(seed_release.path, tmp_path / "release", copy_function=os.link)
    for name in (MANIFEST, STATISTICS, *(table.file for table in TABLES)):
        file = tmp_path / "release" / name
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(content)
    return tmp_path / "release"


def manifest_again(release: Path) -> None:
    """Enter the present columns into the manifest, as one who means it would."""
    manifest = json.loads((release / MANIFEST).read_bytes())
    for name in (STATISTICS, *(table.file for table in TABLES)):
        entry = FileEntry.of(release / name)
        manifest["files"][name] = {"size": entry.size, "sha256": entry.sha256}
    (release / MANIFEST).write_bytes(json.dumps(manifest).encode())


def stated(release: Path, /, **fields: object) -> None:
    file = release / STATISTICS
    file.write_bytes(json.dumps({**json.loads(file.read_bytes()), **fields}).encode())
    manifest_again(release)


def damage(release: Path) -> None:
    file = release / TABLES[0].file
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (damage, "sha256"),
        (lambda release: stated(release, schema=99), "schema 99"),
        (lambda release: stated(release, release="2020-01-01-abc"), "2020-01-01-abc"),
        (lambda release: stated(release, rows=1, more=2), "no statistics"),
    ],
    ids=["damaged", "other schema", "other release", "other content"],
)
def test_columns_that_are_not_the_release_s_own_are_not_used(
    change: object, reason: str, copied: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert callable(change)
    change(copied)
    with caplog.at_level(logging.WARNING):
        files = StoreFiles.of(Release.open(copied))
    assert files.columns is None
    assert "duckdb" not in engine_identity(files)
    assert reason in caplog.text


def test_a_table_of_another_release_or_of_other_columns_is_refused(copied: Path) -> None:
    first, second = (copied / table.file for table in TABLES[:2])
    second.write_bytes(first.read_bytes())
    manifest_again(copied)
    with pytest.raises(BrokenRelease, match="columns"):
        Columns.of_release(Release.open(copied))


def test_a_release_without_columns_is_answered_by_the_store(copied: Path) -> None:
    manifest = json.loads((copied / MANIFEST).read_bytes())
    manifest["files"] = {n: e for n, e in manifest["files"].items() if not n.startswith("columns/")}
    (copied / MANIFEST).write_bytes(json.dumps(manifest).encode())
    shutil.rmtree(copied / "columns")
    assert StoreFiles.of(Release.open(copied)).columns is None


def test_the_store_answers_where_the_process_cannot_read_the_columns(copied: Path) -> None:
    files = StoreFiles.of(Release.open(copied))
    assert files.columns
    damage(copied)
    (copied / TABLES[1].file).write_bytes(b"PAR1")
    (answer,) = answers(files, Limits(workers=1, spares=0), COUNT)
    assert isinstance(answer, QueryResult)
    assert answer.engine == OXIGRAPH
