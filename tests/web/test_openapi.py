"""The description of the interface: it names what there is, and whoever believes it is never deceived."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from hypothesis import settings

from kankei.release.reader import Release
from kankei.settings import Settings
from kankei.web.app import create_app
from kankei.web.server_state import ServerState
from support.client import Client
from support.paths import TESTS
from support.serving import serving
from support.stub import StubEngine

ADDRESSES = (
    *("/", "/sparql", "/id/{path}", "/doc/{path}", "/dumps/", "/dumps/{name}", "/tables/", "/tables/{name}"),
    *("/columns/", "/columns/{name}"),
    *("/catalog", "/.well-known/void", "/ns", "/shapes", "/context.jsonld", "/report", "/openapi.json"),
    *("/health", "/health/live", "/health/ready", "/metrics", "/manifest.json", "/sitemap.xml"),
)
PARAMETERS = {"query", "default-graph-uri", "named-graph-uri", "timeout", "explain", "format"}


def test_every_address_is_described(web: Client) -> None:
    description = web.get("/openapi.json").json()
    assert web.get("/docs").status_code == 404
    assert set(ADDRESSES) <= set(description["paths"])
    sparql = description["paths"]["/sparql"]
    assert set(sparql) == {"get", "post"}
    assert {parameter["name"] for parameter in sparql["get"]["parameters"]} >= PARAMETERS
    body = sparql["post"]["requestBody"]["content"]
    assert set(body) == {"application/x-www-form-urlencoded", "application/sparql-query"}
    assert set(body["application/x-www-form-urlencoded"]["schema"]["properties"]) == PARAMETERS
    for path, operations in description["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            assert {"405", "500", "503"} <= set(operation["responses"]), path
    for response in description["components"]["responses"].values():
        assert "application/problem+json" in response["content"]


def test_the_limits_are_told_as_they_are_set(seed_release: Release) -> None:
    settings = Settings(timeout_s=2.5, query_bytes=777)
    web = Client(create_app(seed_release, StubEngine(), {}, ServerState(settings=settings)))
    told = web.get("/openapi.json").json()["info"]["description"]
    assert "2.5 seconds" in told
    assert "777 bytes" in told
    tags = {web.get("/openapi.json").headers["etag"]}
    tags.add(Client(create_app(seed_release, StubEngine(), {})).get("/openapi.json").headers["etag"])
    assert len(tags) == 2


def test_schemathesis_finds_nothing(
    seed_release: Release, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with serving(seed_release.path, tmp_path, "--rate", "0") as server:
        command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run"]
        # The documented examples and each boundary of a schema; random values where one searches.
        searching = settings().max_examples > 100
        phases = ["--max-examples", "50"] if searching else ["--phases", "examples,coverage"]
        options = [*phases, "--generation-deterministic"]
        done = subprocess.run(
            [*command, f"{server.address}openapi.json", *options, "--no-color", "--continue-on-failure"],
            cwd=tmp_path,
            env={
                **os.environ,
                "SCHEMATHESIS_HOOKS": "support.interface_hooks",
                "PYTHONPATH": str(TESTS),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert not server.events("error")
    cases = re.search(r"(\d+) generated", done.stdout)
    assert cases is not None
    assert int(cases[1]) > 300, done.stdout
    record_property("told", f"schemathesis: {cases[1]} requests, nothing found")
