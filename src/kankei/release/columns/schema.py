"""Schema of the columns: tables, their columns with types of SQL, and the order of rows.

Readers and translators agree on it, so that a change of meaning needs a new `SCHEMA_VERSION`. Imports
nothing of the build.
"""

from collections.abc import Mapping
from dataclasses import dataclass

SCHEMA_VERSION = 1
FOLDER = "columns"
"""The folder in a release that holds one Parquet file for each table."""
STATISTICS = f"{FOLDER}/columns.json"
"""The file with schema version, release and statistics."""

BLANK_NODE, IRI, LITERAL = 1, 2, 3
"""The values of `kind`, in the order of SPARQL 1.1 Query Language, section 15.1."""


@dataclass(frozen=True)
class ColumnTable:
    """A table: the type of each column, and the columns that its rows are sorted by."""

    name: str
    columns: Mapping[str, str]
    order: tuple[str, ...]

    @property
    def file(self) -> str:
        """The name of its file in a release."""
        return f"{FOLDER}/{self.name}.parquet"


TERMS = ColumnTable(
    "terms",
    {
        # Dense from 0: in the order of kind, then of the code points of lexical, datatype and language.
        "id": "INTEGER",
        "kind": "UTINYINT",
        # An IRI, the label of a blank node, or the lexical form.
        "lexical": "VARCHAR",
        # Empty unless a literal.
        "datatype": "VARCHAR",
        # In lower case, as the store has it; empty where there is none.
        "language": "VARCHAR",
        # The value of a valid xsd:integer of 64 bits, of a type derived from it, or of an xsd:decimal.
        "exact": "DECIMAL(38,18)",
        # The same of an integer, whose type is faster.
        "whole": "BIGINT",
        # The value of a valid xsd:double or xsd:float.
        "approximate": "DOUBLE",
        # The value of a valid xsd:boolean.
        "truth": "BOOLEAN",
        # Of a valid xsd:dateTime, date, time, gYear, gYearMonth, gMonth, gMonthDay or gDay: its place in
        # seconds on the timeline of XML Schema 1.1 part 2, section E.3.3, in UTC where it has a time zone.
        "seconds": "DECIMAL(38,18)",
        # Whether it has a time zone.
        "zoned": "BOOLEAN",
        # The beginning of a valid xsd:dateTime or xsd:date: in UTC where it has a time zone, else as written.
        "moment": "TIMESTAMP",
    },
    ("id",),
)
_TRIPLE = {"p": "INTEGER", "s": "INTEGER", "o": "INTEGER"}
BY_SUBJECT = ColumnTable("triples_by_subject", _TRIPLE, ("p", "s", "o"))
"""The triples that a query without a dataset reads: the merge of all graphs, each once."""
BY_OBJECT = ColumnTable("triples_by_object", _TRIPLE, ("p", "o", "s"))
"""The same triples in another order."""
QUADS = ColumnTable("quads", {"g": "INTEGER", **_TRIPLE}, ("g", "p", "s", "o"))
"""The statements of the named graphs."""
TABLES = (TERMS, BY_SUBJECT, BY_OBJECT, QUADS)
