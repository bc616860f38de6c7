"""Requests that offer an upgrade, end in trailers, or come in thousands."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import cast

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kankei.server.connection_limits import MAX_PIPELINED
from kankei.server.http_protocol import HttpProtocol
from kankei.server.refusals import MAX_HEAD
from kankei.server.request_parser import HeadTooLarge, RequestParser
from support.connections import connected, tell

OFFERS = (
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ\r\n",
    b"Upgrade: websocket\r\nConnection: upgrade\r\n",
    b"connection: UPGRADE\r\nX: y\r\nuPgRaDe: TLS/1.0\r\n",
)
INNER = b"GET /inner HTTP/1.1\r\nHost: a\r\n\r\n"


class Events:
    """Keeps what the parser finds: of each request its method, target, headers and body."""

    def __init__(self) -> None:
        self.requests: list[tuple[bytes, bytes, list[tuple[bytes, bytes]], bytes]] = []
        self.url = self.body = b""
        self.headers: list[tuple[bytes, bytes]] = []
        self.parser = RequestParser(cast("HttpToolsProtocol", self), MAX_HEAD, lambda: True)

    def on_message_begin(self) -> None:
        self.url = self.body = b""
        self.headers = []

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.method = self.parser.get_method()

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.requests.append((self.method, self.url, self.headers, self.body))


def post(offer: bytes, body: bytes, *, chunked: bool = False) -> bytes:
    framing = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % len(body)
    content = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if chunked else body
    return b"POST /sparql HTTP/1.1\r\nHost: a\r\n%b%b\r\n\r\n%b" % (offer, framing, content)


def cut(data: bytes, places: Sequence[int]) -> Iterator[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places})
    for start, end in zip([0, *ends], [*ends, len(data)], strict=True):
        if start < end:
            yield data[start:end]


@given(
    offers=st.lists(st.sampled_from((*OFFERS, b"")), min_size=1, max_size=3),
    chunked=st.booleans(),
    places=st.lists(st.integers(0, 1_000), max_size=5),
)
def test_an_offer_to_upgrade_changes_nothing(offers: list[bytes], chunked: bool, places: list[int]) -> None:
    data = b"".join(post(offer, INNER, chunked=chunked) for offer in offers) + INNER
    events = Events()
    for piece in cut(data, places):
        events.parser.feed_data(piece)
    assert [(method, url, body) for method, url, _, body in events.requests] == [
        *((b"POST", b"/sparql", INNER) for _ in offers),
        (b"GET", b"/inner", b""),
    ]
    assert all(name != b"upgrade" for _, _, headers, _ in events.requests for name, _ in headers)


def test_a_body_after_an_offer_is_never_run_as_a_request() -> None:
    async def run() -> None:
        async with connected() as (reader, writer):
            head, body = post(OFFERS[0], INNER).split(b"\r\n\r\n", 1)
            await tell(writer, head.replace(b"/sparql", b"/1") + b"\r\n\r\n")
            await tell(writer, body, b"GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            answers = await reader.read()
            assert answers.count(b"HTTP/1.1 200 OK") == 2
            assert [part[-4:].strip() for part in answers.split(b"HTTP/1.1")[1:]] == [b"x", b"xxx"]

    asyncio.run(run())


def test_connect_is_refused() -> None:
    with pytest.raises(httptools.HttpParserError):
        Events().parser.feed_data(b"CONNECT example.org:80 HTTP/1.1\r\nHost: a\r\n\r\n")


@pytest.mark.parametrize(
    "endless",
    [b"0\r\n" + b"Trailer: a\r\n", b"0\r\nTrailer: ", b"1;extension=", b"00000"],
    ids=["many trailers", "one long trailer", "a long chunk extension", "a long chunk size"],
)
def test_what_stands_beside_a_body_is_bounded(endless: bytes) -> None:
    events = Events()
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    repeated = endless[-12:] if endless.endswith(b"\n") else b"0"
    events.parser.feed_data(head + endless)
    pieces = [repeated * 4_096] * 100

    def send() -> None:
        while pieces:
            events.parser.feed_data(pieces.pop())

    with pytest.raises((HeadTooLarge, httptools.HttpParserError)):
        send()
    assert (100 - len(pieces)) * len(repeated) * 4_096 <= MAX_HEAD + 65_536


def test_trailers_are_dropped() -> None:
    events = Events()
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    events.parser.feed_data(head + b"1\r\na\r\n0\r\nHost: b\r\nX-Checksum: 7\r\n\r\n" + INNER)
    assert [body for *_, body in events.requests] == [b"a", b""]
    assert events.requests[0][2] == [(b"host", b"a"), (b"transfer-encoding", b"chunked")]


@given(
    size=st.integers(MAX_HEAD - 100, MAX_HEAD + 100), places=st.lists(st.integers(0, MAX_HEAD), max_size=4)
)
def test_only_a_heads_own_bytes_count(size: int, places: list[int]) -> None:
    head = b"GET / HTTP/1.1\r\nHost: a\r\nX: "
    large = head + b"x" * (size - len(head) - 4) + b"\r\n\r\n"
    events = Events()
    try:
        for piece in cut(
            post(b"", b"x" * MAX_HEAD) + INNER * 3 + large, [place + MAX_HEAD for place in places]
        ):
            events.parser.feed_data(piece)
    except HeadTooLarge:
        assert size > MAX_HEAD
    assert len(events.requests) == (4 if size > MAX_HEAD else 5)


def test_requests_are_parsed_no_further_than_their_responses_are_near() -> None:
    protocols: list[HttpProtocol] = []
    waiting: list[int] = []

    class Recorded(HttpProtocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            protocols.append(self)
            super().connection_made(transport)

    sizes = [1 + number % 9 for number in range(7_000)]

    async def run() -> None:
        async with connected(protocol=Recorded) as (reader, writer):
            requests = (b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % size for size in (30_000_000, *sizes))
            sending = asyncio.ensure_future(tell(writer, b"".join(requests)))
            for size in (30_000_000, *sizes):
                await reader.readuntil(b"\r\n\r\n")
                waiting.append(len(protocols[0].pipeline))
                assert await reader.readexactly(size) == b"x" * size
            await sending

    asyncio.run(run())
    assert 0 < max(waiting) <= MAX_PIPELINED
