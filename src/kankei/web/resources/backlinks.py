"""Statements elsewhere in the release that point at a thing, and citations of a source's lines."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kankei.engine.operation import Engine
from kankei.namespaces import KK, ORG
from kankei.web.html.localizer import Localizer, line_range
from kankei.web.html.view import Value
from kankei.web.queries import solutions
from kankei.web.responses.background import in_background

_PART_OF = f"{ORG}subOrganizationOf"
MAX_REFERENCES = 200
MAX_NAMING = 400
MAX_CITATIONS = 5000


@dataclass(frozen=True)
class Naming:
    """The programmes that name a concept, and those that name a broader one, each with that one.

    `more` says that there are others.
    """

    itself: Sequence[Value]
    broader: Sequence[tuple[Value, Value]]
    more: bool

    @property
    def iris(self) -> set[str]:
        """The IRIs of the programmes."""
        return {value.title for value in (*self.itself, *(programme for programme, _ in self.broader))}


@dataclass(frozen=True)
class Citation:
    """A cited line range, its label, and what cites it."""

    anchor: str
    first: int
    last: int
    label: str
    by: Sequence[Value]


async def references(
    engine: Engine, localizer: Localizer, iri: str, excluded: Collection[str]
) -> tuple[list[tuple[Value, list[Value]]], bool]:
    """The documents that point at a thing, each once, with every property; and whether there are more.

    Left out is what the page lists elsewhere: things whose IRI is in `excluded`, units of an organisation.
    """
    rows = await solutions(engine, "incoming", thing=iri)
    properties: dict[str, dict[str, Value]] = defaultdict(dict)
    for row in sorted(rows[:MAX_REFERENCES], key=lambda row: (row["from"], row["property"])):
        document = row["from"].partition("#")[0]
        if row["property"] == _PART_OF or document in excluded:
            continue
        properties[document][row["property"]] = localizer.resource(row["property"])
    by_document = [(localizer.resource(document), list(by.values())) for document, by in properties.items()]
    return by_document, len(rows) > MAX_REFERENCES


async def naming(engine: Engine, localizer: Localizer, iri: str) -> Naming:
    """The programmes that a concept applies to, each once, with the nearest concept that it names."""
    rows = await solutions(engine, "naming", thing=iri)
    nearest: dict[str, str] = {}
    for row in sorted(rows[:MAX_NAMING], key=lambda row: (row["programme"], row["concept"])):
        if row["programme"] not in nearest or row["concept"] == iri:
            nearest[row["programme"]] = row["concept"]
    programmes = {programme: localizer.resource(programme) for programme in nearest}
    return Naming(
        [programmes[programme] for programme, concept in nearest.items() if concept == iri],
        [
            (programmes[programme], localizer.resource(concept))
            for programme, concept in nearest.items()
            if concept != iri
        ],
        len(rows) > MAX_NAMING,
    )


async def citations(engine: Engine, localizer: Localizer, iri: str) -> tuple[list[Citation], bool]:
    """The cited ranges of a source by line, and whether there are more."""
    rows = await solutions(engine, "citations", source=iri)
    return await in_background(lambda: _cited(rows, localizer))


def _cited(rows: Sequence[dict[str, str]], localizer: Localizer) -> tuple[list[Citation], bool]:
    by_range: dict[str, dict[str, Value]] = defaultdict(dict)
    for row in sorted(rows, key=_citation_order):
        by, node = by_range[row["place"]], row["from"]
        if "name" in row:
            by.setdefault(node, Value(row["name"], "ja", localizer.links.href(node), node))
    cited = [
        Citation(place.partition("#")[2], *lines, localizer.lines(place) or "", list(values.values()))
        for place, values in by_range.items()
        if (lines := line_range(place))
    ]
    more = len({(row["place"], row["from"]) for row in rows}) > MAX_CITATIONS
    return sorted(cited, key=lambda c: (c.first, c.last)), more


def _citation_order(row: dict[str, str]) -> tuple[str, str, int, str]:
    """By place and by what cites it; its clean text comes before its printed text, that before its label."""
    ranks = {KK + "plain": 0, KK + "raw": 1}
    return row["place"], row["from"], ranks.get(row.get("property", ""), 2), row.get("name", "")
