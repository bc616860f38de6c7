"""The record of the current request, for metrics and its line of the log."""

import random
import re
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field

REQUEST_ID = b"x-request-id"
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


@dataclass
class RequestRecord:
    """One request: its id, client and cache result, its time in the engine, and the error it ended in."""

    request_id: str = field(default_factory=lambda: f"{random.getrandbits(64):016x}")
    client: str | None = None
    """The client's full address, by the word of a trusted proxy where there is one."""
    error: str = ""
    cache: str = ""
    """``hit``, ``miss``, ``shared`` with a request in flight, or ``not-modified``."""
    engine_s: float = 0.0


@dataclass(frozen=True)
class RefusedRequest:
    """A request that was refused before the application answered it, or a connection that was cut off."""

    reason: str
    status: int
    """0 where nothing was sent."""
    address: str | None
    method: str | None = None
    path: str | None = None
    headers: Sequence[tuple[bytes, bytes]] = ()
    body_bytes: int = 0
    logged: bool = True
    """Whether it gets a line of the log, since it has none as a request of the application."""


CURRENT_RECORD: ContextVar[RequestRecord | None] = ContextVar("record", default=None)


def new_record(headers: Iterable[tuple[bytes, bytes]], client: str | None) -> RequestRecord:
    """The record of a request; the client's own request id is used if it is a plain token."""
    for name, value in headers:
        if name == REQUEST_ID:
            if _REQUEST_ID.fullmatch(value):
                return RequestRecord(value.decode(), client)
            break
    return RequestRecord(client=client)


def note_error(error: Exception) -> None:
    """Record the class of the error that the request ends in."""
    if record := CURRENT_RECORD.get():
        record.error = type(error).__name__


def note_cache(result: str) -> None:
    """Record the cache result of the request."""
    if record := CURRENT_RECORD.get():
        record.cache = result
