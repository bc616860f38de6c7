"""The process engine: what it answers, what each limit does, and that nothing is left behind."""

import asyncio
import errno
import json
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store

from kankei.engine.embedded.engine_errors import exit_error
from kankei.engine.embedded.messages import Reply
from kankei.engine.embedded.pool import LARGE, WorkerPool, _StartedQuery, start_engine
from kankei.engine.embedded.scheduler import Waiter
from kankei.engine.embedded.store_access import StoreFiles
from kankei.engine.embedded.worker_connection import Deadline, WorkerConnection
from kankei.engine.limits import Limits
from kankei.engine.operation import RESULT_MEDIA_TYPES, Form, Operation, Outcome, QueryResult
from kankei.engine.result_file import ResultFile
from kankei.errors import (
    EngineFailed,
    EngineUnavailable,
    KankeiError,
    MalformedQuery,
    MalformedRequest,
    NotAcceptable,
    OutOfMemory,
    Overloaded,
    ServiceFailed,
    TooLarge,
    TooSlow,
    UpdateRefused,
)
from kankei.release.reader import Release
from support import serving
from support.garbage import collector_disabled, instances

EX = "http://example.org/"
PREFERRED = {form: offered[0] for form, offered in RESULT_MEDIA_TYPES.items()}
LOOK_UP = Operation(f"SELECT * {{ <{EX}s1> ?p ?o }}", PREFERRED)
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SMALL = Limits(workers=2, slow_workers=2, spares=1, timeout_s=5)
PATIENCE_S = 60.0
"""A limit for what never happens; long, since other processes may have the processors meanwhile."""
UNHURRIED = replace(SMALL, timeout_s=PATIENCE_S, slow_after_s=PATIENCE_S)
"""Limits under which a query stays in the fast lane, however busy the machine is."""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> StoreFiles:
    folder: Path = tmp_path_factory.mktemp("dataset")
    lines = [f'<{EX}s{n}> <{EX}p{n % 7}> "値{n}"@ja' for n in range(1500)] + [f"_:a <{EX}p> _:b"]
    (folder / "all.nt").write_text("".join(f"{line} .\n" for line in lines), encoding="utf-8")
    store = Store(str(folder / "store"))
    for graph in (None, NamedNode(f"{EX}graph")):
        store.load(path=str(folder / "all.nt"), format=RdfFormat.N_TRIPLES, to_graph=graph)
    return StoreFiles(folder / "all.nt", folder / "store", in_memory=True)


@asynccontextmanager
async def running(dataset: StoreFiles, limits: Limits = SMALL, **options: Any) -> AsyncIterator[WorkerPool]:
    process = start_engine(dataset, limits, **options)
    try:
        pool = await process.connect()
        try:
            yield pool
        finally:
            pool.close()
    finally:
        process.close()


def with_pool(
    dataset: StoreFiles, test: Callable[[WorkerPool], Awaitable[None]], limits: Limits = SMALL, **options: Any
) -> None:
    async def run() -> None:
        async with running(dataset, limits, **options) as pool:
            await test(pool)

    asyncio.run(run())


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what happens in other processes; fails if it does not."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.005)


def ask(query: str, **options: Any) -> Operation:
    return Operation(query, PREFERRED, **options)


async def refused(pool: WorkerPool, operation: Operation) -> KankeiError:
    with pytest.raises(KankeiError) as caught:
        await pool.answer(operation)
    assert (await pool.answer(LOOK_UP)).form is Form.SOLUTIONS, "the next query is answered"
    return caught.value


def bindings(answer: QueryResult) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(answer.body)["results"]["bindings"]
    return rows


