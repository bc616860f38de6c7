"""ASGI `send` of one request: completes the response's headers and records what was sent."""

from collections.abc import Callable

from starlette.types import Message, Scope, Send

from kankei.web.http.headers import (
    FINISHED_HEAD,
    REQUEST_ID,
    added_headers,
    header_lines,
    raw_headers,
    with_common_headers,
)

_CLOSE = (b"connection", b"close")


class ResponseSender:
    """Sends the response to a request with the headers that every response has, without a body for HEAD.

    A start message with a `FINISHED_HEAD` has the common headers already; others are appended to it.
    """

    def __init__(self, scope: Scope, send: Send, request_id: bytes, draining: Callable[[], bool]) -> None:
        self._scope = scope
        self._send = send
        self._request_id = request_id
        self._draining = draining
        self._is_head = scope["method"] == "HEAD"
        self.status = 0
        """The response's status, 0 before it has started."""
        self.body_bytes = 0
        self.finished = False
        """Whether the whole response was sent."""

    async def __call__(self, message: Message) -> None:
        """Send one message of the application."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            await self._send(self._with_headers(message))
            return
        if self._is_head:
            message = {**message, "body": b""}
        await self._send(message)
        self.body_bytes += len(message.get("body", b""))
        self.finished = not message.get("more_body", False)

    def _with_headers(self, message: Message) -> Message:
        added = [*raw_headers(added_headers(self._scope)), (REQUEST_ID, self._request_id)]
        if self._draining():
            added.append(_CLOSE)  # the client's next connection is another process's
        if FINISHED_HEAD not in message:
            return {**message, "headers": [*with_common_headers(message["headers"]), *added]}
        head = message[FINISHED_HEAD] + header_lines(added)
        return {**message, "headers": [*message["headers"], *added], FINISHED_HEAD: head}
