"""Bodies that no seed sheet has: other orders, other numbers, other marks, and what no rule can tell."""

from collections.abc import Iterator, Sequence
from random import Random

import pytest

from kankei.source.guidebook.body import Item, ItemKind, Relation, SheetBody
from kankei.source.guidebook.body_reader.reading_rules import read_body
from kankei.source.lines.printed_text import Box, Line, PrintedText
from support.paths import ROOT

PROPOSAL = "（令和7年度予算案：10百万円）"
OTHER = "（令和7年度予算案：20百万円）"


def read(printed: str, links: Sequence[str] = ()) -> SheetBody:
    lines = [Line(number, line, None, number == 1) for number, line in enumerate(printed.split("\n"), 1)]
    return read_body(lines, [PrintedText(link, 1, 1) for link in links])


def of(body: SheetBody, kind: ItemKind) -> list[Item]:
    return [item for item in body.items if item.kind is kind]


def plain(body: SheetBody, kind: ItemKind) -> list[str]:
    return [item.plain for item in of(body, kind)]


def measures(body: SheetBody, kind: ItemKind = ItemKind.TEXT) -> list[str | None]:
    return [item.measure for item in of(body, kind)]


def headings(body: SheetBody, kind: ItemKind = ItemKind.TEXT) -> list[str | None]:
    return [item.heading.text if item.heading else None for item in of(body, kind)]


def pillars(body: SheetBody) -> list[str | None]:
    return [item.pillar.text if item.pillar else None for item in of(body, ItemKind.ISSUE)]


def rules(body: SheetBody, relation: Relation) -> list[str]:
    return [found.rule for found in body.inferences if found.relation is relation]


def doubts(body: SheetBody) -> list[str]:
    return [doubt.about for doubt in body.doubts]


THREE = "・甲を支援する。\n\n・乙を支援する。\n\n・丙を\n支援する。"


def test_three_titles_before_their_texts_are_matched_in_order() -> None:
    for titles in (
        "①甲の推進\n②乙の推進\n③丙の推進",
        "①甲の推進 ②乙の推進 ③丙の推進",
        "①甲の推進②乙の推進③丙の推進",
    ):
        body = read(f"{titles}\n\n{THREE}")
        assert [measure.name for measure in body.measures] == ["甲の推進", "乙の推進", "丙の推進"]
        assert measures(body) == ["①", "②", "③"]
        assert rules(body, Relation.MEASURE) == ["printed-order"]
        assert not body.doubts


def test_reversed_titles_are_matched_as_printed() -> None:
    body = read(f"③丙の推進②乙の推進①甲の推進\n\n{THREE}")
    assert measures(body) == ["③", "②", "①"]
    assert [measure.number for measure in body.measures] == ["①", "②", "③"]


def test_of_titles_side_by_side_those_left_over_belong_to_the_texts_behind() -> None:
    first, rest = THREE.split("\n\n", 1)
    body = read(f"{first}\n\n③丙の推進 ②乙の推進 ①甲の推進\n\n{rest}")
    assert measures(body) == ["③", "②", "①"]
    assert rules(body, Relation.MEASURE) == ["after-text-title"]
    assert body.inferences[0].ja == "題名は③②①の順に、③の本文の後、②①の本文の前に印字されている。"


def test_each_title_may_follow_its_text() -> None:
    body = read("・甲を支援する。\n\n①甲の推進\n\n・乙を支援する。\n\n②乙の推進")
    assert measures(body) == ["①", "②"]
    assert rules(body, Relation.MEASURE) == ["after-text-title"]


def test_titles_together_behind_all_texts_are_matched_in_order() -> None:
    body = read(f"{THREE}\n\n①甲の推進 ②乙の推進 ③丙の推進")
    assert measures(body) == ["①", "②", "③"]
    assert rules(body, Relation.MEASURE) == ["printed-order"]


def test_a_title_right_above_its_texts_states_whose_they_are() -> None:
    body = read(
        f"①甲の推進{PROPOSAL}\n・甲を支援する。\n・調査も行う。\n\n②乙の推進{OTHER}\n・乙を支援する。"
    )
    assert measures(body) == ["①", "①", "②"]
    assert [item.position for item in of(body, ItemKind.TEXT)] == [1, 2, 1]
    assert measures(body, ItemKind.BUDGET) == ["①", "②"]
    assert not body.inferences


def test_texts_that_are_more_than_the_titles_are_in_doubt() -> None:
    body = read(f"①甲の推進\n②乙の推進\n\n{THREE}")
    assert measures(body) == [None, None, None]
    assert doubts(body) == ["measures"]


