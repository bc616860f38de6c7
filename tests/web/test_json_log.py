"""The log: a line of JSON for each request, that nobody can forge and that tells of no one client."""

import json
import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest

from kankei.errors import EngineFailed, TooSlow
from kankei.release.reader import Release
from kankei.settings import LogClients, Settings
from kankei.web.app import create_app
from kankei.web.server_state import ServerState
from kankei.web.telemetry.json_log import JsonLog, JsonLogHandler, masked_address
from support.client import Client
from web.test_metrics import Failing


class Lines:
    """A log's other end."""

    def __init__(self) -> None:
        self._end, self.descriptor = os.pipe()
        os.set_blocking(self._end, False)

    def read(self) -> list[dict[str, Any]]:
        try:
            written = os.read(self._end, 1 << 20)
        except BlockingIOError:
            return []
        return [json.loads(line) for line in written.split(b"\n")[:-1]]

    def close(self) -> None:
        os.close(self._end)
        os.close(self.descriptor)


@pytest.fixture
def lines() -> Iterator[Lines]:
    lines = Lines()
    yield lines
    lines.close()


def client(release: Release, lines: Lines, settings: Settings) -> Client:
    operations = ServerState(settings)
    operations.log = JsonLog(descriptor=lines.descriptor)
    return Client(create_app(release, Failing(TooSlow("too slow")), {}, operations))


def test_a_request_leaves_one_line(seed_release: Release, lines: Lines) -> None:
    app = client(seed_release, lines, Settings())
    answer = app.get("/sparql?query=ASK%7B%7D&secret=1", X_Request_Id="my-1.2_3")
    assert answer.headers["X-Request-Id"] == "my-1.2_3"
    line = next(line for line in lines.read() if line["event"] == "request")
    assert line.pop("time").endswith("Z")
    assert line.pop("ms") >= line.pop("engine_ms", 0) >= 0
    assert line.pop("bytes") == len(answer.content)
    assert line == {
        "level": "info",
        "event": "request",
        "process": os.getpid(),
        "request_id": "my-1.2_3",
        "client": "127.0.0.0/24",
        "method": "GET",
        "path": "/sparql",
        "status": 504,
        "outcome": "TooSlow",
        "cache": "miss",
    }


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "a\tb", 'x","level":"forged', "é", "a" * 65, "../../etc", "<script>", "%0a"]
)
def test_a_request_id_that_is_no_plain_name_is_replaced(
    name: str, seed_release: Release, lines: Lines
) -> None:
    app = client(seed_release, lines, Settings())
    found = app.raw("/robots.txt", [(b"x-request-id", name.encode("latin-1"))])
    (line,) = lines.read()
    assert found.headers["x-request-id"] == line["request_id"] != name
    assert len(line["request_id"]) == 16


def test_every_response_has_a_request_id_of_its_own(seed_release: Release, lines: Lines) -> None:
    app = client(seed_release, lines, Settings())
    paths = ("/robots.txt", "/nothing", "/sparql?query=ASK%7B%7D", "/doc/organisation")
    names = {app.raw(path.partition("?")[0]).headers["x-request-id"] for path in paths}
    assert len(names) == len(paths)


@pytest.mark.parametrize(
    "path",
    [
        '/a\n{"event":"forged"}\n',
        "/\r\nforged",
        "/\u2028forged\u2029",
        "/\x00\x1b[31m",
        '/","status":200,"x":"',
        "/" + "é\n" * 20_000,
    ],
)
def test_a_path_cannot_forge_a_line(path: str, seed_release: Release, lines: Lines) -> None:
    client(seed_release, lines, Settings()).raw(path)
    (line,) = lines.read()
    assert (line["event"], line["status"]) == ("request", 404 if len(path) < 9000 else line["status"])
    assert path.endswith(line["path"].lstrip("…"))


