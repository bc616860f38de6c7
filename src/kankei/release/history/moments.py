"""Dates of builds, and moments of releases, which are in order even where their dates are equal."""

import datetime
import re

from kankei.errors import UsageError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_date(text: str) -> str:
    """A calendar date as ISO 8601 has it; raises `UsageError`.

    >>> parse_date("2026-11-30")
    '2026-11-30'
    """
    try:
        if _DATE.fullmatch(text):
            datetime.date.fromisoformat(text)
            return text
    except ValueError:
        pass
    raise UsageError("a date is a day of the calendar such as 2026-11-30", text)


def next_moment(date: str, previous: str = "") -> str:
    """The moment of a release: its date, and as seconds how many releases have had this date before.

    >>> next_moment("2026-11-30"), next_moment("2026-11-30", "2026-11-30T00:00:00Z")
    ('2026-11-30T00:00:00Z', '2026-11-30T00:00:01Z')
    """
    if date_of(previous) != date:
        return f"{date}T00:00:00Z"
    later = datetime.datetime.fromisoformat(previous) + datetime.timedelta(seconds=1)
    return later.strftime("%Y-%m-%dT%H:%M:%SZ")


def date_of(moment: str) -> str:
    """The date of a moment."""
    return moment.partition("T")[0]


def seconds_of(moment: str) -> int:
    """A moment in seconds since 1970."""
    return int(datetime.datetime.fromisoformat(moment).timestamp())
