"""The limits: each can be set, and is told as it is set wherever somebody may look for it."""

import re
from dataclasses import fields

import pytest

from kankei.engine.limits import Limits
from kankei.release.reader import Release
from kankei.settings import Option, Settings
from kankei.web.app import create_app
from kankei.web.server_state import ServerState
from kankei.web.sparql.protocol import MAX_ADDRESS, MAX_BODY
from support.client import BROWSER, Client
from support.paths import ROOT
from support.stub import StubEngine

OPERATING = (ROOT / "src/kankei/server/OPERATING.md").read_text(encoding="utf-8")
STATUS = {
    "timeout_s": "504",
    "result_bytes": "413",
    "worker_memory_bytes": "507",
    "query_bytes": "413",
    "queue_length": "503",
    "queries_per_minute": "429",
    "connections": "503",
    "client_connections": "503",
    "held_bytes": "503",
    "client_held_bytes": "503",
}
SETTINGS = Settings(
    timeout_s=3.25,
    result_bytes=7 << 20,
    worker_memory_bytes=9 << 20,
    query_bytes=777,
    queue_length=13,
    queries_per_minute=43,
    connections=1717,
    client_connections=181,
    held_bytes=311 << 20,
    client_held_bytes=61 << 20,
)
TOLD = {
    "result_bytes": "7 MiB",
    "worker_memory_bytes": "9 MiB",
    "timeout_s": "3.25",
    "held_bytes": "311",
    "client_held_bytes": "61",
}
SAYING = (
    *("/sparql", "/.well-known/void", "/catalog"),
    *("/openapi.json", "/sparql.html?lang=ja", "/sparql.html?lang=en"),
)


@pytest.mark.parametrize("path", SAYING)
@pytest.mark.parametrize("name", STATUS)
def test_a_limit_is_told_as_it_is_set(seed_release: Release, path: str, name: str) -> None:
    web = Client(create_app(seed_release, StubEngine(GRAPHS), {}, ServerState(settings=SETTINGS)))
    answer = web.get(path.replace(".html", ""), BROWSER if ".html" in path else "text/turtle")
    number = TOLD.get(name, str(getattr(SETTINGS, name)))
    sentences = re.split(r"[\n<>]", answer.text)
    assert [text for text in sentences if re.search(rf"\b{number}\b", text) and STATUS[name] in text], name


@pytest.mark.parametrize("name", STATUS)
def test_a_limit_is_documented_with_its_default(name: str) -> None:
    (setting,) = [field for field in fields(Settings) if field.name == name]
    option: Option = setting.metadata["option"]
    default = f"{setting.default:g}" if isinstance(setting.default, float) else str(setting.default)
    (row,) = [line for line in OPERATING.splitlines() if f"| `{option.name}` |" in line]
    cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
    assert cells[2] == default
    assert cells[3].startswith(STATUS[name])


def test_the_fixed_limits_are_documented() -> None:
    assert f"at most {MAX_ADDRESS} bytes (414)" in OPERATING
    assert f"body {MAX_BODY} (413)" in OPERATING.replace("\n  ", " ")


def test_the_engine_is_given_each_that_is_its() -> None:
    given = Limits.of(SETTINGS)
    for name in set(STATUS) & {field.name for field in fields(Limits)}:
        assert getattr(given, name) == getattr(SETTINGS, name)


GRAPHS = b'{"head":{"vars":["graph","triples"]},"results":{"bindings":[]}}'
