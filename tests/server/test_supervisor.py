"""The server itself: sockets, processes, signals, moves to another release, what it loads."""

import asyncio
import errno
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import httpx
import pytest
import rdflib
from SPARQLWrapper import SPARQLWrapper

from kankei.engine.limits import Limits
from kankei.errors import BrokenRelease, EngineFailed, PortTaken
from kankei.release.installation import point
from kankei.release.reader import Release
from kankei.server import restart_backoff
from kankei.server.http_worker import ServerResources
from kankei.server.restart_backoff import EXHAUSTED_AFTER
from kankei.server.serve import listen
from kankei.server.supervisor import MAX_GROUPS, ReleaseWatcher, Supervisor
from kankei.server.worker_group import WorkerGroup
from kankei.settings import Settings
from kankei.web.pages import METRICS
from kankei.web.telemetry.metrics import RELEASE_CHANGES, SharedMetrics
from support import launcher
from support.paths import TESTS
from support.serving import PATIENCE_S, Load, Server, alive, serving, until

QUICK = ("--watch", "0.02", "--rate", "0")
# A slow query has little priority, so that it takes long beside busy processes.
UNHURRIED = ("--timeout", "110", "--grace", "110")
_LEFT_TO_OXIGRAPH = "%20FILTER(ENCODE_FOR_URI(%22a%22)%3D%22a%22)"
SLOW_QUERY = f"sparql?query=SELECT(COUNT(*)AS%3Fn)%7B%3Fa%3Fb%3Fc.%3Fd%20a%20%3Fe{_LEFT_TO_OXIGRAPH}%7D"
"""All statements with all that have a class: a second, by a function that columns leave to Oxigraph."""
ENDLESS_QUERY = SLOW_QUERY.replace("%7D", "%20.%3Ff%3Fg%3Fh.%3Fi%3Fj%3Fk%7D")


@pytest.fixture
def releases(seed_release: Release, tmp_path: Path) -> Path:
    """A folder with two releases, alike but for their names, and `current`."""
    folder = tmp_path / "releases"
    for name in ("one", "two"):
        shutil.copytree(seed_release.path, folder / name)
        manifest = folder / name / "manifest.json"
        text = manifest.read_text(encoding="utf-8")
        manifest.write_text(text.replace(seed_release.manifest.version, name), encoding="utf-8")
    point(folder / "one")
    return folder / "current"


