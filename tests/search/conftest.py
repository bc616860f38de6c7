"""The search index of the checkout's data."""

import pytest

from kankei.release.reader import Release
from kankei.search.index.schema import FILE
from kankei.search.query.search import SearchIndex


@pytest.fixture(scope="session")
def seed_index(seed_release: Release) -> SearchIndex:
    return SearchIndex(seed_release.file(FILE))
