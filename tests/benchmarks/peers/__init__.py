"""The servers that are measured: one module each, started on free loopback ports in a temporary folder."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from data import Data
from peers import fuseki, kankei, nginx, oxigraph, qlever, rdflib_endpoint, virtuoso
from peers.peer import Options, Peer

Start = Callable[[Data, Path, Options], AbstractContextManager[Peer]]
"""Starts a peer with the data in a folder of its own; raises Unavailable where it is not installed."""

PEERS: Mapping[str, Start] = {
    "kankei": kankei.start,
    "virtuoso": virtuoso.start,
    "rdflib-memory": rdflib_endpoint.start_memory,
    "rdflib-oxigraph": rdflib_endpoint.start_oxigraph,
    "nginx": nginx.start,
    "oxigraph": oxigraph.start,
    "fuseki": fuseki.start,
    "qlever": qlever.start,
}
