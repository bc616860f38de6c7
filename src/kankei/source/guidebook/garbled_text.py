"""Texts with a character that no font or encoding gives a meaning (U+FFFD): they are no field of a sheet.

What such a text says is not known, not even where the rest of it can be read: 2�0 may be any of ten numbers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kankei.source.guidebook.body import Item, SheetBody
from kankei.source.guidebook.sentences import sentence
from kankei.source.guidebook.sheet import Cell, Sheet
from kankei.source.lines.document import Doubt
from kankei.source.lines.printed_text import PrintedText

_REPLACEMENT = "\ufffd"
_MAX_QUOTED = 60


def without_garbled_texts(sheet: Sheet) -> Sheet:
    """The sheet without the fields whose text has such a character, with an open doubt about each."""
    garbled = list(_garbled(sheet))
    if not garbled:
        return sheet
    doubts = [_doubt(about, text) for about, text in garbled]
    return replace(
        sheet,
        number=_if_legible(sheet.number),
        name=_if_legible(sheet.name),
        subtitle=_if_legible(sheet.subtitle),
        theme=_if_legible(sheet.theme),
        unit=_if_legible(sheet.unit),
        links=tuple(link for link in sheet.links if not _is_garbled(link)),
        cells=tuple(map(_without_value, sheet.cells)),
        body=_body(sheet.body),
        doubts=(*sheet.doubts, *doubts),
    )


def _garbled(sheet: Sheet) -> Iterator[tuple[str, PrintedText]]:
    """What each garbled text is about, and the text."""
    for about in ("number", "name", "subtitle", "theme", "unit"):
        text = getattr(sheet, about)
        if text and _is_garbled(text):
            yield about, text
    yield from (("url", link) for link in sheet.links if _is_garbled(link))
    for cell in sheet.cells:
        for text in (cell.value, cell.disputed):
            if text and _is_garbled(text):
                yield cell.column.value, text
    for text in _body_texts(sheet.body):
        if _is_garbled(text):
            yield "body", text


def _body_texts(body: SheetBody) -> Iterator[PrintedText]:
    yield from (item.printed for item in body.items)
    yield from (measure.title for measure in body.measures)
    if body.establishment:
        yield body.establishment.printed


def _if_legible(text: PrintedText | None) -> PrintedText | None:
    return None if text and _is_garbled(text) else text


def _without_value(cell: Cell) -> Cell:
    if any(text and _is_garbled(text) for text in (cell.value, cell.disputed)):
        return replace(cell, value=None, known=False, disputed=None)
    return cell


def _body(body: SheetBody) -> SheetBody:
    """The body without garbled items; nothing is read of it where the title of a measure is garbled."""
    titles_are_legible = not any(_is_garbled(measure.title) for measure in body.measures)
    kept = [item for item in body.items if titles_are_legible and not _has_garbled_part(item)]
    dropped = [item.printed for item in body.items if item not in kept]
    inferences = [
        replace(one, items=items)
        for one in body.inferences
        if (items := tuple(item for item in one.items if item in kept))
    ]
    legible = body.establishment and not _is_garbled(body.establishment.printed)
    return replace(
        body,
        items=tuple(kept),
        measures=body.measures if titles_are_legible else (),
        inferences=tuple(inferences),
        establishment=body.establishment if legible else None,
        unclassified=(*body.unclassified, *dropped),
        doubts=(*body.doubts, *(_doubt("body", text) for text in dropped if not _is_garbled(text))),
    )


def _has_garbled_part(item: Item) -> bool:
    parts: Iterable[PrintedText | None] = (item.printed, item.heading, item.pillar, item.group, item.name)
    return any(part is not None and _is_garbled(part) for part in parts)


def _is_garbled(text: PrintedText) -> bool:
    return _REPLACEMENT in text.text


def _doubt(about: str, text: PrintedText) -> Doubt:
    quoted = " ".join(text.text.split())[:_MAX_QUOTED]
    return Doubt(about, *sentence("text-garbled", text=quoted), text.place)
