"""The home page: a bounded list that says what it leaves out."""

from collections import UserDict
from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph as ox
import pytest

from kankei.errors import UnknownResource
from kankei.localisation import LANGUAGES
from kankei.release.document_index import Document
from kankei.release.reader import Release
from kankei.web.app import create_app
from kankei.web.html.localizer import Links, Localizer
from kankei.web.queries import query_text
from kankei.web.resources.home import PAGE_SIZE, ListPage, programme_documents
from support.client import BROWSER, Client
from support.stub import StubEngine


@pytest.fixture
def large(seed_release: Release) -> Release:
    """A release with the documents of two and a half pages of programmes."""
    model = seed_release.documents["programme/two-region-living"]
    paths = [f"programme/p-{number:04}" for number in range(PAGE_SIZE * 5 // 2)]
    return replace(seed_release, documents={path: replace(model, path=path) for path in paths})


def test_every_programme_is_on_one_page(large: Release) -> None:
    documents = programme_documents(large)
    parts = [ListPage.of(documents, str(number)) for number in (1, 2, 3)]
    assert [len(part.documents) for part in parts] == [PAGE_SIZE, PAGE_SIZE, PAGE_SIZE // 2]
    assert [document.path for part in parts for document in part.documents] == list(large.documents)
    assert {(part.pages, part.total) for part in parts} == {(3, len(large.documents))}
    assert ListPage.of(documents, None) == parts[0]


def test_only_a_new_page_looks_at_the_documents(large: Release) -> None:
    class Counting(UserDict[str, Document]):
        scans = 0

        def __iter__(self) -> Iterator[str]:
            Counting.scans += 1
            return super().__iter__()

    body = b'{"head":{"vars":[]},"results":{"bindings":[]}}'
    release = replace(large, documents=Counting(large.documents))
    web = Client(create_app(release, StubEngine(body), {}))
    assert web.get("/?page=2", BROWSER).status_code == 200
    scans = Counting.scans
    for accept_language in ("ja", "ja;q=0.9"):
        assert web.get("/?page=2", BROWSER, accept_language=accept_language).status_code == 200
    assert Counting.scans == scans


@pytest.mark.parametrize("asked", ["0", "4", "-1", "1.0", "one", "", "１", "9" * 5000])
def test_a_page_that_is_not_there(large: Release, asked: str) -> None:
    with pytest.raises(UnknownResource, match="1 to 3"):
        ListPage.of(programme_documents(large), asked)


def test_a_release_without_programmes_has_one_empty_page() -> None:
    assert ListPage.of([], None).documents == []


def test_the_seed_fits_on_one_page(web: Client) -> None:
    page = web.get("/", BROWSER)
    assert page.status_code == 200
    assert page.text.count('<th scope="row"') == 4
    assert 'class="pages"' not in page.text
    assert web.get("/?page=2", BROWSER).status_code == 404


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            "two-region-living",
            ["民間事業者", "市区町村", "等（ほかも可）", ">令和7年度：2,000万円<", ">４月～５月頃<"],
        ),
        ("new-exchange-market", ["DMO", "令和7年度：3億7,600万円の内数", "２月～４月上旬頃"]),
        ("furusato-working-holiday", ["都道府県", "市町村", ">令和7年度：3,000万円<", "資料に記載なし"]),
    ],
)
def test_a_row_says_who_may_carry_it_out_how_much_and_when(web: Client, path: str, words: list[str]) -> None:
    row = web.get("/?lang=ja", BROWSER).text.partition(f"doc/programme/{path}")[2].partition("</tr>")[0]
    assert [word for word in words if word not in row] == []
    assert ("等（ほかも可）" in row) == (path != "furusato-working-holiday")


def test_rows_of_the_question_do_not_multiply(seed_store: ox.Store) -> None:
    names = (
        "two-region-living",
        "new-exchange-market",
        "furusato-working-holiday",
        "related-population-creation",
    )
    iris = [f"https://w3id.org/kankei/id/programme/{name}" for name in names]
    found = seed_store.query(query_text("programmes", {"programme": iris}))
    assert isinstance(found, ox.QuerySolutions)
    rows = [str(solution) for solution in found]
    # Four programmes with a ministry, a budget, what is said of the call, and each body that they name.
    assert len(rows) == len(set(rows)) < 40


def test_what_is_no_iri_never_gets_into_a_query() -> None:
    with pytest.raises(ValueError, match="IRI"):
        query_text("programmes", {"programme": ["https://example.org/> } DROP"]})


def test_every_kind_of_thing_has_a_name_in_both_languages(seed_release: Release) -> None:
    kinds = {path.partition("/")[0] for path in seed_release.documents} - {"programme"}
    for language in LANGUAGES:
        localizer = Localizer(Links(seed_release), language)
        assert {kind for kind in kinds if localizer.path_segment(kind) == kind} == set()