def test_numbers_that_do_not_run_from_one_are_no_titles() -> None:
    body = read("①甲の推進 ③乙の推進\n\n・甲を支援する。")
    assert not body.measures
    assert [one.text for one in body.unclassified] == ["①甲の推進 ③乙の推進"]
    assert doubts(body) == ["measures"]


def test_numbered_texts_without_titles_are_in_doubt() -> None:
    body = read("事業内容\n①甲を支援する。\n②乙を支援する。")
    assert headings(body) == ["事業内容", "事業内容"]
    assert doubts(body) == ["measures"]


TITLES = "①甲の推進 ②乙の推進\n\n・甲を支援する。\n\n・乙を支援する。\n\n"


def test_amounts_that_differ_are_nobodys() -> None:
    body = read(f"{TITLES}{PROPOSAL} {OTHER}")
    assert measures(body, ItemKind.BUDGET) == [None, None]
    assert doubts(body) == ["budget"]


def test_more_amounts_than_measures_are_nobodys() -> None:
    body = read(f"{TITLES}{PROPOSAL}{PROPOSAL}{PROPOSAL}")
    assert measures(body, ItemKind.BUDGET) == [None, None, None]
    assert doubts(body) == ["budget"]


def test_equal_amounts_on_several_lines_are_matched_in_order() -> None:
    body = read(f"{TITLES}{PROPOSAL}\n{PROPOSAL}")
    assert measures(body, ItemKind.BUDGET) == ["①", "②"]
    assert body.inferences[-1].en.startswith("Lines 7 and 8 print both proposals and do not say")


BOXES = "・空き家\n・農地\n\n・就職\n・起業\n\n・交流\n・参加\n\n"


def test_boxes_have_the_pillars_in_printed_order() -> None:
    for words in ("住まい 仕事 交流", "住まい\n仕事\n交流"):
        for body in (
            read(f"{BOXES}{words}\n\n想定される課題"),
            read(f"{words}\n\n{BOXES}想定される課題"),
        ):
            assert pillars(body) == ["住まい", "住まい", "仕事", "仕事", "交流", "交流"]
            assert rules(body, Relation.PILLAR) == ["printed-order"]
            assert not body.doubts


def test_boxes_that_are_more_than_the_pillars_have_none() -> None:
    body = read(f"{BOXES}住まい 仕事\n想定される課題の例")
    assert pillars(body) == [None] * 6
    assert doubts(body) == ["pillars"]
    assert [one.text for one in body.unclassified] == ["住まい 仕事"]


def test_a_pillar_right_above_its_box_is_stated() -> None:
    lists = "住まい\n・空き家\n・農地\n\n仕事\n・就職\n・起業"
    body = read(f"主な課題\n\n{lists}")
    assert pillars(body) == ["住まい", "住まい", "仕事", "仕事"]
    assert not body.inferences
    assert not of(body, ItemKind.TEXT)
    body = read(f"{lists}\n\n主な課題")
    assert pillars(body) == ["住まい", "住まい", "仕事", "仕事"]
    assert rules(body, Relation.HEADING) == ["text-to-heading"]


def test_two_headings_before_two_lists_are_matched_in_order() -> None:
    body = read("課題の例\n\n取組の例\n\n・空き家\n・農地\n\n・改修\n・講座")
    assert headings(body, ItemKind.ISSUE) == ["課題の例"] * 2
    assert headings(body, ItemKind.EXAMPLE) == ["取組の例"] * 2
    assert rules(body, Relation.HEADING) == ["text-to-heading"] * 2


def test_a_list_heading_behind_two_lists_apart_is_left() -> None:
    body = read("・空き家\n・農地\n\n説明である。\n\n・就職\n・起業\n\n主な課題")
    assert not of(body, ItemKind.ISSUE)
    assert doubts(body) == ["headings"]


def test_boxes_whose_pillars_two_measures_name_are_nobodys() -> None:
    text = "・「住まい」「仕事」「交流」を支援する。"
    body = read(f"①甲の推進 ②乙の推進\n\n{text}\n\n{text}\n\n{BOXES}住まい 仕事 交流\n\n想定される課題")
    assert measures(body, ItemKind.ISSUE) == [None] * 6
    assert doubts(body) == ["issues"]


