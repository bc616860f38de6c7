"""The tables of the columnar engine in a DuckDB in memory, made from a store; and queries asked of both."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from typing import TypeAlias

import duckdb
import pyoxigraph as ox

from kankei.engine.algebra.parser import parsed
from kankei.engine.algebra.terms import RDF_LANG_STRING, Iri, Term
from kankei.engine.columnar.translation.literal_values import NOTHING, worth
from kankei.engine.columnar.translation.statistics import Statistics, read_statistics
from kankei.engine.columnar.translation.translated import Translated
from kankei.engine.columnar.translation.translation import translate
from kankei.engine.query.ordering import totally_ordered

Key: TypeAlias = tuple[int, str, str, str]
"""Kind, lexical form, datatype and language of a term."""
Row: TypeAlias = tuple[Key | None, ...]

TABLES = """
CREATE TABLE terms (id INTEGER, kind UTINYINT, lexical VARCHAR, datatype VARCHAR, language VARCHAR,
  exact DECIMAL(38,18), approximate DOUBLE, truth BOOLEAN, seconds DECIMAL(38,18), zoned BOOLEAN);
CREATE TABLE quads (g INTEGER, p INTEGER, s INTEGER, o INTEGER);
CREATE TABLE triples_by_subject (p INTEGER, s INTEGER, o INTEGER);
CREATE TABLE triples_by_object (p INTEGER, o INTEGER, s INTEGER);
"""


def key_of(term: object) -> Key:
    """A term of Oxigraph as the table of terms has it."""
    if isinstance(term, ox.BlankNode):
        return (1, term.value, "", "")
    if isinstance(term, ox.NamedNode):
        return (2, term.value, "", "")
    assert isinstance(term, ox.Literal)
    return (3, term.value, term.datatype.value, term.language or "")


class Tables:
    """The tables, and the identifiers of terms."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        quads = list(store)
        terms = {key_of(term) for quad in quads for term in (quad.subject, quad.predicate, quad.object)}
        terms |= {key_of(q.graph_name) for q in quads if not isinstance(q.graph_name, ox.DefaultGraph)}
        self.ids = {key: number for number, key in enumerate(sorted(terms, key=_in_bytes))}
        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute(TABLES)
        self._insert("terms", [(number, *key, *_columns(key)) for key, number in self.ids.items()])
        default, named = [], []
        for quad in quads:
            p, s, o = (self.ids[key_of(term)] for term in (quad.predicate, quad.subject, quad.object))
            if isinstance(quad.graph_name, ox.DefaultGraph):
                default.append((p, s, o))
            else:
                named.append((self.ids[key_of(quad.graph_name)], p, s, o))
        self._insert("quads", sorted(named))
        self._insert("triples_by_subject", sorted(default))
        self._insert("triples_by_object", sorted((p, o, s) for p, s, o in default))
        self.statistics: Statistics = read_statistics(self.connection)

    def _insert(self, table: str, rows: Sequence[Sequence[object]]) -> None:
        for start in range(0, len(rows), 5000):
            part = rows[start : start + 5000]
            marks = ", ".join(f"({', '.join('?' * len(row))})" for row in part)
            self.connection.execute(f"INSERT INTO {table} VALUES {marks}", [cell for row in part for cell in row])

    def identifiers(self, terms: Sequence[Term]) -> list[int | None]:
        """The identifier of each term, or none."""
        return [
            self.ids.get(
                (2, term.value, "", "") if isinstance(term, Iri) else (3, term.lexical, term.datatype, term.language)
            )
            for term in terms
        ]

    def translated(self, query: str) -> Translated:
        """The SQL of a query."""
        return translate(parsed(query), self, self.statistics)

    def answer(self, query: str) -> list[Row] | bool:
        """What DuckDB says."""
        translated = self.translated(query)
        rows = self.connection.execute(translated.sql).fetchall()
        if translated.form == "ASK":
            return bool(rows)
        return [tuple(_cells(row, len(translated.variables))) for row in rows]

    def expected(self, query: str) -> list[Row] | bool:
        """What Oxigraph says."""
        result = self.store.query(totally_ordered(query))
        if isinstance(result, ox.QueryBoolean):
            return bool(result)
        assert isinstance(result, ox.QuerySolutions)
        return [tuple(None if term is None else key_of(term) for term in row) for row in result]


def same(one: list[Row] | bool, another: list[Row] | bool) -> bool:
    """Whether two answers have the same solutions, each as often."""
    if isinstance(one, bool) or isinstance(another, bool):
        return one is another
    return Counter(one) == Counter(another)


def _cells(row: Sequence[object], count: int) -> Iterator[Key | None]:
    for place in range(count):
        kind, lexical, datatype, language = row[4 * place : 4 * place + 4]
        yield None if kind is None else (int(str(kind)), str(lexical), str(datatype), str(language))


def _columns(key: Key) -> tuple[object, ...]:
    value = worth(key[1], RDF_LANG_STRING if key[3] else key[2]) if key[0] == 3 else NOTHING
    return astuple(value)


def _in_bytes(key: Key) -> tuple[int, bytes, bytes, bytes]:
    kind, *texts = key
    one, two, three = (text.encode() for text in texts)
    return kind, one, two, three
