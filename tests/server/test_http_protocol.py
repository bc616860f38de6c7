"""Connections of clients that are slow, too large, or no HTTP: over sockets of this machine."""

import asyncio
import re
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest

from kankei.engine.limits import KIB
from kankei.server.connection_limits import (
    HEALTH_PATHS,
    MAX_CLIENT_REFUSALS,
    MAX_DISCARDED,
    MAX_REFUSALS,
    ConnectionLimits,
)
from kankei.server.head_checks import transfer_coding_error
from kankei.server.http_protocol import HttpProtocol
from kankei.server.limited_protocol import LimitedProtocol
from kankei.server.refusals import BAD_CODING, MAX_HEAD, UNKNOWN_CODING, UNREAD, Refusal
from kankei.web.telemetry.metrics import REFUSAL_REASONS
from kankei.web.telemetry.request_record import RefusedRequest
from support.connections import (
    ANSWER,
    GET,
    IMPATIENT,
    PATIENCE_S,
    client,
    connected,
    listening,
    problem,
    sent_then_read,
    tell,
)

REFUSED = b"POST /refuse HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"


def test_requests_are_answered_one_after_another_and_in_pieces() -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            for data in ((GET,), (GET, GET), (GET[:5], GET[5:])):
                await tell(writer, *data)
                for _ in range(b"".join(data).count(b"GET")):
                    assert (await reader.readuntil(b"\r\n\r\n")).startswith(ANSWER)
                    assert await reader.readexactly(2) == b"xx"

    asyncio.run(run())


def test_a_head_does_not_wait_for_a_body_that_takes_its_time() -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            await tell(writer, b"GET /head HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(ANSWER)

    asyncio.run(run())


@pytest.mark.parametrize("size", [1, 65_536, 65_537, 3_000_001])
def test_a_body_of_any_size_arrives_whole_and_in_its_order(size: int) -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            for _ in range(3):
                await tell(writer, b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % size)
                assert (await reader.readuntil(b"\r\n\r\n")).startswith(ANSWER)
                assert await reader.readexactly(size) == b"x" * size

    asyncio.run(run())


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /?" + b"a" * 61_441 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        (b"GET /?" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET /" + b"a" * MAX_HEAD * 2, 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * MAX_HEAD * 2, 431),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * MAX_HEAD, 431),
        (b"\x16\x03\x01\x02\x00", 400),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
    ],
)
def test_what_is_too_large_or_no_request_is_told_so(data: bytes, status: int) -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            await tell(writer, data)
            if status == 200:
                assert (await reader.readline()).startswith(ANSWER)
                return
            refusal = problem(await reader.read())
            assert refusal["status"] == status
            assert str(refusal["detail"])

    asyncio.run(run())


@pytest.mark.parametrize("data", [b"", GET[:-2], b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\na"])
def test_a_request_that_does_not_arrive_ends_the_connection(data: bytes) -> None:
    async def run() -> None:
        async with connected(IMPATIENT) as (reader, writer):
            await tell(writer, data)
            answer = await reader.read()
            if b"POST" in data:
                # Its head was there, and was answered: more words would pass for the answer's rest.
                assert answer.startswith(ANSWER)
                assert answer.count(b"HTTP/1.1") == 1
            elif data:
                assert problem(answer)["status"] == 408
            else:
                assert answer == b""

    asyncio.run(run())


def test_a_request_that_was_answered_leaves_its_client_in_peace() -> None:
    async def run() -> None:
        async with connected(IMPATIENT) as (reader, writer):
            await tell(writer, b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(), 0.2)

    asyncio.run(run())


def test_a_client_that_reads_nothing_is_hung_up_on() -> None:
    async def run() -> None:
        lost = asyncio.Event()

        class Watched(HttpProtocol):
            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                lost.set()

        async with connected(IMPATIENT, Watched) as (reader, writer):
            reader._transport.pause_reading()  # type: ignore[attr-defined]
            await tell(writer, b"GET /50000000 HTTP/1.1\r\nHost: a\r\n\r\n")
            await lost.wait()
            reader._transport.resume_reading()  # type: ignore[attr-defined]
            answer = await reader.read()
            # A broken transfer: shorter than it said.
            assert b"content-length: 50000000" in answer
            assert len(answer) < 50_000_000

    asyncio.run(run())


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        (b"\x00\x01\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * MAX_HEAD, 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX", 408),
    ],
)
def test_a_bad_request_behind_others_is_refused_after_their_responses(bad: bytes, status: int) -> None:
    refused: list[RefusedRequest] = []
    limits = replace(IMPATIENT, on_refused=noted(refused), send_timeout_s=PATIENCE_S)

    async def run() -> None:
        async with connected(limits) as (reader, writer):
            large = b"GET /3000000 HTTP/1.1\r\nHost: a\r\n\r\n"
            await tell(writer, large + GET + bad, b"" if status == 408 else GET)
            answer = await asyncio.wait_for(reader.read(), PATIENCE_S)
            starts = [place.start() for place in re.finditer(b"HTTP/1.1 ", answer)]
            assert [answer[start + 9 : start + 12] for start in starts] == [b"200", b"200", b"%d" % status]
            assert answer[: starts[1]].endswith(b"x" * 3_000_000)
            assert problem(answer[starts[2] :])["status"] == status

    asyncio.run(run())
    assert [request.status for request in refused] == [status]