def test_every_form_in_every_format(dataset: StoreFiles) -> None:
    queries = {
        Form.SOLUTIONS: f"SELECT * {{ <{EX}s1> ?p ?o }}",
        Form.BOOLEAN: "ASK {}",
        Form.TRIPLES: f"DESCRIBE <{EX}s1>",
    }

    async def test(pool: WorkerPool) -> None:
        for form, offered in RESULT_MEDIA_TYPES.items():
            for media_type in offered:
                answer = await pool.answer(Operation(queries[form], {form: media_type}))
                assert (answer.form, answer.media_type) == (form, media_type)
                assert answer.body
        constructed = await pool.answer(ask("CONSTRUCT { ?s <a:b> ?o } WHERE { ?s ?p ?o }"))
        assert constructed.body.count(b"<a:b>") == 1501
        error = await refused(pool, Operation("ASK {}", {Form.SOLUTIONS: "text/csv"}))
        assert isinstance(error, NotAcceptable)
        assert error.offered == RESULT_MEDIA_TYPES[Form.BOOLEAN]

    with_pool(dataset, test)


def test_datasets_and_substitutions(dataset: StoreFiles) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    named = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    cases = [
        (ask(count), "1501"),
        (ask(named), "1501"),
        (ask(count, default_graphs=(EX + "graph",)), "1501"),
        (ask(named, default_graphs=(EX + "graph",)), "0"),
        (ask(count, named_graphs=(EX + "graph",)), "0"),
        (ask(count.replace("{", "FROM <file:///etc/passwd> {", 1)), "0"),
    ]

    async def test(pool: WorkerPool) -> None:
        for operation, expected in cases:
            assert bindings(await pool.answer(operation))[0]["n"]["value"] == expected
        bound = await pool.answer(ask("SELECT ?s ?o { ?s ?p ?o }", substitutions={"s": EX + "s7"}))
        assert [row["o"]["value"] for row in bindings(bound)] == ["値7"]
        assert isinstance(await refused(pool, ask(count, default_graphs=("a b",))), MalformedRequest)

    with_pool(dataset, test)


def test_a_large_result_may_stay_in_its_file_while_the_worker_goes_on(dataset: StoreFiles) -> None:
    limits = replace(UNHURRIED, workers=1, slow_workers=1, spares=0)

    def large(mark: str) -> Operation:
        return ask(f"SELECT ?s ('{mark}' AS ?m) {{ ?s ?p ?o . ?t ?p ?v }} LIMIT 20000", takes_file=True)

    async def test(pool: WorkerPool) -> None:
        results = [await pool.answer(large(mark)) for mark in "ab"]
        assert isinstance(results[0].file, ResultFile)
        plain = await pool.answer(replace(large("a"), takes_file=False))
        assert plain.size > LARGE
        assert plain.body == results[0].file.read(0, results[0].size)
        assert bindings(await pool.answer(LOOK_UP))
        assert results[1].file
        assert results[1].file.read(0, results[1].size) == plain.body.replace(b'"a"', b'"b"')
        assert pool.outcomes == {"Answered": 4}
        assert pool.status.processes == 1

    with_pool(dataset, test, limits)