def test_examples_that_share_wording_with_two_measures_are_nobodys() -> None:
    texts = "①甲の推進 ②乙の推進\n\n・調査研究の実施を支援する。\n\n・公共施設の整備を支援する。\n\n"
    unclear = read(f"{texts}＜取組例＞\n・調査研究の実施の広報\n・公共施設の整備と塗装")
    assert measures(unclear, ItemKind.EXAMPLE) == [None, None]
    assert doubts(unclear) == ["examples"]
    clear = read(f"{texts}＜取組例＞\n・公共施設の整備と塗装\n・看板の設置\n\n公園 看板の設置の費用")
    assert measures(clear, ItemKind.EXAMPLE) == ["②", "②"]
    assert plain(clear, ItemKind.CAPTION) == ["公園", "看板の設置の費用"]
    assert doubts(clear) == ["captions"]


def test_headings_of_any_form_are_stated_above_their_texts() -> None:
    body = read("【背景・目的】\n○背景の文。\n\n■事業の内容\n内容の文である。\n\n＜活用事例＞\n①甲\n②乙")
    assert headings(body) == ["【背景・目的】", "■事業の内容"]
    assert headings(body, ItemKind.EXAMPLE) == ["＜活用事例＞"] * 2
    assert not body.inferences
    assert not body.measures


def test_brackets_with_a_value_are_texts_and_no_headings() -> None:
    body = read("【事業内容】\n整備を支援する。\n【交付率：定額】\n\n（取組の例）\n・改修\n・講座")
    assert plain(body, ItemKind.TEXT) == ["整備を支援する。", "【交付率：定額】"]
    assert headings(body) == ["【事業内容】"] * 2
    assert headings(body, ItemKind.EXAMPLE) == ["（取組の例）"] * 2


def test_three_headings_before_three_bodies_are_matched_in_order() -> None:
    body = read("背景\n\n目的\n\n事業内容\n\n○背景の文。\n\n○目的の文。\n\n○内容の文。\n○内容の文。")
    assert headings(body) == ["背景", "目的", "事業内容", "事業内容"]
    assert (
        body.inferences[0].en == "All three headings (lines 1, 3 and 5) are printed before all three bodies."
    )
    assert body.inferences[0].ja == "三つの見出し（1、3、5行目）はどれの本文よりも先に印字されている。"


def test_headings_side_by_side_are_two() -> None:
    body = read("【背景】 【内容】\n\n○背景の文。\n\n○内容の文。")
    assert headings(body) == ["【背景】", "【内容】"]


def test_headings_that_have_not_as_many_bodies_are_left() -> None:
    for texts in ("○一つ。", "○一つ。\n\n○二つ。\n\n○三つ。"):
        body = read(f"事業目的\n\n事業内容\n\n{texts}")
        assert not any(headings(body))
        assert doubts(body) == ["headings", "headings"]


def test_headings_that_may_stand_behind_their_texts_are_left() -> None:
    body = read("○背景の文。\n\n事業目的\n\n○内容の文。\n\n事業内容")
    assert not any(headings(body))
    assert doubts(body) == ["headings"]


def test_means_are_read_under_a_heading_of_purpose_and_only_from_whole_sentences() -> None:
    sentence = "「移住」や「定住」により、地域の活性化を図る。"
    body = read(f"【目的】\n○まず調べる。{sentence}")
    assert plain(body, ItemKind.MEANS) == ["移住", "定住"]
    assert plain(body, ItemKind.GOAL) == ["地域の活性化"]
    for other in (
        f"【事業内容】\n○{sentence}",
        "【目的】\n○「移住」により、甲を図り、乙を図る。",
        f"○{sentence}",
    ):
        assert not of(read(other), ItemKind.MEANS) + of(read(other), ItemKind.GOAL)


def test_a_year_of_establishment_is_one() -> None:
    assert read("・平成30年度に創設された制度である。").establishment
    two = read("・令和４年度に創設。\n・令和５年度の事業創設。")
    assert two.establishment is None
    assert doubts(two) == ["established"]
    assert read("・令和４年度に実施。").establishment is None


def test_a_model_has_its_name_before_or_behind_its_text() -> None:
    body = read("甲地域\n地域が営むモデル\n地域が行う事業を\n実施。\n\n乙型モデル\n\n企業が行う事業を実施。")
    assert [(item.name and item.name.text, item.plain) for item in of(body, ItemKind.MODEL)] == [
        ("地域が営むモデル", "地域が行う事業を実施。"),
        ("乙型モデル", "企業が行う事業を実施。"),
    ]
    unclear = read("最初の説明である。\n\n地域モデル\n\n次の説明である。")
    assert not of(unclear, ItemKind.MODEL)
    assert doubts(unclear) == ["models"]


