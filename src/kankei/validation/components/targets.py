"""Targets (SHACL, section 2.1.3): which nodes of the data a shape validates."""

from collections.abc import Iterator

import pyoxigraph as ox

from kankei.namespaces import RDF
from kankei.validation.components.compiler import TYPE, Scope
from kankei.validation.shapes.paths import Path
from kankei.validation.shapes.shape import Shape, is_implicit_class


def targets(shape: Shape, scope: Scope, focus: str) -> str:
    """The pattern that binds the focus nodes of a shape; it may find one of them several times."""
    found = list(_targets(shape, scope, focus))
    return found[0] if len(found) == 1 else " UNION ".join(f"{{ {pattern} }}" for pattern in found) + " "


def are_found_once(shape: Shape, scope: Scope) -> bool:
    """Whether that pattern finds each focus node once: the instances of one class, or named nodes."""
    classes = _classes(shape, scope)
    others = any(shape.values(name) for name in ("targetSubjectsOf", "targetObjectsOf"))
    return not others and len(classes) + bool(shape.values("targetNode")) == 1


def _classes(shape: Shape, scope: Scope) -> list[str]:
    kinds = list(shape.iris("targetClass")) + ([shape.node.value] if is_implicit_class(shape) else [])
    return list(dict.fromkeys(name for kind in kinds for name in scope.classes(kind)))


def _targets(shape: Shape, scope: Scope, focus: str) -> Iterator[str]:
    classes = _classes(shape, scope)
    if classes:
        scope.reading.triple(focus, RDF + "type")
        yield _instances(classes, scope, focus)
    nodes = shape.values("targetNode")
    if any(isinstance(node, ox.BlankNode) for node in nodes):
        raise shape.malformed("sh:targetNode is a blank node, which no data can share")
    if nodes:
        yield f"VALUES {focus} {{ {' '.join(scope.constant(node) for node in nodes)} }} "
    for iri in shape.iris("targetSubjectsOf"):
        yield scope.triple(focus, iri, scope.fresh())
    for iri in shape.iris("targetObjectsOf"):
        subject = scope.fresh()
        scope.reading.walk(focus, Path("^", steps=(Path.predicate(iri),)), subject)
        yield f"{subject} <{iri}> {focus} . "


def _instances(classes: list[str], scope: Scope, focus: str) -> str:
    if len(classes) == 1:
        return f"{focus} {TYPE} {classes[0]} . "
    kind = scope.fresh()
    return f"VALUES {kind} {{ {' '.join(classes)} }} {focus} {TYPE} {kind} . "
