"""The page of a programme: the answer first, on a date; its evidence one click behind; the rest folded."""

import re
from datetime import date

import pytest

from kankei.release.reader import Release
from kankei.web.app import create_app
from kankei.web.responses.response_cache import request_key
from kankei.web.server_state import ServerState
from support.client import BROWSER, Client
from support.stub import StubEngine
from web.test_pages import section
from web.test_programme_years import words

ADDRESS = "/doc/programme/two-region-living"


class Clock:
    """The date, which a test sets."""

    day = date(2025, 4, 5)

    def __call__(self) -> date:
        return self.day


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dated(seed_release: Release, clock: Clock) -> Client:
    """The application on the clock's date."""
    return Client(create_app(seed_release, StubEngine(), {}, ServerState(today=clock)))


def state(app: Client, address: str, language: str = "ja") -> str:
    mark = "&" if "?" in address else "?"
    text = app.get(f"{address}{mark}lang={language}", BROWSER).text
    return words(text.partition('<section class="state')[2].partition("<form")[0].partition(">")[2])


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-03-01", "公募の状況：募集前"),
        ("2025-04-05", "公募の状況：募集中の可能性あり"),
        ("2025-07-01", "公募の状況：終了"),
        ("2026-04-01", "令和8年度（2026年度）は未掲載 令和7年度（2025年度）の公募：終了"),
    ],
)
def test_the_status_of_a_call_on_a_date(dated: Client, day: str, expected: str) -> None:
    assert state(dated, f"{ADDRESS}?on={day}").partition("公募の状況 ")[2].startswith(expected)


def test_a_column_without_a_call_is_no_answer(dated: Client) -> None:
    told = state(dated, "/doc/programme/furusato-working-holiday")
    assert "公募の状況：記載なし" in told
    assert "公募がないという意味ではありません" in told


def test_a_page_without_a_date_is_that_of_the_day_and_grows_old(dated: Client, clock: Clock) -> None:
    first = dated.get(ADDRESS, BROWSER)
    assert dated.get(ADDRESS, BROWSER).headers["etag"] == first.headers["etag"]
    turtle = dated.get(ADDRESS, "text/turtle").headers["etag"]
    clock.day = date(2026, 4, 1)
    later = dated.get(ADDRESS, BROWSER, if_none_match=first.headers["etag"])
    assert (later.status_code, "は未掲載" in later.text) == (200, True)
    assert dated.get(ADDRESS, "text/turtle").headers["etag"] == turtle


def test_the_bytes_of_a_request_find_no_page_of_another_day(dated: Client, clock: Clock) -> None:
    headers = [(b"accept", BROWSER.encode())]
    cache = dated.app.router.cache  # type: ignore[attr-defined]
    dated.raw(ADDRESS, headers)
    assert cache.lookup(request_key(ADDRESS.encode(), headers)) is not None
    clock.day = date(2025, 4, 6)
    assert cache.lookup(request_key(ADDRESS.encode(), headers)) is None


@pytest.mark.parametrize(
    "written", ["today", "2025-13-01", "20250401", "2025-4-1", "0001-01-01", "9999-12-31"]
)
def test_what_is_no_date_is_refused(dated: Client, written: str) -> None:
    assert dated.get(f"{ADDRESS}?on={written}", BROWSER).status_code == 400


def test_another_language_is_of_the_same_day(dated: Client) -> None:
    text = dated.get(f"{ADDRESS}?on=2025-05-01&lang=ja", BROWSER).text
    assert 'href="?on=2025-05-01&amp;lang=en" lang="en" hreflang="en"' in text


def test_measures_stand_apart_with_their_own_rates_and_budgets(web: Client) -> None:
    facts = (
        web.get(f"{ADDRESS}?lang=ja", BROWSER).text.partition('id="facts"')[2].partition('<dl class="iri"')[0]
    )
    whole, *measures = facts.split('<section class="measure">')
    assert "補助率等" not in words(whole)
    measures = [measure.partition("</section>")[0] for measure in measures]
    told = [words(re.sub(r"<details.*?</details>", "", measure, flags=re.DOTALL)) for measure in measures]
    year, stage = "予算 令和7年度", "予算案：1,000万円"
    corporations, pilot = (
        "① 特定居住支援法人による取組の推進",
        "② 二地域居住等の促進に向けた先導的な施策の実装",
    )
    assert told == [
        f"{corporations} 支援対象・内容 ソフト 補助率等 委託 {year} {stage}",
        f"{pilot} 支援対象・内容 ハード ソフト 補助率等 定額 補助率 1/2 {year} {stage}",
    ]


def test_evidence_stands_behind_each_value_and_leads_to_its_lines(web: Client) -> None:
    facts = section(web.get(f"{ADDRESS}?lang=ja", BROWSER).text, "facts")
    shown = words(re.sub(r"<details.*?</details>", "", facts, flags=re.DOTALL))
    assert "資料の表記" not in shown
    call = facts.partition("公募時期</dt>")[2].partition("</dd>")[0]
    assert "<q>４月～５月頃</q>" in call
    assert "sheets-103-106?lang=ja#line=125,126" in call
    assert "公募・要望調査の年" in call


def test_a_country_code_is_no_doubt_about_the_number(web: Client) -> None:
    facts = section(web.get(f"{ADDRESS}?lang=ja", BROWSER).text, "facts")
    contact = facts.partition("問合せ先</dt>")[2].partition("</dd>")[0]
    assert "推定" not in contact
    assert 'href="tel:+81352538369">03-5253-8369<' in contact


def test_value_nodes_show_neither_slugs_nor_booleans(web: Client) -> None:
    text = web.get(f"{ADDRESS}?lang=ja", BROWSER).text.partition("<main")[2].partition("<footer")[0]
    assert not re.search(r">[^<]*(call-2025|survey-2025|bodies-2025)[^<]*<", text)
    assert not re.search(r">\s*(true|false)\s*<", text)
    assert ">はい<" in text


def test_statements_are_folded(web: Client) -> None:
    details = web.get(f"{ADDRESS}?lang=ja", BROWSER).text.partition('id="details"')[2]
    unfolded = re.sub(r"<details.*?</details>", "", details.partition('id="page-data"')[0], flags=re.DOTALL)
    assert "<dl" not in unfolded.partition('<section aria-labelledby="incoming">')[0]


def test_an_organisation_has_its_reading(web: Client) -> None:
    text = web.get("/doc/org/mlit?lang=ja", BROWSER).text
    assert "<ruby>国土交通省<rp>（</rp><rt>こくどこうつうしょう</rt><rp>）</rp></ruby>" in text
    assert "<ruby>" not in web.get("/doc/org/mlit?lang=en", BROWSER).text


@pytest.mark.parametrize("path", [ADDRESS, "/programmes?call=open"])
def test_a_page_of_today_is_modified_at_midnight_in_japan(dated: Client, clock: Clock, path: str) -> None:
    clock.day = date(2100, 1, 2)
    modified = dated.get(path, BROWSER).headers["last-modified"]
    assert modified == "Fri, 01 Jan 2100 15:00:00 GMT"
    assert dated.get(path, BROWSER, if_modified_since=modified).status_code == 304
    clock.day = date(2100, 1, 3)
    assert dated.get(path, BROWSER, if_modified_since=modified).status_code == 200
    named = f"{path}{'&' if '?' in path else '?'}on=2100-01-03"
    assert dated.get(named, BROWSER, if_modified_since=modified).status_code == 304
