"""Calls and needs surveys as a calendar file (iCalendar, RFC 5545), tentative where the window is fuzzy."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kankei import __version__
from kankei.namespaces import KK
from kankei.search.index.call_periods import Window
from kankei.web.html.localizer import Localizer
from kankei.web.html.windows import WindowWords
from kankei.web.queries import solutions
from kankei.web.site import Site

MEDIA_TYPE = "text/calendar"
MAX_PROGRAMMES = 100
_LONGEST_LINE = 75
"""Octets of a line (section 3.1)."""
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Event:
    """A call or survey of a programme: all days on which it may be."""

    uid: str
    programme: str
    """The IRI of the programme."""
    is_survey: bool
    window: Window
    printed: str
    telephone: str


async def windows_of(site: Site, programmes: Sequence[str]) -> list[Event]:
    """The calls and surveys of some programmes that could be read as dates, by their beginning."""
    if not programmes:
        return []
    events: dict[str, Event] = {}
    for row in await solutions(site.engine, "windows", {"programme": list(programmes)}):
        window = dated_window(row)
        is_survey = row["property"] == f"{KK}needsSurvey"
        printed, telephone = row.get("raw", ""), row.get("telephone", "")
        event = Event(row["node"], row["programme"], is_survey, window, printed, telephone)
        if window.start and window.end:
            events.setdefault(row["node"], event)
    return sorted(events.values(), key=lambda event: (event.window.start or (), event.uid))


def dated_window(row: Mapping[str, str]) -> Window:
    """The window of a solution that names its four days."""

    def period(bound: str) -> tuple[datetime.date, datetime.date] | None:
        days = [row.get(f"{which}{bound}") for which in ("earliest", "latest")]
        first, last = (datetime.date.fromisoformat(day) if day else None for day in days)
        return (first, last) if first and last else None

    return Window(
        start=period("Start"),
        end=period("End"),
        approximate=row.get("approximate") == "true",
        inferred=row.get("inferred") == "true",
        rolling=row.get("rolling") == "true",
    )


def calendar_file(site: Site, localizer: Localizer, events: Iterable[Event]) -> str:
    """The calendar of some events; its stamp is the date of the release, so that its bytes repeat."""
    stamp = f"{site.version[:10].replace('-', '')}T000000Z"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//kankei//kankei {__version__}//{localizer.language.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *(line for event in events for line in _event(site, localizer, event, stamp)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(site: Site, localizer: Localizer, event: Event, stamp: str) -> Iterator[str]:
    start, end = event.window.start, event.window.end
    if start is None or end is None:
        return
    title = localizer.label(event.programme).text
    kind = localizer.text("survey" if event.is_survey else "call")
    is_fuzzy = is_tentative(event.window)
    written = WindowWords(localizer.language).window(start, end, approximate=event.window.approximate)
    parts = [written, f"{localizer.text('printed')} {event.printed}" if event.printed else ""]
    parts += [localizer.text("ics-fuzzy") if is_fuzzy else "", event.telephone]
    address = f"{site.public_url}doc/{site.release.manifest.base.path(event.programme) or ''}"
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{start[0]:%Y%m%d}"
    yield _end(start[0], end[1])
    yield f"SUMMARY;LANGUAGE={localizer.language}:{_text(f'{title} {kind}')}"
    description = "\n".join(part for part in parts if part)
    yield f"DESCRIPTION;LANGUAGE={localizer.language}:{_text(description)}"
    yield f"URL:{address}"
    yield f"STATUS:{'TENTATIVE' if is_fuzzy else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _end(first: datetime.date, last: datetime.date) -> str:
    """The line of an event's end: the day after its last (section 3.6.1), which the year 9999 has none of."""
    if last == datetime.date.max:
        return f"DURATION:P{(last - first).days + 1}D"
    return f"DTEND;VALUE=DATE:{last + datetime.timedelta(days=1):%Y%m%d}"


def is_tentative(window: Window) -> bool:
    """Whether any day of a window is not certain."""
    is_exact = all(period and period[0] == period[1] for period in (window.start, window.end))
    return window.approximate or window.inferred or not is_exact


def _text(text: str) -> str:
    """A text as a value (section 3.3.11), without other control characters."""
    plain = "".join(character for character in text if character == "\n" or character.isprintable())
    return plain.translate(_ESCAPES)


def _folded(line: str) -> str:
    """A line in parts of at most 75 octets, none of which cuts a character (section 3.1)."""
    parts, length = [""], 0
    for character in line:
        size = len(character.encode())
        if length + size > _LONGEST_LINE:
            parts.append(" ")
            length = 1
        parts[-1] += character
        length += size
    return "\r\n".join(parts)