def test_no_line_is_longer_than_a_pipe_takes_whole(lines: Lines) -> None:
    log = JsonLog(descriptor=lines.descriptor)
    log.write("message", path="\n" * 100_000, message="\u2028" * 100_000, exception="e" * 100_000)
    (line,) = lines.read()
    assert len(json.dumps(line)) < 4096
    assert line["exception"]


def test_a_log_that_nobody_reads_is_lost_and_counted_instead_of_waited_for(lines: Lines) -> None:
    lost: list[int] = []
    log = JsonLog(lambda: lost.append(1), lines.descriptor)
    for _ in range(100):
        log.write("message", text="x" * 1000)
    assert lost
    assert len(lines.read()) + len(lost) == 100
    log.write("message", text="again")
    assert lines.read()[-1]["text"] == "again"


def test_a_log_whose_reader_is_gone_fails_nothing() -> None:
    lines = Lines()
    lost: list[int] = []
    log = JsonLog(lambda: lost.append(1), lines.descriptor)
    os.close(lines._end)
    log.write("message")
    assert lost
    os.close(lines.descriptor)


@pytest.mark.parametrize(
    ("address", "shown", "logged"),
    [
        ("192.0.2.77", "truncated", "192.0.2.0/24"),
        ("2001:db8:1:2:3::9", "truncated", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "truncated", "192.0.2.0/24"),
        ("fe80::1%eth0", "truncated", "fe80::/48"),
        ("192.0.2.77", "full", "192.0.2.77"),
        ("192.0.2.77", "none", None),
        ("client.example", "truncated", None),
        ("client.example", "full", None),
        (None, "full", None),
    ],
)
def test_clients_addresses(address: str | None, shown: LogClients, logged: str | None) -> None:
    assert masked_address(address, shown) == logged


@pytest.mark.parametrize(("shown", "found"), [("full", ["127.0.0.1"]), ("none", [])])
def test_how_much_of_an_address_is_a_setting(
    shown: LogClients, found: list[str], seed_release: Release, lines: Lines
) -> None:
    client(seed_release, lines, Settings(log_clients=shown)).get("/robots.txt")
    (line,) = lines.read()
    assert [line[name] for name in ("client",) if name in line] == found


@pytest.mark.parametrize(
    ("trusted", "forwarded", "logged"),
    [
        ((), b"192.0.2.77", "127.0.0.0/24"),
        (("127.0.0.1",), b"203.0.113.9, 192.0.2.77", "192.0.2.0/24"),
        (("127.0.0.1",), b"2001:db8:1:2::3", "2001:db8:1::/48"),
        (("127.0.0.1",), b'"},{"forged', "127.0.0.0/24"),
    ],
)
def test_a_client_is_who_a_trusted_proxy_says(
    trusted: tuple[str, ...], forwarded: bytes, logged: str, seed_release: Release, lines: Lines
) -> None:
    operations = ServerState(Settings(trusted_proxies=trusted))
    operations.log = JsonLog(descriptor=lines.descriptor)
    app = Client(create_app(seed_release, Failing(TooSlow("")), {}, operations))
    app.get("/robots.txt", X_Forwarded_For=forwarded.decode())
    (line,) = lines.read()
    assert line["client"] == logged


def test_requests_need_not_be_logged(seed_release: Release, lines: Lines) -> None:
    client(seed_release, lines, Settings(log_requests=False)).get("/robots.txt")
    assert lines.read() == []


def test_what_modules_log_is_a_line_too_with_its_traceback(lines: Lines) -> None:
    handler = JsonLogHandler(JsonLog(descriptor=lines.descriptor))
    logger = logging.Logger("some.module")
    logger.addHandler(handler)
    try:
        raise EngineFailed("why\nforged")
    except EngineFailed:
        logger.exception("%s failed", "it")
    (line,) = lines.read()
    assert (line["level"], line["logger"], line["message"]) == ("error", "some.module", "it failed")
    assert "Traceback" in line["exception"]
