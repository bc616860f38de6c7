"""The policy themes that a sheet's theme line names, as concepts."""

from dataclasses import replace

import pyoxigraph as ox

from kankei.curation.candidate.nodes import statement
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value import Reading, Value, unreadable
from kankei.source.grammars import theme_line
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import PrintedText

ABOUT = "theme"


def read(printed: PrintedText, context: SheetContext) -> Reading:
    """The theme and the sub-theme, where both are known and one lies below the other."""
    value = Value("themeLine", "ThemeLine", ABOUT, printed.place, printed)
    try:
        line = theme_line.parse(printed.text)
    except ParseError as error:
        return Reading((value,), (unreadable(ABOUT, printed, error),))
    labels = [line.theme, *([line.sub_theme] if line.sub_theme else [])]
    nodes = [context.known.concept("theme", label) for label in labels]
    doubts = [_unknown(printed, label) for label, node in zip(labels, nodes, strict=True) if not node]
    known = [node for node in nodes if node]
    if len(known) > 1 and context.known.broader.get(known[1]) != known[0]:
        doubts.append(_elsewhere(printed, labels))
        known = known[:1]
    if nodes[0] and line.number and context.known.notations.get(nodes[0], line.number) != line.number:
        doubts.append(_numbered(printed, nodes[0], context))
    statements = tuple(statement("theme", node) for node in known)
    return Reading((replace(value, statements=statements),), tuple(doubts))


def _unknown(printed: PrintedText, label: str) -> Doubt:
    return Doubt(
        ABOUT,
        f"「{label}」という政策テーマの概念がない。体系（ontology/schemes/theme.ttl）に加えるか、ラベルを補う。",
        f"No theme is labelled {label}: add it, or the label, to ontology/schemes/theme.ttl.",
        printed.place,
    )


def _elsewhere(printed: PrintedText, labels: list[str]) -> Doubt:
    return Doubt(
        ABOUT,
        f"「{labels[1]}」は体系では「{labels[0]}」の下にない。",
        f"In the scheme {labels[1]} does not lie below {labels[0]}.",
        printed.place,
    )


def _numbered(printed: PrintedText, theme: ox.NamedNode, context: SheetContext) -> Doubt:
    number = context.known.notations[theme]
    return Doubt(
        ABOUT,
        f"テーマの番号が体系の {number} と異なる。",
        f"The theme's number is not the scheme's, {number}.",
        printed.place,
    )
