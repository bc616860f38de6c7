"""What an entry of a programme, or of one of its measures, says, as plain JSON."""

from collections.abc import Callable
from dataclasses import dataclass

from kankei.namespaces import KK
from kankei.web.plain_json.values import Json, Values, without_empty

Writer = Callable[[str], Json]


@dataclass(frozen=True)
class EntryValues:
    """The value nodes of an entry; each becomes an object with the printed text."""

    values: Values

    def fields(self, entry: str) -> Json:
        """The members of an entry that have values, in the order of an officer's questions."""
        writers: dict[str, tuple[str, Writer]] = {
            "bodies": ("bodies", self._bodies),
            "support": ("support", self._support),
            "funding": ("funding", self._funding),
            "budgets": ("budget", self._budget),
            "calls": ("call", self._call),
            "surveys": ("needsSurvey", self._call),
            "contacts": ("contact", self._contact),
            "links": ("link", self._link),
        }
        return without_empty(
            {
                name: [write(node) for node in self.nodes(entry, local)]
                for name, (local, write) in writers.items()
            }
        )

    def nodes(self, entry: str, local: str) -> list[str]:
        """The value nodes of a property, by IRI."""
        return sorted(self.values.graph.names(entry, KK + local))

    def _bodies(self, node: str) -> Json:
        return self._printed(
            node,
            {
                "types": self.values.things(node, f"{KK}bodyType"),
                "limitedTo": self.values.things(node, f"{KK}limitedTo"),
                "openToOthers": self.values.flag(node, f"{KK}openList"),
            },
        )

    def _support(self, node: str) -> Json:
        return self._printed(node, {"kinds": self.values.things(node, f"{KK}kind")})

    def _funding(self, node: str) -> Json:
        rate = without_empty(
            {name: self.values.number(node, KK + name) for name in ("numerator", "denominator", "percentage")}
        )
        if rate:
            rate["atMost"] = bool(self.values.flag(node, f"{KK}atMost"))
        return self._printed(
            node,
            {
                "method": self.values.one_thing(node, f"{KK}method"),
                "rate": rate,
                "ceiling": self.values.number(node, f"{KK}ceiling"),
            },
        )

    def _budget(self, node: str) -> Json:
        return self._printed(
            node,
            {
                "fiscalYear": self.values.year(node, f"{KK}budgetYear"),
                "stage": self.values.one_thing(node, f"{KK}stage"),
                "amount": self.values.number(node, f"{KK}amount"),
                "upperBound": self.values.number(node, f"{KK}upperBound"),
                "andOthers": self.values.flag(node, f"{KK}andOthers"),
                "unit": self.values.text(node, f"{KK}unit"),
            },
        )

    def _call(self, node: str) -> Json:
        bounds = {
            name: without_empty(
                {edge: self.values.text(node, KK + edge + local) for edge in ("earliest", "latest")}
            )
            for name, local in (("start", "Start"), ("end", "End"))
        }
        state = next(
            (name for name in ("rolling", "undecided") if self.values.flag(node, KK + name)),
            "stated" if bounds["start"] or bounds["end"] else "undated",
        )
        return self._printed(
            node,
            {
                "state": state,
                **bounds,
                "approximate": self.values.flag(node, f"{KK}approximate"),
                "edtf": self.values.text(node, f"{KK}edtf"),
            },
        )

    def _contact(self, node: str) -> Json:
        return self._printed(
            node,
            {
                "units": self.values.things(node, f"{KK}unitInCharge"),
                "telephones": self.values.texts(node, f"{KK}telephone"),
            },
        )

    def _link(self, node: str) -> Json:
        return without_empty(
            {
                "url": next(iter(sorted(self.values.graph.names(node, f"{KK}url"))), None),
                "label": self.values.text(node, f"{KK}label"),
                "number": self.values.text(node, f"{KK}number"),
            }
        )

    def _printed(self, node: str, members: Json) -> Json:
        return without_empty({**members, "printed": self.values.text(node, f"{KK}raw")})
