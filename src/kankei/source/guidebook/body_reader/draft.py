"""A body while the rules read it: passages, the items that they are, and the relations of items."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from kankei.localisation import Text
from kankei.source.guidebook.body import (
    Establishment,
    Inference,
    Item,
    ItemKind,
    Measure,
    Relation,
    SheetBody,
)
from kankei.source.guidebook.body_reader.passage import Passage
from kankei.source.guidebook.sentences import NO_TEXT, sentence
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import PrintedText

Value = PrintedText | str


@dataclass(frozen=True)
class _ItemFields:
    """The kind of an item, the key of those that it is counted with, and its fields beside relations."""

    kind: ItemKind
    counted_with: Hashable
    fields: Mapping[str, object]


class Draft:
    """The passages of a body and what the rules have read in them.

    A passage is unread until a rule takes it: as an item, as part of one, or as unclassified.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self.unread = dict.fromkeys(passages)
        self.measures: list[Measure] = []
        self.repeated_labels: list[Passage] = []
        self.unclassified: list[Passage] = []
        self.doubts: list[Doubt] = []
        self.establishment: Establishment | None = None
        self._items: dict[Passage, _ItemFields] = {}
        self._parts: list[Item] = []
        self._inferences: list[tuple[Relation, Sequence[Passage], str, tuple[LineRange, ...], Text]] = []
        self._values: dict[tuple[Relation, Passage], Value] = {}

    def take(self, *passages: Passage) -> None:
        """Take passages from the unread ones."""
        for passage in passages:
            self.unread.pop(passage, None)

    def add_item(
        self, kind: ItemKind, passage: Passage, counted_with: Hashable = None, **fields: object
    ) -> None:
        """Take a passage as an item; those of one kind, measure and key `counted_with` are counted."""
        self.take(passage)
        self._items[passage] = _ItemFields(kind, counted_with, fields)

    def remove_item(self, passage: Passage) -> None:
        """Make the passage of an item unread again."""
        del self._items[passage]
        self.unread[passage] = None

    def add_part(self, item: Item) -> None:
        """Add an item that is part of a passage."""
        self._parts.append(item)

    def state(self, relation: Relation, values: Mapping[Passage, Value]) -> None:
        """Add a relation of passages that the print states, with its value for each."""
        for passage, value in values.items():
            self._values[relation, passage] = value

    def infer(
        self,
        relation: Relation,
        values: Mapping[Passage, Value],
        rule: str,
        places: Sequence[LineRange],
        reason: Text = NO_TEXT,
    ) -> None:
        """Add a relation that a rule infers from some lines."""
        self.state(relation, values)
        self._inferences.append((relation, tuple(values), rule, tuple(places), reason))

    def doubt(self, about: str, key: str, *passages: Passage, **gaps: object) -> None:
        """Add a doubt about passages: the sentence of a key."""
        self.doubts.append(Doubt(about, *sentence(key, **gaps), place_of(passages)))

    def reject(self, about: str, key: str, *passages: Passage, **gaps: object) -> None:
        """Take passages as unclassified, with a doubt."""
        self.take(*passages)
        self.unclassified.extend(passages)
        self.doubt(about, key, *passages, **gaps)

    def is_item(self, passage: Passage, kind: ItemKind) -> bool:
        """Whether a passage is an item of a kind."""
        return passage in self._items and self._items[passage].kind is kind

    def items(self, kind: ItemKind) -> list[Passage]:
        """The passages that are items of a kind, in printed order."""
        return sorted((p for p, item in self._items.items() if item.kind is kind), key=_first_line)

    def heading(self, passage: Passage) -> PrintedText | None:
        """The heading that a passage stands under, as far as it is known."""
        value = self._values.get((Relation.HEADING, passage))
        return value if isinstance(value, PrintedText) else None

    def measure(self, passage: Passage) -> str | None:
        """The number of the measure that a passage belongs to, as far as it is known."""
        value = self._values.get((Relation.MEASURE, passage))
        return value if isinstance(value, str) else None

    def body(self) -> SheetBody:
        """The body as read."""
        items = self._related_items()
        inferences = tuple(
            Inference(relation, tuple(items[passage] for passage in passages), rule, places, *reason)
            for relation, passages, rule, places, reason in self._inferences
        )
        return SheetBody(
            tuple(self.measures),
            tuple(sorted((*items.values(), *self._parts), key=lambda item: item.printed.first)),
            inferences,
            self.establishment,
            tuple(passage.printed for passage in self.repeated_labels),
            tuple(passage.printed for passage in sorted(self.unclassified, key=_first_line)),
            tuple(self.doubts),
        )

    def _related_items(self) -> dict[Passage, Item]:
        """The items with their relations and positions."""
        relations: dict[Passage, dict[str, Value]] = {}
        for (relation, passage), value in self._values.items():
            relations.setdefault(passage, {})[relation.value] = value
        counts: Counter[Hashable] = Counter()
        items: dict[Passage, Item] = {}
        for passage in sorted(self._items, key=_first_line):
            item = self._items[passage]
            fields = {"plain": passage.plain, **item.fields, **relations.get(passage, {})}
            key = (item.kind, self.measure(passage), item.counted_with)
            counts[key] += 1
            items[passage] = Item(item.kind, passage.printed, position=counts[key], **fields)  # type: ignore[arg-type]
        return items


def place_of(passages: Sequence[Passage]) -> LineRange:
    """The lines from the first to the last of some passages."""
    return LineRange(min(p.printed.first for p in passages), max(p.printed.last for p in passages))


def _first_line(passage: Passage) -> int:
    return passage.printed.first
