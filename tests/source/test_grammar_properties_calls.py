"""Properties of the grammars of calls, bodies, kinds, areas, theme lines and organisations for any text."""

import re
from datetime import date, time
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.source.grammars import area, bodies, call_window, organisation_path, support_kind, theme_line
from kankei.source.grammars.area import Area
from kankei.source.grammars.bodies import BodyConditions, ImplementingBodies, ImplementingBody
from kankei.source.grammars.call_window import CallWindow
from kankei.source.grammars.moments import Moment, MonthPart
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.grammars.support_kind import SupportKind
from kankei.source.grammars.theme_line import ThemeLine
from support.examples import examples
from support.rendering import render

COMMON = [
    " ",
    "\n",
    "　",
    "・",
    "、",
    "／",
    "（",
    "）",
    "(",
    ")",
    "：",
    "①",
    "②",
    "等",
    "１",
    "2",
    "12",
    "。",
    "-",
    "～",
]
FRAGMENTS: dict[Any, list[str]] = {
    area: ["過疎", "過疎地域", "山村", "振興山村", "半島", "離島", "豪雪地帯", "特別", "及び", "又は"],
    bodies: [
        *[
            "都道府県",
            "市町村",
            "事業者",
            "NPO",
            "法人",
            "高等学校",
            "地方公共",
            "団体",
            "など",
            "ほか",
            "及び",
        ],
        *[
            "に限る",
            "を除く",
            "を含む",
            "間接補助",
            "政令市",
            "過疎",
            "離島",
            "その他",
            "の",
            "を",
            "と",
            "・\n",
        ],
    ],
    call_window: [
        *[
            "月",
            "日",
            "年",
            "年度",
            "4月",
            "2月",
            "5月",
            "10日",
            "令和",
            "R7",
            "H",
            "元",
            "2025",
            "7.",
            "4/10",
            "上旬",
        ],
        *[
            "中旬",
            "下旬",
            "末",
            "末日",
            "頃",
            "予定",
            "随時",
            "通年",
            "未定",
            "から",
            "まで",
            "必着",
            "消印有効",
            "17時",
        ],
        *[
            "午後",
            "正午",
            ":",
            "30分",
            "（木）",
            "月曜",
            "第1回",
            "1次",
            "翌年",
            "前年度",
            "当年度",
            "公募",
            "開始",
            "以降",
        ],
    ],
    organisation_path: [
        *[
            "国土交通",
            "観光",
            "総務",
            "省",
            "庁",
            "局",
            "部",
            "課",
            "室",
            "品",
            "長",
            "エネ",
            "グループ",
            "官房",
            "院",
        ],
        *[
            "参事官",
            "付",
            "担当",
            "センター",
            "本部",
            "事務局",
            "文",
            "内",
            "会計",
            "地域",
            "中",
            "府",
            "県",
            "題",
        ],
    ],
    support_kind: ["ハード", "ソフト", "ソフ", "事業", "整備", "両面", "及び", "と", "ﾊｰﾄﾞ"],
    theme_line: ["６．", "6.", "-", "施策", "関係人口", "次産業", "「", "Ⅵ", "、"],
}
GRAMMARS = pytest.mark.parametrize(
    "grammar", FRAGMENTS, ids=lambda grammar: grammar.__name__.rpartition(".")[2]
)


def read(grammar: Any, text: str) -> Any:
    """The value, or None where there is a `ParseError`, the only error that may be raised."""
    if grammar is organisation_path:
        segments = organisation_path.segment(text)
        assert "".join(segments) == "".join(text.split())
        return segments
    value = error = None
    try:
        value = grammar.parse(text)
    except ParseError as caught:
        error = caught
    if error:
        assert error.message
        assert 0 <= error.position <= len(text)
        return None
    assert grammar.parse(render(value)) == value
    return value


@GRAMMARS
@given(text=st.text())
def test_any_text_parses_or_is_a_parse_error(grammar: Any, text: str) -> None:
    read(grammar, text)


@GRAMMARS
@given(data=st.data())
def test_any_mixture_of_words_parses_or_is_a_parse_error(grammar: Any, data: st.DataObject) -> None:
    words = st.sampled_from(FRAGMENTS[grammar]) | st.sampled_from(COMMON)
    read(grammar, "".join(data.draw(st.lists(words, max_size=14))))


