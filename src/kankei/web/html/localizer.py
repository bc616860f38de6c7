"""Labels, numbers, dates, line ranges and sentences as a page shows them, in one language."""

import datetime
import re
from dataclasses import dataclass

from pyoxigraph import Literal

from kankei.localisation import catalogue
from kankei.namespaces import KK, XSD
from kankei.web.html.links import Links
from kankei.web.html.view import Value

MESSAGES = catalogue("kankei.web")

# Properties whose integers are sums of money in yen.
_YEN = frozenset(
    KK + local for local in ("amount", "upperBound", "ceiling", "latestBudget", "latestBudgetUpperBound")
)
_LINES = re.compile(r"#line=(\d+),(\d+)\Z")


@dataclass(frozen=True)
class Localizer:
    """What pages of a release show, in one language."""

    links: Links
    language: str

    def text(self, key: str, **gaps: object) -> str:
        """A sentence of the catalogue."""
        return MESSAGES.format(self.language, key, **gaps)

    def sentence(self, key: str, **gaps: object) -> Value:
        """A sentence of the catalogue as a value."""
        return Value(self.text(key, **gaps), self.language)

    def label(self, iri: str) -> Value:
        """The label of an IRI, in another language where there is none in this one."""
        return self.links.label(iri, self.language)

    def resource(self, iri: str) -> Value:
        """An IRI by its label, linked."""
        label = self.label(iri)
        return Value(label.text, label.language, self.links.href(iri), iri)

    def literal(self, predicate: str, term: Literal) -> str | None:
        """A sum of money or a date in words; none for other literals, which are shown as they are."""
        if predicate in _YEN and term.value.isdecimal():
            return self.yen(term.value)
        return self.date(term.value) if term.datatype.value == f"{XSD}date" else None

    def yen(self, amount: str) -> str:
        """A number of yen."""
        return self.text("yen", amount=f"{int(amount):,}")

    def date(self, written: str) -> str:
        """A calendar date in words; unchanged where it is no date."""
        try:
            day = datetime.date.fromisoformat(written)
        except ValueError:
            return written
        month = self.text("months").split()[day.month - 1]
        return self.text("date", year=day.year, month=month, day=day.day)

    def lines(self, iri: str) -> str | None:
        """The label of a line range; none for an IRI that is none."""
        lines = line_range(iri)
        if lines is None:
            return None
        first, last = lines
        if first == last:
            return self.text("line", range=first)
        return self.text("lines", range=f"{first}–{last}")

    def path_segment(self, segment: str) -> str:
        """What the things under a path segment are called; the segment itself by default."""
        return MESSAGES.sentences.get(f"kind-{segment}", {}).get(self.language, segment)


def line_range(iri: str) -> tuple[int, int] | None:
    """The first and last line, counted from 1, of a line range (RFC 5147, section 2.2.2), or none.

    Such a range counts the positions between lines, from 0.
    """
    match = _LINES.search(iri)
    if match is None:
        return None
    first, last = int(match[1]) + 1, int(match[2])
    return (first, last) if first <= last else None
