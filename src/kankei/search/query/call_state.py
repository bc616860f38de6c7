"""State of calls on a date, never more certain than the data."""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import or_

from pyroaring import BitMap

from kankei.search.query.index_file import IndexFile

OPEN, POSSIBLE, UPCOMING, OVER = "open", "possible", "upcoming", "over"
WITHOUT_WINDOW = ("rolling", "undecided", "undated", "not-stated")
CALL_STATES = (OPEN, POSSIBLE, UPCOMING, OVER, *WITHOUT_WINDOW)
"""The states in the order in which they are shown; of several calls of one thing the first counts."""


def call_states(index: IndexFile, on: date) -> Mapping[str, BitMap]:
    """The things in each state on a date: certainly open, possibly, not yet, no more, or without a window."""
    day = on.isoformat()
    stated = {
        OPEN: index.calls("sure_from <> '' AND sure_from <= ? AND ? <= sure_to", (day, day)),
        POSSIBLE: index.calls("first <= ? AND ? <= last", (day, day)),
        UPCOMING: index.calls("? < first", (day,)),
        OVER: index.calls("last < ?", (day,)),
    }
    unstated = index.facets.get("call-state", {})
    stated |= {state: unstated[state][1] for state in WITHOUT_WINDOW if state in unstated}
    states: dict[str, BitMap] = {}
    for state in CALL_STATES:
        things = stated.get(state, BitMap()) - reduce(or_, states.values(), BitMap())
        if things:
            states[state] = things
    return states
