"""Roles of those whom running text names, by the words around them."""

import pytest

from kankei.source.grammars.mentions import find

CASES = {
    "特定居住支援法人として指定\nされたNPO法人・民間事業者等が地方公共団体と連携して行う": [
        ("actor", "特定居住支援法人"),
        ("actor", "NPO法人"),
        ("actor", "民間事業者"),
        ("partner", "地方公共団体"),
    ],
    "課題の解決に資する交通事業者、\n不動産会社等の民間事業者や自治体等による実証": [
        ("actor", "交通事業者"),
        ("actor", "不動産会社"),
        ("actor", "民間事業者"),
        ("actor", "自治体"),
    ],
    "企業をターゲットとした地域交流型の新たなプログラム": [("addressee", "企業")],
    "国内外の旅行者を惹きつける": [("addressee", "旅行者")],
    "自治体等による二地域居住者への証明": [("actor", "自治体"), ("addressee", "二地域居住者")],
    "子育て世帯向けの住まい、学生を対象とする講座": [("addressee", "子育て世帯"), ("addressee", "学生")],
    # Neither a body nor addressed: 企業版 is another word, and 地域住民 only stands there.
    "企業版第２のふるさとづくり": [],
    "二地域居住者と地域住民を繋ぐ人材の育成": [],
    "地域の二地域居住等への理解の促進": [],
    "交通事\n業者が行う": [("actor", "交通事業者")],
    "自治体が行い、自治体が支える": [("actor", "自治体")],
    "": [],
}


@pytest.mark.parametrize("text", CASES)
def test_roles_and_names(text: str) -> None:
    assert [(mention.role.value, mention.name) for mention in find(text)] == CASES[text]


def test_the_characters_are_those_of_the_name() -> None:
    text = "交通事\n業者が行う"
    (mention,) = find(text)
    assert text[mention.start : mention.end] == "交通事\n業者"
