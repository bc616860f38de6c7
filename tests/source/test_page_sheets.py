"""Sheets of a PDF by position: each case once stated what is not printed, or lost what is."""

from dataclasses import replace
from pathlib import Path

import pytest

from kankei.errors import MalformedData
from kankei.source.document_reader import read_lines
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.garbled_text import without_garbled_texts
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import Weight
from support.pages import BOTTOM, HEADINGS, ROW, PageOf, sheets, write_pages


def values(sheet: Sheet) -> dict[str, str | None]:
    """The text of each cell that is known; None where it is blank."""
    return {cell.column.value: cell.value.text if cell.value else None for cell in sheet.cells if cell.known}


def open_doubts(sheet: Sheet) -> set[str]:
    return {doubt.about for doubt in (*sheet.doubts, *sheet.body.doubts) if doubt.weight is Weight.UNRESOLVED}


def row(**changed: str) -> list[str]:
    slugs = [column.value for column in Column]
    return [changed.get(slug, text) for slug, text in zip(slugs, ROW, strict=True)]


@pytest.mark.parametrize("blank", [column.value for column in Column])
def test_a_ruled_cell_without_text_is_blank_and_its_neighbours_keep_theirs(
    tmp_path: Path, blank: str
) -> None:
    (sheet,) = sheets(tmp_path, PageOf().head().table(row(**{blank: ""}), at=2))
    whole = dict(
        zip((column.value for column in Column), (text.replace("|", "\n") for text in ROW), strict=True)
    )
    assert values(sheet) == whole | {blank: None}
    assert open_doubts(sheet) == set()


def test_a_text_that_overlaps_no_heading_is_unknown_and_proves_no_blank(tmp_path: Path) -> None:
    """Between the call and the survey, both blank else: whose it is no grammar tells."""
    page = PageOf().head().table(row(call="", survey=""), ruled=False).text(386, 116, "10月頃")
    (sheet,) = sheets(tmp_path, page)
    assert not {"call", "survey"} & values(sheet).keys()
    assert {"call", "survey"} <= open_doubts(sheet)
    assert values(sheet)["budget"] == "20"


def test_one_value_in_a_cell_for_two_columns_is_of_neither(tmp_path: Path) -> None:
    page = PageOf().head().table(row(call="４月～５月頃", survey=""))
    page.lines = [line for line in page.lines if line[:2] != (430, 80)]
    page.lines += [(430, 80, 430, 104)]
    (sheet,) = sheets(tmp_path, page)
    assert not {"call", "survey"} & values(sheet).keys()
    assert {"call", "survey"} <= open_doubts(sheet)


def test_a_drawing_in_a_cell_is_no_blank(tmp_path: Path) -> None:
    page = PageOf().head().table(row(call=""))
    page.lines.append((345, 110, 425, 145))
    (sheet,) = sheets(tmp_path, page)
    assert "call" not in values(sheet)
    assert "call" in open_doubts(sheet)


@pytest.mark.parametrize("side", [4, 8])
def test_a_box_to_tick_in_a_cell_makes_its_text_unknown(tmp_path: Path, side: float) -> None:
    """Which of ソフト and ハード is ticked is drawn, and not written."""
    page = PageOf().head().table(row(support="　ソフト|　ハード"))
    page.boxes += [(155, 107 + 11 * n, 155 + side, 107 + side + 11 * n) for n in (0, 1)]
    page.lines.append((155, 107, 155 + side, 107 + side))
    (sheet,) = sheets(tmp_path, page)
    assert "support" not in values(sheet)
    assert "support" in open_doubts(sheet)


def test_a_text_that_is_struck_through_is_unknown(tmp_path: Path) -> None:
    page = PageOf().head().table(row(support="ソフト|ハード", budget="30", funding="1／2"))
    page.lines += [(154, 123, 182, 123), (544, 113, 556, 113), (244, 117.5, 262, 117.5)]
    (sheet,) = sheets(tmp_path, page)
    assert not {"support", "budget"} & values(sheet).keys()
    assert {"support", "budget"} <= open_doubts(sheet)
    assert values(sheet)["funding"] == "1／2"  # it is underlined