def version(server: Server) -> str:
    return str(server.get("health").json()["version"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_announces_its_address_and_leaves_nothing_when_it_stops(
    seed_release: Release, tmp_path: Path, number: int
) -> None:
    with serving(seed_release.path, tmp_path, "--workers", "2") as server:
        answer = server.get("doc/org/mlit", Accept="text/turtle")
        assert answer.status_code == 200
        assert "server" not in answer.headers
        descendants = server.descendants
        assert len(descendants) >= 4  # two that speak HTTP, a zygote, a worker
        assert server.stop(number) == 0
        assert not any(map(alive, descendants))
        assert {event["level"] for event in server.events("request")} == {"info"}


def test_a_query_under_way_is_answered_before_the_end(seed_release: Release, tmp_path: Path) -> None:
    with serving(seed_release.path, tmp_path, *UNHURRIED) as server:
        answers: list[httpx.Response] = []
        client = threading.Thread(target=lambda: answers.append(server.get(SLOW_QUERY)))
        client.start()
        until(lambda: sum(server.get("health").json()["engine"][lane] for lane in ("fast", "slow")) > 0)
        assert server.stop() == 0
        client.join()
        assert [answer.status_code for answer in answers] == [200]


def test_the_end_has_a_bound(seed_release: Release, tmp_path: Path) -> None:
    with serving(seed_release.path, tmp_path, "--grace", "0") as server:
        host, port = server.address.removeprefix("http://").rstrip("/").split(":")
        with socket.create_connection((host, int(port))) as slow:
            slow.sendall(b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nq")
            until(lambda: server.metric("kankei_connections") > 1)
            assert server.stop() == 0


def test_nothing_outlives_a_master_that_was_killed(seed_release: Release, tmp_path: Path) -> None:
    with serving(seed_release.path, tmp_path, "--workers", "2") as server:
        descendants = server.descendants
        server.stop(signal.SIGKILL)
        until(lambda: not any(map(alive, descendants)))


@pytest.mark.parametrize("which", ["zygote", "http"])
def test_a_process_that_dies_is_replaced(seed_release: Release, tmp_path: Path, which: str) -> None:
    with serving(seed_release.path, tmp_path, *QUICK) as server:
        processes = own_children(server)
        victim = processes.pop(which)
        os.kill(victim, signal.SIGKILL)
        # No request that can wait is lost, be the death noticed or not.
        assert server.get("sparql?query=ASK%7B%7D").status_code == 200
        until(lambda: server.metric('kankei_releases_total{result="restarted"}') == 1)
        assert server.get("sparql?query=ASK%7B%7D").status_code == 200
        assert processes.items() <= own_children(server).items(), "the other process goes on"
        assert victim not in own_children(server).values()
        assert [event["level"] for event in server.events("restarting")] == ["error"]
        assert server.metric("kankei_http_processes") == 1
        assert server.stop() == 0


def own_children(server: Server) -> dict[str, int]:
    """The children of a server with one HTTP worker, by what they are."""
    names = {}
    for tasks in Path(f"/proc/{server.process.pid}/task").glob("*/children"):
        for child in tasks.read_text().split():
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            names["zygote" if b"zygote" in command else "http"] = int(child)
    return names


def test_a_query_under_way_is_asked_again_when_the_engine_dies(seed_release: Release, tmp_path: Path) -> None:
    with serving(seed_release.path, tmp_path, *QUICK, *UNHURRIED) as server:
        answers: list[httpx.Response] = []
        client = threading.Thread(target=lambda: answers.append(server.get(SLOW_QUERY)))
        client.start()
        until(lambda: sum(server.get("health").json()["engine"][lane] for lane in ("fast", "slow")) > 0)
        os.kill(own_children(server)["zygote"], signal.SIGKILL)
        client.join()
        assert [answer.status_code for answer in answers] == [200]


class BrokenGroup:
    """A worker group that can neither be started nor repaired."""

    release = SimpleNamespace(manifest=SimpleNamespace(version="one"))
    complete, slots, failure = False, (), "it fell over"

    def __init__(self, answers: bool) -> None:
        self.answers = answers
        self.repairs = 0

    def repair(self, _close_in_child: object) -> None:
        self.repairs += 1
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))


@pytest.fixture
def supervisor(releases: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    """A supervisor whose starts fail as where no process is left, and whose restarts need no waiting."""

    def start(*_: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(WorkerGroup, "start", start)
    monkeypatch.setattr(restart_backoff, "FIRST_DELAY_S", 0.0)
    with listen("127.0.0.1", 0) as listener:
        metrics = SharedMetrics(METRICS, MAX_GROUPS + 1)
        resources = ServerResources(listener, {}, Settings(), metrics, None)
        supervisor = Supervisor(ReleaseWatcher(releases), resources, lambda: None)
        with supervisor._signals, supervisor._wakeup:
            yield supervisor


def test_a_move_that_cannot_be_started_is_refused(
    supervisor: Supervisor, capfd: pytest.CaptureFixture[str]
) -> None:
    supervisor._current = cast("WorkerGroup", BrokenGroup(answers=True))
    supervisor._reload_requested = True
    supervisor._open_release()
    assert supervisor._starting is None
    supervisor._log.flush()
    event = json.loads(capfd.readouterr().err)
    assert (event["event"], event["level"], event["serving"]) == ("release refused", "error", "one")
    assert os.strerror(errno.EAGAIN) in event["message"]


def test_a_move_that_cannot_be_started_is_tried_again(supervisor: Supervisor) -> None:
    group = BrokenGroup(answers=True)
    group.complete = True
    supervisor._current = cast("WorkerGroup", group)
    supervisor._reload_requested = True
    for _ in range(3 * EXHAUSTED_AFTER):
        supervisor._advance()
    changes = next(metric for metric in METRICS if metric.name == RELEASE_CHANGES)
    assert dict(supervisor._resources.metrics.samples(changes)) == {("refused",): (1 + EXHAUSTED_AFTER,)}


def test_a_server_ends_only_when_nothing_answers_for_minutes(supervisor: Supervisor) -> None:
    group = BrokenGroup(answers=True)
    for _ in range(3 * EXHAUSTED_AFTER):
        supervisor._repair(cast("WorkerGroup", group))
    assert group.repairs == 3 * EXHAUSTED_AFTER
    group.answers = False
    with pytest.raises(EngineFailed, match="it fell over"):
        supervisor._repair(cast("WorkerGroup", group))


def test_a_first_start_that_fails_is_told_in_a_sentence(supervisor: Supervisor, releases: Path) -> None:
    with pytest.raises(EngineFailed, match="cannot be started: Resource temporarily unavailable"):
        supervisor._start_first(Release.open(releases))


def test_a_link_that_leads_back_to_itself_is_no_release(releases: Path) -> None:
    watcher = ReleaseWatcher(releases)
    watcher.open()
    releases.unlink()
    releases.symlink_to("current")
    assert not watcher.changed()
    with pytest.raises(BrokenRelease, match="no release here"):
        watcher.open()


@pytest.mark.parametrize("content", ["[" * 200_000, "[]", '{"documents":7}'])
def test_an_index_of_documents_that_is_none_is_refused(releases: Path, content: str) -> None:
    index = releases / "documents.json"
    entry = f'"size": {index.stat().st_size}'
    index.write_text(content, encoding="ascii")
    manifest = releases / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    assert text.count(entry) == 1
    manifest.write_text(text.replace(entry, f'"size": {len(content)}'), encoding="utf-8")
    with pytest.raises(BrokenRelease, match="index of documents"):
        ReleaseWatcher(releases).open()


@pytest.mark.parametrize("file", ["dumps/kankei.nt", "store/CURRENT"])
def test_a_server_whose_processes_cannot_start_says_why(releases: Path, tmp_path: Path, file: str) -> None:
    (releases / file).write_bytes(b"!" * (releases / file).stat().st_size)
    done = launcher.run("serve", releases, "--port", "0", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    (said,) = (line for line in done.stderr.splitlines() if not line.startswith('{"time":'))
    assert re.match(rf"kankei: (the store cannot be opened: |.*/{file}: the file's sha256 is not)", said)


def test_a_moved_link_moves_the_server(releases: Path, tmp_path: Path) -> None:
    with serving(releases, tmp_path, *QUICK) as server:
        assert version(server) == "one"
        point(releases.parent / "two")
        until(lambda: version(server) == "two")
        assert server.stop() == 0
        (event,) = server.events("serving")
        assert (event["former"], event["release"]) == ("one", "two")


def test_an_answer_under_way_is_that_of_the_former_release(releases: Path, tmp_path: Path) -> None:
    with serving(releases, tmp_path, *QUICK, *UNHURRIED) as server:
        host, port = server.address.removeprefix("http://").rstrip("/").split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE_S)
        connection.request("GET", "/health")
        assert b'"version":"one"' in connection.getresponse().read()
        connection.request("GET", f"/{SLOW_QUERY}")
        until(lambda: sum(server.get("health").json()["engine"][lane] for lane in ("fast", "slow")) > 0)
        point(releases.parent / "two")
        until(lambda: version(server) == "two")
        answer = connection.getresponse()
        assert (answer.status, answer.read()[:1]) == (200, b"{")
        connection.close()
        assert server.stop() == 0


def test_a_former_release_has_a_bound_too(releases: Path, tmp_path: Path) -> None:
    options = (*QUICK, "--timeout", "60", "--drain", "0", "--grace", "0.1")
    with serving(releases, tmp_path, *options) as server:
        host, port = server.address.removeprefix("http://").rstrip("/").split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE_S)
        connection.request("GET", f"/{ENDLESS_QUERY}")
        until(lambda: sum(server.get("health").json()["engine"][lane] for lane in ("fast", "slow")) > 0)
        former = server.descendants
        point(releases.parent / "two")
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Content-Type"]) == (503, "application/problem+json")
        connection.close()
        until(lambda: not any(map(alive, former)))
        assert version(server) == "two"


def test_a_broken_release_is_refused_and_the_old_one_goes_on(releases: Path, tmp_path: Path) -> None:
    dump = releases.parent / "two" / "dumps" / "kankei.ttl"
    triples = dump.with_suffix(".nt")
    whole, statements = dump.read_bytes(), triples.read_bytes()
    with serving(releases, tmp_path, *QUICK) as server:
        for broken, named in ((whole[:-1], "kankei.ttl"), (None, "kankei.nt")):
            if broken is None:
                triples.write_bytes(b"!" * len(statements))
                dump.write_bytes(whole)
                server.process.send_signal(signal.SIGHUP)
            else:
                dump.write_bytes(broken)
                point(releases.parent / "two")
            until(lambda: is_refused(server, named))  # noqa: B023
            assert version(server) == "one"
        triples.write_bytes(statements)
        until(lambda: version(server) == "two")  # by itself, since a file has changed
        assert server.stop() == 0
        events = server.events("release refused")
        assert {(event["level"], event["serving"]) for event in events} == {("error", "one")}
        assert len(events) >= 2


def is_refused(server: Server, named: str) -> bool:
    """Whether a release was refused for a file of that name."""
    return any(named in event["message"] for event in server.events("release refused"))


def test_a_release_for_another_base_is_refused(releases: Path, tmp_path: Path) -> None:
    manifest = releases.parent / "two" / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("https://w3id.org/kankei/", "https://x.example/"), encoding="utf-8")
    with serving(releases, tmp_path, *QUICK, "--base", "https://w3id.org/kankei/") as server:
        point(releases.parent / "two")
        until(lambda: server.metric('kankei_releases_total{result="refused"}') == 1)
        assert version(server) == "one"


def test_twenty_moves_under_load_drop_no_request(releases: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log")
    log = os.fdopen(os.open(tmp_path / "log", os.O_RDONLY | os.O_NONBLOCK), "rb")
    options = ("--watch", "0", "--rate", "0", "--no-log-requests")
    with serving(releases, tmp_path, *options) as server:
        loads = [
            Load(server.address, path)
            for path in ("/doc/programme/two-region-living.nt", "/sparql?query=ASK%7B%3Fs%3Fp%3Fo%7D")
        ]

        async def move() -> list[dict[str, object]]:
            events = asyncio.StreamReader()
            reading, _ = await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(events), log
            )
            clients = [asyncio.create_task(load.ask(keep)) for load in loads for keep in (True, False)]
            events_seen = []
            for number in range(20):
                point(releases.parent / ("two", "one")[number % 2])
                server.process.send_signal(signal.SIGHUP)
                while "release" not in (event := json.loads(await events.readline())):
                    # The copies have other versions than their columns.
                    assert event["event"] == "no-editor" or "without columns" in event["message"]
                events_seen.append(event)
            for load in loads:
                load.over = True
            await asyncio.gather(*clients)
            reading.close()
            return events_seen

        events_seen = asyncio.run(asyncio.wait_for(move(), 5 * PATIENCE_S))
        assert [event["release"] for event in events_seen] == ["two", "one"] * 10
        assert [load.failures for load in loads] == [[], []]
        assert all(load.answers > 20 for load in loads)
        assert server.stop() == 0


def test_the_figures_are_those_of_all_processes(seed_release: Release, tmp_path: Path) -> None:
    with serving(seed_release.path, tmp_path, "--workers", "3", "--rate", "0") as server:
        until(lambda: server.metric("kankei_http_processes") == 3)
        for _ in range(50):
            assert server.get("robots.txt").status_code == 200
        assert server.metric('kankei_requests_total{route="other",method="read",status="200"}') == 50
        assert server.metric("kankei_engine_processes") >= 3


def test_limits_of_the_engine_are_settings() -> None:
    assert Limits.of(Settings()) == Limits()
    assert Limits.of(Settings(timeout_s=1, queue_length=2, services=("http://a/",))) == Limits(
        timeout_s=1, queue_length=2, services=("http://a/",)
    )


def test_a_place_is_looked_at_again_once_something_else_is_there(releases: Path) -> None:
    place = ReleaseWatcher(releases)
    assert place.open().manifest.version == "one"
    assert not place.changed()
    point(releases.parent / "two")
    assert place.changed()
    assert place.open().manifest.version == "two"
    assert not place.changed()
    shutil.rmtree(releases.parent / "two")
    assert not place.changed()


def test_a_taken_port_is_told_in_one_sentence() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"127.0.0.1:{port}: cannot listen here"):
            listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_told_too() -> None:
    with pytest.raises(PortTaken):
        listen("192.0.2.1", 0)


