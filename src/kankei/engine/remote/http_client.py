"""HTTP/1.1 client of one address: persistent connections, and responses that are bounded and whole.

It follows no redirect, takes no content coding, and accepts no response of which it cannot tell the end: one
without a length and without chunks, or with something behind it.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import cast
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpResponseParser

from kankei.engine.limits import KIB, MIB
from kankei.engine.remote.remote_errors import BadAnswer, Unreachable
from kankei.engine.result_file import ResultFile, anonymous_file, write_bytes
from kankei.errors import TooLarge, TooSlow, UsageError

_MAX_HEAD = 64 * KIB
_MAX_IN_MEMORY = MIB
_TOO_SLOW = "the engine did not answer in time"
CONNECT_S = 5.0
"""Seconds in which a service takes a connection."""
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """Where a service is: a URL of http or https without user, query and fragment."""

    url: str

    @classmethod
    def parse(cls, url: str, option: str = "--engine") -> "Address":
        """The address of a URL; raises `UsageError` for what is none."""
        try:
            parts = urlsplit(url)
            known = parts.scheme in _PORTS and parts.hostname and (parts.port is None or parts.port > 0)
        except ValueError:
            known = False
        if not known or not url.isascii() or any(character.isspace() for character in url):
            raise UsageError(f"{url!r} is no URL of http or https", option)
        if parts.username is not None or parts.query or parts.fragment:
            raise UsageError("the URL of a service has no user, query or fragment", option)
        return cls(url)

    @cached_property
    def host(self) -> str:
        """Name or number of the host."""
        return urlsplit(self.url).hostname or ""

    @cached_property
    def port(self) -> int:
        """The port, by default that of the scheme."""
        parts = urlsplit(self.url)
        return parts.port or _PORTS[parts.scheme]

    @cached_property
    def authority(self) -> str:
        """The value of ``Host``."""
        return urlsplit(self.url).netloc

    @cached_property
    def path(self) -> str:
        """The request target."""
        return urlsplit(self.url).path or "/"

    @cached_property
    def tls(self) -> ssl.SSLContext | None:
        """What checks the server's certificate, for https."""
        return ssl.create_default_context() if self.url.startswith("https:") else None


