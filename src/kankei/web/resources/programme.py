"""Programmes: the summary of the latest catalogue entry and its measures; names and budgets by year."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kankei.namespaces import CONCEPTS, DCT, KK
from kankei.search.index.call_periods import Window
from kankei.web.html.view import Fact, Mark, Printed, Value
from kankei.web.html.windows import WindowWords
from kankei.web.resources.call_status import CallStatus, window_of
from kankei.web.resources.thing_view import ThingView

_COLUMNS = {"needsSurvey": "needs-survey"}
"""The slug in ``scheme:column`` of the column of a property, where it is not the property's name."""
_NO_DOUBT = f"{CONCEPTS}rule/telephone-country"
"""The rule that adds a country code to a printed number, which says nothing against the number."""


@dataclass(frozen=True)
class MeasureSummary:
    """What an entry says of one of its measures."""

    number: str
    title: Value
    anchor: str
    facts: Sequence[Fact]


@dataclass(frozen=True)
class Summary:
    """What an officer asks first, of the latest entry."""

    status: CallStatus
    facts: Sequence[Fact]
    measures: Sequence[MeasureSummary]
    number: str
    """The number of the entry in its source."""


@dataclass(frozen=True)
class YearSummary:
    """What a programme's entry of one year says."""

    anchor: str
    label: str
    is_latest: bool
    names: Sequence[str]
    """The names that the sheet prints."""
    budgets: Sequence[Value]


def summary(thing: ThingView, day: datetime.date) -> Summary | None:
    """The summary of a programme's latest entry on a day; none for other things."""
    if not thing.years.entries:
        return None
    iri = thing.years.entries[0]
    entry = CatalogueEntry(thing, iri)
    windows = [window_of(thing.graph, node) for node in entry.windows("call")]
    return Summary(
        status=CallStatus.of(windows, day, thing.years.number(iri)),
        facts=entry.facts(),
        measures=[entry.measure(node) for node in entry.measures],
        number="".join(thing.graph.texts(iri, f"{KK}number")),
    )


def windows(thing: ThingView, local: str) -> list[tuple[str, Window]]:
    """The windows of the latest entry under a property, ``call`` or ``needsSurvey``, each with its node."""
    nodes = CatalogueEntry(thing, thing.years.entries[0]).windows(local) if thing.years.entries else []
    return [(node, window_of(thing.graph, node)) for node in nodes]


