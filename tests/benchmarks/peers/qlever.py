"""QLever, with an index of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from data import Data
from peers.peer import Options, Peer, Unavailable, call, free_port, running, wait_until_ready

INDEX_BUILDER = "qlever-index"


@contextmanager
def start(data: Data, folder: Path, options: Options) -> Iterator[Peer]:
    """Index the dump and serve it by the `qlever-server` that an option names; its builder lies beside."""
    if remote := options.address("qlever"):
        yield remote
        return
    if "qlever" not in options.places:
        raise Unavailable("give its qlever-server, or its address, by --qlever")
    program = options.binary("qlever")
    peer = Peer("qlever", free_port(), path="/")
    index = str(folder / "kankei")
    builder = str(program.with_name(INDEX_BUILDER))
    call((builder, "-i", index, "-f", str(data.merged), "-F", "nt"), folder)
    with running((str(program), "-i", index, "-p", str(peer.port), "-m", "4GB"), folder) as process:
        answer = wait_until_ready(peer, process, folder, peer.query("ASK { ?s ?p ?o }"))
        yield replace(peer, pid=process.pid, version=answer.server or "QLever")
