"""`/lookup`: from what others know to the document."""

import json
import threading
from pathlib import Path
from urllib.parse import urlencode

import pytest

from kankei.search.index.record import Passage, Record
from kankei.search.index.schema import Field
from kankei.search.index.writer import write_index
from kankei.search.query.index_file import IndexFile, Thing
from kankei.web.resources import lookup as lookup_module
from kankei.web.resources.lookup import find
from support.client import Client


@pytest.mark.parametrize(
    ("parameter", "value", "path"),
    [
        ("identifier", "2000012100001", "org/mlit"),
        ("identifier", "106", "programme/two-region-living"),
        ("identifier", "03-5253-8369", "programme/two-region-living"),
        ("identifier", "mlit", "org/mlit"),
        ("uri", "http://www.wikidata.org/entity/Q1322293", "org/mic"),
        ("uri", "https://www.wikidata.org/entity/Q1322293", "org/mic"),
        ("uri", "http://data.e-stat.go.jp/lod/sac/C13000", "prefecture/tokyo"),
        ("uri", "https://furusato-work.jp/", "programme/furusato-working-holiday"),
        ("uri", "http://furusato-work.jp", "programme/furusato-working-holiday"),
        ("uri", "https://w3id.org/kankei/id/org/jta", "org/jta"),
        ("uri", "https://w3id.org/kankei/id/programme/two-region-living#2025", "programme/two-region-living"),
    ],
)
def test_one_thing_is_a_redirect(web: Client, parameter: str, value: str, path: str) -> None:
    answer = web.get(f"/lookup?{urlencode({parameter: value})}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"./doc/{path}")
    assert web.get(f"/doc/{path}").status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("identifier=", 400),
        ("identifier=1&uri=x", 400),
        (f"uri={'x' * 2001}", 400),
        ("identifier=999", 404),
        ("uri=https://furusato-work.jp/other", 404),
        ("uri=https://furusato.work.jp/", 404),
        ("uri=//evil.example/", 404),
        ("identifier=%2F%2Fevil.example", 404),
    ],
)
def test_what_is_not_found_is_a_problem(web: Client, query: str, status: int) -> None:
    answer = web.get(f"/lookup?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_several_things_are_a_list(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [Thing(number, f"https://x.example/id/org/{name}", f"org/{name}", "organisation", {"ja": name}, {})
            for number, name in enumerate("ab")]  # fmt: skip
    monkeypatch.setattr(lookup_module, "find", lambda *_, **__: both)
    answer = web.get("/lookup?identifier=7")
    assert (answer.status_code, answer.headers["content-type"]) == (300, "application/json")
    assert "location" not in answer.headers
    assert [(thing["path"], thing["label"]) for thing in answer.json()["things"]] == [
        ("org/a", {"ja": "a"}),
        ("org/b", {"ja": "b"}),
    ]


def test_a_project_is_found_by_its_number(joint_web: Client) -> None:
    answer = joint_web.get("/lookup?identifier=20406")
    assert (answer.status_code, answer.headers["location"]) == (303, "./doc/project/20406")


def test_an_identifier_of_two_is_ambiguous(tmp_path: Path) -> None:
    records = [
        Record(
            f"https://x.example/id/org/{name}",
            f"org/{name}",
            "organisation",
            {},
            [Passage(Field.IDENTIFIER, "7")],
        )
        for name in "ab"
    ]
    write_index(tmp_path / "index.sqlite", records, {}, [])
    things = find(IndexFile(tmp_path / "index.sqlite"), "７", is_uri=False)
    assert [thing.path for thing in things] == ["org/a", "org/b"]


def test_a_batch_keeps_its_order(web: Client) -> None:
    batch = [{"identifier": "105"}, {"uri": "https://none.example/"}, {"identifier": "2000012100001"}]
    answer = web.request(
        "POST", "/lookup", None, {"content-type": "application/json"}, json.dumps(batch).encode()
    )
    results = answer.json()["results"]
    assert [[thing["path"] for thing in its["things"]] for its in results] == [
        ["programme/new-exchange-market"],
        [],
        ["org/mlit"],
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"{}", 400),
        (b'[{"number": "1"}]', 400),
        (b'[{"identifier": 1}]', 400),
        (json.dumps([{"identifier": "1"}] * 1001).encode(), 413),
        (b'[{"uri": "\\ud800"}]', 400),
        (b'[{"identifier": "\\udfff"}]', 400),
        (b"[]", 200),
    ],
)
def test_malformed_batches_are_refused(web: Client, body: bytes, status: int) -> None:
    answer = web.request("POST", "/lookup", None, {"content-type": "application/json"}, body)
    assert answer.status_code == status


def test_a_batch_does_not_occupy_the_event_loop(web: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = set[int]()

    def found(*_: object, **__: object) -> list[Thing]:
        threads.add(threading.get_ident())
        return []

    monkeypatch.setattr(lookup_module, "find", found)
    headers = {"content-type": "application/json"}
    answer = web.request("POST", "/lookup", None, headers, b'[{"uri": "urn:not-in-the-loop"}]')
    assert answer.status_code == 200
    assert threads
    assert threading.get_ident() not in threads
