"""JSON-LD documents: context by reference, names of linked things, what points at a thing, page by page."""

import json
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox
import pytest
from pyld import jsonld
from pyld.jsonld import parse_link_header

from kankei.engine.operation import Form, Operation, QueryResult
from kankei.namespaces import DCT, KK, SKOS
from kankei.release.reader import Release
from kankei.web.app import create_app
from kankei.web.resources import document_graph
from support.client import INLINE_JSON_LD, Client
from support.stub import StubEngine

PROGRAMME = "/doc/programme/two-region-living"
IRI = "https://w3id.org/kankei/id/programme/two-region-living"
BASE = "https://w3id.org/kankei/"


def statements(web: Client, address: str) -> set[ox.Triple]:
    answer = web.get(address, "application/n-triples")
    assert answer.status_code == 200
    return {quad.triple for quad in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)}


def loader(web: Client) -> Any:
    """A document loader of PyLD that asks the application, as its own asks over HTTP."""

    def load(url: str, options: Mapping[str, Any]) -> dict[str, Any]:
        accept = options.get("headers", {}).get("Accept") or "application/ld+json, application/json"
        answer = web.get(url.removeprefix(BASE.removesuffix("/")), accept)
        while answer.is_redirect:
            answer = web.get(str(answer.url.join(answer.headers["location"]).path), accept)
        assert answer.status_code == 200, url
        # What PyLD itself reads of the header breaks where there are several.
        alternate = parse_link_header(answer.headers.get("link", "")).get("alternate", {})
        assert not isinstance(alternate, list)
        return {
            "contentType": answer.headers["content-type"],
            "contextUrl": None,
            "documentUrl": url,
            "document": answer.json(),
        }

    return load


def by_pyld(web: Client, iri: str) -> set[ox.Triple]:
    options = {"format": "application/n-quads", "documentLoader": loader(web)}
    lines = jsonld.to_rdf(iri, options)
    return {quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_QUADS)}


@pytest.mark.parametrize("path", ["programme/two-region-living", "org/mlit", "theme/related-population"])
def test_pyld_reads_a_thing_by_its_iri(path: str, web: Client) -> None:
    assert by_pyld(web, f"{BASE}id/{path}") == statements(web, f"/doc/{path}")


def test_the_context_is_by_reference_and_immutable_at_its_address(web: Client, seed_release: Release) -> None:
    address = web.get(PROGRAMME, "application/ld+json").json()["@context"]
    path = address.removeprefix(BASE.removesuffix("/"))
    assert path.startswith("/context/")
    context = web.get(path)
    assert (
        context.content == seed_release.read("ontology/context.jsonld") == web.get("/context.jsonld").content
    )
    assert context.headers["content-type"] == "application/ld+json"
    assert "immutable" in context.headers["cache-control"]
    assert "immutable" not in web.get("/context.jsonld").headers["cache-control"]
    assert web.get("/context/000000000000.jsonld").status_code == 404


@pytest.mark.parametrize(
    "address", [PROGRAMME, "/catalog", "/ns", "/sparql", f"{PROGRAMME}?_profile=cpsv-ap"]
)
def test_the_context_is_inline_for_who_asks_for_that(address: str, web: Client) -> None:
    plain, inline = (web.get(address, accept) for accept in ("application/ld+json", INLINE_JSON_LD))
    assert isinstance(plain.json()["@context"], str)
    assert isinstance(inline.json()["@context"], dict)
    assert plain.headers["etag"] != inline.headers["etag"]
    assert {key: value for key, value in plain.json().items() if key != "@context"} == {
        key: value for key, value in inline.json().items() if key != "@context"
    }