def test_a_large_result_without_a_descriptor_is_refused(
    dataset: StoreFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_file() -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    async def test(pool: WorkerPool) -> None:
        await until(lambda: pool.status.idle == 3)
        with monkeypatch.context() as fault:
            fault.setattr("kankei.engine.embedded.worker_connection.anonymous_file", no_file)
            error = await refused(pool, ask("SELECT * { ?s ?p ?o . ?t ?p ?v } LIMIT 20000"))
        assert isinstance(error, Overloaded)

    with_pool(dataset, test, UNHURRIED)


NESTED = "SELECT * " + "{" * 4096 + "}" * 4096
HOSTILE = {
    "nothing": ("SELECT * {", MalformedQuery, "error at line 1, column"),
    "update": ("DELETE WHERE { ?s ?p ?o }", UpdateRefused, "no updates"),
    "surrogate": ("SELECT * { ?s ?p '\ud800' }", MalformedQuery, "Unicode"),
    "null": ("SELECT * \0{}", MalformedQuery, "error at line 1, column"),
    "unknown function": ("SELECT (<a:b>() AS ?x) {}", MalformedQuery, "a:b"),
    "service": ("SELECT * { SERVICE <http://127.0.0.1/> {} }", MalformedRequest, "SERVICE"),
    "braces": (NESTED, MalformedRequest, "256"),
    "negations": ("SELECT * { FILTER(" + "!" * 900_000 + "true) }", MalformedRequest, "negates"),
    "long query": ("SELECT * {} #" + "日" * 400_000, TooLarge, "longer than"),
    "long result": ("SELECT * { ?a ?b ?c . ?d ?e ?f }", TooLarge, "larger than"),
    "long graph": ("CONSTRUCT { ?a ?b ?f } WHERE { ?a ?b ?c . ?d ?e ?f }", TooLarge, "larger than"),
    "memory": ("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f", OutOfMemory, "memory"),
}


def test_hostile_queries(dataset: StoreFiles) -> None:
    limits = Limits(workers=2, result_bytes=1 << 20, worker_memory_bytes=150 << 20, query_bytes=1 << 20)
    limits = replace(limits, timeout_s=5 * PATIENCE_S)

    async def test(pool: WorkerPool) -> None:
        for name, (query, kind, message) in HOSTILE.items():
            error = await refused(pool, ask(query))
            assert type(error) is kind, f"{name}: {error!r}"
            assert message in str(error), name

    with_pool(dataset, test, limits)


def test_a_query_ends_at_its_deadline_and_the_next_is_answered(dataset: StoreFiles) -> None:
    async def test(pool: WorkerPool) -> None:
        begun = time.monotonic()
        for _ in range(3):
            assert isinstance(await refused(pool, ask(CROSS, timeout=0.15)), TooSlow)
        assert time.monotonic() - begun < PATIENCE_S, "without deadlines of their own they take minutes"
        assert isinstance(await refused(pool, ask(CROSS, timeout=0)), TooSlow), "zero does not mean never"
        planned = "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 300 + "}"
        assert isinstance(await refused(pool, ask(planned, timeout=0.15)), TooSlow), "planning counts"

    with_pool(dataset, test, replace(SMALL, timeout_s=PATIENCE_S))


def test_waiting_queries_get_a_worker_at_once(dataset: StoreFiles) -> None:
    limits = Limits(workers=1, slow_workers=1, spares=1, timeout_s=PATIENCE_S)

    async def test(pool: WorkerPool) -> None:
        slow = asyncio.create_task(pool.answer(ask(CROSS)))
        await until(lambda: pool.status.slow == 1)
        await pool.answer(LOOK_UP)
        assert not slow.done(), "the look-up did not wait for the slow one"
        slow.cancel()

    with_pool(dataset, test, limits)


def test_slow_queries_give_way_when_their_lane_is_full(dataset: StoreFiles) -> None:
    limits = Limits(workers=1, slow_workers=1, spares=1)

    async def test(pool: WorkerPool) -> None:
        slow = [asyncio.create_task(pool.answer(ask(CROSS, timeout=1))) for _ in range(4)]
        await until(lambda: pool.status.slow == 1)
        for _ in range(3):
            await asyncio.wait_for(pool.answer(LOOK_UP), PATIENCE_S)
        outcomes = await asyncio.gather(*slow, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} <= {TooSlow, Overloaded}
        assert pool.outcomes["Displaced"] >= 1

    with_pool(dataset, test, limits)


def test_a_full_queue_refuses_and_says_when_to_come_back(dataset: StoreFiles) -> None:
    limits = Limits(workers=1, slow_workers=1, queue_length=2, slow_after_s=PATIENCE_S, timeout_s=PATIENCE_S)

    async def test(pool: WorkerPool) -> None:
        running = asyncio.create_task(pool.answer(ask(CROSS)))
        await until(lambda: pool.status.fast == 1)
        waiting = [asyncio.create_task(pool.answer(LOOK_UP)) for _ in range(2)]
        await until(lambda: pool.status.waiting == 2)
        with pytest.raises(Overloaded) as caught:
            await pool.answer(LOOK_UP)
        assert caught.value.retry_after >= 1
        running.cancel()
        assert len(await asyncio.gather(*waiting)) == 2, "those that waited get the next worker"

    with_pool(dataset, test, limits)


