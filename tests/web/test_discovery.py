"""From the host alone to catalogue, services and data; and all addresses under the one that clients use."""

import json
from collections.abc import Iterator
from itertools import chain
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from kankei.errors import UsageError
from kankei.namespaces import DCAT, parse_public_url
from kankei.release.reader import Release
from kankei.settings import Settings
from kankei.web.app import create_app
from kankei.web.resources.discovery import HOME_LINKS, LINKSET
from kankei.web.server_state import ServerState
from support.client import BROWSER, Client
from support.stub import StubEngine

PUBLIC = "https://data.example.go.jp/kankei/"
BASE = "https://w3id.org/kankei/"
TURTLE = "text/turtle"


@pytest.fixture(scope="module")
def site(seed_release: Release) -> Client:
    state = ServerState(Settings(public_url=PUBLIC, log_requests=False))
    return Client(create_app(seed_release, StubEngine(), {}, state))


def objects(turtle: bytes, predicate: str) -> list[str]:
    quads = parse(turtle, format=RdfFormat.TURTLE)
    return [
        quad.object.value
        for quad in quads
        if quad.predicate.value == predicate and isinstance(quad.object, NamedNode)
    ]


def test_a_harvester_that_states_no_wish_gets_turtle_and_a_browser_a_page(site: Client) -> None:
    for accept in (None, "*/*"):
        assert site.get("/catalog", accept).headers["content-type"].startswith(TURTLE)
    assert site.get("/catalog", BROWSER).headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/catalog", "/.well-known/dcat", "/.well-known/void", "/"])
def test_the_catalogue_is_found_in_rdf_at_every_usual_address(site: Client, path: str) -> None:
    response = site.get(path, TURTLE)
    assert response.status_code == 200
    assert objects(response.content, f"{DCAT}dataset") == [f"{BASE}id/dataset"]


def test_addresses_are_under_the_public_one_and_things_keep_their_names(site: Client) -> None:
    turtle = site.get("/catalog", TURTLE).content
    for predicate in ("downloadURL", "accessURL", "endpointURL", "endpointDescription", "landingPage"):
        addresses = objects(turtle, f"{DCAT}{predicate}")
        assert addresses
        assert all(address.startswith(PUBLIC) for address in addresses)
    assert all(iri.startswith(BASE) for iri in objects(turtle, f"{DCAT}distribution"))


def test_every_address_in_catalogue_sitemap_and_lists_answers(site: Client) -> None:
    for address in chain(of_catalogue(site), of_sitemaps(site), of_lists(site)):
        assert address.startswith(PUBLIC)
        path = address.removeprefix(PUBLIC[:-1])
        assert site.request("HEAD", path, "*/*").status_code == 200, path


def of_catalogue(site: Client) -> Iterator[str]:
    turtle = site.get("/catalog", TURTLE).content
    for name in ("downloadURL", "accessURL", "endpointURL", "landingPage"):
        yield from objects(turtle, f"{DCAT}{name}")


def of_sitemaps(site: Client) -> Iterator[str]:
    for address in locations(site.get("/sitemap.xml").content):
        yield from locations(site.get(address.removeprefix(PUBLIC[:-1])).content)


def locations(xml: bytes) -> list[str]:
    return [element.text or "" for element in ET.fromstring(xml).iter() if element.tag.endswith("loc")]


def of_lists(site: Client) -> Iterator[str]:
    for entry in site.get("/.well-known/api-catalog").json()["linkset"]:
        yield entry["anchor"]
        for links in (value for name, value in entry.items() if name != "anchor"):
            yield from (link["href"] for link in links)
    (dataset,) = site.get("/data.json").json()["dataset"]
    yield dataset["landingPage"]
    for distribution in dataset["distribution"]:
        yield distribution.get("downloadURL") or distribution["accessURL"]


def test_the_home_page_leads_programs_on(site: Client) -> None:
    response = site.get("/", BROWSER)
    for path, relation, media_type in HOME_LINKS:
        assert f'<./{path}>; rel="{relation}"; type="{media_type}"' in response.headers["link"]
        assert f'<link rel="{relation}" type="{media_type}" href="./{path}">' in response.text
        assert site.get(f"/{path}").headers["content-type"].startswith(media_type)
    assert f"{PUBLIC}catalog" in response.text


def test_browsers_learn_how_to_search(site: Client) -> None:
    answer = site.get("/opensearch.xml")
    (address, *others) = (
        element.attrib["template"] for element in ET.fromstring(answer.content) if element.tag.endswith("Url")
    )
    assert {address, *others} == {f"{PUBLIC}search?q={{searchTerms}}"}


def test_the_linked_data_is_a_service_of_the_catalogue(site: Client) -> None:
    turtle = site.get("/catalog", TURTLE).content
    assert f"{PUBLIC}programmes" in objects(turtle, f"{DCAT}endpointURL")
    assert f"{PUBLIC}openapi.json" in objects(turtle, f"{DCAT}endpointDescription")
    assert {f"{PUBLIC}search", f"{PUBLIC}reconcile"} <= set(objects(turtle, f"{DCAT}endpointURL"))
    names = ("sparql", "linked-data", "search", "reconciliation")
    assert {f"{BASE}id/dataset#{name}" for name in names} <= set(objects(turtle, f"{DCAT}service"))


def test_the_list_of_services_is_a_linkset(site: Client) -> None:
    response = site.get("/.well-known/api-catalog")
    assert response.headers["content-type"].startswith(LINKSET)
    assert {"anchor", "item"} == set(response.json()["linkset"][0])


def test_the_catalogue_as_dcat_us(site: Client) -> None:
    catalogue = json.loads(site.get("/data.json").content)
    (dataset,) = catalogue["dataset"]
    required = {"title", "description", "keyword", "modified", "publisher", "contactPoint", "identifier"}
    assert required | {"accessLevel", "license", "distribution"} <= set(dataset)
    assert dataset["title"].startswith("関係")
    assert {"mediaType", "downloadURL", "title", "format"} <= set(dataset["distribution"][0])


def test_language_models_are_told_what_there_is(site: Client) -> None:
    text = site.get("/llms.txt").text
    assert text.startswith("# kankei")
    assert f"({PUBLIC}sparql)" in text


def test_robots_and_the_service_description_name_public_addresses(site: Client) -> None:
    assert f"Sitemap: {PUBLIC}sitemap.xml" in site.get("/robots.txt").text
    description = site.get("/sparql", TURTLE).content
    (endpoint,) = objects(description, "http://www.w3.org/ns/sparql-service-description#endpoint")
    assert endpoint == f"{PUBLIC}sparql"


def test_another_public_address_is_another_representation(site: Client, seed_release: Release) -> None:
    other = Client(create_app(seed_release, StubEngine(), {}))
    for path in ("/catalog.ttl", "/sitemap.xml", "/data.json", "/llms.txt"):
        assert site.get(path).headers["etag"] != other.get(path).headers["etag"]


@pytest.mark.parametrize(
    "address", ["ftp://a/", "data.example", "https://", "https://a/?b", "https://u@a/", "x y"]
)
def test_what_is_no_public_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="public address"):
        parse_public_url(address)


def test_a_public_address_ends_with_a_slash() -> None:
    assert parse_public_url("https://data.example/a") == "https://data.example/a/"