def test_linked_things_carry_their_names_wherever_they_stand(web: Client) -> None:
    tree = web.get(PROGRAMME, "application/ld+json").json()
    (ministry,), (unit,) = tree["ministry"], tree["responsibleUnit"]
    assert ministry["prefLabel"]["ja"] == "国土交通省"
    assert unit["prefLabel"]["ja"] == "地方政策課"
    (entry,) = tree["entry"]
    assert {body["prefLabel"]["ja"] for body in entry["bodies"]["bodyType"]} >= {"都道府県", "NPO"}
    assert {body["prefLabel"]["ja"] for body in tree["implementingBody"]} >= {"都道府県", "NPO"}
    assert all(theme["prefLabel"]["en"] for theme in entry["themeLine"]["theme"])
    assert tree["title"]["ja"] == "二地域居住等の促進"


def test_what_points_at_a_thing_is_in_its_document_with_its_name(web: Client) -> None:
    ministry = ox.NamedNode(f"{BASE}id/org/mlit")
    found = statements(web, "/doc/org/mlit")
    assert ox.Triple(ox.NamedNode(IRI), ox.NamedNode(KK + "ministry"), ministry) in found
    title = ox.Literal("二地域居住等の促進", language="ja")
    assert ox.Triple(ox.NamedNode(IRI), ox.NamedNode(DCT + "title"), title) in found
    page = web.get("/doc/org/mlit", "text/html").text
    assert "programme/two-region-living" in page


def test_the_lines_of_a_source_that_are_cited_are_in_its_document(web: Client, seed_store: ox.Store) -> None:
    source = f"{BASE}id/source/sheets-103-106#line="
    cited = {
        quad.triple
        for quad in seed_store.quads_for_pattern(None, ox.NamedNode(KK + "place"), None, ox.DefaultGraph())
        if isinstance(quad.object, ox.NamedNode) and quad.object.value.startswith(source)
    }
    address, found = "/doc/source/sheets-103-106", set()
    for page in range(1, 100):
        answer = web.get(f"{address}?page={page}", "text/turtle")
        found |= statements(web, f"{address}?page={page}")
        if 'rel="next"' not in answer.headers["link"]:
            break
    assert page > 1
    assert cited <= found
    assert web.get(f"{address}?page={page + 1}", "text/turtle").status_code == 404


def test_pages_of_statements_are_linked_in_the_header_and_in_the_graph(
    web: Client, monkeypatch: pytest.MonkeyPatch, seed_release: Release
) -> None:
    rows = [
        {
            "thing": {"type": "uri", "value": f"{BASE}id/org/mlit"},
            "from": {"type": "uri", "value": f"https://example.org/{number}"},
            "property": {"type": "uri", "value": KK + "ministry"},
            "to": {"type": "uri", "value": f"{BASE}id/org/mlit"},
        }
        for number in range(5)
    ]

    class Paged(StubEngine):
        async def answer(self, operation: Operation) -> QueryResult:
            offset = int(operation.query.rpartition("OFFSET")[2])
            part = rows[offset : offset + 3]
            return QueryResult(Form.SOLUTIONS, "", json.dumps({"results": {"bindings": part}}).encode())

    monkeypatch.setattr(document_graph, "PAGE_SIZE", 2)
    app = Client(create_app(seed_release, Paged(), {}))
    address, seen, pages = "/doc/org/mlit", set[int](), []
    while address:
        answer = app.get(address, "text/turtle")
        pages.append(answer)
        seen |= {number for number in range(5) if f"<https://example.org/{number}>" in answer.text}
        links = answer.links
        address = "/doc/org/" + links["next"]["url"].rpartition("/")[2] if "next" in links else ""
        assert ("hydra:next" in answer.text) == bool(address)
    assert (len(pages), seen) == (3, set(range(5)))
    assert SKOS + "prefLabel" not in pages[1].text
    assert "prev" in pages[-1].links


@pytest.mark.parametrize("page", ["0", "2", "-1", "x", "99999999999999999999", "１", ""])
def test_a_page_that_does_not_exist_is_not_found(page: str, web: Client) -> None:
    answer = web.get(f"{PROGRAMME}?page={page}", "text/turtle")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