def test_turned_text_is_unknown(tmp_path: Path) -> None:
    page = PageOf().head().table(row(call=""))
    page.turned.append((390, 145, "随時"))
    (sheet,) = sheets(tmp_path, page)
    assert "call" not in values(sheet)
    assert "call" in open_doubts(sheet)


def test_a_decimal_is_no_theme_line(tmp_path: Path) -> None:
    (sheet,) = sheets(tmp_path, PageOf().head().table(row(budget="2.5", funding="5.5／10")))
    assert (values(sheet)["budget"], values(sheet)["funding"]) == ("2.5", "5.5／10")
    assert sheet.theme
    assert sheet.theme.text.startswith("６．関係人口")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ((760, 74), "単位：千円"),
        ((760, 74), "【単位：千円】"),
        ((30, BOTTOM + 9), "(単位:千円)"),
        ((545, 78), "［千円］"),
    ],
)
def test_the_unit_stands_near_the_table_with_brackets_or_without(
    tmp_path: Path, place: tuple[float, float], text: str
) -> None:
    page = PageOf().head().table()
    page.texts = [one for one in page.texts if one[2] != "（百万円）"]
    (sheet,) = sheets(tmp_path, page.text(*place, text).text(400, 480, "（億円）"))
    assert sheet.unit
    assert (sheet.unit.text, sheet.subtitle) == ("千円", None)


def test_a_unit_that_is_not_understood_blocks_the_budget(tmp_path: Path) -> None:
    (sheet,) = sheets(tmp_path, PageOf().head().table().text(600, 74, "単位：口"))
    assert sheet.unit is None
    assert "unit" in open_doubts(sheet)


@pytest.mark.parametrize("heading", ["事業の流れ", "補助対象経費"])
def test_an_unknown_heading_ends_a_section(tmp_path: Path, heading: str) -> None:
    page = PageOf().head().table().text(36, 200, "事業目的").text(36, 216, "○担い手を育てる。")
    page.text(36, 240, heading).text(36, 256, "○経費を補助する。")
    (sheet,) = sheets(tmp_path, page)
    found = {item.plain: item.heading and item.heading.text for item in sheet.body.items}
    assert found["担い手を育てる。"] == "事業目的"
    assert found["経費を補助する。"] in {None, heading}


def test_a_heading_below_claims_no_text_above_it(tmp_path: Path) -> None:
    page = PageOf().head().table().text(500, 400, "【目的】").text(36, 200, "○担い手を育てる。")
    (sheet,) = sheets(tmp_path, page)
    assert [item.heading for item in sheet.body.items] == [None]


def test_boxes_bound_what_stands_under_their_headings(tmp_path: Path) -> None:
    page = PageOf().head().table()
    page.boxes += [(30, 180, 400, 196), (30, 196, 400, 300), (420, 180, 810, 196), (420, 196, 810, 300)]
    page.text(426, 214, "○経費を補助する。").text(36, 214, "○担い手を育てる。")
    page.text(426, 192, "これまでの成果").text(36, 192, "交付要件")
    (sheet,) = sheets(tmp_path, page)
    found = {item.plain: item.heading and item.heading.text for item in sheet.body.items}
    assert found == {"担い手を育てる。": "交付要件", "経費を補助する。": "これまでの成果"}


@pytest.mark.parametrize("heading", ["事業要望|調査時期", "事 業 要 望 調 査 時 期"])
@pytest.mark.parametrize("ruled", [True, False])
def test_wrapped_and_spaced_headings_are_rejoined(tmp_path: Path, heading: str, ruled: bool) -> None:
    headings = [heading if one == "事業要望調査時期" else one for one in HEADINGS]
    (sheet,) = sheets(tmp_path, PageOf().head().table(headings=headings, ruled=ruled))
    assert values(sheet)["survey"] == "10月頃"


def test_neighbours_are_not_joined_across_a_line_or_a_gap(tmp_path: Path) -> None:
    page = PageOf().head().table(row(survey="", budget="３４")).text(522, 116, "１２")
    (sheet,) = sheets(tmp_path, page)
    assert (values(sheet)["survey"], values(sheet)["budget"]) == ("１２", "３４")
    lines = read_lines(
        write_pages(tmp_path / "gap.pdf", PageOf().text(50, 50, "１２").text(69, 50, "３４"))
    ).lines
    assert [line.text for line in lines] == ["１２", "３４"]


