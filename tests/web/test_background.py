"""What takes the processor long is done beside the event loop, in which look-ups are answered."""

import json
import threading
from collections import defaultdict
from typing import Any

import pytest

from kankei.release.reader import Release
from kankei.web.app import create_app
from kankei.web.html.templates import Templates
from kankei.web.resources import (
    document_graph,
    documents,
    health,
    lookup,
    programme_list,
    query_examples,
    release_graphs,
    sparql_page,
)
from support.client import Client
from support.stub import StubEngine

HTML, TURTLE = "text/html", "text/turtle"


@pytest.fixture(scope="module")
def fresh_web(seed_release: Release) -> Client:
    """An application that has made no page yet."""
    return Client(create_app(seed_release, StubEngine(), {}))


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """The names of the threads in which each function was called."""
    called: dict[str, set[str]] = defaultdict(set)

    def note(owner: Any, name: str) -> None:
        function = getattr(owner, name)

        def noted(*arguments: Any, **named: Any) -> Any:
            called[name].add(threading.current_thread().name.partition("_")[0])
            return function(*arguments, **named)

        monkeypatch.setattr(owner, name, noted)

    note(Templates, "render")
    for module in (documents, programme_list, query_examples, release_graphs, sparql_page):
        note(module, "serialize_document")
    for module in (documents, document_graph):
        note(module, "parse_triples")
    note(lookup, "read_lookups")
    note(health, "exposition")
    return called


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        *((path, HTML) for path in ("/", "/catalog", "/ns", "/shapes", "/dumps/", "/api", "/quality")),
        *(
            (path, HTML)
            for path in ("/pictures", "/programmes", "/search?q=a", "/sparql?query=SELECT*%7B%7D")
        ),
        *((path, HTML) for path in ("/doc/programme/two-region-living", "/doc/source/sheets-103-106")),
        ("/doc/programme/two-region-living?on=2025-04-05", HTML),
        ("/doc/programme/two-region-living", TURTLE),
        ("/doc/org/mlit", "application/ld+json"),
        ("/catalog", "application/ld+json"),
        ("/sparql/examples", TURTLE),
        ("/metrics", "text/plain"),
    ],
)
def test_pages_and_graphs_are_made_in_the_background(
    fresh_web: Client, threads: dict[str, set[str]], path: str, accept: str
) -> None:
    assert fresh_web.get(path, accept).status_code == 200
    assert threads
    assert set().union(*threads.values()) == {"background"}


def test_a_batch_of_look_ups_is_parsed_in_the_background(
    fresh_web: Client, threads: dict[str, set[str]]
) -> None:
    body = json.dumps([{"identifier": "105"}]).encode()
    answer = fresh_web.request("POST", "/lookup", None, {"content-type": "application/json"}, body)
    assert answer.status_code == 200
    assert threads == {"read_lookups": {"background"}}