def test_no_socket_is_left_open_by_a_failure() -> None:
    with listen("127.0.0.1", 0) as taken:
        assert taken.family == socket.AF_INET


def test_a_server_process_loads_nothing_of_the_build_side() -> None:
    code = (
        "import sys, kankei.server.serve; "
        "print([m for m in sys.modules if m.split('.')[0] in ('rdflib', 'pyshacl')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_common_clients_get_what_they_expect(seed_release: Release, tmp_path: Path) -> None:
    with serving(seed_release.path, tmp_path) as server:
        client = SPARQLWrapper(f"{server.address}sparql")
        for query, formats in (
            ("SELECT * { ?s a <https://w3id.org/kankei/ns#Programme> }", ("json", "xml", "csv", "tsv")),
            (
                "CONSTRUCT WHERE { ?s a <https://w3id.org/kankei/ns#Programme> }",
                ("turtle", "n3", "xml", "json-ld"),
            ),
            ("ASK { ?s a <https://w3id.org/kankei/ns#Programme> }", ("json", "xml")),
        ):
            client.setQuery(query)
            for method in ("GET", "POST"):
                client.setMethod(method)
                for name in formats:
                    client.setReturnFormat(name)
                    with client.query().response as response:
                        assert response.status == 200
                        assert b"ht" in response.read() or query.startswith("ASK")
        assert len(rdflib.Graph().parse(f"{server.address}id/programme/two-region-living")) > 100


def test_a_query_that_the_end_cannot_wait_for_is_told_so(seed_release: Release, tmp_path: Path) -> None:
    options = ("--timeout", "60", "--grace", "0.1")
    with serving(seed_release.path, tmp_path, *options) as server:
        answers: list[httpx.Response] = []
        client = threading.Thread(target=lambda: answers.append(server.get(ENDLESS_QUERY)))
        client.start()
        until(lambda: sum(server.get("health").json()["engine"][lane] for lane in ("fast", "slow")) > 0)
        assert server.stop() == 0
        client.join()
        (answer,) = answers
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
        assert "going down" in answer.json()["detail"]


def test_more_connections_than_may_be_are_refused_and_counted(seed_release: Release, tmp_path: Path) -> None:
    with serving(seed_release.path, tmp_path, "--connections", "3") as server:
        host, port = server.address.removeprefix("http://").rstrip("/").split(":")
        with ExitStack() as stack:
            for _ in range(2):
                stack.enter_context(socket.create_connection((host, int(port))))
            until(lambda: server.metric("kankei_connections") == 3)
            stack.enter_context(socket.create_connection((host, int(port))))
            until(lambda: server.get("").status_code == 503)
            refusal = server.get("")
            assert (refusal.status_code, refusal.headers["retry-after"]) == (503, "5")
            assert "date" in refusal.headers
            health = server.get("health")
            assert (health.status_code, health.headers["connection"]) == (200, "close")
        until(lambda: server.get("").status_code == 200)
        request_id = refusal.headers["x-request-id"]
        until(lambda: any(event["request_id"] == request_id for event in server.events("request")))
        (line,) = (event for event in server.events("request") if event["request_id"] == request_id)
        assert (line["status"], line["outcome"], line["path"]) == (503, "connections", "/")
        assert server.metric('kankei_refusals_total{reason="connections"}') >= 2


def test_one_address_cannot_take_all_connections(seed_release: Release, tmp_path: Path) -> None:
    with serving(seed_release.path, tmp_path, "--client-connections", "2") as server:
        host, port = server.address.removeprefix("http://").rstrip("/").split(":")
        with ExitStack() as stack:
            for _ in range(2):
                stack.enter_context(socket.create_connection((host, int(port))))
            until(lambda: server.get("").status_code == 503)
            assert server.get("health").status_code == 200
        until(lambda: server.get("").status_code == 200)
        assert server.metric('kankei_refusals_total{reason="client-connections"}') >= 1


@pytest.mark.parametrize("body", [b"query=ASK", b""])
def test_a_client_that_goes_in_the_middle_of_its_body_is_no_failure(
    seed_release: Release, tmp_path: Path, body: bytes
) -> None:
    with serving(seed_release.path, tmp_path) as server:
        host, port = server.address.removeprefix("http://").rstrip("/").split(":")
        head = (
            b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        with socket.create_connection((host, int(port))) as client:
            client.sendall(head + body)
        until(lambda: bool(server.events("request")))
        (line,) = server.events("request")
        assert (line["outcome"], line["path"]) == ("cut", "/sparql")
        assert not server.events("message"), "no traceback"


def test_a_broken_body_is_answered_logged_and_counted(seed_release: Release, tmp_path: Path) -> None:
    with serving(seed_release.path, tmp_path) as server:
        host, port = server.address.removeprefix("http://").rstrip("/").split(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                b"Content-Type: application/sparql-query\r\n\r\n3\r\nASK\r\nnonsense\r\n"
            )
            assert client.makefile("rb").read().startswith(b"HTTP/1.1 400 ")
        until(lambda: bool(server.events("request")))
        (line,) = server.events("request")
        assert (line["status"], line["outcome"]) == (400, "MalformedRequest")
        assert server.metric('kankei_refusals_total{reason="body"}') == 1


def test_a_process_gets_the_descriptors_for_its_connections_or_takes_fewer() -> None:
    command = (
        "import resource as r; from kankei.server.http_worker import connection_limit;"
        "r.setrlimit(r.RLIMIT_NOFILE, (400, 1000));"
        "limit = lambda: r.getrlimit(r.RLIMIT_NOFILE)[0];"
        "print(connection_limit(10), limit(), connection_limit(300), limit())"
    )
    done = launcher.run(cwd=TESTS, code=command)
    assert done.stdout.split() == ["10", "400", "300", "920"], done.stderr
    few = command.replace("(400, 1000)", "(400, 420)")
    done = launcher.run(cwd=TESTS, code=few)
    assert done.stdout.split() == ["10", "400", "50", "420"], done.stderr
