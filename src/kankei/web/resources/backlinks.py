"""Statements elsewhere in the release that point at a thing."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kankei.engine.operation import Engine
from kankei.namespaces import ORG
from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value
from kankei.web.queries import solutions

_PART_OF = f"{ORG}subOrganizationOf"
MAX_REFERENCES = 200
MAX_NAMING = 400


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
