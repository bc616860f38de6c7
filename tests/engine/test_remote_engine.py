"""The engine that asks other services: an answer becomes a whole result, or an error with its reason."""

import asyncio
import gzip
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import TypeVar

import pytest

from kankei.engine.embedded.pool import EngineProcess, start_engine
from kankei.engine.embedded.store_access import StoreFiles
from kankei.engine.limits import Limits
from kankei.engine.operation import SPARQL_JSON, SPARQL_XML, Form, Operation, Outcome, QueryResult
from kankei.engine.remote import http_client
from kankei.engine.remote.engine import RemoteEngine
from kankei.engine.remote.graph_names import GraphNames
from kankei.errors import (
    BadGateway,
    EngineUnavailable,
    KankeiError,
    MalformedQuery,
    MalformedRequest,
    NotAcceptable,
    Overloaded,
    TooLarge,
    TooSlow,
    UpdateRefused,
    UsageError,
)
from support.serving import PATIENCE_S
from support.sparql_service import (
    N_TRIPLES,
    Request,
    Respond,
    ScriptedService,
    http_response,
    running,
)

T = TypeVar("T")
NAMES = GraphNames("https://w3id.org/kankei/id/release/1", "0" * 64, {"https://w3id.org/kankei/graph/a": 7})
LIMITS = Limits(timeout_s=20.0, result_bytes=100_000, workers=1, slow_workers=1, spares=0, queue_length=1)
MEDIA = {Form.SOLUTIONS: SPARQL_JSON, Form.BOOLEAN: SPARQL_JSON, Form.TRIPLES: "text/turtle"}
SELECT = Operation("SELECT ?s WHERE { ?s ?p ?o }", MEDIA)
ASK = Operation("ASK { ?s ?p ?o }", MEDIA)
CONSTRUCT = Operation("CONSTRUCT WHERE { ?s ?p ?o }", MEDIA)
ROWS = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://a/"}}]}}'
NONE = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'
LINES = b'<http://a/s> <http://a/p> "o" .\n'


@pytest.fixture(scope="module")
def parser() -> Iterator[EngineProcess]:
    process = start_engine(StoreFiles.none(), LIMITS)
    yield process
    process.close()


def asked(
    parser: EngineProcess,
    *services: Respond,
    ask: Callable[[RemoteEngine], Awaitable[T]],
    limits: Limits = LIMITS,
    health_s: float = 3600.0,
) -> T:
    """What an engine over some services returns."""

    async def run(urls: list[str]) -> T:
        pool = parser.pool(parser.take_connection())
        engine = RemoteEngine.of(pool, urls, NAMES, limits, health_s=health_s)
        try:
            await engine.started()
            return await ask(engine)
        finally:
            engine.close()

    with ExitStack() as stack:
        return asyncio.run(run([stack.enter_context(running(service)) for service in services]))


def answer(parser: EngineProcess, operation: Operation, *responses: bytes) -> QueryResult:
    """The result of an operation that each of some services answers with these bytes."""
    services = [ScriptedService(NAMES, partial(_respond, each)) for each in responses]
    return asked(parser, *services, ask=lambda engine: engine.answer(operation))


def _respond(response: bytes, _: Request) -> bytes:
    return response


def test_a_whole_result_is_written_anew(parser: EngineProcess) -> None:
    spaced = ROWS.replace(b",", b" ,\n ").replace(b'"literal"', b'"typed-literal"')
    assert answer(parser, SELECT, http_response(spaced)).body == ROWS
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(ROWS), ROWS)
    response = http_response(chunked, Content_Length="", Transfer_Encoding="chunked")
    assert answer(parser, SELECT, response).body == ROWS
    csv = Operation(SELECT.query, {Form.SOLUTIONS: "text/csv"})
    assert answer(parser, csv, http_response(ROWS)).body == b"s\r\nhttp://a/\r\n"
    assert b"true" in answer(parser, ASK, http_response(b'{"head":{},"boolean":true}')).body
    assert answer(parser, CONSTRUCT, http_response(LINES, N_TRIPLES)).body == LINES
    assert answer(parser, SELECT, http_response(NONE)).body == NONE


def test_the_booleans_of_virtuoso_are_named(parser: EngineProcess) -> None:
    typed = b'"datatype": "http://www.w3.org/2001/XMLSchema#boolean", "value": "1"'
    body = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"typed-literal", %b}}]}}' % typed
    assert b'"value":"true"' in answer(parser, SELECT, http_response(body)).body


