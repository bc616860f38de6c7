"""The page of a programme that has entries for several years: nothing of an old year is told as current."""

import re
from html import unescape

import pytest

from kankei.release.reader import Release
from kankei.web.app import create_app
from kankei.web.html.localizer import Links, Localizer
from support.client import BROWSER, Client
from support.several_years import release_of_three_years
from support.stub import StubEngine
from web.test_pages import Page, section

YEARS = (2027, 2026, 2025)
WORDS = {
    "en": {
        2027: "Fiscal year 2027",
        2026: "Fiscal year 2026",
        2025: "Fiscal year 2025",
    },
    "ja": {2027: "令和9年度（2027年度）", 2026: "令和8年度（2026年度）", 2025: "令和7年度（2025年度）"},
}
PROGRAMMES = (
    "furusato-working-holiday",
    "new-exchange-market",
    "related-population-creation",
    "two-region-living",
)
BUDGETS = {
    "furusato-working-holiday": (31_000_000, 28_000_000, 30_000_000),
    "new-exchange-market": (340_000_000, 350_000_000, 376_000_000),
    "related-population-creation": (8_000_000, 8_000_000, 6_000_000),
    "two-region-living": (26_000_000, 25_000_000, 20_000_000),
}
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return release_of_three_years(tmp_path_factory.mktemp("years"))


@pytest.fixture(scope="module")
def years(release: Release) -> Client:
    """The application over that release."""
    return Client(create_app(release, StubEngine(), {}))


def page(app: Client, programme: str, language: str) -> str:
    return app.get(f"/doc/programme/{programme}?lang={language}", BROWSER).text


def written(yen: int, language: str) -> str:
    """A budget as people write it: 3億4,000万円, 340 million yen."""
    hundred_million, rest = divmod(yen // 10_000, 10_000)
    japanese = (f"{hundred_million}億" if hundred_million else "") + f"{rest:,}万円"
    return japanese if language == "ja" else f"{yen // 1_000_000} million yen"


def words(markup: str) -> str:
    """What a reader sees."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("programme", PROGRAMMES)
def test_what_is_told_first_is_of_the_last_year_and_says_so(
    years: Client, programme: str, language: str
) -> None:
    text = page(years, programme, language)
    facts = words(section(text, "facts"))
    assert WORDS[language][2027] in facts
    assert not re.search("2025|2026|令和[78]|R[78]|Ｒ[７８]", facts)
    new, *old = (written(yen, language) for yen in BUDGETS[programme])
    assert new in facts
    assert not [yen for yen in old if yen != new and yen in facts]
    # Nor do the programme's own properties, before its parts, speak of an earlier year.
    own = words(text.partition('id="details"')[2].partition('<section class="part')[0])
    assert WORDS[language][2027] in own
    assert not [yen for yen in old if yen != new and yen in own]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("programme", PROGRAMMES)
def test_entries_stand_from_the_newest_to_the_oldest_and_are_linked(
    years: Client, programme: str, language: str
) -> None:
    text = page(years, programme, language)
    found = Page(text)
    assert found.faults == []
    assert len(found.ids) == len(set(found.ids))
    assert [anchor for anchor in found.ids if anchor.isdecimal()] == [str(year) for year in YEARS]
    nav = text.partition('<nav class="years"')[2].partition("</nav>")[0]
    assert Page("<nav" + nav + "</nav>").hrefs == [f"#{year}" for year in YEARS]
    for at, year in enumerate(YEARS):
        head, *_ = text.partition(f'id="{year}">')[2].partition("<dl")
        assert f">{WORDS[language][year]}</h3>" in head
        assert ('class="earlier"' in head) == (at > 0)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("programme", PROGRAMMES)
def test_each_budget_has_a_line_with_its_year(years: Client, programme: str, language: str) -> None:
    rows = section(page(years, programme, language), "by-year").split("<tr>")[2:]
    for row, year, yen in zip(rows, YEARS, BUDGETS[programme], strict=True):
        (line,) = re.findall(r"<li>(.*?)</li>", row, re.DOTALL)
        told = words(line)
        era = WORDS["ja"][year].partition("（")[0]
        assert written(yen, language) in told
        assert (era if language == "ja" else f"fiscal year {year}") in told


def test_a_name_that_only_some_sheets_print_is_told_with_their_years(years: Client) -> None:
    text = page(years, "furusato-working-holiday", "en")
    also = words(text.partition('<p class="also">')[2].partition("</p>")[0])
    assert also == ("Also printed as ふるさとワーキングホリデー推進事業 Fiscal year 2027, Fiscal year 2026")
    assert 'class="also"' not in page(years, "two-region-living", "en")


def test_measures_of_an_entry_stand_in_the_order_of_their_numbers_under_their_titles(years: Client) -> None:
    text = page(years, "two-region-living", "ja")
    found = re.findall(r'<h4>([^<]+)</h4>\s*<span class="meta">内訳事業の掲載情報 ', text)
    pilot, corporations = "二地域居住等の促進に向けた先導的な施策の実装", "特定居住支援法人による取組の推進"
    assert found[:3] == [pilot, corporations, "試しに設けた受入れの窓口の整備"]
    assert found[-2:] == [corporations, pilot]  # as the sheet of 2025 numbers them


def test_dates_are_told_as_the_language_writes_them(seed_release: Release, web: Client) -> None:
    japanese = words(page(web, "two-region-living", "ja"))
    assert "2025年4月～5月頃" in japanese
    assert "about April to May 2025" in words(page(web, "two-region-living", "en"))
    assert not ISO.search(japanese.replace(seed_release.manifest.version, ""))


def test_a_date_that_is_none_stays_as_it_is_written(seed_release: Release) -> None:
    assert Localizer(Links(seed_release), "ja").date("2025-02-30") == "2025-02-30"


def test_a_programme_of_one_year_says_which(web: Client) -> None:
    text = web.get("/doc/programme/two-region-living?lang=ja", BROWSER).text
    assert "令和7年度（2025年度）" in section(text, "facts")
    assert not re.search('class="(years|earlier|also)"|id="by-year"', text)
