"""What is noted of one request while it is answered, for its line in the log."""

import random
import re
from contextvars import ContextVar
from dataclasses import dataclass, field

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")


@dataclass
class RequestRecord:
    """One request: its name, what it asked of the engine, and the error that it ended in, if any."""

    request_id: str = field(default_factory=lambda: f"{random.getrandbits(64):016x}")
    client: str | None = None
    """The client's address, whole; whoever trusts a proxy in front may put in what the proxy says."""
    error: str = ""
    cache: str = ""
    """How the answer came about: kept (`hit`), made (`miss`), made for another too (`shared`), not needed."""
    engine_s: float = 0.0


_CURRENT: ContextVar[RequestRecord | None] = ContextVar("record", default=None)


def new_record(request_id: bytes | None, client: str | None) -> RequestRecord:
    """The record of a request; a name given by the client is taken if it is a plain one."""
    if request_id is not None and _REQUEST_ID.fullmatch(request_id):
        return RequestRecord(request_id.decode(), client)
    return RequestRecord(client=client)


def start_record(request_id: bytes | None, client: str | None) -> RequestRecord:
    """The record of a request that is answered from now on, by whatever runs in this context."""
    record = new_record(request_id, client)
    _CURRENT.set(record)
    return record


def current_record() -> RequestRecord | None:
    """The record of the request that is being answered, if any is."""
    return _CURRENT.get()


def note_error(error: Exception) -> None:
    """Note the class of the error that a request ends in."""
    if record := _CURRENT.get():
        record.error = type(error).__name__


def note_cache(word: str) -> None:
    """Note how an answer came about that is worth keeping."""
    if record := _CURRENT.get():
        record.cache = word
