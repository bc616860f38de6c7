"""The steps of a shape: each a query whose rows are results, and what it reads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from kankei.validation.components.compiler import FALSE, Scope, either
from kankei.validation.components.constraint import FocusTest, PatternTest, QueryTest, ValueTest
from kankei.validation.components.targets import are_found_once, targets
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term
from kankei.validation.sparql.read_set import Reading

_TARGETS = "\n# targets\n"  # a comment of the query, where it may be told which targets


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
    reading: Reading = field(default_factory=Reading)

    def narrowed(self, nodes: Iterable[Term]) -> "Step":
        """The step for some focus nodes of its target only."""
        values = f"VALUES ?this {{ {' '.join(map(str, nodes))} }} "
        return replace(self, query=self.query.replace(_TARGETS, values))


@dataclass(frozen=True)
class _Chain:
    """How focus nodes are reached: from targets, through the values of property shapes around this one."""

    target: Shape
    pattern: str
    variables: tuple[str, ...]
    reading: Reading
    once: bool
    """Whether no row comes twice, so that the store need not hold all rows to see that."""

    @property
    def focus(self) -> str:
        return self.variables[-1]


def steps(shape: Shape, scope: Scope) -> list[Step]:
    """The steps of a shape that has targets."""
    scope.reading.restart(Reading({"?this": None}))
    pattern = _TARGETS + targets(shape, scope, "?this")
    chain = _Chain(shape, pattern, ("?this",), scope.reading.copy(), are_found_once(shape, scope))
    return list(_steps(shape, scope.inside(shape), chain))


def _steps(shape: Shape, scope: Scope, chain: _Chain) -> Iterator[Step]:
    found = list(scope.components(shape, scope))
    yield from _value_tests([test for test in found if isinstance(test, ValueTest)], shape, scope, chain)
    yield from _focus_tests([test for test in found if isinstance(test, FocusTest)], shape, scope, chain)
    for test in found:
        if isinstance(test, PatternTest):
            yield _pattern_test(test, shape, scope, chain)
        elif isinstance(test, QueryTest):
            yield _query_test(test, shape, scope, chain)
    for nested in dict.fromkeys(shape.values("property")):
        property_shape = scope.shapes.shape(nested)
        if property_shape is not None and not property_shape.deactivated:
            yield from _steps(property_shape, scope.inside(property_shape), _longer(chain, shape, scope))


def _longer(chain: _Chain, shape: Shape, scope: Scope) -> _Chain:
    """The chain to the value nodes of a shape, which are the focus nodes of the property shapes in it."""
    scope.reading.restart(chain.reading)
    if shape.path is None:
        return chain
    value = scope.fresh()
    pattern = chain.pattern + scope.values(shape, chain.focus, value)
    once = chain.once and shape.path.is_step
    return _Chain(chain.target, pattern, (*chain.variables, value), scope.reading.copy(), once)


def _value_tests(tests: list[ValueTest], shape: Shape, scope: Scope, chain: _Chain) -> Iterator[Step]:
    if tests:
        reached = _longer(chain, shape, scope)
        failing = [(test.component, test.fails(reached.focus)) for test in tests]
        reached = replace(reached, reading=scope.reading.copy())
        yield from _tests(failing, shape, reached, chain.focus, reached.focus)


def _focus_tests(tests: list[FocusTest], shape: Shape, scope: Scope, chain: _Chain) -> Iterator[Step]:
    scope.reading.restart(chain.reading)
    failing = [(test.component, test.fails(chain.focus)) for test in tests]
    yield from _tests(failing, shape, replace(chain, reading=scope.reading.copy()), chain.focus, "")


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
    select = "SELECT" if chain.once else "SELECT DISTINCT"
    query = f"{select} {variables} {{ {chain.pattern} FILTER ({condition}) }}"
    tests = tuple((name, component) for name, (component, _) in zip(names, failing, strict=True))
    yield Step(chain.target, shape, query, focus, value, tests, reading=chain.reading)


def _pattern_test(test: PatternTest, shape: Shape, scope: Scope, chain: _Chain) -> Step:
    scope.reading.restart(chain.reading)
    value = scope.fresh()
    found = test.pattern(chain.focus, value)
    variables = " ".join((*chain.variables, *found.keys, *((value,) if test.has_value else ())))
    query = f"SELECT DISTINCT {variables} {{ {chain.pattern}{found.pattern} }}"
    reported = value if test.has_value else ""
    tests, reading = (("", test.component),), scope.reading.copy()
    return Step(chain.target, shape, query, chain.focus, reported, tests, found.path, test, reading)


def _query_test(test: QueryTest, shape: Shape, scope: Scope, chain: _Chain) -> Step:
    scope.reading.restart(chain.reading)
    query = test.select(chain.pattern, chain.focus)
    value = "?value" if "value" in test.variables else ""
    path = "?path" if "path" in test.variables else ""
    tests, reading = (("", test.component),), scope.reading.copy()
    return Step(chain.target, shape, query, chain.focus, value, tests, path, test, reading)
