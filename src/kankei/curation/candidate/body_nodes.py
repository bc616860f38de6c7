"""The body of a sheet as value nodes: texts, goals, aims, models, issues, examples, captions."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kankei.curation.candidate import budget
from kankei.curation.candidate.nodes import Statement, japanese, number, statement
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value import Basis, Ground, Reading, Value
from kankei.namespaces import KK
from kankei.source.guidebook.body import Inference, Item, ItemKind, Relation, SheetBody
from kankei.source.lines.doubt import Doubt

Alike = Counter[tuple[str | None, ItemKind]]
"""How many items of a kind a body has of each measure."""


@dataclass(frozen=True)
class _Form:
    """How a kind of item is written: its property, its class, whether it is counted."""

    link: str
    type: str
    counted: bool = True


_FORMS: Mapping[ItemKind, _Form] = {
    ItemKind.TEXT: _Form("text", "Text"),
    ItemKind.GOAL: _Form("goal", "Goal", counted=False),
    ItemKind.AIM: _Form("aim", "Aim"),
    ItemKind.MODEL: _Form("model", "Model"),
    ItemKind.ISSUE: _Form("issue", "AssumedIssue"),
    ItemKind.EXAMPLE: _Form("exampleActivity", "ExampleActivity"),
    ItemKind.CAPTION: _Form("caption", "Caption"),
    ItemKind.BUDGET: _Form("budget", "Budget", counted=False),
}
_PROPERTIES = {Relation.HEADING: "heading", Relation.PILLAR: "pillar", Relation.NAME: "modelName"}


@dataclass(frozen=True)
class ContentReading:
    """The values of the entry, those of each measure by its number, and what measures rest on."""

    whole: Reading
    measures: Mapping[str, Reading]
    grounds: tuple[tuple[tuple[str, ...], Ground], ...]
    """Grounds about measure entries, by the numbers of the measures."""


def read(body: SheetBody, context: SheetContext) -> ContentReading:
    """The values of a body, each with what it belongs to."""
    grounds = _grounds(body)
    owners: dict[str | None, list[Value]] = {}
    doubts: list[Doubt] = list(body.doubts)
    seen: Counter[tuple[str | None, ItemKind]] = Counter()
    alike = Counter((item.measure, item.kind) for item in body.items)
    for item in body.items:
        owner = item.measure if item.kind in _OF_MEASURES else None
        counted = (None if item.kind in _LISTED else owner, item.kind)
        seen[counted] += 1
        reading = _reading(item, seen[counted], alike, grounds.get(item, ()), context)
        doubts += reading.doubts
        owners.setdefault(owner, []).extend(reading.values)
    whole = Reading(tuple(owners.pop(None, ())), tuple(doubts))
    by_measure = {number: Reading(tuple(values)) for number, values in owners.items() if number}
    return ContentReading(whole, by_measure, tuple(_of_measures(body.inferences)))


_OF_MEASURES = frozenset({ItemKind.TEXT, ItemKind.ISSUE, ItemKind.EXAMPLE, ItemKind.CAPTION, ItemKind.BUDGET})
"""What may belong to a measure."""
_LISTED = frozenset({ItemKind.ISSUE, ItemKind.EXAMPLE, ItemKind.CAPTION})
"""What is counted over all of a body, and not by measure, so that nodes keep their names if it moves."""


def _reading(
    item: Item, position: int, alike: Alike, grounds: tuple[Ground, ...], context: SheetContext
) -> Reading:
    if item.kind is ItemKind.BUDGET:
        read = budget.read(item.printed, item.heading, context)
        values = [replace(value, grounds=(*value.grounds, *grounds)) for value in read.values]
        return Reading(values, read.doubts)
    form = _FORMS[item.kind]
    statements = (*_statements(item, alike, context), *((number("position", item.position),) * form.counted))
    stem = _stem(item, position, alike, context)
    value = Value(
        form.link,
        form.type,
        stem,
        item.printed.place,
        item.printed,
        item.heading,
        statements,
        grounds,
        counted_over_all=item.kind in _LISTED,
    )
    return Reading((value,), tuple(_unknown(item, context)))


def _stem(item: Item, position: int, alike: Alike, context: SheetContext) -> str:
    pillar = context.known.concept("pillar", item.pillar.text) if item.pillar else None
    if pillar:
        return f"{item.kind.value}-{pillar.value.rpartition('/')[2]}-{item.position}"
    listed = item.kind not in {ItemKind.TEXT, ItemKind.GOAL}
    return (
        f"{item.kind.value}-{position}" if alike[item.measure, item.kind] > 1 or listed else item.kind.value
    )


def _statements(item: Item, alike: Alike, context: SheetContext) -> Iterator[Statement]:
    if item.group:
        yield japanese("modelGroup", item.group.text)
    if item.name:
        yield japanese("modelName", item.name.text)
    yield japanese("plain", item.plain)
    if item.kind is ItemKind.AIM and any(kind is ItemKind.GOAL for _, kind in alike):
        yield statement("towards", context.node("goal"))
    pillar = context.known.concept("pillar", item.pillar.text) if item.pillar else None
    if pillar:
        yield statement("pillar", pillar)


def _unknown(item: Item, context: SheetContext) -> Iterator[Doubt]:
    if item.pillar and not context.known.concept("pillar", item.pillar.text):
        yield Doubt(
            "pillar",
            f"「{item.pillar.text}」という柱の概念がない。体系（ontology/schemes/pillar.ttl）に加える。",
            f"No pillar is labelled {item.pillar.text}: add it to ontology/schemes/pillar.ttl.",
            item.pillar.place,
        )


def _grounds(body: SheetBody) -> dict[Item, tuple[Ground, ...]]:
    """What is inferred of items, and the headings that are printed right above them."""
    found: dict[Item, tuple[Ground, ...]] = {}
    for inference in body.inferences:
        if inference.relation in _PROPERTIES:
            kind = inference.items[0].kind.value
            term = _PROPERTIES[inference.relation]
            ground = _ground(inference, f"{kind}-{inference.relation.value}", term)
            for item in inference.items:
                found[item] = (*found.get(item, ()), ground)
    inferred = {item for one in body.inferences if one.relation is Relation.HEADING for item in one.items}
    for item in body.items:
        if item.heading and item not in inferred:
            above = (item.heading.place,)
            stated = Ground(f"{item.kind.value}-heading", (f"{KK}heading",), Basis.STATED, above)
            found[item] = (*found.get(item, ()), stated)
    return found


def _of_measures(inferences: Sequence[Inference]) -> Iterator[tuple[tuple[str, ...], Ground]]:
    for inference in inferences:
        if inference.relation is Relation.MEASURE:
            numbers = tuple(dict.fromkeys(item.measure for item in inference.items if item.measure))
            kind = inference.items[0].kind
            form = _FORMS[kind]
            name = f"{kind.value}s" if kind in _LISTED else f"measure-{kind.value}s"
            yield tuple(sorted(numbers)), _ground(inference, name, form.link)


def _ground(inference: Inference, name: str, term: str) -> Ground:
    places = tuple(inference.places)
    return Ground(name, (KK + term,), Basis.INFERRED, places, inference.rule, inference.ja, inference.en)
