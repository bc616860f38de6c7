"""Errors over HTTP: one body shape, a page for a browser, nothing reflected, nothing leaked."""

import logging
import re
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.engine.operation import Operation, QueryResult
from kankei.errors import ERRORS, BrokenRelease, Overloaded
from kankei.release.reader import OpenFile, Release
from kankei.web.app import create_app
from kankei.web.html.localizer import MESSAGES
from kankei.web.http.headers import COMMON_HEADERS, SCRIPT_POLICY
from support.client import BROWSER, Client

PATHS = ["/", "/doc/org/mlit", "/id/org/mlit", "/dumps/", "/catalog", "/ns", "/health", "/nope", "/sparql"]


class FailingEngine:
    """An engine that fails as it is told to."""

    identity = "none"

    def __init__(self, error: Exception) -> None:
        self.error = error

    async def answer(self, operation: Operation) -> QueryResult:
        raise self.error

    def close(self) -> None: ...


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "CONNECT"])
def test_other_methods_are_refused_with_those_that_there_are(web: Client, path: str, method: str) -> None:
    if (path, method) == ("/sparql", "POST"):
        return
    answer = web.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"].startswith("GET, HEAD,")
    assert answer.json()["title"] == "Method Not Allowed"


@pytest.mark.parametrize("path", PATHS)
def test_options_and_headers_that_every_response_has(web: Client, path: str) -> None:
    options = web.request("OPTIONS", path)
    assert options.status_code == 204
    assert options.headers["access-control-allow-methods"] == options.headers["allow"]
    for answer in (options, web.get(path), web.get(path, BROWSER), web.request("PUT", path)):
        scripted = "<script src=" in answer.text  # the page of queries, where its editor was built
        for name, value in (COMMON_HEADERS | (SCRIPT_POLICY if scripted else {})).items():
            assert answer.headers.get_list(name) == [value]


def test_a_problem_has_the_shape_of_rfc_9457(web: Client) -> None:
    answer = web.get("/nope")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "nothing is published at this address",
    }


@pytest.mark.parametrize(("language", "words"), [("ja", "お応えできません"), ("en", "This did not work")])
def test_a_browser_gets_a_page(web: Client, language: str, words: str) -> None:
    answer = web.get(f"/nope?lang={language}", BROWSER)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert words in answer.text


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ({"accept_language": "ja"}, "日付（on）は 2026-04-01 のように指定してください。"),
        ({"accept_language": "ja-JP,en;q=0.5"}, "日付（on）は 2026-04-01 のように指定してください。"),
        ({"accept_language": "en,ja;q=0.5"}, "`on` is a date such as 2026-04-01"),
        ({"accept_language": "*"}, "`on` is a date such as 2026-04-01"),
        ({}, "`on` is a date such as 2026-04-01"),
    ],
)
def test_a_detail_is_in_japanese_where_a_program_asks_for_it(
    web: Client, headers: dict[str, str], detail: str
) -> None:
    answer = web.get("/programmes?on=2025-13-01", "application/json", **headers)
    assert answer.json()["detail"] == detail
    assert answer.headers.get("content-language") == (None if detail.isascii() else "ja")


def test_a_page_has_its_detail_in_its_language(web: Client) -> None:
    page = web.get("/programmes?page=99999&lang=ja", BROWSER).text
    assert re.search("一覧のページは 1 から [0-9]+ までです。", page)
    assert "the list has the pages" not in page
    assert "the list has the pages" in web.get("/programmes?page=99999&lang=en", BROWSER).text


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("told", sorted({kind.status for kind in ERRORS}))
def test_every_status_has_a_sentence_in_both_languages(told: int, language: str) -> None:
    assert MESSAGES.format(language, f"problem-{told}").endswith("。" if language == "ja" else ".")


def test_the_sentence_comes_before_the_details(web: Client) -> None:
    text = web.get("/programmes?page=99999&lang=ja", BROWSER).text
    places = [text.index(words) for words in ("このアドレスには何も", "404 Not Found", '<p class="message">')]
    assert places == sorted(places)


