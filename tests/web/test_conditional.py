"""Preconditions, ranges, encoded slashes and blank nodes: what a careful client finds in the small print."""

import subprocess
import sys
from collections.abc import Mapping
from email.utils import formatdate

import pytest

from kankei.errors import PreconditionFailed
from kankei.release.reader import Release
from kankei.web.app import create_app
from kankei.web.http.conditional import check_match, http_date
from kankei.web.server_state import ServerState
from support.client import BROWSER, Client
from support.stub import StubEngine

PATHS = ("/doc/org/mlit.ttl", "/sparql?query=ASK%7B%7D&format=json", "/dumps/kankei.jsonld")
READ = """
import sys
from pathlib import Path
from pyoxigraph import RdfFormat
from kankei.web.rdf.graph import parse_triples
print(*parse_triples(Path(sys.argv[1]).read_bytes(), RdfFormat.TURTLE), sep="\\n")
"""


@pytest.mark.parametrize("if_match", [None, "*", " * ", '"a"', '"b", "a"', 'W/"b","a"'])
def test_a_precondition_that_holds(if_match: str | None) -> None:
    check_match(if_match, '"a"')


@pytest.mark.parametrize("if_match", ["", '"b"', 'W/"a"', "a", '"a-gzip"', "**"])
def test_a_precondition_that_does_not(if_match: str) -> None:
    with pytest.raises(PreconditionFailed):
        check_match(if_match, '"a"')


@pytest.mark.parametrize("path", PATHS)
def test_if_match_is_evaluated_first_and_every_time(web: Client, path: str) -> None:
    tag = web.get(path).headers["etag"]
    for _ in range(2):
        assert web.get(path, if_match=tag).status_code == 200
        assert web.get(path, if_match="*").status_code == 200
        failed = web.get(path, if_match='"other"', if_none_match=tag)
        assert (failed.status_code, failed.json()["status"]) == (412, 412)
        assert web.get(path, if_match=f"W/{tag}").status_code == 412
        assert web.get(path, if_match=tag, if_none_match=tag).status_code == 304


def test_what_has_no_tag_matches_none_but_exists(web: Client) -> None:
    path = "/sparql?query=SELECT(RAND()AS%3Fx)%7B%7D&format=json"
    assert web.get(path, if_match="*").status_code == 200
    assert web.get(path, if_match='"a"').status_code == 412


DATE = 784111777


@pytest.mark.parametrize(
    "text",
    [
        *("Sun, 06 Nov 1994 08:49:37 GMT", " Sun, 06 Nov 1994 08:49:37 GMT "),
        *("Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"),
    ],
)
def test_a_date_in_each_of_its_forms(text: str) -> None:
    assert http_date(text) == DATE


NO_DATES = (
    *("", "*", "1994", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 +0000", "784111777"),
    *("Sun, 31 Feb 1994 08:49:37 GMT", "1994-11-06T08:49:37Z", "x" * 100_000),
    "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
)


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date(text: str) -> None:
    assert http_date(text) is None


def asked(web: Client, method: str, path: str, headers: Mapping[str, str]) -> int:
    return web.request(method, path, headers=headers).status_code


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/dumps/kankei.jsonld", "/tables/programmes.csv"])
def test_if_unmodified_since_holds_for_what_has_a_date(web: Client, method: str, path: str) -> None:
    answer = web.get(path)
    tag, modified = answer.headers["etag"], answer.headers["last-modified"]
    long_ago, since = {"If-Unmodified-Since": formatdate(0, usegmt=True)}, {"If-Unmodified-Since": modified}
    assert asked(web, method, path, since) == 200
    assert asked(web, method, path, long_ago) == 412
    assert asked(web, method, path, {**since, "If-None-Match": tag}) == 304
    assert asked(web, method, path, {**since, "Range": "bytes=0-1"}) in {206, 200}
    # It comes before these, and after If-Match, which has it not evaluated at all.
    assert asked(web, method, path, {**long_ago, "If-None-Match": tag}) == 412
    assert asked(web, method, path, {**long_ago, "Range": "bytes=0-1"}) == 412
    assert asked(web, method, path, {**long_ago, "If-Match": tag}) == 200
    assert asked(web, method, path, {**since, "If-Match": '"other"'}) == 412


@pytest.mark.parametrize("text", NO_DATES)
def test_if_unmodified_since_that_is_no_date_is_ignored(web: Client, text: str) -> None:
    assert asked(web, "GET", "/dumps/kankei.jsonld", {"If-Unmodified-Since": text}) == 200


def test_if_unmodified_since_is_ignored_where_there_is_no_date(web: Client) -> None:
    for _ in range(2):
        answer = web.get(PATHS[1], if_unmodified_since=formatdate(0, usegmt=True))
        assert answer.status_code == 200
        assert "last-modified" not in answer.headers


def test_a_document_that_was_modified_since_is_refused(web: Client) -> None:
    modified = web.get(PATHS[0]).headers["last-modified"]
    for _ in range(2):
        assert web.get(PATHS[0], if_unmodified_since=formatdate(0, usegmt=True)).status_code == 412
        assert web.get(PATHS[0], if_unmodified_since=modified).status_code == 200


@pytest.mark.parametrize(
    ("field", "status"),
    [
        ("bytes=0-1", 206),
        ("Bytes=0-1, 4-5", 206),
        ("bytes=-2", 206),
        ("bytes=999999999-", 416),
        *((field, 200) for field in ("lines=1-2", "bytes", "bytes=", "bytes=x-y", "bytes 0-1", "=", "\xff")),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(1000)), 200),
    ],
)
def test_a_range_that_is_none_is_ignored(web: Client, field: str, status: int) -> None:
    answer = web.raw("/dumps/kankei.jsonld", [(b"range", field.encode("latin-1"))])
    assert answer.status == status


