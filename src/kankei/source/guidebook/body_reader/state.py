"""A body while it is read: which passages are still free, and what is said of the others."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

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
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import PrintedText

Value = PrintedText | str


@dataclass(frozen=True)
class Claim:
    """A relation of passages, with its value for each; without a rule where the print states it."""

    relation: Relation
    values: Mapping[Passage, Value]
    rule: str | None = None
    places: Sequence[LineRange] = ()
    ja: str = ""
    en: str = ""


@dataclass(frozen=True)
class _Known:
    """That a passage is an item: with whom it is counted, and the fields that are no relations."""

    kind: ItemKind
    together: Hashable
    fields: Mapping[str, object]


class Draft:
    """The passages of a body and what has been found in them; readers take passages and say what they are."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self.free = dict.fromkeys(passages)
        self.measures: list[Measure] = []
        self.repeats: list[Passage] = []
        self.left: list[Passage] = []
        self.doubts: list[Doubt] = []
        self.established: Establishment | None = None
        self._items: dict[Passage, _Known] = {}
        self._parts: list[Item] = []
        self._claims: list[Claim] = []
        self._values: dict[tuple[Relation, Passage], Value] = {}

    def take(self, *passages: Passage) -> None:
        """These passages are known, or are being said to be unknown."""
        for passage in passages:
            self.free.pop(passage, None)

    def item(self, kind: ItemKind, passage: Passage, together: Hashable = None, **fields: object) -> None:
        """A passage is an item of a kind; those of one kind and measure that stand `together` are counted."""
        self.take(passage)
        self._items[passage] = _Known(kind, together, fields)

    def retract(self, passage: Passage) -> None:
        """A passage is no item after all, and free again."""
        del self._items[passage]
        self.free[passage] = None

    def part(self, item: Item) -> None:
        """An item that is part of a passage."""
        self._parts.append(item)

    def claim(self, claim: Claim) -> None:
        """A relation holds."""
        self._claims.append(claim)
        for passage, value in claim.values.items():
            self._values[claim.relation, passage] = value

    def doubt(self, about: str, ja: str, en: str, *passages: Passage) -> None:
        """What cannot be told, and on what lines."""
        self.doubts.append(Doubt(about, ja, en, place(passages) if passages else None))

    def leave(self, about: str, ja: str, en: str, *passages: Passage) -> None:
        """These passages stay unknown, for a reason."""
        self.take(*passages)
        self.left.extend(passages)
        self.doubt(about, ja, en, *passages)

    def is_item(self, passage: Passage, kind: ItemKind) -> bool:
        """Whether a passage is an item of a kind."""
        return passage in self._items and self._items[passage].kind is kind

    def of(self, kind: ItemKind) -> list[Passage]:
        """The passages that are items of a kind, in printed order."""
        found = (passage for passage, known in self._items.items() if known.kind is kind)
        return sorted(found, key=_first)

    def value(self, relation: Relation, passage: Passage) -> Value | None:
        """What a passage has been given, if anything."""
        return self._values.get((relation, passage))

    def body(self) -> SheetBody:
        """The body as read."""
        items = self._related()
        inferences = tuple(
            Inference(c.relation, tuple(items[p] for p in c.values), c.rule, tuple(c.places), c.ja, c.en)
            for c in self._claims
            if c.rule
        )
        every = sorted((*items.values(), *self._parts), key=lambda item: item.printed.first)
        return SheetBody(
            tuple(self.measures),
            tuple(every),
            inferences,
            self.established,
            tuple(passage.printed for passage in self.repeats),
            tuple(passage.printed for passage in sorted(self.left, key=_first)),
            tuple(self.doubts),
        )

    def _related(self) -> dict[Passage, Item]:
        """The items with what they belong to, and their positions."""
        fields: dict[Passage, dict[str, Value]] = {}
        for (relation, passage), value in self._values.items():
            fields.setdefault(passage, {})[relation.value] = value
        counts: Counter[Hashable] = Counter()
        items: dict[Passage, Item] = {}
        for passage in sorted(self._items, key=_first):
            known = self._items[passage]
            own = {"plain": passage.plain, **known.fields, **fields.get(passage, {})}
            key = (known.kind, own.get(Relation.MEASURE.value), known.together)
            counts[key] += 1
            items[passage] = Item(known.kind, passage.printed, position=counts[key], **own)  # type: ignore[arg-type]
        return items


def place(passages: Sequence[Passage]) -> LineRange:
    """The lines from the first to the last of some passages."""
    return LineRange(min(p.printed.first for p in passages), max(p.printed.last for p in passages))


def _first(passage: Passage) -> int:
    return passage.printed.first
