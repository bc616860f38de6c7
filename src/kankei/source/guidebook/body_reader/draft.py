"""A body while the rules read it: passages, the items that they are, and the relations of items."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

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
from kankei.source.guidebook.body_reader.passage import Passage, Passages
from kankei.source.guidebook.body_reader.text_patterns import is_purpose_heading
from kankei.source.guidebook.sentences import NO_TEXT, sentence
from kankei.source.lines.document import Doubt, LineRange
from kankei.source.lines.printed_text import PrintedText

Value = PrintedText | str


class Draft:
    """The passages of a body and what the rules have read in them.

    A passage is unread until a rule takes it: as an item, as part of one, or as unclassified.
    """

    def __init__(self, passages: Passages) -> None:
        self.passages = passages
        self.unread = dict.fromkeys(passages)
        self.measures: list[Measure] = []
        self.repeated_labels: list[Passage] = []
        self.unclassified: list[Passage] = []
        self.doubts: list[Doubt] = []
        self.establishment: Establishment | None = None
        self._items: dict[Passage, tuple[ItemKind, Hashable]] = {}
        self._fields: dict[Passage, dict[str, object]] = {passage: {} for passage in passages}
        self.parts: list[Item] = []
        """Items that are parts of passages."""
        self._inferences: list[tuple[tuple[Passage, ...], Inference]] = []

    def take(self, *passages: Passage) -> None:
        """Take passages from the unread ones."""
        for passage in passages:
            self.unread.pop(passage, None)

    def add_item(self, kind: ItemKind, passage: Passage, series: Hashable = None, **fields: object) -> None:
        """Take a passage as an item; those of one kind, measure and series are counted."""
        self.take(passage)
        self._items[passage] = kind, series
        self._fields.setdefault(passage, {}).update(fields)

    def remove_item(self, passage: Passage) -> None:
        """Make the passage of an item unread again."""
        del self._items[passage]
        self.unread[passage] = None

    def state(self, relation: Relation, values: Mapping[Passage, Value]) -> None:
        """Add a relation of passages that the print states, with its value for each."""
        for passage, value in values.items():
            self._fields[passage][relation.value] = value

    def forget(self, relation: Relation, passage: Passage) -> None:
        """Drop what is stated or inferred of a relation of a passage."""
        self._fields[passage].pop(relation.value, None)
        kept = []
        for passages, inference in self._inferences:
            others = tuple(
                one for one in passages if one is not passage or inference.relation is not relation
            )
            if others:
                kept.append((others, inference))
        self._inferences = kept

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
        self._inferences.append((tuple(values), Inference(relation, (), rule, tuple(places), *reason)))

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
        return passage in self._items and self._items[passage][0] is kind

    def items(self, kind: ItemKind) -> list[Passage]:
        """The passages that are items of a kind, in printed order."""
        return sorted((p for p in self._items if self.is_item(p, kind)), key=_first_line)

    def heading(self, passage: Passage) -> PrintedText | None:
        """The heading that a passage stands under, as far as it is known."""
        heading = self._fields[passage].get(Relation.HEADING.value)
        return heading if isinstance(heading, PrintedText) else None

    def is_under_purpose(self, passage: Passage) -> bool:
        """Whether a passage stands under a heading of purpose or background."""
        heading = self.heading(passage)
        return heading is not None and is_purpose_heading(heading.text)

    def measure(self, passage: Passage) -> str | None:
        """The number of the measure that a passage belongs to, as far as it is known."""
        number = self._fields[passage].get(Relation.MEASURE.value)
        return number if isinstance(number, str) else None

    def body(self) -> SheetBody:
        """The body as read."""
        items = self._numbered_items()
        return SheetBody(
            tuple(self.measures),
            tuple(sorted((*items.values(), *self.parts), key=lambda item: item.printed.first)),
            tuple(
                replace(inference, items=tuple(items[passage] for passage in passages))
                for passages, inference in self._inferences
            ),
            self.establishment,
            tuple(passage.printed for passage in self.repeated_labels),
            tuple(passage.printed for passage in sorted(self.unclassified, key=_first_line)),
            tuple(self.doubts),
        )

    def _numbered_items(self) -> dict[Passage, Item]:
        counts: Counter[Hashable] = Counter()
        items: dict[Passage, Item] = {}
        for passage in sorted(self._items, key=_first_line):
            kind, series = self._items[passage]
            key = (kind, self.measure(passage), series)
            counts[key] += 1
            fields = {"plain": passage.plain, **self._fields[passage]}
            items[passage] = Item(kind, passage.printed, position=counts[key], **fields)  # type: ignore[arg-type]
        return items


def place_of(passages: Passages) -> LineRange:
    """The lines from the first to the last of some passages."""
    return LineRange(min(p.printed.first for p in passages), max(p.printed.last for p in passages))


def _first_line(passage: Passage) -> int:
    return passage.printed.first
