"""A value node under proposal: what a sheet prints in one place, and what that means."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from kankei.curation.candidate.nodes import Statement
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import PrintedText


class Basis(Enum):
    """What a statement rests on; the values are the names of the individuals of ``kk:Basis``."""

    STATED = "stated"
    INFERRED = "inferred"
    EDITORIAL = "editorial"


@dataclass(frozen=True)
class Ground:
    """What some properties of a value rest on, where that is not the text at the value's own place.

    `name` names the evidence node; grounds that are equal but for the values that they are about share one.
    """

    name: str
    properties: tuple[str, ...]
    basis: Basis
    places: tuple[LineRange, ...]
    rule: str | None = None
    ja: str = ""
    en: str = ""


@dataclass(frozen=True)
class Value:
    """A value node. `stem` and `suffix` stand before and behind the year in its name.

    Without `printed` the sheet leaves the field blank. `link` is the property that leads to it. The name of
    one that belongs to a measure begins with the measure's, unless `counted_over_all` measures.
    """

    link: str
    type: str
    stem: str
    place: LineRange
    printed: PrintedText | None = None
    heading: PrintedText | None = None
    statements: tuple[Statement, ...] = ()
    grounds: tuple[Ground, ...] = ()
    suffix: str = ""
    counted_over_all: bool = False

    def numbered(self, position: int) -> "Value":
        """The same value as one of several of its kind."""
        return replace(self, stem=f"{self.stem}-{position}")


@dataclass(frozen=True)
class Reading:
    """What a field yields: its values, and what is doubtful about them."""

    values: Sequence[Value] = ()
    doubts: Sequence[Doubt] = ()


def unreadable(about: str, printed: PrintedText, error: ParseError) -> Doubt:
    """The doubt about a text that its grammar cannot read."""
    where = printed.part(min(error.position, len(error.text)), len(error.text)).place
    return Doubt(
        about,
        f"「{printed.text}」を読み取れない（{error.position + 1}文字目から）。原文のまま残し、値を付けない。",
        f"{error.message} (character {error.position + 1} of “{printed.text}”); it stays raw, with no value.",
        where,
    )
