"""What the pool and its workers say to each other, as bytes."""

import json
import marshal
import struct
from dataclasses import dataclass
from typing import TypeAlias

from kankei.engine.operation import Form, Operation
from kankei.errors import (
    EngineFailed,
    KankeiError,
    MalformedQuery,
    MalformedRequest,
    NotAcceptable,
    OutOfMemory,
    TooLarge,
    UpdateRefused,
)

READY = b"R"
"""A worker's first message: its store is open."""

_RESULT, _REFUSAL = b"A", b"E"
_HEAD = struct.Struct(">BQ")
_FORMS = tuple(Form)
_ERRORS = {
    kind.__name__: kind
    for kind in (
        EngineFailed,
        MalformedQuery,
        MalformedRequest,
        NotAcceptable,
        OutOfMemory,
        TooLarge,
        UpdateRefused,
    )
}


@dataclass(frozen=True)
class Result:
    """A whole result: of `spooled` bytes in the worker's spool, or else in `body`."""

    form: Form
    spooled: int
    body: bytes


Reply: TypeAlias = Result | KankeiError


def pack_operation(operation: Operation, timeout: float) -> bytes:
    """An operation as a worker reads it, with the seconds it may take."""
    media_types = {form.name: media_type for form, media_type in operation.media_types.items()}
    graphs = operation.default_graphs, operation.named_graphs
    # A worker is the same program as the pool and believes it. Not so the other way round: a worker has read
    # what anybody may send.
    return marshal.dumps(
        (operation.query, media_types, *graphs, dict(operation.substitutions), operation.base, timeout)
    )


def unpack_operation(message: bytes) -> tuple[Operation, float]:
    """The operation, and the seconds it may take."""
    query, media_types, default_graphs, named_graphs, substitutions, base, timeout = marshal.loads(message)  # noqa: S302
    forms = {Form[name]: media_type for name, media_type in media_types.items()}
    return Operation(query, forms, default_graphs, named_graphs, substitutions, base), timeout


def pack_reply(reply: Reply) -> bytes:
    """A result or a refusal as the pool reads it."""
    if isinstance(reply, Result):
        return _RESULT + _HEAD.pack(_FORMS.index(reply.form), reply.spooled) + reply.body
    known = type(reply).__name__ in _ERRORS
    fields = {
        "kind": type(reply).__name__ if known else EngineFailed.__name__,
        "message": reply.message,
        "subject": reply.subject,
        "offered": reply.offered if isinstance(reply, NotAcceptable) else (),
    }
    return _REFUSAL + json.dumps(fields).encode()


def unpack_reply(message: bytes) -> Reply:
    """The result or refusal of a worker."""
    if message[:1] == _RESULT:
        form, spooled = _HEAD.unpack_from(message, 1)
        return Result(_FORMS[form], spooled, message[1 + _HEAD.size :])
    fields = json.loads(message[1:])
    kind = _ERRORS[fields["kind"]]
    if kind is NotAcceptable:
        return NotAcceptable(fields["message"], fields["subject"], fields["offered"])
    return kind(fields["message"], fields["subject"])
