"""The field table: each column is known by its headings, and its grammar reads what its tokens may hold."""

from collections.abc import Callable
from time import process_time

import pytest

from kankei.source.grammars.normalised_text import normalise, without_note_mark
from kankei.source.guidebook.columns import Column, column_of, contains_heading, is_readable, token_test
from kankei.source.guidebook.page.headings import full_heading

EXAMPLES = {
    Column.BODIES: ("事業実施主体（対象者）", "市町村"),
    Column.SUPPORT: ("支援対象・内容", "ソフト"),
    Column.FUNDING: ("補助率等", "１／２"),
    Column.CALL: ("公募時期", "随時"),
    Column.SURVEY: ("事業要望調査時期", "４月頃"),
    Column.BUDGET: ("R7年度当初予算", "120の内数"),
    Column.CONTACT: ("お問い合わせ先", "総務省 地域力創造グループ 地域自立応援課 03-5253-5391"),
}


@pytest.mark.parametrize("column", Column)
def test_a_column_has_headings_token_test_and_grammar(column: Column) -> None:
    heading, value = EXAMPLES[column]
    assert column_of(heading) is column
    assert all(token_test(column)(normalise(token)) for token in value.split())
    assert is_readable(column, value)


def test_an_unknown_column_takes_all_but_telephone_numbers() -> None:
    assert column_of("謎の欄") is None
    assert token_test(None)("市町村")
    assert not token_test(None)("03-5253-5391")


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("補助対象者", Column.BODIES),
        ("事業主体", Column.BODIES),
        ("対象事業", Column.SUPPORT),
        ("国庫補助率", Column.FUNDING),
        ("補助率（上限額）", Column.FUNDING),
        ("募集時期", Column.CALL),
        ("公募スケジュール", Column.CALL),
        ("公募時期・期間", Column.CALL),
        ("ニーズ調査", Column.SURVEY),
        ("要望調査の時期", Column.SURVEY),
        ("連絡先", Column.CONTACT),
        ("担当部署", Column.CONTACT),
        ("市町村の担当者が集まる", None),
    ],
)
def test_headings_are_known_by_the_words_that_ministries_use(heading: str, column: Column | None) -> None:
    assert full_heading(normalise(heading)) is column


BLANKS = " " * 20_000


@pytest.mark.parametrize(
    ("examine", "hostile"),
    [
        (contains_heading, f"{BLANKS}x"),
        (contains_heading, f"R7{BLANKS}x"),
        (without_note_mark, f"x{BLANKS}x)"),
        *((column.accepts, "・" * 40 + "1") for column in Column),
        *((column.accepts, "R7" + "1" * 20_000 + "x") for column in Column),
    ],
)
def test_time_is_linear(examine: Callable[[str], object], hostile: str) -> None:
    begun = process_time()
    examine(hostile)
    assert process_time() - begun < 1


@pytest.mark.parametrize("heading", ["R7年度当初予算", "令和 ７ 年 度 予算案", " 予算額", "R10 予算"])
def test_a_heading_of_a_budget_may_have_blanks(heading: str) -> None:
    assert column_of(heading) is Column.BUDGET
