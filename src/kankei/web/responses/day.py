"""The day that a page tells of: the one that its address names, else today's date in Japan."""

import datetime
from dataclasses import dataclass, replace
from email.utils import formatdate

from starlette.requests import Request

from kankei.errors import MalformedRequest
from kankei.web.http.conditional import http_date
from kankei.web.responses.representation import Variant

JAPAN = datetime.timezone(datetime.timedelta(hours=9))
"""The time in Asia/Tokyo, which knows no summer time."""
PARAMETER = "on"
YEARS = range(2000, 2200)
"""Years whose days a page tells of."""


@dataclass(frozen=True)
class Day:
    """The day of a page; `is_named` says that the address names it, so that the page never grows old."""

    date: datetime.date
    is_named: bool

    def variant(self, variant: Variant) -> Variant:
        """A variant as it is on this day: with another tag, and found again on this day only."""
        of_day = variant.tagged(self.date.isoformat(), str(self.is_named))
        if self.is_named:
            return of_day
        headers = dict(of_day.headers)
        if modified := http_date(headers.get("Last-Modified")):
            headers["Last-Modified"] = formatdate(max(modified, self._start_s), usegmt=True)
        return replace(of_day, headers=headers, day=self.date)

    @property
    def _start_s(self) -> int:
        """When it begins in Japan, in seconds since 1970."""
        return int(datetime.datetime.combine(self.date, datetime.time(), JAPAN).timestamp())

    @property
    def query(self) -> str:
        """The parameter of an address that names it; empty where it is today by default."""
        return f"{PARAMETER}={self.date.isoformat()}" if self.is_named else ""


def requested_day(request: Request, today: datetime.date) -> Day:
    """The day that a request is for; raises `MalformedRequest` where ``?on=`` is no date."""
    written = request.query_params.get(PARAMETER)
    if not written:
        return Day(today, is_named=False)
    try:
        day = datetime.date.fromisoformat(written)
    except ValueError:
        day = datetime.date.min
    if day.year not in YEARS or written != day.isoformat():
        raise MalformedRequest("`on` is a date such as 2026-04-01", request.scope["path"])
    return Day(day, is_named=True)
