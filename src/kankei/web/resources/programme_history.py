"""What a programme's entries say year by year: how it is printed, and its budgets."""

from collections.abc import Sequence
from dataclasses import dataclass

from kankei.web.html.view import Value
from kankei.web.resources.programme_entry import CatalogueEntry
from kankei.web.resources.thing_view import ThingView


@dataclass(frozen=True)
class Year:
    """A line of the history; `name` is told where the programme itself is called otherwise."""

    anchor: str
    words: str
    is_latest: bool
    names: Sequence[str]
    budgets: Sequence[Value]


@dataclass(frozen=True)
class AlsoPrinted:
    """A name that the programme does not have, and the years whose sheets print it."""

    name: str
    years: Sequence[str]


def history(thing: ThingView) -> list[Year]:
    """The entries of a programme, the newest first."""
    return [_year(thing, entry) for entry in thing.years.entries]


def also_printed(thing: ThingView, years: Sequence[Year]) -> list[AlsoPrinted]:
    """The names that sheets print and that are not the programme's title."""
    found: dict[str, list[str]] = {}
    for year in years:
        for name in year.names:
            if not thing.years.is_title(name):
                found.setdefault(name, []).append(year.words)
    return [AlsoPrinted(name, words) for name, words in found.items()]


def _year(thing: ThingView, iri: str) -> Year:
    entry = CatalogueEntry(thing, thing.graph, thing.strings, iri)
    is_latest = iri in thing.years.latest
    return Year(iri.partition("#")[2], thing.years.words(iri), is_latest, entry.names(), entry.budgets())
