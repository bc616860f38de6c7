"""What curators decided of sheets whose text does not tell which of two columns a value stands in.

Text that was extracted from a table has a window between two columns that both may hold one: the call and the
survey of demand. Only who sees the page can tell. Where the data folder has an entry of the same number, name
and window, with a call and without survey, a curator has told.
"""

from dataclasses import replace

from kankei.curation.candidate.known_terms import KnownTerms, label_key
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.sheet import Cell, Sheet


def with_accepted_columns(sheet: Sheet, known: KnownTerms) -> Sheet:
    """The sheet, its disputed window in the column that a curator decided on, if one has."""
    disputed = {cell.disputed for cell in sheet.cells if cell.disputed}
    if len(disputed) != 1 or not (sheet.number and sheet.name):
        return sheet
    (printed,) = disputed
    key = label_key(sheet.number.text), label_key(sheet.name.text), label_key(printed.text)
    if key not in known.accepted_calls:
        return sheet
    cells = tuple(_decided(cell) if cell.disputed else cell for cell in sheet.cells)
    doubts = tuple(doubt for doubt in sheet.doubts if doubt.place != printed.place or doubt.about != "cells")
    return replace(sheet, cells=cells, doubts=doubts)


def _decided(cell: Cell) -> Cell:
    value = cell.disputed if cell.column is Column.CALL else None
    return replace(cell, value=value, known=True, disputed=None)
