"""Extracted text in which each heading is followed by its own cell, and what else its order proves."""

from pathlib import Path

import pytest

from kankei.source.document_reader import read_lines
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.layouts import layouts
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import Weight
from kankei.source.lines.printed_text import Line
from kankei.source.sheets import read_sheets
from support.reading import written

HEAD = """１．しごとの創出に関する施策（起業・就業）
30
山村つながり創出交付金
URL
https://www.example.go.jp/30/
（百万円）"""
TABLE = """事業実施主体
（対象者）
都道府県・市町村
支援対象・内容
ハード
補助率等
定額（上限500
万円）
公募時期
７月１日〜８月31日
要望調査時期
10月頃
Ｒ８年度当初予算
20
問合せ先
総務省地域力創造グループ
地域自立応援課
03-5253-5391"""
HEADINGS_FIRST = """実施主体等
支援内容等
補助率（上限額）
公募時期・期間
要望調査の時期
R8年度当初予算
連絡先
都道府県・市町村
ハード・ソフト
定額
10月〜翌年3月
前年度の10月頃
376の内数
総務省地域力創造グループ
地域自立応援課
03-5253-5391"""
BODY = "事業内容\n○経費の一部を補助する。\n○成果を公表する。\n1"
SHEET = f"{HEAD}\n{TABLE}\n{BODY}"


def sheets(*pages: str) -> list[Sheet]:
    lines: list[Line] = []
    for page in pages:
        for index, text in enumerate(page.split("\n")):
            lines.append(Line(len(lines) + 1, text, None, index == 0))
    return list(read_sheets(lines, layouts()))


def extracted(name: str) -> str:
    """A page as `pdftotext` gives it."""
    return (Path(__file__).parent / "extracted" / f"{name}.txt").read_text(encoding="utf-8")


def value(sheet: Sheet, column: Column) -> str | None:
    cell = sheet.cell(column)
    assert cell is not None
    return cell.value.text if cell.value else None


def is_known(sheet: Sheet, column: Column) -> bool:
    cell = sheet.cell(column)
    return cell is not None and cell.known


def test_each_heading_has_the_lines_behind_it_as_its_cell() -> None:
    (sheet,) = sheets(SHEET)
    assert [value(sheet, column) for column in Column] == [
        "都道府県・市町村",
        "ハード",
        "定額（上限500\n万円）",
        "７月１日〜８月31日",
        "10月頃",
        "20",
        "総務省地域力創造グループ\n地域自立応援課\n03-5253-5391",
    ]
    printed = (sheet.number, sheet.name, sheet.theme)
    assert [one and (one.text, one.first) for one in printed] == [
        ("30", 2),
        ("山村つながり創出交付金", 3),
        ("１．しごとの創出に関する施策（起業・就業）", 1),
    ]
    assert [item.plain for item in sheet.body.items] == ["経費の一部を補助する。", "成果を公表する。"]


def test_a_column_whose_heading_is_followed_by_the_next_one_is_blank() -> None:
    (sheet,) = sheets(SHEET.replace("当初予算\n20", "当初予算"))
    assert (is_known(sheet, Column.BUDGET), value(sheet, Column.BUDGET)) == (True, None)


@pytest.mark.parametrize("blank", ["７月１日〜８月31日", "10月頃"])
def test_one_value_may_be_that_of_the_call_and_of_the_survey(blank: str) -> None:
    (sheet,) = sheets(SHEET.replace(f"{blank}\n", ""))
    unknown = {column for column in Column if not is_known(sheet, column)}
    assert unknown == {Column.CALL, Column.SURVEY}


def test_values_that_stand_before_their_headings_are_not_those_of_the_headings_before() -> None:
    (sheet,) = sheets("\n".join(reversed(SHEET.split("\n"))))
    assert not any(cell.known for cell in sheet.cells)


@pytest.mark.parametrize("other", ["関係する団体\n30\n", "○経費を補助する。\n30\n"])
def test_a_number_with_a_text_before_it_is_no_number_of_a_sheet(other: str) -> None:
    (sheet,) = sheets(SHEET.replace("30\n", other, 1))
    assert sheet.number is None


def test_headings_of_a_table_that_is_not_read_leave_the_sheet_unread() -> None:
    (sheet,) = sheets(f"{HEAD}\n事業実施主体\n補助率等\n公募時期\n定額\n{SHEET}")
    assert (sheet.number, sheet.cells) == (None, ())
    assert any("another table" in doubt.en for doubt in sheet.doubts)


