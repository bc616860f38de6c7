"""Several data folders published together: documents, dumps apart, descriptions, and the join of both."""

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pyoxigraph as ox
import pytest

from kankei.cli.further_stages import further_stages
from kankei.curation.review.folder import import_review
from kankei.dataset.data_folder import packaged
from kankei.errors import InvalidData, UsageError
from kankei.namespaces import DCAT, DCT, VOID, Base
from kankei.release.reader import Release, verify
from support.application import client_of
from support.building import build_quickly
from support.client import BROWSER
from support.review import FILES, import_files

BASE = Base()
PART = f"{BASE.dataset}/review"


@pytest.fixture(scope="module")
def description(joint_release: Release) -> ox.Store:
    store = ox.Store()
    store.load(path=joint_release.file("description.ttl"), format=ox.RdfFormat.TURTLE)
    return store


def objects(store: ox.Store, subject: str, predicate: str) -> set[str]:
    quads = store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(predicate), None)
    return {str(quad.object).strip("<>") for quad in quads}


def objects_of(store: ox.Store, predicate: str) -> set[str]:
    quads = store.quads_for_pattern(None, ox.NamedNode(predicate), None)
    return {str(quad.object).strip("<>") for quad in quads}


def test_both_are_verified_as_one_release(joint_release: Release) -> None:
    assert verify(joint_release.path).version == joint_release.manifest.version
    assert {"project/20406", "programme/two-region-living", "dataset", "dataset/review"} <= set(
        joint_release.documents
    )
    assert joint_release.documents["project/31"].labels == {"ja": "見本航路の維持・改善"}


def test_each_has_graphs_of_its_own(joint_release: Release) -> None:
    graphs = {graph.removeprefix(BASE.graph("")) for graph in joint_release.manifest.graphs}
    assert {"catalogue", "catalogue/review", "review", "source/rs-2025-1-2", "data"} <= graphs


def test_a_fiscal_year_that_both_have_is_described_once(joint_release: Release) -> None:
    assert joint_release.triples("fiscal-year/2025").count(b'startYear> "') == 1


def test_the_dumps_apart_are_the_dump_of_all_but_for_what_is_shared(joint_release: Release) -> None:
    lines = {name: set(joint_release.read(f"dumps/{name}.nt").splitlines()) for name in (
        "kankei", "dataset-programmes", "dataset-review"
    )}  # fmt: skip
    apart = lines["dataset-programmes"], lines["dataset-review"]
    assert not apart[0] & apart[1]
    shared = lines["kankei"] - apart[0] - apart[1]
    assert not any(line.startswith(b"<https://w3id.org/kankei/id/") for line in shared)
    assert any(b"/project/31#2025> " in line for line in apart[1])


def test_each_is_a_dataset_of_the_catalogue_with_licence_and_distributions(description: ox.Store) -> None:
    assert objects(description, f"{BASE.dataset}#catalogue", f"{DCAT}dataset") == {BASE.dataset, PART}
    assert objects(description, PART, f"{DCT}license") == {
        "https://www.digital.go.jp/resources/open_data/public_data_license_v1.0"
    }
    assert PART in objects(description, BASE.dataset, f"{VOID}subset")
    dumps = objects(description, PART, f"{VOID}dataDump")
    assert {url.removeprefix(f"{BASE.iri}dumps/") for url in dumps} == {
        f"dataset-review.nt{suffix}" for suffix in ("", ".gz", ".zst")
    }
    (distribution, *_) = sorted(objects(description, PART, f"{DCAT}distribution"))
    assert objects(description, distribution, f"{DCT}license") == objects(description, PART, f"{DCT}license")


def test_the_size_that_is_stated_is_that_of_the_dump(joint_release: Release, description: ox.Store) -> None:
    lines = joint_release.read("dumps/dataset-review.nt").count(b"\n")
    (stated,) = objects(description, PART, f"{VOID}triples")
    assert stated.startswith(f'"{lines}"')


def test_a_further_folder_needs_a_name_of_its_own(tmp_path: Path) -> None:
    data = packaged().data
    import_files(FILES, tmp_path / "review")
    with pytest.raises(UsageError, match="its dataset needs a name"):
        packaged().with_data(data, data)
    with pytest.raises(UsageError, match="another data folder has the name review"):
        packaged().with_data(data, tmp_path / "review", tmp_path / "review")
    (tmp_path / "review" / "dataset.toml").write_text('name = "Review 2"', encoding="utf-8")
    with pytest.raises(InvalidData, match="named by a slug"):
        packaged().with_data(data, tmp_path / "review")


def test_a_dataset_without_programmes_is_published_alone(tmp_path: Path) -> None:
    """Its units are its own where the import knows no catalogue's organisations."""
    without = replace(packaged(), data=tmp_path)
    (tmp_path / "catalogue.ttl").write_bytes((packaged().data / "catalogue.ttl").read_bytes())
    outcome = import_review(FILES, tmp_path / "review", without, BASE, date(2026, 1, 1), lambda _: None)
    assert (outcome.reconciled, outcome.projects) == (0, 7)
    inputs = packaged().with_data(tmp_path / "review")
    release = Release.open(build_quickly(tmp_path / "releases", inputs, further=further_stages(inputs)))
    assert release.manifest.programmes == 0
    assert b"Budget projects of the national budget-project review" in release.read("description.ttl")
    assert "tables/project_years.csv" in release.manifest.files
    with client_of(release) as web:
        for path in (
            "/",
            "/catalog",
            "/programmes",
            "/pictures",
            "/quality",
            "/search?q=",
            "/doc/project/31",
        ):
            assert web.get(path, BROWSER).status_code == 200, path


def test_budget_and_execution_of_projects_are_a_table(joint_release: Release, seed_release: Release) -> None:
    assert not any("project_years" in name for name in seed_release.manifest.files)
    rows = list(
        csv.DictReader(joint_release.read("tables/project_years.csv").decode("utf-8-sig").splitlines())
    )
    assert [row["execution"] for row in rows] == sorted(row["execution"] for row in rows)
    (row,) = (
        row
        for row in rows
        if (row["project_number"], row["review_year"], row["fiscal_year"]) == ("31", "2025", "2024")
    )
    assert (row["project_title"], row["ministry"]) == ("見本航路の維持・改善", "国土交通省")
    assert (row["initial_yen"], row["executed_yen"], row["execution_rate"]) == ("52000000", "44000000", "0.8")
    assert row["source_place"].endswith("#row=3")
    with duckdb.connect() as database:
        (total,) = database.execute(
            f"SELECT sum(executed_yen) FROM '{joint_release.file('tables/project_years.parquet')}'"
        ).fetchall()
    assert total == (sum(int(row["executed_yen"] or 0) for row in rows),)
    metadata = json.loads(joint_release.read("tables/project_years.csv-metadata.json"))
    assert "project_number" in json.dumps(metadata)
    book = openpyxl.load_workbook(joint_release.file("tables/kankei.xlsx"), read_only=True)
    assert "予算事業の予算と執行（年度別）" in book.sheetnames


def test_the_table_of_projects_is_a_distribution(description: ox.Store) -> None:
    assert any("project_years.csv" in url for url in objects_of(description, f"{DCAT}downloadURL"))
