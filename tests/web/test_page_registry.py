"""The page registry: one row adds a page everywhere, and every row's module is served."""

import pytest
from starlette.requests import Request

from kankei.release.reader import Release
from kankei.web.app import create_app
from kankei.web.html.localizer import Links
from kankei.web.openapi import Operation
from kankei.web.pages import PAGES
from kankei.web.resources.site_documents import Sitemap
from kankei.web.responses.representation import HTML, Representation, select
from kankei.web.responses.response_cache import CachedResponse
from kankei.web.site import Handler, Page, Site, linked_segments
from support.client import BROWSER, Client
from support.stub import StubEngine


def about(site: Site) -> Handler:
    """The handler of an example page, whose template is the one of the site's folders."""

    async def respond(request: Request) -> CachedResponse:
        variant = select(request, (HTML,), ("about", site.version))

        async def make() -> Representation:
            page = site.templates.render("folder", variant.language, "/about", folder="dumps", files={})
            return variant.representation(page)

        return await site.cache.answer(request, variant, make)

    return respond


ROW = Page(
    "/about",
    about,
    Operation("About this site", (HTML,)),
    navigation="catalogue-intro",
    in_sitemap=True,
    linked=True,
    metric="about",
)


@pytest.fixture(scope="module")
def site(seed_release: Release) -> Client:
    return Client(create_app(seed_release, StubEngine(), {}, pages=(*PAGES, ROW)))


def test_a_row_routes_its_page(site: Client) -> None:
    answer = site.get("/about", BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert site.get("/about", BROWSER, if_none_match=answer.headers["etag"]).status_code == 304
    assert site.get("/about", "text/turtle").status_code == 406


def test_a_row_is_in_the_navigation_of_every_page(site: Client) -> None:
    for path in ("/about", "/catalog", "/nope"):
        assert '<a href="./about?lang=en">The dataset' in site.get(f"{path}?lang=en", BROWSER).text


def test_a_row_is_in_the_sitemap(site: Client, seed_release: Release) -> None:
    paths = [page.path for page in (*PAGES, ROW) if page.in_sitemap]
    assert site.get("/sitemap-1.xml").content == Sitemap(
        seed_release, paths, "https://w3id.org/kankei/"
    ).part("sitemap-1.xml")
    assert "<loc>https://w3id.org/kankei/about</loc>" in site.get("/sitemap-1.xml").text


def test_a_row_is_in_the_openapi_document(site: Client) -> None:
    operation = site.get("/openapi.json").json()["paths"]["/about"]["get"]
    assert operation["summary"] == "About this site"
    assert set(operation["responses"]["200"]["content"]) == {HTML}


def test_a_row_is_a_route_of_the_metrics(site: Client) -> None:
    site.get("/about", BROWSER)
    series = 'kankei_requests_total{route="about",method="read",status="200"}'
    assert series in site.get("/metrics").text


def test_iris_under_the_path_of_a_row_are_links(seed_release: Release) -> None:
    links = Links(seed_release, linked_segments((*PAGES, ROW)))
    assert links.href("https://w3id.org/kankei/about") == "/about"
    assert Links(seed_release, linked_segments(PAGES)).href("https://w3id.org/kankei/about") != "/about"


ASKED = {
    "/reconcile/flyout": ("?id=org/mlit", 200),
    "/reconcile/preview": ("?id=org/mlit", 200),
    "/lookup": ("?identifier=105", 303),
    "/mcp": ("", 405),
}
"""What pages need that have no answer to their address alone, and the status then."""


def test_every_page_is_served(web: Client) -> None:
    for page in PAGES:
        for path in (*page.aliases, page.path):
            if "{" not in path:
                query, status = ASKED.get(path, ("", 200))
                assert web.get(path + query, "*/*").status_code == status, path
