"""The organisations of a data folder: what each is called, and under which ministry it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kankei.curation.matching.programme_profile import is_japanese, said
from kankei.dataset.statements import text
from kankei.dataset.turtle import read_turtle
from kankei.namespaces import ORG, SKOS, Base

_LABEL = f"{SKOS}prefLabel"
_ABOVE = f"{ORG}subOrganizationOf"


@dataclass(frozen=True, slots=True)
class Unit:
    """`top` is the IRI of the highest organisation above it, or its own."""

    name: str
    top: str


def units(paths: Mapping[str, Path], base: Base) -> Mapping[str, Unit]:
    """Every organisation by its IRI."""
    names: dict[str, str] = {}
    above: dict[str, str] = {}
    for path, file in paths.items():
        if path.startswith("org/"):
            found = said(read_turtle(file, base.thing(path)), (_LABEL, _ABOVE))
            names |= {node: text(value) for node, value in found[_LABEL] if is_japanese(value)}
            above |= {node: text(value) for node, value in found[_ABOVE]}
    return {unit: Unit(name, _top(unit, above)) for unit, name in names.items()}


def _top(unit: str, above: Mapping[str, str]) -> str:
    seen = {unit}
    while unit in above and above[unit] not in seen:
        unit = above[unit]
        seen.add(unit)
    return unit
