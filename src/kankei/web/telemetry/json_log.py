"""The log: one JSON object a line on standard error, so that nothing sent by a client can forge a line."""

import ipaddress
import json
import logging
import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from kankei.settings import LogClients
from kankei.web.telemetry.request_record import current_record

_STDERR = 2
_LONGEST = 4096  # what a pipe takes whole (PIPE_BUF), so that lines of several processes never mix
_LONGEST_TEXT = 2000
_encode = json.JSONEncoder(check_circular=False).encode
_quoted = json.encoder.encode_basestring_ascii
_NUMBERS = (int, float)  # finite ones, which Python writes as JSON does
_V4_PREFIX, _V6_PREFIX = 24, 48


class JsonLog:
    """Writes events; a line that nobody takes off is lost, and counted, rather than waited for."""

    schedule: Callable[[Callable[[], None]], object] | None = None
    """Has what it is given called soon, so that what many requests tell is written at once."""

    def __init__(self, on_loss: Callable[[], None] = lambda: None, descriptor: int = _STDERR) -> None:
        self._waiting: list[bytes] = []
        self._descriptor = descriptor
        self._process = os.getpid()
        self._clock = _Clock()
        self._on_loss = on_loss
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)

    def write(self, event: str, level: str = "info", **fields: object) -> None:
        """Write one event, after those that wait; fields that are none are left out."""
        self._waiting.append(self._line(event, level, fields))
        self.flush()

    def note(self, event: str, **fields: object) -> None:
        """Write one event before long, together with others."""
        if self.schedule is None:
            self.write(event, "info", **fields)
            return
        if not self._waiting:
            self.schedule(self.flush)
        self._waiting.append(self._line(event, "info", fields))

    def flush(self) -> None:
        """Write what waits."""
        waiting, self._waiting = self._waiting, []
        for lines in _pieces(waiting):
            try:
                if (found := self._poll.poll(0)) and found[0][1] & select.POLLOUT:
                    os.write(self._descriptor, b"".join(lines))
                    continue
            except OSError:  # the log must never fail what it tells of
                pass
            for _ in lines:
                self._on_loss()

    def _line(self, event: str, level: str, fields: dict[str, Any]) -> bytes:
        head = f'{{"time":"{self._clock.now()}","level":"{level}","event":"{event}","process":{self._process}'
        line = _json(head, fields, _LONGEST_TEXT)
        if len(line) <= _LONGEST:
            return line
        # Escaping makes a text up to six times longer.
        texts = sum(isinstance(value, str) for value in fields.values())
        return _json(head, fields, (_LONGEST - 500) // 6 // max(1, texts))


class JsonLogHandler(logging.Handler):
    """Hands what libraries and modules log through the standard library to a log."""

    def __init__(self, log: JsonLog) -> None:
        super().__init__()
        self._log = log
        self._formatter = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        """Write one event."""
        request = current_record()
        self._log.write(
            "message",
            record.levelname.lower(),
            logger=record.name,
            message=record.getMessage(),
            request_id=request.request_id if request else None,
            exception=self._formatter.formatException(record.exc_info) if record.exc_info else None,
        )


def capture_logging(log: JsonLog) -> None:
    """Let everything that is logged in this process go to a log."""
    logging.basicConfig(handlers=[JsonLogHandler(log)], level=logging.WARNING, force=True)


@lru_cache(maxsize=4096)
def masked_address(client: str | None, shown: LogClients) -> str | None:
    """As much of a client's address as is to be shown; by default too little to tell one person."""
    if client is None or shown == "none":
        return None
    try:
        # Of an IPv6 address in a proxy's word no more than the site's prefix is kept.
        address = ipaddress.ip_address(client.partition("%")[0].partition("/")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if shown == "full":
        return str(address)
    prefix = _V4_PREFIX if address.version == 4 else _V6_PREFIX
    return str(ipaddress.ip_network((address, prefix), strict=False))


class _Clock:
    """The time as it is logged (RFC 3339), the seconds put into words once each."""

    def __init__(self) -> None:
        self._second = 0
        self._words = ""

    def now(self) -> str:
        second, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
        if second != self._second:
            self._second = second
            self._words = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._words}.{nanoseconds // 1_000_000:03}Z"


def _json(head: str, fields: dict[str, Any], longest: int) -> bytes:
    """An object that begins with a head; of a text too long its end, for that is a traceback's point."""
    # The standard library makes an encoder anew for each object, which takes most of its time.
    members = [head]
    for name, value in fields.items():
        kind = type(value)
        if kind is str:
            told = _quoted(value if len(value) <= longest else f"…{value[-longest:]}")
        elif value is None:
            continue
        else:
            told = repr(value) if kind in _NUMBERS else _encode(value)
        members.append(f'"{name}":{told}')
    return f"{','.join(members)}}}\n".encode()


def _pieces(lines: list[bytes]) -> Iterator[list[bytes]]:
    """Lines, as many together as a pipe takes whole."""
    piece: list[bytes] = []
    room = _LONGEST
    for line in lines:
        if len(line) > room and piece:
            yield piece
            piece, room = [], _LONGEST
        piece.append(line)
        room -= len(line)
    if piece:
        yield piece


def flush_streams() -> None:
    """Let go of what Python itself has yet to write."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