def test_a_query_has_one_deadline_wherever_it_waits_and_runs(
    dataset: StoreFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, float, float]] = []
    ask_worker = WorkerConnection.ask

    def note(worker: WorkerConnection, operation: Operation, deadline: Deadline) -> asyncio.Future[Reply]:
        sent.append((operation.query, deadline.at, deadline.at - asyncio.get_running_loop().time()))
        return ask_worker(worker, operation, deadline)

    monkeypatch.setattr(WorkerConnection, "ask", note)
    limits = Limits(workers=1, slow_workers=1, spares=1, timeout_s=PATIENCE_S)

    async def test(pool: WorkerPool) -> None:
        first = asyncio.create_task(pool.answer(ask(CROSS)))
        await until(lambda: pool.status.slow == 1)
        displaced = asyncio.create_task(pool.answer(ask(f"{CROSS} # displaced")))
        while not pool.outcomes["Displaced"]:
            await asyncio.wait_for(pool.answer(LOOK_UP), PATIENCE_S)
        first.cancel()
        await until(lambda: [query for query, _, _ in sent].count(f"{CROSS} # displaced") == 2)
        displaced.cancel()
        await asyncio.gather(first, displaced, return_exceptions=True)

    with_pool(dataset, test, limits)
    before, after = [(at, seconds) for query, at, seconds in sent if query.endswith("# displaced")]
    assert before[0] == after[0]
    assert before[1] > after[1] + limits.slow_after_s / 2, "the time that it ran before is not given again"


def test_a_query_waits_no_longer_than_it_may_take(dataset: StoreFiles) -> None:
    limits = Limits(workers=1, slow_after_s=PATIENCE_S, timeout_s=PATIENCE_S)

    async def test(pool: WorkerPool) -> None:
        running = asyncio.create_task(pool.answer(ask(CROSS)))
        await until(lambda: pool.status.fast == 1)
        with pytest.raises(Overloaded, match="waited"):
            await pool.answer(ask(LOOK_UP.query, timeout=0.05))
        running.cancel()

    with_pool(dataset, test, limits)


def test_a_client_that_leaves_ends_its_query(dataset: StoreFiles) -> None:
    async def test(pool: WorkerPool) -> None:
        before = pool.status.processes
        gone = [asyncio.create_task(pool.answer(ask(CROSS))) for _ in range(2)]
        await until(lambda: pool.status.fast == 2)
        waiting = asyncio.create_task(pool.answer(LOOK_UP))
        await until(lambda: pool.status.waiting == 1)
        waiting.cancel()
        for task in gone:
            task.cancel()
        await asyncio.gather(*gone, waiting, return_exceptions=True)
        assert (pool.status.fast, pool.status.waiting) == (0, 0)
        await until(lambda: pool.status.idle == 3 and pool.status.processes == before)
        assert pool.outcomes == {"Cancelled": 3}
        assert pool.kills == {"Cancelled": 2}, "the third had no process yet"

    with_pool(dataset, test, UNHURRIED)


def children(process: int) -> set[int]:
    """The child processes of a process, whoever forked them."""
    return {
        int(child)
        for tasks in Path(f"/proc/{process}/task").glob("*/children")
        for child in tasks.read_text().split()
    }


def test_nothing_is_left_behind(dataset: StoreFiles) -> None:
    def descriptors(process: int) -> int:
        return len(list(Path(f"/proc/{process}/fd").iterdir()))

    async def test() -> None:
        process = start_engine(dataset, SMALL)
        zygote = process.process.pid
        pool = await process.connect()
        await until(lambda: pool.status.idle == 3)
        ours, its = descriptors(os.getpid()), descriptors(zygote)
        for _ in range(15):
            with pytest.raises(TooSlow):
                await pool.answer(ask(CROSS, timeout=0.02))
        await until(lambda: pool.status.idle == 3 and pool.status.processes == 3)
        # A worker may say that it is ready before the zygote has closed its copies of what it gave it.
        await until(lambda: descriptors(os.getpid()) <= ours and descriptors(zygote) <= its)
        workers = children(zygote)
        assert len(workers) == 3
        pool.close()
        process.close()
        assert not any(Path(f"/proc/{worker}").exists() for worker in (zygote, *workers))

    async def twice() -> None:
        before = len(list(Path("/proc/self/fd").iterdir()))
        await test()
        await asyncio.sleep(0)
        assert len(list(Path("/proc/self/fd").iterdir())) <= before

    asyncio.run(twice())


