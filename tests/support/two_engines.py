"""Queries asked of the columns and of Oxigraph."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TypeAlias

import pyoxigraph as ox

from kankei.engine.algebra.parser import parsed
from kankei.engine.columnar.arrays.data import ReleaseArrays
from kankei.engine.columnar.arrays.evaluation import answered
from kankei.engine.columnar.translation.statistics import read_statistics
from kankei.engine.columnar.translation.translated import Translated
from kankei.engine.columnar.translation.translation import translate
from kankei.engine.query.ordering import totally_ordered
from support.columns import columns_of

Key: TypeAlias = tuple[int, str, str, str]
"""Kind, lexical form, datatype and language of a term."""
Answer: TypeAlias = bool | list[tuple[Key | None, ...]]


class TwoEngines:
    """The same quads in columns and in a store."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.store = ox.Store()
        self.store.extend(quads)
        self.columns = columns_of(self.store)
        self.statistics = read_statistics(self.columns.connection)

    def translated(self, query: str) -> Translated:
        """The SQL of a query."""
        return translate(parsed(query), self.columns, self.statistics)

    def of_columns(self, query: str) -> Answer:
        """What DuckDB answers."""
        translated = self.translated(query)
        rows = self.columns.connection.execute(translated.sql).fetchall()
        if translated.form == "ASK":
            return bool(rows)
        return [tuple(cells(row, len(translated.variables))) for row in rows]

    @cached_property
    def arrays(self) -> ReleaseArrays:
        """The columns as arrays."""
        return ReleaseArrays.of(self.columns, self.statistics)

    def of_arrays(self, query: str) -> Answer:
        """What arrays answer."""
        answer = answered(parsed(query), self.arrays)
        return [tuple(cells(row, len(answer.variables))) for row in answer.rows()]

    def of_store(self, query: str) -> Answer:
        """What Oxigraph answers."""
        result = self.store.query(totally_ordered(query))
        if isinstance(result, ox.QueryBoolean):
            return bool(result)
        assert isinstance(result, ox.QuerySolutions)
        return [tuple(None if term is None else key_of(term) for term in row) for row in result]


def key_of(term: object) -> Key:
    """A term of Oxigraph as the table of terms has it."""
    if isinstance(term, ox.BlankNode):
        return (1, term.value, "", "")
    if isinstance(term, ox.NamedNode):
        return (2, term.value, "", "")
    assert isinstance(term, ox.Literal)
    return (3, term.value, term.datatype.value, term.language or "")


def same(one: Answer, another: Answer) -> bool:
    """Whether two answers have the same solutions, each as often."""
    if isinstance(one, bool) or isinstance(another, bool):
        return one is another
    return Counter(one) == Counter(another)


def cells(row: Sequence[object], count: int) -> Iterator[Key | None]:
    """The terms of a row of SQL."""
    for place in range(count):
        kind, lexical, datatype, language = row[4 * place : 4 * place + 4]
        yield None if kind is None else (int(str(kind)), str(lexical), str(datatype), str(language))