def test_a_lead_line_with_a_number_is_no_title(tmp_path: Path) -> None:
    page = PageOf().head().table().text(30, 62, "3 つの柱で支援する", 14)
    (sheet,) = sheets(tmp_path, page)
    assert sheet.number
    assert sheet.name
    assert (sheet.number.text, sheet.name.text) == ("41", "空き家の活用")


def test_the_order_of_drawing_does_not_matter(tmp_path: Path) -> None:
    page = PageOf().head().table().text(36, 200, "事業目的").text(36, 216, "○担い手を育てる。")
    (one,) = sheets(tmp_path, page)
    page.texts.reverse()
    (other,) = sheets(tmp_path, page)
    assert values(one) == values(other)
    assert [item.plain for item in one.body.items] == [item.plain for item in other.body.items]
    assert other.name
    assert other.name.text == "空き家の活用"


def test_a_title_at_the_foot_is_found(tmp_path: Path) -> None:
    page = PageOf().head().table()
    page.texts = [(x, 560.0 if size == 14 else y, text, size) for x, y, text, size in page.texts]
    (sheet,) = sheets(tmp_path, page)
    assert sheet.name
    assert sheet.name.text == "空き家の活用"


def test_two_sheets_side_by_side_keep_their_own(tmp_path: Path) -> None:
    page, half = PageOf(), 390
    for index in range(2):
        own = PageOf().head().table(row(budget=str(20 + index)), ruled=False)
        page.texts += [
            (x / 2.2 + half * index, y + index * 14, text, size / 2.2) for x, y, text, size in own.texts
        ]
    first, second = sheets(tmp_path, page)
    assert (values(first)["budget"], values(second)["budget"]) == ("20", "21")


def test_a_sheet_may_go_on_on_the_next_page(tmp_path: Path) -> None:
    page = PageOf().head().table().text(36, 200, "事業目的").text(36, 216, "○担い手を育てる。")
    (sheet,) = sheets(tmp_path, page, PageOf().text(36, 60, "○経費を補助する。"))
    assert [item.plain for item in sheet.body.items] == ["担い手を育てる。", "経費を補助する。"]


def test_a_sheet_that_is_lost_is_announced_with_its_page(tmp_path: Path) -> None:
    lost = PageOf()
    lost.turned += [(100 + 20 * index, 500, text) for index, text in enumerate(HEADINGS)]
    first, second = PageOf().head().table(), PageOf().head().text(30, 300, "総務省 03-5253-5391")
    (sheet,) = sheets(tmp_path, first, lost, second)
    told = [doubt.en for doubt in sheet.doubts if doubt.weight is Weight.UNRESOLVED]
    assert any("page 2" in one.lower() for one in told)
    (sheet,) = sheets(tmp_path, lost, first)
    assert any("Page 1" in doubt.en for doubt in sheet.doubts)


def test_the_number_of_a_page_is_no_text(tmp_path: Path) -> None:
    (sheet,) = sheets(tmp_path, PageOf().head().table().text(798, 582, "12"))
    assert [(doubt.about, doubt.weight) for doubt in sheet.doubts] == [("text", Weight.SETTLED)]
    (sheet,) = sheets(tmp_path, PageOf().head().table().text(36, 200, "○経費を補助する。12"))
    assert [item.plain for item in sheet.body.items] == ["経費を補助する。"]
    assert "body" in open_doubts(sheet)