@pytest.mark.parametrize("path", ["/doc/org%2Fmlit", "/doc/org%2fmlit", "/id/org%2Fmlit", "/doc%2Forg/mlit"])
def test_an_encoded_slash_separates_nothing(web: Client, path: str) -> None:
    for _ in range(2):
        assert web.get(path.replace("%2F", "/").replace("%2f", "/")).status_code in {200, 303}
        assert web.get(path).status_code == 404


def test_blank_nodes_are_called_the_same_in_every_process(seed_release: Release) -> None:
    read = [sys.executable, "-c", READ, str(seed_release.file("ontology/shapes.ttl"))]
    first, second = (subprocess.run(read, capture_output=True, check=True).stdout for _ in range(2))
    assert b"_:b0" in first
    assert first == second


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_if_modified_since_spares_what_has_a_date(web: Client, method: str) -> None:
    path = "/dumps/kankei.jsonld"
    answer = web.get(path)
    tag, modified = answer.headers["etag"], answer.headers["last-modified"]
    assert asked(web, method, path, {"If-Modified-Since": modified}) == 304
    assert asked(web, method, path, {"If-Modified-Since": formatdate(0, usegmt=True)}) == 200
    assert asked(web, method, path, {"If-Modified-Since": "soon"}) == 200
    # The tag is the better witness: with it the date has no say.
    assert asked(web, method, path, {"If-Modified-Since": modified, "If-None-Match": '"other"'}) == 200
    assert asked(web, method, path, {"If-Modified-Since": "soon", "If-None-Match": tag}) == 304


@pytest.mark.parametrize(
    "path",
    ["/catalog", "/catalog.jsonld", "/ns.ttl", "/doc/org/mlit", "/dumps/kankei.ttl", "/tables/calls.csv"],
)
def test_dates_are_told_and_honoured_where_there_are_no_tags(web: Client, path: str) -> None:
    first = web.get(path)
    modified, tag = first.headers["last-modified"], first.headers["etag"]
    assert http_date(modified) is not None
    for _ in range(2):
        assert web.get(path, if_modified_since=modified).status_code == 304
        assert web.get(path, if_modified_since="Mon, 01 Jan 2035 00:00:00 GMT").status_code == 304
        assert web.get(path, if_modified_since="Mon, 01 Jan 2001 00:00:00 GMT").status_code == 200
        assert web.get(path, if_modified_since="yesterday").status_code == 200
        assert web.get(path, if_modified_since=modified, if_none_match='"other"').status_code == 200
        old = "Mon, 01 Jan 2001 00:00:00 GMT"
        assert web.get(path, if_modified_since=old, if_none_match=tag).status_code == 304


@pytest.mark.parametrize(
    "path", ["/openapi.json", "/catalog", "/ns", "/doc/org/mlit", "/schema/programme.json"]
)
def test_what_the_server_writes_is_modified_with_its_start(seed_release: Release, path: str) -> None:
    started = 4_102_444_800
    web = Client(create_app(seed_release, StubEngine(), {}, ServerState(started_s=started)))
    modified = web.get(path, BROWSER).headers["last-modified"]
    assert modified == formatdate(started, usegmt=True)
    assert web.get(path, BROWSER, if_modified_since=modified).status_code == 304
    assert web.get(path, BROWSER, if_modified_since=formatdate(started - 1, usegmt=True)).status_code == 200
    dump = web.get("/dumps/kankei.ttl").headers["last-modified"]
    assert web.get("/dumps/kankei.ttl", if_modified_since=dump).status_code == 304
    assert (http_date(dump) or 0) < started
