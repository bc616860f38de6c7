"""Counts of the columns, for the choice of engine and the order of joins; imports nothing of the build."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from kankei.release.columns.schema import SCHEMA_VERSION


@dataclass(frozen=True)
class PropertyCounts:
    """Triples of the merged graph with a property, and how many subjects and objects they have."""

    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class Statistics:
    """Schema version and release of columns, and what they hold.

    `rows` counts those of each table, `properties` and `classes` what the merged graph holds, `graphs` the
    statements of each named graph, `datatypes` the literals of each datatype in the dictionary. `valueless`
    counts literals of a datatype with values that the columns of values have none for.
    """

    release: str
    rows: Mapping[str, int]
    properties: Mapping[str, PropertyCounts]
    classes: Mapping[str, int]
    graphs: Mapping[str, int]
    datatypes: Mapping[str, int]
    valueless: int
    schema: int = SCHEMA_VERSION

    @classmethod
    def read(cls, content: bytes) -> Self:
        """The statistics in a file.

        Raises `ValueError`, `TypeError`, `KeyError` or `AttributeError` for something else.
        """
        fields: dict[str, Any] = json.loads(content)
        properties = {iri: PropertyCounts(**counts) for iri, counts in fields.pop("properties").items()}
        return cls(properties=properties, **fields)

    def json(self) -> bytes:
        """The statistics in their canonical form."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
