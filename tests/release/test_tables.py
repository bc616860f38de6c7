"""The tables: CSV for spreadsheets, with metadata for machines."""

import csv
import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kankei.errors import InvalidData
from kankei.release.tables import read_table, write_tables
from support.building import build_quickly

TABLES = (
    "absences",
    "bodies",
    "budgets",
    "calls",
    "concepts",
    "contacts",
    "evidence",
    "funding",
    "measures",
    "organisations",
    "programmes",
    "surveys",
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_quickly(tmp_path_factory.mktemp("releases")) / "tables"


def metadata(tables: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tables / f"{name}.csv-metadata.json").read_bytes())
    return found


def rows(tables: Path, name: str) -> list[dict[str, str]]:
    """Rows by column name, which the metadata gives."""
    with (tables / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        _, *found = csv.reader(file)
    columns = [column["name"] for column in metadata(tables, name)["tableSchema"]["columns"]]
    return [dict(zip(columns, row, strict=True)) for row in found]


def test_twelve_tables_each_with_metadata(tables: Path) -> None:
    names = {file.name for file in tables.iterdir()}
    assert names == {f"{name}.{suffix}" for name in TABLES for suffix in ("csv", "csv-metadata.json")}


@pytest.mark.parametrize("name", TABLES)
def test_a_spreadsheet_reads_it(tables: Path, name: str) -> None:
    content = (tables / f"{name}.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    header, *found = csv.reader(content.decode("utf-8-sig").splitlines(keepends=True))
    assert found or name == "surveys"
    assert len({row[0] for row in found}) == len(found)
    assert [row[0] for row in found] == sorted(row[0] for row in found)
    columns = metadata(tables, name)["tableSchema"]["columns"]
    assert header == [column["titles"]["ja"] for column in columns]
    assert len(set(header)) == len(header)


@pytest.mark.parametrize("name", TABLES)
def test_cells_are_of_their_datatype(tables: Path, name: str) -> None:
    for column in metadata(tables, name)["tableSchema"]["columns"]:
        for row in rows(tables, name):
            cell = row[column["name"]]
            parts = cell.split(column["separator"]) if "separator" in column else [cell]
            for part in parts if cell else []:
                match column["datatype"]:
                    case "integer":
                        int(part)
                    case "decimal":
                        float(part)
                    case "boolean":
                        assert part in {"true", "false"}
                    case "date":
                        assert len(part.split("-")) == 3
                    case "anyURI":
                        assert part.startswith("http")


@pytest.mark.parametrize("name", TABLES)
def test_no_column_stands_empty_without_reason(tables: Path, name: str) -> None:
    # Nothing on the four sheets fills these; everything else must be filled somewhere.
    unused = {"and_others", "at_most", "ceiling_yen", "limited_to", "rolling", "undecided"}
    unused |= {
        "absences": {"measure_title", "printed"},
        "concepts": {"notation"},
        "measures": {"highest_percentage", "upper_bound_yen"},
        "programmes": {"survey_printed", "survey_dates", "highest_percentage"},
    }.get(name, set())
    found = rows(tables, name)
    empty = {column for row in found[:1] for column in row if not any(row[column] for row in found)}
    assert empty <= unused


def test_figures_are_those_of_the_sheets(tables: Path) -> None:
    programmes = {row["number"]: row for row in rows(tables, "programmes")}
    assert sum(int(row["budget_yen"]) for row in programmes.values() if row["budget_yen"]) == 56_000_000
    assert programmes["105"]["budget_upper_bound_yen"] == "376000000"
    assert programmes["103"]["printed_telephone"] == "03-5253-5391"
    assert programmes["106"]["ministry"] == "国土交通省"
    assert programmes["105"]["source_place"].endswith("sheets-103-106#line=35,93")
    assert {number: row["source_lines"] for number, row in programmes.items()} == {
        "103": "2–21",
        "104": "22–35",
        "105": "36–93",
        "106": "94–163",
    }
    assert programmes["106"]["highest_percentage"] == ""
    assert programmes["106"]["support_kind"] == programmes["106"]["funding_method"] == ""
    assert programmes["106"]["funding_printed"] == "①：委託\n②：定額、 1／2"
    assert programmes["104"]["highest_percentage"] == ""
    rates = {(row["numerator"], row["denominator"], row["percentage"]) for row in rows(tables, "funding")}
    assert ("1", "2", "50") in rates


def test_the_metadata_says_what_a_reader_must_know(tables: Path) -> None:
    content = metadata(tables, "programmes")
    assert content["@context"][0] == "http://www.w3.org/ns/csvw"
    assert content["url"] == "programmes.csv"
    assert content["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    notes = {note["@language"]: note["@value"] for note in content["dc:description"]}
    assert "licence of the source documents is unknown" in notes["en"]
    assert "preceded by '" in notes["en"]
    assert notes["ja"]


@pytest.mark.parametrize("text", ["=1+1", "+81-3", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(text: str, tmp_path: Path) -> None:
    store = ox.Store()
    node = ox.NamedNode("https://example.org/x")
    store.add(ox.Quad(node, node, ox.Literal(text)))
    query = tmp_path / "probe.rq"
    query.write_text("SELECT ?s ?o WHERE { ?s ?p ?o }", encoding="utf-8")
    assert read_table(store, query).rows == (("https://example.org/x", f"'{text}"),)


def test_values_of_one_key_share_a_row(tmp_path: Path) -> None:
    store = ox.Store()
    node = ox.NamedNode("https://example.org/x")
    for number in range(3):
        store.add(ox.Quad(node, node, ox.Literal(number)))
    query = tmp_path / "probe.rq"
    query.write_text("SELECT ?s ?o ?none WHERE { ?s ?p ?o }", encoding="utf-8")
    assert read_table(store, query).rows == (("https://example.org/x", "0; 1; 2", ""),)


def test_a_table_is_a_select_query(tmp_path: Path) -> None:
    query = tmp_path / "probe.rq"
    query.write_text("ASK {}", encoding="utf-8")
    with pytest.raises(InvalidData, match="SELECT"):
        read_table(ox.Store(), query)


def test_an_empty_dataset_gives_tables_without_rows(tmp_path: Path) -> None:
    assert write_tables(ox.Store(), "https://example.org/licence", tmp_path) == TABLES
    assert rows(tmp_path, "budgets") == []
