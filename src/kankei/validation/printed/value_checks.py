"""Each value against its own raw text, by the grammar of its class."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kankei.dataset.statements import TYPE
from kankei.namespaces import KK
from kankei.source.grammars.normalised_text import ParseError, without_note_mark
from kankei.validation.printed.document_nodes import DocumentNodes
from kankei.validation.printed.known_names import KnownNames
from kankei.validation.printed.problems import Problem, shown
from kankei.validation.printed.text_readings import FLAGS, READERS, WINDOWS, Claim, Context, Reading

_FRAME = frozenset({TYPE, *(KK + name for name in ("raw", "heading", "place", "position", "unit"))})
"""The properties that are no interpretation of a raw text."""


def check_values(nodes: DocumentNodes, names: KnownNames) -> Iterator[Problem]:
    """What contradicts the raw texts of a document, what they say and the data does not, and unread texts."""
    years = _years(nodes, names)
    for (owner, _, raw, _), group in _groups(nodes).items():
        yield from _Check(nodes, names, years.get(owner), raw).run(group)


Group = tuple[str, str, str, str]
"""Whose a text is, the property that leads to its nodes, the raw text, its place."""


def _groups(nodes: DocumentNodes) -> Mapping[Group, list[str]]:
    """The nodes of each text that a grammar reads: several where it has several values, as rounds."""
    groups: dict[Group, list[str]] = defaultdict(list)
    for owner, name, node in nodes.owned:
        raw = nodes.value(node, "raw")
        if raw and nodes.type(node) in READERS:
            groups[owner, name, raw, nodes.value(node, "place")].append(node)
    return groups


def _years(nodes: DocumentNodes, names: KnownNames) -> dict[str, int]:
    """The fiscal year of each entry and of its measures' entries."""
    years: dict[str, int] = {}
    for entry in nodes.of_class("CatalogueEntry"):
        year = names.year(nodes.value(entry, "fiscalYear"))
        if year is not None:
            years |= dict.fromkeys((entry, *nodes.values(entry, "measureEntry")), year)
    return years


@dataclass(frozen=True)
class _Difference:
    """A property of which the text says `claim` and the data says `values`."""

    name: str
    claim: Claim
    values: frozenset[str]

    @property
    def wrong(self) -> list[str]:
        """The values that the text does not give."""
        others = self.claim.others
        return sorted(v for v in self.values - self.claim.values if not (others and others(v)))

    @property
    def missing(self) -> list[str]:
        """The values of the text that the data does not give."""
        return sorted(self.claim.values - self.values)


@dataclass(frozen=True)
class _Check:
    """The check of the nodes of one raw text."""

    nodes: DocumentNodes
    names: KnownNames
    year: int | None
    raw: str

    def run(self, group: Sequence[str]) -> Iterator[Problem]:
        """What is wrong with the nodes of the text."""
        readings: dict[str, Sequence[Reading]] = {}
        for node in group:
            try:
                readings[node] = self._readings(node)
            except ParseError as error:
                yield from self._unread(node, error)
        yield from self._matched(readings)

    def _readings(self, node: str) -> Sequence[Reading]:
        own = self.nodes.properties[node]
        text = without_note_mark(self.raw)
        return READERS[self.nodes.type(node)](text, Context(self.names, self.year, own))

    def _matched(self, readings: Mapping[str, Sequence[Reading]]) -> Iterator[Problem]:
        """The differences of each node and the reading nearest to it; nodes and readings left over."""
        differences = {
            (node, position): self._differences(node, reading)
            for node, listed in readings.items()
            for position, reading in enumerate(listed)
        }
        nearest: dict[int, str] = {}
        for node, position in sorted(differences, key=lambda pair: (len(differences[pair]), pair[1])):
            if position not in nearest and node not in nearest.values():
                nearest[position] = node
                for difference in differences[node, position]:
                    yield from self._told(node, difference)
        yield from self._left_over(readings, set(nearest.values()))

    def _left_over(self, readings: Mapping[str, Sequence[Reading]], matched: set[str]) -> Iterator[Problem]:
        if any(self.nodes.is_excused(node, f"{KK}raw") for node in readings):
            return
        count = max(map(len, readings.values()), default=0)
        gaps = {"raw": self.raw, "count": str(count), "nodes": str(len(readings))}
        for node in readings.keys() - matched:
            yield Problem(node, "two-interpretations", gaps=gaps)
        if 0 < len(readings) < count:
            yield Problem(next(iter(readings)), "value-missing", gaps=gaps)

    def _differences(self, node: str, reading: Reading) -> list[_Difference]:
        own = self.nodes.properties[node]
        differences = []
        for name, claim in reading.claims.items():
            values = frozenset(own.get(name, ()))
            if name in FLAGS:
                values -= {"false"}
            difference = _Difference(name, claim, values)
            if difference.wrong or difference.missing:
                differences.append(difference)
        return differences

    def _told(self, node: str, difference: _Difference) -> Iterator[Problem]:
        name = difference.name
        stated = ", ".join(map(shown, sorted(difference.claim.values)))
        gaps = {"raw": self._shown_raw(node), "name": shown(name), "said": stated}
        wrong = [v for v in difference.wrong if not self.nodes.is_excused(node, name, v)]
        if difference.wrong and not wrong:
            return
        for value in wrong:
            key = "contradicts" if stated else "not-in-text"
            term = self.nodes.term(node, name, value)
            yield Problem(node, key, name, term, {**gaps, "value": shown(value)})
        if difference.missing and not wrong and not self.nodes.is_excused(node, name):
            stated = ", ".join(map(shown, difference.missing))
            yield Problem(node, "not-in-data", name, gaps={**gaps, "said": stated})

    def _unread(self, node: str, error: ParseError) -> Iterator[Problem]:
        """A text that the grammar does not read, unless a person has read it, or it is kept as it stands."""
        own = self.nodes.properties[node]
        interpreted = [(name, values) for name, values in own.items() if name not in _FRAME]
        if not interpreted and self.nodes.type(node) in WINDOWS:
            return
        read = [all(self.nodes.is_excused(node, name, v) for v in values) for name, values in interpreted]
        if self.nodes.is_excused(node, f"{KK}raw") or (read and all(read)):
            return
        gaps = {"raw": self._shown_raw(node), "reason": error.message, "position": str(error.position + 1)}
        yield Problem(node, "unreadable", f"{KK}raw", gaps=gaps)

    def _shown_raw(self, node: str) -> str:
        """The raw text on one line, with the unit of its node."""
        raw = " ".join(self.raw.split())
        unit = self.nodes.value(node, "unit")
        return f"{raw} ({unit})" if unit and unit not in raw else raw
