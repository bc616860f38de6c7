"""The index of a release, opened read-only: its bitmaps, names and passages."""

import json
import sqlite3
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from pyroaring import BitMap

from kankei.errors import BrokenRelease
from kankei.localisation import Labels
from kankei.search.index.call_periods import CallWindow
from kankei.search.index.record import Passage
from kankei.search.index.schema import FORMAT, Field
from kankei.search.normalisation.folding import Folding

_GIVING = ("programme", "project")
"""The kinds of things that give support."""
_CACHED_GRAMS = 4096
_CHUNK = 500
"""Values of a query's list; SQLite allows 999 at least."""


@dataclass(frozen=True)
class Thing:
    """A thing that was found."""

    number: int
    iri: str
    path: str
    kind: str
    labels: Labels
    facets: Mapping[str, Sequence[str]]


class IndexFile:
    """Answers of one index; safe to share between threads."""

    def __init__(self, file: Path) -> None:
        """Open it; raises `BrokenRelease` for what is no index of this format."""
        self._file = file
        self._lock = Lock()
        try:
            uri = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            meta = dict(self._rows("SELECT key, value FROM meta"))
            if meta["format"] != FORMAT:
                raise BrokenRelease("the search index is of another version of kankei", str(file))
            self.size = int(meta["things"])
            self.folding = Folding(tuple(map(tuple, json.loads(meta["variants"]))))
        except (sqlite3.Error, KeyError, ValueError, TypeError) as error:
            raise BrokenRelease("the search index cannot be read", str(file)) from error
        self.gram = lru_cache(_CACHED_GRAMS)(self._gram)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @cached_property
    def facets(self) -> Mapping[str, Mapping[str, tuple[Labels, BitMap]]]:
        """Each facet's values, with their labels and the things that have them."""
        facets: dict[str, dict[str, tuple[Labels, BitMap]]] = {}
        for facet, value, labels, things in self._rows(
            "SELECT facet, value, labels, things FROM facet ORDER BY facet, value"
        ):
            facets.setdefault(facet, {})[value] = json.loads(labels), BitMap.deserialize(things)
        return facets

    @cached_property
    def everything(self) -> BitMap:
        """The numbers of all things."""
        return BitMap(range(self.size))

    @cached_property
    def title_lengths(self) -> "array[int]":
        """The characters of each thing's shortest title."""
        return array("I", (row[0] for row in self._rows("SELECT title_length FROM thing ORDER BY id")))

    @cached_property
    def giving_support(self) -> BitMap:
        """The programmes and the projects of the budget review."""
        kinds = self.facets.get("type", {})
        return BitMap.union(BitMap(), *(kinds[kind][1] for kind in _GIVING if kind in kinds))

    def _gram(self, gram: str) -> Mapping[Field, BitMap]:
        """The things that have a gram, by field."""
        rows = self._rows("SELECT field, things FROM gram WHERE gram = ?", (gram,))
        return {Field(field): BitMap.deserialize(things) for field, things in rows}

    def named(self, folded: str) -> Mapping[Field, BitMap]:
        """The things of which a name is this, by field."""
        things_by_field: dict[Field, BitMap] = {}
        for field, thing in self._rows("SELECT field, thing FROM name WHERE folded = ?", (folded,)):
            things_by_field.setdefault(Field(field), BitMap()).add(thing)
        return things_by_field

    def names_of_kind(self, kind: str) -> Mapping[str, BitMap]:
        """The titles and other names of the things of a kind, folded, with those that have them."""
        rows = self._rows(
            "SELECT folded, thing FROM name JOIN thing ON thing.id = thing "
            "WHERE kind = ? AND field IN (?, ?, ?)",
            (kind, int(Field.TITLE), int(Field.NAME), int(Field.HIDDEN)),
        )
        names: dict[str, BitMap] = {}
        for folded, thing in rows:
            names.setdefault(folded, BitMap()).add(thing)
        return names

    def things(self, numbers: Iterable[int]) -> list[Thing]:
        """The things of some numbers, in that order."""
        wanted = list(numbers)
        rows = self._in_list("SELECT id, iri, path, kind, content FROM thing WHERE id IN ({})", wanted)
        by_number = {row[0]: _thing(row) for row in rows}
        return [by_number[number] for number in wanted if number in by_number]

    def number_of(self, iri: str) -> int | None:
        """The number of the thing with an IRI, if it has one."""
        rows = self._rows("SELECT id FROM thing WHERE iri = ?", (iri,))
        return rows[0][0] if rows else None

    def number_by_path(self, path: str) -> int | None:
        """The number of the thing at a path, if there is one."""
        rows = self._rows("SELECT id FROM thing WHERE path = ?", (path,))
        return rows[0][0] if rows else None

    def passages(
        self, numbers: Iterable[int], fields: Sequence[Field] = tuple(Field)
    ) -> dict[int, list[Passage]]:
        """The passages of some things in some fields, by field."""
        chosen = ", ".join(str(int(field)) for field in fields)
        sql = (
            f"SELECT thing, field, language, text FROM passage WHERE field IN ({chosen}) AND thing IN ({{}}) "  # noqa: S608
            "ORDER BY thing, field, position"
        )
        by_number: dict[int, list[Passage]] = {}
        for number, field, language, text in self._in_list(sql, list(numbers)):
            by_number.setdefault(number, []).append(Passage(Field(field), text, language))
        return by_number

    @cached_property
    def calls(self) -> Mapping[CallWindow, BitMap]:
        """The windows of dated calls, each with its things; many calls have the same window."""
        calls: dict[CallWindow, BitMap] = {}
        for thing, *bounds in self._rows("SELECT thing, first, sure_from, sure_to, last FROM call"):
            calls.setdefault(CallWindow(*bounds), BitMap()).add(thing)
        return calls

    def _in_list(self, sql: str, values: Sequence[int]) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(values), _CHUNK):
            chunk = values[start : start + _CHUNK]
            rows += self._rows(sql.format(", ".join("?" * len(chunk))), chunk)
        return rows

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise BrokenRelease("the search index cannot be read", str(self._file)) from error


def _thing(row: tuple[Any, ...]) -> Thing:
    number, iri, path, kind, content = row
    values = json.loads(content)
    return Thing(number, iri, path, kind, values["labels"], values["facets"])
