"""What a release holds, as far as it makes a translation simpler."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kankei.engine.algebra.terms import RDF_LANG_STRING, XSD
from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.term_types import Types


class Connection(Protocol):
    """A connection to DuckDB, as far as statistics need it."""

    def execute(self, query: str, /) -> "Connection":
        """Run a query."""

    def fetchall(self) -> list[tuple[object, ...]]:
        """The rows of the last query."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Types of all terms, and of the objects of each property in the default graph, by its identifier."""

    terms: Types = types.ANY
    objects: Mapping[int, Types] = field(default_factory=dict)
    incomplete: Types = frozenset()
    """Types of which the release has values that no column can hold."""

    @property
    def subjects(self) -> Types:
        """What may stand at the place of a subject."""
        return self.terms & types.NODES

    def objects_of(self, identifier: int) -> Types:
        """The types of the objects of a property."""
        return self.objects.get(identifier, self.terms)


_TEMPORAL = ", ".join(f"'{XSD}{name}'" for name in sorted(types.TEMPORAL))
# Decimals from 10^20, and years that no date of SQL reaches, are values of Oxigraph; some of these are not.
_UNHELD = (
    "exact IS NULL AND seconds IS NULL AND ("
    f"datatype = '{XSD}decimal' AND regexp_full_match(lexical, '[+-]?0*[1-9][0-9]{{20}}([.][0-9]*)?')"
    f" OR datatype IN ({_TEMPORAL}) AND regexp_matches(lexical, '^-?[1-9][0-9]{{6,}}'))"
)
_NAMED = ", ".join(f"'{XSD}{name}'" for name in types.DURATIONS)
_TYPE = (
    f"CASE WHEN kind = 1 THEN '{types.BLANK}' WHEN kind = 2 THEN '{types.IRI}'"
    f" WHEN datatype = '{XSD}string' THEN '{types.STRING}'"
    f" WHEN datatype = '{RDF_LANG_STRING}' THEN '{types.LANG}'"
    f" WHEN datatype IN ({_NAMED}) THEN '{types.DURATION}'"
    " WHEN exact IS NOT NULL OR approximate IS NOT NULL OR truth IS NOT NULL OR seconds IS NOT NULL"
    f" OR {_UNHELD}"
    f" THEN substr(datatype, {len(XSD) + 1}) ELSE '{types.OTHER}' END"
)


def read_statistics(connection: Connection) -> Statistics:
    """The statistics of the tables that a connection holds; reads them all, once for a release."""
    every = connection.execute(f"SELECT DISTINCT {_TYPE} FROM terms").fetchall()
    pairs = connection.execute(
        f"SELECT DISTINCT p, {_TYPE} FROM triples_by_subject JOIN terms ON o = id"
    ).fetchall()
    unheld = connection.execute(f"SELECT DISTINCT {_TYPE} FROM terms WHERE {_UNHELD}").fetchall()
    objects: dict[int, set[str]] = {}
    for identifier, name in pairs:
        objects.setdefault(int(str(identifier)), set()).add(str(name))
    return Statistics(
        frozenset(str(name) for (name,) in every),
        {identifier: frozenset(names) for identifier, names in objects.items()},
        frozenset(str(name) for (name,) in unheld),
    )
