"""Property paths (SPARQL 1.1 Query Language, section 18.2.2.3)."""

from dataclasses import dataclass
from typing import TypeAlias

from kankei.engine.algebra.terms import Iri


@dataclass(frozen=True, slots=True)
class Link:
    """One property."""

    iri: Iri


@dataclass(frozen=True, slots=True)
class Inverse:
    """``^path``."""

    path: "Path"


@dataclass(frozen=True, slots=True)
class Sequence:
    """``left / right``."""

    left: "Path"
    right: "Path"


@dataclass(frozen=True, slots=True)
class Alternative:
    """``left | right``; duplicates stay (section 18.4)."""

    left: "Path"
    right: "Path"


@dataclass(frozen=True, slots=True)
class Closure:
    """``path*`` or ``path+``: pairs of nodes that any number of steps connects, each once."""

    path: "Path"
    reflexive: bool


@dataclass(frozen=True, slots=True)
class Optional:
    """``path?``: a node with itself, and pairs that one step connects, each once."""

    path: "Path"


@dataclass(frozen=True, slots=True)
class NegatedSet:
    """``!(a | ^b)``: any property but those named; an absent direction (`None`) is not followed at all."""

    forward: tuple[Iri, ...] | None
    backward: tuple[Iri, ...] | None


Path: TypeAlias = Link | Inverse | Sequence | Alternative | Closure | Optional | NegatedSet
