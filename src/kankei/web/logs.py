"""The log: one JSON object a line on standard error, so that nothing sent by a client can forge a line."""

import ipaddress
import json
import logging
import os
import select
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from kankei.settings import LogClients
from kankei.web.record import current

_STDERR = 2
_LONGEST = 4096  # what a pipe takes whole (PIPE_BUF), so that lines of several processes never mix
_LONGEST_TEXT = 2000
_V4_PREFIX, _V6_PREFIX = 24, 48


class Log:
    """Writes events; a line that nobody takes off is lost, and counted, rather than waited for."""

    def __init__(self, on_loss: Callable[[], None] = lambda: None, descriptor: int = _STDERR) -> None:
        self._descriptor = descriptor
        self._on_loss = on_loss
        self._poll = select.poll()
        self._poll.register(descriptor, select.POLLOUT)

    def write(self, event: str, level: str = "info", **fields: object) -> None:
        """Write one event; fields that are none are left out."""
        told = {name: _short(value) for name, value in fields.items() if value is not None}
        line = _line({"time": _now(), "level": level, "event": event, "process": os.getpid(), **told})
        try:
            if any(found & select.POLLOUT for _, found in self._poll.poll(0)):
                os.write(self._descriptor, line)
                return
        except OSError:  # the log must never fail what it tells of
            pass
        self._on_loss()


class LogHandler(logging.Handler):
    """Hands what libraries and modules log through the standard library to a log."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log = log
        self._formatter = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        """Write one event."""
        request = current()
        self._log.write(
            "message",
            record.levelname.lower(),
            logger=record.name,
            message=record.getMessage(),
            request_id=request.request_id if request else None,
            exception=self._formatter.formatException(record.exc_info) if record.exc_info else None,
        )


def take_over(log: Log) -> None:
    """Let everything that is logged in this process go to a log."""
    logging.basicConfig(handlers=[LogHandler(log)], level=logging.WARNING, force=True)


@lru_cache(maxsize=4096)
def client_address(client: str | None, shown: LogClients) -> str | None:
    """As much of a client's address as is to be shown; by default too little to tell one person."""
    if client is None or shown == "none":
        return None
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if shown == "full":
        return str(address)
    prefix = _V4_PREFIX if address.version == 4 else _V6_PREFIX
    return str(ipaddress.ip_network((address, prefix), strict=False))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _short(value: object) -> object:
    """A text with its end rather than its beginning, where it is too long: a traceback's point is its end."""
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        return f"…{value[-_LONGEST_TEXT:]}"
    return value


def _line(fields: dict[str, Any]) -> bytes:
    line = json.dumps(fields).encode() + b"\n"
    if len(line) <= _LONGEST:
        return line
    # Escaping makes a text up to six times longer.
    room = (_LONGEST - 500) // 6 // max(1, sum(isinstance(value, str) for value in fields.values()))
    short = {name: value[-room:] if isinstance(value, str) else value for name, value in fields.items()}
    return json.dumps(short).encode() + b"\n"


def flush() -> None:
    """Let go of what Python itself has yet to write."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
