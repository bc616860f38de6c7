"""Organisations of the review: reconciled with those of a data folder by their whole path, or kept apart."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import pyoxigraph as ox

from kankei.curation.candidate.known_terms import ancestors, is_japanese, label_key
from kankei.curation.candidate.nodes import Node, Statement, rdf_type, statement
from kankei.curation.review.short_names import name_statements
from kankei.dataset.statements import TYPE, StatementIndex, text
from kankei.namespaces import DCT, KK, ORG, SKOS, Base
from kankei.source.review.columns import UNIT
from kankei.source.review.sheets import RowPlace, UnitPath

_AGENCY_SUFFIXES = ("庁", "委員会")
_MINISTRY = UNIT[0]
_DIGITS = 12


@dataclass
class Organisations:
    """Units by path. `known` are those of the catalogue, by the names of their path run together.

    The review runs names together too (観光地域振興部観光資源課 in one cell). A path is followed from the
    ministry down as far as it is known; every unit below is one of the review, named by a hash of its path,
    since the review gives units no key.
    """

    base: Base
    known: Mapping[str, str]
    ministries: frozenset[str]
    """Keys of the names that stand in the column of ministries by themselves."""
    nodes: dict[str, Node] = field(default_factory=dict)

    def unit(self, path: UnitPath, place: RowPlace) -> str | None:
        """The IRI of the unit at the end of a path; None where the path is empty."""
        iri: str | None = None
        keys: tuple[str, ...] = ()
        for column, name in self._levels(path):
            keys = (*keys, label_key(name))
            iri = self.known.get("".join(keys)) or self._unreconciled(keys, column, name, iri, place)
        return iri

    def ministry(self, path: UnitPath, place: RowPlace) -> str:
        """The slug of the ministry, or other organisation without one above, at which a path begins."""
        first = next(self._levels(path), None)
        iri = self.unit((first,), place) if first else None
        return iri.rpartition("/")[2] if iri else "without-ministry"

    def _levels(self, path: UnitPath) -> Iterator[tuple[str, str]]:
        """The levels of a path; an agency run together with its ministry is one, a repeated name is not."""
        above = ""
        for column, name in path:
            parts = self._divided(name) if column == _MINISTRY else (name,)
            for part in parts:
                if label_key(part) != above:
                    above = label_key(part)
                    yield column, part

    def _divided(self, name: str) -> tuple[str, ...]:
        """The parts of ``国土交通省観光庁``: a ministry that the review names alone, and what follows."""
        for length in range(len(name) - 1, 1, -1):
            rest = name[length:]
            if label_key(name[:length]) in self.ministries and rest.endswith(_AGENCY_SUFFIXES):
                return name[:length], rest
        return (name,)

    def _unreconciled(
        self, keys: tuple[str, ...], column: str, name: str, parent: str | None, place: RowPlace
    ) -> str:
        digest = sha256("\n".join(keys).encode()).hexdigest()
        slug = f"review-{digest[:_DIGITS]}"
        iri = self.base.thing(f"org/{slug}")
        if iri not in self.nodes:
            self.nodes[iri] = Node(iri, tuple(self._statements(slug, column, name, parent, place)))
        return iri

    def _statements(
        self, slug: str, column: str, name: str, parent: str | None, place: RowPlace
    ) -> Iterator[Statement]:
        yield rdf_type("UnreconciledOrganisation")
        yield f"{SKOS}prefLabel", ox.Literal(name, language="ja")
        yield from name_statements(name)
        yield f"{DCT}identifier", ox.Literal(slug)
        if parent:
            yield f"{ORG}subOrganizationOf", ox.NamedNode(parent)
        yield statement("columnName", column)
        yield f"{KK}place", place_iri(place, self.base)


def place_iri(place: RowPlace, base: Base) -> ox.NamedNode:
    """The IRI of a row of a source (RFC 7111)."""
    return ox.NamedNode(f"{base.thing(f'source/{place.source}')}#row={place.row}")


def known_paths(organisations: StatementIndex) -> dict[str, str]:
    """The units of a data folder by the keys of the Japanese names on their path, run together.

    The path begins at a ministry: one that begins at an agency, whose ministry is not known, is left out, as
    are paths that two units share.
    """
    labels = organisations.pairs(f"{SKOS}prefLabel")
    names = {node: label_key(text(value)) for node, value in labels if is_japanese(value)}
    paths = {unit: tuple(reversed(ancestors(organisations, unit))) for unit in names}
    units: dict[str, list[str]] = {}
    for unit, path in paths.items():
        if f"{KK}Ministry" in organisations.iris(path[0], TYPE):
            units.setdefault("".join(names.get(node, "") for node in path), []).append(unit)
    return {path: sharing[0] for path, sharing in units.items() if len(sharing) == 1}


def ministry_names(paths: Iterable[UnitPath]) -> frozenset[str]:
    """The keys of all names in the column of ministries."""
    return frozenset(label_key(name) for path in paths for column, name in path if column == _MINISTRY)
