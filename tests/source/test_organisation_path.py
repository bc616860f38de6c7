"""Contacts matched against the known organisations, and segmented where a unit might end."""

import pytest

from kankei.source.grammars.normalised_text import ParseError
from kankei.source.grammars.organisation_path import OrganisationPaths, names, segment

KNOWN = OrganisationPaths(
    {
        ("総務省", "地域力創造グループ", "地域自立応援課"): "soumu",
        ("国土交通省", "観光庁", "観光地域振興部", "観光資源課"): "tourism",
        ("国土交通省", "国土政策局", "地方政策課"): "land",
        ("国土交通省", "国土政策局", "総務課"): "land-general",
        ("国土交通省", "都市局", "総務課"): "city-general",
        ("国土交通省",): "mlit",
    }
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("総務省地域力創造グループ\n地域自立応援課", "soumu"),
        ("国土交通省 観光庁\n観光地域振\n興部観光資源課", "tourism"),
        ("国土交通省　国土政策局\n地方政策課", "land"),
        ("観光庁観光地域振興部観光資源課", "tourism"),
        ("国土交通省都市局総務課", "city-general"),
        ("国土交通省", "mlit"),
    ],
)
def test_the_whole_text_is_one_known_path(text: str, expected: str) -> None:
    assert KNOWN.match(text) == expected


@pytest.mark.parametrize(
    ("text", "words", "position"),
    [
        ("総務課", "nothing known begins so|known is", 2),
        ("地方政策課", "nothing known begins so", 0),
        ("都市局総務課", "nothing known begins so", 0),
        ("国土政策局 地方政策課", "nothing known begins so|known is", 2),
        ("総務省 地域力創造課", "known is 総務省地域力創造, not what follows", 9),
        ("総務省地域力創造グループ", "only begins a known organisation", 12),
        ("国土交通省国土政策局地方政策課03", "known is 国土交通省国土政策局地方政策課", 15),
        ("環境省", "nothing known begins so", 0),
        (" \n", "no organisation is printed", 0),
    ],
)
def test_any_other_text_is_a_parse_error(text: str, words: str, position: int) -> None:
    with pytest.raises(ParseError, match=words) as caught:
        KNOWN.match(text)
    assert caught.value.position == position


def test_two_readings_of_one_text_are_ambiguous() -> None:
    with pytest.raises(ParseError, match="more than one"):
        OrganisationPaths({("甲", "乙丙課"): 1, ("甲乙", "丙課"): 2}).match("甲乙丙課")


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        (
            "国土交通省 観光庁\n観光地域振興部観光資源課",
            ("国土交通省", "観光庁", "観光地域振興部", "観光資源課"),
        ),
        ("文部科学省初等中等教育局", ("文部科学省", "初等中等教育局")),
        ("経済産業省資源エネルギー庁", ("経済産業省", "資源エネルギー庁")),
        ("総務部会計課", ("総務部", "会計課")),
        ("", ()),
    ],
)
def test_segments_end_where_a_unit_might(text: str, segments: tuple[str, ...]) -> None:
    assert segment(text) == segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("総務省地域力創造グルー\nプ地域自立応援課", ("総務省", "地域力創造グループ", "地域自立応援課")),
        ("国土交通省 国土政策局\n地方政策\n課", ("国土交通省", "国土政策局", "地方政策課")),
        ("20\n総務省 自治行政局", ("総務省", "自治行政局")),
        ("総務省 地域課\n題解決室", ("総務省", "地域課題解決室")),
        ("独立行政法人国際観光振興機構 企画総室", ("独立行政法人国際観光振興機構", "企画総室")),
        ("20", ()),
    ],
)
def test_a_name_is_cut_where_a_unit_ends_and_not_where_a_line_does(
    text: str, expected: tuple[str, ...]
) -> None:
    assert names(text) == expected


def test_the_longest_known_part_of_a_path() -> None:
    assert KNOWN.longest(("国土交通省", "国土政策局", "広域地方政策課")) == (1, "mlit")
    assert KNOWN.longest(("環境省",)) == (0, None)
