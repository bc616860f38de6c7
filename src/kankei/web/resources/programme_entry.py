"""What a catalogue entry says, as an officer asks for it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import Literal

from kankei.namespaces import KK
from kankei.web.html.formatting import format_date
from kankei.web.html.strings import Strings
from kankei.web.html.view import Fact, Mark, Printed, Value
from kankei.web.rdf.graph import Graph
from kankei.web.resources.thing_view import ThingView


def _inferred(marks: Iterable[Mark]) -> list[Mark]:
    """One mark for each rule by which something is inferred."""
    return list({mark.rule.title: mark for mark in marks if mark.basis == "inferred" and mark.rule}.values())


@dataclass(frozen=True)
class CatalogueEntry:
    """An entry of a programme's document, to be told in one language."""

    thing: ThingView
    graph: Graph
    strings: Strings
    iri: str

    def fact(
        self, key: str, local: str, read: Callable[[str], Iterable[Value]], heading: str = ""
    ) -> Fact | None:
        """A fact from the value nodes of the entry and its measures, with the words of the entry's cell."""
        nodes = self._nodes(local)
        cells = [cell for cell in self._of(self.iri, "cell") if heading in self._texts(cell, "heading")]
        if not nodes and not cells:
            return None
        stated = [node for node in nodes if not self._texts(node, "notStated")]
        values = {value: None for node in stated for value in read(node)}
        printed = [
            Printed(raw, "".join(self._texts(node, "unit")))
            for node in (cells or self._of(self.iri, local))
            for raw in self._texts(node, "raw")
        ]
        return Fact(
            key,
            list(values),
            printed=[] if key == "links" else printed,
            marks=_inferred(mark for node in stated for mark in self.thing.marks(node)),
            absent=not stated and not cells,
        )

    def bodies(self, node: str) -> Iterable[Value]:
        """Who may carry it out."""
        yield from self._named(node, "bodyType")
        yield from self._named(node, "limitedTo")
        if "true" in self._texts(node, "openList"):
            yield Value(self._say("open-list"), self.thing.language)

    def support(self, node: str) -> Iterable[Value]:
        """What is supported."""
        yield from self._named(node, "kind")

    def funding(self, node: str) -> Iterable[Value]:
        """How it pays: the method, and the exact fraction where there is one."""
        rate = "/".join((*self._texts(node, "numerator"), *self._texts(node, "denominator")))
        for method in self._named(node, "method"):
            text = f"{method.text} {rate}" if rate else method.text
            yield Value(text, method.language, method.href, method.title)

    def budget(self, node: str) -> Iterable[Value]:
        """How much, at which stage; measures' budgets are parts of this one and stay in the details."""
        if node not in self._of(self.iri, "budget"):
            return
        amounts = [self._yen(amount) for amount in self._texts(node, "amount")]
        amounts += [self._say("within", self._yen(bound)) for bound in self._texts(node, "upperBound")]
        of = [value.text for local in ("budgetYear", "stage") for value in self._named(node, local)]
        for amount in amounts:
            yield Value(self._say("budget-of", amount, self._say("space").join(of)), self.thing.language)

    def budgets(self) -> list[Value]:
        """The budgets of the whole programme."""
        return [value for node in self._of(self.iri, "budget") for value in self.budget(node)]

    def names(self) -> list[str]:
        """How it is called, as printed, without marks of print."""
        return [name for title in self._of(self.iri, "title") for name in self._texts(title, "plain")]

    def call(self, node: str) -> Iterable[Value]:
        """When to apply: the bounds of its beginning and of its end."""
        for key, first, last in (
            ("begins", "earliestStart", "latestStart"),
            ("ends", "earliestEnd", "latestEnd"),
        ):
            for early, late in zip(self._texts(node, first), self._texts(node, last), strict=False):
                days = [format_date(self.strings, self.thing.language, day) for day in (early, late)]
                when = days[0] if early == late else self._say("between", *days)
                yield Value(self._say(key) + self._say("colon") + when, self.thing.language)

    def contact(self, node: str) -> Iterable[Value]:
        """Whom to ask: the ministry, the unit in charge, its telephone."""
        yield from self._named(self.thing.root, "ministry")
        yield from self._named(node, "unitInCharge")
        printed = self._texts(node, "printedTelephone")
        for number in self._texts(node, "telephone"):
            yield Value(printed[0] if printed else number, "", f"tel:{number}")

    def link(self, node: str) -> Iterable[Value]:
        """Where to read on, by the label as printed."""
        label = " ".join((*self._texts(node, "number"), *self._texts(node, "label")))
        for url in self._of(node, "url"):
            yield Value(label or url, "ja" if label else "", self.thing.links.href(url), url)

    def _nodes(self, local: str) -> list[str]:
        measures = self._of(self.iri, "measureEntry")
        return [node for holder in (self.iri, *measures) for node in self._of(holder, local)]

    def _of(self, node: str, local: str) -> tuple[str, ...]:
        return self.graph.names(node, KK + local)

    def _texts(self, node: str, local: str) -> tuple[str, ...]:
        return tuple(t.value for t in self.graph.objects(node, KK + local) if isinstance(t, Literal))

    def _named(self, node: str, local: str) -> Iterable[Value]:
        return [self.thing.named(iri) for iri in self._of(node, local)]

    def _yen(self, amount: str) -> str:
        return self._say("yen", f"{int(amount):,}")

    def _say(self, key: str, *values: object) -> str:
        return self.strings.say(self.thing.language, key, *values)
