"""The implementing bodies of a sheet as concepts."""

from collections.abc import Iterator
from dataclasses import replace

from kankei.curation.candidate.nodes import Statement, concept, flag, statement
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value import Reading, Value, unreadable
from kankei.source.grammars import bodies
from kankei.source.grammars.bodies import ImplementingBodies, ImplementingBody
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import PrintedText

ABOUT = "bodies"


def read(printed: PrintedText, heading: PrintedText | None, context: SheetContext) -> Reading:
    """The body types, whether the list is open, and the areas that all of the bodies are limited to."""
    value = Value("bodies", "ImplementingBodies", ABOUT, printed.place, printed, heading)
    try:
        listed = bodies.parse(printed.text)
    except ParseError as error:
        return Reading((value,), (unreadable(ABOUT, printed, error),))
    known = [(body, context.known.concept("body-type", body.name)) for body in listed.bodies]
    types = tuple(node for _, node in known if node)
    if len(set(types)) < len(types):
        return Reading((value,), (_twice(printed),))
    if types:
        said = [statement("bodyType", node) for node in types]
        # What no concept names may be of another cell: then it is not sure that the list ends.
        closed_or_open = listed.open_list or all(node for _, node in known)
        said += [flag("openList", listed.open_list)] if closed_or_open else []
        value = replace(value, statements=(*said, *_areas(listed)))
    doubts = [_unknown(printed, body) for body, node in known if not node]
    doubts += [_condition(printed, body) for body in listed.bodies if _is_left(body, listed)]
    return Reading((value,), tuple(doubts))


def _twice(printed: PrintedText) -> Doubt:
    return Doubt(
        ABOUT,
        f"「{printed.text}」に同じ主体が二度ある。ほかのシートの値が混じっていないか確かめる。",
        f"“{printed.text}” names a body twice: a part of it may be of another sheet.",
        printed.place,
    )


def _areas(listed: ImplementingBodies) -> Iterator[Statement]:
    if _limited_alike(listed):
        for area in listed.areas:
            yield statement("limitedTo", concept("designated-area", area.value))


def _limited_alike(listed: ImplementingBodies) -> bool:
    """Whether the same areas hold for every body: only then they hold for the list."""
    limits = {body.conditions.areas if body.conditions else () for body in listed.bodies}
    return len(limits) == 1 and not listed.open_list


def _is_left(body: ImplementingBody, listed: ImplementingBodies) -> bool:
    if not body.conditions:
        return False
    said = body.conditions
    others = said.except_for or said.including or said.indirect or said.indirect_bodies
    return bool(others or (said.areas and not _limited_alike(listed)))


def _unknown(printed: PrintedText, body: ImplementingBody) -> Doubt:
    return Doubt(
        ABOUT,
        f"「{body.name}」という事業実施主体の概念がない。体系（ontology/schemes/body-type.ttl）に加えるか、ラベルを補う。",
        f"No concept is labelled {body.name}: add it, or the label, to ontology/schemes/body-type.ttl.",
        printed.part(*body.span).place,
    )


def _condition(printed: PrintedText, body: ImplementingBody) -> Doubt:
    return Doubt(
        ABOUT,
        f"「{body.render()}」の条件は原文にだけ残る。",
        f"The condition of {body.render()} stays in the raw text only: the ontology has no term for it.",
        printed.part(*body.span).place,
    )
