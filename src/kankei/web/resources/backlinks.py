"""What of the release points at a thing, and what rests on the lines of a source."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kankei.engine.operation import Engine
from kankei.web.html.links import Links
from kankei.web.html.strings import Strings
from kankei.web.html.view import Value
from kankei.web.queries import solutions
from kankei.web.resources.line_range import line_label, line_range

REFERENCES = 200
NAMED = 400
CITATIONS = 5000


@dataclass(frozen=True)
class References:
    """Who points at a thing, by what properties; `more` says that there are others."""

    rows: Sequence[tuple[Value, Sequence[Value]]]
    more: bool


@dataclass(frozen=True)
class Naming:
    """The programmes that name a concept, and those that name a broader one, each with that one.

    `more` says that there are others.
    """

    itself: Sequence[Value]
    broader: Sequence[tuple[Value, Value]]
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


async def references(engine: Engine, links: Links, iri: str, language: str, apart: str = "") -> References:
    """The documents that point at a thing, each once, with every property by which it does.

    Those whose IRI begins with `apart` are left out, for they are shown elsewhere.
    """
    found = await solutions(engine, "incoming", thing=iri)
    properties: dict[str, dict[str, Value]] = defaultdict(dict)
    for row in found[:REFERENCES]:
        document = row["from"].partition("#")[0]
        if apart and document.startswith(apart):
            continue
        properties[document][row["property"]] = _value(links, row["property"], language)
    rows = [(_value(links, document, language), list(by.values())) for document, by in properties.items()]
    return References(rows, len(found) > REFERENCES)


async def naming(engine: Engine, links: Links, iri: str, language: str) -> Naming:
    """The programmes that a concept holds for, each once, by its nearest mention."""
    found = await solutions(engine, "naming", thing=iri)
    nearest: dict[str, str] = {}
    for row in found[:NAMED]:
        if row["programme"] not in nearest or row["concept"] == iri:
            nearest[row["programme"]] = row["concept"]
    shown = {programme: _value(links, programme, language) for programme in nearest}
    return Naming(
        [shown[programme] for programme, concept in nearest.items() if concept == iri],
        [
            (shown[programme], _value(links, concept, language))
            for programme, concept in nearest.items()
            if concept != iri
        ],
        len(found) > NAMED,
    )


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
    found, words = line_range(place), line_label(place)
    if found is None or words is None:
        return None
    return Citation(place.partition("#")[2], *found, strings.say(language, *words), by)
