"""Whether EXISTS, which substitutes the solution outside in its pattern, is the same as a join.

SPARQL 1.1 Query Language, section 18.6. A join reaches variables that patterns bind; it does not reach a
variable that is projected away, set by BIND, or decided by OPTIONAL, MINUS or a group alone.
"""

from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass

from kankei.engine.algebra.operators import (
    BasicGraphPattern,
    Distinct,
    Exists,
    Extend,
    Filter,
    Graph,
    Join,
    LeftJoin,
    Minus,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Union,
    Values,
)
from kankei.engine.algebra.terms import Variable


def mentioned(node: object) -> set[str]:
    """The names of all variables in a part of a query."""
    if isinstance(node, Variable):
        return {node.name}
    if isinstance(node, tuple):
        return set().union(*(mentioned(item) for item in node))
    if is_dataclass(node):
        return set().union(*(mentioned(getattr(node, each.name)) for each in fields(node)))
    return set()


def mentioned_outside(node: object) -> set[str]:
    """The names of the variables of a query but for those within EXISTS alone."""
    if isinstance(node, Exists):
        return set()
    if isinstance(node, Variable):
        return {node.name}
    parts: tuple[object, ...] = node if isinstance(node, tuple) else ()
    if is_dataclass(node):
        parts = tuple(getattr(node, each.name) for each in fields(node))
    return set().union(*(mentioned_outside(part) for part in parts))


def contains(node: object, kinds: tuple[type, ...]) -> bool:
    """Whether a part of a query contains one of some kinds of operators."""
    if isinstance(node, tuple):
        return any(contains(item, kinds) for item in node)
    if not is_dataclass(node):
        return False
    return isinstance(node, kinds) or any(contains(getattr(node, each.name), kinds) for each in fields(node))


def joins_like(pattern: Pattern, outside: AbstractSet[str]) -> bool:
    """Whether a join with solutions of the variables outside gives what substituting them gives."""
    match pattern:
        case BasicGraphPattern() | PathPattern() | Values():
            return True
        case Join(left, right) | Union(left, right):
            return joins_like(left, outside) and joins_like(right, outside)
        case Filter(_, inner) | Graph(_, inner) | OrderBy(inner, _) | Distinct(inner):
            return joins_like(inner, outside)
        case Extend(inner, variable, _):
            return variable.name not in outside and joins_like(inner, outside)
        case Project(inner, variables):
            hidden = mentioned(inner) - {variable.name for variable in variables}
            return not hidden & outside and joins_like(inner, outside)
        case LeftJoin(left, right, _):
            known = certain(left)
            only_right = mentioned(right) & outside - known
            return not only_right and joins_like(left, outside) and joins_like(right, outside)
        case _:
            return not mentioned(pattern) & outside


def certain(pattern: Pattern) -> set[str]:
    """Variables that every solution of a pattern binds."""
    match pattern:
        case BasicGraphPattern() | PathPattern():
            return mentioned(pattern)
        case Join(left, right):
            return certain(left) | certain(right)
        case Union(left, right):
            return certain(left) & certain(right)
        case Filter(_, inner) | LeftJoin(inner) | Extend(inner):
            return certain(inner)
        case Graph(name, inner):
            return certain(inner) | mentioned(name)
        case _:
            return set()


def needs_triples(pattern: Pattern) -> bool:
    """Whether a pattern surely has no solution in a graph without triples."""
    match pattern:
        case BasicGraphPattern(triples):
            return bool(triples)
        case Join(left, right):
            return needs_triples(left) or needs_triples(right)
        case Filter(_, inner) | LeftJoin(inner) | Extend(inner) | Minus(inner):
            return needs_triples(inner)
        case _:
            return False
