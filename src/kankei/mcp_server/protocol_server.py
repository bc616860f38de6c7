"""The server of the official SDK over the tools; imported late, for the SDK takes seconds to load."""

import json
from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError

from kankei import __version__
from kankei.errors import KankeiError
from kankei.mcp_server.tools import NOTICE, TOOLS, Tools

MAX_BODY = 1 << 20
_READ_ONLY = types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


def protocol_server(tools: Tools) -> Server[Any]:
    """The server of the protocol over some tools."""
    resources = tools.resources()

    async def list_tools(_context: Any, _params: Any) -> types.ListToolsResult:
        listed = [
            types.Tool(
                name=tool.name,
                description=tool.description,
                input_schema=tool.schema,
                annotations=_READ_ONLY,
            )
            for tool in TOOLS
        ]
        return types.ListToolsResult(tools=listed)

    async def call_tool(_context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            content = await tools.call(params.name, params.arguments or {})
        except KankeiError as error:
            offered = f"; there are: {', '.join(error.offered)}" if error.offered else ""
            return types.CallToolResult(
                content=[types.TextContent(type="text", text=f"{error.title}: {error}{offered}")],
                is_error=True,
            )
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)], structured_content=content
        )

    async def list_resources(_context: Any, _params: Any) -> types.ListResourcesResult:
        listed = [
            types.Resource(name=title, uri=uri, mime_type=media_type)
            for uri, (title, media_type, _) in resources.items()
        ]
        return types.ListResourcesResult(resources=listed)

    async def read_resource(
        _context: Any, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        if str(params.uri) not in resources:
            raise MCPError(types.INVALID_PARAMS, "there is no such resource")
        _, media_type, read = resources[str(params.uri)]
        contents = types.TextResourceContents(uri=str(params.uri), mime_type=media_type, text=read())
        return types.ReadResourceResult(contents=[contents])

    return Server(
        "kankei",
        version=__version__,
        title="関係 kankei",
        instructions=f"Japanese government support programmes as linked data. {NOTICE}",
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
    )


async def serve_stdio(tools: Tools) -> None:
    """Serve one client on standard input and output, until it closes them."""
    server = protocol_server(tools)
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def http_manager(tools: Tools) -> StreamableHTTPSessionManager:
    """The transport over streamable HTTP: without sessions, each response one JSON document."""
    return StreamableHTTPSessionManager(
        protocol_server(tools), json_response=True, stateless=True, max_request_body_size=MAX_BODY
    )