@dataclass(frozen=True)
class Response:
    """A whole response; a large body is in a file."""

    status: int
    headers: Mapping[str, str]
    """Values by name in lower case; the last of each."""
    body: bytes
    file: ResultFile | None = None

    @property
    def content(self) -> bytes:
        """The whole body."""
        return self.file.read(0, self.file.size) if self.file else self.body

    def parts(self) -> Iterator[bytes]:
        """The body in parts of moderate size."""
        if self.file is None:
            yield self.body
            return
        for start in range(0, self.file.size, _MAX_IN_MEMORY):
            yield self.file.read(start, min(start + _MAX_IN_MEMORY, self.file.size))

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Body:
    """The body of a response as it arrives: in memory while it is small, then in a file."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self.file: ResultFile | None = None

    def add(self, data: bytes) -> None:
        """Add a part; raises `TooLarge` beyond the limit."""
        self._size += len(data)
        if self._size > self._limit:
            raise TooLarge(f"the result is larger than the {self._limit} bytes that one may have")
        if self.file is None and self._size <= _MAX_IN_MEMORY:
            self._parts.append(data)
            return
        if self.file is None:
            self.file = ResultFile(anonymous_file(), 0)
        for part in (*self._parts, data):
            write_bytes(self.file.descriptor, part)
            self.file.size += len(part)
        self._parts.clear()

    @property
    def content(self) -> bytes:
        """The body, where it is not in the file."""
        return b"".join(self._parts)


class Connection(asyncio.Protocol):
    """A connection, which has one request under way at most."""

    checked = False
    """Whether the service has proved over this connection what it holds."""

    def __init__(self, on_idle_end: Callable[["Connection"], None]) -> None:
        self._on_idle_end = on_idle_end
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[Response] | None = None
        self._parser: HttpResponseParser | None = None
        self._headers: dict[str, str] = {}
        self._head_bytes = 0
        self._body = Body(0)
        self._response: Response | None = None
        self._error: Exception | None = None
        self._received = False
        self.open = True
        """Whether another request may be sent."""

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _error: Exception | None) -> None:
        """Fail the request under way: a response that ends with its connection may be cut."""
        self.open = False
        if self._waiter is None:
            self._on_idle_end(self)
        elif self._received:
            self._end(BadAnswer("the engine's answer breaks off"))
        else:
            self._end(Unreachable("the engine closed the connection"))

    def data_received(self, data: bytes) -> None:
        """Parse a part of a response."""
        if self._waiter is None or self._parser is None:  # nobody asked
            self.close()
            return
        self._received = True
        try:
            self._parser.feed_data(data)
        except HttpParserError:
            self._end(self._error or BadAnswer("the engine's answer is no HTTP, or not whole"))
            return
        if self._response is not None:
            self._end(self._response)

    # httptools

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of the head, or of the trailer, which is ignored."""
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > _MAX_HEAD:
            self._fail(BadAnswer("the head of the engine's answer does not end"))
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Refuse a response whose body is coded, or whose end could not be told."""
        assert self._parser is not None  # noqa: S101 it calls this
        if 300 <= self._parser.get_status_code() < 400:
            self._fail(BadAnswer("the engine redirects to another address, which is not followed"))
        coding = self._headers.get("content-encoding", "identity").strip().lower()
        if coding != "identity":
            self._fail(BadAnswer("the engine's answer is compressed, which was not asked for"))
        transfer = self._headers.get("transfer-encoding", "").strip().lower()
        if transfer not in {"", "chunked"}:
            self._fail(BadAnswer("the engine's answer has a transfer coding that nobody asked for"))
        if not transfer and "content-length" not in self._headers:
            self._fail(BadAnswer("the engine's answer tells neither its length nor its end"))

    def on_body(self, data: bytes) -> None:
        """Take a part of the body."""
        try:
            self._body.add(data)
        except (TooLarge, OSError) as error:
            self._fail(error if isinstance(error, TooLarge) else BadAnswer(f"no room: {error.strerror}"))

    def on_message_complete(self) -> None:
        """Take the response, once what has arrived with it is parsed."""
        assert self._parser is not None  # noqa: S101 it calls this
        if self._response is not None:
            self._fail(BadAnswer("the engine gives two answers to one request"))
        self.open = self.open and self._parser.should_keep_alive()
        status = self._parser.get_status_code()
        self._response = Response(status, self._headers, self._body.content, self._body.file)

    # For `HttpClient`

    async def ask(self, request: bytes, limit: int, deadline: float) -> Response:
        """The response to a request, of a body of so many bytes at most, before a time of the loop's clock.

        Raises `Unreachable`, `BadAnswer`, `TooLarge` or `TooSlow`; the connection is then closed.
        """
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        self._parser = HttpResponseParser(self)
        self._headers, self._head_bytes, self._body = {}, 0, Body(limit)
        self._response = self._error = None
        self._received = False
        timer = loop.call_at(deadline, self._time_out)
        try:
            if self._transport is None or not self.open:
                raise Unreachable("the engine closed the connection")
            self._transport.write(request)
            return await self._waiter
        except BaseException:
            self.close()
            raise
        finally:
            timer.cancel()
            self._waiter = self._parser = None

    def close(self) -> None:
        """End the connection at once."""
        self.open = False
        if self._transport is not None:
            self._transport.abort()

    def _time_out(self) -> None:
        self._end(TooSlow(_TOO_SLOW))

    def _fail(self, error: Exception) -> None:
        """Stop the parser with an error."""
        self._error = self._error or error
        raise self._error

    def _end(self, outcome: Response | Exception) -> None:
        if self._waiter is None or self._waiter.done():
            return
        if isinstance(outcome, Response):
            self._waiter.set_result(outcome)
        else:
            self._waiter.set_exception(outcome)


class HttpClient:
    """Sends requests to one address, over connections that it keeps."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._idle: deque[Connection] = deque()
        self._used: set[Connection] = set()

    async def ask(
        self,
        request: bytes,
        limit: int,
        deadline: float,
        check: Callable[[Connection], Awaitable[None]] | None = None,
    ) -> Response:
        """The response to a request that may be sent twice; see `Connection.ask` for the errors.

        `check` is called with each new connection before it is used for the request.
        """
        if asyncio.get_running_loop().time() >= deadline:
            raise TooSlow(_TOO_SLOW)
        while self._idle:
            connection = self._idle.pop()
            with suppress(Unreachable):  # the peer closed it while it was idle: that says nothing
                return await self._ask(connection, request, limit, deadline)
        connection = await self._connect(deadline)
        if check:
            self._used.add(connection)
            try:
                await check(connection)
            except BaseException:
                connection.close()
                raise
            finally:
                self._used.discard(connection)
        return await self._ask(connection, request, limit, deadline)

    def close_idle(self) -> None:
        """Close the connections that are not in use, so that the next request is made over a new one."""
        while self._idle:
            self._idle.pop().close()

    def close(self) -> None:
        """Close all connections."""
        self.close_idle()
        for connection in tuple(self._used):
            connection.close()

    async def _ask(self, connection: Connection, request: bytes, limit: int, deadline: float) -> Response:
        self._used.add(connection)
        try:
            response = await connection.ask(request, limit, deadline)
        finally:
            self._used.discard(connection)
        if connection.open:
            self._idle.append(connection)
        else:
            connection.close()
        return response

    async def _connect(self, deadline: float) -> Connection:
        loop = asyncio.get_running_loop()
        address = self.address
        try:
            async with asyncio.timeout_at(min(deadline, loop.time() + CONNECT_S)):
                _, connection = await loop.create_connection(
                    lambda: Connection(self._forget), address.host, address.port, ssl=address.tls
                )
        except TimeoutError as error:
            if loop.time() >= deadline:  # which says nothing of the service: a client may set it
                raise TooSlow(_TOO_SLOW) from error
            raise Unreachable("the engine does not take the connection") from error
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise Unreachable(f"the engine cannot be reached: {reason}") from error
        return connection

    def _forget(self, connection: Connection) -> None:
        with suppress(ValueError):
            self._idle.remove(connection)