def test_other_bullets_are_no_part_of_a_text() -> None:
    marks = "○●◆・▪➢✓\uf06c"
    body = read("\n".join(f"{mark} 甲を支援する。" for mark in marks) + "\nn 乙を支援する。\nØ 丙の設置")
    assert set(plain(body, ItemKind.TEXT)) == {"甲を支援する。", "乙を支援する。", "丙の設置"}
    assert len(body.items) == len(marks) + 2


def test_a_sentence_goes_on_over_a_blank_line_only_where_it_visibly_does() -> None:
    assert plain(read("・地域の「ふるさとづく\n\nり」を支援する。"), ItemKind.TEXT) == [
        "地域の「ふるさとづくり」を支援する。"
    ]
    assert len(of(read("・空き家の改修\n\n担い手を育成する。"), ItemKind.TEXT)) == 2


def test_a_short_row_above_a_paragraph_is_its_title() -> None:
    body = read("相談体制の整備\n地方公共団体が行う移住相談窓口の設置や移住体験の\n実施を支援する。")
    assert plain(body, ItemKind.TEXT)[0] == "相談体制の整備"
    assert len(of(body, ItemKind.TEXT)) == 2


def test_without_any_structure_paragraphs_are_texts_and_other_lines_are_left() -> None:
    body = read("これは説明である。\n\n・項目だけ\n\nただの行")
    assert plain(body, ItemKind.TEXT) == ["これは説明である。", "項目だけ"]
    assert headings(body) == [None, None]
    assert [one.text for one in body.unclassified] == ["ただの行"]
    assert doubts(body) == ["body"]
    assert read("\n \n　").items == ()


def test_labels_of_links_that_are_printed_again_say_nothing() -> None:
    links = ["URL ①甲 https://example.org/1", "②乙 https://example.org/2"]
    for printed in ("①甲 ②乙", "甲 乙", "乙"):
        body = read(printed, links)
        assert [one.text for one in body.repeated_labels] == [printed]
        assert not body.doubts
    assert doubts(read("① ②", links)) == ["numbers"]


def test_columns_of_a_page_are_not_read_as_words_side_by_side() -> None:
    def at(number: int, text: str, x: float, top: float) -> Line:
        return Line(number, text, Box(1, x, x + 8 * len(text), top, top + 8), begins_page=False)

    body = read_body([at(1, "・甲を支援する。", 40, 100), at(2, "・乙を支援する。", 440, 100)])
    assert plain(body, ItemKind.TEXT) == ["甲を支援する。", "乙を支援する。"]
    bullets = [(1, "・", 40), (2, "甲を支援する。", 60), (3, "・", 440), (4, "乙を支援する。", 460)]
    apart = read_body([at(number, text, x, 100) for number, text, x in bullets])
    assert plain(apart, ItemKind.TEXT) == ["甲を支援する。", "乙を支援する。"]
    assert apart.items[0].printed == PrintedText("・ 甲を支援する。", 1, 2)
    spaced = read_body([at(1, "甲を支援する。", 40, 100), at(2, "乙を支援する。", 40, 124)])
    assert plain(spaced, ItemKind.TEXT) == ["甲を支援する。", "乙を支援する。"]
    close = read_body([at(1, "甲を支援", 40, 100), at(2, "する。", 40, 112)])
    assert plain(close, ItemKind.TEXT) == ["甲を支援する。"]


SEED = ROOT / "data" / "sources" / "sheets-103-106.txt"


def covered(body: SheetBody) -> Iterator[PrintedText | None]:
    """Every text that a body names, whatever it says of it."""
    for item in body.items:
        yield from (item.printed, item.heading, item.pillar, item.group, item.name)
    yield from (measure.title for measure in body.measures)
    yield from (*body.unclassified, *body.repeated_labels)


@pytest.mark.parametrize("number", range(40))
def test_no_line_is_lost_in_whatever_order(number: int) -> None:
    random = Random(number)
    lines = SEED.read_text(encoding="utf-8").split("\n")
    chosen = random.sample([*lines[52:113], *lines[135:162], *[""] * 20], 50)
    body = read("\n".join(chosen), ["HP https://example.org/"])
    found = {line for one in covered(body) if one for line in range(one.first, one.last + 1)}
    assert [line for line, text in enumerate(chosen, 1) if text.strip() and line not in found] == []
    assert all(item in body.items for inference in body.inferences for item in inference.items)
    assert len(body.doubts) >= bool(body.unclassified)