def test_nonsense_in_the_middle_of_a_response_is_not_answered_into_it() -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            await tell(writer, b"GET /head HTTP/1.1\r\nHost: a\r\n\r\n", b"\x00\x01\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(ANSWER)
            writer.write_eof()
            with suppress(ConnectionError):
                assert await asyncio.wait_for(reader.read(), PATIENCE_S) == b""

    asyncio.run(run())


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
def test_a_refusal_reaches_a_client_that_still_sends(connection: str) -> None:
    async def run() -> None:
        async with listening() as port:
            head = "POST /refuse HTTP/1.1\r\nHost: a\r\nConnection: {}\r\nContent-Length: {}\r\n\r\n"
            size = MAX_DISCARDED // 2
            data = head.format(connection, size).encode() + b"a" * size
            answer = await asyncio.to_thread(sent_then_read, port, data)
            assert answer.startswith(b"HTTP/1.1 413 ")
            assert answer.endswith(b"\r\n\r\nno")
            assert answer.count(b"connection: close\r\n") == 1

    asyncio.run(run())


async def tell_more(writer: asyncio.StreamWriter, piece: bytes = b"a") -> None:
    """Send some more; raises `ConnectionError` once hung up on."""
    writer.write(piece)
    await writer.drain()
    await asyncio.sleep(0)


def refused(limits: ConnectionLimits, piece: bytes) -> None:
    """Go on sending after a refusal, until hung up on."""

    async def run() -> None:
        async with connected(limits) as (reader, writer):
            await tell(writer, REFUSED)
            assert (await reader.readuntil(b"no")).startswith(b"HTTP/1.1 413 ")
            assert await reader.read() == b"", "there is nothing more to be had"
            with suppress(ConnectionError):
                while True:
                    await tell_more(writer, piece)

    asyncio.run(asyncio.wait_for(run(), PATIENCE_S))


def test_a_client_that_sends_without_end_is_hung_up_on() -> None:
    refused(ConnectionLimits(linger_s=1_000), b"a" * 65_536)


def test_a_client_that_does_not_come_to_an_end_is_hung_up_on() -> None:
    refused(IMPATIENT, b"a")


def test_a_refusal_is_the_last_word_however_long_the_client_lingers() -> None:
    async def run() -> None:
        async with connected(replace(IMPATIENT, linger_s=0.2)) as (reader, writer):
            asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
            await tell(writer, b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n")
            assert problem(await reader.read())["status"] == 501
            with suppress(ConnectionError):
                while True:
                    await tell_more(writer)

    faults: list[object] = []
    asyncio.run(asyncio.wait_for(run(), PATIENCE_S))
    assert not faults


def test_what_follows_a_refused_body_is_no_request() -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            body = b"POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na"
            await tell(writer, body)
            assert (await reader.readuntil(b"no")).startswith(b"HTTP/1.1 413 ")
            await tell(writer, GET, GET)
            assert await reader.read() == b""

    asyncio.run(run())


CODINGS = (
    (b"chunked", None),
    (b"Chunked", None),
    (b" , chunked", None),
    (b"gzip", 501),
    (b"gzip, chunked", 501),
    (b'gzip;a="x, chunked\\"", chunked', 501),
    (b"identity", 501),
    (b"xchunked", 501),
    (b"", 400),
    (b"gzip gzip", 400),
    (b'gzip;a="', 400),
    (b"chunked;a=b", 400),
    (b"chunked, gzip", 400),
    (b"chunked, chunked", 400),
)


@pytest.mark.parametrize(("coding", "status"), CODINGS)
def test_the_fault_of_a_transfer_coding(coding: bytes, status: int | None) -> None:
    refusal = transfer_coding_error("1.1", [(b"host", b"a"), (b"transfer-encoding", coding)])
    assert (refusal and refusal.status) == status
    assert transfer_coding_error("1.0", [(b"transfer-encoding", coding)]) == BAD_CODING
    assert transfer_coding_error("1.1", [(b"host", b"a")]) is None


def test_the_transfer_codings_of_several_fields_are_one_list() -> None:
    fields = [(b"transfer-encoding", b"gzip"), (b"transfer-encoding", b"chunked")]
    assert transfer_coding_error("1.1", fields) == UNKNOWN_CODING
    assert transfer_coding_error("1.1", fields[::-1]) == BAD_CODING


@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"POST", b"OPTIONS", b"PUT"])
@pytest.mark.parametrize(("coding", "status"), CODINGS)
def test_a_transfer_coding_is_told_alike_to_every_method(method: bytes, coding: bytes, status: int) -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            head = b"%b /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: %b\r\n\r\n" % (method, coding)
            await tell(writer, head + b"1\r\na\r\n0\r\n\r\n")
            if not status:
                assert (await reader.readuntil(b"\r\n\r\n")).startswith(ANSWER)
                return
            answer = await reader.read()
            assert answer.count(b"HTTP/1.1 ") == 1
            assert answer.startswith(b"HTTP/1.1 %d " % status)
            if method == b"HEAD":
                assert answer.endswith(b"\r\n\r\n")
            else:
                assert problem(answer)["status"] == status

    asyncio.run(run())


