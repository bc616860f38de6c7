"""Fixtures of the pages' tests: one browser a session."""

from collections.abc import Iterator

import pytest

from support.browser import Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser, which takes seconds to start; its tests are skipped where there is none."""
    with Browser.started(tmp_path_factory.mktemp("profile")) as started:
        yield started
