"""The kinds of support of a sheet as concepts."""

from dataclasses import replace

from kankei.curation.candidate.nodes import concept, statement
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value import Reading, Value, unreadable
from kankei.source.grammars import support_kind
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.lines.printed_text import PrintedText

ABOUT = "support"


def read(printed: PrintedText, heading: PrintedText | None, context: SheetContext) -> Reading:  # noqa: ARG001
    """The support kinds that a text lists."""
    value = Value("support", "Support", ABOUT, printed.place, printed, heading)
    try:
        kinds = support_kind.parse(printed.text)
    except ParseError as error:
        return Reading((value,), (unreadable(ABOUT, printed, error),))
    said = tuple(statement("kind", concept("support-kind", kind.value)) for kind in kinds)
    return Reading((replace(value, statements=said),))
