"""Which programmes fulfil some criteria: queries over the store, behind an interface for an index as well."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kankei.engine.operation import Engine
from kankei.namespaces import KK
from kankei.release.document_index import Document
from kankei.release.reader import Release
from kankei.search.index.call_periods import Window
from kankei.web.queries import solutions
from kankei.web.resources.call_status import CallStatus
from kankei.web.resources.programme_filters import Criteria


class ProgrammeFinder(Protocol):
    """Finds the programmes of a release."""

    async def find(self, criteria: Criteria) -> Sequence[Document]:
        """The documents of all programmes that fulfil the criteria, by path."""
        ...


@dataclass(frozen=True)
class StoreFinder:
    """Asks the store, a query for each criterion."""

    release: Release
    engine: Engine

    async def find(self, criteria: Criteria) -> Sequence[Document]:
        """The documents of all programmes that fulfil the criteria, by path."""
        documents = [d for path, d in self.release.documents.items() if path.startswith("programme/")]
        for name, values in criteria.things.items():
            rows = await solutions(self.engine, f"programmes-by-{name}", {"value": values})
            matching = {row["programme"] for row in rows}
            documents = [document for document in documents if document.iri in matching]
        if criteria.states and documents:
            rows = await solutions(self.engine, "call-windows")
            states = call_states(rows, criteria.day)
            documents = [document for document in documents if states.get(document.iri) in criteria.states]
        return documents


def call_states(rows: Sequence[Mapping[str, str]], day: datetime.date) -> dict[str, str]:
    """The state of each programme's calls on a day, by the rows of ``call-windows.rq``."""
    calls: dict[str, set[str]] = defaultdict(set)
    values: dict[str, dict[str, str]] = defaultdict(dict)
    years: dict[str, int] = {}
    for row in rows:
        property_name = row.get("property", "").removeprefix(KK)
        if property_name == "latestYear":
            years[row["programme"]] = max(int(row["value"]), years.get(row["programme"], 0))
        elif "programme" in row:
            calls[row["programme"]].add(row["call"])
        else:
            values[row["call"]][property_name] = row["value"]
    return {
        programme: CallStatus.of([_window(values[call]) for call in calls[programme]], day, year).state
        for programme, year in years.items()
    }


def _window(values: Mapping[str, str]) -> Window:
    bounds = [values.get(name) for name in ("earliestStart", "latestStart", "earliestEnd", "latestEnd")]
    days = [datetime.date.fromisoformat(bound) for bound in bounds if bound]
    start, end = ((days[0], days[1]), (days[2], days[3])) if len(days) == len(bounds) else (None, None)
    flags = {name: values.get(name) == "true" for name in ("approximate", "rolling", "undecided")}
    return Window(start, end, inferred="basis" in values, **flags)
