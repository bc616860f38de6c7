"""Reading of the budget review's files: what a sheet is made of, and how each kind of bad input is named."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kankei.errors import MalformedData
from kankei.source.review.cell_values import parse_amount, parse_flag, parse_links, parse_rate, parse_year
from kankei.source.review.columns import LAYOUTS, FileKind
from kankei.source.review.csv_file import read_csv_file
from kankei.source.review.problems import MAX_OF_A_KIND, Problems
from kankei.source.review.reader import read_review
from kankei.source.review.sheets import Review, RowPlace
from support.review import FILES, Rows, changed, file_of


def read(*files: Path) -> tuple[Review, list[tuple[str, int, str]]]:
    """The sheets of some files, and each problem as file, row and English sentence."""
    problems = Problems()
    review = read_review(files, problems, lambda _: None)
    return review, [(problem.file, problem.row, problem.text.en) for problem in problems.reported]


def test_the_fixture_has_no_problem_and_every_file_is_a_source() -> None:
    review, problems = read(*FILES)
    assert problems == []
    assert min(review.sheets) == (31, 2024)
    assert [source.slug for source in review.sources if source.year == 2025] == [
        "rs-2025-1-1", "rs-2025-1-2", "rs-2025-1-3", "rs-2025-1-4", "rs-2025-1-5", "rs-2025-2-1",
    ]  # fmt: skip


def test_a_sheet_joins_its_rows_of_all_files() -> None:
    sheet = read(*FILES)[0].sheets[31, 2025]
    assert sheet.unit == (("府省庁", "国土交通省海上保安庁"), ("部", "見本航路部"))
    assert sheet.places == [RowPlace("rs-2025-1-1", 2), RowPlace("rs-2025-1-2", 2)]
    assert sheet.texts["事業の目的"] == "航路を\n維持する。"
    assert (sheet.flags, sheet.methods) == ({"開始年度不明": True, "終了予定なし": True}, ("burden-charge",))
    assert sheet.budgets[2024].amounts["補正予算（合計）"] == -2_000_000
    assert sheet.budgets[2024].place == RowPlace("rs-2025-2-1", 3)


def test_a_file_in_cp932_is_read_and_noted(tmp_path: Path) -> None:
    file = changed(file_of("1-2"), tmp_path, lambda rows: None, "cp932")
    review, problems = read(file)
    assert problems == [(file.name, 0, "read as CP932")]
    assert review.sheets[40, 2025].name == "見本の関係人口づくり"


def in_zip(folder: Path, *members: tuple[str, bytes]) -> Path:
    file = folder / "1-2.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file


def test_a_zipped_file_is_the_same_as_the_plain_one(tmp_path: Path) -> None:
    plain = file_of("1-2")
    zipped = in_zip(tmp_path, (plain.name, plain.read_bytes()))
    assert read(zipped)[0].sheets == read(plain)[0].sheets
    assert read_csv_file(zipped).sha256 == read_csv_file(plain).sha256
    assert read_csv_file(zipped).name == plain.name


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ((), "the archive has 0 files and not one CSV file"),
        ((("a.csv", b"x"), ("b.csv", b"y")), "the archive has 2 files and not one CSV file"),
        ((("a.csv", bytes(11 << 20)),), "the archive unpacks to more than 100 times its size"),
    ],
)
def test_an_archive_that_is_refused_is_named_and_the_rest_is_read(
    members: tuple[tuple[str, bytes], ...], sentence: str, tmp_path: Path
) -> None:
    review, problems = read(in_zip(tmp_path, *members), file_of("1-1"))
    assert problems == [("1-2.zip", 0, f"this file is left out: {sentence}")]
    assert review.sheets


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_archive_of_another_method_is_refused_unread(method: int, tmp_path: Path) -> None:
    file = tmp_path / "1-2.zip"
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("a.csv", b"x" * 1000)
    broken = file.read_bytes().replace(b"a.csv\x09\x04", b"a.csv\xff\xff", 1)
    file.write_bytes(broken)
    with pytest.raises(MalformedData, match="another method than deflate"):
        read_csv_file(file)


def test_problems_of_one_kind_are_kept_up_to_a_bound(tmp_path: Path) -> None:
    file = changed(file_of("1-2"), tmp_path, lambda rows: rows.extend([["x"]] * (MAX_OF_A_KIND + 500)))
    review, problems = read(file)
    assert len(problems) == MAX_OF_A_KIND + 1
    assert "not shown" in problems[-1][2]
    assert review.sheets


def test_an_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    file = in_zip(tmp_path, ("a.csv", b"x" * 1000))
    content = bytearray(file.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = content.index(signature) + offset
        content[start : start + 4] = (10).to_bytes(4, "little")
    file.write_bytes(content)
    with pytest.raises(MalformedData):
        read_csv_file(file)


def test_a_file_beyond_the_size_limit_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"x" * 100)
    with pytest.raises(MalformedData, match="more than 99 bytes"):
        read_csv_file(file, max_bytes=99)


def test_what_is_neither_utf_8_nor_cp932_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"\xff\x81\x20")
    assert "neither in UTF-8 nor in CP932" in read(file)[1][0][2]


def column(rows: Rows, name: str) -> int:
    return rows[0].index(name)


def put(row: int, name: str, value: str) -> Callable[[Rows], None]:
    """A change of the cell in a row, the header being 1, and a column."""

    def change(rows: Rows) -> None:
        rows[row - 1][column(rows, name)] = value

    return change


def drop(name: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        position = column(rows, name)
        for row in rows:
            del row[position]

    return change


def add_column(rows: Rows) -> None:
    for row in rows:
        row.append("x")
    rows[0][-1] = "見本の列"


def reverse_columns(rows: Rows) -> None:
    for row in rows:
        row.reverse()


def repeat_row(rows: Rows) -> None:
    rows.append(list(rows[1]))


def rename_in_second_row(rows: Rows) -> None:
    rows.append(list(rows[1]))
    rows[-1][column(rows, "事業名")] = "別の見本"


def cut_row(rows: Rows) -> None:
    del rows[2][-3:]


def lengthen_row(rows: Rows) -> None:
    rows[2].append("x")


@pytest.mark.parametrize(
    ("kind", "change", "row", "sentence"),
    [
        ("1-2", drop("備考"), 1, "the column 備考 is missing; its values are not imported"),
        ("1-2", add_column, 1, "the column 見本の列 is not in the published layout and is not imported"),
        ("1-2", reverse_columns, 1, "the columns are in another order than published"),
        ("1-2", put(1, "事業の概要", "事業の概要等"), 1, "if 事業の概要等 is its new name"),
        ("2-1", put(1, "執行額（合計）", "執行額(合計)"), 1, "執行額(合計) is read as 執行額（合計）"),
        ("1-2", put(1, "備考", "主要経費"), 1, "the column 主要経費 stands twice; the first is imported"),
        ("1-2", drop("予算事業ID"), 1, "without the column 予算事業ID no row can be assigned"),
        ("1-2", cut_row, 3, "the row has 29 cells, the header 32; it is left out"),
        ("1-2", lengthen_row, 3, "the row has 33 cells, the header 32; it is left out"),
        ("1-2", rename_in_second_row, 8, "in 2025, but this row says 別の見本"),
        ("1-2", repeat_row, 8, "there are two rows for the ID 31 in 2025; this one is left out"),
        ("1-1", repeat_row, 8, "there are two rows for the ID 31 in 2025; this one is left out"),
        ("2-1", repeat_row, 9, "there are two rows for the ID 31 in 2025; this one is left out"),
        ("2-1", put(3, "執行額（合計）", "約44百万円"), 3, "in 執行額（合計）, 約44百万円 is no amount"),
        ("2-1", put(3, "執行率", "八割"), 3, "in 執行率, 八割 is no rate"),
        ("2-1", put(3, "予算年度", "令和6"), 3, "in 予算年度, 令和6 is no fiscal year"),
        ("2-1", put(3, "予算年度", ""), 3, "the row has no budget year and is left out"),
        ("1-2", put(3, "予算事業ID", "A-1"), 3, "the ID A-1 is no number; the row is left out"),
        ("1-2", put(3, "事業年度", "令和7"), 3, "the review year 令和7 is no year; the row is left out"),
        ("1-2", put(3, "事業名", ""), 3, "the project has no name; the row is left out"),
        ("1-2", put(3, "終了予定なし", "たぶん"), 3, "in 終了予定なし, たぶん is neither yes nor no"),
        ("1-2", put(3, "事業開始年度", "昭和"), 3, "in 事業開始年度, 昭和 is no fiscal year"),
        ("1-2", put(3, "備考", "a\x07b"), 3, "there are control characters in 備考; they are left out"),
        ("1-2", put(3, "備考", "x" * 100_001), 3, "a cell has more than 100000 characters"),
    ],
)  # fmt: skip
def test_bad_input_is_named_with_file_and_row_and_the_rest_is_read(
    kind: str, change: Callable[[Rows], None], row: int, sentence: str, tmp_path: Path
) -> None:
    file = changed(file_of(kind), tmp_path, change)
    review, problems = read(file, *(other for other in FILES if other.name != file.name))
    named = [problem for problem in problems if sentence in problem[2]]
    assert [(name, number) for name, number, _ in named] == [(file.name, row)], problems
    assert review.sheets[40, 2025].name == "見本の関係人口づくり"


def test_a_reordered_file_is_read_by_its_headers(tmp_path: Path) -> None:
    file = changed(file_of("1-2"), tmp_path, reverse_columns)
    assert read(file)[0].sheets[40, 2025].texts == read(file_of("1-2"))[0].sheets[40, 2025].texts


def test_what_is_no_file_of_the_review_is_left_out(tmp_path: Path) -> None:
    for name, content in {"a.csv": "甲,乙\n1,2\n", "b.csv": ""}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    review, problems = read(tmp_path / "a.csv", tmp_path / "b.csv", file_of("1-1"))
    assert [(name, row) for name, row, _ in problems] == [("a.csv", 1), ("b.csv", 0)]
    assert review.sheets


def test_an_unclosed_quotation_mark_is_named(tmp_path: Path) -> None:
    file = tmp_path / file_of("1-2").name
    file.write_bytes(file_of("1-2").read_bytes() + b'"open')
    assert [(row, text) for _, row, text in read(file)[1]] == [
        (8, "this is no row of CSV (RFC 4180): unexpected end of data")
    ]


def test_each_layout_has_columns_of_its_own() -> None:
    assert {kind for kind in FileKind if len(LAYOUTS[kind]) == len(set(LAYOUTS[kind]))} == set(FileKind)


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_amount, "1,234,567", 1234567),
        (parse_amount, "33328000.0", 33328000),
        (parse_amount, "▲５００", -500),
        (parse_amount, "1,23", None),
        (parse_amount, "1.5", None),
        (parse_amount, "９" * 19, None),
        (parse_year, "2025.0", 2025),
        (parse_year, "20250", None),
        (parse_year, "1500", None),
        (parse_flag, "TRUE", True),
        (parse_flag, "", False),
        (parse_flag, "?", None),
        (parse_rate, "x", None),
        (
            parse_links,
            "https://a.example/1 、https://b.example/",
            ("https://a.example/1", "https://b.example/"),
        ),
        (parse_links, "https://a.example/%zz", None),
        (parse_links, "なし", None),
        (parse_links, "http://a:b/x", None),
        (parse_links, "http://a.example/x#a#b", None),
        (parse_links, "http://a.example/\ue000", None),
        (parse_links, "http://a.example/[x]", None),
        (parse_links, "https://a.example/あ?q=1#b", ("https://a.example/あ?q=1#b",)),
    ],
)
def test_values_of_cells(parse: Callable[[str], object], text: str, value: object) -> None:
    assert parse(text) == value
