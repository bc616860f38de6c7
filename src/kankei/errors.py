"""The error classes, and the one table that maps them to HTTP statuses and exit codes."""

from collections.abc import Sequence
from dataclasses import dataclass


class KankeiError(Exception):
    """A failure that a user can act on: a sentence, and what it is about.

    `subject` names the file and line, the focus node or the IRI; empty where there is none.
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
    """A dataset that its shapes graph refuses, or that breaks a rule of the dataset itself."""


class MalformedShapes(KankeiError):
    """A shapes graph that nobody could validate with."""


class UsageError(KankeiError):
    """A command that was called wrongly: an unknown option, a file that is not there."""


class BrokenRelease(KankeiError):
    """A release whose files do not match its manifest; the subject is the file."""


class BuildFailed(KankeiError):
    """A build that could not write its release: a full disk, another build under way."""


class PortTaken(KankeiError):
    """A server that cannot listen where it was told to."""


class MalformedRequest(KankeiError):
    """A request that breaks its protocol: a missing or repeated parameter, a bad encoding."""


class MalformedQuery(KankeiError):
    """A query that does not parse; the message holds the position."""


class UpdateRefused(KankeiError):
    """A SPARQL update, sent as a form parameter, to an endpoint that only answers queries."""


class UnknownResource(KankeiError):
    """An IRI or path that nothing is published at."""


class MethodNotAllowed(KankeiError):
    """A request method that the resource does not have; `offered` lists those it has."""

    def __init__(self, message: str, subject: str = "", offered: Sequence[str] = ()) -> None:
        super().__init__(message, subject)
        self.offered = tuple(offered)


class NotAcceptable(KankeiError):
    """A representation that is not offered; `offered` lists the media types that are."""

    def __init__(self, message: str, subject: str = "", offered: Sequence[str] = ()) -> None:
        super().__init__(message, subject)
        self.offered = tuple(offered)


class UnsupportedMediaType(KankeiError):
    """A request body of a media type that the resource does not read."""


class PreconditionFailed(KankeiError):
    """A request for a representation that is no longer, or never was, what the client takes it for."""


class TooLarge(KankeiError):
    """A request or a result beyond the size that this server allows."""


class TooSlow(KankeiError):
    """A query that was still running at its deadline."""


class OutOfMemory(KankeiError):
    """A query that wanted more memory than one query may have."""


class Overloaded(KankeiError):
    """More queries than this server can hold in its queue; `retry_after` is in seconds."""

    def __init__(self, message: str, subject: str = "", retry_after: int = 1) -> None:
        super().__init__(message, subject)
        self.retry_after = retry_after


class TooManyRequests(KankeiError):
    """A client that has used up its queries for now; `retry_after` is in seconds."""

    def __init__(self, message: str, subject: str = "", retry_after: int = 1) -> None:
        super().__init__(message, subject)
        self.retry_after = retry_after


class AddressTooLong(KankeiError):
    """A request whose target is longer than this server reads."""


class EngineFailed(KankeiError):
    """A query that the engine could not finish, through no fault of its text."""


@dataclass(frozen=True)
class Outcome:
    """How an error is told: the HTTP status with its short title, and the exit code."""

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
    TooManyRequests: Outcome(429, "Too Many Requests"),
    Overloaded: Outcome(503, "Service Unavailable"),
    TooSlow: Outcome(504, "Query Timed Out"),
    OutOfMemory: Outcome(507, "Query Out of Memory"),
}


def outcome(error: KankeiError) -> Outcome:
    """The outcome of an error: that of the nearest class along its method resolution order."""
    return next(OUTCOMES[kind] for kind in type(error).__mro__ if kind in OUTCOMES)
