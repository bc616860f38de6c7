"""Error classes, with the HTTP status and the exit code of each."""

from collections.abc import Sequence
from typing import ClassVar

ERRORS: "list[type[KankeiError]]" = []
"""The classes with a status of their own, in the order of this module; the others have that of their base."""


class KankeiError(Exception):
    """A failure that a user can act on: a message and its subject.

    `subject` is a file and line, a focus node or an IRI, `offered` what the client may ask for instead; each
    is empty where there is none. `status` and its `title` are those of an HTTP response, `exit_code` that of
    a command.
    """

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal Server Error"
    exit_code: ClassVar[int] = 1

    def __init_subclass__(cls, **outcome: int | str) -> None:
        for name, value in outcome.items():
            setattr(cls, name, value)
        if outcome:
            ERRORS.append(cls)

    def __init__(
        self, message: str, subject: str = "", offered: Sequence[str] = (), *, retry_after: int = 1
    ) -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.offered = tuple(offered)
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}" if self.subject else self.message


class MalformedData(KankeiError):
    """A file that does not parse; the subject is ``file:line:column``."""


class InvalidData(KankeiError):
    """A dataset that does not conform to its shapes, or breaks a rule of the dataset itself."""


class UsageError(KankeiError, status=400, title="Bad Request", exit_code=2):
    """Wrong usage of a command: an unknown option, a missing file."""


class MalformedShapes(KankeiError, status=500, title="Internal Server Error", exit_code=2):
    """A shapes graph that cannot be used for validation."""


class BrokenRelease(KankeiError):
    """A release whose files do not match its manifest; the subject is the file."""


class BuildFailed(KankeiError):
    """A build that could not write its release: a full disk, another build under way."""


class PushFailed(KankeiError):
    """A release that could not be written to a remote engine; the subject is the engine's address."""


class PortTaken(KankeiError):
    """A server that cannot listen on its address and port."""


class MalformedRequest(KankeiError, status=400, title="Bad Request"):
    """A request that breaks its protocol: a missing or repeated parameter, a bad encoding."""


class RequestTimeout(KankeiError, status=408, title="Request Timeout"):
    """A request whose body took too long to arrive."""


class MalformedQuery(KankeiError, status=400, title="Malformed Query"):
    """A query that does not parse; the message holds the position."""


class UpdateRefused(KankeiError, status=400, title="Update Refused"):
    """A SPARQL update, sent as a form parameter, to an endpoint that only answers queries."""


class Forbidden(KankeiError, status=403, title="Forbidden"):
    """A request that a page of another site has a browser send, to what takes none of these."""


class UnknownResource(KankeiError, status=404, title="Not Found"):
    """An IRI or path at which nothing is published."""


class Gone(KankeiError, status=410, title="Gone"):
    """A thing or a release that is published no more; `offered` holds addresses that lead on."""


class MethodNotAllowed(KankeiError, status=405, title="Method Not Allowed"):
    """A request method that the resource does not have; `offered` lists those it has."""


class NotAcceptable(KankeiError, status=406, title="Not Acceptable"):
    """A representation that is not offered; `offered` lists the media types that are."""


class PreconditionFailed(KankeiError, status=412, title="Precondition Failed"):
    """A request whose precondition fails: the representation is not the one that the client expects."""


class TooLarge(KankeiError, status=413, title="Content Too Large"):
    """A request or a result beyond the size that this server allows."""


class AddressTooLong(KankeiError, status=414, title="URI Too Long"):
    """A request whose target is longer than this server reads."""


class UnsupportedMediaType(KankeiError, status=415, title="Unsupported Media Type"):
    """A request body of a media type that the resource does not read."""


class RangeNotSatisfiable(KankeiError, status=416, title="Range Not Satisfiable"):
    """A ``Range`` of which a file has no byte; `size` is the file's."""

    def __init__(self, message: str, subject: str = "", size: int = 0) -> None:
        super().__init__(message, subject)
        self.size = size


class TooManyRequests(KankeiError, status=429, title="Too Many Requests"):
    """A client that has used up its queries for now; `retry_after` is in seconds."""


class Overloaded(KankeiError, status=503, title="Service Unavailable"):
    """More queries than this server can hold in its queue; `retry_after` is in seconds."""


class TooSlow(KankeiError, status=504, title="Query Timed Out"):
    """A query that was still running at its deadline."""


class OutOfMemory(KankeiError, status=507, title="Query Out of Memory"):
    """A query that exceeded the memory limit of one query."""


class EngineFailed(KankeiError):
    """A query that the engine could not finish for a reason other than its text."""


class EngineUnavailable(EngineFailed, status=503, title="Service Unavailable"):
    """A query that no process answers until others have started; `retry_after` is in seconds."""


class BadGateway(EngineFailed, status=502, title="Bad Gateway"):
    """A query to which a remote engine gave no whole result."""


class ServiceFailed(KankeiError, status=502, title="Bad Gateway"):
    """A query whose SERVICE could not be called, or gave no result."""
