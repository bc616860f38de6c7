"""EDTF of windows and their bounds: what the grammar derives from a text agrees with a second reading."""

import warnings
from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module
from typing import Any, cast

import pytest

from kankei.source.grammars import call_window
from kankei.source.grammars.normalised_text import ParseError
from kankei.validation.printed.edtf_bounds import Side, read_edtf
from support.paths import TESTS

MONTHS = Side(date(2025, 4, 1), date(2025, 4, 30)), Side(date(2025, 5, 1), date(2025, 5, 31))


@pytest.mark.parametrize(
    ("edtf", "start", "end"),
    [
        ("2025-04/2025-05~", (MONTHS[0], False), (MONTHS[1], False)),
        ("2025-04", (MONTHS[0], False), (MONTHS[0], False)),
        ("2025-04-10~/", (Side(date(2025, 4, 10), date(2025, 4, 10)), True), (Side(), False)),
        ("../2025", (Side(), False), (Side(date(2025, 1, 1), date(2025, 12, 31)), False)),
    ],
)
def test_sides_of_a_window(edtf: str, start: tuple[Side, bool], end: tuple[Side, bool]) -> None:
    assert read_edtf(edtf) == (start, end)


@pytest.mark.parametrize("edtf", ["2025-13", "2025-02-30/2025-03", "2025-4", "april", "2025/2026/2027"])
def test_what_is_no_edtf_of_the_calendar(edtf: str) -> None:
    assert read_edtf(edtf) is None


def printed_windows() -> list[str]:
    rows = (TESTS / "values" / "call_window.tsv").read_text(encoding="utf-8").splitlines()
    return sorted({row.split("\t")[0].replace("\\n", "\n") for row in rows[1:] if row})


def test_the_grammar_derives_bounds_that_its_edtf_has() -> None:
    """The second reading as an oracle of the first, over every window of the table of examples."""
    compared = 0
    for text in printed_windows():
        try:
            windows = call_window.parse(text, 2025)
        except ParseError:
            continue
        for window in (one for one in windows if one.edtf):
            sides = read_edtf(window.edtf)
            assert sides is not None, window.edtf
            (start, vague_start), (end, vague_end) = sides
            assert window.earliest_start == start.earliest, text
            assert window.latest_end == end.latest, text
            assert vague_start or window.latest_start == start.latest, text
            assert vague_end or window.earliest_end == end.earliest, text
            compared += 1
    assert compared > 30


@pytest.fixture(scope="module")
def parse_edtf() -> Callable[[str], Any]:
    """The parser of the library ``edtf``, which is no part of ours."""
    with warnings.catch_warnings():
        # pyparsing remarks on how the library writes its grammar.
        warnings.simplefilter("ignore")
        return cast("Callable[[str], Any]", import_module("edtf").parse_edtf)


def sides_to_compare() -> Iterator[str]:
    """The sides of the windows in the table of examples, and every month of a leap year and another."""
    for text in printed_windows():
        try:
            windows = call_window.parse(text, 2025)
        except ParseError:
            continue
        for window in windows:
            yield from window.edtf.split("/")
    for year in (2024, 2025):
        yield str(year)
        yield from (f"{year}-{month:02}{'?~%'[month % 3]}" for month in range(1, 13))


def test_the_bounds_of_a_side_are_those_of_another_library(parse_edtf: Callable[[str], Any]) -> None:
    sides = sorted({side for side in sides_to_compare() if side not in {"", ".."}})
    assert len(sides) > 40
    for side in sides:
        other = parse_edtf(side)
        bounds = Side(date(*other.lower_strict()[:3]), date(*other.upper_strict()[:3]))
        read = read_edtf(side)
        assert read is not None, side
        assert read[0][0] == bounds, side
