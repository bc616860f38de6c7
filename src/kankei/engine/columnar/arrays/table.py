"""Solutions in columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TypeAlias

from kankei.engine.algebra.terms import XSD
from kankei.engine.columnar.arrays.term_arrays import Cell, TermArrays
from kankei.engine.columnar.arrays.triple_arrays import Ids, Mask, Whole
from kankei.engine.columnar.solutions import Row
from kankei.engine.columnar.translation.term_types import Types
from kankei.release.columns.schema import LITERAL

UNBOUND: Cell = (None, None, None, None)


@dataclass(frozen=True, slots=True)
class Terms:
    """A column of terms of the release, and what they may be."""

    ids: Ids
    types: Types

    @property
    def codes(self) -> Ids:
        """Numbers that are equal where the terms are."""
        return self.ids

    def take(self, rows: Whole | Mask) -> "Terms":
        """The column with some of the rows."""
        return Terms(self.ids[rows], self.types)

    def cells(self, terms: TermArrays) -> Iterator[Cell]:
        """What is written of each row."""
        return terms.cells(self.ids)


@dataclass(frozen=True, slots=True)
class Integers:
    """A column of computed integers."""

    values: Whole

    @property
    def codes(self) -> Whole:
        """Numbers that are equal where the terms are."""
        return self.values

    def take(self, rows: Whole | Mask) -> "Integers":
        """The column with some of the rows."""
        return Integers(self.values[rows])

    def cells(self, _: TermArrays) -> Iterator[Cell]:
        """What is written of each row."""
        datatype = f"{XSD}integer"
        return ((LITERAL, str(value), datatype, "") for value in self.values.tolist())


@dataclass(frozen=True, slots=True)
class Computed:
    """A column of other computed terms, with the rank of each in their order."""

    written: Sequence[Cell]
    ranks: Whole

    @property
    def codes(self) -> Whole:
        """Numbers that are equal where the terms are."""
        return self.ranks

    def take(self, rows: Whole | Mask) -> "Computed":
        """The column with some of the rows."""
        ranks = self.ranks[rows]
        places = rows.nonzero()[0] if rows.dtype == bool else rows
        return Computed([self.written[place] for place in places.tolist()], ranks)

    def cells(self, _: TermArrays) -> Iterator[Cell]:
        """What is written of each row."""
        return iter(self.written)


Column: TypeAlias = Terms | Integers | Computed


@dataclass(frozen=True, slots=True)
class Table:
    """Solutions: a column for each variable that is bound, by its name."""

    length: int
    columns: Mapping[str, Column]

    def take(self, rows: Whole) -> "Table":
        """The table with some of the rows, by their places."""
        return Table(len(rows), {name: column.take(rows) for name, column in self.columns.items()})

    def keep(self, mask: Mask) -> "Table":
        """The table with the rows that the mask keeps."""
        return self if mask.all() else self.take(mask.nonzero()[0])

    def rows(self, variables: Sequence[str], terms: TermArrays) -> Iterator[Row]:
        """The rows as `solutions` writes them: four columns for each variable."""
        columns = [
            self.columns[name].cells(terms) if name in self.columns else repeat(UNBOUND, self.length)
            for name in variables
        ]
        for cells in zip(*columns, strict=True):
            yield [part for cell in cells for part in cell]
        if not columns:
            yield from repeat((), self.length)


ONE = Table(1, {})
"""The solution that binds nothing."""
