"""The tables: CSV with metadata for machines, Parquet, and a workbook."""

import csv
import datetime
import json
import zipfile
from pathlib import Path
from typing import Any

import csvw
import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyoxigraph as ox
import pytest

from kankei.errors import InvalidData
from kankei.namespaces import Base
from kankei.release.document_index import Document
from kankei.release.profile_views import GIF
from kankei.release.reader import Release
from kankei.release.table_formats import WORKBOOK
from kankei.release.tables import TABLES, RowSource, Table, write_tables
from kankei.release.tables.csv_table import CsvTable
from kankei.release.tables.row_spool import RowSpool
from kankei.release.tables.rows import read_rows
from kankei.release.tables.workbook import Limits, write_workbook

NAMES = (
    *(
        "absences",
        "bodies",
        "budgets",
        "calls",
        "concepts",
        "contacts",
        "evidence",
        "funding",
        "links",
        "measures",
    ),
    *("observations", "organisations", "programmes", "surveys"),
)
EACH = pytest.mark.parametrize("name", NAMES)
BY_NAME = {table.name: table for table in TABLES}


@pytest.fixture(scope="module")
def tables(seed_release: Release) -> Path:
    return seed_release.path / "tables"


@pytest.fixture(scope="module")
def workbook(tables: Path) -> Any:
    """The workbook, as openpyxl reads it."""
    return openpyxl.load_workbook(tables / WORKBOOK, read_only=True)


def metadata(tables: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tables / f"{name}.csv-metadata.json").read_bytes())
    return found


