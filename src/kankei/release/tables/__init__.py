"""Tables for spreadsheets: CSV (RFC 4180) with CSV on the Web metadata, one SELECT query each."""

import csv
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kankei.dataset.statements import Term, text
from kankei.errors import InvalidData
from kankei.localisation import catalogue
from kankei.namespaces import PREFIXES

_FOLDER = Path(__file__).parent
_DEFINITIONS: Mapping[str, Mapping[str, Mapping[str, str]]] = tomllib.loads(
    (_FOLDER / "columns.toml").read_text(encoding="utf-8")
)
_SEPARATOR = "; "
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """A table in memory: its name, its columns, and its rows in order of their key, the first column."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def write_tables(store: ox.Store, licence: str, folder: Path) -> tuple[str, ...]:
    """Write each table and its metadata; returns the tables' names."""
    queries = sorted(_FOLDER.glob("*.rq"))
    for query in queries:
        table = read_table(store, query)
        _write_csv(table, folder / f"{table.name}.csv")
        (folder / f"{table.name}.csv-metadata.json").write_bytes(_metadata(table, licence))
    return tuple(query.stem for query in queries)


def titles(name: str) -> Mapping[str, str]:
    """The titles of a table by language."""
    return _DEFINITIONS["tables"][name]


def read_table(store: ox.Store, query: Path) -> Table:
    """The table that a query gives: solutions of the same first variable make one row.

    So a query is a union of small patterns, and many values of many columns never multiply. Each branch names
    its key itself: a pattern outside the union would be joined to every branch by trying all pairs.
    """
    solutions = store.query(query.read_text(encoding="utf-8"), prefixes=PREFIXES)
    if not isinstance(solutions, ox.QuerySolutions):
        raise InvalidData("a table needs a SELECT query", query.name)
    columns = tuple(variable.value for variable in solutions.variables)
    merged: dict[str, list[set[str]]] = defaultdict(lambda: [set() for _ in columns])
    for solution in solutions:
        row = merged[_cell(solution[0])]
        for values, term in zip(row, solution, strict=True):
            if term is not None:
                values.add(_cell(term))
    rows = tuple(tuple(_SEPARATOR.join(sorted(values)) for values in merged[key]) for key in sorted(merged))
    return Table(query.stem, columns, rows)


def _cell(term: Term) -> str:
    value = text(term)
    return f"'{value}" if isinstance(term, ox.Literal) and value.startswith(_FORMULA_STARTS) else value


def _write_csv(table: Table, file: Path) -> None:
    """With a byte order mark, without which Excel in Japan takes UTF-8 for Shift JIS."""
    with file.open("x", encoding="utf-8-sig", newline="") as output:
        writer = csv.writer(output, lineterminator="\r\n")
        writer.writerow(_DEFINITIONS["columns"][name]["ja"] for name in table.columns)
        writer.writerows(table.rows)


def _metadata(table: Table, licence: str) -> bytes:
    """Metadata for the table (https://www.w3.org/TR/tabular-metadata/#tables)."""
    content = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "ja"}],
        "url": f"{table.name}.csv",
        "dc:title": _language_values(titles(table.name)),
        "dc:description": _language_values(catalogue("kankei.release").text("table-remarks")._asdict()),
        "dc:license": {"@id": licence},
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tableSchema": {"columns": list(_column_metadata(table.columns)), "primaryKey": table.columns[0]},
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _column_metadata(columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    for name in columns:
        column = _DEFINITIONS["columns"][name]
        metadata = {
            "name": name,
            "titles": {"ja": column["ja"], "en": column["en"]},
            "datatype": column["datatype"],
        }
        if "language" in column:
            metadata["lang"] = column["language"]
        if "list" in column:
            metadata["separator"] = _SEPARATOR
        yield metadata


def _language_values(texts: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": texts[language], "@language": language} for language in sorted(texts)]
