"""What translation of a query to SQL yields: a contract between translation and evaluation."""

from dataclasses import dataclass

TERM_COLUMNS = ("kind", "lexical", "datatype", "language")
"""The columns of a term in a result, as in the dictionary; an unbound variable has NULL for its kind."""


class Untranslatable(Exception):
    """A query, or a part of one, that SQL cannot answer exactly; the message says which."""


@dataclass(frozen=True)
class Translated:
    """SQL with the same solutions as a query, in the same order.

    SELECT: a row for each solution, with `TERM_COLUMNS` for each variable in its order. `variables` are
    their names without question mark. ASK: `variables` is `None`, and the answer is whether there is a row.
    `parameters` are those of the statement, by position.
    """

    sql: str
    parameters: tuple[object, ...] = ()
    variables: tuple[str, ...] | None = ()
