"""Finds the number of a term without a statement of SQL, which would take longer than the query."""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import md5
from typing import Self

import duckdb

from kankei.engine.algebra.terms import RDF_LANG_STRING, Iri, Term
from kankei.release.columns.schema import IRI, LITERAL

_DIGEST = 16
# Neither an IRI nor a language tag has a space, so that no two terms have one text.
_DIGESTS = """
    SELECT unhex(md5(concat(kind, ' ', datatype, ' ', language, ' ', lexical))) AS digest, id
    FROM terms WHERE kind > 1 ORDER BY digest
"""
_BATCH = 10_000


class _Digests(Sequence[bytes]):
    """Digests one after the other, in their order."""

    def __init__(self) -> None:
        self.content = bytearray()

    def __len__(self) -> int:
        return len(self.content) // _DIGEST

    def __getitem__(self, index: int) -> bytes:  # type: ignore[override]  # no slices
        return bytes(self.content[index * _DIGEST : (index + 1) * _DIGEST])


@dataclass(frozen=True)
class TermIndex:
    """Digests of all IRIs and literals in order, 16 bytes each, and the number of each term.

    Two terms of one digest cannot be found by trial: 300,000 terms leave 2^109 trials for a second one.
    """

    digests: _Digests
    identifiers: "array[int]"

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection) -> Self:
        """The index of the terms in a database."""
        index = cls(_Digests(), array("i"))
        rows = connection.execute(_DIGESTS)
        while batch := rows.fetchmany(_BATCH):
            index.digests.content += b"".join([digest for digest, _ in batch])
            index.identifiers.extend([identifier for _, identifier in batch])
        return index

    def find(self, term: Term) -> int | None:
        """The number of a term, or none if the release does not have it."""
        digest = _digest(term)
        position = bisect_left(self.digests, digest)
        if position == len(self.digests) or self.digests[position] != digest:
            return None
        return self.identifiers[position]


def _digest(term: Term) -> bytes:
    if isinstance(term, Iri):
        text = f"{IRI}   {term.value}"
    else:
        datatype = RDF_LANG_STRING if term.language else term.datatype
        text = f"{LITERAL} {datatype} {term.language.lower()} {term.lexical}"
    return md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
