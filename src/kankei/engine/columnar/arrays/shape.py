"""Which queries are evaluated over arrays: told from the algebra, before anything is read."""

from collections.abc import Iterator
from dataclasses import dataclass

from kankei.engine.algebra.estimate import parts
from kankei.engine.algebra.operators import (
    Aggregate,
    BasicGraphPattern,
    Distinct,
    Exists,
    Expression,
    Extend,
    Filter,
    Group,
    Join,
    Logical,
    Minus,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Query,
    Slice,
    TriplePattern,
    Unary,
)
from kankei.engine.algebra.paths import Inverse, Link, Path, Sequence
from kankei.engine.algebra.terms import Node, Variable
from kankei.engine.columnar.translation.translated import NotTranslatable

_FUNCTIONS = {"COUNT", "SUM", "AVG", "MIN", "MAX"}


@dataclass(frozen=True, slots=True)
class Basic:
    """Triple patterns that all hold, conditions on what they bind, and what else each solution needs."""

    triples: tuple[TriplePattern, ...]
    conditions: tuple[Expression, ...] = ()
    matches: tuple["Match", ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """EXISTS, NOT EXISTS and MINUS: a pattern with which a solution has to agree, or must not.

    A pattern that shares no variable with the solution agrees with it if it has any solution; for MINUS,
    if `needs_shared`, it never does (SPARQL 1.1 Query Language, section 8.3.3).
    """

    pattern: Basic
    is_wanted: bool
    needs_shared: bool = False


def check_shape(query: Query) -> None:
    """Raise `NotTranslatable` unless a query is triples, grouped or made distinct, and modified.

    What values decide is told only by its evaluation.
    """
    if query.form != "SELECT" or query.default_graphs or query.named_graphs:
        raise NotTranslatable("arrays answer SELECT over the default graph")
    if not _is_reduced(query.pattern):
        raise NotTranslatable("arrays answer what is grouped or distinct")


def basic(pattern: Pattern) -> Basic | None:
    """The triple patterns and conditions that a pattern is; paths of single steps are triples."""
    conditions: list[Expression] = []
    matches: list[Match | None] = []
    while isinstance(pattern, Filter | Minus):
        if isinstance(pattern, Filter):
            for condition in _conjuncts(pattern.condition):
                match condition:
                    case Exists(inner) | Unary("!", Exists(inner)):
                        matches.append(_match(inner, is_wanted=isinstance(condition, Exists)))
                    case _:
                        conditions.append(condition)
            pattern = pattern.pattern
        else:
            matches.append(_match(pattern.right, is_wanted=False, needs_shared=True))
            pattern = pattern.left
    triples, known = _triples(pattern), [match for match in matches if match]
    if not triples or len(known) < len(matches):
        return None
    return Basic(tuple(triples), tuple(conditions), tuple(known))


def _triples(pattern: Pattern) -> list[TriplePattern]:
    """The triples that a pattern is; none for another pattern."""
    if not isinstance(pattern, BasicGraphPattern | Join | PathPattern):
        return []
    triples: list[TriplePattern] = []
    for number, part in enumerate(parts(pattern)):
        if isinstance(part, TriplePattern):
            triples.append(part)
            continue
        if not isinstance(part, PathPattern):
            return []
        steps = list(_steps(part.subject, part.path, part.object, f".step{number}"))
        if None in steps:
            return []
        triples += [step for step in steps if step]
    return triples


def _match(pattern: Pattern, *, is_wanted: bool, needs_shared: bool = False) -> Match | None:
    inner = basic(pattern)
    # What is asked within may refer to variables that only the solution outside has.
    return None if inner is None or inner.matches else Match(inner, is_wanted, needs_shared)


def _steps(start: Node, path: Path, end: Node, name: str) -> Iterator[TriplePattern | None]:
    """The triples of a path of single steps; nothing among them for another path."""
    match path:
        case Link(iri):
            yield TriplePattern(start, iri, end)
        case Inverse(inner):
            yield from _steps(end, inner, start, name)
        case Sequence(left, right):
            between = Variable(name)
            yield from _steps(start, left, between, f"{name}.left")
            yield from _steps(between, right, end, f"{name}.right")
        case _:
            yield None


def _conjuncts(condition: Expression) -> Iterator[Expression]:
    if isinstance(condition, Logical) and condition.operator == "&&":
        yield from _conjuncts(condition.left)
        yield from _conjuncts(condition.right)
    else:
        yield condition


def _is_reduced(pattern: Pattern, *, reduced: bool = False) -> bool:
    """Whether solutions are grouped, or distinct where they are written."""
    if basic(pattern):
        return reduced
    match pattern:
        case Group(inner, _, aggregates):
            return basic(inner) is not None and all(map(_is_plain, aggregates))
        case Distinct(inner, is_free):
            return _is_reduced(inner, reduced=reduced or not is_free)
        case Extend() | OrderBy() | Project() | Slice() | Filter():
            return _names_columns(pattern) and _is_reduced(pattern.pattern, reduced=reduced)
        case _:
            return False


def _is_plain(aggregate: tuple[Variable, Aggregate]) -> bool:
    _, value = aggregate
    return value.name in _FUNCTIONS and (value.operand is None or isinstance(value.operand, Variable))


def _names_columns(pattern: Pattern) -> bool:
    """Whether a modifier computes nothing."""
    match pattern:
        case Extend(_, _, expression):
            return isinstance(expression, Variable)
        case OrderBy(_, conditions):
            return all(isinstance(by, Variable) for by, _ in conditions)
        case _:
            return True
