"""Bar charts of solutions that have names and numbers, as values that a template draws as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from kankei.web.sparql.result_names import Names
from kankei.web.sparql.result_table import is_numeric, number_of, term_text
from kankei.web.sparql.result_terms import ResultTerms, Term

BARS = 30
"""Bars of one chart; the table behind it has every row of the page."""
CHARTS = 4
"""Charts of one result: a column each, since columns seldom share a unit."""
_ROW, _TOP = 44, 4
"""Pixels of a row, which has its label and its value above its bar, and above the first row."""
_LABEL_COLUMNS = 30
"""Columns of a label; an ideograph takes two."""
_FIRST_YEAR, _LAST_YEAR = 1868, 2100


@dataclass(frozen=True)
class Bar:
    """A bar: its label in full and as it fits, the number as the result has it, and its rectangle.

    The rectangle is in pixels from the top, in per cent from the left.
    """

    label: str
    short: str
    value: str
    y: int
    x: float
    width: float


@dataclass(frozen=True)
class BarChart:
    """A chart of one numeric column; `zero` is where bars begin."""

    label_column: str
    value_column: str
    bars: Sequence[Bar]
    total: int
    """Rows of the page that have a number."""
    zero: float
    height: int


def bar_charts(result: ResultTerms, names: Names) -> list[BarChart]:
    """The charts of a result with a column of labels and columns of numbers; none of others."""
    columns = {variable: result.column(variable) for variable in result.variables}
    if len(result.rows) < 2 or len(columns) < 2:
        return []
    numeric = [name for name, column in columns.items() if is_numeric(column)]
    label = next((name for name in columns if name not in numeric), next(iter(columns)))
    values = [name for name in numeric if name != label and not _is_year(name, columns[name])]
    return [_chart(label, name, columns[label], columns[name], names) for name in values[:CHARTS]]


def _is_year(name: str, column: Sequence[Term | None]) -> bool:
    """Whether a column holds years, which are no quantities."""
    numbers = [number for term in column if (number := number_of(term)) is not None]
    named = "year" in name.lower() or "年" in name
    return named and all(_FIRST_YEAR <= number <= _LAST_YEAR for number in numbers)


def _chart(
    label: str, value: str, labels: Sequence[Term | None], values: Sequence[Term | None], names: Names
) -> BarChart:
    pairs = [
        (term_text(term, names) if term else "", number_term)
        for term, number_term in zip(labels, values, strict=True)
        if number_term is not None
    ]
    shown = pairs[:BARS]
    numbers = [number_of(term) or 0.0 for _, term in shown]
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    scale = 100 / ((high - low) or 1.0)
    bars = [
        Bar(
            label=text,
            short=fitted(text, _LABEL_COLUMNS),
            value=str(term["value"]),
            y=_TOP + position * _ROW,
            x=round((min(number, 0.0) - low) * scale, 2),
            width=round(abs(number) * scale, 2),
        )
        for position, ((text, term), number) in enumerate(zip(shown, numbers, strict=True))
    ]
    zero = round(-low * scale, 2)
    return BarChart(label, value, bars, len(pairs), zero, _TOP * 2 + len(bars) * _ROW)


def fitted(text: str, columns: int) -> str:
    """A text that takes at most so many columns, cut with an ellipsis where it is longer."""
    used = 0
    for position, character in enumerate(text):
        used += 2 if east_asian_width(character) in "WF" else 1
        if used > columns or character in "\r\n":
            return f"{text[: max(position - 1, 0)]}…"
    return text
