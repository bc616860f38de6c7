"""Grounds that several rows rest on, told once for all of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from kankei.web.view import Mark, Row, Shared


def shared(rows: Sequence[Row]) -> tuple[list[Row], list[Shared]]:
    """The rows without the grounds that more than one of them has, and those grounds with their rows."""
    bearing: dict[int, list[tuple[Mark, Row]]] = defaultdict(list)
    for row in rows:
        for mark in row.marks:
            if mark.ground:
                # One evidence node gives one mark, whichever rows it is for.
                bearing[id(mark)].append((mark, row))
    common = {key: found for key, found in bearing.items() if len(found) > 1}
    told = [Shared(found[0][0], [row.label for _, row in found]) for found in common.values()]
    return [replace(row, marks=[_brief(mark, common) for mark in row.marks]) for row in rows], told


def _brief(mark: Mark, common: dict[int, list[tuple[Mark, Row]]]) -> Mark:
    return replace(mark, ground=None) if id(mark) in common else mark
