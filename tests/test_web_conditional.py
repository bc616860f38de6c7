"""Preconditions, ranges, encoded slashes and blank nodes: what a careful client finds in the small print."""

import subprocess
import sys

import pytest

from client import Client
from kankei.errors import PreconditionFailed
from kankei.release.reader import Release
from kankei.web.conditional import check_match

PATHS = ("/doc/org/mlit.ttl", "/sparql?query=ASK%7B%7D&format=json", "/dumps/kankei.jsonld")
READ = """
import sys
from pathlib import Path
from pyoxigraph import RdfFormat
from kankei.web.graph import triples
print(*triples(Path(sys.argv[1]).read_bytes(), RdfFormat.TURTLE), sep="\\n")
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
