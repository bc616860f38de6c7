"""The values of a body: texts, goals, means, models, issues, examples, captions, and their budgets."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kankei.curation.candidate.evidence import Basis, Evidence, stated
from kankei.curation.candidate.field_table import BY_ITEM
from kankei.curation.candidate.mentions import mentioned
from kankei.curation.candidate.nodes import Statement, flag, japanese, number, statement
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value_node import GOAL, FieldValues, ValueNode, doubt
from kankei.localisation import Text
from kankei.namespaces import KK
from kankei.source.guidebook.body import Inference, Item, ItemKind, Relation, SheetBody
from kankei.source.lines.document import Doubt, Weight

_PROPERTIES = {Relation.HEADING: "heading", Relation.PILLAR: "pillar", Relation.NAME: "modelName"}
_OF_MEASURES = frozenset({ItemKind.TEXT, ItemKind.ISSUE, ItemKind.EXAMPLE, ItemKind.CAPTION, ItemKind.BUDGET})
"""What may belong to a measure."""
_COUNTED_OVER_ALL = frozenset({ItemKind.ISSUE, ItemKind.EXAMPLE, ItemKind.CAPTION})
"""What is counted over all of a body, not by measure, so that nodes keep their names if it moves."""

_WITH_MENTIONS = frozenset(
    {ItemKind.TEXT, ItemKind.MODEL, ItemKind.ISSUE, ItemKind.EXAMPLE, ItemKind.CAPTION}
)
"""What mentions are looked for in; goals and means are parts of texts."""
_LISTED = frozenset({ItemKind.ISSUE, ItemKind.EXAMPLE})
"""Items of lists."""


@dataclass(frozen=True)
class BodyValues:
    """The values of the entry, those of each measure by its number, and the evidence about measure entries.

    Each piece of that evidence comes with the numbers of the measures that it is about.
    """

    entry: FieldValues
    measures: Mapping[str, Sequence[ValueNode]]
    measure_evidence: tuple[tuple[tuple[str, ...], Evidence], ...]


def read_body(body: SheetBody, context: SheetContext) -> BodyValues:
    """The values of a body, each with what it belongs to."""
    return _BodyReader(body, context).values()


class _BodyReader:
    """Reads the items of one body; `counts` are the numbers of items by measure and kind."""

    def __init__(self, body: SheetBody, context: SheetContext) -> None:
        self.body, self.context = body, context
        self.counts = Counter((item.measure, item.kind) for item in body.items)
        self.has_goal = any(kind is ItemKind.GOAL for _, kind in self.counts)
        self.open = frozenset(_of_open_lists(body))
        self.evidence = _item_evidence(body, self.open)

    def values(self) -> BodyValues:
        by_measure: dict[str | None, list[ValueNode]] = {}
        doubts: list[Doubt] = list(self.body.doubts)
        positions: Counter[tuple[str | None, ItemKind]] = Counter()
        for item in self.body.items:
            measure = item.measure if item.kind in _OF_MEASURES else None
            counted = (None if item.kind in _COUNTED_OVER_ALL else measure, item.kind)
            positions[counted] += 1
            values = self._item(item, positions[counted])
            doubts += values.doubts
            by_measure.setdefault(measure, []).extend(values.values)
            if item.kind in _WITH_MENTIONS:
                by_measure[measure].extend(mentioned(item, measure is not None, self.context.known))
        doubts += self._issue_to_write()
        entry = FieldValues(by_measure.pop(None, ()), doubts)
        measures = {measure: values for measure, values in by_measure.items() if measure}
        return BodyValues(entry, measures, tuple(self._measure_evidence()))

    def _issue_to_write(self) -> Iterator[Doubt]:
        """A doubt where a heading names issues (課題) among other things: it does not say which texts."""
        if all(kind is not ItemKind.ISSUE for _, kind in self.counts):
            headings = (item.heading for item in self.body.items if item.kind is ItemKind.TEXT)
            heading = next((one for one in headings if one and "課題" in one.text), None)
            if heading:
                yield doubt("kk:issue", "write-issue", heading.place, Weight.EDITORIAL)

    def _item(self, item: Item, position: int) -> FieldValues:
        row = BY_ITEM[item.kind]
        read = row.read(row.raw(item.printed, item.heading), item.printed, self.context)
        evidence = self.evidence.get(item, ())
        if row.parse:
            values = [replace(value, evidence=(*value.evidence, *evidence)) for value in read.values]
            return FieldValues(values, read.doubts)
        (raw,) = read.values
        pillar = self.context.known.concept("pillar", item.pillar.text) if item.pillar else None
        doubts = []
        if item.pillar and not pillar:
            doubts = [
                doubt(
                    "pillar",
                    "pillar-unknown",
                    item.pillar.place,
                    missing=item.pillar.text,
                    label=item.pillar.text,
                )
            ]
        statements = [*self._statements(item, pillar)]
        statements += [number("position", item.position)] if row.has_position else []
        statements += [flag("openList")] if item in self.open else []
        value = replace(
            raw,
            stem=self._stem(item, position, pillar),
            statements=tuple(statements),
            evidence=evidence,
            counted_over_all=item.kind in _COUNTED_OVER_ALL,
        )
        return FieldValues((value,), doubts)

    def _stem(self, item: Item, position: int, pillar: ox.NamedNode | None) -> str:
        kind = item.kind.value
        if pillar:
            return f"{kind}-{pillar.value.rpartition('/')[2]}-{item.position}"
        is_listed = item.kind not in {ItemKind.TEXT, ItemKind.GOAL}
        return f"{kind}-{position}" if is_listed or self.counts[item.measure, item.kind] > 1 else kind

    def _statements(self, item: Item, pillar: ox.NamedNode | None) -> Iterator[Statement]:
        if item.group:
            yield japanese("modelGroup", item.group.text)
        if item.name:
            yield japanese("modelName", item.name.text)
        yield japanese("plain", item.plain)
        if item.kind is ItemKind.MEANS and self.has_goal:
            yield statement("towards", GOAL)
        if pillar:
            yield statement("pillar", pillar)

    def _measure_evidence(self) -> Iterator[tuple[tuple[str, ...], Evidence]]:
        for inference in self.body.inferences:
            if inference.relation is Relation.MEASURE:
                numbers = {item.measure for item in inference.items if item.measure}
                kind = inference.items[0].kind
                name = f"{kind.value}s" if kind in _COUNTED_OVER_ALL else f"measure-{kind.value}s"
                link = BY_ITEM[kind].link
                yield tuple(sorted(numbers)), _inferred(inference, name, link)


def _of_open_lists(body: SheetBody) -> Iterator[Item]:
    """The items of lists that a heading calls examples (例), or that end with 等."""
    lists: dict[tuple[str | None, ItemKind, str], list[Item]] = {}
    for item in body.items:
        if item.kind in _LISTED:
            heading = item.heading.text if item.heading else ""
            lists.setdefault((item.measure, item.kind, heading), []).append(item)
    for (_, _, heading), items in lists.items():
        if "例" in heading or items[-1].printed.text.rstrip().endswith("等"):
            yield from items


def _item_evidence(body: SheetBody, in_open_list: frozenset[Item]) -> dict[Item, tuple[Evidence, ...]]:
    """What is inferred of items, and the headings that are printed right above them.

    A heading that calls its list examples (例) says with the same words that the list is open.
    """
    by_item: dict[Item, tuple[Evidence, ...]] = {}
    for inference in body.inferences:
        if inference.relation in _PROPERTIES:
            kind = inference.items[0].kind.value
            terms = [_PROPERTIES[inference.relation]]
            if inference.relation is Relation.HEADING and in_open_list.issuperset(inference.items):
                terms.append("openList")
            evidence = _inferred(inference, f"{kind}-{inference.relation.value}", *terms)
            for item in inference.items:
                by_item[item] = (*by_item.get(item, ()), evidence)
    inferred = {item for one in body.inferences if one.relation is Relation.HEADING for item in one.items}
    for item in body.items:
        if item.heading and item not in inferred:
            printed = stated(f"{item.kind.value}-heading", f"{KK}heading", item.heading.place)
            if item in in_open_list:
                printed = replace(printed, properties=(*printed.properties, f"{KK}openList"))
            by_item[item] = (*by_item.get(item, ()), printed)
    return by_item


def _inferred(inference: Inference, name: str, *terms: str) -> Evidence:
    places, reason = tuple(inference.places), Text(inference.ja, inference.en)
    return Evidence(name, tuple(KK + term for term in terms), Basis.INFERRED, places, inference.rule, reason)
