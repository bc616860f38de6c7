"""Sheets as their layout reads them, from text and from a PDF, against what a curator read in them."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.dataset.data_folder import packaged
from kankei.namespaces import KK
from kankei.source.document_reader import read_lines
from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.layouts import layouts
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import Weight
from kankei.source.lines.printed_text import Line
from kankei.source.sheets import read_sheets
from support.pdf import fonts, lay_out

SEED = packaged().data / "sources" / "sheets-103-106.txt"
CURATED = {
    "103": "related-population-creation",
    "104": "furusato-working-holiday",
    "105": "new-exchange-market",
    "106": "two-region-living",
}
NODES = {
    Column.BODIES: ("bodies-2025",),
    Column.SUPPORT: ("support-2025", "cell-support-2025"),
    Column.FUNDING: ("funding-2025", "cell-funding-2025"),
    Column.CALL: ("call-2025", "absence-call-2025"),
    Column.SURVEY: ("survey-2025", "absence-survey-2025"),
    Column.BUDGET: ("budget-2025-initial",),
    Column.CONTACT: ("contact-2025",),
}


def read(path: Path) -> list[Sheet]:
    return list(read_sheets(read_lines(path).lines, layouts()))


@pytest.fixture(scope="module")
def seed() -> list[Sheet]:
    return read(SEED)


def statements(number: str, node: str) -> dict[str, str]:
    """What the curated data say of a node, by the property's name; nothing if there is no such node."""
    base = "https://example.org/id/programme/x"
    path = packaged().data / "programmes" / f"{CURATED[number]}.ttl"
    found = ox.parse(path=str(path), base_iri=base)
    return {
        quad.predicate.value.removeprefix(KK): str(getattr(quad.object, "value", ""))
        for quad in found
        if quad.subject == ox.NamedNode(f"{base}#{node}")
    }


CELLS = [(number, column) for number in CURATED for column in Column]


def test_every_sheet_is_found_where_it_begins(seed: list[Sheet]) -> None:
    assert [sheet.number.text for sheet in seed if sheet.number] == list(CURATED)
    for number, sheet in zip(CURATED, seed, strict=True):
        assert statements(number, "2025")["place"].endswith(f"#{sheet.place.fragment}")


@pytest.mark.parametrize(("number", "column"), CELLS)
def test_cells_are_as_the_curator_read_them(seed: list[Sheet], number: str, column: Column) -> None:
    """But for a window that may stand under two headings: the curator saw the page."""
    sheet = next(sheet for sheet in seed if sheet.number and sheet.number.text == number)
    cell = sheet.cell(column)
    curated = next(found for node in NODES[column] if (found := statements(number, node)))
    assert cell
    if not cell.known:
        call = statements(number, "call-2025")
        assert column in {Column.CALL, Column.SURVEY}
        assert cell.disputed
        assert cell.disputed.text == call["raw"]
        assert call["place"].endswith(f"#{cell.disputed.place.fragment}")
        return
    assert cell.heading.text == curated["heading"]
    assert (cell.value.text if cell.value else None) == curated.get("raw")
    place = cell.value.place if cell.value else cell.heading.place
    assert curated["place"].endswith(f"#{place.fragment}")


def test_what_stands_around_the_table_is_as_the_curator_read_it(seed: list[Sheet]) -> None:
    for number, sheet in zip(CURATED, seed, strict=True):
        assert sheet.name
        assert sheet.name.text == statements(number, "title-2025")["raw"]
        assert sheet.theme
        assert sheet.theme.text == statements(number, "theme-2025")["raw"]
        assert sheet.unit
        assert sheet.unit.text == statements(number, "budget-2025-initial")["unit"]
    assert seed[0].subtitle
    assert seed[0].subtitle.text == statements("103", "subtitle-2025")["raw"]
    assert [link.text for link in seed[2].links] == [
        f"URL {statements('105', 'link-hometown-2025')['raw']}",
        statements("105", "link-workation-2025")["raw"],
    ]


def test_what_the_text_does_not_tell_is_a_doubt(seed: list[Sheet]) -> None:
    assert [[doubt.about for doubt in sheet.doubts] for sheet in seed] == [[], [], ["cells"], ["cells"]]


def test_no_line_is_lost(seed: list[Sheet]) -> None:
    """A line is part of a field, or of the body."""
    for sheet, last in zip(seed, ("HP 事例等", None, "① ②", "（令和7年度予算案：10百万円）"), strict=True):
        assert not last or any(last in printed.text for printed in sheet.body_lines)