def test_a_killed_worker_fails_its_query_and_is_replaced(dataset: StoreFiles) -> None:
    async def test() -> None:
        process = start_engine(dataset, UNHURRIED)
        pool = await process.connect()
        await until(lambda: pool.status.idle == 3)
        query = asyncio.create_task(pool.answer(ask(CROSS)))
        await until(lambda: pool.status.fast == 1)
        killed = set(children(process.process.pid))
        for worker in killed:
            os.kill(worker, signal.SIGKILL)
        with pytest.raises(EngineFailed, match="ended by the system"):
            await query
        assert pool.kills == {"EngineFailed": 1}
        # A query is never asked twice, so it must not go to an idle worker whose end is not yet noticed.
        await until(lambda: killed.isdisjoint(children(process.process.pid)))
        for _ in range(5):  # turns of the loop, in which it reads that the sockets are closed
            await asyncio.sleep(0)
        assert await pool.answer(LOOK_UP)
        process.process.kill()
        await asyncio.wait_for(pool.lost.wait(), PATIENCE_S)
        with pytest.raises(EngineUnavailable, match="no others have started"):
            await pool.answer(replace(LOOK_UP, timeout=0.01))
        pool.close()
        process.close()

    asyncio.run(test())


def test_queries_wait_for_the_successor_of_their_zygote(dataset: StoreFiles) -> None:
    async def test() -> None:
        former, successor = (start_engine(dataset, UNHURRIED) for _ in range(2))
        pool = await former.connect()
        reasons: list[str] = []
        pool.on_lost(reasons.append)
        count = ask("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?c > ?f) }")
        under_way = asyncio.create_task(pool.answer(count))
        await until(lambda: pool.status.fast == 1)
        former.process.kill()
        await asyncio.wait_for(pool.lost.wait(), PATIENCE_S)
        assert not pool.can_answer
        assert reasons == ["the process that holds the dataset is gone"]
        waiting = asyncio.create_task(pool.answer(LOOK_UP))
        await until(lambda: pool.status.waiting == 2)
        pool.reconnect(successor.take_connection())
        assert bindings(await waiting)
        assert bindings(await under_way)
        assert pool.can_answer
        assert pool.outcomes == {"Answered": 2}
        await until(lambda: pool.status.idle == 3)
        pool.close()
        former.close()
        successor.close()

    asyncio.run(test())


async def kill_workers(pool: WorkerPool, zygote: int) -> None:
    await until(lambda: pool.status.idle == 3)
    for worker in children(zygote):
        os.kill(worker, signal.SIGKILL)


