"""kankei itself, serving the release by its own command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from data import Data
from peers.peer import HOST, Options, Peer, free_port, running, wait_until_ready


@contextmanager
def start(data: Data, folder: Path, options: Options) -> Iterator[Peer]:
    """Serve the release; further options of `kankei serve` come from `--serve`."""
    if remote := options.address("kankei"):
        yield replace(remote, pages=True)
        return
    peer = Peer("kankei", free_port(), version=version("kankei"), pages=True)
    # All requests come from one client, which a public server would hold back.
    listen = ("--host", HOST, "--port", str(peer.port), "--rate", "0")
    command = (sys.executable, "-m", "kankei", "serve", str(data.release.parent), *listen, *options.serve)
    with running(command, folder) as process:
        wait_until_ready(peer, process, folder, peer.query("ASK {}"))
        yield replace(peer, pid=process.pid)
