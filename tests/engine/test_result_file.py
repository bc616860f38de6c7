"""A result in a file: read in parts, and closed with the last reference to it."""

import errno
import gc
import os
from pathlib import Path

import pytest

from kankei.engine import result_file
from kankei.engine.operation import Form, QueryResult
from kankei.engine.result_file import ResultFile
from kankei.errors import EngineFailed, Overloaded

DESCRIPTORS = Path("/proc/self/fd")


def open_descriptors() -> set[str]:
    return {entry.name for entry in DESCRIPTORS.iterdir()}


def test_it_is_read_in_parts_and_closed_with_its_last_reference() -> None:
    gc.collect()
    before = open_descriptors()
    file = ResultFile.of([b"abc", b"", b"defg"])
    assert (file.size, file.read(0, 7), file.read(2, 4)) == (7, b"abcdefg", b"cd")
    with pytest.raises(EngineFailed, match="shorter"):
        file.read(5, 9)
    other = file
    del file
    assert other.read(6, 7) == b"g"
    del other
    assert open_descriptors() <= before


def test_a_file_that_cannot_be_had_is_an_overload(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_file() -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(result_file, "anonymous_file", no_file)
    with pytest.raises(Overloaded, match="descriptor"):
        ResultFile.of([b"a"])


@pytest.mark.parametrize("result", [(b"abcd", None), (b"", ResultFile.of([b"abcd"]))])
def test_the_beginning_of_a_result(result: tuple[bytes, ResultFile | None]) -> None:
    answer = QueryResult(Form.SOLUTIONS, "text/csv", *result)
    assert (answer.size, answer.beginning(2), answer.beginning(9)) == (4, b"ab", b"abcd")
