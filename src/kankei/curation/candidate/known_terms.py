"""What the dataset knows by name: concepts by their labels, units by their path of names, fiscal years."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import pyoxigraph as ox

from kankei.dataset.data_folder import Inputs, data_files, scheme_files, source_files
from kankei.dataset.statements import StatementIndex, Term, text
from kankei.dataset.turtle import read_turtle
from kankei.namespaces import CONCEPTS, KK, ORG, SKOS, Base
from kankei.source.grammars.normalised_text import normalise
from kankei.source.grammars.organisation_path import OrganisationPaths

_FISCAL_YEARS, _PROGRAMMES = "fiscal-year/", "programme/"
AcceptedCall = tuple[str, str, str]
"""The number and the name of an entry, and the raw text of its call, as keys."""


@dataclass(frozen=True)
class KnownTerms:
    """Names to IRIs.

    `schemes` are the statements about concepts, `concepts` the IRIs by kind (``body-type``), then by label;
    `units` are the units by the names of their path; `years` are the fiscal years, `sources` the SHA-256 of
    the source documents by slug.
    """

    base: Base
    schemes: StatementIndex
    concepts: Mapping[str, Mapping[str, ox.NamedNode]]
    units: OrganisationPaths[ox.NamedNode]
    years: frozenset[int]
    sources: Mapping[str, str]
    inputs: Inputs

    @cached_property
    def accepted_calls(self) -> frozenset[AcceptedCall]:
        """The calls of the entries in the data folder that have a call and no survey of demand."""
        return _accepted_calls(self.inputs, self.base)

    def concept(self, kind: str, label: str) -> ox.NamedNode | None:
        """The concept of a kind that has this label, whatever the width of its characters."""
        return self.concepts.get(kind, {}).get(label_key(label))

    def is_below(self, concept: ox.NamedNode, other: ox.NamedNode) -> bool:
        """Whether the other concept is the next broader one."""
        return other.value in self.schemes.iris(concept.value, f"{SKOS}broader")

    def fiscal_year(self, year: int) -> ox.NamedNode:
        """The IRI of a fiscal year."""
        return ox.NamedNode(self.base.thing(f"{_FISCAL_YEARS}{year}"))


def label_key(label: str) -> str:
    """A label as it is looked up: without blanks, in characters of one width, letters in one case."""
    return "".join(normalise(label).split()).casefold()


def read_known_terms(inputs: Inputs, base: Base) -> KnownTerms:
    """The names in the schemes and the data folder of some inputs."""
    files = scheme_files(inputs)
    schemes = StatementIndex.of(triple for file in files for triple in read_turtle(file, CONCEPTS))
    years = (
        path.removeprefix(_FISCAL_YEARS) for path in data_files(inputs) if path.startswith(_FISCAL_YEARS)
    )
    return KnownTerms(
        base,
        schemes,
        _concepts(schemes),
        OrganisationPaths(_paths(read_organisations(inputs, base))),
        frozenset(int(path.removeprefix(_FISCAL_YEARS)) for path in years),
        {source.stem: sha256(source.read_bytes()).hexdigest() for source in source_files(inputs)},
        inputs,
    )


def read_organisations(inputs: Inputs, base: Base) -> StatementIndex:
    """The statements about the organisations of a data folder."""
    files = {path: file for path, file in data_files(inputs).items() if path.startswith("org/")}
    return StatementIndex.of(
        triple for path, file in files.items() for triple in read_turtle(file, base.thing(path))
    )


def ancestors(organisations: StatementIndex, unit: str) -> list[str]:
    """The unit and all organisations above it, the highest last."""
    path: list[str] = []
    while unit and unit not in path:
        path.append(unit)
        unit = organisations.value(unit, f"{ORG}subOrganizationOf")
    return path


def is_japanese(value: Term) -> bool:
    """Whether a value is a text in Japanese."""
    return isinstance(value, ox.Literal) and value.language == "ja"


def _concepts(schemes: StatementIndex) -> dict[str, dict[str, ox.NamedNode]]:
    """Concepts by kind and label; a label that two concepts of a kind share names neither."""
    nodes: dict[str, dict[str, set[str]]] = {}
    for predicate in (f"{SKOS}prefLabel", f"{SKOS}altLabel"):
        for node, value in schemes.pairs(predicate):
            if is_japanese(value):
                kind = node.removeprefix(CONCEPTS).partition("/")[0]
                nodes.setdefault(kind, {}).setdefault(label_key(text(value)), set()).add(node)
    return {
        kind: {label: ox.NamedNode(*named) for label, named in labels.items() if len(named) == 1}
        for kind, labels in nodes.items()
    }


def _paths(organisations: StatementIndex) -> dict[tuple[str, ...], ox.NamedNode]:
    """Units by the names of their path, the highest first."""
    labels = organisations.pairs(f"{SKOS}prefLabel")
    names = {node: text(value) for node, value in labels if is_japanese(value)}
    return {
        tuple(names.get(node, "") for node in reversed(ancestors(organisations, unit))): ox.NamedNode(unit)
        for unit in names
    }


def _accepted_calls(inputs: Inputs, base: Base) -> frozenset[AcceptedCall]:
    files = {path: file for path, file in data_files(inputs).items() if path.startswith(_PROGRAMMES)}
    return frozenset(
        call
        for path, file in files.items()
        for call in _calls(StatementIndex.of(read_turtle(file, base.thing(path))))
    )


def _calls(programme: StatementIndex) -> Iterator[AcceptedCall]:
    for entry, number in programme.pairs(f"{KK}number"):
        title = programme.value(programme.value(entry, f"{KK}title"), f"{KK}raw")
        calls = programme.iris(entry, f"{KK}call")
        if title and len(calls) == 1 and not programme.objects(entry, f"{KK}needsSurvey"):
            raw = programme.value(calls[0], f"{KK}raw")
            yield label_key(text(number)), label_key(title), label_key(raw)
