"""What many tests share: the release of the checkout's own data, built once, and its store."""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pyoxigraph as ox
import pytest
from hypothesis import settings

from kankei.cli.further_stages import further_stages
from kankei.dataset.data_folder import Inputs, packaged
from kankei.namespaces import Base
from kankei.release.build import build
from kankei.release.reader import Release
from kankei.validation.validator import validate
from support.application import client_of
from support.building import build_quickly
from support.client import Client
from support.launcher import ExtractionProcess
from support.paths import ROOT
from support.review import joint_inputs
from support.sharing import shared
from support.successive_releases import Successive, build_three

# Hundreds of processes import the same modules; where nothing may be cached each would compile them again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# To search for cycles every 700 objects takes a tenth of the time of tests that parse lists and graphs.
gc.set_threshold(100_000, 50, 100)

# One seed, so that the same code gets the same verdict each time, and few examples: the search has others.
# How long an example takes says more about the machine than about what it tests.
settings.register_profile("kankei", deadline=None, derandomize=True, database=None, max_examples=40)
# For maintainers, by --hypothesis-profile=search: other examples each time, and fifty times as many.
settings.register_profile("search", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile("kankei")


# They take longest, or wait most: begun first, they leave no process idle at the end.
LONGEST = (
    "tests/test_style.py::test_clean[mypy]",
    "tests/web/test_page_types.py",
    "tests/web/test_browser.py",
    "tests/cli/test_main.py::test_build",
    "tests/server/test_hostile.py::test_each",
    "tests/engine/test_pool.py::test_hostile_queries",
    "tests/test_wheel.py",
    "tests/server/test_supervisor.py::test_twenty_moves",
    "tests/web/test_openapi.py::test_schemathesis",
    "tests/clients",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest tests first."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_collection_finish() -> None:
    """Leave out what is there for good wherever garbage is searched for: half a second each time."""
    gc.collect()
    gc.freeze()


GENERATED = int(os.environ.get("KANKEI_GENERATED_PROGRAMMES", "20"))
"""Programmes of the generated release: a thousand on demand."""


@pytest.fixture(scope="session")
def generated_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of generated programmes, which is not validated."""

    def fill(folder: Path) -> None:
        sys.path.insert(0, str(ROOT / "tests" / "benchmarks"))
        from generate import generate  # noqa: PLC0415 - no package

        generate(GENERATED, folder / "data")
        build_quickly(folder / "releases", packaged().with_data(folder / "data"))

    return current(shared(tmp_path_factory, "generated", fill))


@pytest.fixture(scope="session", autouse=True)
def _pdfs_are_read_by_forks() -> Iterator[None]:
    """A hundred PDFs are read; a new interpreter takes longer to start than most of them to be read."""
    processes = SimpleNamespace(
        Popen=ExtractionProcess, **{n: getattr(subprocess, n) for n in ("DEVNULL", "PIPE")}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kankei.source.pdf.client.subprocess", processes)
        yield


@pytest.fixture(scope="session")
def seed_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the checkout's data, validated and built once a session."""
    return current(shared(tmp_path_factory, "seed", lambda folder: build_validated(folder, packaged())))


@pytest.fixture(scope="session")
def successive(tmp_path_factory: pytest.TempPathFactory) -> Successive:
    """Three releases of changing data, one after the other; no test changes them."""
    return Successive.built(shared(tmp_path_factory, "successive", build_three))


@pytest.fixture(scope="session")
def joint_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the checkout's data with the fixture of the budget review beside them."""
    return current(
        shared(tmp_path_factory, "joint", lambda folder: build_validated(folder, joint_inputs(folder)))
    )


def build_validated(folder: Path, inputs: Inputs) -> None:
    """Build a release of valid data with all that a release has."""
    stages = further_stages(inputs)
    build(inputs, Base(), folder / "releases", validate, lambda _: None, further=stages)


def current(folder: Path) -> Release:
    """The newest release below a folder."""
    return Release.open((folder / "releases" / "current").resolve())


@pytest.fixture(scope="session")
def seed_store(seed_release: Release) -> ox.Store:
    """The seed release's store, read-only."""
    return ox.Store.read_only(str(seed_release.store_path))


@pytest.fixture(scope="session")
def web(seed_release: Release) -> Iterator[Client]:
    """The application over the seed release, asked in process."""
    with client_of(seed_release) as client:
        yield client


@pytest.fixture(scope="session")
def joint_web(joint_release: Release) -> Iterator[Client]:
    """The application over both datasets, asked in process."""
    with client_of(joint_release) as client:
        yield client


SUITES_TOLD = {
    "W3C SHACL core": "test_w3c[core/",
    "W3C SHACL sparql": "test_w3c[sparql/",
    "W3C SPARQL 1.1 protocol": "test_w3c[protocol/",
    "W3C SPARQL 1.1 service description": "test_w3c[service-description/",
    "W3C SPARQL 1.1 results in CSV and TSV": "test_w3c[csv-tsv-res/",
    "W3C SPARQL 1.1 results in JSON": "test_w3c[json-res/",
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many tests of the W3C's suites ran, and how; those that do not apply with the reason."""
    for suite, tests in SUITES_TOLD.items():
        reports = {
            outcome: [report for report in terminalreporter.getreports(outcome) if tests in report.nodeid]
            for outcome in ("passed", "failed", "skipped")
        }
        if any(reports.values()):
            told = ", ".join(f"{len(found)} {outcome}" for outcome, found in reports.items())
            terminalreporter.write_line(f"{suite}: {told}")
        for report in reports["skipped"]:
            terminalreporter.write_line(f"  not run: {report.longrepr[-1].removeprefix('Skipped: ')}")
    for report in terminalreporter.getreports("passed"):
        for told in (value for name, value in report.user_properties if name == "told"):
            terminalreporter.write_line(str(told))
