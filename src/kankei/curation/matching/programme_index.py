"""The programmes of a data folder, indexed by all that a sheet of another edition may share with one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import count
from pathlib import Path

from kankei.curation.candidate.known_terms import read_organisations
from kankei.curation.matching.programme_profile import (
    OrganisationUnit,
    ProgrammeProfile,
    organisation_units,
    programme_profile,
)
from kankei.dataset.data_folder import Inputs, data_files
from kankei.dataset.statements import StatementIndex
from kankei.dataset.turtle import read_turtle
from kankei.namespaces import Base

_FOLDER = "programme/"
SlugIndex = Mapping[str, tuple[str, ...]]
"""Slugs of programmes by a text."""


@dataclass(frozen=True)
class ProgrammeIndex:
    """Profiles by slug, and slugs by the key of a name, by link, unit in charge and number of an entry.

    Statements and text of one programme are read from its file when they are asked for.
    """

    base: Base
    programmes: Mapping[str, ProgrammeProfile]
    files: Mapping[str, Path]
    units: Mapping[str, OrganisationUnit]
    by_name: SlugIndex
    by_link: SlugIndex
    by_unit: SlugIndex
    by_number: SlugIndex

    def sharing_with(self, sheet: ProgrammeProfile) -> list[str]:
        """The programmes that share a name, link, unit or number with a sheet, read as a programme itself."""
        numbers = [entry.number for entry in sheet.entries if entry.number]
        shared = (
            *((self.by_name, sheet.names), (self.by_link, sheet.links)),
            *((self.by_unit, sheet.units), (self.by_number, numbers)),
        )
        return sorted({slug for index, keys in shared for key in keys for slug in index.get(key, ())})

    def free_slug(self, slug: str) -> str:
        """A slug that no programme has: this one, or this one with a number."""
        if slug not in self.programmes:
            return slug
        return next(name for n in count(2) if (name := f"{slug}-{n}") not in self.programmes)

    def iri(self, slug: str) -> str:
        """The IRI of a programme."""
        return self.base.thing(_FOLDER + slug)

    @cached_property
    def statements(self) -> Callable[[str], StatementIndex]:
        """Reads the statements of a programme from its file; sheets of one run may need the same ones."""

        def read(slug: str) -> StatementIndex:
            return StatementIndex.of(read_turtle(self.files[slug], self.iri(slug)))

        return lru_cache(maxsize=8)(read)

    def latest(self, source: str) -> Iterator[ProgrammeProfile]:
        """The programmes whose last entry is of a source: next year's edition may continue them."""
        for programme in self.programmes.values():
            last = max((entry.year for entry in programme.entries if entry.year is not None), default=None)
            if any((entry.source, entry.year) == (source, last) for entry in programme.entries):
                yield programme

    def text(self, slug: str) -> str:
        """The text of a programme's file, to which a new edition is added; empty where there is none."""
        file = self.files.get(slug)
        return file.read_bytes().decode("utf-8") if file else ""


def read_programme_index(
    inputs: Inputs, base: Base, progress: Callable[[int, int], None] | None = None
) -> ProgrammeIndex:
    """The programmes of some inputs; `progress` is called with the numbers of files read and of all files."""
    paths = {path: file for path, file in data_files(inputs).items() if path.startswith(_FOLDER)}
    files = {path.removeprefix(_FOLDER): file for path, file in paths.items()}
    profiles: dict[str, ProgrammeProfile] = {}
    for slug, file in files.items():
        iri = base.thing(_FOLDER + slug)
        profiles[slug] = programme_profile(iri, StatementIndex.of(read_turtle(file, iri)))
        if progress:
            progress(len(profiles), len(files))
    programmes = profiles.values()
    return ProgrammeIndex(
        base,
        profiles,
        files,
        organisation_units(read_organisations(inputs, base)),
        _index((one.slug, name) for one in programmes for name in (*one.names, *one.other_names)),
        _index((one.slug, link) for one in programmes for link in one.links),
        _index((one.slug, unit) for one in programmes for unit in one.units),
        _index((one.slug, entry.number) for one in programmes for entry in one.entries if entry.number),
    )


def _index(pairs: Iterable[tuple[str, str]]) -> SlugIndex:
    index: dict[str, dict[str, None]] = {}
    for slug, key in pairs:
        index.setdefault(key, {})[slug] = None
    return {key: tuple(slugs) for key, slugs in index.items()}