def test_line_breaks_between_requests_are_no_reason_to_wait() -> None:
    async def run() -> None:
        async with connected(IMPATIENT) as (reader, writer):
            await tell(writer, GET)
            assert (await reader.readuntil(b"xx")).startswith(ANSWER)
            await tell(writer, b"\r\n")
            with suppress(ConnectionError):
                assert await asyncio.wait_for(reader.read(), 2) == b""

    asyncio.run(run())


def test_a_head_that_trickles_has_no_longer_than_another() -> None:
    async def run() -> None:
        async with connected(IMPATIENT) as (reader, writer):
            answer = asyncio.ensure_future(reader.read())
            for byte in b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 100_000:
                if answer.done():
                    break
                await tell(writer, bytes([byte]))
                await asyncio.sleep(0)
            assert problem(await answer)["status"] == 408

    asyncio.run(run())


def test_a_client_that_leaves_the_end_of_its_last_answer_is_hung_up_on() -> None:
    async def run() -> None:
        lost = asyncio.Event()

        class Watched(HttpProtocol):
            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                lost.set()

        async with connected(IMPATIENT, Watched) as (reader, writer):
            reader._transport.pause_reading()  # type: ignore[attr-defined]
            await tell(writer, b"GET /250000 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            await asyncio.wait_for(lost.wait(), PATIENCE_S)

    asyncio.run(run())


async def welcome(port: int) -> bool:
    async with client(port) as (reader, writer):
        await tell(writer, GET)
        return (await reader.readline()).startswith(ANSWER)


def test_a_connection_too_many_is_told_so_and_the_next_is_welcome_again() -> None:
    refused: list[RefusedRequest] = []
    limits = ConnectionLimits(connections=2, on_refused=noted(refused))

    async def run() -> None:
        async with listening(limits) as port:
            async with client(port) as (reader, writer), client(port) as (other, to_other):
                await tell(writer, GET)
                await tell(to_other, GET)
                for answer in (reader, other):
                    assert (await answer.readuntil(b"xx")).startswith(ANSWER)
                refusal = await asyncio.to_thread(sent_then_read, port, GET + GET)
                assert refusal.count(b"HTTP/1.1") == 1
                assert problem(refusal)["status"] == 503
                assert b"\r\nretry-after: 5\r\n" in refusal
                assert b"\r\nconnection: close\r\n" in refusal
                assert [(request.reason, request.status) for request in refused] == [("connections", 503)]
                await tell(writer, GET)
                assert (await reader.readuntil(b"xx")).startswith(ANSWER)
            while not await welcome(port):
                await asyncio.sleep(0)  # it has not noticed yet

    asyncio.run(asyncio.wait_for(run(), PATIENCE_S))


def test_one_address_has_a_bound_of_its_own_but_a_proxy_none() -> None:
    refused: list[RefusedRequest] = []

    async def run(limits: ConnectionLimits) -> bytes:
        async with listening(limits) as port, client(port) as (reader, writer):
            await tell(writer, GET)
            assert (await reader.readuntil(b"xx")).startswith(ANSWER)
            head = GET.replace(b"Host", b"Connection: close\r\nHost")
            return await asyncio.to_thread(sent_then_read, port, head)

    limits = ConnectionLimits(client_connections=1, on_refused=noted(refused))
    answer = asyncio.run(run(limits))
    assert problem(answer)["status"] == 503
    assert [request.reason for request in refused] == ["client-connections"]
    assert asyncio.run(run(replace(limits, client_of=lambda _: None))).startswith(ANSWER)


@pytest.mark.parametrize("path", sorted(HEALTH_PATHS))
@pytest.mark.parametrize("limits", [ConnectionLimits(connections=0), ConnectionLimits(client_connections=0)])
def test_health_is_answered_beyond_the_limits_and_nothing_after_it(
    path: bytes, limits: ConnectionLimits
) -> None:
    async def run() -> None:
        async with listening(limits) as port:
            requests = GET.replace(b" / ", b" %b " % path) + GET
            answer = await asyncio.to_thread(sent_then_read, port, requests)
            assert answer.startswith(ANSWER)
            assert answer.count(b"HTTP/1.1 ") == 1
            assert b"\r\nconnection: close\r\n" in answer

    asyncio.run(run())


def test_the_reserve_is_small_and_one_client_has_little_of_it() -> None:
    async def answers(limits: ConnectionLimits) -> int:
        async with listening(limits) as port, AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(client(port)) for _ in range(MAX_REFUSALS + 1)]
            received = []
            for reader, writer in clients:
                with suppress(ConnectionError):
                    await tell(writer, GET)
                    received.append(await reader.read())
            return sum(map(bool, received))

    assert asyncio.run(answers(ConnectionLimits(connections=0))) == MAX_CLIENT_REFUSALS
    proxy = ConnectionLimits(connections=0, client_of=lambda _: None)
    assert asyncio.run(answers(proxy)) == MAX_REFUSALS


