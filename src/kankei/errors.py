"""Error classes, and the table that maps them to HTTP statuses and exit codes."""

from collections.abc import Sequence
from dataclasses import dataclass


class KankeiError(Exception):
    """A failure that a user can act on: a message and its subject.

    `subject` is a file and line, a focus node or an IRI; empty where there is none.
    """

    def __init__(self, message: str, subject: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}" if self.subject else self.message


class MalformedData(KankeiError):
    """A file that does not parse; the subject is ``file:line:column``."""


class InvalidData(KankeiError):
    """A dataset that does not conform to its shapes, or breaks a rule of the dataset itself."""


class MalformedShapes(KankeiError):
    """A shapes graph that cannot be used for validation."""


class UsageError(KankeiError):
    """Wrong usage of a command: an unknown option, a missing file."""


class BrokenRelease(KankeiError):
    """A release whose files do not match its manifest; the subject is the file."""


class BuildFailed(KankeiError):
    """A build that could not write its release: a full disk, another build under way."""


class PortTaken(KankeiError):
    """A server that cannot listen on its address and port."""


class MalformedRequest(KankeiError):
    """A request that breaks its protocol: a missing or repeated parameter, a bad encoding."""


class MalformedQuery(KankeiError):
    """A query that does not parse; the message holds the position."""


class UpdateRefused(KankeiError):
    """A SPARQL update, sent as a form parameter, to an endpoint that only answers queries."""


class UnknownResource(KankeiError):
    """An IRI or path at which nothing is published."""


class _WithAlternatives(KankeiError):
    def __init__(self, message: str, subject: str = "", offered: Sequence[str] = ()) -> None:
        super().__init__(message, subject)
        self.offered = tuple(offered)


class MethodNotAllowed(_WithAlternatives):
    """A request method that the resource does not have; `offered` lists those it has."""


class NotAcceptable(_WithAlternatives):
    """A representation that is not offered; `offered` lists the media types that are."""


class UnsupportedMediaType(KankeiError):
    """A request body of a media type that the resource does not read."""


class PreconditionFailed(KankeiError):
    """A request whose precondition fails: the representation is not the one that the client expects."""


class RangeNotSatisfiable(KankeiError):
    """A ``Range`` of which a file has no byte; `size` is the file's."""

    def __init__(self, message: str, subject: str = "", size: int = 0) -> None:
        super().__init__(message, subject)
        self.size = size


class TooLarge(KankeiError):
    """A request or a result beyond the size that this server allows."""


class TooSlow(KankeiError):
    """A query that was still running at its deadline."""


class OutOfMemory(KankeiError):
    """A query that exceeded the memory limit of one query."""


class _Temporary(KankeiError):
    def __init__(self, message: str, subject: str = "", retry_after: int = 1) -> None:
        super().__init__(message, subject)
        self.retry_after = retry_after


class Overloaded(_Temporary):
    """More queries than this server can hold in its queue; `retry_after` is in seconds."""


class TooManyRequests(_Temporary):
    """A client that has used up its queries for now; `retry_after` is in seconds."""


class AddressTooLong(KankeiError):
    """A request whose target is longer than this server reads."""


class EngineFailed(KankeiError):
    """A query that the engine could not finish for a reason other than its text."""


class ServiceFailed(KankeiError):
    """A query whose SERVICE could not be called, or gave no result."""


@dataclass(frozen=True)
class Outcome:
    """The HTTP status of an error with its short title, and its exit code."""

    status: int
    title: str
    exit_code: int = 1


OUTCOMES: dict[type[KankeiError], Outcome] = {
    KankeiError: Outcome(500, "Internal Server Error"),
    UsageError: Outcome(400, "Bad Request", exit_code=2),
    MalformedShapes: Outcome(500, "Internal Server Error", exit_code=2),
    MalformedRequest: Outcome(400, "Bad Request"),
    MalformedQuery: Outcome(400, "Malformed Query"),
    UpdateRefused: Outcome(400, "Update Refused"),
    UnknownResource: Outcome(404, "Not Found"),
    MethodNotAllowed: Outcome(405, "Method Not Allowed"),
    NotAcceptable: Outcome(406, "Not Acceptable"),
    PreconditionFailed: Outcome(412, "Precondition Failed"),
    TooLarge: Outcome(413, "Content Too Large"),
    AddressTooLong: Outcome(414, "URI Too Long"),
    UnsupportedMediaType: Outcome(415, "Unsupported Media Type"),
    RangeNotSatisfiable: Outcome(416, "Range Not Satisfiable"),
    TooManyRequests: Outcome(429, "Too Many Requests"),
    ServiceFailed: Outcome(502, "Bad Gateway"),
    Overloaded: Outcome(503, "Service Unavailable"),
    TooSlow: Outcome(504, "Query Timed Out"),
    OutOfMemory: Outcome(507, "Query Out of Memory"),
}


def outcome(error: KankeiError) -> Outcome:
    """The outcome of an error: that of the nearest class along its method resolution order."""
    return next(OUTCOMES[kind] for kind in type(error).__mro__ if kind in OUTCOMES)
