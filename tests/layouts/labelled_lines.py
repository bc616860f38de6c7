"""A layout for the tests: a label in lenticular brackets before each value, sheets apart by ruled lines."""

import re
from collections.abc import Sequence
from itertools import pairwise

from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.sheet import Cell, Sheet
from kankei.source.lines.document import Doubt, LineRange
from kankei.source.lines.printed_text import Line, PrintedText

_LABELLED = re.compile(r"【(?P<label>[^】]+)】(?P<value>.*)")
_UNIT = re.compile(r"（(?P<unit>百万円|千円|円)）")
_COLUMNS = {
    "実施主体": Column.BODIES,
    "種別": Column.SUPPORT,
    "補助率": Column.FUNDING,
    "公募": Column.CALL,
    "要望調査": Column.SURVEY,
    "予算": Column.BUDGET,
    "連絡先": Column.CONTACT,
}


def divide(page: Sequence[Line]) -> Sequence[Sequence[Line]]:
    """From each line 【施策番号】 to the next."""
    starts = [index for index, line in enumerate(page) if line.text.startswith("【施策番号】")]
    return [page[start:end] for start, end in pairwise([*starts, len(page)])]


def read(lines: Sequence[Line]) -> Sheet:
    """What the labels name; one that nobody knows is a doubt."""
    fields = {
        match["label"]: (PrintedText(match["label"], line.number, line.number), match["value"].strip())
        for line in lines
        if (match := _LABELLED.fullmatch(line.text))
    }
    cells, doubts = [], []
    unit: PrintedText | None = None
    for label, (heading, value) in fields.items():
        column = next((found for name, found in _COLUMNS.items() if name in label), None)
        if column:
            cells.append(Cell(column, heading, _printed(heading, value)))
        elif label not in {"施策番号", "施策名", "分野", "ホームページ"}:
            doubts.append(
                Doubt("columns", f"「{label}」は知らない欄である。", f"{label} is unknown.", heading.place)
            )
        if match := _UNIT.search(label):
            unit = _printed(heading, match["unit"])
    named = {label: _printed(heading, value) for label, (heading, value) in fields.items()}
    link = named.get("ホームページ")
    return Sheet(
        LineRange(lines[0].number, lines[-1].number),
        named.get("施策番号"),
        named.get("施策名"),
        links=(link,) if link else (),
        cells=tuple(cells),
        theme=named.get("分野"),
        unit=unit,
        doubts=tuple(doubts),
    )


def _printed(heading: PrintedText, value: str) -> PrintedText | None:
    return PrintedText(value, heading.first, heading.last) if value else None
