"""Calendar files (RFC 5545): all days on which a call may be, tentative where they are not certain."""

import json
from datetime import date

import pytest

from kankei.namespaces import KK
from kankei.release.reader import Release
from kankei.search.index.call_periods import Window
from kankei.web.app import create_app
from kankei.web.resources.icalendar import is_tentative
from support.client import Client
from support.stub import StubEngine

ADDRESS = "/doc/programme/two-region-living.ics"
DAY = (date(2026, 5, 1), date(2026, 5, 1))


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_a_call_is_an_event_of_whole_days(web: Client) -> None:
    answer = web.get(f"{ADDRESS}?lang=ja")
    lines = unfolded(answer.text)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))
    assert {"DTSTART;VALUE=DATE:20250401", "DTEND;VALUE=DATE:20250601", "STATUS:TENTATIVE"} <= set(lines)
    assert "SUMMARY;LANGUAGE=ja:二地域居住等の促進 公募時期" in lines
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_the_language_is_that_of_the_page_and_the_bytes_repeat(web: Client) -> None:
    english = web.get(f"{ADDRESS}?lang=en")
    assert "Promotion of two-region living" in english.text
    assert web.get(f"{ADDRESS}?lang=en").content == english.content
    assert web.get(f"{ADDRESS}?lang=en", if_none_match=english.headers["etag"]).status_code == 304


def test_a_programme_without_dates_has_an_empty_calendar_and_no_link_to_it(web: Client) -> None:
    assert "VEVENT" not in web.get("/doc/programme/furusato-working-holiday.ics").text
    assert ".ics" not in web.get("/doc/programme/furusato-working-holiday", "text/html").text
    assert ".ics?lang=" in web.get("/doc/programme/two-region-living", "text/html").text


def test_only_programmes_have_a_calendar(web: Client) -> None:
    assert web.get("/doc/org/mlit.ics").status_code == 404


def test_an_event_may_last_to_the_last_day_that_there_is(seed_release: Release) -> None:
    programme = next(d for d in seed_release.documents.values() if d.path == "programme/two-region-living")
    days = ["2025-04-01", "2025-04-01", "9999-12-31", "9999-12-31"]
    names = ("earliestStart", "latestStart", "earliestEnd", "latestEnd")
    row = {"node": f"{programme.iri}#2025", "programme": programme.iri, "property": f"{KK}call"}
    row |= dict(zip(names, days, strict=True))
    rows = {"bindings": [{name: {"value": value} for name, value in row.items()}]}
    engine = StubEngine(json.dumps({"head": {}, "results": rows}).encode())
    lines = unfolded(Client(create_app(seed_release, engine, {})).get(ADDRESS).text)
    length = (date.max - date(2025, 4, 1)).days + 1
    assert {"DTSTART;VALUE=DATE:20250401", f"DURATION:P{length}D"} <= set(lines)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(DAY, DAY), False),
        (Window(DAY, DAY, approximate=True), True),
        (Window(DAY, DAY, inferred=True), True),
        (Window(DAY, (date(2026, 6, 1), date(2026, 6, 30))), True),
    ],
)
def test_what_is_not_certain_is_tentative(window: Window, expected: bool) -> None:
    assert is_tentative(window) == expected


def test_the_language_of_a_calendar_is_negotiated_and_named(web: Client) -> None:
    for language in ("ja", "en"):
        answer = web.get(ADDRESS, accept_language=language)
        assert answer.headers["content-language"] == language
        assert "Accept-Language" in answer.headers["vary"].split(", ")
