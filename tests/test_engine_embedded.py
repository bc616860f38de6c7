"""The embedded engine over a tiny store."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from kankei.engine.embedded import EmbeddedEngine
from kankei.engine.formats import OFFERED
from kankei.engine.operation import Answer, Form, Operation
from kankei.errors import KankeiError, MalformedQuery, MalformedRequest, NotAcceptable, UpdateRefused

EX = "http://example.org/"
PREFERRED = {form: offered[0] for form, offered in OFFERED.items()}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    path: Path = tmp_path_factory.mktemp("engine") / "store"
    store = Store(str(path))
    for name in ("a", "b"):
        for graph in (DefaultGraph(), NamedNode(f"{EX}graph/{name}")):
            store.add(Quad(NamedNode(EX + name), NamedNode(EX + "p"), Literal(name, language="ja"), graph))
    store.flush()
    del store
    engine = EmbeddedEngine.open(path)
    yield engine
    engine.close()


def ask(engine: EmbeddedEngine, operation: Operation) -> Answer:
    return asyncio.run(engine.answer(operation))


def rows(engine: EmbeddedEngine, query: str, **dataset: tuple[str, ...]) -> int:
    answer = ask(engine, Operation(query, PREFERRED, **dataset))  # type: ignore[arg-type]
    return len(json.loads(answer.body)["results"]["bindings"])


def test_the_default_graph_is_the_merge(engine: EmbeddedEngine) -> None:
    assert rows(engine, "SELECT * { ?s ?p ?o }") == 2
    assert rows(engine, "SELECT * { GRAPH ?g { ?s ?p ?o } }") == 2


def test_from_names_graphs_of_the_release_only(engine: EmbeddedEngine) -> None:
    assert rows(engine, f"SELECT * FROM <{EX}graph/a> {{ ?s ?p ?o }}") == 1
    assert rows(engine, "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }") == 0


def test_the_protocols_dataset_overrides_the_querys(engine: EmbeddedEngine) -> None:
    query = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    assert rows(engine, query, default_graphs=(EX + "graph/a",)) == 1
    assert rows(engine, query, named_graphs=(EX + "graph/a",)) == 1
    assert rows(engine, query, default_graphs=(EX + "graph/a", EX + "graph/b")) == 2
    assert rows(engine, f"SELECT * FROM <{EX}graph/a> {{ ?s ?p ?o }}", default_graphs=(EX + "no",)) == 0


@pytest.mark.parametrize("form", Form)
def test_every_offered_format_is_written(engine: EmbeddedEngine, form: Form) -> None:
    query = {
        Form.SOLUTIONS: "SELECT * { ?s ?p ?o }",
        Form.BOOLEAN: "ASK { ?s ?p ?o }",
        Form.TRIPLES: "CONSTRUCT WHERE { ?s ?p ?o }",
    }[form]
    for media_type in OFFERED[form]:
        answer = ask(engine, Operation(query, {form: media_type}))
        assert (answer.form, answer.media_type) == (form, media_type)
        assert answer.body
        if form is Form.TRIPLES:
            rdf_format = RdfFormat.from_media_type(media_type)
            assert len(list(parse(answer.body, format=rdf_format))) == 2


def test_a_substitution_binds_a_term(engine: EmbeddedEngine) -> None:
    query = "SELECT ?s ?o { ?s ?p ?o }"
    answer = ask(engine, Operation(query, PREFERRED, substitutions={"s": EX + "a"}))
    assert [b["o"]["value"] for b in json.loads(answer.body)["results"]["bindings"]] == ["a"]


@pytest.mark.parametrize(
    ("operation", "error", "message"),
    [
        (Operation("SELECT * {\n ?s ?p }", PREFERRED), MalformedQuery, "2:9"),
        (Operation("INSERT DATA { <a:a> <a:b> <a:c> }", PREFERRED), UpdateRefused, "no updates"),
        (Operation("SELECT * { SERVICE <http://a/> {} }", PREFERRED), MalformedRequest, "SERVICE"),
        (Operation("ASK {}", PREFERRED, ("not an IRI",)), MalformedRequest, "absolute IRI"),
        (Operation("ASK {}", {Form.TRIPLES: "text/turtle"}), NotAcceptable, "ASK"),
    ],
)
def test_errors(engine: EmbeddedEngine, operation: Operation, error: type[KankeiError], message: str) -> None:
    with pytest.raises(error, match=message):
        ask(engine, operation)