def test_a_page_says_nothing_twice(web: Client) -> None:
    assert web.get("/nope?lang=ja", BROWSER).text.count("このアドレスには何も公開されていません。") == 1


def test_a_browser_sees_the_position_of_an_error_in_its_query(web: Client) -> None:
    answer = web.get("/sparql?lang=en&query=SELECT%20*%20%7B%20%3Cscript%3E", BROWSER)
    assert answer.status_code == 400
    assert "line 1, column" in answer.text
    assert "<script>" not in answer.text


def test_a_page_about_a_query_leads_back_to_the_form(web: Client) -> None:
    assert (
        'href="./sparql?lang=en"' in web.get("/sparql?query=nonsense&lang=en", BROWSER).text.split("<h1>")[1]
    )
    assert 'href="./sparql' not in web.get("/nope?lang=en", BROWSER).text.split("<h1>")[1].split("<footer")[0]


def test_nothing_that_was_sent_comes_back_in_headers(web: Client) -> None:
    mark = "x-mark-5417"
    names = ("host", "origin", "referer", "accept", "accept-language", "user-agent", "x-forwarded-host")
    for path in (*PATHS, "/dumps", "/id/org/mlit?next=//evil.example"):
        answer = web.raw(path.partition("?")[0], [(name.encode(), mark.encode()) for name in names])
        assert mark not in str(answer.headers)
        assert mark.encode() not in answer.body


def test_a_fault_of_ours_is_logged_and_not_shown(
    seed_release: Release, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Client(create_app(seed_release, FailingEngine(ValueError("secret")), {}))
    for path in ("/", "/sparql?query=ASK%7B%7D", "/doc/org/mlit.html"):
        with caplog.at_level(logging.ERROR):
            answer = broken.get(path, "text/html, */*;q=0.5")
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
        assert answer.headers["content-security-policy"]
        assert "secret" in caplog.text
        caplog.clear()


def test_an_overloaded_engine_says_when_to_come_back(seed_release: Release) -> None:
    error = Overloaded("too many queries are waiting", retry_after=7)
    answer = Client(create_app(seed_release, FailingEngine(error), {})).get("/sparql?query=ASK%7B%7D")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")


def test_a_file_that_cannot_be_read_is_a_fault_of_ours(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> NoReturn:
        raise OSError("the disk is gone")

    monkeypatch.setattr(Release, "open_file", fail)
    assert web.get("/dumps/kankei.nt").status_code == 500


@pytest.mark.parametrize("error", [OSError("the disk is gone"), BrokenRelease("the disk is gone")])
def test_a_response_that_breaks_off_is_not_made_to_look_whole(
    web: Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(OpenFile, "read", fail)
    with pytest.raises(type(error), match="the disk is gone"):
        web.raw("/dumps/kankei.nt")


@pytest.mark.parametrize(
    ("headers", "path", "query"),
    [
        ([(b"accept", b"\xff\xfe, */*;q=\xff")], "/doc/org/mlit", b""),
        ([(b"accept-language", b"\x00\xff")], "/", b"lang=%ff"),
        ([(b"if-none-match", b"\xff" * 1000)], "/doc/org/mlit", b""),
        ([], "/doc/" + "a" * 100_000, b""),
        ([], "/doc/\ufffd", b""),
        ([(b"range", b"bytes=a-b,,")], "/dumps/kankei.nt", b""),
        ([], "/", b"lang=" + b"&lang=" * 1000),
    ],
)
def test_odd_requests_never_fail(
    web: Client, headers: list[tuple[bytes, bytes]], path: str, query: bytes
) -> None:
    assert web.raw(path, headers, query).status < 500


@given(
    st.sampled_from(["/doc/", "/id/", "/dumps/", "/ns/", "/", "/sparql"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.binary(max_size=20),
    st.binary(max_size=20),
)
def test_no_request_makes_the_server_fail(
    web: Client, folder: str, name: str, accept: bytes, query: bytes
) -> None:
    headers = [(b"accept", accept), (b"accept-language", accept), (b"if-none-match", accept)]
    answer = web.raw(folder + name, headers, query)
    assert answer.status < 500
    assert re.match(r"(\.\./)+doc/", answer.headers.get("location", "../doc/"))
