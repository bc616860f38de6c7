"""The rows of a CSV file (RFC 4180), numbered as RFC 7111 numbers them: from 1, the header being one."""

import csv
import io
from collections.abc import Iterator
from typing import IO

from kankei.source.review.csv_file import CsvFile
from kankei.source.review.problems import Report

MAX_ROWS = 2_000_000
MAX_COLUMNS = 200
MAX_CELL = 100_000
"""Characters of a cell; the longest of the official files has 3,000."""
_MAX_LINE = 1 << 20

Row = tuple[int, list[str]]


def read_rows(file: CsvFile, report: Report) -> Iterator[Row]:
    """Each row with its number, the header first; a row that cannot be read is reported and left out."""
    with file.open() as stream, io.TextIOWrapper(stream, file.codec, newline="") as text:
        lines = _lines(text, report)
        rows = csv.reader(lines, strict=True)
        number = 0
        while number < MAX_ROWS:
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                report(number, "row-malformed", {"reason": str(error)})
                continue
            number += 1
            if _fits(row, number, report):
                yield number, row
        report(number, "too-many-rows", {"limit": MAX_ROWS})


def _fits(row: list[str], number: int, report: Report) -> bool:
    """Whether a row is within the bounds; an empty line is no row of data, and nothing to report."""
    if not row:
        return False
    if len(row) > MAX_COLUMNS:
        report(number, "too-many-cells", {"count": len(row), "limit": MAX_COLUMNS})
        return False
    if any(len(cell) > MAX_CELL for cell in row):
        report(number, "cell-too-long", {"limit": MAX_CELL})
        return False
    return True


def _lines(text: IO[str], report: Report) -> Iterator[str]:
    """The lines of a text, none longer than memory bears; what follows such a line is not read."""
    while line := text.readline(_MAX_LINE):
        if len(line) == _MAX_LINE and not line.endswith("\n"):
            report(0, "line-too-long", {"limit": _MAX_LINE})
            return
        yield line
