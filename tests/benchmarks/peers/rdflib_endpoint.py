"""rdflib-endpoint, in a virtual environment of its own, over rdflib's memory and over an Oxigraph store."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from data import Data
from peers.peer import HOST, Options, Peer, Unavailable, call, free_port, running, wait_until_ready

PACKAGES = ("rdflib-endpoint", "oxrdflib", "uvicorn[standard]", "oxigraph")
VERSION = "import importlib.metadata as m; print(m.version('rdflib-endpoint'))"
SERVER = """
import sys
import uvicorn
from rdflib import Graph
from rdflib_endpoint import SparqlEndpoint

store, dump, host, port = sys.argv[1:]
graph = Graph(store=store)
graph.parse(dump, format="ox-nt" if store == "Oxigraph" else "nt")
uvicorn.run(SparqlEndpoint(graph=graph), host=host, port=int(port), log_level="warning", access_log=False)
"""


def install(venv: Path) -> None:
    """Make the virtual environment, by uv; the oxigraph package in it carries Oxigraph's own server."""
    uv = (sys.executable, "-m", "uv")
    call((*uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(venv)), Path.cwd())
    call((*uv, "pip", "install", "--quiet", "--python", str(venv / "bin" / "python"), *PACKAGES), Path.cwd())


def start_memory(data: Data, folder: Path, options: Options) -> AbstractContextManager[Peer]:
    """With rdflib's own store and engine."""
    return _start("rdflib-memory", "default", data, folder, options)


def start_oxigraph(data: Data, folder: Path, options: Options) -> AbstractContextManager[Peer]:
    """With an Oxigraph store in memory, which answers the queries."""
    return _start("rdflib-oxigraph", "Oxigraph", data, folder, options)


@contextmanager
def _start(name: str, store: str, data: Data, folder: Path, options: Options) -> Iterator[Peer]:
    python = options.venv / "bin" / "python"
    if not python.exists():
        raise Unavailable("it is not installed; --install-peers makes a virtual environment with it")
    peer = Peer(name, free_port(), path="/", version=call((str(python), "-c", VERSION), folder).strip())
    (folder / "server.py").write_text(SERVER)
    command = (str(python), "server.py", store, str(data.merged), HOST, str(peer.port))
    with running(command, folder) as process:
        wait_until_ready(peer, process, folder, peer.query("ASK { ?s ?p ?o }"))
        yield replace(peer, pid=process.pid)
