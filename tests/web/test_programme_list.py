"""``/programmes``: filters, pages that end, plain JSON by its schema, the same RDF in each format."""

import datetime
from typing import Any

import pyoxigraph as ox
import pytest
from jsonschema import Draft202012Validator

from kankei.namespaces import KK
from kankei.release.reader import Release
from kankei.search.index.call_periods import State
from kankei.web.app import create_app
from kankei.web.resources import programme_list
from kankei.web.resources.programme_filters import Criteria, chosen
from kankei.web.resources.programme_finder import StoreFinder, call_states
from kankei.web.server_state import ServerState
from support.client import INLINE_JSON_LD, Client
from support.stub import StubEngine

BASE = "https://w3id.org/kankei/"
ALL = ["furusato-working-holiday", "new-exchange-market", "related-population-creation", "two-region-living"]


def page(web: Client, query: str = "") -> Any:
    answer = web.get(f"/programmes{query}", "application/json")
    assert answer.status_code == 200, answer.text
    return answer.json()


def slugs(content: Any) -> list[str]:
    return [item["id"].rpartition("/")[2] for item in content["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("?lang=en", ALL),
        ("?theme=related-population", ALL),
        ("?ministry=mic", ["furusato-working-holiday", "related-population-creation"]),
        ("?ministry=mic&ministry=mlit", ALL),
        (f"?ministry={BASE}id/org/mic", ["furusato-working-holiday", "related-population-creation"]),
        ("?unit=jta", ["new-exchange-market"]),
        ("?unit=mlit", ["new-exchange-market", "two-region-living"]),
        ("?body=npo", ["two-region-living"]),
        ("?support=hard", ["two-region-living"]),
        ("?year=2025", ALL),
        ("?year=2022", []),
        ("?ministry=mlit&body=dmo", ["new-exchange-market"]),
        ("?call=before&on=2025-01-01", ["new-exchange-market", "two-region-living"]),
        ("?call=possible&on=2025-04-05", ["new-exchange-market", "two-region-living"]),
        ("?call=ended&on=2026-04-01", ["new-exchange-market", "two-region-living"]),
        ("?call=not-stated", ["furusato-working-holiday", "related-population-creation"]),
    ],
)
def test_a_filter_leaves_what_fulfils_it(query: str, expected: list[str], web: Client) -> None:
    content = page(web, query)
    assert slugs(content) == expected
    assert content["total"] == len(expected)


@pytest.mark.parametrize("day", ["2025-01-01", "2025-02-15", "2025-04-05", "2025-05-31", "2026-11-30"])
def test_each_programme_has_one_state_on_a_day(day: str, web: Client) -> None:
    by_state = {state: slugs(page(web, f"?call={state}&on={day}")) for state in State}
    assert sorted(slug for found in by_state.values() for slug in found) == ALL
    for item in page(web, f"?on={day}")["items"]:
        assert item["id"].rpartition("/")[2] in by_state[State(item["callState"])]


def test_the_list_is_of_its_schema(web: Client) -> None:
    answer = web.get("/programmes", "application/json")
    schema = web.get("/schema/programmes.json").json()
    Draft202012Validator(schema).validate(answer.json())
    assert answer.links["describedby"]["url"] == "./schema/programmes.json"
    (item,) = page(web, "?body=npo")["items"]
    assert item["title"]["ja"] == "二地域居住等の促進"
    assert item["budgets"] == [20_000_000]
    assert [ministry["label"]["ja"] for ministry in item["ministries"]] == ["国土交通省"]
    assert web.get(item["address"].removeprefix(BASE.removesuffix("/"))).status_code == 200


@pytest.mark.parametrize("query", ["", "?ministry=mlit&call=before&on=2025-01-01"])
def test_the_list_is_the_same_in_every_format(query: str, web: Client) -> None:
    formats = {
        "text/turtle": ox.RdfFormat.TURTLE,
        INLINE_JSON_LD: ox.RdfFormat.JSON_LD,
        "application/n-triples": ox.RdfFormat.N_TRIPLES,
        "application/rdf+xml": ox.RdfFormat.RDF_XML,
    }
    graphs = [
        {quad.triple for quad in ox.parse(web.get(f"/programmes{query}", accept).content, format=form)}
        for accept, form in formats.items()
    ]
    assert graphs[0]
    assert all(graph == graphs[0] for graph in graphs)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("application/ld+json, application/json", "application/ld+json"),
        ("application/json, application/ld+json;q=0.5", "application/json"),
        ("text/turtle", "text/turtle"),
    ],
)
def test_which_json_a_client_gets(accept: str | None, expected: str, web: Client) -> None:
    assert web.get("/programmes", accept).headers["content-type"].startswith(expected)


def test_the_json_ld_is_framed(web: Client) -> None:
    content = web.get("/programmes?ministry=mlit", "application/ld+json").json()
    assert (content["type"], content["totalItems"]) == (["Collection"], 2)
    first, _ = content["member"]
    assert first["title"]["ja"] == "新たな交流市場・観光資源の創出事業"
    assert first["ministry"][0]["prefLabel"]["ja"] == "国土交通省"
    assert content["view"]["first"].endswith("/programmes?ministry=mlit")


