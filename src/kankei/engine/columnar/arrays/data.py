"""What an evaluation over arrays reads: triples, terms, types and identifiers."""

from dataclasses import dataclass
from typing import Self

from kankei.engine.algebra.terms import Literal, Term
from kankei.engine.columnar.arrays.term_arrays import TermArrays
from kankei.engine.columnar.arrays.triple_arrays import TripleArrays
from kankei.engine.columnar.tables import Columns
from kankei.engine.columnar.translation.literal_values import spelled_as_stored
from kankei.engine.columnar.translation.statistics import Statistics


@dataclass(frozen=True, slots=True)
class ReleaseArrays:
    """The arrays of a release."""

    triples: TripleArrays
    terms: TermArrays
    types: Statistics
    columns: Columns

    @classmethod
    def of(cls, columns: Columns, types: Statistics) -> Self:
        """The arrays of the tables in a database."""
        connection = columns.connection
        return cls(TripleArrays.of(connection), TermArrays.of(connection), types, columns)

    def identifier(self, term: Term) -> int:
        """The identifier of a term as a query writes it; -1 where the release does not have it."""
        known = self.columns.index.find(spelled_as_stored(term) if isinstance(term, Literal) else term)
        return -1 if known is None else known