@pytest.mark.parametrize("font", fonts())
def test_a_pdf_reads_as_its_text(seed: list[Sheet], tmp_path: Path, font: str) -> None:
    lay_out(tmp_path / "sheets.pdf", font)
    found = read(tmp_path / "sheets.pdf")
    assert len(found) == len(seed)
    for sheet, expected in zip(found, seed, strict=True):
        for column in Column:
            cell = expected.cell(column)
            assert cell
            if cell.known:
                assert words(sheet, column) == words(expected, column)
            elif cell.disputed and column is Column.CALL:
                assert words(sheet, column) == normalise(cell.disputed.text).split()
        assert not sheet.doubts, "a PDF tells which column a value stands in"


def words(sheet: Sheet, column: Column) -> list[str]:
    cell = sheet.cell(column)
    return normalise(cell.value.text).split() if cell and cell.value else []


def page(text: str) -> list[Sheet]:
    lines = [Line(number, line, None, number == 1) for number, line in enumerate(text.splitlines(), 1)]
    return list(read_sheets(lines, layouts()))


SHEET = """7 名 URL https://example.org/
事業実施主体（対象者） 支援対象・内容 補助率等 公募時期 事業要望調査時期 R7年度当初予算 問合せ先
市町村 ソフト 1/2 随時 30 総務省課 03-5253-0000
1．テーマに関する施策
（百万円）"""


def test_a_column_that_nobody_knows_leaves_in_doubt_what_may_stand_in_it() -> None:
    (sheet,) = page(SHEET.replace("公募時期", "謎の欄 公募時期"))
    assert "columns" in {doubt.about for doubt in sheet.doubts}
    contact = sheet.cell(Column.CONTACT)
    assert contact
    assert contact.value


def test_a_column_that_is_missing_is_a_doubt() -> None:
    (sheet,) = page(SHEET.replace(" 事業要望調査時期", ""))
    assert {doubt.about for doubt in sheet.doubts} == {"survey"}
    assert sheet.cell(Column.SURVEY) is None


def test_a_sheet_without_number_theme_or_unit_says_so() -> None:
    (sheet,) = page("\n".join(SHEET.splitlines()[1:3]))
    assert {doubt.about for doubt in sheet.doubts} >= {"number", "theme", "unit"}
    assert sheet.number is None


def test_two_sheets_on_one_page_are_two() -> None:
    first, second = page(f"{SHEET}\n{SHEET.replace('7 名', '8 別')}")
    assert (first.name and first.name.text, second.name and second.name.text) == ("名", "別")


def test_what_is_no_catalogue_has_no_sheets() -> None:
    assert page("今日は良い天気です。\n明日も。") == []


def test_a_page_number_on_its_own_line_joins_no_text() -> None:
    (sheet,) = page(f"{SHEET}\n事業内容\n○経費の一部を補助する。\n12")
    assert [item.plain for item in sheet.body.items] == ["経費の一部を補助する。"]
    assert any("12" in doubt.en for doubt in sheet.body.doubts)


def test_a_rate_broken_over_lines_is_one_value_and_makes_no_column_blank() -> None:
    """The amount of a ceiling alone looks like no rate: the call took all of it, and the rate was blank."""
    (sheet,) = page(SHEET.replace("1/2 随時", "定額（１事業当たり上限\n2,000万円）\n６月下旬"))
    funding = sheet.cell(Column.FUNDING)
    assert funding
    assert funding.value
    assert funding.value.text == "定額（１事業当たり上限\n2,000万円）"
    assert [cell.column for cell in sheet.cells if not cell.known] == [Column.CALL, Column.SURVEY]


def test_where_a_column_cannot_read_its_text_no_other_is_known_to_be_blank() -> None:
    (sheet,) = page(SHEET.replace("1/2 随時", "融資補助"))
    assert [cell.column for cell in sheet.cells if cell.known and not cell.value] == []


def test_a_unit_above_the_table_is_no_subtitle() -> None:
    text = SHEET.replace("\n（百万円）", "").replace("事業実施主体", "（百万円）\n事業実施主体", 1)
    (sheet,) = page(text)
    assert sheet.unit
    assert (sheet.unit.text, sheet.subtitle) == ("百万円", None)
    assert sheet.number


@pytest.mark.parametrize("line", ["単位：口", "（単位：人）"])
def test_a_unit_that_is_not_understood_leaves_the_sheet_without_one(line: str) -> None:
    (sheet,) = page(f"{SHEET}\n{line}")
    assert sheet.unit is None
    assert "unit" in {doubt.about for doubt in sheet.doubts}