def test_pages_are_linked_and_end(
    web: Client, monkeypatch: pytest.MonkeyPatch, seed_release: Release
) -> None:
    monkeypatch.setattr(programme_list, "PAGE_SIZE", 3)
    app = Client(create_app(seed_release, StubEngine(), {}))
    address, seen, count = "/programmes?lang=en", [], 0
    while address:
        answer = app.get(address, "application/json")
        content = answer.json()
        count += 1
        seen += slugs(content)
        address = content["links"].get("next", "").removeprefix(BASE.removesuffix("/"))
        assert ("next" in answer.links) == bool(address)
        turtle = app.get(content["id"].removeprefix(BASE.removesuffix("/")), "text/turtle").text
        assert ("hydra:next" in turtle) == bool(address)
        page = app.get(content["id"].removeprefix(BASE.removesuffix("/")), "text/html").text
        assert ('rel="next"' in page, 'rel="prev"' in page) == (bool(address), count > 1)
    assert (seen, count) == (ALL, 2)
    assert content["links"]["last"] == content["id"]
    assert content["links"]["prev"] == content["links"]["first"] == f"{BASE}programmes"


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "1.5", "01", "99999999999999999999", "", "１"])
def test_there_is_no_page_beyond_the_last(number: str, web: Client) -> None:
    answer = web.get(f"/programmes?page={number}", "application/json")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("?colour=red", "theme"),
        ("?theme=unknown", "related-population"),
        ("?theme=", "related-population"),
        ("?ministry=jta", "mlit"),
        ("?call=perhaps", "possible"),
        ("?year=1800", "2025"),
        ("?unit=%00", "mlit"),
        ("?body=%3Chttp://evil.example/%3E", "npo"),
    ],
)
def test_an_unknown_filter_or_value_is_refused_with_the_list(query: str, offered: str, web: Client) -> None:
    answer = web.get(f"/programmes{query}", "application/json")
    assert answer.status_code == 400
    assert offered in answer.json()["offered"]


@pytest.mark.parametrize("day", ["2025-13-01", "yesterday", "20250101", "0001-01-01"])
def test_what_is_no_date_is_refused(day: str, web: Client) -> None:
    assert web.get(f"/programmes?on={day}", "application/json").status_code == 400


def test_by_default_states_are_those_of_today_in_japan(seed_release: Release) -> None:
    days = iter([datetime.date(2026, 4, 1), datetime.date(2026, 4, 2)] * 5)
    today = [next(days)]
    state = ServerState(today=lambda: today[0])
    app = Client(create_app(seed_release, StubEngine(), {}, state))
    first = app.get("/programmes", "application/json")
    again = app.get("/programmes", "application/json", if_none_match=first.headers["etag"])
    assert (first.json()["on"], again.status_code) == ("2026-04-01", 304)
    today[0] = next(days)
    tomorrow = app.get("/programmes", "application/json", if_none_match=first.headers["etag"])
    assert (tomorrow.status_code, tomorrow.json()["on"]) == (200, "2026-04-02")


def test_an_address_has_its_filters_in_one_order(seed_release: Release) -> None:
    given = [("call", "open"), ("ministry", "mlit"), ("ministry", "mic"), ("page", "2")]
    choice = chosen(given, seed_release, datetime.date(2026, 4, 1))
    assert choice.query(2, "2026-04-01") == "?ministry=mic&ministry=mlit&call=open&on=2026-04-01&page=2"


def test_an_empty_criterion_asks_nothing(seed_release: Release) -> None:
    engine = StubEngine()
    app = Client(create_app(seed_release, engine, {}))
    assert slugs(page(app)) == ALL
    assert engine.asked == []
    assert StoreFinder(seed_release, engine).release is seed_release
    assert Criteria().states == ()


def test_the_best_of_several_calls_is_the_state() -> None:
    bounds = ("earliestStart", "latestStart", "earliestEnd", "latestEnd")
    past = dict.fromkeys(bounds, "2025-01-01")
    now = {
        **dict.fromkeys(bounds[:2], "2025-04-01"),
        **dict.fromkeys(bounds[2:], "2025-04-30"),
    }
    rows = [{"programme": name, "property": KK + "latestYear", "value": "2025"} for name in "pq"]
    for call, window in (("a", past), ("b", now)):
        rows.append({"programme": "p", "call": call})
        rows += [{"call": call, "property": KK + name, "value": value} for name, value in window.items()]
    assert call_states(rows, datetime.date(2025, 4, 10)) == {"p": "open", "q": "not-stated"}
    inferred = {"call": "b", "property": KK + "basis", "value": KK + "inferred"}
    assert call_states([*rows, inferred], datetime.date(2025, 4, 10))["p"] == "possible"


def test_a_page_of_some_says_so_and_leads_to_all(web: Client) -> None:
    some = web.get("/programmes?body=npo&lang=ja", "text/html").text
    assert "1 件見つかりました。" in some
    assert 'href="./programmes?lang=ja">施策の一覧（4 件）' in some
    assert "見つかりました" not in web.get("/programmes?lang=ja", "text/html").text
