"""`/search` as JSON."""

from datetime import date

import pytest

from kankei.release.reader import Release
from kankei.web.app import create_app
from kankei.web.resources.search_results import parse_search
from kankei.web.responses.day import Day
from kankei.web.server_state import ServerState
from support.building import build_quickly
from support.client import Client
from support.stub import StubEngine


def test_hits_say_why_they_matched(web: Client) -> None:
    answer = web.get("/search?q=空家&type=programme&on=2025-04-05")
    assert answer.headers["content-type"] == "application/json"
    (hit,) = answer.json()["hits"]
    assert (hit["path"], hit["label"]["ja"], hit["call"]) == (
        "programme/two-region-living",
        "二地域居住等の促進",
        "possible",
    )
    (match,) = hit["matches"]
    assert (match["field"], match["text"], match["spans"]) == ("concept", "空き家", [[0, 3]])
    names = [facet["name"] for facet in answer.json()["facets"]]
    assert {"theme", "ministry", "unit", "body", "support", "funding", "rate", "budget", "call", "year"} <= {
        *names
    }


def test_an_answer_has_a_tag_and_is_cached(web: Client) -> None:
    first = web.get("/search?q=移住&on=2025-04-05")
    assert web.get("/search?q=移住&on=2025-04-05", if_none_match=first.headers["etag"]).status_code == 304
    assert web.get("/search?on=2025-04-05&q=移住").headers["etag"] == first.headers["etag"]
    assert web.get("/search?q=移住&on=2025-04-06").headers["etag"] != first.headers["etag"]


def test_today_is_a_new_day_tomorrow(seed_release: Release) -> None:
    days = [date(2025, 4, 5)]
    state = ServerState(today=lambda: days[0])
    client = Client(create_app(seed_release, StubEngine(), {}, state))
    assert [client.get("/search").json()["on"] for _ in range(2)] == ["2025-04-05"] * 2
    days[0] = date(2025, 7, 1)
    assert client.get("/search").json()["on"] == "2025-07-01"


@pytest.mark.parametrize(
    "query",
    [
        "on=2025-13-01",
        "on=today",
        "page=0",
        "page=x",
        "size=101",
        "page=99999",
        f"q={'a' * 501}",
        "q=%ff",
        "&".join(map("theme={}".format, range(101))),
    ],
)
def test_malformed_searches_are_refused(web: Client, query: str) -> None:
    assert web.get(f"/search?{query}").status_code == 400


def test_a_release_without_an_index_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    release = Release.open(build_quickly(tmp_path_factory.mktemp("plain")))
    answer = Client(create_app(release, StubEngine(), {})).get("/search?q=a")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "this release was built without a search index",
    )


def test_links_of_a_search_are_canonical() -> None:
    today = Day(date(2025, 4, 5), is_named=False)
    address = parse_search("q=移住++者&page=2&theme=b&theme=a&theme=&x=1".encode(), today)
    assert address.link() == "/search?q=%E7%A7%BB%E4%BD%8F+%E8%80%85&theme=a&theme=b&page=2"
    assert address.toggled("theme", "a").link() == "/search?q=%E7%A7%BB%E4%BD%8F+%E8%80%85&theme=b"
    assert address.toggled("call", "open").on_page(3).link().endswith("&call=open&page=3")
    assert parse_search(b"", Day(date(2025, 4, 5), is_named=True)).link() == "/search?on=2025-04-05"
    assert parse_search(b"", today).link() == "/search"
