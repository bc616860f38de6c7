"""Validation results from the rows of a step's query, with their messages."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from kankei.errors import MalformedShapes
from kankei.localisation import catalogue
from kankei.namespaces import SH
from kankei.validation.components.compilation import QueryTest, component
from kankei.validation.plan.plan import Step
from kankei.validation.report.report import Result
from kankei.validation.shapes.paths import Path, prefixed_name
from kankei.validation.shapes.shape import Shape
from kankei.validation.shapes.shapes_graph import Term
from kankei.validation.sparql.literals import decode

_SPARQL = component("SPARQL")
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


def failed_components(step: Step, row: Any) -> Iterator[str]:
    """The components that a row is a result of."""
    return (name for variable, name in step.tests if not variable or _is_true(row[variable[1:]]))


def result_of(step: Step, row: Any, component_iri: str) -> Result:
    """The result of a row for one component; raises `MalformedShapes` where the query reports a failure."""
    shape, origin = step.shape, step.origin
    focus = decode(row[step.focus[1:]])
    value = row[step.value[1:]] if step.value else None
    source = ""
    if isinstance(origin, QueryTest):
        if value is None and shape.path is None:
            value = focus
        if "failure" in origin.variables and _is_true(row["failure"]):  # SHACL, section 5.3.2
            raise MalformedShapes(f"its query reports a failure at {focus}", shape.name)
        if component_iri == _SPARQL:
            source = origin.source
    path = row[step.path[1:]] if step.path else None
    return Result(
        focus_node=focus,
        path=Path.predicate(path.value) if isinstance(path, ox.NamedNode) else shape.path,
        value=None if value is None else decode(value),
        component=component_iri,
        source_shape=shape.name,
        source_constraint=source,
        severity=shape.severity,
        messages=_messages(step, row, component_iri),
    )


def _messages(step: Step, row: Any, component_iri: str) -> Mapping[str, str]:
    """The constraint's own messages, else its shape's, else a default; placeholders filled from the row."""
    origin = step.origin
    messages = (origin.messages if origin else {}) or step.shape.messages
    if not messages:
        return _default_message(step.shape, component_iri)
    if origin is None or not any("{" in text for text in messages.values()):
        return messages
    names = dict(origin.parameters)
    if isinstance(origin, QueryTest):
        names |= {name: _text(row[name]) for name in origin.variables if name != "this"}
    names |= {"this": _text(row[step.focus[1:]])}
    return {
        language: _PLACEHOLDER.sub(lambda match: names.get(match[1], match[0]), text)
        for language, text in messages.items()
    }


def _default_message(shape: Shape, component_iri: str) -> Mapping[str, str]:
    """An English sentence of what a component demands of a shape's nodes."""
    sentences = catalogue("kankei.validation")
    name = component_iri.removeprefix(SH).removesuffix("ConstraintComponent")
    if name not in sentences.sentences:
        return {"en": sentences.format("en", "custom", component=prefixed_name(component_iri))}
    return {"en": sentences.format("en", name, **shape.parameters)}


def _text(term: Term | None) -> str:
    return "" if term is None else decode(term).value


def _is_true(term: object) -> bool:
    return isinstance(term, ox.Literal) and term.value == "true"
