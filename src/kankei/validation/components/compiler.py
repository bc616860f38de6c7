"""What components compile within: variables, constants, value nodes, conformance to other shapes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.namespaces import RDF, RDFS
from kankei.validation.components.constraint import Constraint, FocusTest, PatternTest, QueryTest, ValueTest
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shape_index import Shapes
from kankei.validation.shapes.shapes_graph import Term
from kankei.validation.sparql.functions import Functions
from kankei.validation.sparql.lexical_forms import AS_WRITTEN, Writing
from kankei.validation.sparql.read_set import ANY, Reading

TYPE, SUBCLASS = f"<{RDF}type>", f"<{RDFS}subClassOf>"
TRUE, FALSE = "true", "false"

Components = Callable[[Shape, "Scope"], Iterator[Constraint]]


@dataclass
class Scope:
    """One compilation of a shapes graph against one store."""

    store: ox.Store
    shapes: Shapes
    writing: Writing
    components: Components
    functions: Functions = field(default_factory=Functions)
    has_shapes_graph: bool = False
    reading: Reading = field(default_factory=Reading)
    within: tuple[Shape, ...] = ()
    numbers: Iterator[int] = field(default_factory=count)
    subclasses: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def fresh(self) -> str:
        """A variable that no other part of a query has."""
        return f"?v{next(self.numbers)}"

    def constant(self, term: Term) -> str:
        """A term of the shapes graph, as text for a query that finds it as the store holds it."""
        if isinstance(term, ox.BlankNode):
            raise MalformedShapes("a blank node stands where only an IRI or a literal can match data")
        return str(self.writing.stored(term))

    def value(self, variable: str) -> str:
        """A variable's value for comparison: a literal that is held as written is a number again."""
        if not self.writing.rewritten:
            return variable
        datatype = f"STR(DATATYPE({variable}))"
        return (
            f'IF(isLiteral({variable}) && STRSTARTS({datatype}, "{AS_WRITTEN}"), '
            f'STRDT(STR({variable}), IRI(STRAFTER({datatype}, "{AS_WRITTEN}"))), {variable})'
        )

    def values(self, shape: Shape, focus: str, value: str) -> str:
        """The pattern of the value nodes of a focus node (SHACL, section 2.1.3): itself for a node shape."""
        if shape.path is None:
            self.reading.same(focus, value)
            return f"BIND ({focus} AS {value}) "
        self.reading.walk(focus, shape.path, value)
        return shape.path.pattern(focus, value)

    def triple(self, subject: str, predicate: str, value: str) -> str:
        """The pattern of a triple; any predicate where it is a variable."""
        self.reading.triple(subject, predicate if not predicate.startswith("?") else ANY)
        return f"{subject} {predicate if predicate.startswith('?') else f'<{predicate}>'} {value} . "

    def instance(self, node: str, kind: str) -> str:
        """Whether a node is a SHACL instance of a class (SHACL, section 1.4)."""
        classes = self.classes(kind)
        self.reading.triple(node, RDF + "type")
        if len(classes) == 1:
            return f"EXISTS {{ {node} {TYPE} {classes[0]} }}"
        found = self.fresh()
        return f"EXISTS {{ {node} {TYPE} {found} FILTER ({found} IN ({', '.join(classes)})) }}"

    def classes(self, kind: str) -> tuple[str, ...]:
        """A class and its subclasses in the data."""
        if kind not in self.subclasses:
            top = str(ox.NamedNode(kind))
            rows = self.store.query(f"SELECT DISTINCT ?class {{ ?class {SUBCLASS}+ {top} }}")
            below = {str(row[0]) for row in rows if isinstance(row[0], ox.NamedNode)}  # type: ignore[union-attr]
            self.subclasses[kind] = (top, *sorted(below - {top}))
        return self.subclasses[kind]

    def fails(self, node: Term, variable: str) -> str:
        """Whether a node does not conform to a shape (SHACL, section 3.5)."""
        shape = self.shapes.shape(node)
        if shape is None or shape.deactivated:
            return FALSE
        with_this = self.inside(shape)
        return either(_Conformance(with_this, shape, variable).expressions())

    def inside(self, shape: Shape) -> "Scope":
        """The scope inside a shape; a shape inside itself is recursion (SHACL, section 3.4.3), an error."""
        if shape in self.within:
            names = " → ".join(f"{part.name}" for part in (*self.within[self.within.index(shape) :], shape))
            raise MalformedShapes(f"recursion, which SHACL leaves undefined: {names}", shape.name)
        return replace(self, within=(*self.within, shape))


@dataclass
class _Conformance:
    """One node's conformance to one shape, as expressions that are true where it fails."""

    scope: Scope
    shape: Shape
    focus: str

    def expressions(self) -> Iterator[str]:
        on_values: list[ValueTest] = []
        for constraint in self.scope.components(self.shape, self.scope):
            match constraint:
                case ValueTest():
                    on_values.append(constraint)
                case FocusTest() | QueryTest():
                    yield constraint.fails(self.focus)
                case PatternTest():
                    yield f"EXISTS {{ {constraint.pattern(self.focus, self.scope.fresh()).pattern} }}"
        if on_values:
            yield self._on_values(on_values)
        for nested in self.shape.values("property"):
            yield from self._nested(nested)

    def _on_values(self, tests: list[ValueTest]) -> str:
        if self.shape.path is None:
            return either(test.fails(self.focus) for test in tests)
        value = self.scope.fresh()
        condition = either(test.fails(value) for test in tests)
        return f"EXISTS {{ {self.scope.values(self.shape, self.focus, value)} FILTER ({condition}) }}"

    def _nested(self, nested: Term) -> Iterator[str]:
        """What each value node must conform to by sh:property (SHACL, section 4.7.2)."""
        yield self._on_values([ValueTest("", lambda value: self.scope.fails(nested, value))])


def either(expressions: Iterator[str]) -> str:
    """The disjunction of some expressions; false where there is none."""
    parts = [f"({part})" for part in dict.fromkeys(expressions) if part != FALSE]
    return " || ".join(parts) or FALSE


def both(expressions: Iterator[str]) -> str:
    """The conjunction of some expressions; true where there is none."""
    parts = [f"({part})" for part in dict.fromkeys(expressions) if part != TRUE]
    return " && ".join(parts) or TRUE


def certain(expression: str, otherwise: str) -> str:
    """An expression with what it stands for where it cannot be evaluated."""
    return f"COALESCE({expression}, {otherwise})"
