"""Links of pages; and labels, numbers, dates, line ranges and sentences as a page shows them in one language.

Links lead to documents of this release on this host, and to the web where the scheme is safe.
"""

import datetime
import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from urllib.parse import quote, urlsplit

from pyoxigraph import Literal

from kankei.localisation import LANGUAGES, Labels, catalogue
from kankei.namespaces import KK, ONTOLOGY, PREFIXES, SHAPES, XSD
from kankei.release.reader import Release
from kankei.web.html.text_pages import page_of_line
from kankei.web.html.view import Value

_SAFE_SCHEMES = frozenset(("http", "https", "mailto", "tel"))
_FRAGMENT = "=,-._~!$&'()*+;:@/?"
_REMEMBERED = 4096  # IRIs; pages share terms and concepts


@dataclass(frozen=True)
class Links:
    """The addresses and labels of what a release holds.

    `pages` are the first path segments of pages that IRIs under the release's base lead to; `derived` maps
    shortcut properties to the rules that derive them.
    """

    release: Release
    pages: Set[str] = frozenset()
    derived: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def href(self) -> Callable[[str], str | None]:
        """The address to link an IRI to: local where this server describes it; none where it is unsafe."""
        return lru_cache(_REMEMBERED)(self._href)

    @cached_property
    def label(self) -> Callable[[str, str], Value]:
        """The label of an IRI in a language, else in another, else a short form of the IRI itself."""
        return lru_cache(_REMEMBERED)(self._label)

    @cached_property
    def resource(self) -> Callable[[str, str], Value]:
        """An IRI by its label in a language, linked."""
        return lru_cache(_REMEMBERED)(self._resource)

    def _resource(self, iri: str, language: str) -> Value:
        label = self.label(iri, language)
        return Value(label.text, label.language, self.href(iri), iri)

    def _href(self, iri: str) -> str | None:
        path = self.release.manifest.base.path(iri)
        _, mark, fragment = iri.partition("#")
        anchor = f"#{quote(fragment, safe=_FRAGMENT)}" if mark else ""
        if path is not None and path in self.release.documents:
            return f"/doc/{quote(path)}{_page_of_text(path, iri)}{anchor}"
        if path == release_path(self.release):
            return "/catalog"
        own = iri.removeprefix(self.release.manifest.base.iri)
        if own != iri and not own.startswith("/") and own.partition("/")[0] in self.pages:
            return f"/{quote(own, safe=_FRAGMENT)}"
        if iri == ONTOLOGY or iri.startswith(KK):
            return f"/ns{anchor}"
        if iri.startswith(SHAPES):
            return f"/shapes{anchor}"
        return iri if _is_safe(iri) else None

    def _label(self, iri: str, language: str) -> Value:
        return preferred_label(self._labels(iri), language) or Value(prefixed_name(iri))

    def _labels(self, iri: str) -> Labels:
        if iri in self.release.labels:
            return self.release.labels[iri]
        path = self.release.manifest.base.path(iri)
        if path is not None and path in self.release.documents and "#" not in iri:
            return self.release.documents[path].labels
        return catalogue("kankei.web").terms.get(prefixed_name(iri), {})


def release_path(release: Release) -> str:
    """The path of a release as a resource, which the catalogue describes."""
    return f"release/{release.manifest.version}"


def preferred_label(labels: Labels, language: str) -> Value | None:
    """The label in a language, else in another, else none."""
    labelled = (tag for tag in (language, *LANGUAGES) if labels.get(tag))
    return next((Value(labels[tag], tag) for tag in labelled), None)


@lru_cache(_REMEMBERED)
def prefixed_name(iri: str) -> str:
    """An IRI by the project's prefixes, or itself."""
    space, prefix = max(
        ((space, prefix) for prefix, space in PREFIXES.items() if iri.startswith(space)), default=("", "")
    )
    return f"{prefix}:{iri[len(space) :]}" if prefix else iri


def _page_of_text(path: str, iri: str) -> str:
    """The query that leads to the page of a source's text with a line range; empty for its first page."""
    lines = line_range(iri) if path.startswith("source/") else None
    page = page_of_line(lines[0] - 1) if lines else 1
    return f"?part={page}" if page > 1 else ""


def _is_safe(iri: str) -> bool:
    try:
        return urlsplit(iri).scheme.lower() in _SAFE_SCHEMES
    except ValueError:
        return False


MESSAGES = catalogue("kankei.web")

# Properties whose integers are sums of money in yen.
_YEN = frozenset(
    KK + local
    for local in (
        *("amount", "upperBound", "ceiling", "latestBudget", "latestBudgetUpperBound"),
        *("measureBudget", "measureBudgetUpperBound"),
        *("initialBudget", "supplementaryBudget", "carriedOver", "reserveFund", "currentTotal"),
        *("executedAmount", "carriedForward", "requestedAmount"),
    )
)
_BOOLEAN, _DATE = f"{XSD}boolean", f"{XSD}date"
_BOOLEANS = {"true": "yes", "1": "yes", "false": "no", "0": "no"}
_REIWA = 2019
"""The year in which the era Reiwa began, and with it the numbers of its fiscal years."""
_UNITS = ((10**12, "兆"), (10**8, "億"), (10**4, "万"))
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
        return self.links.resource(iri, self.language)

    def literal(self, predicate: str, term: Literal) -> str | None:
        """A sum of money, a date, yes or no in words; none for literals that are shown as they are."""
        if term.language:
            return None
        if predicate in _YEN and term.value.isdecimal():
            return self.yen(term.value)
        datatype = term.datatype.value
        if datatype == _BOOLEAN and term.value in _BOOLEANS:
            return self.text(_BOOLEANS[term.value])
        return self.date(term.value) if datatype == _DATE else None

    def yen(self, amount: str) -> str:
        """A number of yen as people write it, and exactly: 3億7,600万円, 376 million yen."""
        return self.text("yen", amount=_in_units(int(amount), self.language))

    def fiscal_year(self, year: int) -> str:
        """A fiscal year by the year in which it begins, in the Japanese era and in the common one."""
        era = f"令和{'元' if year == _REIWA else year - _REIWA + 1}年度" if year >= _REIWA else ""
        return self.text("fiscal-year", year=year, era=era) if era else self.text("common-year", year=year)

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


def _in_units(amount: int, language: str) -> str:
    """A number in the units of a language, of which nothing is rounded."""
    if language != "ja":
        if amount < 10**6 or amount % 10**4:
            return f"{amount:,}"
        return f"{amount / 10**6:,.2f}".rstrip("0").rstrip(".") + " million"
    parts = []
    for unit, name in _UNITS:
        if amount >= unit:
            parts.append(f"{amount // unit:,}{name}")
            amount %= unit
    return "".join((*parts, f"{amount:,}" if amount or not parts else ""))


def line_range(iri: str) -> tuple[int, int] | None:
    """The first and last line, counted from 1, of a line range (RFC 5147, section 2.2.2), or none.

    Such a range counts the positions between lines, from 0.
    """
    match = _LINES.search(iri)
    if match is None:
        return None
    first, last = int(match[1]) + 1, int(match[2])
    return (first, last) if first <= last else None
