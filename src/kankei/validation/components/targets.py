"""Targets (SHACL, section 2.1.3): which nodes of the data a shape validates."""

from collections.abc import Iterator

import pyoxigraph as ox

from kankei.namespaces import RDF
from kankei.validation.components.compilation import TYPE, Compilation
from kankei.validation.shapes.paths import Path
from kankei.validation.shapes.shape import Shape, is_implicit_class


def targets(shape: Shape, context: Compilation, focus: str) -> str:
    """The pattern that binds the focus nodes of a shape, some of them perhaps repeatedly."""
    patterns = list(_targets(shape, context, focus))
    return patterns[0] if len(patterns) == 1 else " UNION ".join(f"{{ {p} }}" for p in patterns) + " "


def are_distinct(shape: Shape, context: Compilation) -> bool:
    """Whether that pattern binds each focus node once: the instances of one class, or named nodes."""
    classes = _classes(shape, context)
    others = any(shape.values(name) for name in ("targetSubjectsOf", "targetObjectsOf"))
    return not others and len(classes) + bool(shape.values("targetNode")) == 1


def _classes(shape: Shape, context: Compilation) -> list[str]:
    iris = list(shape.iris("targetClass")) + ([shape.node.value] if is_implicit_class(shape) else [])
    return list(dict.fromkeys(name for iri in iris for name in context.subclasses_of(iri)))


def _targets(shape: Shape, context: Compilation, focus: str) -> Iterator[str]:
    classes = _classes(shape, context)
    if classes:
        context.read_set.add_triple(focus, RDF + "type")
        yield _instances(classes, context, focus)
    nodes = shape.values("targetNode")
    if any(isinstance(node, ox.BlankNode) for node in nodes):
        raise shape.malformed("sh:targetNode is a blank node, which no data can share")
    if nodes:
        yield f"VALUES {focus} {{ {' '.join(context.constant(node) for node in nodes)} }} "
    for iri in shape.iris("targetSubjectsOf"):
        yield context.triple(focus, iri, context.new_variable())
    for iri in shape.iris("targetObjectsOf"):
        subject = context.new_variable()
        context.read_set.add_path(focus, Path("^", steps=(Path.predicate(iri),)), subject)
        yield f"{subject} <{iri}> {focus} . "


def _instances(classes: list[str], context: Compilation, focus: str) -> str:
    if len(classes) == 1:
        return f"{focus} {TYPE} {classes[0]} . "
    variable = context.new_variable()
    return f"VALUES {variable} {{ {' '.join(classes)} }} {focus} {TYPE} {variable} . "
