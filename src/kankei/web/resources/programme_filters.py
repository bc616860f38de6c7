"""Filters of the list of programmes: their names, the values that each may have, and what is chosen."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from kankei.errors import MalformedRequest
from kankei.namespaces import KK
from kankei.release.document_index import Document
from kankei.release.reader import Release
from kankei.search.index.call_periods import State

CALL = "call"
"""The filter of the state of calls on a day."""
_OTHER_PARAMETERS = ("on", "page", "lang")
_MOST_OFFERED = 1000


@dataclass(frozen=True)
class Filter:
    """A filter by things of one kind; a value is the slug of its document, or its IRI."""

    name: str
    folder: str
    description: str
    takes: Callable[[Document], bool] = lambda _: True

    def values(self, release: Release) -> dict[str, str]:
        """The IRI of each thing that it takes, by slug."""
        documents = (
            (path.removeprefix(f"{self.folder}/"), document)
            for path, document in release.documents.items()
            if path.startswith(f"{self.folder}/") and self.takes(document)
        )
        return {slug: document.iri for slug, document in documents}


FILTERS = (
    Filter("theme", "theme", "A theme: programmes that name it or a narrower one."),
    Filter("ministry", "org", "A ministry.", lambda document: document.type == f"{KK}Ministry"),
    Filter("unit", "org", "An organisation: programmes that stand under it, at whatever depth."),
    Filter("body", "body-type", "Who may carry it out: programmes that name it or a broader type."),
    Filter("support", "support-kind", "A kind of support, of the programme or of a measure."),
    Filter("year", "fiscal-year", "A fiscal year: programmes that have an entry of it."),
)


@dataclass(frozen=True)
class Criteria:
    """What programmes must fulfil: for each filter one of its values (IRIs), and one of the states."""

    things: Mapping[str, Sequence[str]] = field(default_factory=dict)
    states: Sequence[State] = ()
    day: datetime.date = datetime.date.min


@dataclass(frozen=True)
class Choice:
    """The filters of a request: as criteria, and as written in an address, in one order."""

    criteria: Criteria
    parameters: tuple[tuple[str, str], ...]

    def query(self, page: int = 1, day: str = "") -> str:
        """The query string of an address of a page, with its question mark; the first page has no number."""
        added = (("on", day), ("page", str(page) if page > 1 else ""))
        written = urlencode([*self.parameters, *(row for row in added if row[1])])
        return f"?{written}" if written else ""


def chosen(parameters: Iterable[tuple[str, str]], release: Release, day: datetime.date) -> Choice:
    """The filters that an address chooses; raises `MalformedRequest` with what there is for unknown ones."""
    names = (*(row.name for row in FILTERS), CALL)
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        if name not in (*names, *_OTHER_PARAMETERS):
            raise MalformedRequest("the list has no such filter", name, (*names, *_OTHER_PARAMETERS))
        given.setdefault(name, []).append(value)
    things = {row.name: _things(row, given[row.name], release) for row in FILTERS if row.name in given}
    states = _states(given.get(CALL, ()))
    written = [(name, slug) for name, by_slug in things.items() for slug in sorted(by_slug)]
    criteria = Criteria({name: sorted(by_slug.values()) for name, by_slug in things.items()}, states, day)
    return Choice(criteria, (*written, *((CALL, state.value) for state in states)))


def _things(row: Filter, values: Iterable[str], release: Release) -> dict[str, str]:
    """The IRI of each value of a filter, by slug."""
    known = row.values(release)
    slugs = {iri: slug for slug, iri in known.items()}
    wanted = {slugs.get(value, value) for value in values}
    if not wanted <= known.keys():
        raise MalformedRequest(
            f"the filter {row.name} has no such value", row.name, sorted(known)[:_MOST_OFFERED]
        )
    return {slug: known[slug] for slug in wanted}


def _states(values: Iterable[str]) -> tuple[State, ...]:
    wanted = set(values)
    if not wanted <= set(State):
        raise MalformedRequest(f"the filter {CALL} has no such value", CALL, tuple(State))
    return tuple(state for state in State if state in wanted)
