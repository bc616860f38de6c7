"""State of calls on a date, never more certain than the data."""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import or_

from pyroaring import BitMap

from kankei.search.query.index_file import IndexFile

CALL_STATES = ("open", "rolling", "possible", "before", "undecided", "undated", "ended", "not-stated")
"""The states; of several calls of one thing the first counts, which helps a reader most."""


def call_states(index: IndexFile, on: date) -> Mapping[str, BitMap]:
    """The things in each state on a date."""
    day = on.isoformat()
    without_window = {state: things for state, (_, things) in index.facets.get("call-state", {}).items()}
    rolling = without_window.pop("rolling", BitMap())
    # What an entry says of one year is only possible in another.
    _, of_year = index.facets.get("year", {}).get(str(_fiscal_year(on)), ({}, BitMap()))
    stated = {
        **without_window,
        "open": index.calls("sure_from <> '' AND sure_from <= ? AND ? <= sure_to", (day, day)),
        "rolling": rolling & of_year,
        "possible": index.calls("first <= ? AND ? <= last", (day, day)) | (rolling - of_year),
        "before": index.calls("? < first", (day,)),
        "ended": index.calls("last < ?", (day,)),
    }
    states: dict[str, BitMap] = {}
    for state in CALL_STATES:
        things = stated.get(state, BitMap()) - reduce(or_, states.values(), BitMap())
        if things:
            states[state] = things
    return states


def _fiscal_year(day: date) -> int:
    """The calendar year in which the fiscal year of a day begins, in April."""
    return day.year if day.month >= 4 else day.year - 1