def history(thing: ThingView) -> list[YearSummary]:
    """The entries of a programme, the newest first."""
    return [CatalogueEntry(thing, iri).in_history() for iri in thing.years.entries]


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

    @property
    def measures(self) -> list[str]:
        """The entries of its measures, by their printed number."""
        nodes = self._names(self.iri, "measureEntry")
        return sorted(nodes, key=lambda node: ("".join(self._texts(node, "number")), node))

    def windows(self, local: str) -> list[str]:
        """The nodes of its calls or surveys, and of those of its measures."""
        return [node for holder in (self.iri, *self.measures) for node in self._names(holder, local)]

    def facts(self) -> list[Fact]:
        """The facts of the whole entry, in the order of an officer's questions."""
        stated = [
            self._owner(),
            self._fact(self.iri, "who", "bodies", self._bodies),
            *self._costs(self.iri),
            self._fact(self.iri, "call", "call", self._window),
            self._fact(self.iri, "survey", "needsSurvey", self._window),
            self._fact(self.iri, "contact", "contact", self._contact),
            self._fact(self.iri, "links", "link", self._link),
        ]
        return [fact for fact in stated if fact]

    def measure(self, node: str) -> MeasureSummary:
        """The summary of a measure's entry: what is said of it alone."""
        stated = [
            self._fact(node, "who", "bodies", self._bodies),
            *self._costs(node),
            self._fact(node, "call", "call", self._window),
            self._fact(node, "survey", "needsSurvey", self._window),
        ]
        measure = self._names(node, "ofMeasure") or (node,)
        title = self.thing.resource(measure[0])
        number = "".join(self._texts(node, "number"))
        return MeasureSummary(number, title, node.partition("#")[2], [fact for fact in stated if fact])

    def in_history(self) -> YearSummary:
        """A line of the programme's history."""
        years = self.thing.years
        names = [name for title in self._names(self.iri, "title") for name in self._texts(title, "plain")]
        budgets = [value for node in self._names(self.iri, "budget") for value in self._budget(node)]
        is_latest = self.iri in years.latest
        return YearSummary(self.iri.partition("#")[2], years.label(self.iri), is_latest, names, budgets)

    def _costs(self, holder: str) -> list[Fact | None]:
        return [
            self._fact(holder, "what", "support", lambda node: self._values(node, "kind"), "支援対象・内容"),
            self._fact(holder, "funding", "funding", self._funding, "補助率等"),
            self._fact(holder, "budget", "budget", self._budget),
        ]

    def _owner(self) -> Fact | None:
        """The ministry and the unit in charge."""
        root = self.thing.root
        values = [*self._values(root, "ministry"), *self._values(root, "responsibleUnit")]
        return Fact("owner", values) if values else None

    def _fact(
        self,
        holder: str,
        key: str,
        local: str,
        values_of: Callable[[str], Iterable[Value]],
        heading: str = "",
    ) -> Fact | None:
        """A fact from the value nodes of an entry, with the printed text and the lines that say so.

        `heading` is that of the cell's row in the sheet, for values that are printed together.
        """
        nodes = self._names(holder, local)
        cells = () if nodes or self._of_measures(local) else self._cells(holder, heading)
        absences = () if nodes or cells else self._absences(holder, local)
        sources = nodes or cells or absences
        if not sources:
            return None
        printed = [
            Printed(raw, "".join(self._texts(node, "unit")))
            for node in (nodes or cells)
            for raw in self._texts(node, "raw")
        ]
        values = {value: None for node in nodes for value in values_of(node)}
        return Fact(
            key,
            list(values),
            printed=[] if key == "links" else printed,
            marks=_inferred(mark for node in nodes for mark in self.thing.marks(node)),
            absent=bool(absences),
            places=self._places(sources),
        )

    def _cells(self, holder: str, heading: str) -> tuple[str, ...]:
        if not heading:
            return ()
        cells = self._names(holder, "cell")
        return tuple(cell for cell in cells if heading in self._texts(cell, "heading"))

    def _of_measures(self, local: str) -> bool:
        """Whether a measure has a value of its own, so that the whole cell need not be repeated."""
        return any(self._names(measure, local) for measure in self.measures)

    def _absences(self, holder: str, local: str) -> tuple[str, ...]:
        """The statements that the column of a property gives no value."""
        column = f"{CONCEPTS}column/{_COLUMNS.get(local, local)}"
        absences = self._names(holder, "absence")
        return tuple(node for node in absences if column in self._names(node, "column"))

    def _places(self, nodes: Iterable[str]) -> list[Value]:
        places = dict.fromkeys(place for node in nodes for place in self._names(node, "place"))
        return [self.thing.resource(place) for place in places]

    def _bodies(self, node: str) -> Iterable[Value]:
        """Who may carry it out."""
        yield from self._values(node, "bodyType")
        yield from self._values(node, "limitedTo")
        if "true" in self._texts(node, "openList"):
            yield self.thing.localizer.sentence("open-list")

    def _funding(self, node: str) -> Iterable[Value]:
        """The funding method, and the exact fraction where there is one; a ceiling."""
        rate = "/".join((*self._texts(node, "numerator"), *self._texts(node, "denominator")))
        for method in self._values(node, "method"):
            text = f"{method.text} {rate}" if rate else method.text
            yield Value(text, method.language, method.href, method.title)
        for ceiling in self._texts(node, "ceiling"):
            amount = self.thing.localizer.yen(ceiling)
            yield self.thing.localizer.sentence("ceiling", amount=amount)

    def _budget(self, node: str) -> Iterable[Value]:
        """The amount with its year and stage."""
        localizer = self.thing.localizer
        amounts = [localizer.yen(amount) for amount in self._texts(node, "amount")]
        bounds = [localizer.yen(bound) for bound in self._texts(node, "upperBound")]
        amounts += [localizer.text("within", amount=bound) for bound in bounds]
        labels = [value.text for local in ("budgetYear", "stage") for value in self._values(node, local)]
        budget = localizer.text("space").join(labels)
        for amount in amounts:
            yield localizer.sentence("budget-of", amount=amount, budget=budget)

    def _window(self, node: str) -> Iterable[Value]:
        """When to apply, as people write it."""
        localizer = self.thing.localizer
        window = window_of(self.thing.graph, node)
        words = WindowWords(localizer.language)
        written = words.window(window.start, window.end, approximate=window.approximate)
        if window.rolling:
            yield localizer.sentence("state-rolling")
        elif window.undecided:
            yield localizer.sentence("state-undecided")
        elif written:
            yield Value(written, localizer.language)
        else:
            yield from (Value(raw, "ja") for raw in self._texts(node, "raw"))

    def _contact(self, node: str) -> Iterable[Value]:
        """Whom to ask: the telephone, with the unit where there are several."""
        is_only = len(self._names(self.iri, "contact")) == 1
        numbers = self._texts(node, "telephone")
        if not is_only or not numbers:
            yield from self._values(node, "unitInCharge")
        printed = self._texts(node, "printedTelephone")
        for number in numbers:
            yield Value(printed[0] if len(numbers) == 1 and printed else number, "", f"tel:{number}")

    def _link(self, node: str) -> Iterable[Value]:
        """A web page, by its label as printed."""
        label = " ".join((*self._texts(node, "number"), *self._texts(node, "label")))
        for url in self._names(node, "url"):
            yield Value(label or url, "ja" if label else "", self.thing.localizer.links.href(url), url)

    def _names(self, node: str, local: str) -> tuple[str, ...]:
        return self.thing.graph.names(node, KK + local)

    def _texts(self, node: str, local: str) -> tuple[str, ...]:
        return self.thing.graph.texts(node, KK + local)

    def _values(self, node: str, local: str) -> list[Value]:
        """The resources that a property of a node leads to."""
        return [self.thing.resource(iri) for iri in self._names(node, local)]


def _inferred(marks: Iterable[Mark]) -> list[Mark]:
    """One mark for each rule by which something is inferred that may be doubted."""
    return list(
        {
            mark.rule.title: mark
            for mark in marks
            if mark.basis == "inferred" and mark.rule and mark.rule.title != _NO_DOUBT
        }.values()
    )
