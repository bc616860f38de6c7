"""What of the release points at a thing, and what rests on the lines of a source."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kankei.engine.operation import Engine
from kankei.web.links import Links
from kankei.web.place import line_range, lines
from kankei.web.queries import solutions
from kankei.web.strings import Strings
from kankei.web.view import Value

REFERENCES = 200
CITATIONS = 5000


@dataclass(frozen=True)
class References:
    """Who points at a thing, by what property; `more` says that there are others."""

    rows: Sequence[tuple[Value, Value]]
    more: bool


@dataclass(frozen=True)
class Citation:
    """A cited range of lines, and what cites it."""

    anchor: str
    first: int
    last: int
    words: str
    by: Sequence[Value]


def _value(links: Links, iri: str, language: str) -> Value:
    label = links.label(iri, language)
    return Value(label.text, label.language, links.href(iri), iri)


async def references(engine: Engine, links: Links, iri: str, language: str) -> References:
    """The statements of other documents that point at a thing, one for each document and property."""
    found = await solutions(engine, "incoming", thing=iri)
    pairs = {(row["from"].partition("#")[0], row["property"]): row["from"] for row in found[:REFERENCES]}
    rows = [(_value(links, document, language), _value(links, prop, language)) for document, prop in pairs]
    return References(rows, len(found) > REFERENCES)


async def citations(
    engine: Engine, links: Links, strings: Strings, iri: str, language: str
) -> tuple[list[Citation], bool]:
    """The cited ranges of a source by line, and whether there are more."""
    found = await solutions(engine, "citations", source=iri)
    by_place: dict[str, dict[str, Value]] = defaultdict(dict)
    for row in found[:CITATIONS]:
        by, node = by_place[row["place"]], row["from"]
        if "name" in row:
            by.setdefault(node, Value(row["name"], "ja", links.href(node), node))
    cited = [_citation(strings, place, list(values.values()), language) for place, values in by_place.items()]
    return sorted(filter(None, cited), key=lambda c: (c.first, c.last)), len(found) > CITATIONS


def _citation(strings: Strings, place: str, by: list[Value], language: str) -> Citation | None:
    found, words = line_range(place), lines(place)
    if found is None or words is None:
        return None
    return Citation(place.partition("#")[2], *found, strings.say(language, *words), by)
