"""Execution plan of a shapes graph for a store: queries whose rows are results.

A step is one query: for each shape with targets one over its value nodes, one over its focus nodes, and one
for each constraint that needs a pattern or query of its own; likewise for the property shapes inside it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from kankei.errors import MalformedShapes
from kankei.validation.components import (
    cardinality,
    custom_components,
    logical,
    other,
    property_pair,
    shape_based,
    sparql_based,
    string_based,
    value_range,
    value_type,
)
from kankei.validation.components.compilation import (
    FALSE,
    Compilation,
    Constraint,
    FocusTest,
    NotCompiled,
    PatternTest,
    QueryTest,
    ValueTest,
    any_of,
)
from kankei.validation.components.targets import are_distinct, targets
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term
from kankei.validation.sparql.read_set import ReadSet

# fmt: off
SECTIONS = (
    value_type, cardinality, value_range, string_based, property_pair, logical, shape_based, other,
    sparql_based, custom_components,
)
# fmt: on
_TARGETS = "\n# targets\n"  # a comment in the query, which `Step.restricted_to` replaces


@dataclass(frozen=True)
class Step:
    """One query. Its rows hold the focus node and, where `value` and `path` name variables, these.

    `tests` are pairs of a variable, true where the test failed, and the component of the result; the only
    test of a step has no variable, since each row is a result.
    """

    target: Shape
    shape: Shape
    query: str
    focus: str
    value: str
    tests: tuple[tuple[str, str], ...]
    path: str = ""
    origin: QueryTest | PatternTest | None = None
    read_set: ReadSet = field(default_factory=ReadSet)

    def restricted_to(self, nodes: Iterable[Term]) -> "Step":
        """The step for some focus nodes of its target only."""
        values = f"VALUES ?this {{ {' '.join(map(str, nodes))} }} "
        return replace(self, query=self.query.replace(_TARGETS, values))


@dataclass(frozen=True)
class Plan:
    """The steps of the shapes that compile, and the reason for each of the others, which go to pySHACL."""

    context: Compilation
    steps: tuple[Step, ...]
    uncompiled: dict[Shape, str]


def constraints(shape: Shape, context: Compilation) -> Iterator[Constraint]:
    """All constraints of a shape, section by section."""
    for section in SECTIONS:
        yield from section.constraints(shape, context)


def compile_plan(context: Compilation) -> Plan:
    """Compile each shape that has targets; malformed shapes raise or are skipped, as the index says."""
    for shape in list(context.shapes.shapes.values()):
        with context.shapes.reported(shape.node), suppress(NotCompiled):
            list(constraints(shape, context))  # a malformed one is an error even where nothing uses it
    steps, uncompiled = list[Step](), dict[Shape, str]()
    for shape in context.shapes.targeted():
        try:
            steps += _compile(shape, context)
        except NotCompiled as reason:
            uncompiled[shape] = str(reason)
    return Plan(context, tuple(steps), uncompiled)


def _compile(shape: Shape, context: Compilation) -> Sequence[Step]:
    """The steps of a shape with targets, repeated without each malformed shape that is skipped."""
    index = context.shapes
    while shape.node not in index.malformed:
        try:
            return steps_of(shape, context)
        except MalformedShapes as error:
            named = (part for part in index.shapes.values() if part.name == error.subject)
            culprit = next((part for part in named if part.node not in index.malformed), shape)
            index.report(culprit.node, error)
    return ()


@dataclass(frozen=True)
class _FocusPattern:
    """The pattern of focus nodes: from the targets through the value nodes of the property shapes around.

    `is_distinct`: no row comes twice, so that DISTINCT, for which the store holds all rows, is not needed.
    """

    target: Shape
    pattern: str
    variables: tuple[str, ...]
    read_set: ReadSet
    is_distinct: bool

    @property
    def focus(self) -> str:
        return self.variables[-1]


def steps_of(shape: Shape, context: Compilation) -> list[Step]:
    """The steps of a shape that has targets."""
    context.read_set.reset(ReadSet({"?this": None}))
    pattern = _TARGETS + targets(shape, context, "?this")
    nodes = _FocusPattern(shape, pattern, ("?this",), context.read_set.copy(), are_distinct(shape, context))
    return list(_steps(shape, context.inside(shape), nodes))


def _steps(shape: Shape, context: Compilation, nodes: _FocusPattern) -> Iterator[Step]:
    tests = list(context.constraints(shape, context))
    if value_tests := [test for test in tests if isinstance(test, ValueTest)]:
        values = _value_nodes(nodes, shape, context)
        yield from _expression_step(
            value_tests, shape, context, values, focus=nodes.focus, value=values.focus
        )
    focus_tests = [test for test in tests if isinstance(test, FocusTest)]
    context.read_set.reset(nodes.read_set)
    yield from _expression_step(focus_tests, shape, context, nodes, focus=nodes.focus)
    for test in tests:
        if isinstance(test, PatternTest | QueryTest):
            yield _own_step(test, shape, context, nodes)
    for nested in dict.fromkeys(shape.values("property")):
        inner = context.shapes.shape(nested)
        if inner is not None and not inner.flag("deactivated"):
            yield from _steps(inner, context.inside(inner), _value_nodes(nodes, shape, context))


def _value_nodes(nodes: _FocusPattern, shape: Shape, context: Compilation) -> _FocusPattern:
    """The value nodes of a shape, which are the focus nodes of the property shapes in it."""
    context.read_set.reset(nodes.read_set)
    if shape.path is None:
        return nodes
    value = context.new_variable()
    pattern = nodes.pattern + context.value_nodes(shape, nodes.focus, value)
    is_distinct = nodes.is_distinct and shape.path.is_step
    return _FocusPattern(
        nodes.target, pattern, (*nodes.variables, value), context.read_set.copy(), is_distinct
    )


def _expression_step(
    tests: Sequence[ValueTest | FocusTest],
    shape: Shape,
    context: Compilation,
    nodes: _FocusPattern,
    *,
    focus: str,
    value: str = "",
) -> Iterator[Step]:
    """One step for some tests of the last variable of a pattern, unless none of them can be true."""
    expressions = [(test.component, test.violated(nodes.focus)) for test in tests]
    expressions = [(component, expression) for component, expression in expressions if expression != FALSE]
    if not expressions:
        return
    names = [f"?failed{n}" for n in range(len(expressions))] if len(expressions) > 1 else [""]
    flags = [f"({test} AS {name})" for name, (_, test) in zip(names, expressions, strict=True) if name]
    select = "SELECT" if nodes.is_distinct else "SELECT DISTINCT"
    condition = any_of(expression for _, expression in expressions)
    query = f"{select} {' '.join([*nodes.variables, *flags])} {{ {nodes.pattern} FILTER ({condition}) }}"
    failures = tuple((name, component) for name, (component, _) in zip(names, expressions, strict=True))
    yield Step(nodes.target, shape, query, focus, value, failures, read_set=context.read_set.copy())


def _own_step(
    test: PatternTest | QueryTest, shape: Shape, context: Compilation, nodes: _FocusPattern
) -> Step:
    """The step of a test that is a pattern or query of its own."""
    context.read_set.reset(nodes.read_set)
    if isinstance(test, QueryTest):
        query = test.select(nodes.pattern, nodes.focus)
        value, path = (f"?{name}" if name in test.variables else "" for name in ("value", "path"))
    else:
        variable = context.new_variable()
        result = test.pattern(nodes.focus, variable)
        value, path = variable if test.has_value else "", result.path
        variables = " ".join((*nodes.variables, *result.keys, value))
        query = f"SELECT DISTINCT {variables} {{ {nodes.pattern}{result.pattern} }}"
    tests, read_set = (("", test.component),), context.read_set.copy()
    return Step(nodes.target, shape, query, nodes.focus, value, tests, path, test, read_set)
