"""Writing an index: SQLite with bitmaps (Roaring) of the things that have a gram or a facet's value."""

import json
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from pyroaring import BitMap

from kankei.localisation import Labels
from kankei.search.index.grams import first_grams, grams
from kankei.search.index.record import Record
from kankei.search.index.schema import FORMAT, INDEXES, KINDS, NAMED, TABLES, Field
from kankei.search.normalisation.folding import Folding

_Postings: TypeAlias = dict[Field, dict[str, "array[int]"]]
"""The things that have a gram, by field."""


def write_index(
    file: Path,
    records: Iterable[Record],
    labels: Mapping[tuple[str, str], Labels],
    variants: Sequence[Sequence[str]],
) -> None:
    """Write the index of some things; the same things give the same bytes, in whatever order they come.

    `labels` has those of each value of a facet, `variants` the words that are one word.
    """
    folding = Folding(tuple(map(tuple, variants)))
    things = sorted(records, key=lambda record: (KINDS.index(record.kind), record.order, record.iri))
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        connection.execute("PRAGMA page_size = 4096")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for statement in filter(str.strip, TABLES.split(";")):
            connection.execute(statement)
        _write(connection, things, labels, folding)
        for statement in filter(str.strip, INDEXES.split(";")):
            connection.execute(statement)
        connection.execute("COMMIT")
    finally:
        connection.close()


def _write(
    connection: sqlite3.Connection,
    things: Sequence[Record],
    labels: Mapping[tuple[str, str], Labels],
    folding: Folding,
) -> None:
    insert = connection.executemany
    meta = {"format": FORMAT, "things": str(len(things)), "variants": _json(folding.variants)}
    insert("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
    insert(
        "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?)",
        (
            (number, thing.iri, thing.path, thing.kind, _title_length(thing), _content(thing))
            for number, thing in enumerate(things)
        ),
    )
    insert(
        "INSERT INTO passage VALUES (?, ?, ?, ?, ?)",
        (
            (number, int(passage.field), position, passage.language, passage.text)
            for number, thing in enumerate(things)
            for position, passage in enumerate(thing.passages)
        ),
    )
    names, postings = _postings(things, folding)
    insert("INSERT INTO name VALUES (?, ?, ?)", sorted(names))
    insert(
        "INSERT INTO gram VALUES (?, ?, ?)",
        (
            (gram, int(field), _bitmap(postings[field][gram]))
            for gram in sorted({gram for of_field in postings.values() for gram in of_field})
            for field in Field
            if gram in postings[field]
        ),
    )
    facets = _facets(things)
    insert(
        "INSERT INTO facet VALUES (?, ?, ?, ?)",
        ((*key, _json(dict(labels.get(key, {}))), _bitmap(facets[key])) for key in sorted(facets)),
    )
    insert(
        "INSERT INTO call VALUES (?, ?, ?, ?, ?)",
        ((number, *call) for number, thing in enumerate(things) for call in sorted(thing.calls)),
    )


def _postings(things: Sequence[Record], folding: Folding) -> tuple[set[tuple[str, int, int]], _Postings]:
    """Names, and the numbers of the things that have a gram in a field, ascending."""
    names: set[tuple[str, int, int]] = set()
    postings: _Postings = {field: defaultdict(lambda: array("I")) for field in Field}
    for number, thing in enumerate(things):
        grams_by_field: dict[Field, set[str]] = defaultdict(set)
        for passage in thing.passages:
            folded = folding.fold(passage.text)
            if passage.field in NAMED and folded:
                names.add((folded, int(passage.field), number))
                grams_by_field[passage.field] |= first_grams(folded)
            if passage.field != Field.ADDRESS:
                grams_by_field[passage.field] |= grams(folded)
        for field, its_grams in grams_by_field.items():
            of_field = postings[field]
            for gram in its_grams:
                of_field[gram].append(number)
    return names, postings


def _facets(things: Sequence[Record]) -> dict[tuple[str, str], "array[int]"]:
    facets: dict[tuple[str, str], array[int]] = defaultdict(lambda: array("I"))
    for number, thing in enumerate(things):
        for facet, values in thing.facets.items():
            for value in set(values):
                facets[facet, value].append(number)
        for state in set(thing.call_states):
            facets["call-state", state].append(number)
    return facets


def _bitmap(numbers: "array[int]") -> bytes:
    bitmap = BitMap(numbers)
    bitmap.run_optimize()
    return bitmap.serialize()


def _title_length(thing: Record) -> int:
    """Characters of its shortest title."""
    return min((len(passage.text) for passage in thing.passages if passage.field == Field.TITLE), default=0)


def _content(thing: Record) -> str:
    facets = {facet: sorted(set(values)) for facet, values in thing.facets.items()}
    return _json({"labels": dict(thing.labels), "facets": facets})


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
