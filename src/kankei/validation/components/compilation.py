"""Compilation of constraints to SPARQL: the kinds of test, and the context in which components compile.

No test ends in an error, which SPARQL would take for "false", and so a validator for a pass.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import Any

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import RDF, RDFS, SH
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shape_index import ShapeIndex
from kankei.validation.shapes.shapes_graph import Term
from kankei.validation.sparql.literals import ENCODED, LiteralEncoder, decode
from kankei.validation.sparql.read_set import ANY, ReadSet

TYPE = f"<{RDF}type>"
TRUE, FALSE = "true", "false"
_TRUE, _FALSE = ox.Literal(True), ox.Literal(False)

Expression = Callable[[str], str]
"""A SPARQL expression, given the variable of a node."""


@dataclass(frozen=True)
class ValueTest:
    """An expression over a value node: where it is true, there is a result with that value."""

    component: str
    violated: Expression


@dataclass(frozen=True)
class FocusTest:
    """An expression over a focus node: where it is true, there is a result without value."""

    component: str
    violated: Expression


@dataclass(frozen=True)
class ResultPattern:
    """A graph pattern with one solution for each result; `keys` are variables that distinguish results."""

    pattern: str
    keys: tuple[str, ...] = ()
    path: str = ""


@dataclass(frozen=True)
class PatternTest:
    """A graph pattern, given the variables of the focus node and of the value of results, if any."""

    component: str
    pattern: Callable[[str, str], ResultPattern]
    has_value: bool = True
    messages: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class QueryTest:
    """A query of the shapes graph (SHACL-SPARQL): `select` takes the targets' pattern and the focus variable.

    `variables` are those that it projects; `violated` is an expression over a focus node.
    """

    component: str
    select: Callable[[str, str], str]
    violated: Expression
    variables: tuple[str, ...]
    source: str = ""
    messages: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)


Constraint = ValueTest | FocusTest | PatternTest | QueryTest


class NotCompiled(Exception):
    """A shape that pySHACL has to validate, and why."""


class FunctionRegistry:
    """Python functions that queries call where SPARQL cannot decide, and what these functions raised.

    The store takes a function that raises for one without a value.
    """

    def __init__(self) -> None:
        self.functions: dict[ox.NamedNode, Callable[..., ox.Literal]] = {}
        self._errors: list[Exception] = []

    def register(self, test: Callable[..., bool]) -> str:
        """Register a test of terms; returns its name for queries."""
        name = ox.NamedNode(f"urn:x-kankei:function:{len(self.functions)}")

        def call(*terms: Any) -> ox.Literal:
            try:
                return _TRUE if test(*map(decode, terms)) else _FALSE
            except Exception as error:
                self._errors.append(error)
                raise

        self.functions[name] = call
        return str(name)

    def check(self) -> None:
        """Raise the first error of a function."""
        if self._errors:
            raise self._errors[0]


@dataclass
class Compilation:
    """One compilation of a shapes graph for one store.

    `constraints` yields the constraints of a shape; `enclosing` are the shapes around what is compiled.
    """

    store: ox.Store
    shapes: ShapeIndex
    encoder: LiteralEncoder
    constraints: Callable[[Shape, "Compilation"], Iterator[Constraint]]
    has_shapes_graph: bool = False
    functions: FunctionRegistry = field(default_factory=FunctionRegistry)
    read_set: ReadSet = field(default_factory=ReadSet)
    enclosing: tuple[Shape, ...] = ()
    numbers: Iterator[int] = field(default_factory=count)
    subclasses: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def new_variable(self) -> str:
        """A variable that no other part of a query uses."""
        return f"?v{next(self.numbers)}"

    def constant(self, term: Term) -> str:
        """A term of the shapes graph as the text that matches it in the store."""
        if isinstance(term, ox.BlankNode):
            raise MalformedShapes("a blank node stands where only an IRI or a literal can match data")
        return str(self.encoder.encode(term))

    def decoded(self, variable: str) -> str:
        """An expression for a variable's value with encoded literals decoded, for comparison by value."""
        if not self.encoder.used:
            return variable
        datatype = f"STR(DATATYPE({variable}))"
        return (
            f'IF(isLiteral({variable}) && STRSTARTS({datatype}, "{ENCODED}"), '
            f'STRDT(STR({variable}), IRI(STRAFTER({datatype}, "{ENCODED}"))), {variable})'
        )

    def value_nodes(self, shape: Shape, focus: str, value: str) -> str:
        """The pattern of the value nodes of a focus node (SHACL, section 3.4): itself for a node shape."""
        if shape.path is None:
            self.read_set.add_alias(focus, value)
            return f"BIND ({focus} AS {value}) "
        self.read_set.add_path(focus, shape.path, value)
        return shape.path.pattern(focus, value)

    def triple(self, subject: str, predicate: str, value: str) -> str:
        """The pattern of a triple, whose predicate is an IRI or a variable."""
        is_variable = predicate.startswith("?")
        self.read_set.add_triple(subject, ANY if is_variable else predicate)
        return f"{subject} {predicate if is_variable else f'<{predicate}>'} {value} . "

    def is_instance(self, node: str, class_iri: str) -> str:
        """An expression for whether a node is a SHACL instance of a class (SHACL, section 1.4)."""
        classes = self.subclasses_of(class_iri)
        self.read_set.add_triple(node, RDF + "type")
        if len(classes) == 1:
            return f"EXISTS {{ {node} {TYPE} {classes[0]} }}"
        variable = self.new_variable()
        return f"EXISTS {{ {node} {TYPE} {variable} FILTER ({variable} IN ({', '.join(classes)})) }}"

    def subclasses_of(self, class_iri: str) -> tuple[str, ...]:
        """A class and its subclasses in the data, as text for queries."""
        if class_iri not in self.subclasses:
            top = str(ox.NamedNode(class_iri))
            rows: Any = self.store.query(f"SELECT DISTINCT ?class {{ ?class <{RDFS}subClassOf>+ {top} }}")
            subclasses = {str(row[0]) for row in rows if isinstance(row[0], ox.NamedNode)}
            self.subclasses[class_iri] = (top, *sorted(subclasses - {top}))
        return self.subclasses[class_iri]

    def violates(self, node: Term, variable: str) -> str:
        """An expression for whether a variable's value does not conform to a shape (SHACL, section 3.5)."""
        shape = self.shapes.shape(node)
        if shape is None or shape.flag("deactivated"):
            return FALSE
        return any_of(self.inside(shape)._violations(shape, variable))  # noqa: SLF001 - the same class

    def inside(self, shape: Shape) -> "Compilation":
        """The context inside a shape; recursive shapes (SHACL, section 3.4.3) raise `MalformedShapes`."""
        if shape in self.enclosing:
            cycle = (*self.enclosing[self.enclosing.index(shape) :], shape)
            names = " → ".join(part.name for part in cycle)
            raise MalformedShapes(f"recursion, which SHACL leaves undefined: {names}", shape.name)
        return replace(self, enclosing=(*self.enclosing, shape))

    def _violations(self, shape: Shape, focus: str) -> Iterator[str]:
        value_tests = list[ValueTest]()
        for constraint in self.constraints(shape, self):
            match constraint:
                case ValueTest():
                    value_tests.append(constraint)
                case FocusTest() | QueryTest():
                    yield constraint.violated(focus)
                case PatternTest():
                    yield f"EXISTS {{ {constraint.pattern(focus, self.new_variable()).pattern} }}"
        if value_tests:
            yield self._any_value(shape, focus, [test.violated for test in value_tests])
        for nested in shape.values("property"):  # SHACL, section 4.7.2
            yield self._any_value(shape, focus, [partial(self.violates, nested)])

    def _any_value(self, shape: Shape, focus: str, tests: Iterable[Expression]) -> str:
        """An expression for whether a test is true of a value node."""
        if shape.path is None:
            return any_of(test(focus) for test in tests)
        value = self.new_variable()
        condition = any_of(test(value) for test in tests)
        return f"EXISTS {{ {self.value_nodes(shape, focus, value)} FILTER ({condition}) }}"


def any_of(expressions: Iterable[str]) -> str:
    """The disjunction of some expressions; false where there is none."""
    parts = [f"({part})" for part in dict.fromkeys(expressions) if part != FALSE]
    return " || ".join(parts) or FALSE


def all_of(expressions: Iterable[str]) -> str:
    """The conjunction of some expressions; true where there is none."""
    parts = [f"({part})" for part in dict.fromkeys(expressions) if part != TRUE]
    return " && ".join(parts) or TRUE


def or_false(expression: str) -> str:
    """An expression that is false where it would be an error."""
    return f"COALESCE({expression}, false)"


def component(parameter: str) -> str:
    """The IRI of the constraint component of a parameter of SHACL Core."""
    return f"{SH}{parameter[0].upper()}{parameter[1:]}ConstraintComponent"
