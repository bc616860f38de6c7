"""The text sent to a remote engine: its result there is that of the query over the release's own dataset."""

import pyoxigraph as ox
import pytest

from kankei.engine.operation import SPARQL_JSON, Form, Operation
from kankei.engine.remote.graph_names import GraphNames
from kankei.engine.remote.query_text import Description, RemoteQuery, hidden_name, remote_query
from kankei.errors import MalformedQuery

A, B = "https://a.example/graph/a", "https://a.example/graph/b?x=1"
NAMES = GraphNames("https://a.example/id/release/1", "0", {A: 2, B: 2})
BASE = "https://a.example/sparql"
STATEMENTS = {
    A: '<s> <p> "1" . <s> <q> <graph> .',
    B: '<t> <p> "2" . <graph/a> <p> "3" .',
}
OTHER = "<https://a.example/other> <https://a.example/p> 4 ."


@pytest.fixture(scope="module")
def local() -> ox.Store:
    """The release's own dataset: the merge in the default graph."""
    store = ox.Store()
    for graph, text in STATEMENTS.items():
        store.load(text.encode(), ox.RdfFormat.TURTLE, base_iri=BASE, to_graph=ox.NamedNode(graph))
        store.load(text.encode(), ox.RdfFormat.TURTLE, base_iri=BASE)
    return store


@pytest.fixture(scope="module")
def remote(local: ox.Store) -> ox.Store:
    """The same as it is pushed, beside another release and other data."""
    store = ox.Store()
    for graph in (None, "https://a.example/other", "https://a.example/id/release/0/graphs/default"):
        store.load(OTHER.encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph) if graph else None)
    for quad in local:
        name = NAMES.merged
        if isinstance(quad.graph_name, ox.NamedNode):
            name = NAMES.named(quad.graph_name.value)
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(name)))
    return store


MEDIA = {Form.SOLUTIONS: SPARQL_JSON, Form.BOOLEAN: SPARQL_JSON, Form.TRIPLES: "application/n-triples"}
QUERIES = (
    "SELECT * { ?s ?p ?o }",
    "SELECT DISTINCT * WHERE { ?s ?p ?o }",
    "SELECT ?o ?s { ?s ?p ?o } # SELECT *",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "ASK { <s> ?p ?o }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { GRAPH <graph/a> { ?s ?p ?o } }",
    "PREFIX g: <https://a.example/graph/> SELECT * { GRAPH g:a { ?s ?p ?o } }",
    "PREFIX graph: <graph/> SELECT * { GRAPH graph:a { ?s ?p ?o } . GRAPH ?g { graph:a ?p ?x } }",
    "PREFIX graphs: <graph/> SELECT * { graphs:a ?p ?x }",
    "BASE <https://a.example/graph/> SELECT * { GRAPH <a> { ?s ?p ?o } }",
    r"SELECT * { GRAPH <https://a.example/gr\u0061ph/a> { ?s ?p ?o } }",
    f"SELECT * {{ GRAPH <{B}> {{ ?s ?p ?o }} }}",
    "SELECT * { GRAPH <graph/none> { ?s ?p ?o } }",
    "SELECT*{GRAPH?g{?g ?p ?o}}",
    "SELECT * { GRAPH $g { ?s ?p ?o } FILTER(STRENDS(STR(?g), 'a')) }",
    "SELECT * { ?s <p> ?o OPTIONAL { GRAPH ?g { ?s <q> ?x } } }",
    "SELECT * { ?s ?p ?o FILTER NOT EXISTS { GRAPH <graph/a> { ?s ?p ?o } } }",
    "SELECT * { { GRAPH ?g { ?s ?p ?o } } MINUS { GRAPH ?g { ?s <q> ?o } } }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?t ?p ?x } }",
    "SELECT * { VALUES ?g { <graph/a> <graph/none> } GRAPH ?g { ?s ?p ?o } }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g HAVING (COUNT(*) > 1)",
    "SELECT * { { SELECT * { GRAPH ?g { ?s ?p ?o } } } }",
    "SELECT * { ?s ?p 'GRAPH ?g { }' }",
    "SELECT * FROM <graph/a> { ?s ?p ?o }",
    "SELECT * FROM <graph/a> FROM <graph/none> WHERE { ?s ?p ?o }",
    "SELECT * FROM NAMED <graph/a> { ?s ?p ?o }",
    "SELECT * FROM NAMED <graph/a> { GRAPH ?g { ?s ?p ?o } }",
    f"SELECT * FROM NAMED <graph/a> {{ GRAPH <{B}> {{ ?s ?p ?o }} }}",
    f"SELECT * FROM <{B}> FROM NAMED <graph/a> {{ ?t ?p ?x GRAPH ?g {{ ?s ?p ?o }} }}",
    "CONSTRUCT { ?g ?p ?o } { GRAPH ?g { ?s ?p ?o } }",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } FROM <graph/a> { ?s ?p ?o }",
    "DESCRIBE <s>",
    "DESCRIBE <s> <t>",
    "PREFIX : <https://a.example/> DESCRIBE :s",
    "DESCRIBE ?s { ?s <p> '2' }",
    "DESCRIBE ?s WHERE { ?s <q> ?o } LIMIT 1",
    "DESCRIBE * { ?s <p> '2' }",
    "DESCRIBE * { GRAPH ?g { ?s <q> ?o } }",
    "DESCRIBE <s> ?t { ?t <p> '2' }",
    "DESCRIBE <s> { <s> <none> ?o }",
    "DESCRIBE <s> { <s> <q> ?o }",
    f"DESCRIBE ?s FROM <{B}> {{ ?s <p> ?o }}",
    "DESCRIBE <none>",
)


