"""Byte ranges: what a ``Range`` header selects."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.web.http.ranges import MAX_RANGES, byte_ranges


@pytest.mark.parametrize(
    ("field", "ranges"),
    [
        ("bytes=0-9", [(0, 10)]),
        ("BYTES=90-", [(90, 100)]),
        ("bytes=-10", [(90, 100)]),
        ("bytes=-1000", [(0, 100)]),
        ("bytes=50-1000", [(50, 100)]),
        ("bytes=0-" + "9" * 5000, [(0, 100)]),
        ("bytes=, 0-0 ,\t,20-29,", [(0, 1), (20, 30)]),
        ("bytes=5-9,0-5", [(0, 10)]),
        ("bytes=0-0,1-1,3-3", [(0, 2), (3, 4)]),
        # One of a set is unsatisfiable: the others are sent.
        ("bytes=0-0,100-200", [(0, 1)]),
        ("bytes=100-,-0,-1", [(99, 100)]),
        # None is satisfiable.
        ("bytes=100-", []),
        ("bytes=-0", []),
        ("bytes=" + "9" * 5000 + "-", []),
        # Invalid, alone or among valid ones: the header is ignored.
        *(
            (f"bytes={text}", None)
            for text in ("5-3", "0-1,5-3", "200-100", "", ",", "-", "x-y", "0-1,x", "1")
        ),
        *((f"bytes={text}", None) for text in ("--1", "1--2", "1-2-3", "0 -1", "+1-2", "\u0661-\u0662")),
        *((field, None) for field in ("lines=1-2", "bytes", "bytes 0-1", "=", "", "bytes =0-1")),
    ],
)
def test_a_header_selects_its_satisfiable_ranges(field: str, ranges: list[tuple[int, int]] | None) -> None:
    assert byte_ranges(field, 100) == ranges


def test_too_many_ranges_are_ignored() -> None:
    assert byte_ranges("bytes=" + ",".join(["0-0"] * MAX_RANGES), 100) == [(0, 1)]
    assert byte_ranges("bytes=" + ",".join(["0-0"] * (MAX_RANGES + 1)), 100) is None


def test_an_empty_file_has_no_ranges() -> None:
    assert byte_ranges("bytes=0-0", 0) is None
    assert byte_ranges("bytes=-1", 0) is None


NUMBERS = st.integers(0, 40)
SPECIFICATIONS = st.one_of(
    st.tuples(NUMBERS, NUMBERS), st.tuples(NUMBERS, st.none()), st.tuples(st.none(), NUMBERS)
)


@given(st.lists(SPECIFICATIONS, min_size=1, max_size=6), st.integers(1, 30))
def test_ranges_select_the_bytes_that_their_definition_says(
    specifications: list[tuple[int | None, int | None]], size: int
) -> None:
    field = ",".join(
        f"{'' if first is None else first}-{'' if last is None else last}" for first, last in specifications
    )
    ranges = byte_ranges(f"bytes={field}", size)
    if any(first is not None and last is not None and last < first for first, last in specifications):
        assert ranges is None
        return
    selected = set[int]()
    for first, last in specifications:
        if first is None:
            selected |= {position for position in range(size) if position >= size - (last or 0)}
        else:
            selected |= {p for p in range(size) if p >= first and (last is None or p <= last)}
    assert ranges is not None
    assert sorted(selected) == [position for start, end in ranges for position in range(start, end)]
    assert all(end < start for (_, end), (start, _) in pairwise(ranges))


@given(st.text("bytes=-,0123456789 \t", max_size=30), st.integers(0, 50))
def test_no_header_is_an_error(field: str, size: int) -> None:
    ranges = byte_ranges(field, size)
    assert ranges is None or all(0 <= start < end <= size for start, end in ranges)
