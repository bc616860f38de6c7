"""Messages between the engine's processes: frames of bytes, and the operations and replies in them.

A frame is four bytes of length, then as many bytes.
"""

import json
import marshal
import socket
import struct
from dataclasses import dataclass
from typing import TypeAlias

from kankei.engine.operation import COLUMNS, OXIGRAPH, Form, Operation
from kankei.errors import (
    BadGateway,
    EngineFailed,
    KankeiError,
    MalformedQuery,
    MalformedRequest,
    NotAcceptable,
    OutOfMemory,
    ServiceFailed,
    TooLarge,
    UpdateRefused,
)

READY = b"R"
"""A worker's first message: its store is open."""

NEW_SPOOL = b"S"
"""To a worker: use the descriptor that comes with it, since the pool keeps the file of the last result."""

NOT_FORKED = -1
"""The status of a worker that the zygote could not fork, where others have that by wait(2)."""

_LENGTH = struct.Struct(">I")
_RECEIVE_BYTES = 1 << 18
_ONE_DESCRIPTOR = socket.CMSG_SPACE(struct.calcsize("i"))
_RESULT, _ERROR = b"A", b"E"
_RESULT_HEADER = struct.Struct(">BBQI")
_FORMS = tuple(Form)
_ENGINES = (OXIGRAPH, COLUMNS)
_ERRORS = {
    kind.__name__: kind
    for kind in (
        BadGateway,
        EngineFailed,
        MalformedQuery,
        MalformedRequest,
        NotAcceptable,
        OutOfMemory,
        ServiceFailed,
        TooLarge,
        UpdateRefused,
    )
}


def frame(message: bytes) -> bytes:
    """A message with its length before it."""
    return _LENGTH.pack(len(message)) + message


class FrameParser:
    """Splits a stream of bytes into messages."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are whole once `data` has arrived."""
        stream = self._buffer + data if self._buffer else data
        messages, start = [], 0
        while (body := start + _LENGTH.size) <= len(stream):
            end = body + _LENGTH.unpack_from(stream, start)[0]
            if end > len(stream):
                break
            messages.append(stream[body:end])
            start = end
        self._buffer = stream[start:]
        return messages


class Channel:
    """Sends and receives messages over a blocking Unix socket, a descriptor with some of them."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._parser = FrameParser()
        self._received: list[bytes] = []
        self._descriptors: list[int] = []

    def receive(self) -> bytes | None:
        """The next message, or none once the peer has closed the connection."""
        while not self._received:
            data, ancillary, _, _ = self._socket.recvmsg(_RECEIVE_BYTES, _ONE_DESCRIPTOR)
            if not data:
                return None
            for _, _, packed in ancillary:
                self._descriptors += struct.unpack("i", packed)
            self._received = self._parser.feed(data)
        return self._received.pop(0)

    def take_descriptor(self) -> int:
        """The descriptor that came with the last message."""
        return self._descriptors.pop(0)

    def send(self, message: bytes) -> None:
        """Send one message whole."""
        self._socket.sendall(frame(message))


@dataclass(frozen=True)
class WorkerResult:
    """A whole result: of `spooled` bytes in the worker's spool, or else in `body`."""

    form: Form
    spooled: int
    body: bytes
    engine: str = OXIGRAPH
    fault: str = ""
    """The failure of columns for which Oxigraph has answered instead: its kind, a colon, and more."""


Reply: TypeAlias = WorkerResult | KankeiError


def pack_operation(operation: Operation, timeout: float) -> bytes:
    """An operation as a worker reads it, with the seconds it may take."""
    media_types = {form.name: media_type for form, media_type in operation.media_types.items()}
    graphs = operation.default_graphs, operation.named_graphs
    # A worker is the same program as the pool and trusts it. Not so the other way round: a worker has read
    # what anybody may send.
    return marshal.dumps(
        (
            *(operation.query, media_types, *graphs, dict(operation.substitutions)),
            *(operation.base, operation.explains, timeout),
        )
    )


def unpack_operation(message: bytes) -> tuple[Operation, float]:
    """The operation, and the seconds it may take."""
    query, media_types, default, named, substitutions, base, explains, timeout = marshal.loads(message)  # noqa: S302
    forms = {Form[name]: media_type for name, media_type in media_types.items()}
    operation = Operation(query, forms, default, named, substitutions, base, explains=explains)
    return operation, timeout


def pack_reply(reply: Reply) -> bytes:
    """A result or an error as the pool reads it."""
    if isinstance(reply, WorkerResult):
        numbers = _FORMS.index(reply.form), _ENGINES.index(reply.engine)
        fault = reply.fault.encode("utf-8", "replace")
        return _RESULT + _RESULT_HEADER.pack(*numbers, reply.spooled, len(fault)) + fault + reply.body
    kind = type(reply).__name__
    fields = {
        "kind": kind if kind in _ERRORS else EngineFailed.__name__,
        "message": reply.message,
        "subject": reply.subject,
        "offered": reply.offered,
    }
    return _ERROR + json.dumps(fields).encode()


def unpack_reply(message: bytes) -> Reply:
    """The result or error of a worker."""
    if message[:1] == _RESULT:
        form, engine, spooled, size = _RESULT_HEADER.unpack_from(message, 1)
        start = 1 + _RESULT_HEADER.size
        body, fault = message[start + size :], message[start : start + size].decode()
        return WorkerResult(_FORMS[form], spooled, body, _ENGINES[engine], fault)
    fields = json.loads(message[1:])
    return _ERRORS[fields["kind"]](fields["message"], fields["subject"], fields["offered"])
