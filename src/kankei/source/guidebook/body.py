"""What stands below the table of a sheet: texts, goals, lists, captions, and what each belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.lines.document import Doubt, LineRange
from kankei.source.lines.printed_text import PrintedText


class ItemKind(Enum):
    """Kinds of items; the values name the nodes of a candidate."""

    TEXT = "text"
    GOAL = "goal"
    MEANS = "means"
    MODEL = "model"
    ISSUE = "issue"
    EXAMPLE = "example"
    CAPTION = "caption"
    BUDGET = "budget"


class Relation(Enum):
    """Fields of an item that a rule may infer where the print does not state them."""

    HEADING = "heading"
    MEASURE = "measure"
    PILLAR = "pillar"
    NAME = "name"


@dataclass(frozen=True)
class Item:
    """One item of a body.

    `plain` is its text without bullet and line breaks. `heading` is the heading that it stands under,
    `measure` the circled number of the measure that it belongs to, `pillar` the pillar as printed; each None
    if there is none or it cannot be decided. `position` counts, from 1, the items of a kind that belong
    together. `group` and `name` are those of a model.
    """

    kind: ItemKind
    printed: PrintedText
    plain: str
    position: int = 1
    heading: PrintedText | None = None
    measure: str | None = None
    pillar: PrintedText | None = None
    group: PrintedText | None = None
    name: PrintedText | None = None


@dataclass(frozen=True)
class Measure:
    """A measure that a body names: its circled number, its title as printed with the number, its name."""

    number: str
    title: PrintedText
    name: str


@dataclass(frozen=True)
class Establishment:
    """The fiscal year in which a body says that its programme began, and the text that says so."""

    year: FiscalYear
    printed: PrintedText


@dataclass(frozen=True)
class Inference:
    """A relation of some items that the print does not state: by which rule it holds, and on what lines.

    The rule is a slug of the scheme of rules. `ja` and `en` say more if the rule alone does not explain it.
    """

    relation: Relation
    items: Sequence[Item]
    rule: str
    places: Sequence[LineRange]
    ja: str = ""
    en: str = ""


@dataclass(frozen=True)
class SheetBody:
    """The body of a sheet, in printed order.

    The print states a relation of an item for which there is no inference. `repeated_labels` are lines that
    only print the labels of the sheet's links again: no items, and no doubt. `unclassified` are the lines
    that no rule recognised, each with a doubt.
    """

    measures: Sequence[Measure] = ()
    items: Sequence[Item] = ()
    inferences: Sequence[Inference] = ()
    establishment: Establishment | None = None
    repeated_labels: Sequence[PrintedText] = ()
    unclassified: Sequence[PrintedText] = ()
    doubts: Sequence[Doubt] = ()
