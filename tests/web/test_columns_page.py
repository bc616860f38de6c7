"""The page about the columns: its examples read the files and count the same."""

import re
from html import unescape

import duckdb
import polars as pl
import pytest

from kankei.release.columns.schema import STATISTICS
from kankei.release.columns.statistics import Statistics
from kankei.release.reader import Release
from support.client import Client


@pytest.fixture
def examples(web: Client, seed_release: Release) -> list[str]:
    """The examples in their order, with the folder of the release in place of its address."""
    page = web.get("/columns/", accept="text/html").text
    codes = re.findall(r'<pre class="code"[^>]*><code>(.*?)</code></pre>', page, re.DOTALL)
    return [unescape(code).replace(seed_release.manifest.base.iri, f"{seed_release.path}/") for code in codes]


@pytest.fixture
def classes(seed_release: Release) -> list[tuple[str, int]]:
    counts = Statistics.read(seed_release.read(STATISTICS)).classes
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def test_the_example_for_duckdb_counts_classes(examples: list[str], classes: list[tuple[str, int]]) -> None:
    with duckdb.connect() as connection:
        assert connection.execute(examples[0]).fetchall() == classes


def test_the_example_for_polars_counts_classes(examples: list[str], classes: list[tuple[str, int]]) -> None:
    names: dict[str, pl.DataFrame] = {}
    exec(examples[1], names)
    assert names["counts"].rows() == classes


def test_the_example_for_spark_is_the_query_of_the_first(examples: list[str]) -> None:
    query = examples[0][examples[0].index("SELECT") :].rstrip(";")
    assert query.split() == examples[2].partition('"""')[2].partition('"""')[0].split()


def test_metrics_tell_whether_columns_are_used(web: Client) -> None:
    line = next(line for line in web.get("/metrics").text.splitlines() if line.startswith("kankei_info{"))
    assert 'engine="' in line
