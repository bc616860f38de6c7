"""An organisation: what it is part of, its units as a tree, their programmes and projects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from kankei.engine.operation import Engine
from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value
from kankei.web.queries import query_text, solutions
from kankei.web.resources.trees import Branch, Tree

MAX_LISTED = 400


@dataclass(frozen=True)
class Organisation:
    """What the page of an organisation shows beside its statements."""

    above: Sequence[Value]
    """What it is part of, from the top."""
    tree: Branch
    tree_query: str
    """The address of the query behind it."""
    programmes: Sequence[tuple[Value, Value | None]]
    """Each with the unit in charge, where that is another."""
    more: bool
    """Whether there are more programmes."""
    projects: Sequence[tuple[Value, Value | None]]
    """Projects of the budget review in the same form."""
    more_projects: bool

    @property
    def iris(self) -> set[str]:
        """The IRIs of the programmes and projects."""
        return {thing.title for thing, _ in (*self.programmes, *self.projects)}


async def organisation(engine: Engine, localizer: Localizer, iri: str) -> Organisation:
    """The place of an organisation among others, and its programmes."""
    rows = await solutions(engine, "units", {"thing": [iri]})
    tree = Tree.of((row["unit"], row["parent"]) for row in rows)
    # Data, not a substitution, so that the way begins at the organisation and not at all programmes.
    of_thing = {"thing": [iri]}
    programmes = await solutions(engine, "programmes-of-unit", of_thing)
    projects = await solutions(engine, "projects-of-unit", of_thing)
    return Organisation(
        [localizer.resource(unit) for unit in tree.above(iri)],
        tree.branch(localizer, iri, iri),
        f"/sparql?{urlencode({'query': query_text('units', {'thing': [iri]})})}",
        _listed(localizer, programmes, "programme", iri),
        len(programmes) > MAX_LISTED,
        _listed(localizer, projects, "project", iri),
        len(projects) > MAX_LISTED,
    )


def _listed(
    localizer: Localizer, rows: Sequence[Mapping[str, str]], of: str, iri: str
) -> list[tuple[Value, Value | None]]:
    """Things by their labels, each once, with a unit of theirs."""
    units = {row[of]: row["unit"] for row in sorted(rows, key=lambda row: row["unit"])}
    listed = [
        (localizer.resource(thing), None if unit == iri else localizer.resource(unit))
        for thing, unit in units.items()
    ]
    return sorted(listed, key=lambda pair: pair[0].text)[:MAX_LISTED]
