"""A programme by what tells it from others: its names, links, units in charge, and its entries' numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sys import intern

import pyoxigraph as ox

from kankei.curation.matching.text_similarity import name_key
from kankei.dataset.statements import Term, text
from kankei.namespaces import DCT, KK
from kankei.source.grammars.normalised_text import normalise

_FISCAL_YEAR = "/fiscal-year/"
_SOURCE = "/source/"
_TERMS = (
    *(f"{DCT}title", f"{DCT}alternative", f"{DCT}source", f"{KK}entry", f"{KK}fiscalYear", f"{KK}number"),
    *(f"{KK}title", f"{KK}subtitle", f"{KK}plain", f"{KK}url", f"{KK}unitInCharge"),
)
Said = Mapping[str, list[tuple[str, Term]]]
"""Subjects and objects by predicate."""


@dataclass(frozen=True, slots=True)
class ProfileEntry:
    """What a source says of a programme in a year; `fragment` names its node."""

    fragment: str
    source: str
    year: int | None
    number: str | None


@dataclass(frozen=True, slots=True)
class ProgrammeProfile:
    """`names` are keys of its titles, its own and those that entries print; `others` those of other names."""

    slug: str
    title: str
    names: tuple[str, ...]
    others: tuple[str, ...]
    links: tuple[str, ...]
    units: tuple[str, ...]
    entries: tuple[ProfileEntry, ...]


def said(triples: Iterable[ox.Triple], terms: Iterable[str]) -> Said:
    """What triples say with some predicates."""
    found: dict[str, list[tuple[str, Term]]] = {term: [] for term in terms}
    for subject, predicate, value in triples:
        pairs = found.get(predicate.value)
        if pairs is not None:
            pairs.append((text(subject), value))
    return found


def programme(iri: str, triples: Iterable[ox.Triple]) -> ProgrammeProfile:
    """The programme that triples describe, those of its file or those of a candidate."""
    found = said(triples, _TERMS)
    entries = [text(value) for node, value in found[f"{KK}entry"] if node == iri]
    titles = [text(value) for value in _of(found[f"{DCT}title"], {iri}) if is_japanese(value)]
    others = [text(value) for value in _of(found[f"{DCT}alternative"], {iri}) if is_japanese(value)]
    printed = _printed(found, f"{KK}title", entries)
    return ProgrammeProfile(
        iri.rpartition("/")[2],
        next(iter([*titles, *printed]), ""),
        _keys([*titles, *printed]),
        _keys([*others, *_printed(found, f"{KK}subtitle", entries)]),
        _interned(value for _, value in found[f"{KK}url"]),
        _interned(value for _, value in found[f"{KK}unitInCharge"]),
        tuple(_entry(node, found) for node in entries),
    )


def is_japanese(value: Term) -> bool:
    """Whether a value is a text in Japanese."""
    return isinstance(value, ox.Literal) and value.language == "ja"


def _of(pairs: Iterable[tuple[str, Term]], nodes: Iterable[str]) -> list[Term]:
    wanted = set(nodes)
    return [value for node, value in pairs if node in wanted]


def _printed(found: Said, term: str, entries: Iterable[str]) -> list[str]:
    """The plain texts of the titles that entries lead to."""
    nodes = [text(value) for value in _of(found[term], entries)]
    return [text(value) for value in _of(found[f"{KK}plain"], nodes)]


def _keys(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(name_key, names))))


def _interned(values: Iterable[Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(intern(text(value)) for value in values))


def _entry(node: str, found: Said) -> ProfileEntry:
    source = next(map(text, _of(found[f"{DCT}source"], {node})), "")
    year = next(map(text, _of(found[f"{KK}fiscalYear"], {node})), "").rpartition(_FISCAL_YEAR)[2]
    number = next(map(text, _of(found[f"{KK}number"], {node})), None)
    return ProfileEntry(
        intern(node.rpartition("#")[2]),
        intern(source.rpartition(_SOURCE)[2]),
        int(year) if year.isdecimal() else None,
        normalise(number).strip() if number else None,
    )
