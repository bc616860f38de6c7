"""Programmes: a summary of the latest catalogue entry, and names and budgets year by year."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from kankei.namespaces import CONCEPTS, DCT, KK
from kankei.web.html.view import Fact, Mark, Printed, Value
from kankei.web.resources.thing_view import ThingView

_COLUMNS = {"needsSurvey": "needs-survey"}
"""The slug in ``scheme:column`` of the column of a property, where it is not the property's name."""


@dataclass(frozen=True)
class YearSummary:
    """What a programme's entry of one year says."""

    anchor: str
    label: str
    is_latest: bool
    names: Sequence[str]
    """The names that the sheet prints."""
    budgets: Sequence[Value]


def facts(thing: ThingView) -> list[Fact]:
    """The facts of a programme's latest entry, in the order of an officer's questions; none for others."""
    if not thing.years.entries:
        return []
    entry = CatalogueEntry(thing, thing.years.entries[0])
    stated = [
        entry.fact("who", "bodies", entry.bodies),
        entry.fact("what", "support", lambda node: entry.values(node, "kind"), "支援対象・内容"),
        entry.fact("funding", "funding", entry.funding, "補助率等"),
        entry.fact("budget", "budget", entry.budget),
        entry.fact("call", "call", entry.call),
        entry.fact("survey", "needsSurvey", entry.call),
        entry.fact("contact", "contact", entry.contact),
        entry.fact("links", "link", entry.link),
    ]
    return [fact for fact in stated if fact]


def history(thing: ThingView) -> list[YearSummary]:
    """The entries of a programme, the newest first."""
    return [CatalogueEntry(thing, iri).summary() for iri in thing.years.entries]


def also_printed(thing: ThingView, years: Sequence[YearSummary]) -> dict[str, list[str]]:
    """The printed names that are no title of the programme, each with the years whose sheets print it."""
    labels: dict[str, list[str]] = {}
    titles = thing.graph.texts(thing.root, f"{DCT}title")
    for year in years:
        for name in year.names:
            if name not in titles:
                labels.setdefault(name, []).append(year.label)
    return labels


