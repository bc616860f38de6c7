"""What many tests share: the release of the checkout's own data, built once, and its store."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from client import Client
from kankei.engine.dataset import Dataset
from kankei.engine.pool import Pool
from kankei.engine.process import start
from kankei.model.inputs import packaged
from kankei.namespaces import Base
from kankei.release.build import build
from kankei.release.reader import Release
from kankei.validation.validator import validate
from kankei.web.app import create_app
from kankei.web.server import read_examples


@pytest.fixture(scope="session")
def seed_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the checkout's data, validated and built once a session."""
    releases: Path = tmp_path_factory.mktemp("seed") / "releases"
    return Release.open(build(packaged(), Base(), releases, validate, lambda _: None))


@pytest.fixture(scope="session")
def seed_store(seed_release: Release) -> ox.Store:
    """The seed release's store, read-only."""
    return ox.Store.read_only(str(seed_release.store_path))


@pytest.fixture(scope="session")
def web(seed_release: Release) -> Iterator[Client]:
    """The application over the seed release, asked in process."""
    process = start(Dataset.of(seed_release))
    with asyncio.Runner() as runner:
        pool = runner.run(process.connect())
        yield Client(create_app(seed_release, pool, read_examples(packaged().competency)), runner)
        runner.run(hang_up(pool))
    process.close()


async def hang_up(pool: Pool) -> None:
    pool.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many tests of the W3C's suite of SHACL ran, and how."""
    for part in ("core", "sparql"):
        counts = {
            outcome: sum(
                f"test_w3c[{part}/" in report.nodeid for report in terminalreporter.getreports(outcome)
            )
            for outcome in ("passed", "failed", "skipped")
        }
        if any(counts.values()):
            told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
            terminalreporter.write_line(f"W3C SHACL {part}: {told}")
