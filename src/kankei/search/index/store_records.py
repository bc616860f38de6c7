"""Records of the things in a dataset's store, by the queries beside this module."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.resources import files

import pyoxigraph as ox

from kankei.localisation import LANGUAGES, Labels
from kankei.namespaces import CONCEPTS, DCT, PREFIXES, SKOS, Base
from kankei.search.index.call_periods import CallWindow, Window
from kankei.search.index.record import Passage, Record
from kankei.search.index.schema import Field

BANDS = ((10_000_000, "under-10m"), (100_000_000, "10m-100m"), (1_000_000_000, "100m-1b"))
"""Upper bounds of the bands of the budget facet, in yen, the last band left out."""
LAST_BAND = "from-1b"
WITHIN, NOT_STATED = "within", "not-stated"

_KINDS = (
    ("programmes", "programme"),
    ("projects", "project"),
    ("organisations", "organisation"),
    ("concepts", "concept"),
)
"""Each query of words, and the kind of the things that it finds."""
_IRI_FACETS = ("dataset", "theme", "ministry", "unit", "body", "support", "funding")
_LABELS = (DCT + "title", SKOS + "prefLabel")

Rows = Mapping[str, Mapping[str, Sequence[ox.Literal | ox.NamedNode]]]
"""The values of each thing by field, or by facet."""


def read_records(
    store: ox.Store,
    base: Base,
    datasets: Mapping[str, str] | None = None,
) -> list[Record]:
    """The records of every programme, project, organisation and concept.

    `datasets` has the IRI of the dataset of each document that is of a further one.
    """
    return list(_Reader(store, base, datasets or {}).records())


def facet_labels(store: ox.Store, base: Base, records: Iterable[Record]) -> dict[tuple[str, str], Labels]:
    """The labels of the values of facets that are things, which are named by their paths."""
    values = {(facet, value) for r in records for facet, its in r.facets.items() for value in its}
    labels: dict[tuple[str, str], Labels] = {}
    for facet, value in values:
        if facet in _IRI_FACETS:
            for iri in (base.thing(value), CONCEPTS + value):
                quads = store.quads_for_pattern(ox.NamedNode(iri), None, None, ox.DefaultGraph())
                terms = [quad.object for quad in quads if quad.predicate.value in _LABELS]
                labels[facet, value] = labels.get((facet, value)) or _labels(terms)
    return labels


@dataclass
class _Reader:
    store: ox.Store
    base: Base
    datasets: Mapping[str, str]
    parents: dict[str, set[str]] = field(init=False)
    names: dict[str, list[Passage]] = field(init=False)
    """Names of organisations, which programmes of their units are found by."""

    def __post_init__(self) -> None:
        self.parents = defaultdict(set)
        for thing, parent in self._solutions("hierarchy"):
            self.parents[thing.value].add(parent.value)

    def records(self) -> Iterator[Record]:
        organisations = self._rows("organisations")
        self.names = {
            iri: [
                Passage(Field.ORGANISATION, value.value, _language(value))
                for name in ("title", "name", "hidden")
                for value in _in_order(fields.get(name, ()))
            ]
            for iri, fields in organisations.items()
        }
        facets = self._rows("programme_facets") | self._rows("project_facets")
        windows = self._windows()
        for query, kind in _KINDS:
            for iri, fields in (organisations if kind == "organisation" else self._rows(query)).items():
                path = self.base.path(iri)
                if path is not None and "#" not in iri:
                    dataset = self.datasets.get(path, self.base.dataset)
                    statements = _Statements(kind, fields, facets.get(iri, {}), windows.get(iri, {}), dataset)
                    yield self._record(iri, path, statements)

    def _record(self, iri: str, path: str, statements: "_Statements") -> Record:
        own = [
            Passage(Field[name.upper()], value.value, _language(value))
            for name, values in sorted(statements.fields.items())
            for value in _in_order(values)
        ]
        values = {name: sorted({term.value for term in terms}) for name, terms in statements.facets.items()}
        units = set(values.get("unit", ()))
        ancestors = {above for unit in units for above in self._ancestors(unit)}
        if statements.kind == "organisation":
            ancestors = self._ancestors(iri)
        if statements.kind != "programme":
            values["ministry"] = sorted(above for above in units | ancestors if above not in self.parents)
        passages = [*own, *(name for unit in sorted(units | ancestors) for name in self.names.get(unit, ()))]
        titles = [value for value in statements.fields.get("title", ()) if isinstance(value, ox.Literal)]
        states = {value.rpartition("/")[2] for value in values.pop("call-state", ())}
        calls = [window.dated for window in statements.windows.get("call", ()) if window.dated]
        return Record(
            iri=iri,
            path=path,
            kind=statements.kind,
            labels=_labels(titles),
            passages=list(dict.fromkeys(passages)),
            facets={
                "type": [statements.kind],
                **{
                    name: [self.base.path(value) or value for value in its]
                    for name, its in self._facets(statements, values, units | ancestors).items()
                },
            },
            calls=calls,
            call_states=sorted(_without_window(states, calls)),
            order=_order(values),
        )

    def _facets(
        self, statements: "_Statements", values: Mapping[str, Sequence[str]], units: set[str]
    ) -> dict[str, Sequence[str]]:
        ministries = set(values.get("ministry", ()))
        if statements.kind != "programme":
            own = {
                "ministry": sorted(ministries),
                "unit": sorted(units - ministries),
                "year": values.get("year"),
                "dataset": [statements.dataset],
                "budget": [_initial_band(values.get("initial", ()))],
            }
            is_project = statements.kind == "project"
            names = ("dataset", "ministry", "unit", "budget", "year") if is_project else ("ministry",)
            return {name: its for name in names if (its := own[name])}
        months = sorted(
            {month for window in statements.windows.get("survey", ()) for month in _months(window)}
        )
        facets = {
            "dataset": [statements.dataset],
            **{name: values.get(name, ()) for name in ("theme", "ministry", "body", "support", "funding")},
            "open": [{"true": "open", "false": "closed"}[value] for value in values.get("open", ())],
            "unit": sorted(units - ministries),
            "rate": values.get("rate", ()),
            "budget": [_band(values)],
            "survey": months or [NOT_STATED],
            "year": values.get("year", ()),
        }
        return {name: its for name, its in facets.items() if its}

    def _ancestors(self, iri: str) -> set[str]:
        """Everything above, which the shapes keep free of circles; a circle ends it all the same."""
        above: set[str] = set()
        waiting = [*self.parents.get(iri, ())]
        while waiting:
            parent = waiting.pop()
            if parent not in above:
                above.add(parent)
                waiting += self.parents.get(parent, ())
        return above

    def _windows(self) -> dict[str, dict[str, list[Window]]]:
        windows: dict[str, dict[str, list[Window]]] = defaultdict(lambda: defaultdict(list))
        for thing, kind, *bounds, approximate, inferred, _ in self._solutions("windows"):
            first, start, end, last = (date.fromisoformat(bound.value) for bound in bounds)
            window = Window((first, start), (end, last), _is_true(approximate), _is_true(inferred))
            windows[thing.value][kind.value].append(window)
        return windows

    def _rows(self, query: str) -> dict[str, dict[str, list[ox.Literal | ox.NamedNode]]]:
        rows: dict[str, dict[str, list[ox.Literal | ox.NamedNode]]] = defaultdict(lambda: defaultdict(list))
        for thing, name, value in self._solutions(query):
            rows[thing.value][name.value].append(value)
        return rows

    def _solutions(self, name: str) -> Iterator[tuple[ox.Literal | ox.NamedNode, ...]]:
        query = (files(__package__) / f"{name}.rq").read_text(encoding="utf-8")
        solutions = self.store.query(query, prefixes=PREFIXES)
        if isinstance(solutions, ox.QuerySolutions):
            for solution in solutions:
                yield tuple(solution)


@dataclass(frozen=True)
class _Statements:
    """What the queries say of one thing: its kind, words by field, values by facet, windows; its dataset."""

    kind: str
    fields: Mapping[str, Sequence[ox.Literal | ox.NamedNode]]
    facets: Mapping[str, Sequence[ox.Literal | ox.NamedNode]]
    windows: Mapping[str, Sequence[Window]]
    dataset: str


def _months(window: Window) -> Iterator[str]:
    """The months that a dated window touches, such as ``2025-06``; at most twelve."""
    if window.start and window.end:
        month, last = window.start[0].replace(day=1), window.end[1]
        for _ in range(12):
            if month > last:
                return
            yield f"{month:%Y-%m}"
            month = (month + timedelta(days=31)).replace(day=1)


def _band(values: Mapping[str, Sequence[str]]) -> str:
    """The band of a budget; of an upper bound, which is no amount, only that it is one."""
    if amounts := values.get("amount"):
        return _band_of(max(map(int, amounts)))
    return WITHIN if values.get("bound") else NOT_STATED


def _initial_band(budgets: Sequence[str]) -> str:
    """The band of the initial budget of the latest year, of texts such as ``2024 5200000``."""
    stated = [(int(year), int(yen)) for year, yen in map(str.split, budgets)]
    return _band_of(max(stated)[1]) if stated else NOT_STATED


def _band_of(yen: int) -> str:
    return next((name for bound, name in BANDS if yen < bound), LAST_BAND)


def _without_window(states: set[str], calls: Sequence[CallWindow]) -> set[str]:
    """The states of calls without a window; a time of which a bound is missing is no window."""
    other = states - {"stated"}
    if "stated" in states and not calls:
        other.add("undated")
    return other - {"not-stated"} if calls or len(other) > 1 else other


def _order(values: Mapping[str, Sequence[str]]) -> tuple[int, ...]:
    """The latest year first, then by the catalogue's numbers."""
    numbers = [int(number) for number in values.get("number", ()) if number.isascii() and number.isdigit()]
    years = [int(year) for year in values.get("year", ())]
    return (-max(years, default=0), min(numbers, default=10**9))


def _labels(terms: Iterable[object]) -> Labels:
    labels = {term.language or "ja": term.value for term in terms if isinstance(term, ox.Literal)}
    return {language: labels[language] for language in LANGUAGES if language in labels}


def _language(term: ox.Literal | ox.NamedNode) -> str:
    return (term.language or "") if isinstance(term, ox.Literal) else ""


def _in_order(terms: Iterable[ox.Literal | ox.NamedNode]) -> list[ox.Literal | ox.NamedNode]:
    """Terms by language and text, whatever order a store gives them in."""
    return sorted(terms, key=lambda term: (_language(term), term.value))


def _is_true(term: object) -> bool:
    return isinstance(term, ox.Literal) and term.value == "true"
