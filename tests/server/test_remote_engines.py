"""`kankei serve --engine`: the answers of the release's own store, from services that hold it."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from kankei.dataset.data_folder import packaged
from kankei.release.reader import Release
from kankei.server.serve import read_examples
from support.launcher import start
from support.oxigraph_service import serving_store, store_of
from support.pushing import pushed
from support.serving import Load, Server, serving, until
from support.sparql_service import HonestService, Request, http_response, running
from support.successive_releases import Successive

JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def servers(
    seed_release: Release, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Server]]:
    """A server of the release's own store, and one of a service."""
    own, remote = tmp_path_factory.mktemp("own"), tmp_path_factory.mktemp("remote")
    url = ("--public-url", "https://a.example/", "--rate", "0")
    with (
        serving_store(store_of(seed_release, remote / "store")) as service,
        serving(seed_release.path, own, *url) as embedded,
        serving(seed_release.path, remote, *url, "--engine", service) as server,
    ):
        yield embedded, server


def rows(answer: httpx.Response) -> object:
    """A result in any order."""
    assert answer.status_code == 200, answer.text
    if answer.headers["content-type"].startswith(JSON):
        result = json.loads(answer.content)
        bindings = result.pop("results", {}).get("bindings", [])
        return result, sorted(json.dumps(row, sort_keys=True) for row in bindings)
    return sorted(answer.text.splitlines())


@pytest.mark.parametrize("name", sorted(read_examples(packaged().competency)))
def test_the_questions_have_the_same_answers(servers: tuple[Server, Server], name: str) -> None:
    query = read_examples(packaged().competency)[name]
    accept = f"{JSON}, application/n-triples"
    ours, theirs = (server.get(f"sparql?{urlencode({'query': query})}", Accept=accept) for server in servers)
    assert rows(theirs) == rows(ours)


PAGES = ("", "programmes", "quality", "doc/programme/two-region-living", "doc/org/mlit", "feed")


@pytest.mark.parametrize("path", PAGES)
def test_pages_look_the_same(servers: tuple[Server, Server], path: str) -> None:
    ours, theirs = (server.get(path, Accept="text/html, */*;q=0.5") for server in servers)
    assert (theirs.status_code, sorted(theirs.text.splitlines())) == (200, sorted(ours.text.splitlines()))


def test_results_are_cached_and_have_tags(servers: tuple[Server, Server]) -> None:
    _, server = servers
    path = f"sparql?{urlencode({'query': 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }'})}"
    first = server.get(path, Accept=JSON)
    series = 'kankei_remote_queries_total{engine="1",outcome="Answered"}'
    sent = server.metric(series)
    assert sent > 0
    assert server.get(path, Accept=JSON).content == first.content
    tag = first.headers["etag"]
    assert server.get(path, Accept=JSON, **{"If-None-Match": tag}).status_code == 304
    assert server.metric(series) == sent
    assert server.metric('kankei_remote_engine_up{engine="1"}') == 1
    assert server.get("health").json()["engine"]["remote_up"] == 1


def test_a_service_that_goes_and_comes_back(seed_release: Release, tmp_path: Path) -> None:
    service, gone = HonestService(), threading.Event()

    def respond(request: Request) -> bytes:
        return b"" if gone.is_set() else service(request)

    with running(respond) as url:
        pushed(seed_release, url)
        with serving(seed_release.path, tmp_path, "--engine", url) as server:
            gone.set()
            path = f"sparql?{urlencode({'query': 'ASK { ?s ?p ?o }'})}"
            answer = server.get(path, Accept=JSON)
            assert (answer.status_code, answer.json()["status"]) == (503, 503)
            assert int(answer.headers["retry-after"]) > 0
            assert server.get("health/ready").status_code == 503
            gone.clear()
            until(lambda: server.get("health/ready").status_code == 200)
            assert server.get(path, Accept=JSON).json()["boolean"] is True
            assert len(server.events("message")) >= 2


def test_a_broken_answer_is_a_problem(seed_release: Release, tmp_path: Path) -> None:
    service = HonestService()

    def respond(request: Request) -> bytes:
        if "broken" in request.query:
            return http_response(b'{"head":{"vars":["s"]},"results":{"bindings":[', JSON)
        return service(request)

    with running(respond) as url:
        pushed(seed_release, url)
        with serving(seed_release.path, tmp_path, "--engine", url) as server:
            query = urlencode({"query": "SELECT ?s { ?s ?p 'broken' }"})
            for accept in (JSON, "text/csv"):
                answer = server.get(f"sparql?{query}", Accept=accept)
                assert answer.status_code == 502
                assert answer.headers["content-type"] == "application/problem+json"
                assert "no whole result" in answer.json()["detail"]
            japanese = server.get(f"sparql?{query}", Accept=JSON, **{"Accept-Language": "ja"})
            assert "結果" in japanese.json()["detail"]
            assert server.metric('kankei_remote_queries_total{engine="1",outcome="BadAnswer"}') == 3


def test_what_holds_no_release_is_not_served(seed_release: Release, tmp_path: Path) -> None:
    with running(HonestService()) as url, (tmp_path / "log").open("wb") as log:
        command = ("serve", str(seed_release.path), "--port", "0", "--engine", url)
        process = start(*command, stdout=log.fileno(), stderr=log.fileno())
        assert process.wait(120) == 1
    assert "kankei push" in (tmp_path / "log").read_text(encoding="utf-8")


def test_another_release_takes_over_without_a_failed_request(successive: Successive, tmp_path: Path) -> None:
    service = HonestService()
    current = tmp_path / "current"
    current.symlink_to(successive.first.path)
    with running(service) as url:
        pushed(successive.first, url, "1")
        with serving(current, tmp_path, "--engine", url, "--watch", "0.01", "--rate", "0") as server:
            count = urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"})
            load = Load(server.address, f"/sparql?{count}")
            client = threading.Thread(target=load_once, args=(load,))
            client.start()
            try:
                # First the link moves, to what the service does not hold yet.
                other = tmp_path / "other"
                other.symlink_to(successive.second.path)
                other.replace(current)
                until(lambda: bool(server.events("release refused")))
                assert server.get("health").json()["version"] == successive.first.manifest.version
                pushed(successive.second, url, "2").remove_others()
                until(lambda: server.get("health").json()["version"] == successive.second.manifest.version)
                until(lambda: load.answers > 0)
            finally:
                load.over = True
                client.join()
            assert load.failures == []


def load_once(load: Load) -> None:
    asyncio.run(load.ask(keep_alive=True))
