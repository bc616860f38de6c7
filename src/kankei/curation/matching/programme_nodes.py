"""The nodes of a programme: the fragments that are taken, and its measures by title and by number."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count

import pyoxigraph as ox

from kankei.curation.candidate.known_terms import is_japanese
from kankei.curation.matching.name_similarity import name_key
from kankei.dataset.statements import StatementIndex, text
from kankei.namespaces import DCT, KK


@dataclass(frozen=True)
class ProgrammeNodes:
    """`taken` are all fragments, `titles` the keys of the titles of each measure, by its fragment.

    `numbered` are the measures by the fragment of an entry and the number that it gives them.
    """

    taken: frozenset[str]
    titles: Mapping[str, tuple[str, ...]]
    numbered: Mapping[tuple[str, str], str]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of the measures."""
        return tuple(number for _, number in self.numbered)

    def titled(self, title: str) -> str | None:
        """The one measure of a title, given by its key."""
        measures = [measure for measure, titles in self.titles.items() if title in titles]
        return measures[0] if len(measures) == 1 else None

    def edition_name(self, year: int | None, source: str) -> str | None:
        """What has to stand for the year in the names of a new entry's nodes; None where the year will do.

        No node of the programme has it in its name, so that the names of all new nodes are free.
        """
        plain = "undated" if year is None else str(year)
        longer = f"{plain}-{source}"
        names = chain((plain, longer), (f"{longer}-{position}" for position in count(2)))
        taken = [f"-{fragment}-" for fragment in self.taken]
        free = next(name for name in names if not any(f"-{name}-" in fragment for fragment in taken))
        return None if free == plain else free


def programme_nodes(iri: str, programme: StatementIndex) -> ProgrammeNodes:
    """The nodes of a programme of the dataset, or of a candidate, from its statements."""
    owners = {node: _fragment(text(value)) for node, value in programme.pairs(f"{KK}ofMeasure")}
    titles: dict[str, dict[str, None]] = {
        _fragment(text(measure)): {} for measure in programme.objects(iri, f"{KK}measure")
    }
    for measure, title in _titles(programme, owners):
        if measure in titles and (key := name_key(title)):
            titles[measure][key] = None
    return ProgrammeNodes(
        frozenset(_fragments(iri, programme)),
        {measure: tuple(keys) for measure, keys in titles.items()},
        dict(_numbers(programme, owners)),
    )


def _fragments(iri: str, programme: StatementIndex) -> Iterator[str]:
    objects = (
        value for properties in programme.nodes.values() for each in properties.values() for value in each
    )
    named = (value.value for value in objects if isinstance(value, ox.NamedNode))
    return (_fragment(node) for node in chain(programme.nodes, named) if node.startswith(f"{iri}#"))


def _titles(programme: StatementIndex, owners: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Measures with the titles that they and their entries give them."""
    for node, value in programme.pairs(f"{DCT}title"):
        if is_japanese(value):
            yield _fragment(node), text(value)
    for entry, title in programme.pairs(f"{KK}title"):
        if entry in owners:
            for plain in programme.objects(text(title), f"{KK}plain"):
                yield owners[entry], text(plain)


def _numbers(programme: StatementIndex, owners: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    for entry, node in programme.pairs(f"{KK}measureEntry"):
        if (owner := owners.get(text(node))) is not None:
            for number in programme.objects(text(node), f"{KK}number"):
                yield (_fragment(entry), text(number)), owner


def _fragment(iri: str) -> str:
    return iri.partition("#")[2]


def continued_measures(candidate: ProgrammeNodes, known: ProgrammeNodes) -> Mapping[str, str]:
    """The fragments of measures by the numbers of the sheet, where one measure only has the title.

    Numbers change from year to year; a measure of which the sheet prints no title continues none.
    """
    titles = {
        number: next(iter(candidate.titles[measure]), "")
        for (_, number), measure in candidate.numbered.items()
    }
    measures = {number: measure for number, title in titles.items() if (measure := known.titled(title))}
    times = Counter(measures.values())
    return {number: measure for number, measure in measures.items() if times[measure] == 1}


def repeated_measures(candidate: ProgrammeNodes, known: ProgrammeNodes, entry: str) -> Mapping[str, str]:
    """The same for a sheet that the programme has an entry of, by its fragment: there numbers tell too."""
    titled = continued_measures(candidate, known)
    measures = dict(titled)
    for number in candidate.numbers:
        measure = known.numbered.get((entry, number))
        if measure is not None and number not in titled and measure not in titled.values():
            measures[number] = measure
    return measures
