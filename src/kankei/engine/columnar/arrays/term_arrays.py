"""The terms of a release as arrays by their identifier."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt

from kankei.engine.columnar.arrays.triple_arrays import Ids, Mask, Whole
from kankei.release.columns.schema import IRI, LITERAL

Cell: TypeAlias = tuple[int | None, str | None, str | None, str | None]
"""Kind, lexical form, datatype and language of a term, as `solutions` writes them."""

_TERMS = """
    SELECT kind, lexical, concat(datatype, ' ', language) AS category, coalesce(whole, 0) AS whole
    FROM terms ORDER BY id
"""
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class TermArrays:
    """Each term by its identifier; lexical forms one after the other in UTF-8, with where each ends.

    Terms are in the order of their kind: `iris` and `literals` are the first of either. A category is a
    datatype and a language.
    """

    iris: int
    literals: int
    lexical: bytes
    ends: Whole
    categories: Sequence[tuple[str, str]]
    category: npt.NDArray[np.int16]
    whole: Whole
    """The value of an integer; 0 for any other term."""

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection) -> Self:
        """The terms in a database."""
        lexical, ends, whole = bytearray(), array("q"), array("q")
        kinds, category = bytearray(), array("h")
        numbers: dict[str, int] = {}
        rows = connection.execute(_TERMS)
        while batch := rows.fetchmany(_BATCH):
            for kind, text, name, value in batch:
                lexical += text.encode("utf-8", "surrogatepass")
                ends.append(len(lexical))
                kinds.append(kind)
                category.append(numbers.setdefault(name, len(numbers)))
                whole.append(value)
        names = [(datatype, language) for datatype, _, language in (name.partition(" ") for name in numbers)]
        firsts: Whole = np.asarray(np.searchsorted(np.frombuffer(kinds, np.uint8), [IRI, LITERAL]))
        iris, literals = firsts.tolist()
        return cls(
            iris,
            literals,
            bytes(lexical),
            np.array(ends, np.int64),
            names,
            np.array(category, np.int16),
            np.array(whole, np.int64),
        )

    def cells(self, ids: Ids) -> Iterator[Cell]:
        """What is written of each term."""
        known: dict[int, Cell] = {}
        for identifier in ids.tolist():
            cell = known.get(identifier)
            if cell is None:
                cell = known[identifier] = self._cell(identifier)
            yield cell

    def text(self, identifier: int) -> str:
        """The lexical form of a term."""
        start = int(self.ends[identifier - 1]) if identifier else 0
        end = int(self.ends[identifier])
        return str(self.lexical[start:end], "utf-8", "surrogatepass")

    def language(self, identifier: int) -> str:
        """The language of a term, or nothing."""
        return self.categories[int(self.category[identifier])][1]

    def has_category(self, ids: Ids, numbers: Sequence[int]) -> Mask:
        """Which of the terms are of one of the categories, told by their numbers."""
        chosen: Mask = np.zeros(len(self.categories), np.bool_)
        chosen[list(numbers)] = True
        return chosen[self.category[ids]]

    def _cell(self, identifier: int) -> Cell:
        text = self.text(identifier)
        if identifier < self.literals:
            return (IRI if identifier >= self.iris else IRI - 1), text, "", ""
        return LITERAL, text, *self.categories[self.category[identifier]]
