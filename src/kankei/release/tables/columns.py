"""Definitions of the tables: names, titles and datatypes of their columns, from `columns.toml`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
_DEFINITIONS: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    (FOLDER / "columns.toml").read_text(encoding="utf-8")
)
_SELECT = re.compile(r"^SELECT\b(.*?)^WHERE\b", re.DOTALL | re.MULTILINE)

Row = Mapping[str, tuple[str, ...]]
"""The lexical values of each column that has any, in order."""


@dataclass(frozen=True)
class Column:
    """One column: its name, which is the same in every format and language, its titles and its datatype.

    `datatype` is one of CSV on the Web; `language` is that of its texts, or empty; a list may have several
    values in a row.
    """

    name: str
    titles: Mapping[str, str]
    datatype: str
    language: str
    is_list: bool

    @property
    def is_text(self) -> bool:
        """Whether its values are text, and neither numbers, dates, truth values nor IRIs."""
        return self.datatype == "string"


@dataclass(frozen=True)
class Table:
    """One table: its name, the query of its rows, its columns, of which the first is the key."""

    name: str
    query: Path

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the order of the query's variables."""
        match = _SELECT.search(self.query.read_text(encoding="utf-8"))
        names = re.findall(r"\?(\w+)", match[1]) if match else []
        return tuple(self.column(name) for name in names)

    def column(self, name: str) -> Column:
        """The column of a variable."""
        return _column(name)

    @property
    def key(self) -> Column:
        """The column that tells rows apart."""
        return self.columns[0]

    @property
    def titles(self) -> Mapping[str, str]:
        """Its titles by language."""
        return table_titles(self.name)

    @property
    def documents(self) -> str:
        """How the paths of the documents begin without which the table is left out; empty for any."""
        return str(_DEFINITIONS["documents"].get(self.name, ""))


def table_titles(name: str) -> Mapping[str, str]:
    """The titles of a table by language; raises `KeyError` where there is no such table."""
    titles: Mapping[str, str] = _DEFINITIONS["tables"][name]
    return titles


def _column(name: str) -> Column:
    definition = _DEFINITIONS["columns"][name]
    titles = {language: definition[language] for language in ("ja", "en")}
    return Column(
        name, titles, definition["datatype"], definition.get("language", ""), bool(definition.get("list"))
    )


TABLES: tuple[Table, ...] = tuple(Table(query.stem, query) for query in sorted(FOLDER.glob("*.rq")))
