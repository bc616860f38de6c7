"""The site under any path prefix: a proxy maps a folder of another host to this server's root."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.release.reader import Release
from kankei.web.http.headers import depth, own_path, relative
from support.client import BROWSER, Client

HOST = "https://data.example.org"
PREFIXES = ("", "/support", "/a/b.c")
PAGES = (
    *("/", "/?page=1", "/dumps", "/dumps/", "/tables", "/tables/", "/catalog", "/.well-known/void", "/ns"),
    *(
        "/ns.html",
        "/shapes",
        "/report",
        "/sparql",
        "/sparql?query=SELECT%20*%20%7B%3Fs%20?p%20?o%7D%20LIMIT%205",
    ),
    *("/nope", "/no/such/thing", "/doc/org%2Fnone", "/doc/org/mlit.html", "/sparql?query=oops"),
)
segments = st.lists(st.text("ab%2F:@.~-", min_size=1).filter(lambda text: text.strip(".")), max_size=4)
paths = segments.map(lambda parts: "/" + "/".join(parts)) | segments.map(
    lambda parts: "/" + "".join(f"{part}/" for part in parts)
)


class Addresses(HTMLParser):
    """Every address that a page names in an attribute."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value or "" for name, value in attrs if name in {"href", "src", "action"}}


@given(paths, paths, st.sampled_from(PREFIXES), st.sampled_from(["", "?lang=en", "#line=1,2", "?a=/../b#c"]))
def test_a_reference_leads_there_under_any_prefix(here: str, there: str, prefix: str, rest: str) -> None:
    assert (
        urljoin(f"{HOST}{prefix}{here}?x=/y", relative(here, there + rest)) == f"{HOST}{prefix}{there}{rest}"
    )


@pytest.mark.parametrize("address", ["#a", "?lang=en", "https://example.org/", "tel:+81352538369", ""])
def test_what_is_no_path_stays(address: str) -> None:
    assert relative("/doc/a/b", address) == address


@pytest.mark.parametrize(
    ("here", "expected"),
    [("/", "./ns"), ("/sparql", "./ns"), ("/dumps/", "../ns"), ("/doc/a/b", "../../ns"), ("*", "./ns")],
)
def test_references(here: str, expected: str) -> None:
    assert relative(here, "/ns") == expected


def test_the_depth_of_a_request_is_that_of_what_the_client_wrote() -> None:
    assert depth(own_path({"path": "/doc/org/none", "raw_path": b"/doc/org%2Fnone?a/b"})) == 1
    assert own_path({"path": "/doc/x", "raw_path": None}) == "/doc/x"


@pytest.fixture(scope="module")
def addresses(web: Client, seed_release: Release) -> dict[str, set[str]]:
    """The addresses that each page names, in its text and its headers."""
    found: dict[str, set[str]] = {}
    for page in (*PAGES, *(f"/doc/{path}" for path in seed_release.documents)):
        answer = web.get(page, BROWSER)
        found[page] = {*Addresses(answer.text).found, *_links(answer.headers.get("link", ""))}
    return found


@pytest.fixture(scope="module")
def status(web: Client) -> Callable[[str], int]:
    """The status of a path, which is requested once."""
    return cache(lambda path: web.get(path).status_code)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_local_address_of_every_page_works_under_a_prefix(
    web: Client, addresses: dict[str, set[str]], status: Callable[[str], int], prefix: str
) -> None:
    paths = set[str]()
    for page, named in addresses.items():
        for address in named:
            assert not address.startswith("/"), (page, address)
            target = urlsplit(urljoin(f"{HOST}{prefix}{page}", address))
            if f"{target.scheme}://{target.netloc}" == HOST:
                assert target.path.startswith(f"{prefix}/"), (page, address)
                paths.add(f"{target.path.removeprefix(prefix)}?{target.query}")
    gone = {urlsplit(page).path for page in PAGES if web.get(page, BROWSER).status_code != 200}
    statuses = {path: status(path) for path in paths if urlsplit(path).path not in gone}
    assert len(statuses) > 200
    assert {path: code for path, code in statuses.items() if code != 200} == {}


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_thing_leads_to_its_document_under_a_prefix(web: Client, prefix: str) -> None:
    location = web.get("/id/org/mlit?lang=en").headers["location"]
    assert location == "../../doc/org/mlit?lang=en"
    assert urljoin(f"{HOST}{prefix}/id/org/mlit", location) == f"{HOST}{prefix}/doc/org/mlit?lang=en"


def test_representations_at_two_depths_are_not_taken_for_one_another(web: Client) -> None:
    for one, other in (("/catalog", "/.well-known/void"), ("/dumps", "/dumps/")):
        assert web.get(one, BROWSER).headers["etag"] != web.get(other, BROWSER).headers["etag"]


def test_the_description_of_the_service_links_to_that_of_the_dataset(web: Client) -> None:
    link = web.get("/sparql", "text/turtle").headers["link"]
    assert [urljoin(f"{HOST}/p/sparql", address) for address in _links(link)] == [f"{HOST}/p/catalog"]


def _links(field: str) -> Iterator[str]:
    """The local targets of a `Link` field; canonical ones are absolute."""
    return (address for address in re.findall(r"<([^>]*)>", field) if "://" not in address)
