"""The status of several calls on a day; that of one call is in ``tests/search/test_call_periods.py``."""

from datetime import date

import pytest

from kankei.search.index.call_periods import State, Window
from kankei.web.resources.call_status import CallStatus

MAY = Window(start=(date(2026, 5, 1), date(2026, 5, 1)), end=(date(2026, 5, 31), date(2026, 5, 31)))


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
