"""Rows of the tables, from the statements of a release: some hundreds of programmes or projects at a time."""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kankei.errors import InvalidData
from kankei.namespaces import PREFIXES, Base
from kankei.release.document_index import Document
from kankei.release.tables.columns import Row, Table

_KINDS = ("programme/", "project/")
"""How the paths of documents begin of which there are many; no other path comes between them."""
BATCH = 500
"""Programmes or projects whose statements are in memory at a time, about 100,000 of them."""


@dataclass(frozen=True)
class RowSource:
    """The statements that the tables are about: lines of N-Triples by document, in order of their paths."""

    lines: Path
    documents: Sequence[Document]
    base: Base
    batch: int = BATCH

    def rows(self, tables: Sequence[Table]) -> Iterator[tuple[Table, list[Row]]]:
        """Rows of each table in parts; the parts of one table are in the order of its key.

        A row is about one programme or project, or about none. What is about none is small, and part of every
        batch, for programmes refer to it.
        """
        programmes = self._programmes()
        shared = self._shared(programmes)
        store = _store(shared)
        others = {table.name: read_rows(store, table) for table in tables}
        prefixes = tuple(map(self.base.thing, _KINDS))
        middle = {
            table.name: bisect_left(others[table.name], prefixes[:1], key=itemgetter(table.key.name))
            for table in tables
        }
        for table in tables:
            yield table, others[table.name][: middle[table.name]]
        for start in range(0, len(programmes), self.batch):
            store = _store(shared, self._slice(programmes[start : start + self.batch]))
            for table in tables:
                rows = read_rows(store, table)
                yield table, [row for row in rows if row[table.key.name][0].startswith(prefixes)]
        for table in tables:
            yield table, others[table.name][middle[table.name] :]

    def _programmes(self) -> Sequence[Document]:
        return [document for document in self.documents if document.path.startswith(_KINDS)]

    def _slice(self, documents: Sequence[Document]) -> bytes:
        """The lines of documents that follow each other."""
        first, last = documents[0], documents[-1]
        with self.lines.open("rb") as lines:
            lines.seek(first.offset)
            return lines.read(last.offset + last.length - first.offset)

    def _shared(self, programmes: Sequence[Document]) -> bytes:
        """The lines of everything but the programmes and projects."""
        with self.lines.open("rb") as lines:
            if not programmes:
                return lines.read()
            before = lines.read(programmes[0].offset)
            lines.seek(programmes[-1].offset + programmes[-1].length)
            return before + lines.read()


def _store(*parts: bytes) -> ox.Store:
    store = ox.Store()
    for part in parts:
        store.bulk_load(part, ox.RdfFormat.N_TRIPLES, lenient=True)
    return store


def read_rows(store: ox.Store, table: Table) -> list[Row]:
    """The rows that a table's query gives: solutions of the same first variable make one row.

    So a query is a union of small patterns, and many values of many columns never multiply. Each branch names
    its key itself: a pattern outside the union would be joined to every branch by trying all pairs. Raises
    `InvalidData` where a column that is no list gets several values.
    """
    solutions = store.query(table.query.read_text(encoding="utf-8"), prefixes=PREFIXES)
    if not isinstance(solutions, ox.QuerySolutions):
        raise InvalidData("a table needs a SELECT query", table.query.name)
    # As JSON, which has only what is bound: that is several times faster than to ask each solution.
    results = solutions.serialize(format=ox.QueryResultsFormat.JSON) or b""
    merged: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    key = table.key.name
    for binding in json.loads(results)["results"]["bindings"]:
        row = merged[_value(binding[key])]
        for name, term in binding.items():
            row[name].add(_value(term))
    return [_row(table, merged[name]) for name in sorted(merged)]


def _value(term: dict[str, Any]) -> str:
    value: str = term["value"]
    return value


def _row(table: Table, values: dict[str, set[str]]) -> Row:
    row = {}
    for column in table.columns:
        if column.name in values:
            row[column.name] = tuple(sorted(values[column.name]))
            if len(row[column.name]) > 1 and not column.is_list:
                key = min(values[table.key.name])
                raise InvalidData(
                    f"the column {column.name} of the table {table.name} has several values", key
                )
    return row
