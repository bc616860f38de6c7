"""Which queries read the merged graph alone, and that those find in memory what they find on disk."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Store

from kankei.engine.embedded.evaluation import evaluate
from kankei.engine.embedded.result_spool import Spool
from kankei.engine.embedded.store_access import StoreAccess, StoreFiles, reads_named_graphs
from kankei.engine.operation import RESULT_MEDIA_TYPES, Operation
from kankei.engine.result_file import anonymous_file
from kankei.namespaces import KK
from kankei.release.reader import Release
from support.paths import TESTS

PREFERRED = {form: offered[0] for form, offered in RESULT_MEDIA_TYPES.items()}
QUESTIONS = sorted((TESTS / "competency").glob("*.rq"))

MERGED = [
    "SELECT * { ?s ?p ?o }",
    "SELECT ?graph ?from $fromTo { ?graph ?from $fromTo }",
    "ASK { <http://e.example/graph/from> ?p <graph> }",
    "SELECT * { ?s ?p ?o FILTER(?s<?o) }",
    "PREFIX a: <http://e.example/graph#> SELECT * { ?s a:b/a:c* ?o }",
]
BY_GRAPH = [
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "select*{graph?g{?s ?p ?o}}",
    "SELECT*FROM<http://e.example/g>{?s ?p ?o}",
    "SELECT * FROM NAMED <http://e.example/g> { ?s ?p ?o }",
    "SELECT(?a<1AS?x)FROM<http://e.example/g>{?s ?p ?a FILTER(2>1)}",
    "ASK{FILTER(?a<?b)GRAPH?g{?a ?p ?b FILTER(?b>?a)}}",
    "ASK{FILTER(?a<1)GRAPH:g{?a ?p ?b FILTER(?b>?a)}}",
    "ASK{FILTER EXISTS{GRAPH?g{?s ?p?o}}}",
    'SELECT * { ?s ?p "from" }',  # costs time, changes nothing
    "SELECT * { ?s ?p ?o } # from here",
]


@pytest.mark.parametrize("query", MERGED)
def test_what_names_no_graph_reads_the_merged_one(query: str) -> None:
    assert not reads_named_graphs(Operation(query, PREFERRED))


@pytest.mark.parametrize("query", BY_GRAPH)
def test_whatever_could_name_a_graph_reads_all(query: str) -> None:
    assert reads_named_graphs(Operation(query, PREFERRED))


def test_a_dataset_of_the_protocol_reads_all() -> None:
    assert reads_named_graphs(Operation(MERGED[0], PREFERRED, default_graphs=("http://e.example/g",)))
    assert reads_named_graphs(Operation(MERGED[0], PREFERRED, named_graphs=("http://e.example/g",)))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_questions_find_in_memory_what_they_find_on_disk(seed_release: Release, question: Path) -> None:
    def rows(store: Store) -> list[bytes]:
        spool = Spool(descriptor, 1 << 20)
        evaluate(store, operation, spool)
        return sorted(spool.body.replace(b"},{", b"},\n{").splitlines())

    descriptor = anonymous_file()
    operation = Operation(question.read_text(encoding="utf-8"), PREFERRED)
    dataset = StoreFiles.of(seed_release, in_memory=True)
    statements = StoreAccess(dataset.load(), dataset.store)
    assert rows(statements.store(operation)) == rows(statements.open())


def test_the_disk_is_opened_for_those_that_read_by_graph_only(seed_release: Release) -> None:
    dataset = StoreFiles.of(seed_release, in_memory=True)
    statements = StoreAccess(dataset.load(), dataset.store)
    merged, by_graph = (Operation(query, PREFERRED) for query in (MERGED[0], BY_GRAPH[0]))
    assert statements.is_open(merged)
    assert not statements.is_open(by_graph)
    assert len(statements.store(merged)) == seed_release.manifest.triples
    assert len(statements.store(by_graph)) == seed_release.manifest.triples + seed_release.manifest.quads
    assert statements.is_open(by_graph)


def test_statements_of_views_come_last(seed_release: Release) -> None:
    """With LIMIT, what is no view is reached at once: at 10,000 programmes in 1 ms instead of 14."""
    store = StoreFiles.of(seed_release, in_memory=True).load()
    assert store is not None
    target = NamedNode("https://w3id.org/kankei/id/theme/related-population-and-settlement")
    properties = [quad.predicate.value for quad in store.quads_for_pattern(None, None, target)]
    last_of_ours = max(place for place, name in enumerate(properties) if name.startswith(KK))
    viewed = [place for place, name in enumerate(properties) if name.startswith("http://data.europa.eu/")]
    assert min(viewed) > last_of_ours
