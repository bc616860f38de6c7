"""The parts of uvicorn that this server builds on exist, are all listed, and are imported in one module."""

import ast
import asyncio
import inspect
from pathlib import Path

import pytest
import uvicorn

from kankei.server import http_protocol, http_worker, limited_protocol, request_cycle, uvicorn_parts
from kankei.server.http_protocol import HttpProtocol
from kankei.server.limited_protocol import LimitedProtocol
from kankei.server.request_cycle import RequestCycle
from kankei.server.uvicorn_parts import (
    CYCLE_PARAMETERS,
    CYCLE_PARTS,
    FLOW_PARTS,
    PROTOCOL_PARTS,
    SERVER_PARTS,
    STATE_PARTS,
    HttpToolsProtocol,
    RequestResponseCycle,
    ServerState,
)
from support.connections import GET, app, tell

SOURCE = Path(uvicorn_parts.__file__).parents[1]


def lacks(thing: object, names: tuple[str, ...]) -> str:
    """A sentence about what a thing lacks, nothing if it has all."""
    missing = ", ".join(name for name in names if not hasattr(thing, name))
    return f"uvicorn {uvicorn.__version__}: {type(thing).__name__} has no {missing}" if missing else ""


def test_this_uvicorn_has_the_parts_that_are_used() -> None:
    config = uvicorn.Config(app, log_config=None, ws="none", lifespan="off")
    connections: list[HttpToolsProtocol] = []

    async def run() -> None:
        state = ServerState()

        def connect() -> HttpToolsProtocol:
            connections.append(HttpToolsProtocol(config, state, {}))
            return connections[-1]

        loop = asyncio.get_running_loop()
        server = await loop.create_server(connect, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        await tell(writer, GET)
        await reader.readuntil(b"xx")
        (protocol,) = connections
        for thing, names in (
            (protocol, PROTOCOL_PARTS),
            (protocol.cycle, CYCLE_PARTS),
            (protocol.flow, FLOW_PARTS),
            (state, STATE_PARTS),
            (uvicorn.Server(config), tuple(name for name in SERVER_PARTS if name != "servers")),
        ):
            assert not lacks(thing, names), lacks(thing, names)
        writer.close()
        server.close()
        await asyncio.gather(*state.tasks)

    asyncio.run(run())


def test_this_uvicorn_makes_a_cycle_of_what_it_is_given() -> None:
    parameters = tuple(inspect.signature(RequestResponseCycle).parameters)
    assert set(parameters) == set(CYCLE_PARAMETERS), f"uvicorn {uvicorn.__version__}: {parameters}"


@pytest.mark.parametrize(
    ("module", "name", "own", "listed"),
    [
        (limited_protocol, "LimitedProtocol", LimitedProtocol, PROTOCOL_PARTS),
        (http_protocol, "HttpProtocol", HttpProtocol, PROTOCOL_PARTS),
        (request_cycle, "RequestCycle", RequestCycle, CYCLE_PARTS),
        (http_worker, "_Server", http_worker._Server, SERVER_PARTS),
    ],
)
def test_no_part_is_used_that_is_not_listed(
    module: object, name: str, own: type, listed: tuple[str, ...]
) -> None:
    assert inspect.ismodule(module)
    tree = ast.parse(inspect.getsource(module))
    (definition,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    used = {
        node.attr
        for node in ast.walk(definition)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        and isinstance(node.ctx, ast.Load)
    }
    assigned = {
        target.attr
        for node in ast.walk(definition)
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for target in (target.elts if isinstance(target, ast.Tuple) else [target])
        if isinstance(target, ast.Attribute)
    }
    mine = [kind for kind in own.__mro__ if kind.__module__.startswith("kankei")]
    inherited = set(dir(own.__mro__[len(mine)]))
    ours = {
        attribute
        for kind in mine
        for attribute in (*vars(kind), *kind.__annotations__)
        if attribute not in inherited
    }
    assert used - assigned - ours - set(listed) == set(), "these are uvicorn's and not in uvicorn_parts"


def test_other_modules_import_them_from_there() -> None:
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("uvicorn"):
                assert file == Path(uvicorn_parts.__file__), f"{file} imports from {node.module}"
