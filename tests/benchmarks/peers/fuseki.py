"""Apache Jena Fuseki, with a dataset in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from data import Data
from peers.peer import Options, Peer, Unavailable, free_port, running, wait_until_ready


@contextmanager
def start(data: Data, folder: Path, options: Options) -> Iterator[Peer]:
    """Serve the dump by the `fuseki-server` that an option names."""
    if remote := options.address("fuseki"):
        yield remote
        return
    if "fuseki" not in options.places:
        raise Unavailable("give its fuseki-server, or its address, by --fuseki")
    program = str(options.binary("fuseki"))
    peer = Peer("fuseki", free_port(), path="/kankei/query")
    command = (program, "--localhost", f"--port={peer.port}", f"--file={data.merged}", "/kankei")
    with running(command, folder) as process:
        answer = wait_until_ready(peer, process, folder, peer.query("ASK { ?s ?p ?o }"))
        yield replace(peer, pid=process.pid, version=answer.server)