def test_a_pool_without_descriptors_gets_its_workers_back(
    dataset: StoreFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_file() -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    async def test() -> None:
        process = start_engine(dataset, UNHURRIED)
        pool = await process.connect()
        with monkeypatch.context() as fault:
            fault.setattr("kankei.engine.embedded.worker_connection.anonymous_file", no_file)
            await kill_workers(pool, process.process.pid)
            await until(lambda: pool.status.processes == 0 and not pool.can_answer)
            waiting = asyncio.create_task(pool.answer(LOOK_UP))
            with pytest.raises(EngineUnavailable, match="no others have started"):
                await pool.answer(replace(LOOK_UP, timeout=0.01))
        assert bindings(await waiting)
        await until(lambda: pool.status.idle == 3 and pool.can_answer)
        pool.close()
        process.close()

    asyncio.run(test())


def test_a_zygote_without_descriptors_forks_again_once_it_has_some(dataset: StoreFiles) -> None:
    async def test() -> None:
        process = start_engine(dataset, UNHURRIED)
        zygote = process.process.pid
        pool = await process.connect()
        await until(lambda: pool.status.idle == 3)
        limits = resource.prlimit(zygote, resource.RLIMIT_NOFILE)
        # None but what it has; poll(2) needs as many as it watches.
        resource.prlimit(zygote, resource.RLIMIT_NOFILE, (4, limits[1]))
        await kill_workers(pool, zygote)
        await until(lambda: pool.status.processes == 0 and not pool.can_answer)
        resource.prlimit(zygote, resource.RLIMIT_NOFILE, limits)
        assert bindings(await pool.answer(LOOK_UP))
        await until(lambda: pool.status.idle == 3)
        pool.close()
        process.close()
        assert process.process.returncode == 0

    asyncio.run(test())


def test_the_zygote_needs_no_other_program(dataset: StoreFiles) -> None:
    """Images without a distribution have no `env`."""
    process = start_engine(dataset, SMALL)
    environment = Path(f"/proc/{process.process.pid}/environ")
    try:
        assert process.process.args[0] == sys.executable  # type: ignore[index]
        # The kernel shows it once the program is loaded, which may be after the call returns.
        serving.until(lambda: b"\0GLIBC_TUNABLES=glibc.malloc" in b"\0" + environment.read_bytes())
    finally:
        process.close()


def test_a_start_without_processes_leaves_no_descriptor(
    dataset: StoreFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_process(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr("subprocess.Popen", no_process)
    before = {entry.name for entry in Path("/proc/self/fd").iterdir()}
    with pytest.raises(BlockingIOError):
        start_engine(dataset, SMALL, pools=3)
    assert {entry.name for entry in Path("/proc/self/fd").iterdir()} == before


def test_workers_draw_their_own_random_numbers(dataset: StoreFiles) -> None:
    async def test(pool: WorkerPool) -> None:
        drawn = set()
        for _ in range(4):
            drawn.add(bindings(await pool.answer(ask("SELECT (UUID() AS ?u) {}")))[0]["u"]["value"])
            with pytest.raises(TooSlow):
                await pool.answer(ask(CROSS, timeout=0.02))
        assert len(drawn) == 4

    with_pool(dataset, test)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE %s {} }",
        "SELECT * { SERVICE SILENT %s {} }",
        "ASK { FILTER NOT EXISTS { SERVICE %s {} } }",
    ],
)
def test_behind_the_lexer_no_socket_can_be_opened(dataset: StoreFiles, query: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}/sparql"
        limits = Limits(workers=1, services=(endpoint,), timeout_s=2)

        async def test(pool: WorkerPool) -> None:
            operation = ask(query % f"<{endpoint}>")
            if "SILENT" in query or "EXISTS" in query:
                assert json.loads((await pool.answer(operation)).body)
            else:
                error = await refused(pool, operation)
                assert isinstance(error, ServiceFailed)
                assert endpoint in error.message
                assert "Permission" not in error.message

        with_pool(dataset, test, limits, network=False)
        with pytest.raises(BlockingIOError):
            listening.accept()


