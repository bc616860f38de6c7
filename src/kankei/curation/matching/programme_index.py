"""The programmes that a data folder has, by all that a sheet of another edition may share with one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pyoxigraph as ox

from kankei.curation.matching.node_index import Nodes, nodes
from kankei.curation.matching.organisation_index import Unit, units
from kankei.curation.matching.printed_texts import Repeated, repeated
from kankei.curation.matching.programme_profile import ProgrammeProfile, programme
from kankei.dataset.data_folder import Inputs, data_files
from kankei.dataset.turtle import read_turtle
from kankei.namespaces import Base

_FOLDER = "programme/"
Index = Mapping[str, tuple[str, ...]]
"""Slugs of programmes by a text."""


@dataclass(frozen=True)
class ProgrammeIndex:
    """Programmes by slug, and slugs by the keys of names, by link, unit in charge and number of an entry.

    What is needed of one programme only, its nodes and its text, is read from its file when it is asked for.
    """

    base: Base
    programmes: Mapping[str, ProgrammeProfile]
    files: Mapping[str, Path]
    units: Mapping[str, Unit]
    names: Index
    links: Index
    in_charge: Index
    numbers: Index

    def near(self, sheet: ProgrammeProfile) -> tuple[str, ...]:
        """The programmes that share anything with a sheet, which is read as a programme of its own."""
        numbers = [entry.number for entry in sheet.entries if entry.number]
        shared = ((self.names, sheet.names), (self.links, sheet.links), (self.in_charge, sheet.units))
        found = [slug for index, values in shared for value in values for slug in index.get(value, ())]
        return tuple(sorted({*found, *(slug for number in numbers for slug in self.numbers.get(number, ()))}))

    def free(self, slug: str) -> str:
        """A slug that no programme has: this one, or this one with a number."""
        if slug not in self.programmes:
            return slug
        return next(name for n in count(2) if (name := f"{slug}-{n}") not in self.programmes)

    def nodes(self, slug: str) -> Nodes:
        """The nodes of a programme, read from its file."""
        return nodes(self.base.thing(_FOLDER + slug), self._triples(slug))

    def repeated(self, sheet: Iterable[str | None], slug: str, entry: str) -> Repeated:
        """The printed texts of a sheet beside those of a programme's entry, read from its file."""
        iri = self.base.thing(f"{_FOLDER}{slug}#{entry}")
        return repeated(sheet, ox.NamedNode(iri), self._triples(slug))

    def _triples(self, slug: str) -> Iterable[ox.Triple]:
        return read_turtle(self.files[slug], self.base.thing(_FOLDER + slug))

    def latest(self, source: str) -> Iterator[ProgrammeProfile]:
        """The programmes whose last entry is of a source: next year's edition may continue them."""
        for one in self.programmes.values():
            years = [entry.year for entry in one.entries if entry.year is not None]
            if any(
                entry.source == source and entry.year == max(years, default=None) for entry in one.entries
            ):
                yield one

    def text(self, slug: str) -> str:
        """The text of a programme's file, to which a new edition is added; empty where there is none."""
        file = self.files.get(slug)
        return file.read_bytes().decode("utf-8") if file else ""


def read_programme_index(
    inputs: Inputs, base: Base, progress: Callable[[int, int], None] | None = None
) -> ProgrammeIndex:
    """The programmes of some inputs; `progress` is told how many files of how many are read."""
    paths = data_files(inputs)
    files = {path.removeprefix(_FOLDER): file for path, file in paths.items() if path.startswith(_FOLDER)}
    found: dict[str, ProgrammeProfile] = {}
    for slug, file in files.items():
        iri = base.thing(_FOLDER + slug)
        found[slug] = programme(iri, read_turtle(file, iri))
        if progress:
            progress(len(found), len(files))
    return ProgrammeIndex(
        base,
        found,
        files,
        units(paths, base),
        _index((slug, name) for slug, one in found.items() for name in (*one.names, *one.others)),
        _index((slug, link) for slug, one in found.items() for link in one.links),
        _index((slug, unit) for slug, one in found.items() for unit in one.units),
        _index((slug, entry.number) for slug, one in found.items() for entry in one.entries if entry.number),
    )


def _index(pairs: Iterable[tuple[str, str]]) -> Index:
    found: dict[str, dict[str, None]] = {}
    for slug, value in pairs:
        found.setdefault(value, {})[slug] = None
    return {value: tuple(slugs) for value, slugs in found.items()}
