"""The log: one JSON object a line on standard error, so that no client can forge a line."""

import ipaddress
import json
import logging
import os
import select
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from kankei.settings import LogClients
from kankei.web.telemetry.request_record import CURRENT_RECORD

_LONGEST = 4096  # what a pipe takes in one piece (PIPE_BUF), so that lines of processes never mix
_LONGEST_TEXT = 2000
_encode = json.JSONEncoder(check_circular=False).encode
_quoted = json.encoder.encode_basestring_ascii
_NUMBERS = (int, float)  # finite ones, which Python writes as JSON does


class JsonLog:
    """Writes events; a line that the reader does not take in time is dropped and counted."""

    schedule: Callable[[Callable[[], None]], object] | None = None
    """Calls a function soon, so that the lines of several requests are written together."""

    def __init__(self, on_loss: Callable[[], None] = lambda: None, descriptor: int = 2) -> None:
        self._buffered: list[bytes] = []
        self._descriptor = descriptor
        self._process = os.getpid()
        self._on_loss = on_loss
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)

    def write(self, event: str, level: str = "info", **fields: object) -> None:
        """Write one event, after the buffered ones; fields that are none are left out."""
        self._buffered.append(self._line(event, level, fields))
        self.flush()

    def buffer(self, event: str, **fields: object) -> None:
        """Write one event soon, together with others."""
        if self.schedule is None:
            self.write(event, "info", **fields)
            return
        if not self._buffered:
            self.schedule(self.flush)
        self._buffered.append(self._line(event, "info", fields))

    def buffer_members(self, event: str, members: str) -> None:
        """Write one event whose members are JSON already, in less than 4,000 bytes, soon."""
        if not self._buffered and self.schedule:
            self.schedule(self.flush)
        self._buffered.append(f"{self._head(event, 'info')},{members}}}\n".encode())
        if self.schedule is None:
            self.flush()

    def flush(self) -> None:
        """Write the buffered lines."""
        lines, self._buffered = self._buffered, []
        for chunk in _chunks(lines):
            try:
                if (events := self._poll.poll(0)) and events[0][1] & select.POLLOUT:
                    os.write(self._descriptor, b"".join(chunk))
                    continue
            except OSError:  # the log must never fail the request that it logs
                pass
            for _ in chunk:
                self._on_loss()

    def _line(self, event: str, level: str, fields: dict[str, Any]) -> bytes:
        head = self._head(event, level)
        line = _json(head, fields, _LONGEST_TEXT)
        if len(line) <= _LONGEST:
            return line
        # Escaping makes a text up to six times longer.
        texts = sum(isinstance(value, str) for value in fields.values())
        return _json(head, fields, (_LONGEST - 500) // 6 // max(1, texts))

    def _head(self, event: str, level: str) -> str:
        second, milliseconds = divmod(time.time_ns() // 1_000_000, 1000)
        now = f"{_formatted(second)}.{milliseconds:03}Z"  # RFC 3339
        return f'{{"time":"{now}","level":"{level}","event":"{event}","process":{self._process}'


class JsonLogHandler(logging.Handler):
    """Writes the records of the standard library's logging to a log."""

    def __init__(self, log: JsonLog) -> None:
        super().__init__()
        self._log = log
        self._formatter = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        """Write one event."""
        request = CURRENT_RECORD.get()
        self._log.write(
            "message",
            record.levelname.lower(),
            logger=record.name,
            message=record.getMessage(),
            request_id=request.request_id if request else None,
            exception=self._formatter.formatException(record.exc_info) if record.exc_info else None,
        )


def capture_logging(log: JsonLog) -> None:
    """Write all that is logged in this process to a log."""
    logging.basicConfig(handlers=[JsonLogHandler(log)], level=logging.WARNING, force=True)


@lru_cache(maxsize=4096)
def masked_address(client: str | None, shown: LogClients) -> str | None:
    """The part of a client's address that the settings show; by default too little to identify a person."""
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
    prefix = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network((address, prefix), strict=False))


@lru_cache(maxsize=1)
def _formatted(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def _json(head: str, fields: dict[str, Any], longest: int) -> bytes:
    """An object that begins with a head; of a long text its end, which is what matters in a traceback."""
    # The standard library makes a new encoder for each object, which takes most of its time.
    members = [head]
    for name, value in fields.items():
        kind = type(value)
        if kind is str:
            encoded = _quoted(value if len(value) <= longest else f"…{value[-longest:]}")
        elif value is None:
            continue
        else:
            encoded = repr(value) if kind in _NUMBERS else _encode(value)
        members.append(f'"{name}":{encoded}')
    return f"{','.join(members)}}}\n".encode()


def _chunks(lines: list[bytes]) -> Iterator[list[bytes]]:
    """Lines, as many together as a pipe takes in one write."""
    chunk: list[bytes] = []
    room = _LONGEST
    for line in lines:
        if len(line) > room and chunk:
            yield chunk
            chunk, room = [], _LONGEST
        chunk.append(line)
        room -= len(line)
    if chunk:
        yield chunk
