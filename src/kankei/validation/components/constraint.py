"""What a constraint component compiles to: tests in SPARQL that say where the constraint is violated.

Each test is written so that it cannot end in an error, which SPARQL would take for a "no" and a validator
for a pass.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ValueTest:
    """An expression over a value node: where it is true, there is a result with that value."""

    component: str
    fails: Callable[[str], str]


@dataclass(frozen=True)
class FocusTest:
    """An expression over a focus node: where it is true, there is a result without value."""

    component: str
    fails: Callable[[str], str]


@dataclass(frozen=True)
class Found:
    """A graph pattern with one solution for each result; `keys` are variables that tell results apart."""

    pattern: str
    keys: tuple[str, ...] = ()
    path: str = ""


@dataclass(frozen=True)
class PatternTest:
    """A graph pattern, given the variables of the focus node and of the value that results state, if any."""

    component: str
    pattern: Callable[[str, str], Found]
    has_value: bool = True
    messages: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class QueryTest:
    """A query of the shapes graph itself (SHACL-SPARQL): `select` takes the targets' pattern and focus.

    `variables` are those that it projects; `fails` is an expression over a focus node.
    """

    component: str
    select: Callable[[str, str], str]
    fails: Callable[[str], str]
    variables: tuple[str, ...]
    source: str = ""
    messages: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)


Constraint = ValueTest | FocusTest | PatternTest | QueryTest


class NotCompiled(Exception):
    """A shape that stays with the reference implementation, and why."""
