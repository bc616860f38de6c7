"""An organisation: what it is part of, its units as a tree, their programmes and projects."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kankei.engine.operation import Engine
from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value
from kankei.web.queries import solutions

MAX_LISTED = 400
_MAX_DEPTH = 8


@dataclass(frozen=True)
class Unit:
    """A unit with the units that are part of it."""

    value: Value
    is_itself: bool
    units: Sequence["Unit"]


@dataclass(frozen=True)
class Organisation:
    """What the page of an organisation shows beside its statements."""

    above: Sequence[Value]
    """What it is part of, from the top."""
    tree: Unit
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
    rows = await solutions(engine, "units", thing=iri)
    parents = {row["unit"]: row["parent"] for row in rows if row["side"] == "above"}
    children: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["side"] == "below" and row["unit"] not in children[row["parent"]]:
            children[row["parent"]].append(row["unit"])
    # Data, not a substitution, so that the way begins at the organisation and not at all programmes.
    of_thing = {"thing": [iri]}
    programmes = await solutions(engine, "programmes-of-unit", of_thing)
    projects = await solutions(engine, "projects-of-unit", of_thing)
    return Organisation(
        [localizer.resource(unit) for unit in _above(parents, iri)],
        _tree(localizer, children, iri, iri, 0),
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


def _above(parents: Mapping[str, str], iri: str) -> list[str]:
    """The organisations above one, from the top; each once, where they form a circle."""
    above: list[str] = []
    while (iri := parents.get(iri, "")) and iri not in above:
        above.append(iri)
    return above[::-1]


def _tree(
    localizer: Localizer, children: Mapping[str, Sequence[str]], iri: str, root: str, depth: int
) -> Unit:
    below = sorted(children.get(iri, ())) if depth < _MAX_DEPTH else []
    units = [_tree(localizer, children, unit, root, depth + 1) for unit in below if unit != root]
    return Unit(localizer.resource(iri), iri == root, units)