def evaluated(store: ox.Store, query: RemoteQuery | Operation, variables: list[str] | None = None) -> object:
    """Rows without those that were added, or statements; in any order."""
    has_dataset = bool(query.default_graphs or query.named_graphs)
    results = store.query(
        query.text if isinstance(query, RemoteQuery) else query.query,
        base_iri=None if isinstance(query, RemoteQuery) else query.base,
        default_graph=[ox.NamedNode(name) for name in query.default_graphs] if has_dataset else None,
        named_graphs=[ox.NamedNode(name) for name in query.named_graphs] if has_dataset else None,
    )
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    if isinstance(results, ox.QueryTriples):
        return sorted(map(str, set(results)))
    if variables is not None:
        variables += [variable.value for variable in results.variables]
    names = [variable.value for variable in results.variables if not hidden_name(variable.value)]
    return names, sorted([str(row[name]) for name in names] for row in results)


def described(store: ox.Store, description: Description) -> object:
    """What the two queries of a description together give."""
    iris = [*description.iris]
    if description.query:
        results = store.query(
            description.query.text,
            default_graph=[ox.NamedNode(name) for name in description.query.default_graphs],
            named_graphs=[ox.NamedNode(name) for name in description.query.named_graphs],
        )
        assert isinstance(results, ox.QuerySolutions)
        names = [variable.value for variable in results.variables if not hidden_name(variable.value)]
        rows = [*results]
        found = [term.value for row in rows for name in names if isinstance(term := row[name], ox.NamedNode)]
        iris = [*iris, *found] if rows else []
    return evaluated(store, description.construct(iris))


@pytest.mark.parametrize("text", QUERIES)
def test_the_result_is_that_of_the_release(local: ox.Store, remote: ox.Store, text: str) -> None:
    operation = Operation(text, MEDIA, base=BASE)
    variables: list[str] = []
    expected = evaluated(local, operation, variables)
    sent = remote_query(operation, NAMES, variables)
    actual = described(remote, sent) if isinstance(sent, Description) else evaluated(remote, sent)
    assert actual == expected


DATASETS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    ((A,), ()),
    ((), (A,)),
    ((A, B), (B,)),
    (("https://a.example/none",), ()),
)


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize(
    "text", ["SELECT * { ?s ?p ?o }", f"SELECT * FROM <{A}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"]
)
def test_the_dataset_of_the_protocol_goes_before_that_of_the_query(
    local: ox.Store, remote: ox.Store, text: str, dataset: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    operation = Operation(text, MEDIA, *dataset, base=BASE)
    variables: list[str] = []
    expected = evaluated(local, operation, variables)
    sent = remote_query(operation, NAMES, variables)
    assert isinstance(sent, RemoteQuery)
    assert evaluated(remote, sent) == expected


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s ?o { ?s ?p ?o }",
        "SELECT ?s ?o { OPTIONAL { ?s <p> ?o } }",
        "SELECT ?s (COUNT(?o) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?s",
        "SELECT ?s ?g { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_substitutions_become_values(local: ox.Store, remote: ox.Store, text: str) -> None:
    iri = "https://a.example/s"
    operation = Operation(text, MEDIA, substitutions={"s": iri}, base=BASE)
    results = local.query(text, base_iri=BASE, substitutions={ox.Variable("s"): ox.NamedNode(iri)})
    assert isinstance(results, ox.QuerySolutions)
    expected = sorted(str(row) for row in results)
    sent = remote_query(operation, NAMES)
    assert isinstance(sent, RemoteQuery)
    assert f"VALUES ?s {{ <{iri}> }}" in sent.text
    rows = remote.query(
        sent.text,
        default_graph=[ox.NamedNode(NAMES.merged)],
        named_graphs=[ox.NamedNode(name) for name in sent.named_graphs],
    )
    assert isinstance(rows, ox.QuerySolutions)
    assert sorted(str(row) for row in rows) == expected


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s <p> trueGRAPH ?g { ?t ?q ?o } }",
        "PREFIX a: <https://a.example/graph/> SELECT * { GRAPHa:a { ?s ?p ?o } }",
        "PREFIX a: <https://a.example/graph/> SELECT * FROMa:a { ?s ?p ?o }",
        "SELECT * { GRAPH ?g { ?s ?p ?o FILTER(?o <'a'#> 1) } }",
    ],
)
def test_what_only_a_parser_can_tell_apart_is_refused(text: str) -> None:
    with pytest.raises(MalformedQuery):
        remote_query(Operation(text, MEDIA, base=BASE), NAMES, ["s"])


def test_no_name_leads_out_of_the_release() -> None:
    assert NAMES.named("x> { } #") == f"{NAMES.prefix}/graphs/named/x%3E%20%7B%20%7D%20%23"
    with pytest.raises(ValueError, match="IRI"):
        Description(("a b",), None, ()).construct(["a b"])


def test_the_base_comes_first() -> None:
    sent = remote_query(Operation("ASK {}", MEDIA, base=BASE), NAMES)
    assert isinstance(sent, RemoteQuery)
    assert sent.text == f"BASE <{BASE}>\nASK {{}}"
