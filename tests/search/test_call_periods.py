"""Whether a call is open on a day: as sure as the source, and no surer; in pages and in the index alike."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.namespaces import PREFIXES, Base
from kankei.search.index.call_periods import State, Window, fiscal_year
from kankei.search.index.record import Record
from kankei.search.index.store_records import read_records
from kankei.search.index.writer import write_index
from kankei.search.query.search import SearchIndex

MAY = Window(start=(date(2026, 5, 1), date(2026, 5, 1)), end=(date(2026, 5, 31), date(2026, 5, 31)))
ABOUT = Window(MAY.start, MAY.end, approximate=True)
INFERRED = Window(MAY.start, MAY.end, inferred=True)
BY_MONTHS = Window(start=(date(2026, 4, 1), date(2026, 4, 30)), end=(date(2026, 6, 1), date(2026, 6, 30)))


CASES = [
    (MAY, date(2026, 4, 30), State.BEFORE),
    (MAY, date(2026, 5, 1), State.OPEN),
    (MAY, date(2026, 5, 31), State.OPEN),
    (MAY, date(2026, 6, 1), State.ENDED),
    (ABOUT, date(2026, 5, 10), State.POSSIBLE),
    (ABOUT, date(2026, 6, 10), State.POSSIBLE),
    (ABOUT, date(2026, 6, 11), State.ENDED),
    (ABOUT, date(2026, 4, 20), State.BEFORE),
    (ABOUT, date(2026, 4, 21), State.POSSIBLE),
    (INFERRED, date(2026, 5, 10), State.POSSIBLE),
    (BY_MONTHS, date(2026, 4, 10), State.POSSIBLE),
    (BY_MONTHS, date(2026, 5, 10), State.OPEN),
    (BY_MONTHS, date(2026, 6, 10), State.POSSIBLE),
    (Window(rolling=True), date(2027, 3, 31), State.ROLLING),
    (Window(rolling=True), date(2027, 4, 1), State.POSSIBLE),
    (Window(undecided=True), date(2026, 5, 1), State.UNDECIDED),
    (Window(), date(2026, 5, 1), State.UNDATED),
    (Window(start=MAY.start), date(2026, 5, 1), State.UNDATED),
    (Window(MAY.start, MAY.end, rolling=True), date(2026, 8, 1), State.ROLLING),
    (Window((date.min,) * 2, (date.max,) * 2, approximate=True), date(2026, 5, 1), State.POSSIBLE),
]
"""A call of an entry of 2026, a day, and the state of the call on it."""


@pytest.mark.parametrize(("window", "day", "state"), CASES)
def test_a_window_on_a_day(window: Window, day: date, state: State) -> None:
    assert window.state(day, 2026) == state


def test_the_index_says_the_same(tmp_path: Path) -> None:
    write_index(tmp_path / "index.sqlite", list(records()), {}, [])
    index = SearchIndex(tmp_path / "index.sqlite")
    told = [(*case[:2], index.state(number, case[1])) for number, case in enumerate(CASES)]
    assert told == CASES


def records() -> Iterator[Record]:
    """A thing with the call of each case; dates of a call that is rolling or undecided are not indexed."""
    for number, (window, _, _) in enumerate(CASES):
        other = "rolling" if window.rolling else "undecided" if window.undecided else ""
        calls = [window.dated] if window.dated and not other else []
        yield Record(
            iri=f"https://example.org/{number}",
            path=f"programme/{number:02}",
            kind="programme",
            labels={},
            passages=(),
            facets={"year": ["2026"]},
            calls=calls,
            call_states=[] if calls else [other or "undated"],
            order=(number,),
        )


TURTLE = """
<programme/a> a kk:Programme ; dct:title "甲"@ja ; kk:latestEntry <programme/a#2026> ;
    kk:callState call-state:{state} .
<programme/a#2026> kk:call <programme/a#call> .
<programme/a#call> kk:{state} {flag} ; kk:earliestStart {days[0]} ; kk:latestStart {days[0]} ;
    kk:earliestEnd {days[1]} ; kk:latestEnd {days[1]} .
"""


@pytest.mark.parametrize("state", ["rolling", "undecided"])
@pytest.mark.parametrize(("flag", "calls"), [("true", 0), ("false", 1)])
def test_dates_of_a_call_that_is_rolling_or_undecided_are_not_indexed(
    state: str, flag: str, calls: int
) -> None:
    days = [f'"2026-0{month}-01"^^xsd:date' for month in (5, 6)]
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    turtle = prefixes + TURTLE.format(state=state, flag=flag, days=days)
    store, base = ox.Store(), Base()
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE, base_iri=base.thing(""))
    (record,) = read_records(store, base)
    assert len(record.calls) == calls
    assert state in record.call_states


def test_a_fiscal_year_begins_in_april() -> None:
    assert [fiscal_year(day) for day in (date(2026, 3, 31), date(2026, 4, 1))] == [2025, 2026]
