"""The execution plan of a shapes graph over a store: queries whose rows are results."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kankei.errors import MalformedShapes
from kankei.validation import (
    cardinality,
    components,
    logical,
    other,
    property_pair,
    shape_based,
    sparql_constraints,
    string_based,
    value_range,
    value_type,
)
from kankei.validation.constraint import Constraint, FocusTest, NotCompiled, PatternTest, QueryTest, ValueTest
from kankei.validation.scope import FALSE, Scope, either
from kankei.validation.shapes import Shape
from kankei.validation.targets import targets

SECTIONS = (
    value_type,
    cardinality,
    value_range,
    string_based,
    property_pair,
    logical,
    shape_based,
    other,
    sparql_constraints,
    components,
)


@dataclass(frozen=True)
class Step:
    """One query. Its rows hold the focus node and, where these name one, the value and the path.

    With several `tests`, each has a variable that says whether it failed; its results are one for each.
    """

    target: Shape
    shape: Shape
    query: str
    focus: str
    value: str
    tests: tuple[tuple[str, str], ...]
    path: str = ""
    origin: QueryTest | PatternTest | None = None


@dataclass(frozen=True)
class Plan:
    """The steps of the shapes that compile, and why each of the others is left to the reference."""

    scope: Scope
    steps: tuple[Step, ...]
    left: dict[Shape, str]


@dataclass(frozen=True)
class _Chain:
    """How focus nodes are reached: from targets, through the values of property shapes around this one."""

    target: Shape
    pattern: str
    variables: tuple[str, ...]

    @property
    def focus(self) -> str:
        return self.variables[-1]


def constraints(shape: Shape, scope: Scope) -> Iterator[Constraint]:
    """All constraints of a shape, section by section."""
    for section in SECTIONS:
        yield from section.constraints(shape, scope)


def compile_plan(scope: Scope) -> Plan:
    """Compile each shape that has targets; malformed ones are raised or dropped, as its shapes say."""
    for shape in list(scope.shapes.found.values()):
        scope.shapes.attempt(shape.node, lambda shape=shape: _look(shape, scope))  # type: ignore[misc]
    steps: list[Step] = []
    left: dict[Shape, str] = {}
    for shape in scope.shapes.targeted():
        try:
            steps += _compile(shape, scope)
        except NotCompiled as reason:
            left[shape] = str(reason)
    return Plan(scope, tuple(steps), left)


def _look(shape: Shape, scope: Scope) -> None:
    """Read a shape's constraints once, so that a malformed one is told even where nothing needs it."""
    try:
        list(constraints(shape, scope))
    except NotCompiled:
        return


def _compile(shape: Shape, scope: Scope) -> Sequence[Step]:
    """The steps of a targeted shape; where malformed ones are skipped, again without each that shows."""
    while shape.node not in scope.shapes.dropped:
        try:
            chain = _Chain(shape, targets(shape, scope, "?this"), ("?this",))
            return list(_steps(shape, scope.inside(shape), chain))
        except MalformedShapes as error:
            named = (part for part in scope.shapes.found.values() if part.name == error.subject)
            culprit = next((part for part in named if part.node not in scope.shapes.dropped), shape)
            scope.shapes.attempt(culprit.node, lambda error=error: _raise(error))  # type: ignore[misc]
    return ()


def _steps(shape: Shape, scope: Scope, chain: _Chain) -> Iterator[Step]:
    found = list(constraints(shape, scope))
    yield from _value_tests([test for test in found if isinstance(test, ValueTest)], shape, scope, chain)
    yield from _focus_tests([test for test in found if isinstance(test, FocusTest)], shape, chain)
    for test in found:
        if isinstance(test, PatternTest):
            yield _pattern_test(test, shape, scope, chain)
        elif isinstance(test, QueryTest):
            yield _query_test(test, shape, chain)
    for nested in dict.fromkeys(shape.values("property")):
        property_shape = scope.shapes.shape(nested)
        if property_shape is not None and not property_shape.deactivated:
            yield from _steps(property_shape, scope.inside(property_shape), _longer(chain, shape, scope))


def _longer(chain: _Chain, shape: Shape, scope: Scope) -> _Chain:
    """The chain to the value nodes of a shape, which are the focus nodes of the property shapes in it."""
    if shape.path is None:
        return chain
    value = scope.fresh()
    return _Chain(
        chain.target, chain.pattern + scope.values(shape, chain.focus, value), (*chain.variables, value)
    )


def _value_tests(tests: list[ValueTest], shape: Shape, scope: Scope, chain: _Chain) -> Iterator[Step]:
    if tests:
        reached = _longer(chain, shape, scope)
        failing = [(test.component, test.fails(reached.focus)) for test in tests]
        yield from _tests(failing, shape, reached, chain.focus, reached.focus)


def _focus_tests(tests: list[FocusTest], shape: Shape, chain: _Chain) -> Iterator[Step]:
    failing = [(test.component, test.fails(chain.focus)) for test in tests]
    yield from _tests(failing, shape, chain, chain.focus, "")


def _tests(
    failing: list[tuple[str, str]], shape: Shape, chain: _Chain, focus: str, value: str
) -> Iterator[Step]:
    failing = [(component, expression) for component, expression in failing if expression != FALSE]
    if not failing:
        return
    names = [f"?failed{number}" for number in range(len(failing))] if len(failing) > 1 else [""]
    flags = [
        f"({expression} AS {name})" for name, (_, expression) in zip(names, failing, strict=True) if name
    ]
    variables = " ".join([*chain.variables, *flags])
    condition = either(expression for _, expression in failing)
    query = f"SELECT DISTINCT {variables} {{ {chain.pattern} FILTER ({condition}) }}"
    tests = tuple((name, component) for name, (component, _) in zip(names, failing, strict=True))
    yield Step(chain.target, shape, query, focus, value, tests)


def _pattern_test(test: PatternTest, shape: Shape, scope: Scope, chain: _Chain) -> Step:
    value = scope.fresh()
    found = test.pattern(chain.focus, value)
    variables = " ".join((*chain.variables, *found.keys, *((value,) if test.has_value else ())))
    query = f"SELECT DISTINCT {variables} {{ {chain.pattern}{found.pattern} }}"
    reported = value if test.has_value else ""
    return Step(chain.target, shape, query, chain.focus, reported, (("", test.component),), found.path, test)


def _query_test(test: QueryTest, shape: Shape, chain: _Chain) -> Step:
    query = test.select(chain.pattern, chain.focus)
    value = "?value" if "value" in test.variables else ""
    path = "?path" if "path" in test.variables else ""
    return Step(chain.target, shape, query, chain.focus, value, (("", test.component),), path, test)


def _raise(error: MalformedShapes) -> None:
    raise error
