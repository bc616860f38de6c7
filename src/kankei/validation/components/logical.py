"""Logical constraint components (SHACL, section 4.6): sh:not, sh:and, sh:or, sh:xone."""

from collections.abc import Callable, Iterator

from kankei.validation.components.compilation import (
    Compilation,
    Constraint,
    ValueTest,
    all_of,
    any_of,
    component,
)
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term

Combination = Callable[[Iterator[str]], str]


def constraints(shape: Shape, context: Compilation) -> Iterator[Constraint]:
    """The logical constraints of a shape."""
    well_formed = context.shapes.well_formed
    for node in well_formed(shape.values("not")):
        yield _test("not", _none_of, [node], context)
    for name, combination in _COMBINATIONS.items():
        for members in shape.lists(name):
            yield _test(name, combination, well_formed(members), context)


def _test(name: str, combination: Combination, shapes: list[Term], context: Compilation) -> Constraint:
    """A result for each value node for which a combination of the violations of some shapes is true."""
    return ValueTest(
        component(name), lambda value: combination(context.violates(shape, value) for shape in shapes)
    )


def _none_of(violations: Iterator[str]) -> str:
    return f"!({any_of(violations)})"


def _not_exactly_one(violations: Iterator[str]) -> str:
    """Whether a number other than one conforms; a shape counts as often as it is listed."""
    conforming = " + ".join(f"IF({violation}, 0, 1)" for violation in violations)
    return f"({conforming or '0'}) != 1"


_COMBINATIONS = {"and": any_of, "or": all_of, "xone": _not_exactly_one}
