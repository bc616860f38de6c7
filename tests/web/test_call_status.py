"""Whether a call is open on a day: as sure as the source, and no surer."""

from datetime import date

import pytest

from kankei.web.resources.call_status import CallStatus, State, Window, fiscal_year

MAY = Window(start=(date(2026, 5, 1), date(2026, 5, 1)), end=(date(2026, 5, 31), date(2026, 5, 31)))
ABOUT = Window(MAY.start, MAY.end, approximate=True)
INFERRED = Window(MAY.start, MAY.end, inferred=True)
BY_MONTHS = Window(start=(date(2026, 4, 1), date(2026, 4, 30)), end=(date(2026, 6, 1), date(2026, 6, 30)))


@pytest.mark.parametrize(
    ("window", "day", "state"),
    [
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
    ],
)
def test_a_window_on_a_day(window: Window, day: date, state: State) -> None:
    assert window.state(day, 2026) == state


def test_of_several_calls_the_one_that_helps_most_is_told() -> None:
    past = Window((date(2026, 4, 1),) * 2, (date(2026, 4, 2),) * 2)
    assert CallStatus.of([past, MAY], date(2026, 5, 2), 2026).state == State.OPEN
    assert CallStatus.of([past], date(2026, 5, 2), 2026).state == State.ENDED
    assert CallStatus.of([], date(2026, 5, 2), 2026).state == State.NOT_STATED


@pytest.mark.parametrize(
    ("day", "missing"),
    [(date(2026, 3, 31), None), (date(2026, 4, 1), 2026), (date(2025, 4, 1), None), (date(2024, 1, 1), None)],
)
def test_an_entry_of_last_year_says_so(day: date, missing: int | None) -> None:
    assert CallStatus.of([], day, 2025).missing_year == missing


def test_a_fiscal_year_begins_in_april() -> None:
    assert [fiscal_year(day) for day in (date(2026, 3, 31), date(2026, 4, 1))] == [2025, 2026]
