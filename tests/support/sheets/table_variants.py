"""Tables of invented sheets in further forms than a choice of layout changes: merged, transposed, repeated.

Each form is a `Setter` that sets the table in its own way, and says what is printed then. `VARIANTS` has
them by name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from support.sheets.content import BODIES, BUDGETS, FUNDING, UNITS, Content, budget_meaning
from support.sheets.layouts import Layout, Page, Setter, Text, draw_text

_AMOUNTS = {
    "12億円": 1_200_000_000,
    "1,200万円": 12_000_000,
    "3,500千円": 3_500_000,
    "30百万円": 30_000_000,
    "１億２千万円": 120_000_000,
    "2.5億円の内数": 250_000_000,
}
_YEARS = (
    "{year}年度予算額",
    "FY{year}予算",
    "R{era}予算（案）",
    "令和{era}年度概算要求額",
    "令和{era}（{year}）年度予算",
)


class TwoBudgets(Setter):
    """Two budgets below one heading, or each below its own."""

    is_grouped = True

    def table(self, page: Page, content: Content, x0: float, y: float, x1: float) -> float:
        first, second = self.random.sample(BUDGETS, 2)
        unit, year = UNITS[self.layout.unit_name], self.layout.year
        content.want["budgets"] = [
            budget_meaning(first, unit, year - 1, "supplementary"),
            budget_meaning(second, unit, year, "initial"),
        ]
        columns = (*self.columns()[:5], "before", "budget", "contact")
        content.cells |= {"before": first, "budget": second}
        era = year - 2018
        names = {c: self.heading(c, content) for c in columns if c not in {"before", "budget"}}
        names |= {"before": f"R{era - 1}補正", "budget": f"R{era}当初"}
        edges, size = _edges(x0, x1, [60.0 if c in {"before", "budget"} else 90.0 for c in columns]), 7.5
        top, middle, bottom = y + 14, y + 50, y + 100
        page.add(x1 - 60, top - 3, f"（{self.layout.unit_name}）", 8, "head")
        at = columns.index("before")
        for index, (column, (a, b)) in enumerate(zip(columns, pairwise(edges), strict=True)):
            is_budget = column in {"before", "budget"} and self.is_grouped
            upper = (top + middle) / 2 if is_budget else top
            self.cell(
                page, self.wrapped(names[column], size, b - a - 6), a, b, upper, middle, "center", "heading"
            )
            page.rect(a, upper, b, middle)
            cell = content.cells[column]
            self.cell(
                page,
                self.wrapped(cell, size, b - a - 6) if cell else [],
                a,
                b,
                middle,
                bottom,
                "center",
                "cell",
            )
            page.rect(a, middle, b, bottom)
            if is_budget and index == at:
                self.cell(page, ["予算額"], a, edges[index + 2], top, upper, "center", "heading")
                page.rect(a, top, edges[index + 2], upper)
        return bottom


class BudgetsApart(TwoBudgets):
    """Two columns of budgets, each with its heading over the whole height."""

    is_grouped = False


class TwoContacts(Setter):
    """Two units in one cell, each with its number."""

    def table(self, page: Page, content: Content, x0: float, y: float, x1: float) -> float:
        content.cells["contact"] = (
            "国土交通省 国土政策局\n地方政策課\n03-5253-8369\n"
            "総務省地域力創造グループ\n地域自立応援課\n03-5253-5391"
        )
        content.want["contact"] = {
            "raw": content.cells["contact"],
            "unit": "mlit-regional-policy-division",
            "others": ["mic-regional-self-support-promotion-division"],
            "tel": ["+81352538369", "+81352535391"],
        }
        return super().table(page, content, x0, y, x1)


class ContactOutside(Setter):
    """No column of contacts: a block below the table names them."""

    heading_text = "【問合せ先】"

    def columns(self) -> tuple[str, ...]:
        return tuple(one for one in super().columns() if one != "contact")

    def table(self, page: Page, content: Content, x0: float, y: float, x1: float) -> float:
        bottom = super().table(page, content, x0, y, x1)
        raw = content.cells["contact"]
        if not raw:
            content.want.pop("contact")
            return bottom
        printed = f"{self.heading_text}{raw.replace(chr(10), ' ')}"
        page.add(x0 + 300, bottom + 16, printed, 8, "head")
        content.want["alsoPrinted"] = [printed]
        return bottom + 12


class AmountsWithUnit(Setter):
    """Each amount with its own unit, with none for the sheet."""

    def unit(self, *_: Any) -> None:
        """Print none."""

    def table(self, page: Page, content: Content, x0: float, y: float, x1: float) -> float:
        raw = self.random.choice(list(_AMOUNTS))
        content.cells["budget"] = raw
        kind = "within" if "内数" in raw else "exact"
        content.want["budgets"] = [
            {"year": self.layout.year, "stage": "initial", "raw": raw, "kind": kind, "yen": _AMOUNTS[raw]}
        ]
        return super().table(page, content, x0, y, x1)


class AmountsAgainstUnit(AmountsWithUnit):
    """Each amount with its own unit, and another one for the sheet."""

    unit = Setter.unit


class OtherYears(Setter):
    """The year of the budget in other forms."""

    def heading(self, column: str, content: Content) -> str:
        if column != "budget":
            return super().heading(column, content)
        form = _YEARS[int(content.number) % len(_YEARS)]
        return form.format(year=self.layout.year, era=self.layout.year - 2018)


class Transposed(Setter):
    """The headings down the first column, each with its cell beside it."""

    def table(self, page: Page, content: Content, x0: float, y: float, x1: float) -> float:
        edge = x0 + 130
        self.layout = replace(self.layout, size=8.0)
        y += 12
        page.add(x1 - 60, y - 3, f"（{self.layout.unit_name}）", 8, "head")
        for column in self.columns():
            heading = self.wrapped(self.heading(column, content), 8, 124)
            cell = self.wrapped(content.cells[column], 8, x1 - edge - 6) if content.cells[column] else []
            height = 10 * max(len(heading), len(cell), 1) + 4
            self.cell(page, heading, x0, edge, y, y + height, "center", "heading")
            self.cell(page, cell, edge, x1, y, y + height, "left", "cell")
            if self.layout.rules != "none":
                page.rect(x0, y, edge, y + height, fill=True)
                page.rect(edge, y, x1, y + height)
            y += height
        return y


class TransposedUnruled(Transposed):
    """The same without rules."""

    def __init__(self, layout: Layout, canvas: Canvas, random: Any) -> None:
        super().__init__(replace(layout, rules="none"), canvas, random)


class TwoRows(Setter):
    """Two rows of cells, of which some columns have one cell over both."""

    def table(self, page: Page, content: Content, x0: float, y: float, x1: float) -> float:
        one, other = self.random.sample(BODIES, 2)
        rate, other_rate = self.random.sample([f for f in FUNDING if "ceiling" not in f["terms"][0]], 2)
        content.want["bodies"] = {"raw": f"{one['raw']}\n{other['raw']}", "parts": [one, other]}
        content.want["funding"] = {
            "raw": f"{rate['raw']}\n{other_rate['raw']}",
            "terms": [*rate["terms"], *other_rate["terms"]],
        }
        rows = {"bodies": (one["raw"], other["raw"]), "funding": (rate["raw"], other_rate["raw"])}
        columns = self.columns()
        edges, size = _edges(x0, x1, [90.0] * len(columns)), 8.0
        top, middle, half, bottom = y + 14, y + 44, y + 84, y + 124
        page.add(x1 - 60, top - 3, f"（{self.layout.unit_name}）", 8, "head")
        for column, (a, b) in zip(columns, pairwise(edges), strict=True):
            wrapped = self.wrapped(self.heading(column, content), size, b - a - 6)
            self.cell(page, wrapped, a, b, top, middle, "center", "heading")
            page.rect(a, top, b, middle)
            ends = ((middle, half), (half, bottom)) if column in rows else ((middle, bottom),)
            for text, (upper, lower) in zip(rows.get(column, (content.cells[column],)), ends, strict=True):
                self.cell(
                    page,
                    self.wrapped(text, size, b - a - 6) if text else [],
                    a,
                    b,
                    upper,
                    lower,
                    "center",
                    "cell",
                )
                page.rect(a, upper, b, lower)
        return bottom


class RepeatedHeadings(Setter):
    """A sheet over two pages whose headings are repeated on the second one, above nothing."""

    has_values = False

    def sheet(
        self, page: Page, content: Content, x0: float, top: float, x1: float, bottom: float, pages: list[Page]
    ) -> None:
        self.layout = replace(self.layout, per_page="two-pages")
        super().sheet(page, content, x0, top, x1, bottom, pages)
        edges = _edges(x0, x1, [90.0] * 7)
        for column, (a, b) in zip(self.columns(), pairwise(edges), strict=True):
            lines = self.wrapped(self.heading(column, content), 8, b - a - 6)
            self.cell(pages[-1], lines, a, b, 10, 38, "center", "heading")
            pages[-1].rect(a, 10, b, 38)
            if self.has_values:
                value = self.wrapped(content.cells[column], 8, b - a - 6) if content.cells[column] else []
                self.cell(pages[-1], value, a, b, 38, 98, "center", "cell")
                pages[-1].rect(a, 38, b, 98)
        if self.has_values:
            pages[-1].texts = [
                replace(one, y=one.y + 80) if one.part == "body" else one for one in pages[-1].texts
            ]
            pages[-1].marks = pages[-1].marks[len(content.sections[1:]) * 2 :]


class RepeatedRow(RepeatedHeadings):
    """The same with the row repeated as well: whether it continues the first one is not told."""

    has_values = True


class Decorated(Setter):
    """Cells drawn otherwise: white on dark, dotted, rounded, in double lines."""

    style = "white"

    def cell(self, page: Page, lines: Sequence[str], *place: Any) -> None:
        part = place[-1]
        if self.style != "white" or part != "heading":
            super().cell(page, lines, *place)
            return
        own = Page(self.layout)
        super().cell(own, lines, *place)
        height = self.layout.page[1]

        def draw(canvas: Canvas) -> None:
            canvas.setFillColorRGB(0.1, 0.2, 0.5)
            x0, x1, top, bottom = place[:4]
            canvas.rect(x0, height - bottom, x1 - x0, bottom - top, stroke=0, fill=1)
            canvas.setFillColorRGB(1, 1, 1)
            for one in own.texts:
                draw_text(canvas, self.layout, Text(one.x, 0, one.text, one.size, one.part), height - one.y)

        page.marks.append(draw)

    def rules(
        self, page: Page, edges: Sequence[float], ys: tuple[float, float, float], merged: int | None
    ) -> None:
        height = page.layout.page[1]
        if self.style == "white":
            for y in ys[1:]:
                page.line(edges[0], y, edges[-1], y)
            return

        def draw(canvas: Canvas) -> None:
            canvas.saveState()
            if self.style == "dotted":
                canvas.setLineCap(1)
                canvas.setDash(0.1, 2.5)
            for (x0, x1), (y0, y1) in ((xs, ends) for xs in pairwise(edges) for ends in pairwise(ys)):
                box = x0, height - y1, x1 - x0, y1 - y0
                if self.style == "rounded":
                    canvas.roundRect(box[0] + 1, box[1] + 1, box[2] - 2, box[3] - 2, 5)
                else:
                    canvas.rect(*box)
                if self.style == "double":
                    canvas.rect(box[0] + 1.5, box[1] + 1.5, box[2] - 3, box[3] - 3)
            canvas.restoreState()

        page.marks.append(draw)


class Dotted(Decorated):
    style = "dotted"


class Rounded(Decorated):
    style = "rounded"


class Double(Decorated):
    style = "double"


def _edges(x0: float, x1: float, weights: Sequence[float]) -> list[float]:
    scale, edges = (x1 - x0) / sum(weights), [x0]
    for weight in weights:
        edges.append(edges[-1] + weight * scale)
    return edges


VARIANTS: Mapping[str, type[Setter]] = {
    "two-budgets": TwoBudgets,
    "budgets-apart": BudgetsApart,
    "two-contacts": TwoContacts,
    "contact-outside": ContactOutside,
    "amounts-with-unit": AmountsWithUnit,
    "amounts-against-unit": AmountsAgainstUnit,
    "other-years": OtherYears,
    "transposed": Transposed,
    "transposed-unruled": TransposedUnruled,
    "two-rows": TwoRows,
    "repeated-headings": RepeatedHeadings,
    "repeated-row": RepeatedRow,
    "white-headings": Decorated,
    "dotted": Dotted,
    "rounded": Rounded,
    "double": Double,
}