@GRAMMARS
def test_time_is_linear(grammar: Any) -> None:
    for word in [
        *FRAGMENTS[grammar],
        *COMMON,
        "4月～5月、",
        "市町村（過疎）・",
        "観光部局",
        "((",
        "))",
        "第1回4月",
    ]:
        for before, behind in (("", ""), ("4月", "!")):

            def seconds(length: int, parts: tuple[str, str, str] = (before, word, behind)) -> float:
                text = parts[0] + parts[1] * (length // len(parts[1])) + parts[2]
                begin = process_time()
                read(grammar, text)
                return process_time() - begin

            # A neighbour on the machine may spoil one round; quadratic work, 16 times as long, spoils each.
            assert any(seconds(8_000) < 10 * max(seconds(2_000), 0.002) for _ in range(3)), word


@given(st.lists(st.sampled_from(SupportKind), min_size=1, unique=True).map(tuple))
def test_support_kinds_round_trip(kinds: tuple[SupportKind, ...]) -> None:
    assert support_kind.parse(render(kinds)) == kinds


@given(st.lists(st.sampled_from(Area), min_size=1, unique=True).map(tuple))
def test_areas_round_trip(areas: tuple[Area, ...]) -> None:
    assert area.parse(render(areas)) == areas


PLAIN = st.text("関係人口創出拡大施策・とのへ", min_size=1, max_size=8).filter(lambda text: text[0] != "・")
NESTED = st.builds("{}（{}）{}".format, PLAIN, PLAIN, PLAIN)


@given(
    st.none() | st.from_regex(r"[1-9][0-9]?(-[1-9])?", fullmatch=True),
    PLAIN | NESTED,
    st.none() | PLAIN | NESTED,
)
def test_theme_lines_round_trip(number: str | None, theme: str, sub_theme: str | None) -> None:
    line = ThemeLine(number, theme, sub_theme)
    assert theme_line.parse(render(line)) == line


NAMES = st.lists(
    st.sampled_from(["都道府県", "市町村", "特別区", "高等学校", "まちづくり会社"]), unique=True, max_size=3
)
CONDITIONS = st.builds(
    BodyConditions,
    st.lists(st.sampled_from(Area), unique=True).map(tuple),
    *[NAMES.map(tuple)] * 2,
    st.booleans(),
    NAMES.map(tuple),
).map(lambda conditions: None if conditions == BodyConditions() else conditions)
BODIES = st.lists(
    st.builds(
        ImplementingBody,
        st.sampled_from(["DMO", "市町村", "NPO法人", "民間事業者"]),
        st.booleans(),
        CONDITIONS,
    ),
    min_size=1,
)


@given(BODIES)
def test_bodies_round_trip_with_their_spans(listed: list[ImplementingBody]) -> None:
    value = ImplementingBodies(tuple(listed), any(body.others for body in listed))
    text = render(value)
    read_back = bodies.parse(text)
    assert read_back == value
    assert all(text[slice(*body.span)] == body.name for body in read_back.bodies)


STEMS = st.text("観光産業地域振興政策", min_size=2, max_size=6)
UNITS = [st.builds("{}{}".format, STEMS, st.just(suffix)) for suffix in "省庁局部課室係"]


@given(st.tuples(*UNITS), st.sets(st.integers(0, 6), min_size=1), st.sampled_from(["", " ", "\n"]))
def test_organisations_are_segmented_and_matched_run_on_or_not(
    units: tuple[str, ...], levels: set[int], blank: str
) -> None:
    names = tuple(units[index] for index in sorted(levels))
    assert organisation_path.segment(blank.join(names)) == names
    assert organisation_path.OrganisationPaths({names: 1, ("某省",): 2}).match(blank.join(names)) == 1


YEARS = st.none() | st.integers(2019, 2030)
MONTHS = st.builds(
    Moment, st.integers(1, 12), YEARS, part=st.none() | st.sampled_from(MonthPart), approximate=st.booleans()
)
CLOCKS = st.none() | st.builds(time, st.integers(0, 23), st.integers(0, 59))
DAYS = st.builds(
    Moment, st.integers(1, 12), YEARS, day=st.integers(1, 31), clock=CLOCKS, approximate=st.booleans()
)
MOMENTS = MONTHS | DAYS


@examples(300)
@given(MOMENTS, MOMENTS, st.sampled_from(["{0}", "{0}～", "～{1}", "{0}～{1}"]))
def test_windows_hold_the_printed_moments(first: Moment, second: Moment, form: str) -> None:
    value = read(call_window, form.format(render(first), render(second)))
    if value:
        (window,) = value
        assert window.within == (first if form == "{0}" else None)
        assert window.start == (first if "{0}～" in form else None)
        assert window.end == (second if "～{1}" in form else None)
        assert_dates(window)


@examples(300)
@given(
    st.lists(
        st.sampled_from(FRAGMENTS[call_window]) | st.sampled_from(["～", "4月～5月", "、", " "]), max_size=8
    )
)
def test_the_bounds_of_a_window_are_in_order(words: list[str]) -> None:
    value = read(call_window, "".join(words))
    for window in value or ():
        assert_dates(window)


DATE = r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?~?"
EDTF = re.compile(rf"{DATE}|{DATE}/{DATE}|/{DATE}|{DATE}/(?:\.\.)?")


def assert_dates(window: CallWindow) -> None:
    bounds = (window.earliest_start, window.latest_start, window.earliest_end, window.latest_end)
    for one, other in ((0, 1), (2, 3), (0, 3)):
        earlier, later = bounds[one], bounds[other]
        assert earlier is None or later is None or earlier <= later
    if not window.edtf:
        return
    assert EDTF.fullmatch(window.edtf)
    for printed in re.findall(r"[0-9-]{7,}", window.edtf):
        date.fromisoformat(printed if len(printed) > 7 else f"{printed}-01")
    if window.year_inferred and window.latest_end and not window.edtf.startswith("/"):
        # An end without a year is the first of its month after a start that has one, of 2030 at the latest.
        assert date(2019, 1, 1) <= window.latest_end <= date(2031, 12, 31)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(2000, 2100))
def test_an_inferred_year_lets_the_window_end_in_the_fiscal_year(start: int, end: int, year: int) -> None:
    text = f"{start}月～{end}月"
    if start < 4 and end < 4:
        with pytest.raises(ParseError, match="either year"):
            call_window.parse(text, year)
        return
    (window,) = call_window.parse(text, year)
    assert window.year_inferred
    assert window.earliest_end is not None
    assert date(year, 4, 1) <= window.earliest_end <= date(year + 1, 3, 31)
