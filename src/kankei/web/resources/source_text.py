"""The text of a source a page at a time, and what cites its lines."""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kankei.engine.operation import Engine
from kankei.namespaces import KK
from kankei.web.html.localizer import Localizer, line_range
from kankei.web.html.text_pages import TextPage
from kankei.web.html.view import Value
from kankei.web.queries import solutions
from kankei.web.responses.background import in_background

MAX_CITATIONS = 5000


@dataclass(frozen=True)
class Citation:
    """A cited line range, its label, and what cites it."""

    anchor: str
    first: int
    last: int
    label: str
    by: Sequence[Value]


@dataclass(frozen=True)
class SourcePage:
    """A page of a source's text with the citations that begin on it; `more` says that there are others."""

    text: TextPage
    citations: Sequence[Citation]
    more: bool

    @property
    def query(self) -> str:
        """The parameter of its address; empty for the first page."""
        return f"part={self.text.number}" if self.text.number > 1 else ""


@dataclass(frozen=True)
class _Places:
    """The cited ranges of one source, by where they begin: a few bytes each, however many there are."""

    firsts: "array[int]"
    lasts: "array[int]"

    def between(self, first: int, end: int) -> list[tuple[int, int]]:
        """The ranges that begin at a position from `first` up to `end`, which is not included."""
        low, high = bisect_left(self.firsts, first), bisect_left(self.firsts, end)
        return list(zip(self.firsts[low:high], self.lasts[low:high], strict=True))


@dataclass(frozen=True)
class SourceCitations:
    """What cites the lines of sources. Which ranges are cited is asked once for each source."""

    engine: Engine
    _places: dict[str, _Places] = field(default_factory=dict)

    async def page(self, localizer: Localizer, iri: str, text: TextPage) -> SourcePage:
        """A page of the text of a source, with the citations that begin on it."""
        if iri not in self._places:
            rows = await solutions(self.engine, "cited-places", {"source": [iri]})
            self._places[iri] = await in_background(lambda: _read_places(rows))
        ranges = self._places[iri].between(text.before, text.before + len(text.lines))
        places = [f"{iri}#line={first},{last}" for first, last in ranges]
        rows = await solutions(self.engine, "citations", {"place": places}) if places else []
        cited, more = await in_background(lambda: _cited(rows, localizer))
        return SourcePage(text, cited, more)


def _read_places(rows: Sequence[Mapping[str, str]]) -> _Places:
    """Ranges that are none, such as those without an end, are no places of lines."""
    written = (row.get("lines", "").split(",") for row in rows)
    ranges = sorted((int(pair[0]), int(pair[1])) for pair in written if _is_range(pair))
    return _Places(array("L", (first for first, _ in ranges)), array("L", (last for _, last in ranges)))


def _is_range(written: Sequence[str]) -> bool:
    return len(written) == 2 and all(each.isascii() and each.isdecimal() for each in written)


def _cited(rows: Sequence[Mapping[str, str]], localizer: Localizer) -> tuple[list[Citation], bool]:
    by_range: dict[str, dict[str, Value]] = defaultdict(dict)
    for row in sorted(rows, key=_citation_order):
        by, node = by_range[row["place"]], row["from"]
        if "name" in row:
            by.setdefault(node, Value(row["name"], "ja", localizer.links.href(node), node))
    cited = [
        Citation(place.partition("#")[2], *lines, localizer.lines(place) or "", list(values.values()))
        for place, values in by_range.items()
        if (lines := line_range(place))
    ]
    more = len({(row["place"], row["from"]) for row in rows}) > MAX_CITATIONS
    return sorted(cited, key=lambda c: (c.first, c.last)), more


def _citation_order(row: Mapping[str, str]) -> tuple[str, str, int, str]:
    """By place and by what cites it; its clean text comes before its printed text, that before its label."""
    ranks = {KK + "plain": 0, KK + "raw": 1}
    return row["place"], row["from"], ranks.get(row.get("property", ""), 2), row.get("name", "")
