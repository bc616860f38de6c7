"""Source documents, and ranges of their lines (RFC 5147)."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.dataset.data_folder import packaged
from kankei.errors import MalformedData, UsageError
from kankei.source.lines.document import LineRange, read_document


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_line_range_round_trips_through_its_fragment(first: int, more: int) -> None:
    place = LineRange(first, first + more)
    assert LineRange.parse(place.fragment) == place


def test_rfc_5147_counts_the_positions_between_lines_from_zero() -> None:
    assert LineRange(94, 163).fragment == "line=93,163"
    assert LineRange.parse("line=0,1") == LineRange(1, 1)


@pytest.mark.parametrize(
    "fragment",
    [
        "",
        "line=",
        "line=3",
        "line=3,3",
        "line=4,3",
        "line=-1,3",
        "line=01,3",
        "line= 1,3",
        "char=1,3",
        "line=1,3;x",
    ],
)
def test_malformed_fragments_are_refused(fragment: str) -> None:
    with pytest.raises(MalformedData) as refusal:
        LineRange.parse(fragment)
    assert refusal.value.subject == fragment


@pytest.mark.parametrize(("first", "last"), [(0, 1), (3, 2), (-1, -1)])
def test_a_line_range_has_lines(first: int, last: int) -> None:
    with pytest.raises(MalformedData):
        LineRange(first, last)


def test_lines_end_as_the_rfc_says_and_nowhere_else(tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes("a\r\nb\rc\x0cd\u2028e\n\nf".encode())
    assert read_document(file).lines == ("a", "b", "c\x0cd\u2028e", "", "f")


@pytest.mark.parametrize(("content", "lines"), [(b"", ()), (b"\n", ("",)), (b"a\n", ("a",)), (b"a", ("a",))])
def test_a_final_line_end_begins_no_line(tmp_path: Path, content: bytes, lines: tuple[str, ...]) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes(content)
    assert read_document(file).lines == lines


def test_the_seed_is_read_as_received() -> None:
    source = read_document(packaged().data / "sources" / "sheets-103-106.txt")
    assert (source.slug, source.byte_size, len(source.lines)) == ("sheets-103-106", 6731, 163)
    assert LineRange.parse("line=114,115").text(source).startswith("106 二地域居住等の促進")
    with pytest.raises(MalformedData):
        LineRange(163, 164).text(source)


def test_text_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes("一\n二\n".encode() + "三".encode("shift_jis"))
    with pytest.raises(MalformedData) as refusal:
        read_document(file)
    assert refusal.value.subject == f"{file}:3:1"


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read_document(tmp_path / "none.txt")
