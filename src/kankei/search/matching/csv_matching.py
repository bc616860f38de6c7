"""Adds matches to the rows of a CSV file, one row after the other."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO

from kankei.errors import MalformedData, UsageError
from kankei.search.matching.matcher import Matcher, NameQuery

ADDED = ("match_iri", "match_name", "match_type", "match_score", "match_certain", "match_basis")
"""The columns that are added: the best candidate, its score from 0 to 100, whether it is certain, and why."""
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def add_matches(  # noqa: PLR0917 - input, output, and how to match
    matcher: Matcher,
    lines: Iterable[str],
    output: TextIO,
    name: str,
    column: str = "",
    kinds: Sequence[str] = (),
) -> tuple[int, int]:
    """Write the rows of a CSV file with the columns `ADDED`; returns the numbers of rows and of matches.

    `name` is the file's, for messages; the names are in `column`, or the first. Raises `UsageError` for a
    column that it does not have, and `MalformedData`, with the line, for a row that is not like the header.
    """
    reader = csv.reader(lines, strict=True)
    header = next(_rows(reader, name), None)
    if not header:
        raise MalformedData("the file is empty: its first line names the columns", f"{name}:1")
    place = _place(header, column, name)
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow([*header, *ADDED])
    rows = matches = 0
    for row in _rows(reader, name):
        if row and len(row) != len(header):
            message = f"the row has {len(row)} cells, and the header has {len(header)}"
            raise MalformedData(message, f"{name}:{reader.line_num}")
        if row:
            added = _added(matcher, row[place], kinds)
            writer.writerow([*row, *added])
            rows += 1
            matches += added[4] == "yes"
    return rows, matches


def _rows(reader: Iterator[list[str]], name: str) -> Iterator[list[str]]:
    try:
        for row in reader:
            "".join(row).encode()  # some encodings yield half a character, which cannot be written
            yield row
    except csv.Error as error:
        line = getattr(reader, "line_num", 1)
        raise MalformedData(f"this is no CSV: {error}", f"{name}:{line}") from error
    except UnicodeError as error:
        message = "the file is not in that encoding; name it by --encoding, such as cp932 for Shift JIS"
        raise MalformedData(message, name) from error


def _place(header: Sequence[str], column: str, name: str) -> int:
    if taken := [added for added in ADDED if added in header]:
        raise UsageError(f"the file has a column {taken[0]} already", name)
    if not column:
        return 0
    if column not in header:
        raise UsageError(f"there is no column {column!r}; there are: {', '.join(header)}", name)
    return header.index(column)


def _added(matcher: Matcher, name: str, kinds: Sequence[str]) -> list[str]:
    candidates = matcher.match(NameQuery(name, kinds, limit=1)) if name.strip() else []
    if not candidates:
        return ["", "", "", "", "no", ""]
    best = candidates[0]
    label = best.thing.labels.get("ja") or next(iter(best.thing.labels.values()), "")
    label = f"'{label}" if label.startswith(_FORMULA_STARTS) else label
    certain = "yes" if best.match else "no"
    return [best.thing.iri, label, best.thing.kind, f"{best.score:g}", certain, " ".join(best.basis)]
