"""One remote engine: asks it, checks its answers, and knows whether it holds the release that is served."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote_plus, urlencode

from pyoxigraph import Literal, QueryResultsFormat, QuerySolutions, parse_query_results

from kankei import __version__
from kankei.engine.limits import MIB
from kankei.engine.operation import Form
from kankei.engine.remote.graph_names import GraphNames
from kankei.engine.remote.http_client import Address, Connection, HttpClient, Response
from kankei.engine.remote.query_files import query_text
from kankei.engine.remote.query_text import RemoteQuery
from kankei.engine.remote.remote_errors import BadAnswer, OtherRelease, Unreachable
from kankei.engine.remote.result_check import ACCEPTED, REQUESTED
from kankei.errors import TooSlow

_SPARE_S = 1.0
"""Seconds that an engine is given beyond our deadline: what it cuts at its own must come too late."""
_PROOF_BYTES = MIB
_EXCERPT = 1000
_TIMED_OUT = re.compile(rb"S1T00|timed out|timeout", re.IGNORECASE)
_UNAVAILABLE = (429, 503)
_TIMEOUTS = (408, 504)
_PARTIAL = 206


@dataclass(frozen=True)
class ServiceKind:
    """A make of service: by what its answers are known, and how it takes a timeout."""

    name: str
    header: str
    """The name of a field of its answers."""
    pattern: str
    """What the value of that field begins with, in lower case."""
    timeout: Callable[[float], str]
    """The value of the parameter ``timeout`` for some seconds."""


KINDS = (
    ServiceKind("Virtuoso", "server", "virtuoso", lambda seconds: f"{seconds * 1000:.0f}"),
    ServiceKind("Fuseki", "fuseki-request-id", "", lambda seconds: f"{seconds:.3f}"),
)


class Replica:
    """A remote engine at one address, which holds the graphs of a release or does not."""

    def __init__(self, number: int, address: Address, names: GraphNames) -> None:
        self.number = number
        """Its place among the engines, from 1."""
        self.address = address
        self.names = names
        self.failure = "it was not asked yet"
        """Why it is not asked; empty while it is."""
        self.kind: ServiceKind | None = None
        self._client = HttpClient(address)
        self._head = (
            f"POST {address.path} HTTP/1.1\r\nHost: {address.authority}\r\n"
            f"User-Agent: kankei/{__version__}\r\nAccept-Encoding: identity\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
        )
        self._proof = RemoteQuery(query_text("state", release=[names.prefix]), (names.state,))

    @property
    def is_up(self) -> bool:
        """Whether it holds the release and answers."""
        return not self.failure

    async def ask(self, query: RemoteQuery, form: Form, limit: int, deadline: float) -> Response:
        """The successful answer to a query, of so many bytes at most, before a time of the loop's clock.

        Raises `Unreachable`, `OtherRelease`, `BadAnswer`, `TooLarge` or `TooSlow`.
        """
        request = self._request(query, form, deadline)

        async def check(connection: Connection) -> None:
            # A service that was started anew may have lost what it held; it cannot keep its connections.
            await self._prove(connection, deadline)

        return self._checked(await self._client.ask(request, limit, deadline, check), form)

    async def prove(self, deadline: float) -> None:
        """Raise `OtherRelease` or another error unless it says now that it holds the release."""
        request = self._request(self._proof, Form.SOLUTIONS, deadline)
        self._read_proof(await self._client.ask(request, _PROOF_BYTES, deadline))

    async def count(self, deadline: float) -> None:
        """Raise `OtherRelease` or another error unless each graph of the release has its statements."""
        merged = await self._number(RemoteQuery(query_text("count"), (self.names.merged,)), deadline)
        written = await self._number(
            RemoteQuery(query_text("written", release=[self.names.prefix]), (self.names.state,)), deadline
        )
        if merged != written:
            raise OtherRelease(f"the engine has {merged} statements where {written} were written")
        for own, name in self.names.all_named.items():
            count = await self._number(RemoteQuery(query_text("count"), (name,)), deadline)
            if count != self.names.counts[own]:
                message = f"the engine has {count} statements of {own}, the release {self.names.counts[own]}"
                raise OtherRelease(message)

    def take_out(self, error: Exception) -> None:
        """Ask it no more, until it has proved that it answers."""
        self.failure = getattr(error, "message", "") or str(error) or type(error).__name__
        self._client.close_idle()

    def take_in(self) -> None:
        """Ask it from now on."""
        self.failure = ""

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    async def _prove(self, connection: Connection, deadline: float) -> None:
        request = self._request(self._proof, Form.SOLUTIONS, deadline)
        self._read_proof(await connection.ask(request, _PROOF_BYTES, deadline))

    def _read_proof(self, response: Response) -> None:
        response = self._checked(response, Form.SOLUTIONS)
        if _values(response.body) != [self.names.digest]:
            raise OtherRelease("the engine does not hold the release that is served")

    async def _number(self, query: RemoteQuery, deadline: float) -> int:
        request = self._request(query, Form.SOLUTIONS, deadline)
        response = self._checked(await self._client.ask(request, _PROOF_BYTES, deadline), Form.SOLUTIONS)
        values = _values(response.body)
        if len(values) != 1 or not values[0].isdecimal():
            raise OtherRelease("the engine does not hold the release that is served")
        return int(values[0])

    def _request(self, query: RemoteQuery, form: Form, deadline: float) -> bytes:
        timeout = ""
        if self.kind:
            seconds = max(deadline - asyncio.get_running_loop().time(), 0) + _SPARE_S
            timeout = f"&timeout={self.kind.timeout(seconds)}"
        dataset = _dataset(query.default_graphs, query.named_graphs)
        body = f"query={quote_plus(query.text)}{dataset}{timeout}".encode()
        accept = REQUESTED[form]
        return f"{self._head}Accept: {accept}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    def _checked(self, response: Response, form: Form) -> Response:
        """The response, if it may hold a whole result; what is in it is checked by its reader."""
        status, headers = response.status, response.headers
        if self.kind is None:
            self.kind = _kind_of(headers)
        if status == 200:
            _check_whole(headers)
            if response.media_type not in ACCEPTED[form]:
                raise BadAnswer(f"the engine answers with {response.media_type or 'an unknown format'}")
            return response
        excerpt = response.body[:_EXCERPT]
        if status in _TIMEOUTS or (status >= 500 and _TIMED_OUT.search(excerpt)):
            raise TooSlow("the engine did not answer in time")
        if status in _UNAVAILABLE:
            raise Unreachable(f"the engine is not available: it answers with status {status}")
        if status == _PARTIAL:
            raise BadAnswer("the engine answers with a part of the result")
        raise BadAnswer(f"the engine answers with status {status}")


@lru_cache(256)
def _dataset(default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    """The parameters of a dataset (SPARQL 1.1 Protocol, section 2.1.4)."""
    default = (("default-graph-uri", graph) for graph in default_graphs)
    named = (("named-graph-uri", graph) for graph in named_graphs)
    return f"&{urlencode([*default, *named])}"


def _check_whole(headers: Mapping[str, str]) -> None:
    """Raise where Virtuoso says in the head of a successful answer that it is not whole."""
    state = headers.get("x-sql-state")
    if state == "S1TAT":
        raise TooSlow("the engine did not answer in time")
    if state or "x-sql-message" in headers:
        raise BadAnswer("the engine answers with a part of the result")
    if "x-sparql-maxrows" in headers:
        raise BadAnswer(f"the engine cut the result at its own limit of {headers['x-sparql-maxrows']} rows")


def _kind_of(headers: Mapping[str, str]) -> ServiceKind | None:
    for kind in KINDS:
        if headers.get(kind.header, "\0").lower().startswith(kind.pattern) and kind.header in headers:
            return kind
    return None


def _values(body: bytes) -> list[str]:
    """The values of the only column of some solutions."""
    try:
        results = parse_query_results(body, QueryResultsFormat.JSON)
        if not isinstance(results, QuerySolutions) or len(results.variables) != 1:
            raise BadAnswer("the engine's answer is no whole result")
        terms = [row[0] for row in results]
    except SyntaxError as error:
        raise BadAnswer("the engine's answer is no whole result") from error
    return [term.value for term in terms if isinstance(term, Literal)]
