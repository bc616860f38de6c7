"""Entries against their sheets: the printed number, the fiscal year, the order of what is counted."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kankei.namespaces import KK
from kankei.source.grammars.normalised_text import CIRCLED_NUMBERS, normalise
from kankei.source.guidebook.columns import column_of
from kankei.validation.printed.document_nodes import DocumentNodes
from kankei.validation.printed.known_names import KnownNames
from kankei.validation.printed.problems import Problem, shown
from kankei.validation.printed.source_lines import Sources
from kankei.validation.printed.text_readings import parse_heading

_POSITION = re.compile("[0-9]{1,9}")


@dataclass(frozen=True)
class EntryChecks:
    """The checks of the entries of one document."""

    nodes: DocumentNodes
    names: KnownNames
    sources: Sources

    def run(self) -> Iterator[Problem]:
        """What the entries and the entries of their measures say and their sheets do not."""
        for entry in self.nodes.of_class("CatalogueEntry"):
            yield from self._number(entry)
            yield from self._year(entry)
            for measure in self.nodes.values(entry, "measureEntry"):
                yield from self._measure_number(measure)
        yield from self._positions()
        yield from self._columns()

    def _number(self, entry: str) -> Iterator[Problem]:
        """A number that is printed neither beside the title nor alone on a line of the entry."""
        titles = [p for node in self.nodes.values(entry, "title") for p in self.nodes.values(node, "place")]
        beside = [place.words() for place in self.sources.places(titles)]
        places = self.sources.places(self.nodes.values(entry, "place"))
        alone = {line.strip() for place in places for line in place.words().splitlines()}
        for number in self.nodes.values(entry, "number") if beside else ():
            word = re.compile(rf"(?<![0-9A-Za-z]){re.escape(normalise(number))}(?![0-9A-Za-z])")
            if not any(word.search(text) for text in beside) and normalise(number) not in alone:
                yield self._problem(entry, "number-not-printed", "number", number)

    def _measure_number(self, measure: str) -> Iterator[Problem]:
        """A number of a measure that is not the one before its printed title, or is not on its lines."""
        raws = [raw for node in self.nodes.values(measure, "title") for raw in self.nodes.values(node, "raw")]
        numbered = [raw.strip()[0] for raw in raws if raw.strip()[:1] in {*CIRCLED_NUMBERS}]
        places = self.sources.places(self.nodes.values(measure, "place"))
        for number in self.nodes.values(measure, "number"):
            if (numbered and number not in numbered) or (
                places and not any(place.prints(number) for place in places)
            ):
                yield self._problem(measure, "number-not-printed", "number", number)

    def _year(self, entry: str) -> Iterator[Problem]:
        """A fiscal year other than the one that the heading of the budgets prints (rule entry-year)."""
        budgets = self.nodes.values(entry, "budget")
        headings = [heading for node in budgets for heading in self.nodes.values(node, "heading")]
        read = {heading: named.year.year for heading in headings if (named := parse_heading(heading))}
        for value in self.nodes.values(entry, "fiscalYear"):
            year = self.names.year(value)
            excused = self.nodes.is_excused(entry, f"{KK}fiscalYear", value)
            if len(set(read.values())) == 1 and year not in read.values() and not excused:
                heading, said = next(iter(read.items()))
                gaps = {"raw": heading, "said": shown(self.names.fiscal_year(said))}
                yield self._problem(entry, "contradicts", "fiscalYear", value, **gaps)

    def _positions(self) -> Iterator[Problem]:
        """Positions of siblings that do not count from one."""
        counted: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for owner, name, node in self.nodes.owned:
            if _POSITION.fullmatch(self.nodes.value(node, "position")):  # a shape reports any other
                counted[owner, name, *sorted(self.nodes.values(node, "pillar"))].append(node)
        for siblings in counted.values():
            positions = sorted(int(self.nodes.value(node, "position")) for node in siblings)
            if positions != list(range(1, len(siblings) + 1)):
                value = self.nodes.value(siblings[-1], "position")
                listed = ", ".join(map(str, positions))
                yield self._problem(siblings[-1], "positions", "position", value, positions=listed)

    def _columns(self) -> Iterator[Problem]:
        """Absences of another column than their heading names."""
        for absence in self.nodes.of_class("Absence"):
            heading = self.nodes.value(absence, "heading")
            named = column_of(heading) if heading else None
            for value in self.nodes.values(absence, "column"):
                slug = value.rpartition("/")[2].removeprefix("needs-")
                if named and slug != named.value and not self.nodes.is_excused(absence, f"{KK}column", value):
                    gaps = {"raw": heading, "said": f"column:{named.value}"}
                    yield self._problem(absence, "contradicts", "column", value, **gaps)

    def _problem(self, node: str, key: str, name: str, value: str, **gaps: str) -> Problem:
        term = self.nodes.term(node, KK + name, value)
        return Problem(node, key, KK + name, term, {"name": f"kk:{name}", "value": shown(value), **gaps})
