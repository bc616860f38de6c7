"""A programme by its distinguishing marks: names, links, units in charge, and the numbers of its entries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sys import intern

from kankei.curation.candidate.known_terms import ancestors, is_japanese
from kankei.curation.matching.name_similarity import name_key
from kankei.dataset.statements import StatementIndex, Term, text
from kankei.namespaces import DCT, KK, SKOS
from kankei.source.grammars.normalised_text import normalise

_FISCAL_YEAR = "/fiscal-year/"
_SOURCE = "/source/"


@dataclass(frozen=True, slots=True)
class ProfileEntry:
    """The entry of a programme for a source and a year; `fragment` names its node."""

    fragment: str
    source: str
    year: int | None
    number: str | None


@dataclass(frozen=True, slots=True)
class ProgrammeProfile:
    """`names` are keys of its titles, its own and those that entries print; `other_names` of subtitles."""

    slug: str
    title: str
    names: tuple[str, ...]
    other_names: tuple[str, ...]
    links: tuple[str, ...]
    units: tuple[str, ...]
    entries: tuple[ProfileEntry, ...]


@dataclass(frozen=True, slots=True)
class OrganisationUnit:
    """The name of an organisation; `top` is the IRI of the highest organisation above it, or its own."""

    name: str
    top: str


def programme_profile(iri: str, programme: StatementIndex) -> ProgrammeProfile:
    """The profile of a programme of the dataset, or of a candidate, from its statements."""
    entries = [text(entry) for entry in programme.objects(iri, f"{KK}entry")]
    titles = [*_japanese(programme.objects(iri, f"{DCT}title")), *_printed(programme, entries, "title")]
    others = _japanese(programme.objects(iri, f"{DCT}alternative"))
    return ProgrammeProfile(
        iri.rpartition("/")[2],
        next(iter(titles), ""),
        _keys(titles),
        _keys([*others, *_printed(programme, entries, "subtitle")]),
        _interned(value for _, value in programme.pairs(f"{KK}url")),
        _interned(value for _, value in programme.pairs(f"{KK}unitInCharge")),
        tuple(_entry(entry, programme) for entry in entries),
    )


def organisation_units(organisations: StatementIndex) -> Mapping[str, OrganisationUnit]:
    """Every organisation by its IRI."""
    return {
        unit: OrganisationUnit(text(value), ancestors(organisations, unit)[-1])
        for unit, value in organisations.pairs(f"{SKOS}prefLabel")
        if is_japanese(value)
    }


def _japanese(values: Iterable[Term]) -> list[str]:
    return [text(value) for value in values if is_japanese(value)]


def _printed(programme: StatementIndex, entries: Iterable[str], term: str) -> list[str]:
    """The plain texts of the titles that entries lead to by a property."""
    titles = [text(title) for entry in entries for title in programme.objects(entry, KK + term)]
    return [text(plain) for title in titles for plain in programme.objects(title, f"{KK}plain")]


def _keys(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(name_key, names))))


def _interned(values: Iterable[Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(intern(text(value)) for value in values))


def _entry(node: str, programme: StatementIndex) -> ProfileEntry:
    source = programme.value(node, f"{DCT}source").rpartition(_SOURCE)[2]
    year = programme.value(node, f"{KK}fiscalYear").rpartition(_FISCAL_YEAR)[2]
    number = programme.value(node, f"{KK}number")
    return ProfileEntry(
        intern(node.rpartition("#")[2]),
        intern(source),
        int(year) if year.isdecimal() else None,
        normalise(number).strip() if number else None,
    )
