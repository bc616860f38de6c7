"""Windows of time as people write them: 2025年4月～5月頃, early to mid-April 2025."""

import calendar
import datetime
from dataclasses import dataclass
from typing import TypeAlias

from kankei.localisation import catalogue

Period: TypeAlias = tuple[datetime.date, datetime.date]
"""The first and the last day on which something may happen."""

_THIRDS = {(1, 10): "early", (11, 20): "middle"}


@dataclass(frozen=True)
class WindowWords:
    """Writes windows in one language."""

    language: str

    def window(self, start: Period | None, end: Period | None, *, approximate: bool = False) -> str:
        """A window by the periods of its beginning and of its end; either may be unknown."""
        if start and end and (start == end or self._is_one_period(start, end)):
            written = self.period((start[0], end[1]))
        elif start and end:
            same_year = start[0].year == end[0].year
            first = self.period(start, with_year=self.language == "ja" or not same_year)
            last = self.period(end, with_year=self.language == "en" or not same_year)
            written = self._text("window", first=first, last=last)
        elif start:
            written = self._text("window-from", first=self.period(start))
        elif end:
            written = self._text("window-until", last=self.period(end))
        else:
            return ""
        return self._text("about", when=written) if approximate else written

    def period(self, period: Period, *, with_year: bool = True) -> str:
        """A period: a month, a third of one, a day, else its first and last day."""
        first, last = period
        if first == last:
            return self.day(first, with_year=with_year)
        whole_month = calendar.monthrange(first.year, first.month)[1]
        if (first.year, first.month) == (last.year, last.month):
            days = (first.day, last.day)
            part = "late" if days == (21, whole_month) else _THIRDS.get(days, "")
            if part or days == (1, whole_month):
                month = self._month(first, with_year=with_year)
                return self._text(f"{part}-of-month", month=month) if part else month
        return self._text("window", first=self.day(first), last=self.day(last))

    def day(self, day: datetime.date, *, with_year: bool = True) -> str:
        """A calendar date."""
        month = self._months[day.month - 1]
        key = "date" if with_year else "date-in-year"
        return self._text(key, year=day.year, month=month, day=day.day)

    def _month(self, day: datetime.date, *, with_year: bool) -> str:
        month = self._months[day.month - 1]
        return self._text("month-of-year", year=day.year, month=month) if with_year else month

    @staticmethod
    def _is_one_period(start: Period, end: Period) -> bool:
        """Whether beginning and end are one printed time, such as 10月: within it, neither is known."""
        return start[0] == end[0] and start[1] == end[1]

    @property
    def _months(self) -> list[str]:
        return self._text("months").split()

    def _text(self, key: str, **gaps: object) -> str:
        return catalogue("kankei.web").format(self.language, key, **gaps)