def rows(tables: Path, name: str) -> list[dict[str, str]]:
    """Rows by column name."""
    with (tables / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def source(folder: Path, *triples: ox.Triple) -> RowSource:
    """Statements that are about no programme."""
    folder.mkdir(exist_ok=True)
    lines = folder / "lines.nt"
    lines.write_bytes(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")
    return RowSource(lines, (), Base())


def probe(folder: Path, query: str) -> Table:
    (folder / "probe.rq").write_text(query, encoding="utf-8")
    return Table("programmes", folder / "probe.rq")


def test_each_table_has_each_format(tables: Path) -> None:
    # The tables of a dataset without projects; those of one with them are tested in test_dataset_parts.py.
    assert tuple(name for name, table in BY_NAME.items() if not table.documents) == NAMES
    suffixes = ("csv", "csv-metadata.json", "parquet")
    expected = {f"{name}.{suffix}" for name in NAMES for suffix in suffixes} | {WORKBOOK}
    expected |= {f"{GIF.name}.{suffix}" for suffix in ("csv", "csv-metadata.json", "json")}
    assert {file.name for file in tables.iterdir()} == expected


@EACH
def test_csv_has_names_in_its_header_and_rows_by_key(tables: Path, name: str) -> None:
    content = (tables / f"{name}.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    header, *found = csv.reader(content.decode("utf-8-sig").splitlines(keepends=True))
    assert found or name == "surveys"
    assert len({row[0] for row in found}) == len(found)
    assert [row[0] for row in found] == sorted(row[0] for row in found)
    columns = metadata(tables, name)["tableSchema"]["columns"]
    assert header == [column["name"] for column in columns]
    assert all(column["titles"][0] == column["name"] for column in columns)
    titles = [column["titles"][1] for column in columns]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", [*NAMES, GIF.name])
def test_csv_is_valid_by_its_metadata(tables: Path, name: str) -> None:
    found = csvw.CSVW(str(tables / f"{name}.csv"), validate=True)
    assert found.is_valid, [str(warning.message) for warning in found.warnings]
    assert not found.no_metadata


@EACH
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


@EACH
def test_no_column_stands_empty_without_reason(tables: Path, name: str) -> None:
    # Nothing on the four sheets fills these; everything else must be filled somewhere.
    unused = {"and_others", "at_most", "ceiling_yen", "limited_to", "rolling", "undecided"}
    unused |= {
        "absences": {"measure_title", "printed"},
        **{name: {"measure_title"} for name in ("bodies", "calls", "contacts", "links")},
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


def test_every_budget_is_an_observation(tables: Path) -> None:
    found = rows(tables, "observations")
    assert {row["observation"] for row in found} == {row["budget"] for row in rows(tables, "budgets")}
    programmes = [row for row in found if not row["measure"]]
    assert sum(int(row["amount_yen"] or 0) for row in programmes) == 56_000_000
    within = next(row for row in found if row["status"] == "within")
    assert (within["amount_yen"], within["upper_bound_yen"], within["unit"]) == ("", "376000000", "百万円")
    assert {row["stage"] for row in found} == {"initial", "proposal"}
    assert {row["amount_basis"] for row in found} <= {"stated", "inferred"}
    assert all(row["fiscal_year"] == "2025" and row["stage_basis"] and row["year_basis"] for row in found)


def test_a_link_is_given_with_its_label_and_number(tables: Path) -> None:
    found = rows(tables, "links")
    by_number = {row["link_number"]: row for row in found if row["programme_title"].startswith("新たな交流")}
    assert by_number["①"]["link_label"] == "第２のふるさとづくり"
    assert all(row["url"].startswith("http") and row["fiscal_year"] == "2025" for row in found)


@pytest.mark.parametrize("text", ["=1+1", "+81-3", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"])
def test_no_cell_is_a_formula(text: str, tmp_path: Path) -> None:
    table = Table("programmes", BY_NAME["programmes"].query)
    with CsvTable.create(table, tmp_path) as output:
        output.write([{"programme": ("https://example.org/x",), "title_ja": (text,)}])
    assert rows(tmp_path, "programmes")[0]["title_ja"] == f"'{text}"


def test_a_wide_dash_alone_is_as_printed(tmp_path: Path) -> None:
    with CsvTable.create(BY_NAME["programmes"], tmp_path) as output:
        output.write([{"programme": ("https://example.org/x",), "title_ja": ("－",)}])
    assert rows(tmp_path, "programmes")[0]["title_ja"] == "－"


def test_values_of_one_key_share_a_row(tmp_path: Path) -> None:
    store, node = ox.Store(), ox.NamedNode("https://example.org/x")
    store.extend(ox.Quad(node, node, ox.Literal(text)) for text in "cab")
    table = probe(tmp_path, "SELECT ?programme ?number ?title_ja\nWHERE { ?programme ?p ?number }")
    assert read_rows(store, table) == [{"programme": (node.value,), "number": ("a", "b", "c")}]


def test_several_values_of_a_column_of_one_are_an_error(tmp_path: Path) -> None:
    store, node = ox.Store(), ox.NamedNode("https://example.org/x")
    store.extend(ox.Quad(node, node, ox.Literal(text)) for text in "ab")
    table = probe(tmp_path, "SELECT ?programme ?title_ja\nWHERE { ?programme ?p ?title_ja }")
    with pytest.raises(InvalidData, match="title_ja of the table programmes has several values"):
        read_rows(store, table)


def test_a_table_is_a_select_query(tmp_path: Path) -> None:
    with pytest.raises(InvalidData, match="SELECT"):
        read_rows(ox.Store(), probe(tmp_path, "ASK {}"))


def test_rows_of_batches_are_those_of_the_whole(seed_release: Release, tmp_path: Path) -> None:
    documents: list[Document] = list(seed_release.documents.values())
    lines = seed_release.file("dumps/kankei.nt")
    for batch in (1, 3):
        folder = tmp_path / str(batch)
        folder.mkdir()
        licence = "https://creativecommons.org/licenses/by/4.0/"
        write_tables(RowSource(lines, documents, Base(), batch), licence, folder)
        for file in folder.iterdir():
            assert file.read_bytes() == seed_release.file(f"tables/{file.name}").read_bytes(), file.name


def test_an_empty_dataset_gives_tables_without_rows(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    assert write_tables(source(tmp_path / "data"), "https://example.org/licence", folder) == NAMES
    assert rows(folder, "budgets") == []
    assert pl.read_parquet(folder / "budgets.parquet").height == 0
    assert openpyxl.load_workbook(folder / WORKBOOK)["予算"].max_row == 1


PARQUET_TYPES = {"boolean": pl.Boolean, "date": pl.Date, "decimal": pl.Float64, "integer": pl.Int64}


@EACH
def test_parquet_has_the_values_of_csv_with_their_types(tables: Path, name: str) -> None:
    """Read by polars and by DuckDB, into pandas too."""
    file = tables / f"{name}.parquet"
    frame = pl.read_parquet(file)
    for column in BY_NAME[name].columns:
        kind = PARQUET_TYPES.get(column.datatype, pl.String)
        assert frame.schema[column.name] == (pl.List(kind) if column.is_list else kind), column.name
    assert frame.columns == [column.name for column in BY_NAME[name].columns]
    texts = [column for column in BY_NAME[name].columns if column.datatype == "anyURI" and not column.is_list]
    for column in texts:
        values = [row[column.name] or None for row in rows(tables, name)]
        assert frame[column.name].to_list() == values
    relation = duckdb.read_parquet(str(file))
    assert relation.fetchall() == frame.rows()
    assert list(relation.df().columns) == frame.columns


DUCKDB_TYPES = {"boolean": "BOOLEAN", "date": "DATE", "decimal": "DOUBLE", "integer": "BIGINT"}
PANDAS_TYPES = {"boolean": "boolean", "decimal": "Float64", "integer": "Int64"}


def of_pandas(value: Any) -> Any:
    """A cell as Python has it."""
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


@EACH
def test_pandas_polars_and_duckdb_read_csv_with_the_types_of_its_metadata(tables: Path, name: str) -> None:
    """The datatypes of the metadata are all that a reader is given; the values are then those of Parquet."""
    file, wanted = tables / f"{name}.csv", pl.read_parquet(tables / f"{name}.parquet")
    described = metadata(tables, name)["tableSchema"]["columns"]
    kinds = {column["name"]: column["datatype"] for column in described if "separator" not in column}
    by_polars = pl.read_csv(
        file, schema_overrides={n: PARQUET_TYPES.get(k, pl.String) for n, k in kinds.items()}
    )
    by_duckdb = duckdb.read_csv(
        str(file), dtype={n: DUCKDB_TYPES.get(k, "VARCHAR") for n, k in kinds.items()}
    )
    dates = [n for n, kind in kinds.items() if kind == "date"]
    types = {n: PANDAS_TYPES.get(kind, "str") for n, kind in kinds.items() if n not in dates}
    by_pandas = pd.read_csv(file, dtype=types, parse_dates=dates)
    for column in kinds:
        values = wanted[column].to_list()
        assert by_polars[column].to_list() == values, column
        assert [row[0] for row in by_duckdb.select(duckdb.ColumnExpression(column)).fetchall()] == values, (
            column
        )
        assert [of_pandas(value) for value in by_pandas[column]] == values, column


@EACH
def test_the_workbook_has_the_values_of_parquet(tables: Path, workbook: Any, name: str) -> None:
    wanted = pl.read_parquet(tables / f"{name}.parquet")
    cells_by_row = list(workbook[BY_NAME[name].titles["ja"]].iter_rows(min_row=2, values_only=True))
    for number, column in enumerate(BY_NAME[name].columns):
        if not column.is_list:
            cells = [row[number] for row in cells_by_row]
            plain = [cell.date() if isinstance(cell, datetime.datetime) else cell for cell in cells]
            assert plain == wanted[column.name].to_list(), column.name


def test_corporate_numbers_and_telephones_are_text(tables: Path) -> None:
    """In Parquet as it is; pandas guesses in CSV and XLSX, unless it is told what the metadata tells."""
    number = "2000012020001"
    organisations = duckdb.read_parquet(f"{tables}/organisations.parquet").df()
    assert number in organisations["corporate_number"].tolist()
    assert number in pl.read_parquet(tables / "organisations.parquet")["corporate_number"].to_list()
    kinds = {"string": str, "anyURI": str, "integer": "Int64", "boolean": "boolean", "decimal": float}
    for name, column, value in (
        ("organisations", "corporate_number", number),
        ("contacts", "printed_telephone", "03-5253-5391"),
    ):
        description = metadata(tables, name)["tableSchema"]["columns"]
        dtype = {each["name"]: kinds[each["datatype"]] for each in description}
        assert value in pd.read_csv(tables / f"{name}.csv", dtype=dtype)[column].tolist()
        titles = {each["name"]: each["titles"][1] for each in description}
        sheet_name, dtype = BY_NAME[name].titles["ja"], {titles[column]: str}
        sheet = pd.read_excel(tables / WORKBOOK, sheet_name=sheet_name, dtype=dtype)
        assert value in sheet[titles[column]].tolist()
        frame = pl.read_csv(tables / f"{name}.csv", schema_overrides={column: pl.String})
        assert value in frame[column].to_list()


CELL_TYPES = {"boolean": (bool,), "date": (datetime.datetime,), "decimal": (int, float), "integer": (int,)}


def test_the_workbook_has_a_sheet_a_table_with_typed_cells(tables: Path) -> None:
    book = openpyxl.load_workbook(tables / WORKBOOK)
    assert book.sheetnames == ["はじめに", *(BY_NAME[name].titles["ja"] for name in NAMES)]
    for name in NAMES:
        sheet, columns = book[BY_NAME[name].titles["ja"]], BY_NAME[name].columns
        header, *found = sheet.iter_rows()
        assert [cell.value for cell in header] == [column.titles["ja"] for column in columns]
        assert sheet.freeze_panes == "A2"
        assert len(found) == len(rows(tables, name))
        for row in found:
            for cell, column in zip(row, columns, strict=True):
                assert cell.data_type != "f"
                if cell.value is not None and not column.is_list:
                    assert isinstance(cell.value, CELL_TYPES.get(column.datatype, (str,))), column.name
        widths = [sheet.column_dimensions[cell.column_letter].width for cell in header]
        assert all(9 <= width <= 52 for width in widths)
    amounts = {row[4].value for row in book["予算"].iter_rows(min_row=2)}
    assert amounts == {2025}


def test_the_workbook_tells_what_it_has(tables: Path) -> None:
    about = openpyxl.load_workbook(tables / WORKBOOK)["はじめに"]
    found = {str(row[1].value).partition(":")[0]: row[2].value for row in about.iter_rows() if row[1].value}
    assert {name: found[name] for name in NAMES} == {name: len(rows(tables, name)) for name in NAMES}
    assert "licence of the source documents is unknown" in str([cell.value for cell in about["A"]])


def spool_of(folder: Path, *titles: str) -> RowSpool:
    spool = RowSpool(BY_NAME["programmes"], folder / "programmes")
    with spool.writing() as writer:
        writer.write(
            {
                "programme": (f"https://example.org/{number}",),
                "title_ja": (title,),
                "budget_yen": (str(10**16),),
            }
            for number, title in enumerate(titles)
        )
    return spool


def test_limits_of_excel_are_told(tmp_path: Path) -> None:
    """Too many rows go on in another sheet; a long text says that it is cut; a huge number is text."""
    spool = spool_of(tmp_path, "=1+1", "𠮷" * 80, "短い", "四", "五")
    write_workbook([spool], "licence", tmp_path / "book.xlsx", tmp_path, Limits(rows=3, characters=70))
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    sheets = ["施策", "施策 (2)", "施策 (3)"]
    assert book.sheetnames == ["はじめに", *sheets]
    titles = [row[1] for sheet in sheets for row in book[sheet].iter_rows(min_row=2, values_only=True)]
    assert [titles[0], *titles[2:]] == ["=1+1", "短い", "四", "五"]
    assert book["施策"]["B2"].data_type == "s"
    cut = str(titles[1])
    assert cut.startswith("𠮷𠮷")
    assert cut.endswith("全文は CSV の title_ja）")
    assert len(cut.encode("utf-16-le")) <= 140
    about = [
        [cell for cell in row if cell is not None] for row in book["はじめに"].iter_rows(values_only=True)
    ]
    assert ["、".join(sheets), "programmes: Programmes", 5, 1] in about
    names = [column.name for column in BY_NAME["programmes"].columns]
    amounts = {row[names.index("budget_yen")] for row in book["施策"].iter_rows(min_row=2, values_only=True)}
    assert amounts == {str(10**16)}


def test_the_workbook_has_no_date_of_its_making(tables: Path) -> None:
    with zipfile.ZipFile(tables / WORKBOOK) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 31, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")
