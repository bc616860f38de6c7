"""SPARQL services for tests of remote engines: one that answers honestly from a store, and scripted ones."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import TypeAlias
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

from kankei.engine.operation import SPARQL_JSON
from kankei.engine.remote.graph_names import GraphNames

N_TRIPLES = "application/n-triples"


@dataclass(frozen=True)
class Request:
    """A request as a service gets it."""

    method: str
    parameters: dict[str, list[str]]
    """Those of the address and of a form."""
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> str:
        return self.parameters.get("query", [""])[0]


Respond: TypeAlias = Callable[[Request], bytes | Iterator[bytes]]
"""The whole response as it goes over the wire, or its pieces; one that is empty hangs up."""


def http_response(
    body: bytes = b"", media_type: str = SPARQL_JSON, status: str = "200 OK", **headers: str
) -> bytes:
    """A response with its length."""
    fields = {"Content-Type": media_type, "Content-Length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def solutions(**columns: str) -> bytes:
    """One solution, as a service writes it in JSON."""
    row = {name: {"type": "literal", "value": value} for name, value in columns.items()}
    return json.dumps({"head": {"vars": [*columns]}, "results": {"bindings": [row]}}).encode()


@contextmanager
def running(respond: Respond) -> Iterator[str]:
    """A service in threads of this process; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65_537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parameters = parse_qs(urlsplit(self.path).query)
            if self.headers.get("Content-Type") == "application/x-www-form-urlencoded":
                parameters |= parse_qs(body.decode())
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = respond(Request(self.command, parameters, headers, body))
            try:
                for piece in [answer] if isinstance(answer, bytes) else answer:
                    self.close_connection = not piece or b"\r\nConnection: close" in piece
                    self.wfile.write(piece)
            except ConnectionError:
                self.close_connection = True

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            """Clients hang up as they like."""

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/sparql"
        finally:
            server.shutdown()
            thread.join()


@dataclass
class HonestService:
    """A query service and graph store over one store."""

    store: ox.Store = field(default_factory=ox.Store)
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: Request) -> bytes:
        with self.lock:
            return self._query(request) if request.query else self._graph(request)

    def _query(self, request: Request) -> bytes:
        self.asked.append(request.query)
        defaults = [ox.NamedNode(graph) for graph in request.parameters.get("default-graph-uri", ())]
        named = [ox.NamedNode(graph) for graph in request.parameters.get("named-graph-uri", ())]
        has_dataset = bool(defaults or named)
        try:
            results = self.store.query(
                request.query,
                default_graph=defaults if has_dataset else None,  # type: ignore[arg-type]
                named_graphs=named if has_dataset else None,  # type: ignore[arg-type]
            )
        except SyntaxError as error:
            return http_response(str(error).encode(), "text/plain", "400 Bad Request")
        output = BytesIO()
        if isinstance(results, ox.QueryTriples):
            results.serialize(output, ox.RdfFormat.N_TRIPLES)
            return http_response(output.getvalue(), N_TRIPLES)
        results.serialize(output, ox.QueryResultsFormat.JSON)
        return http_response(output.getvalue())

    def _graph(self, request: Request) -> bytes:
        graph = ox.NamedNode(request.parameters["graph"][0])
        if request.method in {"PUT", "DELETE"}:
            self.store.remove_graph(graph)
        if request.method != "DELETE":
            self.store.load(request.body, ox.RdfFormat.N_TRIPLES, to_graph=graph)
        return http_response(status="204 No Content")


@dataclass
class ScriptedService:
    """A service that proves that it holds a release, and answers all other queries by a script."""

    names: GraphNames
    script: Respond
    holds: bool = True
    asked: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> bytes | Iterator[bytes]:
        if "identifier> ?digest" in request.query:
            return http_response(solutions(digest=self.names.digest if self.holds else "another"))
        if "void#triples" in request.query:
            return http_response(solutions(triples="7"))
        if "COUNT(*) AS ?count" in request.query:
            return http_response(solutions(count="7"))
        self.asked.append(request)
        return self.script(request)
