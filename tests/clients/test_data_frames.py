"""What analysts do in a notebook: tables and query results read into polars and pandas by their addresses."""

import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import polars as pl
import pytest

from kankei.release.columns.schema import BY_SUBJECT
from kankei.release.reader import Release
from support.serving import Server, serving

QUERY = """PREFIX kk: <https://w3id.org/kankei/ns#> PREFIX dct: <http://purl.org/dc/terms/>
SELECT ?number ?title ?yen ?telephone {
  ?programme kk:latestEntry/kk:number ?number ; dct:title ?title FILTER(LANG(?title) = "ja")
  OPTIONAL { ?programme kk:latestBudget ?yen }
  OPTIONAL { ?programme kk:contactTelephone ?telephone } }
ORDER BY ?number ?telephone"""
COLUMNS = ["number", "title", "yen", "telephone"]


@pytest.fixture
def server(seed_release: Release, tmp_path: Path) -> Iterator[Server]:
    with serving(seed_release.path, tmp_path, "--rate", "0") as running:
        yield running


def statuses(server: Server, path: str) -> set[tuple[str, int]]:
    """Method and status of each request that a stopped server answered for a path."""
    server.stop()
    return {(event["method"], event["status"]) for event in server.events("request") if event["path"] == path}


@pytest.mark.parametrize("name", ["tables/budgets.parquet", BY_SUBJECT.file])
def test_polars_reads_parquet_by_ranges(server: Server, seed_release: Release, name: str) -> None:
    """It needs the footer first, and then the parts of the columns that it is asked for."""
    remote, local = pl.scan_parquet(f"{server.address}{name}"), pl.read_parquet(seed_release.path / name)
    column = local.columns[-1]
    assert remote.select(column).collect().equals(local.select(column))
    assert remote.collect().equals(local)
    answered = statuses(server, f"/{name}")
    assert ("GET", 206) in answered
    assert answered <= {("HEAD", 200), ("GET", 206)}


def test_polars_and_pandas_read_csv_by_its_address(server: Server) -> None:
    address = f"{server.address}tables/organisations.csv"
    as_text = pd.read_csv(address, dtype=str)
    frame = pl.read_csv(address, infer_schema=False)
    assert "2000012020001" in as_text["corporate_number"].tolist()
    assert frame.columns == as_text.columns.tolist()
    numbers = as_text["corporate_number"].dropna().tolist()
    assert frame["corporate_number"].drop_nulls().to_list() == numbers


def test_pandas_reads_results_of_a_query_by_its_address(server: Server) -> None:
    address = f"{server.address}sparql?query={quote(QUERY)}&format=csv"
    frame = pd.read_csv(address, dtype={"number": str, "telephone": str})
    assert frame.columns.tolist() == COLUMNS
    assert frame["yen"].dtype.kind in "if"
    assert frame["telephone"].str.startswith("0").any()
    accepted = pd.read_csv(
        f"{server.address}sparql?query={quote(QUERY)}",
        dtype={"number": str, "telephone": str},
        storage_options={"Accept": "text/csv"},
    )
    assert accepted.equals(frame)


def test_polars_reads_results_of_a_query(server: Server) -> None:
    """From bytes: by an address polars asks for ranges, which results of queries do not have."""
    response = server.get(f"sparql?query={quote(QUERY)}", Accept="text/csv")
    texts = {"number": pl.String, "telephone": pl.String}
    frame = pl.read_csv(io.BytesIO(response.content), schema_overrides=texts)
    assert frame.columns == COLUMNS
    assert frame["yen"].dtype == pl.Int64
    assert frame["title"].null_count() == 0