def test_a_place_in_the_reserve_is_not_kept_for_a_client_that_says_nothing() -> None:
    async def run() -> None:
        async with connected(ConnectionLimits(connections=0, reserve_s=0.05)) as (reader, _):
            assert problem(await reader.read())["status"] == 503

    asyncio.run(run())


def noted(refused: list[RefusedRequest]) -> Callable[[RefusedRequest], bytes]:
    def note(request: RefusedRequest) -> bytes:
        refused.append(request)
        return b"an-id"

    return note


POST = b"POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "reason", "status"),
    [
        (b"nonsense\r\n\r\n", "malformed", 400),
        (b"GET /?secret HTTP/1.1\r\n\r\n", "host", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", "timeout", 408),
        (b"GET /?" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", "address", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * MAX_HEAD, "head", 431),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", "coding", 501),
    ],
)
def test_a_refusal_has_a_date_and_is_reported(data: bytes, reason: str, status: int) -> None:
    refused: list[RefusedRequest] = []
    limits = replace(IMPATIENT, on_refused=noted(refused))

    async def run() -> None:
        async with connected(limits, date=b"today") as (reader, writer):
            await tell(writer, data)
            answer = await reader.read()
            assert problem(answer)["status"] == status
            assert b"\r\ndate: today\r\n" in answer
            assert b"\r\nx-request-id: an-id\r\n" in answer

    asyncio.run(run())
    (request,) = refused
    assert (request.reason, request.status, request.logged) == (reason, status, True)
    assert request.reason in REFUSAL_REASONS
    assert "?" not in (request.path or "")
    assert request.body_bytes


