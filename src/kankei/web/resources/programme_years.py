"""The fiscal years of a programme: an entry for each, the newest first."""

from dataclasses import dataclass
from functools import cached_property

from kankei.namespaces import DCT, KK
from kankei.web.html.localizer import Localizer
from kankei.web.rdf.graph import Graph


@dataclass(frozen=True)
class ProgrammeYears:
    """The entries of a programme's document by fiscal year; other documents have none."""

    graph: Graph
    root: str
    localizer: Localizer

    @cached_property
    def entries(self) -> list[str]:
        """The entries: those of the last year first, and those of one year by IRI."""
        entries = sorted(self.graph.names(self.root, f"{KK}entry"))
        return sorted(entries, key=self._year, reverse=True)

    @cached_property
    def latest(self) -> frozenset[str]:
        """The entries of the last year."""
        return frozenset(entry for entry in self.entries if self._year(entry) == self._year(self.entries[0]))

    def label(self, entry: str) -> str:
        """The label of an entry: its fiscal year, in the Japanese era and in the common one."""
        years = self.graph.names(entry, f"{KK}fiscalYear")
        if not years:
            return ""
        era, number = self.localizer.links.label(years[0], "ja"), _number(years[0])
        if era.language != "ja" or not number:
            return self.localizer.label(years[0]).text
        return self.localizer.text("fiscal-year", year=number, era=era.text)

    def notice(self, node: str) -> str:
        """The notice that an entry is not of the last year; empty for other nodes."""
        if node not in self.entries or node in self.latest:
            return ""
        return self.localizer.text("earlier-entry", latest=self.label(self.entries[0]))

    def is_title(self, name: str) -> bool:
        """Whether a name is a title of the programme itself."""
        return name in self.graph.texts(self.root, f"{DCT}title")

    def _year(self, entry: str) -> int:
        return max(map(_number, self.graph.names(entry, f"{KK}fiscalYear")), default=0)


def _number(year: str) -> int:
    """The calendar year in which a fiscal year begins, which is the last part of its IRI."""
    digits = year.rpartition("/")[2]
    return int(digits) if digits.isdecimal() else 0
