"""The Model Context Protocol at `/mcp`: streamable HTTP without sessions, one JSON document a request."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kankei.errors import Forbidden
from kankei.mcp_server.tools import Tools
from kankei.web.http.headers import request_header
from kankei.web.openapi import Json, Operation
from kankei.web.resources.search_results import search_index
from kankei.web.responses.single_flight import cancel_on_disconnect
from kankei.web.site import Handler, Page, Site
from kankei.web.sparql.protocol import read_body

PATH = "/mcp"
JSON = "application/json"
_LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))


@dataclass
class McpEndpoint:
    """The endpoint of a site; it loads the SDK with the first request."""

    site: Site
    manager: Any = None
    """The transport of the SDK, once it is loaded."""
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    running: asyncio.Task[None] | None = None

    async def respond(self, request: Request) -> ASGIApp:
        """The response to one message."""
        if (origin := request_header(request, "origin")) and not self._takes(origin):
            raise Forbidden(f"messages are not taken from pages of {origin}", PATH)
        search_index(self.site)
        self.site.charge(request)
        body = await read_body(request)
        manager = await self._manager()

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            # The SDK waits for the end of a call whose client is gone.
            work = manager.handle_request(scope, _whole(body), send)
            await cancel_on_disconnect(receive, work)

        return answer

    def _takes(self, origin: str) -> bool:
        """Whether pages of an origin may send messages: those of this site, and of their reader's machine.

        A name that a page's server points at this one (DNS rebinding) is not among them, whatever `Host` says
        (MCP, Streamable HTTP, security warning).
        """
        try:
            own, other = urlsplit(self.site.public_url), urlsplit(origin)
            return other.hostname in _LOCAL or (own.scheme, own.netloc) == (other.scheme, other.netloc)
        except ValueError:
            return False

    async def _manager(self) -> Any:
        async with self.starting:
            if self.manager is None:
                self.manager = await asyncio.to_thread(_load, tools_of(self.site))
                started = asyncio.Event()
                self.running = asyncio.create_task(_run(self.manager, started))
                await started.wait()
            return self.manager


def tools_of(site: Site) -> Tools:
    """The tools over a site."""
    return Tools(
        site.release,
        site.engine,
        search_index(site),
        site.examples,
        site.state.today,
        site.state.settings.query_bytes,
    )


def _whole(body: bytes) -> Receive:
    """A body that was read, as one message; nothing follows it."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else await asyncio.get_running_loop().create_future()

    return receive


def _load(tools: Tools) -> Any:
    from kankei.mcp_server.protocol_server import http_manager  # noqa: PLC0415 - it takes seconds

    return http_manager(tools)


async def _run(manager: Any, started: asyncio.Event) -> None:
    """Keep the manager's tasks, until the process ends."""
    with suppress(asyncio.CancelledError):
        async with manager.run():
            started.set()
            await asyncio.Event().wait()


def endpoint(site: Site) -> Handler:
    """The handler of a site."""
    return McpEndpoint(site).respond


_MESSAGE: Json = {"type": "object", "required": ["jsonrpc"], "properties": {"jsonrpc": {"const": "2.0"}}}
PAGES = (
    Page(
        PATH,
        endpoint,
        Operation("The Model Context Protocol: only by POST", (), tagged=False),
        Operation(
            "A message of the Model Context Protocol (streamable HTTP)",
            (JSON,),
            (),
            (400, 403, 413, 415, 429),
            tagged=False,
            body={"required": True, "content": {JSON: {"schema": _MESSAGE}}},
        ),
        only_post=True,
        metric="mcp",
    ),
)
"""The row of the page registry."""
