"""Fields in lines of their own, outside of the table: printed names, theme line and links."""

from collections.abc import Iterator
from dataclasses import replace

import pyoxigraph as ox

from kankei.curation.candidate.nodes import Statement, japanese, statement
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value_node import FieldValues, ValueNode, doubt
from kankei.source.grammars import links, theme_line
from kankei.source.grammars.links import Link
from kankei.source.lines.printed_text import PrintedText

_BRACKETS = {"（": "）", "(": ")"}


def parse_title(raw: ValueNode, printed: PrintedText, context: SheetContext) -> FieldValues:  # noqa: ARG001
    """The name of a programme, as printed and without line breaks."""
    return FieldValues((replace(raw, statements=(japanese("plain", one_line(printed)),)),))


def parse_subtitle(raw: ValueNode, printed: PrintedText, context: SheetContext) -> FieldValues:  # noqa: ARG001
    """The subtitle of a programme; the brackets around it are no part of its plain text."""
    return FieldValues((replace(raw, statements=(japanese("plain", without_brackets(printed)),)),))


def one_line(printed: PrintedText) -> str:
    """A printed text on one line."""
    return "".join(line.strip() for line in printed.text.splitlines())


def without_brackets(printed: PrintedText) -> str:
    """A printed text on one line, without the brackets around it."""
    text = one_line(printed)
    return text[1:-1] if text and _BRACKETS.get(text[0]) == text[-1] else text


def parse_theme(raw: ValueNode, printed: PrintedText, context: SheetContext) -> FieldValues:
    """The theme and the sub-theme, where both are known and one lies below the other."""
    line, known = theme_line.parse(printed.text), context.known
    labels = [line.theme, *([line.sub_theme] if line.sub_theme else [])]
    concepts = [known.concept("theme", label) for label in labels]
    doubts = [
        doubt(raw.stem, "theme-unknown", printed.place, missing=label, label=label)
        for label, node in zip(labels, concepts, strict=True)
        if not node
    ]
    themes = [node for node in concepts if node]
    if len(themes) > 1 and not known.is_below(themes[1], themes[0]):
        doubts.append(doubt(raw.stem, "theme-elsewhere", printed.place, lower=labels[1], upper=labels[0]))
        themes = themes[:1]
    statements = [statement("number", line.number)] if line.number else []
    statements += [statement("theme", node) for node in themes]
    return FieldValues((replace(raw, statements=tuple(statements)),), doubts)


def parse_links(raw: ValueNode, printed: PrintedText, context: SheetContext) -> FieldValues:  # noqa: ARG001
    """A value for each link of a text."""
    listed = links.parse(printed.text)
    return FieldValues([replace(raw, statements=tuple(_link_statements(link))) for link in listed])


def _link_statements(link: Link) -> Iterator[Statement]:
    if link.number:
        yield statement("number", link.number)
    if link.label:
        yield statement("label", link.label)
    yield statement("url", ox.NamedNode(link.url))
