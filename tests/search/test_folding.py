"""Folding: what is the same word, and where it stood."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.search.normalisation.folding import Folding, packaged_variants, read_variants

FOLDING = Folding(packaged_variants())
EQUAL = [
    line.split("\t") for line in (Path(__file__).parent / "equal.tsv").read_text("utf-8").splitlines() if line
]
JAPANESE = st.text(st.sampled_from("空家き子供こどもｶﾞﾊﾟﾞがハ゛が廣①・ 　ABｂ-ﬁ々ー𠮟取り組み\n"))


@pytest.mark.parametrize(("one", "other", "why"), EQUAL, ids=[row[2] for row in EQUAL])
def test_equal_words(one: str, other: str, why: str) -> None:
    assert FOLDING.fold(one) == FOLDING.fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("移住", "居住"), ("カイ", "ガイ"), ("空き地", "空き家"), ("々", "")]
)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert FOLDING.fold(one) != FOLDING.fold(other)


@given(JAPANESE | st.text())
def test_spans_belong_to_the_folded_text(text: str) -> None:
    folded = FOLDING.fold_with_spans(text)
    assert len(folded.spans) == len(folded.text)
    assert all(0 <= start < end <= len(text) for start, end in folded.spans)
    assert [*folded.spans] == sorted(folded.spans)


@given(JAPANESE)
def test_the_way_back_gives_the_same_folded_text(text: str) -> None:
    assert FOLDING.fold_with_spans(text).text == FOLDING.fold(text)


@given(JAPANESE)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert FOLDING.fold(FOLDING.fold(text)) == FOLDING.fold(text)


def test_a_place_in_the_folded_text_is_a_place_in_the_original() -> None:
    folded = FOLDING.fold_with_spans("ｶﾞｲﾄﾞ「空家」の活用")
    start = folded.text.index("空き家")
    assert folded.original(start, start + 3) == (6, 8)


def test_lines_of_variants_may_be_comments_or_empty() -> None:
    lines = ["# words", "", "移住\t移り住む", "一語"]
    assert read_variants(lines) == (("移住", "移り住む"),)
    assert Folding(read_variants(lines)).fold("移り住む人") == "移住人"
