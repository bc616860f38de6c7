"""The table of programmes, a page at a time."""

import pyoxigraph as ox
import pytest

from kankei.localisation import LANGUAGES
from kankei.release.reader import Release
from kankei.web.html.localizer import Links, Localizer
from kankei.web.queries import query_text
from support.client import BROWSER, Client


def test_the_seed_fits_on_one_page(web: Client) -> None:
    page = web.get("/programmes?lang=ja", BROWSER)
    assert page.status_code == 200
    assert page.text.count('<th scope="row"') == 4
    assert 'class="pages"' not in page.text
    assert web.get("/programmes?page=2", BROWSER).status_code == 404


def test_filters_hold_for_the_page_too(web: Client) -> None:
    page = web.get("/programmes?ministry=mic&lang=ja", BROWSER)
    assert page.text.count('<th scope="row"') == 2
    assert 'href="?ministry=mic&amp;lang=en"' in page.text


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
    row = (
        web.get("/programmes?lang=ja", BROWSER)
        .text.partition(f"doc/programme/{path}")[2]
        .partition("</tr>")[0]
    )
    assert [word for word in words if word not in row] == []
    assert ("等（ほかも可）" in row) == (path != "furusato-working-holiday")


def test_printed_times_are_said_in_english_where_they_are_dates(web: Client) -> None:
    page = web.get("/programmes?lang=en", BROWSER).text
    assert "about February to early April 2025" in page
    assert "上旬頃" not in page


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
