"""Columns whose values are concepts: the implementing bodies and the kinds of support."""

from collections.abc import Iterator
from dataclasses import replace

from kankei.curation.candidate.nodes import Statement, concept, flag, statement
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value_node import FieldValues, ValueNode, doubt
from kankei.source.grammars import bodies, support_kind
from kankei.source.grammars.bodies import ImplementingBodies, ImplementingBody
from kankei.source.lines.printed_text import PrintedText


def parse_support(raw: ValueNode, printed: PrintedText, context: SheetContext) -> FieldValues:  # noqa: ARG001
    """The support kinds that a text lists."""
    kinds = support_kind.parse(printed.text)
    statements = tuple(statement("kind", concept("support-kind", kind.value)) for kind in kinds)
    return FieldValues((replace(raw, statements=statements),))


def parse_bodies(raw: ValueNode, printed: PrintedText, context: SheetContext) -> FieldValues:
    """The body types, whether the list is open, and the areas that all of the bodies are limited to."""
    listed = bodies.parse(printed.text)
    concepts = [(body, context.known.concept("body-type", body.name)) for body in listed.bodies]
    types = [node for _, node in concepts if node]
    if len(set(types)) < len(types):
        return FieldValues(
            (raw,), (doubt(raw.stem, "body-listed-twice", printed.place, printed=printed.text),)
        )
    statements = [statement("bodyType", node) for node in types]
    if types:
        # A name without a concept may be of another cell: then it is not sure that the list ends.
        is_certain = listed.open_list or len(types) == len(concepts)
        statements += [flag("openList", listed.open_list)] if is_certain else []
        statements += _areas(listed)
    doubts = [
        doubt(raw.stem, "body-unknown", printed.part(*body.span).place, missing=body.name, name=body.name)
        for body, node in concepts
        if not node
    ]
    doubts += [
        doubt(raw.stem, "body-condition", printed.part(*body.span).place, body=body.render())
        for body in listed.bodies
        if _has_other_conditions(body, listed)
    ]
    return FieldValues((replace(raw, statements=tuple(statements)),), doubts)


def _areas(listed: ImplementingBodies) -> Iterator[Statement]:
    if _share_areas(listed):
        for area in listed.areas:
            yield statement("limitedTo", concept("designated-area", area.value))


def _share_areas(listed: ImplementingBodies) -> bool:
    """Whether the same areas hold for every body: only then they hold for the list."""
    limits = {body.conditions.areas if body.conditions else () for body in listed.bodies}
    return len(limits) == 1 and not listed.open_list


def _has_other_conditions(body: ImplementingBody, listed: ImplementingBodies) -> bool:
    """Whether a body has conditions that no statement expresses."""
    if not body.conditions:
        return False
    conditions = body.conditions
    others = (
        conditions.except_for or conditions.including or conditions.indirect or conditions.indirect_bodies
    )
    return bool(others or (conditions.areas and not _share_areas(listed)))
