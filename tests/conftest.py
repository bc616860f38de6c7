"""What many tests share: the release of the checkout's own data, built once, and its store."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from client import Client
from kankei.engine.embedded import EmbeddedEngine
from kankei.model.inputs import packaged
from kankei.namespaces import Base
from kankei.release.build import build
from kankei.release.reader import Release
from kankei.validation.reference import validate
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
    engine = EmbeddedEngine.open(seed_release.store_path)
    yield Client(create_app(seed_release, engine, read_examples(packaged().competency)))
    engine.close()
