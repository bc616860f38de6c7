"""The examples and the vocabulary as data: what editors and other programs read."""

import pyoxigraph as ox
import pytest

from kankei.dataset.data_folder import packaged
from kankei.namespaces import PREFIXES, RDF, SH
from kankei.server.serve import read_examples
from kankei.web.resources.query_examples import JOINT, SUFFIXES, QueryExample
from support.client import BROWSER, INLINE_JSON_LD, Client

SELECT_EXECUTABLE = ox.NamedNode(f"{SH}SPARQLSelectExecutable")


def own_examples() -> dict[str, str]:
    """The examples that need no budget review."""
    queries = read_examples(packaged().competency)
    return {name: query for name, query in queries.items() if not name.startswith(JOINT)}


def test_the_examples_are_a_list_in_json(web: Client) -> None:
    answer = web.get("/sparql/examples", "application/json")
    listed = answer.json()
    queries = own_examples()
    assert listed["endpoint"] == "https://w3id.org/kankei/sparql"
    assert {example["name"]: example["query"] for example in listed["examples"]} == queries
    first = listed["examples"][0]
    assert first["question"]["ja"].startswith("テーマ（下位を含む）")
    assert first["question"]["en"].startswith("Which programmes belong to a theme")
    assert first["form"] == "SELECT"
    address = first["address"].removeprefix("https://w3id.org/kankei")
    assert web.get(address, "text/csv").status_code == 200
    assert web.get("/sparql/examples.json").content == answer.content


def test_a_client_that_names_json_ld_gets_it_before_plain_json(web: Client) -> None:
    for accept in ("application/ld+json, application/json", "application/json, application/ld+json;q=1.0"):
        answer = web.get("/sparql/examples", accept)
        assert answer.headers["content-type"] == "application/ld+json"
    preferring = "application/json, application/ld+json;q=0.9"
    assert web.get("/sparql/examples", preferring).headers["content-type"] == "application/json"


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix != "json"])
def test_the_examples_are_executables_in_rdf(web: Client, suffix: str) -> None:
    media_type = SUFFIXES[suffix]
    pinned = web.get(f"/sparql/examples.{suffix}")
    assert pinned.headers["content-type"].partition(";")[0] == media_type
    answer = web.get("/sparql/examples", INLINE_JSON_LD) if suffix == "jsonld" else pinned
    graph = list(ox.parse(answer.content, format=ox.RdfFormat.from_media_type(media_type)))
    executables = {
        q.subject for q in graph if q.predicate.value == f"{RDF}type" and q.object == SELECT_EXECUTABLE
    }
    queries = {q.object.value for q in graph if q.predicate.value == f"{SH}select"}
    assert len(executables) == 20
    assert queries == set(own_examples().values())
    prefixes = {q.object.value for q in graph if q.predicate.value == f"{SH}prefix"}
    assert prefixes == set(PREFIXES)


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("# SELECT\nPREFIX select: <http://a/>\nask {}", "ASK"),
        ("construct where { ?s ?p ?o }", "CONSTRUCT"),
        ("DESCRIBE <http://select/>", "DESCRIBE"),
    ],
)
def test_the_form_of_an_example_is_that_of_its_query(query: str, form: str) -> None:
    assert QueryExample("x", {}, query).form == form


def test_the_vocabulary_is_what_the_release_uses(web: Client) -> None:
    answer = web.get("/sparql/vocabulary.json")
    content = answer.json()
    assert content["prefixes"] == PREFIXES
    terms = {(term["name"], term["kind"]): term["label"] for term in content["terms"]}
    assert terms["kk:Programme", "class"]["ja"] == "支援施策"
    assert terms["kk:ministry", "property"]["en"] == "ministry"
    assert ("dct:title", "property") in terms
    assert ("skos:Concept", "class") in terms
    # Of the ontology, and unused: nothing would be found by it.
    assert ("kk:NeedsSurvey", "class") not in terms
    assert web.get("/sparql/vocabulary.json", if_none_match=answer.headers["etag"]).status_code == 304
    assert len(answer.content) < 60_000


def test_the_page_links_both(web: Client) -> None:
    page = web.get("/sparql", "text/html").text
    assert 'data-vocabulary="./sparql/vocabulary.json"' in page
    for suffix in ("json", "ttl", "jsonld"):
        assert f'href="./sparql/examples.{suffix}"' in page


def test_both_datasets_have_eight_questions_more(joint_web: Client) -> None:
    listed = joint_web.get("/sparql/examples", "application/json").json()["examples"]
    joint = [example for example in listed if example["name"].startswith(JOINT)]
    assert len(joint) == 8
    assert len(listed) == len(own_examples()) + 8
    assert all(example["question"]["ja"] != example["question"]["en"] for example in joint)
    page = joint_web.get("/sparql?lang=ja", BROWSER).text
    assert "自らも内訳事業も、レビューの予算事業に結ばれていない支援施策はどれか。" in page
    rows = joint_web.get(joint[0]["address"].removeprefix("https://w3id.org/kankei"), "text/csv").text
    assert "150000000" in rows
