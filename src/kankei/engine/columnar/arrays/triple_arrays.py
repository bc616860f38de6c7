"""The triples of the default graph as arrays of identifiers, by property, in two orders."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt

Ids: TypeAlias = npt.NDArray[np.int32]
"""Identifiers of terms."""
Whole: TypeAlias = npt.NDArray[np.int64]
"""Numbers, places of rows, or codes."""
Mask: TypeAlias = npt.NDArray[np.bool_]
"""Which rows are kept."""


@dataclass(frozen=True)
class Pairs:
    """Both ends of the triples of one property, sorted by the first end, then by the second."""

    first: Ids
    second: Ids

    @cached_property
    def distinct(self) -> int:
        """How many first ends there are."""
        return int(np.count_nonzero(self.first[1:] != self.first[:-1])) + bool(len(self.first))

    @cached_property
    def counted(self) -> tuple[Ids, Whole]:
        """The first ends, and how many triples each has."""
        starts = np.flatnonzero(np.diff(self.first, prepend=-1))
        return self.first[starts], np.diff(starts, append=len(self.first))

    @property
    def is_function(self) -> bool:
        """Whether each first end has one second end."""
        return self.distinct == len(self.first)

    def of(self, identifier: int) -> Ids:
        """The second ends of a first end, in order."""
        ends: Whole = np.asarray(
            np.searchsorted(self.first, np.array([identifier, identifier + 1], np.int32))
        )
        start, end = ends.tolist()
        return self.second[start:end]


_NONE = Pairs(np.empty(0, np.int32), np.empty(0, np.int32))


@dataclass(frozen=True, slots=True)
class PropertyTriples:
    """The triples of one property: from subject to object, and from object to subject."""

    by_subject: Pairs
    by_object: Pairs

    def __len__(self) -> int:
        return len(self.by_subject.first)


@dataclass(frozen=True, slots=True)
class TripleArrays:
    """All triples, sorted by property, subject and object, and those of each property."""

    properties: Ids
    subjects: Ids
    objects: Ids
    by_property: Mapping[int, PropertyTriples]

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection) -> Self:
        """The triples in a database, whose tables have the order of their schema."""
        triples = _columns(connection, "SELECT p, s, o FROM triples_by_subject")
        reverse = _columns(connection, "SELECT s, o FROM triples_by_object")
        properties, subjects, objects = (triples[name] for name in "pso")
        starts = np.flatnonzero(np.diff(properties, prepend=-1)).tolist()
        by_property = {
            int(properties[start]): PropertyTriples(
                Pairs(subjects[start:end], objects[start:end]),
                Pairs(reverse["o"][start:end], reverse["s"][start:end]),
            )
            for start, end in zip(starts, [*starts[1:], len(properties)], strict=True)
        }
        for each in by_property.values():  # asked before processes are forked, so that none asks again
            _ = each.by_subject.distinct, each.by_object.distinct
        return cls(properties, subjects, objects, by_property)

    def __len__(self) -> int:
        return len(self.properties)

    def of_property(self, identifier: int) -> PropertyTriples:
        """The triples of a property."""
        return self.by_property.get(identifier) or PropertyTriples(_NONE, _NONE)


def _columns(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    columns = connection.execute(query).fetchnumpy()
    return {name: np.ascontiguousarray(values, np.int32) for name, values in columns.items()}