def test_an_address_that_is_not_encoded_is_told_how_to_write_it() -> None:
    """As curl sends what is typed."""

    async def run() -> None:
        async with connected() as (reader, writer):
            await tell(writer, "GET /search?q=空き家 HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            answer = problem(await reader.read())
            assert answer["status"] == 400
            assert "percent-encoded" in str(answer["detail"])

    asyncio.run(run())


@pytest.mark.parametrize(
    ("data", "reason"), [(b"1\r\na\r\nnonsense\r\n", "body"), (b"1\r\na\r\n", "timeout")]
)
def test_a_body_that_breaks_off_is_told_to_the_application_and_what_follows_is_discarded(
    data: bytes, reason: str
) -> None:
    refused: list[RefusedRequest] = []
    limits = replace(IMPATIENT, on_refused=noted(refused))

    async def run() -> None:
        async with connected(limits) as (reader, writer):
            await tell(writer, POST, data + (GET if reason == "body" else b""))
            answer = await reader.read()
            assert answer.startswith({"body": b"HTTP/1.1 400 ", "timeout": b"HTTP/1.1 408 "}[reason])
            assert b"\r\nconnection: close\r\n" in answer
            assert answer.count(b"HTTP/1.1 ") == 1

    asyncio.run(run())
    assert [(request.reason, request.logged) for request in refused] == [(reason, False)]


def test_a_client_that_reads_nothing_is_reported() -> None:
    refused: list[RefusedRequest] = []
    limits = replace(IMPATIENT, on_refused=noted(refused))

    async def run() -> None:
        async with connected(limits) as (reader, writer):
            reader._transport.pause_reading()  # type: ignore[attr-defined]
            await tell(writer, b"GET /50000000 HTTP/1.1\r\nHost: a\r\n\r\n")
            while not refused:
                await asyncio.sleep(0.005)

    asyncio.run(asyncio.wait_for(run(), PATIENCE_S))
    assert [(request.reason, request.status) for request in refused] == [("unread", 0)]


@pytest.mark.parametrize(
    ("version", "fields", "status"),
    [
        ("1.1", ("Host: a",), 200),
        ("1.1", ("Host:",), 200),
        ("1.1", ("Host: example.org:8000",), 200),
        ("1.1", ("Host: [2001:db8::1]:80",), 200),
        ("1.1", ("Host: xn--a%20_b",), 200),
        ("1.0", (), 200),
        ("1.1", (), 400),
        ("1.1", ("Host: a", "Host: a"), 400),
        ("1.0", ("Host: a", "Host: b"), 400),
        ("1.1", ("Host: a, b",), 400),
        ("1.1", ("Host: a/b",), 400),
        ("1.1", ("Host: u@a",), 400),
        ("1.1", ("Host: a:b",), 400),
        ("1.1", ("Host: [::1",), 400),
        ("1.1", ("Host: ä",), 400),
        ("1.0", ("Host: a b",), 400),
    ],
)
def test_a_request_names_its_host_once(version: str, fields: tuple[str, ...], status: int) -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            head = "\r\n".join((f"GET / HTTP/{version}", "Connection: close", *fields, "", ""))
            await tell(writer, head.encode())
            answer = await reader.read()
            assert answer.startswith(f"HTTP/1.1 {status} ".encode())

    asyncio.run(run())


def test_each_request_of_a_connection_names_its_host() -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            await tell(writer, GET + GET.replace(b"host.example", b"a/b"))
            answer = await reader.read()
            assert answer.count(b"HTTP/1.1 200 ") <= 1
            assert answer.count(b"HTTP/1.1 400 ") <= 1

    asyncio.run(run())


def test_an_idle_connection_of_a_retired_process_is_closed_soon() -> None:
    protocols: list[HttpProtocol] = []

    class Recorded(HttpProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            protocols.append(self)
            super().connection_made(transport)

    async def run() -> None:
        async with connected(protocol=Recorded) as (reader, writer):
            await tell(writer, GET)
            assert (await reader.readuntil(b"xx")).startswith(ANSWER)
            protocols[0].end_idle(0.01)
            assert await reader.read() == b""

    asyncio.run(asyncio.wait_for(run(), PATIENCE_S))


def test_a_client_that_reads_on_is_given_time_and_one_that_hardly_reads_is_not() -> None:
    unread = [256 * KIB]
    timers: list[Callable[[], None]] = []
    aborted: list[Refusal] = []
    protocol = SimpleNamespace(
        transport=SimpleNamespace(get_write_buffer_size=lambda: unread[0]),
        _send_timer=SimpleNamespace(stop=lambda: None, start=timers.append),
        _abort=aborted.append,
    )
    for name in ("_await_reading", "_check_reading"):
        setattr(protocol, name, partial(getattr(LimitedProtocol, name), protocol))
    protocol._await_reading()
    unread[0] -= 64 * KIB
    timers.pop()()
    assert not aborted
    unread[0] -= 1
    timers.pop()()
    assert (aborted, timers) == ([UNREAD], [])