def test_a_decimal_is_no_theme_and_a_lead_line_no_title() -> None:
    (sheet,) = page(SHEET.replace("30", "2.5").replace("7 名", "3 つの柱で支援する\n7 名"))
    assert sheet.theme
    assert sheet.theme.text == "1．テーマに関する施策"
    assert sheet.number
    assert sheet.number.text == "7"


def test_an_unknown_heading_ends_the_section_before_it() -> None:
    (sheet,) = page(f"{SHEET}\n事業目的\n○担い手を育てる。\n補助対象経費\n○経費を補助する。")
    found = {item.plain: item.heading and item.heading.text for item in sheet.body.items}
    assert found["担い手を育てる。"] == "事業目的"
    assert found["経費を補助する。"] is None


BODY = f"{SHEET}\n事業目的\n○担い手を育てる。"
TITLE, TABLE = SHEET.splitlines()[0], "\n".join(SHEET.splitlines()[1:])


@pytest.mark.parametrize(
    "text",
    [
        f"{TABLE}\n事業目的\n○担い手を育てる。\n{TITLE}",
        f"{SHEET}\n事業目的 事業内容\n○担い手を育てる。 ○経費を補助する。",
        f"{SHEET}\n事業目的\nである。\n○担い手を育てることが課題",
        f"{BODY}\n{SHEET.replace('7 名', '8 別')}",
    ],
    ids=["title-below", "side-by-side", "torn", "two-sheets"],
)
def test_a_body_whose_order_is_not_certain_is_not_read(text: str) -> None:
    sheet, *_ = page(text)
    assert sheet.body.items == ()
    assert sheet.body.unclassified
    assert {"body", "sheet"} & {doubt.about for doubt in (*sheet.doubts, *sheet.body.doubts)}


def test_a_blank_column_is_not_proven_by_a_text_in_another_order() -> None:
    (sheet,) = page(TABLE.replace(" 1/2", "") + f"\n{TITLE}")
    cell = sheet.cell(Column.FUNDING)
    assert cell
    assert not cell.known
    assert "funding" in {doubt.about for doubt in sheet.doubts}


@pytest.mark.parametrize(
    "row",
    [
        "市町村・  ソフト  1/2  随時  30  総務省\n民間事業者等  地域課\n03-5253-0000",
        "（対象者）\n市町村 ソフト 1/2 随時 30 総務省課 03-5253-0000",
        "市町村 ソフト 1/2 随時 30\n○担い手を育てる。",
    ],
    ids=["gaps", "rest-of-heading", "sentence"],
)
def test_a_row_whose_cells_do_not_follow_each_other_is_unknown(row: str) -> None:
    (sheet,) = page(SHEET.replace(SHEET.splitlines()[2], row))
    assert not any(cell.known for cell in sheet.cells)
    assert "cells" in {doubt.about for doubt in sheet.doubts}


def test_two_tables_on_one_line_are_not_read() -> None:
    lines = SHEET.splitlines()
    (sheet,) = page("\n".join([*lines[:1], f"{lines[1]} {lines[1]}", *lines[2:]]))
    assert (sheet.cells, sheet.number, sheet.theme) == ((), None, None)
    assert "sheet" in {doubt.about for doubt in sheet.doubts}


@pytest.mark.parametrize(
    "line", ["1．テーマに関する施策 【再掲】", "1．テーマに関する施策 2．別に関する施策"]
)
def test_a_theme_with_something_behind_it_is_in_doubt(line: str) -> None:
    (sheet,) = page(SHEET.replace("1．テーマに関する施策", line))
    assert sheet.theme is None
    assert "theme" in {doubt.about for doubt in sheet.doubts}


def test_a_page_of_headings_before_the_first_sheet_may_be_a_sheet_that_is_lost() -> None:
    """Its headings are there, in an order in which they are no row; and it has no telephone number."""
    words = ("事業実施主体", "補助率等", "公募時期", "要望調査時期", "担当")
    headings = "".join(f"{word}\n市町村の\n取組を\n支援する\n" for word in words)
    for before, weight in ((headings, Weight.UNRESOLVED), ("目次\n１ 関係人口", Weight.SETTLED)):
        texts = [*before.splitlines(), *SHEET.splitlines()]
        first = len(before.splitlines()) + 1
        lines = [Line(n, text, None, n in {1, first}) for n, text in enumerate(texts, 1)]
        (sheet,) = read_sheets(lines, layouts())
        assert [one.weight for one in sheet.doubts if one.about == "source"] == [weight]
