"""Oxigraph's own server, with a store on disk as it ships."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from data import Data
from peers.peer import HOST, Options, Peer, call, free_port, running, wait_until_ready


@contextmanager
def start(data: Data, folder: Path, options: Options) -> Iterator[Peer]:
    """Bulk load the dump and serve it read-only."""
    if remote := options.address("oxigraph"):
        yield remote
        return
    program = str(options.binary("oxigraph", str(options.venv / "bin" / "oxigraph")))
    peer = Peer("oxigraph", free_port(), path="/query")
    location = ("--location", str(folder / "store"))
    call((program, "load", *location, "--file", str(data.merged)), folder)
    command = (program, "serve-read-only", *location, "--bind", f"{HOST}:{peer.port}")
    with running(command, folder) as process:
        answer = wait_until_ready(peer, process, folder, peer.query("ASK { ?s ?p ?o }"))
        yield replace(peer, pid=process.pid, version=answer.server)
