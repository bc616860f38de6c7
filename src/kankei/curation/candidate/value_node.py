"""Value nodes under proposal: the text that a sheet prints in one place, and its interpretation."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count

import pyoxigraph as ox

from kankei.curation.candidate.evidence import Evidence
from kankei.curation.candidate.nodes import Statement
from kankei.localisation import catalogue
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.lines.document import Doubt, LineRange, Weight
from kankei.source.lines.printed_text import PrintedText

MESSAGES = catalogue("kankei.curation")
GOAL = ox.NamedNode("urn:kankei:goal")
"""The goal of the sheet's entry, in statements of values that are made before the entry has a name."""


@dataclass(frozen=True)
class ValueNode:
    """A value node. `stem` and `suffix` stand before and behind the year in its name.

    Without `printed` the sheet leaves the field blank: what is written is a ``kk:Absence``, and `type` is the
    class of the value that there is none of. `link` is the property that leads to it; `raw_only` is
    whether the class has no interpretation. The name of a node that belongs to a measure begins with the
    measure's, unless `counted_over_all` measures.
    """

    link: str
    type: str
    stem: str
    place: LineRange
    printed: PrintedText | None = None
    heading: PrintedText | None = None
    statements: tuple[Statement, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    suffix: str = ""
    counted_over_all: bool = False
    raw_only: bool = False

    def numbered(self, position: int) -> "ValueNode":
        """The same value as one of several of its kind."""
        return replace(self, stem=f"{self.stem}-{position}")

    def name(self, prefix: str) -> tuple[str, str]:
        """The parts of the node's name before and behind the year; `prefix` is the name of its measure."""
        own = self.counted_over_all or not prefix
        return self.stem if own else f"{prefix}-{self.stem}", self.suffix


@dataclass(frozen=True)
class FieldValues:
    """The values of a field, and the doubts about them."""

    values: Sequence[ValueNode] = ()
    doubts: Sequence[Doubt] = ()


def doubt(
    about: str,
    key: str,
    place: LineRange | None = None,
    weight: Weight = Weight.UNRESOLVED,
    missing: str = "",
    **gaps: object,
) -> Doubt:
    """A doubt about a field, in the sentence of a key of this room's messages."""
    return Doubt(about, *MESSAGES.text(key, **gaps), place, weight, missing)


def unreadable(about: str, printed: PrintedText, error: ParseError) -> Doubt:
    """The doubt about a text that its grammar cannot read."""
    place = printed.part(min(error.position, len(error.text)), len(error.text)).place
    position = len(_joined(error.text[: error.position])) + 1
    quoted = _joined(printed.text)
    return doubt(about, "unreadable", place, printed=quoted, message=error.message, position=position)


def _joined(text: str) -> str:
    """A printed text on one line: a line break in a cell divides words and dates, and is no blank."""
    return "".join(line.strip() for line in text.splitlines())


def with_distinct_names(values: Iterable[tuple[str, ValueNode]]) -> tuple[ValueNode, ...]:
    """The values in the same order; those whose nodes would have the same name are numbered.

    Each value comes with the name of its measure, empty for a value of the entry.
    """
    values = list(values)
    times = Counter(value.name(measure) for measure, value in values)
    # Numbers are tried once only: many values of one name would take quadratic time.
    numbers = {name: count(1) for name, number in times.items() if number > 1}
    used: set[tuple[str, str]] = set()
    distinct = []
    for measure, value in values:
        named = value
        if value.name(measure) in numbers:
            candidates = map(value.numbered, numbers[value.name(measure)])
            named = next(one for one in candidates if one.name(measure) not in used)
        used.add(named.name(measure))
        distinct.append(named)
    return tuple(distinct)
