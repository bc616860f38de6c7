"""The fiscal years of a programme: an entry for each, the newest first."""

from dataclasses import dataclass
from functools import cached_property

from kankei.namespaces import DCT, KK
from kankei.web.html.links import Links
from kankei.web.html.strings import Strings
from kankei.web.rdf.graph import Graph


@dataclass(frozen=True)
class ProgrammeYears:
    """The entries of a programme's document by fiscal year; other things have none."""

    graph: Graph
    root: str
    links: Links
    strings: Strings
    language: str

    @cached_property
    def entries(self) -> list[str]:
        """The entries: of the last year first, and those of a year by name."""
        entries = sorted(self.graph.names(self.root, f"{KK}entry"))
        return sorted(entries, key=self._year, reverse=True)

    @cached_property
    def latest(self) -> frozenset[str]:
        """The entries of the last year."""
        return frozenset(entry for entry in self.entries if self._year(entry) == self._year(self.entries[0]))

    def words(self, entry: str) -> str:
        """What an entry is called: its fiscal year, both ways of counting."""
        years = self.graph.names(entry, f"{KK}fiscalYear")
        if not years:
            return ""
        era, number = self.links.label(years[0], "ja"), _number(years[0])
        if era.language != "ja" or not number:
            return self.links.label(years[0], self.language).text
        return self.strings.say(self.language, "fiscal-year", number, era.text)

    def notice(self, node: str) -> str:
        """That an entry is none of the last year; empty for others."""
        if node not in self.entries or node in self.latest:
            return ""
        return self.strings.say(self.language, "earlier-entry", self.words(self.entries[0]))

    def is_title(self, name: str) -> bool:
        """Whether the programme itself is called so."""
        return name in self.graph.texts(self.root, f"{DCT}title")

    def _year(self, entry: str) -> int:
        return max(map(_number, self.graph.names(entry, f"{KK}fiscalYear")), default=0)


def _number(year: str) -> int:
    """The calendar year in which a fiscal year begins, which is its path's last part."""
    digits = year.rpartition("/")[2]
    return int(digits) if digits.isdecimal() else 0
