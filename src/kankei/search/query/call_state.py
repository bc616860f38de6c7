"""State of calls on a date, by the index of a release and the rules of ``index/call_periods.py``."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import or_

from pyroaring import BitMap

from kankei.search.index.call_periods import State, fiscal_year, rolling_state
from kankei.search.query.index_file import IndexFile

CALL_STATES = tuple(state.value for state in State)
"""The states; of several calls of one thing the first counts, which helps a reader most."""


def call_states(index: IndexFile, on: date) -> Mapping[str, BitMap]:
    """The things in each state on a date."""
    stated: dict[str, BitMap] = defaultdict(BitMap)
    without_window = index.facets.get("call-state", {})
    stated.update({state: things.copy() for state, (_, things) in without_window.items()})
    rolling = stated.pop(State.ROLLING, BitMap())
    _, of_year = index.facets.get("year", {}).get(str(fiscal_year(on)), ({}, BitMap()))
    stated[rolling_state(is_of_year=True)] |= rolling & of_year
    stated[rolling_state(is_of_year=False)] |= rolling - of_year
    day = on.isoformat()
    for window, things in index.calls.items():
        stated[window.state(day)] |= things
    states: dict[str, BitMap] = {}
    for state in CALL_STATES:
        things = stated[state] - reduce(or_, states.values(), BitMap())
        if things:
            states[state] = things
    return states
