"""A client that asks an ASGI application in process, one request at a time."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from starlette.types import ASGIApp, Message

T = TypeVar("T")

INLINE_JSON_LD = 'application/ld+json;profile="https://w3id.org/kankei/ns#context-inline"'
"""JSON-LD for a reader that fetches no context."""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass
class Raw:
    """A response to a request that no client library would send."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Client:
    """Asks an application without a socket; an engine of it that lives in a loop comes with the runner."""

    def __init__(self, app: ASGIApp, runner: asyncio.Runner | None = None) -> None:
        self.app = app
        self._runner = runner

    def request(
        self,
        method: str,
        url: str,
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        """The response to a request; a failure inside the application is its own to tell."""

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://host.example") as client:
                request = client.build_request(method, url, headers=headers, content=content)
                del request.headers["accept"]
                # Named, so that responses can be compared.
                request.headers.setdefault("X-Request-Id", "test")
                if accept is not None:
                    request.headers["accept"] = accept
                return await client.send(request)

        return self._run(send())

    def get(self, url: str, accept: str | None = None, **headers: str) -> httpx.Response:
        """The response to GET; header names are written with underscores."""
        return self.request(
            "GET", url, accept, {name.replace("_", "-"): value for name, value in headers.items()}
        )

    def _run(self, answering: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(answering) if self._runner else asyncio.run(answering)

    def raw(self, path: str, headers: Sequence[tuple[bytes, bytes]] = (), query: bytes = b"") -> Raw:
        """The response to a decoded path as a server would pass it on, however odd."""
        response = Raw()

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                response.status = message["status"]
                response.headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in message["headers"]}
            response.body += message.get("body", b"")

        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query,
            "root_path": "",
            "headers": list(headers),
            "server": ("host.example", 80),
            "client": ("client.example", 1),
        }
        self._run(self.app(scope, receive, send))  # type: ignore[arg-type]
        return response
