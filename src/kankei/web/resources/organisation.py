"""An organisation: what it is part of, its units as a tree, and the programmes that they are in charge of."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kankei.engine.operation import Engine
from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value
from kankei.web.queries import solutions

MAX_PROGRAMMES = 400
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


async def organisation(engine: Engine, localizer: Localizer, iri: str) -> Organisation:
    """The place of an organisation among others, and its programmes."""
    rows = await solutions(engine, "units", thing=iri)
    parents = {row["unit"]: row["parent"] for row in rows if row["side"] == "above"}
    children: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["side"] == "below" and row["unit"] not in children[row["parent"]]:
            children[row["parent"]].append(row["unit"])
    in_charge = await solutions(engine, "programmes-of-unit", thing=iri)
    units = {row["programme"]: row["unit"] for row in sorted(in_charge, key=lambda row: row["unit"])}
    programmes = [
        (localizer.resource(programme), None if unit == iri else localizer.resource(unit))
        for programme, unit in units.items()
    ]
    return Organisation(
        [localizer.resource(unit) for unit in _above(parents, iri)],
        _tree(localizer, children, iri, iri, 0),
        sorted(programmes, key=lambda pair: pair[0].text)[:MAX_PROGRAMMES],
        len(in_charge) > MAX_PROGRAMMES,
    )


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
