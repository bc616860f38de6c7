"""What Schemathesis has to know beside `/openapi.json`, which has no words for it: what a query is.

SCHEMATHESIS_HOOKS=support.interface_hooks PYTHONPATH=tests st run http://127.0.0.1:8000/openapi.json
"""

from typing import Any

import schemathesis
from hypothesis import strategies as st

from support.paths import TESTS

QUERIES = (
    *("ASK {}", "SELECT * { ?s ?p ?o } LIMIT 2", "DESCRIBE <https://w3id.org/kankei/id/dataset>"),
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2",
    *(file.read_text(encoding="utf-8") for file in (TESTS / "competency").glob("*.rq")),
)
GRAPHS = ("https://w3id.org/kankei/graph/derived", "http://example.org/関係")

schemathesis.openapi.format("sparql-query", st.sampled_from(sorted(QUERIES)))
QUESTIONS = ('{"q0": {"query": "総務省"}}', '{"q": {"query": "105", "type": "Programme", "limit": 2}}', "{}")
EXTENSIONS = ('{"ids": ["org/mlit"], "properties": [{"id": "name"}]}', '{"ids": [], "properties": []}')
schemathesis.openapi.format("reconciliation-queries", st.sampled_from(QUESTIONS))
schemathesis.openapi.format("reconciliation-extension", st.sampled_from(EXTENSIONS))
schemathesis.openapi.format("iri", st.sampled_from(GRAPHS))


@schemathesis.serializer("application/sparql-query")  # type: ignore[untyped-decorator]
def as_it_is(_context: object, value: object) -> bytes:
    """A query that is a body of its own."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook  # type: ignore[untyped-decorator]
def filter_case(_context: object, case: "schemathesis.Case[Any]") -> bool:
    """Leave out what no schema of a parameter forbids: graphs without a query, two things to look up."""
    query = case.query or {}
    if case.path == "/mcp":
        return False  # the official client tests it: a message is more than a schema says
    if case.path == "/lookup" and case.method == "GET":
        return len({"identifier", "uri"} & query.keys()) == 1
    graphs = any(name in query for name in ("default-graph-uri", "named-graph-uri"))
    return case.method != "GET" or "query" in query or not graphs