CUT = "no whole result"
WRONG: dict[str, tuple[Operation, bytes, str]] = {
    "redirect": (SELECT, http_response(status="302 Found", Location="http://127.0.0.1:1/"), "redirects"),
    "redirect without length": (
        SELECT,
        http_response(status="301 Moved", Location="/", Content_Length=""),
        "redirects",
    ),
    "page": (SELECT, http_response(b"<html>", "text/html"), "answers with text/html"),
    "page that says JSON": (SELECT, http_response(b"<html>"), CUT),
    "error with 200": (SELECT, http_response(b'{"error":"out of memory"}'), CUT),
    "cut JSON": (SELECT, http_response(ROWS[:-2]), CUT),
    "JSON with more behind": (SELECT, http_response(ROWS + b"{}"), CUT),
    "JSON with an error behind its rows": (SELECT, http_response(ROWS[:-1] + b',"error":"late"}'), CUT),
    "no JSON": (SELECT, http_response(b""), CUT),
    "other columns": (SELECT, http_response(ROWS.replace(b'"s"', b'"t"')), "other columns"),
    "boolean for rows": (SELECT, http_response(b'{"head":{},"boolean":true}'), "yes or no"),
    "rows for boolean": (ASK, http_response(ROWS), "other columns"),
    "no IRI": (SELECT, http_response(ROWS.replace(b"http://a/", b"a b")), CUT),
    "invalid UTF-8": (SELECT, http_response(ROWS.replace(b"http://a/", b"http://\xff/")), CUT),
    "shorter than its length": (
        SELECT,
        http_response(ROWS, Content_Length=str(len(ROWS) + 9), Connection="close"),
        "breaks off",
    ),
    "longer than its length": (CONSTRUCT, http_response(LINES * 2, N_TRIPLES, Content_Length="32"), "HTTP"),
    "neither length nor chunks": (
        CONSTRUCT,
        http_response(LINES, N_TRIPLES, Content_Length="", Connection="close"),
        "neither its length",
    ),
    "cut chunks": (
        SELECT,
        http_response(b"ff\r\n" + ROWS, Content_Length="", Transfer_Encoding="chunked", Connection="close"),
        "breaks off",
    ),
    "cut lines": (CONSTRUCT, http_response(LINES[:-6], N_TRIPLES), CUT),
    "compressed": (SELECT, http_response(gzip.compress(ROWS), Content_Encoding="gzip"), "compressed"),
    "transfer coding": (SELECT, http_response(ROWS, Transfer_Encoding="gzip, chunked"), "HTTP|coding"),
    "two lengths": (SELECT, http_response(ROWS, **{"content-length": "1"}), "HTTP|breaks off"),
    "no HTTP": (SELECT, b"SSH-2.0-server\r\n\r\n", "no HTTP"),
    "endless head": (SELECT, b"HTTP/1.1 200 OK\r\n" + b"A: %b\r\n" % (b"x" * 900) * 100, "head"),
    "early response": (SELECT, b"HTTP/1.1 100 Continue\r\n\r\n" + http_response(ROWS), "HTTP|neither|two"),
    "anytime result of Virtuoso": (SELECT, http_response(ROWS, X_SQL_State="S1TAT"), "still running"),
    "message of Virtuoso": (SELECT, http_response(ROWS, X_SQL_State="42000"), "part of the result"),
    "rows cut by Virtuoso": (SELECT, http_response(ROWS, X_SPARQL_MaxRows="10000"), "limit of 10000 rows"),
    "part": (SELECT, http_response(ROWS, status="206 Partial Content"), "part of the result"),
    "refusal": (SELECT, http_response(b"no", "text/plain", "400 Bad Request"), "status 400"),
    "failure": (SELECT, http_response(b"no", "text/plain", "500 Error"), "status 500"),
    "time of Fuseki": (SELECT, http_response(b"Query timed out", "text/plain", "503 No"), "still running"),
    "time of Virtuoso": (SELECT, http_response(b"S1T00 Error", "text/plain", "500 No"), "still running"),
    "time": (SELECT, http_response(status="504 Gateway Timeout"), "still running"),
    "overloaded": (SELECT, http_response(status="503 Service Unavailable"), "status 503"),
    "gone": (SELECT, b"", "closed the connection"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_whole_result_is_an_error_with_its_reason(parser: EngineProcess, name: str) -> None:
    operation, response, reason = WRONG[name]
    with pytest.raises((BadGateway, EngineUnavailable, TooSlow), match=reason) as raised:
        answer(parser, operation, response)
    assert raised.value.status in {502, 503, 504}


def test_each_status_has_its_meaning(parser: EngineProcess) -> None:
    for response, status in ((http_response(b"x"), 502), (b"", 503), (http_response(status="504 No"), 504)):
        with pytest.raises(KankeiError) as raised:
            answer(parser, SELECT, response)
        assert raised.value.status == status


def test_a_result_without_end_is_refused_at_its_limit(parser: EngineProcess) -> None:
    def endless(_: Request) -> Iterator[bytes]:
        yield http_response(Content_Length="", Transfer_Encoding="chunked")
        while True:
            yield b"10000\r\n" + b" " * 0x10000 + b"\r\n"

    with pytest.raises(TooLarge, match="larger than"):
        asked(parser, ScriptedService(NAMES, endless), ask=lambda engine: engine.answer(SELECT))


def test_a_written_result_has_a_limit_too(parser: EngineProcess) -> None:
    row = b'{"s":{"type":"uri","value":"http://a/%b"}}' % (b"x" * 1000)
    rows = b'{"head":{"vars":["s"]},"results":{"bindings":[' + b",".join([row] * 120) + b"]}}"
    with pytest.raises(TooLarge, match="larger than the 100000 bytes"):
        answer(parser, SELECT, http_response(rows))


def test_a_slow_engine_ends_at_the_deadline(parser: EngineProcess) -> None:
    def slow(_: Request) -> Iterator[bytes]:
        yield http_response(ROWS)[:-1]
        yield from iter(lambda: b"" if over.is_set() else wait(), b"")

    def wait() -> bytes:
        over.wait(PATIENCE_S)
        return b""

    over = threading.Event()
    operation = Operation(SELECT.query, MEDIA, timeout=0.05)
    try:
        with pytest.raises(TooSlow, match=r"still running after the 0\.05 s"):
            asked(parser, ScriptedService(NAMES, slow), ask=lambda engine: engine.answer(operation))
    finally:
        over.set()


def test_a_large_result_is_converted_apart_and_stays_in_its_file(parser: EngineProcess) -> None:
    row = b'{"s":{"type":"uri","value":"http://a/%b"}}' % (b"x" * 1000)
    head = b'{"head":{"vars":["s"]},"results":{"bindings":['
    rows = head + b",".join([row] * 1500) + b"]}}"
    limits = Limits(timeout_s=60.0, result_bytes=4_000_000, workers=1, slow_workers=1)
    operation = Operation(SELECT.query, MEDIA, takes_file=True)

    def given(body: bytes, operation: Operation) -> QueryResult:
        service = ScriptedService(NAMES, lambda _: http_response(body))
        return asked(parser, service, ask=lambda engine: engine.answer(operation), limits=limits)

    result = given(rows, operation)
    assert result.file
    assert result.file.read(0, result.file.size) == rows
    with pytest.raises(BadGateway, match=CUT):
        given(rows[:-1], operation)


DESCRIBE = Operation("DESCRIBE ?s WHERE { ?s ?p ?o }", MEDIA)


def test_a_large_description_is_converted_apart(parser: EngineProcess) -> None:
    lines = b"".join(
        b'<http://a/s> <http://a/p> "%b%d" .\n' % (b"x" * 1000, number) for number in range(1500)
    )
    limits = Limits(timeout_s=60.0, result_bytes=2_000_000, workers=1, slow_workers=1)

    def script(request: Request) -> bytes:
        if request.query.startswith("CONSTRUCT"):
            return http_response(lines, N_TRIPLES)
        return http_response(ROWS)

    async def ask(engine: RemoteEngine) -> QueryResult:
        return await engine.answer(Operation(DESCRIBE.query, {Form.TRIPLES: N_TRIPLES}, takes_file=True))

    result = asked(parser, ScriptedService(NAMES, script), ask=ask, limits=limits)
    assert result.file
    assert result.file.read(0, result.file.size) == lines


def test_all_parts_of_a_description_have_one_limit(parser: EngineProcess) -> None:
    rows = b",".join(b'{"s":{"type":"uri","value":"http://a/%d"}}' % number for number in range(1100))
    lines = b'<http://a/s> <http://a/p> "%b" .\n' % (b"x" * 200_000)

    def script(request: Request) -> bytes:
        if request.query.startswith("CONSTRUCT"):
            return http_response(lines, N_TRIPLES)
        return http_response(b'{"head":{"vars":["s"]},"results":{"bindings":[' + rows + b"]}}")

    service = ScriptedService(NAMES, script)
    with pytest.raises(TooLarge, match="larger than the 400000 bytes"):
        asked(parser, service, ask=lambda engine: engine.answer(DESCRIBE))
    assert len(service.asked) == 3


def test_the_things_that_are_described_have_a_limit_of_bytes(parser: EngineProcess) -> None:
    limits = Limits(timeout_s=60.0, result_bytes=100_000_000, workers=1, slow_workers=1)
    service = ScriptedService(NAMES, lambda _: http_response(ROWS + b" " * (8 << 20)))
    with pytest.raises(TooLarge, match="larger than the 8388608 bytes"):
        asked(parser, service, ask=lambda engine: engine.answer(DESCRIBE), limits=limits)


def test_refusals_are_made_before_anything_is_sent(parser: EngineProcess) -> None:
    service = ScriptedService(NAMES, lambda _: http_response(ROWS))
    refused = {
        "ASK { SERVICE <http://a/> { ?s ?p ?o } }": MalformedRequest,
        "SELECT ?s WHERE { ?s ?p }": MalformedQuery,
        "INSERT DATA { <http://a/> <http://a/> 1 }": UpdateRefused,
        "SELECT ?s WHERE { ?s ?p ?o FILTER(<http://a/f>(?o)) }": MalformedQuery,
        "define get:soft 'soft' SELECT ?s { ?s ?p ?o }": MalformedQuery,
        f"ASK {'{' * 300}{'}' * 300}": MalformedRequest,
    }

    async def ask(engine: RemoteEngine) -> None:
        for query, error in refused.items():
            with pytest.raises(error):
                await engine.answer(Operation(query, MEDIA))
        with pytest.raises(NotAcceptable):
            await engine.answer(Operation(SELECT.query, {Form.TRIPLES: "text/turtle"}))

    asked(parser, service, ask=ask)
    assert service.asked == []


def test_what_xml_cannot_hold_is_not_acceptable(parser: EngineProcess) -> None:
    body = ROWS.replace(b'"uri"', b'"literal"').replace(b"http://a/", b"\\u0001")
    with pytest.raises(NotAcceptable, match="XML"):
        answer(parser, Operation(SELECT.query, {Form.SOLUTIONS: SPARQL_XML}), http_response(body))


def test_replicas_are_tried_in_turn(parser: EngineProcess) -> None:
    services = [ScriptedService(NAMES, lambda _: http_response(ROWS)) for _ in range(2)]

    async def ask(engine: RemoteEngine) -> None:
        for _ in range(4):
            assert (await engine.answer(SELECT)).body == ROWS

    asked(parser, *services, ask=ask)
    assert [len(service.asked) for service in services] == [2, 2]


@pytest.mark.parametrize("bad", [b"", http_response(b"<html>", "text/html"), http_response(ROWS[:-1])])
def test_another_replica_answers_where_one_fails(parser: EngineProcess, bad: bytes) -> None:
    good = ScriptedService(NAMES, lambda _: http_response(ROWS))

    async def ask(engine: RemoteEngine) -> None:
        for _ in range(4):
            assert (await engine.answer(SELECT)).body == ROWS

    asked(parser, ScriptedService(NAMES, lambda _: bad), good, ask=ask)


def test_an_engine_that_fails_is_taken_out_and_in_again(parser: EngineProcess) -> None:
    responses = [http_response(status="503 No")]
    service = ScriptedService(NAMES, lambda _: responses[0])

    async def ask(engine: RemoteEngine) -> None:
        with pytest.raises(EngineUnavailable, match="status 503"):
            await engine.answer(SELECT)
        with pytest.raises(EngineUnavailable):
            await engine.answer(SELECT)
        assert not engine.can_answer
        responses[0] = http_response(ROWS)
        while not engine.can_answer:
            await asyncio.sleep(0.005)
        assert (await engine.answer(SELECT)).body == ROWS

    asked(parser, service, ask=ask, health_s=0.01)


def test_a_short_timeout_of_a_client_takes_no_engine_out(parser: EngineProcess) -> None:
    services = [ScriptedService(NAMES, lambda _: http_response(ROWS)) for _ in range(2)]

    async def ask(engine: RemoteEngine) -> None:
        assert (await engine.answer(SELECT)).body == ROWS  # parsed once, it needs no parser again
        for _ in range(4):
            with pytest.raises(TooSlow):
                await engine.answer(Operation(SELECT.query, MEDIA, timeout=1e-9))
        assert engine.up == [True, True]

    asked(parser, *services, ask=ask)


def test_an_engine_that_takes_no_connection_is_taken_out(
    parser: EngineProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = ScriptedService(NAMES, lambda _: http_response(ROWS, Connection="close"))

    async def ask(engine: RemoteEngine) -> None:
        assert (await engine.answer(SELECT)).body == ROWS
        monkeypatch.setattr(http_client, "CONNECT_S", -1.0)
        with pytest.raises(EngineUnavailable, match="does not take the connection"):
            await engine.answer(SELECT)
        assert engine.up == [False]

    asked(parser, service, ask=ask)


def test_an_engine_that_holds_another_release_is_not_asked(parser: EngineProcess) -> None:
    service = ScriptedService(NAMES, lambda _: http_response(ROWS), holds=False)
    with pytest.raises(EngineUnavailable, match="kankei push"):
        asked(parser, service, ask=lambda engine: engine.answer(SELECT))
    assert service.asked == []


def test_an_empty_result_is_believed_only_where_the_release_is_still_there(parser: EngineProcess) -> None:
    def lose(_: Request) -> bytes:
        service.holds = False
        return http_response(NONE)

    service = ScriptedService(NAMES, lose)
    with pytest.raises(EngineUnavailable, match="does not hold the release"):
        asked(parser, service, ask=lambda engine: engine.answer(SELECT))


def test_a_new_connection_proves_the_release_first(parser: EngineProcess) -> None:
    """A service that was started anew, empty, closes all connections; it must not answer over a new one."""

    def close(_: Request) -> bytes:
        service.holds = False
        return http_response(ROWS, Connection="close")

    service = ScriptedService(NAMES, close)

    async def ask(engine: RemoteEngine) -> None:
        assert (await engine.answer(SELECT)).body == ROWS
        with pytest.raises(EngineUnavailable, match="does not hold the release"):
            await engine.answer(SELECT)

    asked(parser, service, ask=ask)
    assert len(service.asked) == 1


def test_another_count_than_was_written_is_another_release(parser: EngineProcess) -> None:
    service = ScriptedService(NAMES, lambda _: http_response(ROWS))

    def short(request: Request) -> bytes | Iterator[bytes]:
        if "COUNT(*) AS ?count" in request.query:
            return http_response(
                b'{"head":{"vars":["count"]},"results":{"bindings":[{"count":{"type":"literal","value":"6"}}]}}'
            )
        return service(request)

    with pytest.raises(EngineUnavailable, match="6 statements where 7"):
        asked(parser, short, ask=lambda engine: engine.answer(SELECT))


def test_queries_beyond_the_queue_are_refused(parser: EngineProcess) -> None:
    gate = threading.Event()

    def wait(_: Request) -> bytes:
        gate.wait(PATIENCE_S)
        return http_response(ROWS)

    async def ask(engine: RemoteEngine) -> None:
        outcomes: list[Outcome] = []
        gate.set()
        await engine.answer(SELECT)
        gate.clear()
        cancels = [engine.start(SELECT, outcomes.append) for _ in range(3)]
        while engine.has_room:
            await asyncio.sleep(0.001)
        with pytest.raises(Overloaded):
            engine.start(SELECT, outcomes.append)
        cancels[0]()
        gate.set()
        while len(outcomes) < 2:
            await asyncio.sleep(0.001)
        assert all(isinstance(outcome, QueryResult) for outcome in outcomes)
        assert engine.has_room

    asked(parser, ScriptedService(NAMES, wait), ask=ask)


def test_what_is_sent(parser: EngineProcess) -> None:
    service = ScriptedService(NAMES, lambda _: http_response(ROWS, Server="Virtuoso/07.20"))

    async def ask(engine: RemoteEngine) -> None:
        await engine.answer(SELECT)
        await engine.answer(SELECT)

    asked(parser, service, ask=ask)
    first, second = service.asked
    assert first.parameters["default-graph-uri"] == [NAMES.merged]
    assert first.headers["accept-encoding"] == "identity"
    assert 20_000 < float(second.parameters["timeout"][0]) <= 21_000, "beyond our own deadline"


@pytest.mark.parametrize(
    "url",
    ["", "kankei", "ftp://a/", "http://", "http://u:p@a/", "http://a/?x", "http://a:x/", "http://a/ b"],
)
def test_what_is_no_address_of_a_service(parser: EngineProcess, url: str) -> None:
    with pytest.raises(UsageError):
        RemoteEngine.of(None, [url], NAMES, LIMITS)  # type: ignore[arg-type]
