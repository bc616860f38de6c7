"""Client of a SPARQL 1.1 Graph Store and of its query service, for what writes a release there.

It waits for each response, and is used by a command and not by a server.
"""

import ssl
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping, Sequence
from http.client import HTTPException, HTTPResponse
from typing import cast
from urllib.parse import quote, urlencode
from urllib.request import Request

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results

from kankei import __version__
from kankei.engine.limits import MIB
from kankei.engine.operation import SPARQL_JSON
from kankei.engine.remote.query_text import RemoteQuery
from kankei.engine.remote.result_check import with_named_booleans
from kankei.errors import PushFailed

_ANSWER_BYTES = 256 * MIB
_EXCERPT = 200
_TIMEOUT_S = 600.0
"""Seconds without a sign of the service."""
_HINTS = {
    401: "name a user with --user",
    403: "the user, or anybody, must be allowed to write here",
    404: "name the graph store's address with --graph-store",
    405: "name the graph store's address with --graph-store",
    413: "send smaller parts with --part-bytes",
    415: "the service does not take Turtle",
    507: "the service has no room",
}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow none."""


class _Basic(urllib.request.HTTPBasicAuthHandler):
    """Basic authentication, which goes with each request once it was asked for."""

    header = ""

    def retry_http_basic_auth(self, host: str, req: Request, realm: str) -> "HTTPResponse | None":
        """Answer a challenge."""
        user, password = self.passwd.find_user_password(realm, host)
        if password is not None:
            self.header = "Basic " + b64encode(f"{user}:{password}".encode()).decode()
        return cast("HTTPResponse | None", super().retry_http_basic_auth(host, req, realm))

    def http_request(self, req: Request) -> Request:
        """Send the header before it is asked for: a service may refuse a body that it does not read."""
        if self.header:
            req.add_unredirected_header("Authorization", self.header)
        return req

    https_request = http_request


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Digest authentication, likewise."""

    challenge: Mapping[str, str] | None = None

    def retry_http_digest_auth(self, req: Request, auth: str) -> "HTTPResponse | None":
        """Answer a challenge."""
        fields = urllib.request.parse_http_list(auth.partition(" ")[2])
        self.challenge = urllib.request.parse_keqv_list([field for field in fields if field])
        return cast("HTTPResponse | None", super().retry_http_digest_auth(req, auth))

    def http_request(self, req: Request) -> Request:
        """Send the header before it is asked for."""
        header = self.challenge and self.get_authorization(req, self.challenge)
        if header:
            req.add_unredirected_header("Authorization", f"Digest {header}")
        return req

    https_request = http_request


class GraphStore:
    """A graph store and its query service, for one user; raises `PushFailed` for whatever goes wrong."""

    def __init__(self, query: str, store: str, user: str = "", password: str = "") -> None:
        self._query = query
        self._store = store
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if user:
            for address in (query, store):
                passwords.add_password(None, address, user, password)
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            _NoRedirects(),
            urllib.request.HTTPSHandler(context=ssl.create_default_context()),
            _Basic(passwords),
            _Digest(passwords),
        )

    def replace(self, graph: str, turtle: bytes) -> None:
        """Make a graph hold this Turtle alone (SPARQL 1.1 Graph Store HTTP Protocol, section 5.3)."""
        self._write("PUT", graph, turtle)

    def add(self, graph: str, turtle: bytes) -> None:
        """Add Turtle to a graph (section 5.5)."""
        self._write("POST", graph, turtle)

    def drop(self, graph: str) -> None:
        """Remove a graph (section 5.4), if it is there."""
        self._send("DELETE", f"{self._store}?graph={quote(graph, safe='')}", {}, None, accepted=(404,))

    def rows(self, query: RemoteQuery) -> list[tuple[str, ...]]:
        """The solutions of a query, as the values of their terms; empty text for one that is unbound."""
        parameters = [("query", query.text)]
        parameters += [("default-graph-uri", graph) for graph in query.default_graphs]
        parameters += [("named-graph-uri", graph) for graph in query.named_graphs]
        headers = {"Accept": SPARQL_JSON, "Content-Type": "application/x-www-form-urlencoded"}
        answer = self._send("POST", self._query, headers, urlencode(parameters).encode())
        try:
            results = parse_query_results(with_named_booleans(answer), QueryResultsFormat.JSON)
            if not isinstance(results, QuerySolutions):
                raise PushFailed("the service does not answer with solutions", self._query)
            return [tuple(map(_value, row)) for row in results]
        except SyntaxError as error:
            raise PushFailed("the service's answer is no result of SPARQL", self._query) from error

    def _write(self, method: str, graph: str, turtle: bytes) -> None:
        headers = {"Content-Type": "text/turtle; charset=utf-8"}
        self._send(method, f"{self._store}?graph={quote(graph, safe='')}", headers, turtle)

    def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        accepted: Sequence[int] = (),
    ) -> bytes:
        request = Request(  # noqa: S310 the address is checked to be of http or https
            url, body, {**headers, "User-Agent": f"kankei/{__version__}"}, method=method
        )
        try:
            with self._opener.open(request, timeout=_TIMEOUT_S) as response:
                return _whole_body(cast("HTTPResponse", response), url)
        except urllib.error.HTTPError as error:
            with error:
                if error.code in accepted:
                    return b""
                raise _refusal(error, method, url) from error
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
            raise PushFailed(f"the service could not be reached: {reason}", url) from error


def _whole_body(response: HTTPResponse, url: str) -> bytes:
    body = response.read(_ANSWER_BYTES + 1)
    if len(body) > _ANSWER_BYTES:
        raise PushFailed("the service's answer does not end", url)
    if response.headers.get("X-SPARQL-MaxRows") or response.headers.get("X-SQL-State"):
        raise PushFailed("the service cuts results at a limit of its own: raise it (ResultSetMaxRows)", url)
    return body


def _refusal(error: urllib.error.HTTPError, method: str, url: str) -> PushFailed:
    said = " ".join(error.read(_EXCERPT).decode("utf-8", "replace").split())
    hint = _HINTS.get(error.code, "")
    message = f"the service answers {method} with status {error.code}"
    return PushFailed("; ".join(filter(None, (message, hint, f"it says: {said}" if said else ""))), url)


def _value(term: object) -> str:
    return term.value if isinstance(term, (Literal, NamedNode)) else ""
