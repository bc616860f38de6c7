"""The field table: one row for each field of a sheet, with its column, its grammar, and how it is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kankei.curation.candidate import application_fields, concept_fields, line_fields, money_fields
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value_node import FieldValues, ValueNode, doubt, unreadable
from kankei.source.grammars.normalised_text import ParseError, without_note_mark
from kankei.source.guidebook.body import ItemKind
from kankei.source.guidebook.columns import Column
from kankei.source.lines.document import Doubt
from kankei.source.lines.printed_text import PrintedText

FieldParser = Callable[[ValueNode, PrintedText, SheetContext], FieldValues]
"""Turns the raw value of a printed text into its values; raises `ParseError` where no grammar reads it."""


@dataclass(frozen=True)
class FieldType:
    """One row. To add a field with a grammar of its own, add its row to `FIELDS`.

    `link` is the property that leads from an entry to the field's nodes, `type` their class in the ontology,
    `stem` the beginning of their names and the subject of doubts; `aliases` are further subjects. The field
    is printed in `column` of the table, or it is an `item` of the body; `by_measure` is whether a cell may
    hold a text for each measure, `has_position` whether items are counted. Without `parse` only the printed
    text is kept.
    """

    link: str
    type: str
    stem: str
    parse: FieldParser | None = None
    column: Column | None = None
    by_measure: bool = False
    item: ItemKind | None = None
    has_position: bool = False
    aliases: tuple[str, ...] = ()

    def raw(self, printed: PrintedText, heading: PrintedText | None = None) -> ValueNode:
        """The value node of a printed text without interpretation."""
        raw_only = self.parse is None
        return ValueNode(self.link, self.type, self.stem, printed.place, printed, heading, raw_only=raw_only)

    def read(self, raw: ValueNode, printed: PrintedText, context: SheetContext) -> FieldValues:
        """The values of a text; one that the grammar cannot read stays raw, with a doubt."""
        if self.parse is None:
            return FieldValues((raw,))
        bare = printed.part(0, len(without_note_mark(printed.text))) if self.column else printed
        try:
            read = self.parse(raw, bare, context)
        except ParseError as error:
            return FieldValues((raw,), (unreadable(self.stem, printed, error),))
        return FieldValues(read.values, (*read.doubts, *self._note_doubt(printed, len(bare.text))))

    def _note_doubt(self, printed: PrintedText, start: int) -> Iterator[Doubt]:
        """A doubt about the mark of a note behind a text, if one stands there: a note may limit the value."""
        if start < len(printed.text):
            mark = printed.part(start, len(printed.text))
            text = printed.text.replace("\n", "")
            yield doubt(self.stem, "note-mark", mark.place, printed=text, mark=mark.text.strip())


FIELDS = (
    FieldType("title", "Title", "title", line_fields.parse_title, aliases=("measure", "name")),
    FieldType("subtitle", "Title", "subtitle", line_fields.parse_subtitle),
    FieldType("themeLine", "ThemeLine", "theme", line_fields.parse_theme),
    FieldType("bodies", "ImplementingBodies", "bodies", concept_fields.parse_bodies, Column.BODIES, True),
    FieldType("support", "Support", "support", concept_fields.parse_support, Column.SUPPORT, True),
    FieldType("funding", "Funding", "funding", money_fields.parse_funding, Column.FUNDING, True),
    FieldType("cell", "Cell", "cell"),
    FieldType("call", "Call", "call", application_fields.parse_calls, Column.CALL),
    FieldType("needsSurvey", "NeedsSurvey", "survey", application_fields.parse_surveys, Column.SURVEY),
    FieldType(
        *("budget", "Budget", "budget", money_fields.parse_budget, Column.BUDGET, True, ItemKind.BUDGET),
        aliases=("unit",),
    ),
    FieldType("contact", "Contact", "contact", application_fields.parse_contact, Column.CONTACT, True),
    FieldType("link", "Link", "link", line_fields.parse_links),
    FieldType("text", "Text", "text", item=ItemKind.TEXT, has_position=True),
    FieldType("goal", "Goal", "goal", item=ItemKind.GOAL),
    FieldType("means", "Means", "means", item=ItemKind.MEANS, has_position=True),
    FieldType("model", "Model", "model", item=ItemKind.MODEL, has_position=True),
    FieldType("issue", "AssumedIssue", "issue", item=ItemKind.ISSUE, has_position=True),
    FieldType("exampleActivity", "ExampleActivity", "example", item=ItemKind.EXAMPLE, has_position=True),
    FieldType("caption", "Caption", "caption", item=ItemKind.CAPTION, has_position=True),
    FieldType("actor", "Mention", "actor"),
    FieldType("partner", "Mention", "partner"),
    FieldType("addressee", "Mention", "addressee"),
    FieldType("topic", "Mention", "topic"),
    FieldType("absence", "Absence", "absence"),
)
"""Rows in the order in which an entry's statements lead to the fields."""

BY_LINK = {row.link: row for row in FIELDS}
BY_COLUMN = {row.column: row for row in FIELDS if row.column}
BY_ITEM = {row.item: row for row in FIELDS if row.item}
COLUMN_CONCEPTS = {Column.SURVEY: "needs-survey"}
"""The slugs of columns in ``scheme:column`` that are not those of `Column`."""
STEMS = {subject: row.stem for row in FIELDS for subject in (row.link, *row.aliases)}
"""The stem of the field that a doubt about a subject is about."""
