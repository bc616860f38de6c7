"""Refusals: why a request or a connection is ended before the application has answered, and the response."""

import json
from dataclasses import dataclass
from http import HTTPStatus

from kankei.errors import KankeiError, MalformedRequest, RequestTimeout
from kankei.web.sparql.protocol import MAX_ADDRESS

MAX_HEAD = 128 * 1024
"""Bytes of a request's first line and headers together."""
_RETRY_AFTER_S = 5


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused: the reason that is counted and logged, the status, and its detail."""

    reason: str
    status: HTTPStatus
    detail: str

    @property
    def error(self) -> KankeiError:
        """The same as the error that the application, which reads the body of the request, responds to."""
        timed_out = self.status == HTTPStatus.REQUEST_TIMEOUT
        return RequestTimeout(self.detail) if timed_out else MalformedRequest(self.detail)

    @property
    def body(self) -> bytes:
        """The problem details (RFC 9457)."""
        details = {"type": "about:blank", "title": self.status.phrase, "status": self.status}
        return json.dumps({**details, "detail": self.detail}).encode()

    def response(self, lines: bytes, *, head_only: bool) -> bytes:
        """The whole response, with some further header lines."""
        body = self.body
        if self.status == HTTPStatus.SERVICE_UNAVAILABLE:
            lines += b"retry-after: %d\r\n" % _RETRY_AFTER_S
        head = (
            f"HTTP/1.1 {self.status.value} {self.status.phrase}\r\n"
            f"content-type: application/problem+json\r\ncontent-length: {len(body)}\r\n"
        )
        end = b"access-control-allow-origin: *\r\nconnection: close\r\n\r\n"
        return head.encode() + lines + end + (b"" if head_only else body)


FAILED = Refusal("failure", HTTPStatus.INTERNAL_SERVER_ERROR, "the server failed: its log says why")
MALFORMED = Refusal("malformed", HTTPStatus.BAD_REQUEST, "this is no HTTP request")
BAD_ADDRESS = Refusal(
    "malformed",
    HTTPStatus.BAD_REQUEST,
    "the address has a character that an address may not have: write it percent-encoded "
    "(curl -G --data-urlencode 'q=...')",
)
BAD_HOST = Refusal("host", HTTPStatus.BAD_REQUEST, "a request has one field Host, with a host and no more")
BAD_CODING = Refusal("coding", HTTPStatus.BAD_REQUEST, "the transfer coding leaves open where the body ends")
UNKNOWN_CODING = Refusal(
    "coding",
    HTTPStatus.NOT_IMPLEMENTED,
    "a body is sent as it is or with the transfer coding chunked, and no other",
)
BROKEN_BODY = Refusal("body", HTTPStatus.BAD_REQUEST, "the body breaks the transfer coding chunked")
TIMED_OUT = Refusal("timeout", HTTPStatus.REQUEST_TIMEOUT, "the request took too long to arrive")
LONG_ADDRESS = Refusal(
    "address",
    HTTPStatus.REQUEST_URI_TOO_LONG,
    f"an address has at most {MAX_ADDRESS} bytes: send a longer query by POST",
)
LARGE_HEAD = Refusal(
    "head",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    f"a request's headers have at most {MAX_HEAD} bytes",
)
TOO_MANY_CONNECTIONS = Refusal(
    "connections",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "this server has as many connections open as it can hold",
)
TOO_MANY_OF_CLIENT = Refusal(
    "client-connections",
    HTTPStatus.SERVICE_UNAVAILABLE,
    "this address has as many connections open as one may have",
)
UNREAD = Refusal("unread", HTTPStatus.REQUEST_TIMEOUT, "the client did not read its response")
"""Never sent, since the client does not read."""
