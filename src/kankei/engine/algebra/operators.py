"""Operators of the algebra: expressions and graph patterns, which contain each other.

SPARQL 1.1 Query Language, section 17 (expressions) and section 18.2 (patterns and solution modifiers).
"""

from dataclasses import dataclass
from typing import TypeAlias

from kankei.engine.algebra.paths import Path
from kankei.engine.algebra.terms import Iri, Literal, Node, Term, Variable


@dataclass(frozen=True, slots=True)
class Logical:
    """``left && right`` or ``left || right``, with the truth table of section 17.2."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Unary:
    """``! operand``, ``- operand`` or ``+ operand``."""

    operator: str
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Comparison:
    """``=``, ``!=``, ``<``, ``<=``, ``>`` or ``>=`` (section 17.3)."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``+``, ``-``, ``*`` or ``/`` (section 17.3)."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Membership:
    """``operand IN (choices)``; NOT IN is a `Unary` around it (section 17.4.1.9)."""

    operand: "Expression"
    choices: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in function by its keyword in capitals, such as ``STRLEN`` or ``IF`` (section 17.4)."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """A function named by an IRI: a constructor of XML Schema, or one that the engine does not know."""

    function: Iri
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """``EXISTS { pattern }``; NOT EXISTS is a `Unary` around it (section 17.4.1.4)."""

    pattern: "Pattern"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A set function over a group (section 18.5.1): ``COUNT(*)`` has no operand."""

    name: str
    operand: "Expression | None"
    distinct: bool = False
    separator: str = " "


Expression: TypeAlias = (
    Variable
    | Iri
    | Literal
    | Logical
    | Unary
    | Comparison
    | Arithmetic
    | Membership
    | Call
    | Cast
    | Exists
    | Aggregate
)


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """Subject, property and object, each a term or a variable."""

    subject: Node
    property: Iri | Variable
    object: Node


@dataclass(frozen=True, slots=True)
class BasicGraphPattern:
    """Triple patterns that all hold; without any it has one solution that binds nothing."""

    triples: tuple[TriplePattern, ...] = ()


@dataclass(frozen=True, slots=True)
class PathPattern:
    """A property path between two nodes that is more than one property."""

    subject: Node
    path: Path
    object: Node


@dataclass(frozen=True, slots=True)
class Join:
    """Compatible solutions of both sides, merged."""

    left: "Pattern"
    right: "Pattern"


@dataclass(frozen=True, slots=True)
class LeftJoin:
    """OPTIONAL, with the condition that the FILTERs of its group make, or none."""

    left: "Pattern"
    right: "Pattern"
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Union:
    """Solutions of either side."""

    left: "Pattern"
    right: "Pattern"


@dataclass(frozen=True, slots=True)
class Minus:
    """Solutions of the left that share no binding with a compatible one of the right."""

    left: "Pattern"
    right: "Pattern"


@dataclass(frozen=True, slots=True)
class Filter:
    """Solutions for which the condition is true."""

    condition: Expression
    pattern: "Pattern"


@dataclass(frozen=True, slots=True)
class Extend:
    """BIND and AS: the variable is bound to the value, or stays unbound where that is an error."""

    pattern: "Pattern"
    variable: Variable
    expression: Expression


@dataclass(frozen=True, slots=True)
class Graph:
    """The pattern in a named graph, or in each of them."""

    name: Iri | Variable
    pattern: "Pattern"


@dataclass(frozen=True, slots=True)
class Values:
    """Inline data (section 10.2); `None` is UNDEF."""

    variables: tuple[Variable, ...]
    rows: tuple[tuple[Term | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """GROUP BY and aggregates: one solution a group, of keys and of the variables that aggregates are given.

    Without keys all solutions are one group, even if there is none. Expressions among the keys are bound by
    an `Extend` below; what wraps an aggregate in an expression is an `Extend` above.
    """

    pattern: "Pattern"
    keys: tuple[Variable, ...]
    aggregates: tuple[tuple[Variable, Aggregate], ...]


@dataclass(frozen=True, slots=True)
class OrderBy:
    """Conditions with whether each descends."""

    pattern: "Pattern"
    conditions: tuple[tuple[Expression, bool], ...]


@dataclass(frozen=True, slots=True)
class Project:
    """The variables of SELECT, in their order; those of a sub-select that are left out are its own."""

    pattern: "Pattern"
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Distinct:
    """DISTINCT; also REDUCED where `reduced`, which allows it and demands nothing."""

    pattern: "Pattern"
    reduced: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """OFFSET and LIMIT, where there is one."""

    pattern: "Pattern"
    offset: int
    limit: int | None


Pattern: TypeAlias = (
    BasicGraphPattern
    | PathPattern
    | Join
    | LeftJoin
    | Union
    | Minus
    | Filter
    | Extend
    | Graph
    | Values
    | Group
    | OrderBy
    | Project
    | Distinct
    | Slice
)


@dataclass(frozen=True, slots=True)
class Query:
    """A query: `form` is SELECT, ASK, CONSTRUCT or DESCRIBE.

    `template` holds the triples of CONSTRUCT; `described` what DESCRIBE names. `default_graphs` and
    `named_graphs` are those of FROM and FROM NAMED (section 13.2). A trailing VALUES is joined to the
    pattern below the modifiers (section 18.2.4.3).
    """

    form: str
    pattern: Pattern
    template: tuple[TriplePattern, ...] = ()
    described: tuple[Node, ...] = ()
    default_graphs: tuple[Iri, ...] = ()
    named_graphs: tuple[Iri, ...] = ()
