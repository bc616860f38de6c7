"""Parser of the requests of one connection: httptools, with limits on what a client may leave in it.

- An offer to upgrade (RFC 9110, section 7.8) is ignored, as a server may. httptools takes what follows such a
  head for another protocol; the body of the request would be lost, or parsed as the next request.
- A head has a bounded size, and so have trailers (RFC 9112, section 7.1.2) and chunk extensions; trailers are
  dropped.
- Requests are parsed no further ahead of their responses than the protocol allows.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Any

import httptools

from kankei.server.head_checks import MalformedHead
from kankei.server.uvicorn_parts import HttpToolsProtocol

_BLANK_LINE = b"\r\n\r\n"


class HeadTooLarge(Exception):
    """A head, or what a body has beside its content, of more bytes than are accepted."""


class _State(Enum):
    IDLE = auto()
    HEAD = auto()
    BODY = auto()


class RequestParser:
    """Feeds the bytes of a connection to httptools, one head at a time.

    `may_continue` tells before each head whether another request may be parsed; what follows is kept until
    `feed_data` is called again.
    """

    def __init__(self, events: HttpToolsProtocol, max_head: int, may_continue: Callable[[], bool]) -> None:
        self._events = events
        self._max_head = max_head
        self._may_continue = may_continue
        self.on_url = events.on_url  # httptools calls it without a detour
        self.get_method: Callable[[], bytes]
        self.get_http_version: Callable[[], str]
        self.should_keep_alive: Callable[[], bool]
        self._parser = self._new_parser()
        self._state = _State.IDLE
        self._ignores_upgrade = False
        self._head_size = self._overhead = self._body_size = 0
        self._unparsed = self._tail = b""

    @property
    def has_unparsed(self) -> bool:
        """Whether bytes wait for the next call of `feed_data`."""
        return bool(self._unparsed)

    @property
    def is_idle(self) -> bool:
        """Whether all that arrived belongs to whole requests."""
        return self._state is _State.IDLE and not self._unparsed

    @staticmethod
    def should_upgrade() -> bool:
        """Whether the protocol of the connection changes: never."""
        return False

    def feed_data(self, data: bytes) -> None:
        """Parse bytes as they arrive; without any, those that were kept.

        Raises `HeadTooLarge`, and `httptools.HttpParserError` for what is no HTTP.
        """
        if self._unparsed:
            data, self._unparsed = self._unparsed + data, b""
        start = 0
        while start < len(data) and self._may_continue():
            end = self._end_of_head(data, start)
            if self._state is not _State.BODY and self._head_size + end - start > self._max_head:
                # Whether it is the target that is too long shows in what is accepted.
                self._parser.feed_data(data[start : start + self._max_head - self._head_size])
                raise HeadTooLarge
            self._parse(data[start:end])
            self._tail = (self._tail + data[start:end])[-3:] if self._state is _State.HEAD else b""
            start = end
        self._unparsed = data[start:]

    def _end_of_head(self, data: bytes, start: int) -> int:
        """The place after the next blank line, which may have begun before `data`; the end without one."""
        if self._tail:
            split = (self._tail + data[start : start + 3]).find(_BLANK_LINE)
            if split >= 0:
                return start + split + len(_BLANK_LINE) - len(self._tail)
        blank = data.find(_BLANK_LINE, start)
        return blank + len(_BLANK_LINE) if blank >= 0 else len(data)

    def _parse(self, data: bytes) -> None:
        self._body_size = 0
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._parse_without_upgrade()
            if rest := data[upgrade.args[0] :]:
                self._parse(rest)
            return
        overhead = len(data) - self._body_size
        self._head_size = self._head_size + overhead if self._state is _State.HEAD else 0
        self._overhead = (
            self._overhead + overhead if self._state is _State.BODY and not self._body_size else 0
        )
        if max(self._head_size, self._overhead) > self._max_head:
            raise HeadTooLarge

    def _parse_without_upgrade(self) -> None:
        """Parse the head again, without what made httptools take the body for another protocol."""
        events = self._events
        line = b"%b %b HTTP/%b" % (self.get_method(), events.url, self.get_http_version().encode())
        fields = [b"%b: %b" % field for field in events.headers if field[0] != b"upgrade"]
        self._parser = self._new_parser()
        self._ignores_upgrade = False
        self._parser.feed_data(b"\r\n".join((line, *fields)) + _BLANK_LINE)

    def _new_parser(self) -> Any:
        parser = httptools.HttpRequestParser(self)
        # The last request of a connection may be followed by others; they are not answered.
        parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.get_method = parser.get_method
        self.get_http_version = parser.get_http_version
        self.should_keep_alive = parser.should_keep_alive
        return parser

    def on_message_begin(self) -> None:
        """Called by httptools."""
        self._state = _State.HEAD
        self._head_size = self._overhead = 0
        self._events.on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by httptools, for trailers too."""
        if self._state is _State.HEAD:
            self._events.on_header(name, value)

    def on_headers_complete(self) -> None:
        """Called by httptools; raises `MalformedHead` for CONNECT, whose connection is none of HTTP's."""
        if self.get_method() == b"CONNECT":
            raise MalformedHead
        self._ignores_upgrade = self._parser.should_upgrade()
        if not self._ignores_upgrade:
            self._state = _State.BODY
            self._events.on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Called by httptools."""
        self._body_size += len(body)
        self._events.on_body(body)

    def on_message_complete(self) -> None:
        """Called by httptools."""
        if not self._ignores_upgrade:
            self._state = _State.IDLE
            self._events.on_message_complete()