def answering(status: int, body: bytes) -> HTTPServer:
    """A server that answers every request alike, in a thread."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


CUT_ANSWER = b'{"head":{"vars":["s"]},"results":{"bindings":[%b' % (
    b'{"s":{"type":"literal","value":"found"}},' * 3
)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"a secret"),
        (200, b"{"),
        (200, b'{"head":{},"boolean":true}'),
        (404, b""),
        (200, CUT_ANSWER),
    ],
)
def test_a_service_that_fails_is_named_or_is_one_empty_solution(
    dataset: StoreFiles, status: int, body: bytes
) -> None:
    with answering(status, body) as server:
        endpoint = f"http://127.0.0.1:{server.server_port}/sparql"

        async def test(pool: WorkerPool) -> None:
            error = await refused(pool, ask(f"SELECT * {{ SERVICE <{endpoint}> {{ ?s ?p ?o }} }}"))
            assert type(error) is ServiceFailed
            assert error.status == 502
            expected = (
                f"the query calls <{endpoint}> by SERVICE, which could not be reached or gave no result"
            )
            assert error.message == expected
            silent = f"SELECT * {{ SERVICE SILENT <{endpoint}> {{ ?s ?p ?o }} }}"
            assert bindings(await pool.answer(ask(silent))) == [{}]
            joined = f"SELECT * {{ VALUES ?x {{ 1 2 }} SERVICE SILENT <{endpoint}> {{ ?s ?p ?o }} }}"
            assert len(bindings(await pool.answer(ask(joined)))) == 2
            other = ask("SELECT * { SERVICE SILENT <http://127.0.0.1/> {} }")
            assert isinstance(await refused(pool, other), MalformedRequest), (
                "silence allows no other endpoint"
            )

        with_pool(dataset, test, Limits(workers=1, services=(endpoint,), timeout_s=PATIENCE_S))
        server.shutdown()


def test_a_dataset_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    for in_memory in (True, False):
        with pytest.raises(EngineFailed):
            with_pool(StoreFiles(missing, missing, in_memory), lambda _: asyncio.sleep(0))


def test_several_pools_share_a_dataset_and_their_limits(dataset: StoreFiles) -> None:
    async def test() -> None:
        process = start_engine(dataset, Limits(workers=4, spares=1), pools=2)
        pools = [await process.connect() for _ in range(2)]
        answers = await asyncio.gather(*(pool.answer(LOOK_UP) for pool in pools))
        assert answers[0] == answers[1]
        await until(lambda: all(pool.status.idle == 3 for pool in pools))
        pools[0].close()
        assert await pools[1].answer(LOOK_UP)
        pools[1].close()
        process.close()
        assert process.process.returncode == 0

    asyncio.run(test())


def test_large_results_come_whole(dataset: StoreFiles) -> None:
    query = "SELECT * { ?a ?b ?c . { SELECT * { ?d ?e ?f } LIMIT 40 } }"

    async def test(pool: WorkerPool) -> None:
        answers = await asyncio.gather(*(pool.answer(ask(query)) for _ in range(3)))
        assert len({answer.body for answer in answers}) == 1
        assert len(bindings(answers[0])) == 1501 * 40

    with_pool(dataset, test, replace(SMALL, timeout_s=PATIENCE_S))


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_release_is_served_from_memory_or_disk(seed_release: Release, in_memory: bool) -> None:
    async def test(pool: WorkerPool) -> None:
        everything = await pool.answer(ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))
        assert bindings(everything)[0]["n"]["value"] == str(seed_release.manifest.triples)
        graphs = await pool.answer(ask("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"))
        assert bindings(graphs)[0]["n"]["value"] == str(seed_release.manifest.quads)
        assert isinstance(await refused(pool, ask(CROSS, timeout=0.1)), TooSlow)

    with_pool(StoreFiles.of(seed_release, in_memory=in_memory), test)


def test_a_small_release_is_read_into_memory(seed_release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    assert StoreFiles.of(seed_release).in_memory
    monkeypatch.setattr("kankei.engine.embedded.store_access.MAX_IN_MEMORY", 1)
    assert not StoreFiles.of(seed_release).in_memory


def test_limits_are_divided_among_pools() -> None:
    limits = Limits(workers=5, slow_workers=8, queue_length=100)
    share = limits.divided(2)
    assert (share.workers, share.slow_workers, share.queue_length) == (3, 4, 50)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGBUS])
def test_an_overflown_stack_is_told_for_what_it_is(number: int) -> None:
    """No query is known that the guard lets through and that gets so far."""
    error = exit_error(number, b"", 1)
    assert isinstance(error, EngineFailed)
    assert "deeply" in error.message


async def started(pool: WorkerPool, operation: Operation) -> Outcome:
    """The outcome of a query that is started and not awaited."""
    outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    pool.start(operation, outcome.set_result)
    async with asyncio.timeout(PATIENCE_S):
        return await outcome


@pytest.mark.parametrize(
    "operation",
    [
        LOOK_UP,
        ask("ASK {}"),
        ask("SELECT * {"),
        ask("SELECT * { ?s ?p ?o }"),
        ask("SELECT * { ?s ?p ?o . ?t ?p ?v } LIMIT 20000"),
        ask("SELECT * { ?s ?p ?o . ?t ?p ?v } LIMIT 20000", takes_file=True),
        ask(CROSS, timeout=0.2),
    ],
    ids=["look-up", "ask", "malformed", "spooled", "large", "file", "slow"],
)
def test_a_started_query_ends_as_an_awaited_one(dataset: StoreFiles, operation: Operation) -> None:
    async def test(pool: WorkerPool) -> None:
        results: list[Outcome] = [await started(pool, operation)]
        try:
            results.append(await pool.answer(operation))
        except KankeiError as error:
            results.append(error)
        by_start, by_answer = (
            (type(result), result.message) if isinstance(result, KankeiError) else content(result)
            for result in results
        )
        assert by_start == by_answer
        assert set(pool.outcomes.values()) == {2}

    with_pool(dataset, test)


def content(result: QueryResult) -> tuple[Form, str, bytes]:
    return result.form, result.media_type, result.beginning(result.size)


def test_started_queries_wait_for_a_worker_in_their_order(dataset: StoreFiles) -> None:
    async def test(pool: WorkerPool) -> None:
        ended: list[str] = []
        for number in range(20):
            query = f"ASK {{}} # {number}"
            pool.start(ask(query), lambda _, query=query: ended.append(query))  # type: ignore[misc]
        await until(lambda: len(ended) == 20)
        assert sorted(ended, key=lambda query: int(query.rpartition(" ")[2])) == ended

    with_pool(dataset, test, replace(UNHURRIED, workers=1, slow_workers=1))


def test_queries_that_waited_for_a_worker_are_freed_without_garbage_collection(dataset: StoreFiles) -> None:
    async def test(pool: WorkerPool) -> None:
        ended: list[Outcome] = []
        for number in range(5):
            pool.start(ask(f"ASK {{}} # {number}"), ended.append)
        await until(lambda: len(ended) == 5)
        assert [instances(kind) for kind in kinds] == before

    kinds = _StartedQuery, Waiter
    with collector_disabled():
        before = [instances(kind) for kind in kinds]
        with_pool(dataset, test, replace(UNHURRIED, workers=1, slow_workers=1))


def test_a_started_query_may_be_ended_while_it_waits_and_while_it_runs(dataset: StoreFiles) -> None:
    async def test(pool: WorkerPool) -> None:
        ended: list[Outcome] = []
        cancels = [pool.start(ask(f"{CROSS} # {n}"), ended.append) for n in range(3)]
        await until(lambda: pool.status.fast == 1 and pool.status.waiting == 2)
        for cancel in reversed(cancels):
            cancel()
        assert pool.status.waiting == 0
        assert isinstance(await started(pool, LOOK_UP), QueryResult)
        assert ended == []
        assert pool.outcomes["Cancelled"] == 3

    with_pool(dataset, test, replace(UNHURRIED, workers=1, slow_workers=1))


def test_a_started_query_that_is_displaced_runs_again(dataset: StoreFiles) -> None:
    async def test(pool: WorkerPool) -> None:
        ended: list[Outcome] = []
        first = pool.start(ask(CROSS), ended.append)
        await until(lambda: pool.status.slow == 1)
        second = pool.start(ask(f"{CROSS} # displaced"), ended.append)
        while not pool.outcomes["Displaced"]:
            await asyncio.wait_for(pool.answer(LOOK_UP), PATIENCE_S)
        first()
        await until(lambda: pool.status.slow == 1 and pool.status.waiting == 0)
        second()
        await until(lambda: pool.outcomes["Cancelled"] == 2)
        assert ended == []

    with_pool(dataset, test, Limits(workers=1, slow_workers=1, spares=1, timeout_s=PATIENCE_S))


def test_a_started_query_beyond_the_queue_is_refused(dataset: StoreFiles) -> None:
    async def test(pool: WorkerPool) -> None:
        for number in range(3):
            pool.start(ask(f"{CROSS} # {number}"), lambda _: None)
        assert not pool.has_room
        with pytest.raises(Overloaded):
            pool.start(LOOK_UP, lambda _: None)

    with_pool(dataset, test, replace(UNHURRIED, workers=1, slow_workers=1, queue_length=2))


def test_the_end_of_what_a_worker_printed_says_why_it_ended() -> None:
    async def test() -> None:
        replies: list[Reply] = []
        crashes: list[KankeiError] = []
        worker = WorkerConnection(1, crashes.append)
        worker.close_worker_end()
        worker.send(LOOK_UP, Deadline.after(PATIENCE_S), replies.append)
        os.write(worker.descriptors[2], b"x" * 200_000 + b"\nMemoryError\n")
        worker.connection_lost(None)
        worker.exited(256)
        worker.socket.close()
        assert [type(reply) for reply in replies] == [OutOfMemory]
        assert crashes == replies

    asyncio.run(test())