@pytest.mark.parametrize("kind", ["lines", "cells", "overlapping", "blank"])
def test_ten_thousand_lines_take_bounded_time(tmp_path: Path, kind: str) -> None:
    page = PageOf() if kind == "blank" else PageOf().head().table()
    if kind == "cells":
        page.boxes += [
            (30 + 7 * (i % 100), 200 + 3 * (i // 100), 37 + 7 * (i % 100), 203 + 3 * (i // 100))
            for i in range(10_000)
        ]
    elif kind == "overlapping":
        page.boxes += [(30 + i * 0.03, 200 + i * 0.02, 400 + i * 0.03, 380 + i * 0.02) for i in range(10_000)]
    else:
        page.lines += [
            (30 + i * 0.07, 160 + i * 0.03, 30 + i * 0.07, 162.5 + i * 0.03) for i in range(10_000)
        ]
    found = sheets(tmp_path, page) if kind != "blank" else []
    assert len(found) == (kind != "blank")
    for sheet in found:
        assert values(sheet).get("budget", "20") == "20"


def test_rules_without_text_are_no_sheet_and_spoil_none(tmp_path: Path) -> None:
    """A page of empty cells, before a sheet and behind it."""
    empty = PageOf()
    empty.boxes += [
        (30 + 20 * x, 60 + 20 * y, 50 + 20 * x, 80 + 20 * y) for x in range(30) for y in range(20)
    ]
    with pytest.raises(MalformedData, match="no page of the PDF has text"):
        sheets(tmp_path, empty)
    (sheet,) = sheets(tmp_path, empty, PageOf().head().table(), empty)
    assert len(values(sheet)) == len(Column)
    assert open_doubts(sheet) == set()


def test_an_empty_table_beside_another_states_no_blank_of_it(tmp_path: Path) -> None:
    page = PageOf().head().table()
    page.lines += [(x, 200, x, 240) for x in (30, 150, 240)] + [(30, y, 240, y) for y in (200, 240)]
    (sheet,) = sheets(tmp_path, page)
    assert len(values(sheet)) == len(Column)


def test_text_without_rules_states_no_more_than_its_positions_tell(tmp_path: Path) -> None:
    ruled, loose = (PageOf().head().table(ruled=ruled) for ruled in (True, False))
    (one,), (other,) = sheets(tmp_path, ruled), sheets(tmp_path, loose)
    assert values(other).items() <= values(one).items()


def test_unknown_headings_belong_to_the_table_that_they_stand_in(tmp_path: Path) -> None:
    """Far from the known ones, and in the row of another table: neither table loses its own."""
    headings = ["担い手", "区分", *HEADINGS[2:]]
    (sheet,) = sheets(tmp_path, PageOf().head().table(headings=headings, ruled=False))
    assert values(sheet)["funding"] == "定額"
    assert "市町村" not in {item.plain for item in sheet.body.items}
    assert "columns" in open_doubts(sheet)


def test_a_number_alone_is_no_text_of_a_body(tmp_path: Path) -> None:
    page = PageOf().head().table().text(30, 180, "（25）").text(30, 200, "221", 10)
    page.text(30, 215, "○担い手を育てる。")
    (sheet,) = sheets(tmp_path, page)
    assert {item.plain for item in sheet.body.items} == {"担い手を育てる。"}
    assert "body" in open_doubts(sheet)


def test_a_text_with_a_character_without_meaning_is_no_field(tmp_path: Path) -> None:
    """U+FFFD stands for a glyph that no font gives a meaning: 2 and that may be any of ten numbers."""
    (whole,) = sheets(tmp_path, PageOf().head().table().text(30, 200, "○担い手を育てる。"))
    garbled = [
        replace(cell, value=cell.value and cell.value._replace(text=f"{cell.value.text}\ufffd"))
        if cell.column in {Column.BODIES, Column.BUDGET}
        else cell
        for cell in whole.cells
    ]
    (item,) = whole.body.items
    body = replace(whole.body, items=(replace(item, printed=item.printed._replace(text="○担い\ufffd")),))
    name = whole.name and whole.name._replace(text="\ufffd事業")
    sheet = without_garbled_texts(replace(whole, cells=garbled, body=body, name=name))
    assert values(whole).keys() - values(sheet).keys() == {"bodies", "budget"}
    assert {"bodies", "budget", "name", "body"} <= open_doubts(sheet)
    assert (sheet.name, sheet.number) == (None, whole.number)
    assert (list(sheet.body.items), len(sheet.body.unclassified)) == ([], 1)
    assert without_garbled_texts(whole) is whole
