"""Budgets as bars: what is stated as a group's own amount, and what a larger budget only bounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value

ROWS = 40
"""Groups of a chart."""


@dataclass(frozen=True)
class BudgetRow:
    """The budgets of a group: what is stated as its own, and what bounds others; `bounded` counts these."""

    group: Value
    amount: str
    bound: str
    bounded: int
    amount_width: float
    bound_width: float
    """Lengths of the bars, in per cent of the longest row."""


def budget_rows(rows: Sequence[Mapping[str, str]], localizer: Localizer) -> list[BudgetRow]:
    """The bars of ``?thing ?amount ?bound ?bounded``, amounts in yen, the largest first."""
    sums = [(row["thing"], int(row["amount"]), int(row["bound"]), int(row["bounded"])) for row in rows]
    sums.sort(key=lambda row: (-row[1], -row[2], row[0]))
    longest = max((amount + bound for _, amount, bound, _ in sums), default=0) or 1
    scale = 100 / longest
    return [
        BudgetRow(
            localizer.resource(iri),
            localizer.yen(str(amount)),
            localizer.text("within-total", amount=localizer.yen(str(bound))) if bounded else "",
            bounded,
            round(amount * scale, 2),
            round(bound * scale, 2),
        )
        for iri, amount, bound, bounded in sums[:ROWS]
    ]