@dataclass(frozen=True)
class CatalogueEntry:
    """An entry of a programme's document, in one language."""

    thing: ThingView
    iri: str

    def summary(self) -> YearSummary:
        """A line of the programme's history."""
        years = self.thing.years
        names = [name for title in self._names(self.iri, "title") for name in self._texts(title, "plain")]
        budgets = [value for node in self._names(self.iri, "budget") for value in self.budget(node)]
        is_latest = self.iri in years.latest
        return YearSummary(self.iri.partition("#")[2], years.label(self.iri), is_latest, names, budgets)

    def fact(
        self, key: str, local: str, values_of: Callable[[str], Iterable[Value]], heading: str = ""
    ) -> Fact | None:
        """A fact from the value nodes of the entry and its measures, with the printed text of its cell.

        `heading` is that of the cell's row in the sheet, for values that are printed together.
        """
        nodes = self._nodes(local)
        cells = [cell for cell in self._names(self.iri, "cell") if heading in self._texts(cell, "heading")]
        absent = not nodes and not cells and self._is_blank(local)
        if not nodes and not cells and not absent:
            return None
        values = {_numbered(number, value): None for number, node in nodes for value in values_of(node)}
        printed = [
            Printed(raw, "".join(self._texts(node, "unit")))
            for node in (cells or self._names(self.iri, local))
            for raw in self._texts(node, "raw")
        ]
        return Fact(
            key,
            list(values),
            printed=[] if key == "links" else printed,
            marks=_inferred(mark for _, node in nodes for mark in self.thing.marks(node)),
            absent=absent,
        )

    def _is_blank(self, local: str) -> bool:
        """Whether the column of a property gives no value."""
        column = f"{CONCEPTS}column/{_COLUMNS.get(local, local)}"
        absences = self._names(self.iri, "absence")
        return any(column in self._names(absence, "column") for absence in absences)

    def bodies(self, node: str) -> Iterable[Value]:
        """Who may carry it out."""
        yield from self.values(node, "bodyType")
        yield from self.values(node, "limitedTo")
        if "true" in self._texts(node, "openList"):
            yield self.thing.localizer.sentence("open-list")

    def funding(self, node: str) -> Iterable[Value]:
        """The funding method, and the exact fraction where there is one."""
        rate = "/".join((*self._texts(node, "numerator"), *self._texts(node, "denominator")))
        for method in self.values(node, "method"):
            text = f"{method.text} {rate}" if rate else method.text
            yield Value(text, method.language, method.href, method.title)

    def budget(self, node: str) -> Iterable[Value]:
        """The amount and its stage; measures' budgets are parts of it and stay in the details."""
        if node not in self._names(self.iri, "budget"):
            return
        localizer = self.thing.localizer
        amounts = [localizer.yen(amount) for amount in self._texts(node, "amount")]
        bounds = [localizer.yen(bound) for bound in self._texts(node, "upperBound")]
        amounts += [localizer.text("within", amount=bound) for bound in bounds]
        labels = [value.text for local in ("budgetYear", "stage") for value in self.values(node, local)]
        budget = localizer.text("space").join(labels)
        for amount in amounts:
            yield localizer.sentence("budget-of", amount=amount, budget=budget)

    def call(self, node: str) -> Iterable[Value]:
        """When to apply: the bounds of the call's beginning and of its end."""
        localizer = self.thing.localizer
        for key, first, last in (
            ("begins", "earliestStart", "latestStart"),
            ("ends", "earliestEnd", "latestEnd"),
        ):
            for early, late in zip(self._texts(node, first), self._texts(node, last), strict=False):
                days = [localizer.date(day) for day in (early, late)]
                bounds = localizer.text("between", first=days[0], last=days[1])
                when = days[0] if early == late else bounds
                yield Value(localizer.text(key) + localizer.text("colon") + when, localizer.language)

    def contact(self, node: str) -> Iterable[Value]:
        """Whom to ask: the ministry, the unit in charge, its telephone."""
        yield from self.values(self.thing.root, "ministry")
        yield from self.values(node, "unitInCharge")
        printed = self._texts(node, "printedTelephone")
        for number in self._texts(node, "telephone"):
            yield Value(printed[0] if printed else number, "", f"tel:{number}")

    def link(self, node: str) -> Iterable[Value]:
        """A web page, by its label as printed."""
        label = " ".join((*self._texts(node, "number"), *self._texts(node, "label")))
        for url in self._names(node, "url"):
            yield Value(label or url, "ja" if label else "", self.thing.localizer.links.href(url), url)

    def _nodes(self, local: str) -> list[tuple[str, str]]:
        """The values of the entry, then those of its measures; each with the measure's number."""
        measures = sorted(
            ("".join(self._texts(measure, "number")), measure)
            for measure in self._names(self.iri, "measureEntry")
        )
        return [
            (number, node)
            for number, holder in (("", self.iri), *measures)
            for node in self._names(holder, local)
        ]

    def _names(self, node: str, local: str) -> tuple[str, ...]:
        return self.thing.graph.names(node, KK + local)

    def _texts(self, node: str, local: str) -> tuple[str, ...]:
        return self.thing.graph.texts(node, KK + local)

    def values(self, node: str, local: str) -> list[Value]:
        """The resources that a property of a node leads to."""
        return [self.thing.resource(iri) for iri in self._names(node, local)]


def _numbered(number: str, value: Value) -> Value:
    """A value with the number of the measure that it is of."""
    return replace(value, text=f"{number} {value.text}") if number else value


def _inferred(marks: Iterable[Mark]) -> list[Mark]:
    """One mark for each rule by which something is inferred."""
    return list({mark.rule.title: mark for mark in marks if mark.basis == "inferred" and mark.rule}.values())
