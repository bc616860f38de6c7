"""The home page: what is open on a day, where to begin, and figures of the release."""

import html
import re
from datetime import date

import pytest

from kankei.engine.operation import Engine
from kankei.web.queries import Values, solutions
from kankei.web.resources import home
from support.client import BROWSER, Client
from web.test_pages import section
from web.test_programme_years import words


@pytest.mark.parametrize(
    ("day", "calls"),
    [
        (
            "2025-04-05",
            [
                "募集中の可能性あり 二地域居住等の促進 2025年4月～5月頃",
                "募集中の可能性あり 新たな交流市場・観光資源の創出事業 2025年2月～4月上旬頃",
            ],
        ),
        ("2025-06-05", ["募集中の可能性あり 二地域居住等の促進 2025年4月～5月頃"]),
        ("2026-12-01", []),
    ],
)
def test_calls_on_a_day(web: Client, day: str, calls: list[str]) -> None:
    text = section(web.get(f"/?lang=ja&on={day}", BROWSER).text, "calls")
    assert [words(line) for line in text.partition("</ul>")[0].split("<li>")[1:]] == calls
    assert ("このデータにありません" in text) == (not calls)


def test_calls_that_are_not_listed_are_a_search(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "MAX_CALLS", 1)
    text = section(web.get("/?lang=en&on=2025-04-07", BROWSER).text, "calls")
    assert "and 1 more" in text
    (address,) = re.findall(r'href="\.(/search\?on=2025-04-07[^"]+)"', text)
    found = web.get(html.unescape(address), "application/json").json()
    assert found["total"] == 2


def test_themes_and_ministries_have_the_number_of_their_programmes(web: Client) -> None:
    text = web.get("/?lang=ja", BROWSER).text
    assert "国土交通省 2 件" in words(section(text, "by-ministry"))
    assert "関係人口の創出・拡大 4 件" in words(section(text, "by-theme"))


def test_the_page_leads_to_schemes_sources_and_years(web: Client) -> None:
    text = web.get("/?lang=en", BROWSER).text
    for path in ("scheme/theme", "source/sheets-103-106", "fiscal-year/2025", "dataset"):
        assert f'href="./doc/{path}?lang=en"' in text


def test_a_day_is_a_date(web: Client) -> None:
    assert web.get("/?on=tomorrow", BROWSER).status_code == 400
    assert (
        web.get(f"/?on={date(2025, 4, 5)}", "text/turtle").headers["content-type"].startswith("text/turtle")
    )


def test_the_engine_counts_programmes_once_a_release(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()

    async def counted(engine: Engine, name: str, values: Values = {}) -> list[dict[str, str]]:  # noqa: B006
        asked.append(name)
        return await solutions(engine, name, values)

    monkeypatch.setattr(home, "solutions", counted)
    for day in ("2025-04-08", "2025-04-09"):
        assert "2 件" in web.get(f"/?lang=ja&on={day}", BROWSER).text
    assert asked.count("open-calls") == 2
    assert asked.count("programme-counts") <= 1
