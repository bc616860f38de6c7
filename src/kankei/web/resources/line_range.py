"""Line ranges of a text (RFC 5147, section 2.2.2): positions between lines, counted from 0."""

import re

_RANGE = re.compile(r"#line=(\d+),(\d+)\Z")


def line_range(iri: str) -> tuple[int, int] | None:
    """The first and last line that a place names, counted from 1; none if it names no lines."""
    match = _RANGE.search(iri)
    if match is None:
        return None
    first, last = int(match[1]) + 1, int(match[2])
    return (first, last) if first <= last else None


def line_label(iri: str) -> tuple[str, str] | None:
    """The key of the words for a place, and the numbers to put in."""
    found = line_range(iri)
    if found is None:
        return None
    first, last = found
    return ("line", str(first)) if first == last else ("lines", f"{first}–{last}")
