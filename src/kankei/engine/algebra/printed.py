"""The algebra as an indented tree, for people: an operator a line, what it is applied to below it."""

from collections.abc import Iterator

from kankei.engine.algebra.operators import (
    Aggregate,
    Arithmetic,
    BasicGraphPattern,
    Call,
    Cast,
    Comparison,
    Distinct,
    Exists,
    Expression,
    Extend,
    Filter,
    Graph,
    Group,
    LeftJoin,
    Logical,
    Membership,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Query,
    Slice,
    TriplePattern,
    Unary,
    Values,
)
from kankei.engine.algebra.paths import (
    Alternative,
    Closure,
    Inverse,
    Link,
    NegatedSet,
    Optional,
    Path,
    Sequence,
)
from kankei.engine.algebra.terms import XSD, Iri, Literal, Node, Term, Variable
from kankei.engine.algebra.walk import patterns_in

_INDENT = "  "
_MAX_ROWS = 5
"""Rows of inline data that are printed."""


def tree(query: Query) -> str:
    """The query as lines, the outermost operator first."""
    lines = [query.form.capitalize()]
    lines += [f"{_INDENT}template {triple(each)}" for each in query.template]
    lines += [f"{_INDENT}describe {node(each)}" for each in query.described]
    lines += [f"{_INDENT}from {node(graph)}" for graph in query.default_graphs]
    lines += [f"{_INDENT}from named {node(graph)}" for graph in query.named_graphs]
    return "\n".join((*lines, *_lines(query.pattern, 1)))


def _lines(pattern: Pattern, depth: int) -> Iterator[str]:
    yield _INDENT * depth + head(pattern)
    if isinstance(pattern, BasicGraphPattern):
        yield from (_INDENT * (depth + 1) + triple(each) for each in pattern.triples)
    for each in patterns_in(pattern):
        yield from _lines(each, depth + 1)


def head(pattern: Pattern) -> str:
    """The name of an operator with what it holds beside patterns."""
    name = type(pattern).__name__
    match pattern:
        case PathPattern(subject, way, target):
            return f"Path {node(subject)} {path(way)} {node(target)}"
        case LeftJoin(_, _, condition) if condition:
            return f"LeftJoin {expression_text(condition)}"
        case Filter(condition, _):
            return f"Filter {expression_text(condition)}"
        case Extend(_, variable, expression):
            return f"Extend {node(variable)} = {expression_text(expression)}"
        case Graph(graph, _):
            return f"Graph {node(graph)}"
        case Values():
            return _values(pattern)
        case Group(_, keys, aggregates):
            values = (f"{node(variable)} = {expression_text(value)}" for variable, value in aggregates)
            return f"Group by {_listed(keys)} {'; '.join(values)}".rstrip()
        case OrderBy(_, conditions):
            written = (f"{'desc ' * down}{expression_text(condition)}" for condition, down in conditions)
            return f"OrderBy {', '.join(written)}"
        case Project(_, variables):
            return f"Project {_listed(variables)}"
        case Distinct(_, reduced):
            return "Reduced" if reduced else name
        case Slice(_, offset, limit):
            return f"Slice offset {offset}" + ("" if limit is None else f" limit {limit}")
        case _:
            return name


def _values(pattern: Values) -> str:
    rows = [" ".join("UNDEF" if term is None else node(term) for term in row) for row in pattern.rows]
    more = [f"and {len(rows) - _MAX_ROWS} more"] if len(rows) > _MAX_ROWS else []
    return f"Values {_listed(pattern.variables)}: {', '.join((*rows[:_MAX_ROWS], *more))}".rstrip()


def _listed(variables: tuple[Variable, ...]) -> str:
    return " ".join(map(node, variables)) or "()"


def triple(pattern: TriplePattern) -> str:
    """A triple pattern."""
    return f"{node(pattern.subject)} {node(pattern.property)} {node(pattern.object)}"


def node(term: Node | Term) -> str:
    """A term or a variable as SPARQL writes it; a hidden variable without a question mark."""
    match term:
        case Variable(name):
            return name if term.is_hidden else f"?{name}"
        case Iri(value):
            return f"<{value}>"
        case Literal(lexical, datatype, language):
            quoted = lexical.replace("\\", "\\\\").replace('"', '\\"')
            quoted = '"' + quoted.replace("\n", "\\n").replace("\r", "\\r") + '"'
            if language:
                return f"{quoted}@{language}"
            return quoted if datatype == f"{XSD}string" else f"{quoted}^^<{datatype}>"


def path(way: Path) -> str:
    """A property path."""
    match way:
        case Link(iri):
            return node(iri)
        case Inverse(inner):
            return f"^({path(inner)})" if isinstance(inner, Inverse) else f"^{path(inner)}"
        case Sequence(left, right):
            return f"({path(left)} / {path(right)})"
        case Alternative(left, right):
            return f"({path(left)} | {path(right)})"
        case Closure(inner, reflexive):
            return f"{_single(inner)}{'*' if reflexive else '+'}"
        case Optional(inner):
            return f"{_single(inner)}?"
        case NegatedSet(forward, backward):
            names = [*map(node, forward or ()), *(f"^{node(iri)}" for iri in backward or ())]
            return f"!({' | '.join(names)})"


def _single(way: Path) -> str:
    """A path that a sign may follow."""
    return f"({path(way)})" if isinstance(way, Closure | Optional | Inverse) else path(way)


def expression_text(expression: Expression) -> str:
    """An expression, in brackets wherever it has operands."""
    match expression:
        case Variable() | Iri() | Literal():
            return node(expression)
        case (
            Logical(operator, left, right)
            | Comparison(operator, left, right)
            | Arithmetic(operator, left, right)
        ):
            return f"({expression_text(left)} {operator} {expression_text(right)})"
        case Unary(operator, operand):
            return f"{operator}{expression_text(operand)}"
        case Membership(operand, choices):
            return f"({expression_text(operand)} IN ({', '.join(map(expression_text, choices))}))"
        case Call(name, arguments):
            return f"{name}({', '.join(map(expression_text, arguments))})"
        case Cast(function, arguments):
            return f"{node(function)}({', '.join(map(expression_text, arguments))})"
        case Exists():
            return "EXISTS"
        case Aggregate(name, operand, distinct, _):
            inner = "*" if operand is None else expression_text(operand)
            return f"{name}({'DISTINCT ' * distinct}{inner})"
