"""The links of a sheet, each with its label."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pyoxigraph as ox

from kankei.curation.candidate.nodes import Statement, statement
from kankei.curation.candidate.value import Basis, Ground, Reading, Value, unreadable
from kankei.namespaces import KK
from kankei.source.grammars import links
from kankei.source.grammars.links import Link
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import PrintedText

ABOUT = "link"
HEADING = "URL"


def read(texts: Sequence[PrintedText]) -> Reading:
    """A value for each link. A heading that is printed before the first one holds for all of them."""
    values: list[Value] = []
    doubts: list[Doubt] = []
    heading: PrintedText | None = None
    for printed in texts:
        start = printed.text.find(HEADING) if printed.text.lstrip().startswith(HEADING) else -1
        heading = printed.part(start, start + len(HEADING)) if start >= 0 else heading
        body = printed.part(start + len(HEADING), len(printed.text)) if start >= 0 else printed
        value = Value(
            "link", "Link", ABOUT, printed.place, _stripped(body), heading, grounds=_headed(printed, heading)
        )
        try:
            found = links.parse(body.text)
        except ParseError as error:
            values.append(value)
            doubts.append(unreadable(ABOUT, body, error))
        else:
            values += [replace(value, statements=tuple(_statements(link))) for link in found]
    numbered = (value.numbered(position) for position, value in enumerate(values, 1))
    return Reading(tuple(numbered), tuple(doubts))


def _headed(printed: PrintedText, heading: PrintedText | None) -> tuple[Ground, ...]:
    """What the heading rests on where it is printed on another line, before an earlier link."""
    if heading is None or heading.place == printed.place:
        return ()
    return (Ground("link-heading", (f"{KK}heading",), Basis.STATED, (heading.place,)),)


def _statements(link: Link) -> Iterator[Statement]:
    if link.number:
        yield statement("number", link.number)
    if link.label:
        yield statement("label", link.label)
    yield statement("url", ox.NamedNode(link.url))


def _stripped(printed: PrintedText) -> PrintedText:
    start = len(printed.text) - len(printed.text.lstrip())
    return printed.part(start, start + len(printed.text.strip()))