def test_of_two_sheets_on_a_page_no_theme_and_no_body_is_read() -> None:
    other = SHEET.replace("30", "31").replace("起業・就業", "副業")
    for sheet in sheets(f"{SHEET}\n{other}"):
        assert sheet.theme is None
        assert not sheet.body.items


@pytest.mark.parametrize("other", ["事業目的", "補助対象経費", "【背景】"])
def test_of_headings_one_behind_the_other_none_has_the_texts(other: str) -> None:
    (sheet,) = sheets(SHEET.replace("事業内容", f"{other}\n事業内容"))
    assert not sheet.body.items


@pytest.mark.parametrize("number", ["5/20", "P.5", "- 5 -"])
def test_the_number_of_a_page_hides_no_heading_behind_it(number: str) -> None:
    (sheet,) = sheets(
        f"{HEAD}\n{TABLE}\n事業内容\n○経費の一部を補助する。\n{number}", "交付要件\n○計画がある。"
    )
    assert [(item.plain, item.heading and item.heading.text) for item in sheet.body.items] == [
        ("経費の一部を補助する。", "事業内容"),
        ("計画がある。", "交付要件"),
    ]


def test_a_page_of_headings_side_by_side_may_be_a_sheet_that_is_lost() -> None:
    page = "240 拠点づくり事業\n実施主体\n支援内容 補 助 率 等 公募時期\n事業目的\n○支援する。"
    (sheet,) = sheets(page, SHEET)
    assert any(doubt.about == "source" and doubt.weight is Weight.UNRESOLVED for doubt in sheet.doubts)


def test_a_space_before_a_link_begins_no_page(tmp_path: Path) -> None:
    path = written(tmp_path, SHEET.replace("\nURL\n", "\n URL\n").encode())
    assert [line.number for line in read_lines(path).lines if line.begins_page] == [1]


def test_a_heading_behind_a_line_that_may_be_one_has_no_texts_for_certain() -> None:
    """Both boxes are drawn before their texts: whose the texts are their order does not say."""
    (sheet,) = sheets(extracted("headings-before-texts"))
    assert len(sheet.body.items) == 4
    assert not any(item.heading for item in sheet.body.items)
    assert any("事業目的" in doubt.ja for doubt in sheet.body.doubts)


def test_a_short_line_that_is_repeated_is_no_text() -> None:
    body = "事業目的\n○交流が求められている。\n施策一覧\n○補助する。\n施策一覧\n○公表する。"
    (sheet,) = sheets(f"{HEAD}\n{HEADINGS_FIRST}\n{body}")
    assert len(sheet.body.items) == 3
    assert not any("施策一覧" in item.plain for item in sheet.body.items)
    assert any("施策一覧" in doubt.ja for doubt in sheet.body.doubts)


def test_a_value_that_the_next_line_may_continue_is_not_known() -> None:
    table = TABLE.replace("公募時期\n７月１日〜８月31日\n要望調査時期\n10月頃\n", "")
    survey = "公募時期\n７月\n要望調査時期\n８月下旬〜９月中"
    (whole,) = sheets(f"{HEAD}\n{table}\n{survey}旬\n{BODY}")
    (divided,) = sheets(f"{HEAD}\n{table}\n{survey}\n旬\n{BODY}")
    assert is_known(whole, Column.SURVEY)
    assert not is_known(divided, Column.SURVEY)


def test_a_line_in_brackets_behind_title_and_theme_belongs_to_either() -> None:
    head = "（百万円）\n30\n山村つながり創出交付金\n１．しごとの創出に関する施策\n（人材バンク）"
    (sheet,) = sheets(f"{head}\n{TABLE}\n{BODY}")
    assert sheet.theme is None
    assert any(doubt.about == "theme" for doubt in sheet.doubts)


def test_an_unknown_contact_leaves_no_telephone_among_the_texts() -> None:
    (sheet,) = sheets(extracted("budget-within-contact"))
    assert not any("5253" in item.plain for item in sheet.body.items)


def test_values_under_headings_of_which_one_was_missed_are_not_known() -> None:
    (sheet,) = sheets(extracted("heading-on-two-lines"))
    assert not any(cell.known for cell in sheet.cells)
    assert any("市町村※" in doubt.ja for doubt in sheet.doubts)


def test_a_window_is_not_known_where_the_heading_of_the_other_one_stands_beside_another() -> None:
    (sheet,) = sheets(extracted("headings-beside-each-other"))
    assert not is_known(sheet, Column.CALL)
    assert value(sheet, Column.FUNDING)
