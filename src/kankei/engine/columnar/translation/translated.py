"""What a translation gives, and how it refuses.

The tables that the SQL reads are those of `kankei.release.columns.schema`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kankei.engine.algebra.terms import Term

REFUSED = "kankei: not exact: "
"""How the message of a database error begins with which the SQL refuses a value that it met.

A number that leaves the range of its type of SQL has the same meaning: Oxigraph answers.
"""


class NotTranslatable(Exception):
    """A query that SQL cannot answer exactly, with the reason."""


class Dictionary(Protocol):
    """Identifiers of terms."""

    def identifiers(self, terms: Sequence[Term]) -> Sequence[int | None]:
        """The identifier of each term, or none where the release has no such term."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A query in SQL.

    Each variable, in order, has four columns: kind (NULL where it is unbound), lexical form, datatype and
    language. ASK has no variable: it is true if there is a row.
    """

    form: str
    sql: str
    variables: tuple[str, ...]
