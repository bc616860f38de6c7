"""What a translation gives, and how it refuses.

The tables that the SQL reads:

- ``terms(id INTEGER, kind UTINYINT, lexical VARCHAR, datatype VARCHAR, language VARCHAR,
  exact DECIMAL(38,18), approximate DOUBLE, truth BOOLEAN, seconds DECIMAL(38,18), zoned BOOLEAN)``.
  `id` is dense from 0, in the order of kind (1 blank node, 2 IRI, 3 literal), lexical form, datatype and
  language (as UTF-8). Datatype and language are empty, not NULL, where a term has none; the language is in lower
  case; literals are spelled as Oxigraph's store does. The other columns are NULL but where the literal
  is valid: `exact` for integer and decimal, `approximate` for double and float, `truth` for boolean, `seconds` and
  `zoned` for dateTime, date, time and the g-types: the seconds on the timeline of XML Schema, a zone's offset
  subtracted, and whether there is a zone.
- ``triples_by_subject(p, s, o)`` and ``triples_by_object(p, o, s)``, INTEGER: the default graph, each triple
  once, sorted as named.
- ``quads(g, p, s, o)``, INTEGER: the named graphs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kankei.engine.algebra.terms import Term

REFUSED = "kankei: not exact: "
"""How the message of a database error begins with which the SQL refuses a value that it met.

Any database error in a translated query but for memory and interruption has the same meaning: Oxigraph answers.
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
