"""The measures of a sheet that its programme already has: by their titles, since their numbers change."""

from collections import Counter
from collections.abc import Mapping

from kankei.curation.candidate.candidate import Candidate
from kankei.curation.matching.node_index import Nodes, nodes


def continued_measures(candidate: Candidate, known: Nodes) -> Mapping[str, str]:
    """The fragments of measures by the numbers of the sheet, where one measure only has the title."""
    titles = _titles(candidate)
    found = {number: measure for number, title in titles.items() if (measure := known.titled(title))}
    claimed = Counter(found.values())
    return {number: measure for number, measure in found.items() if claimed[measure] == 1}


def repeated_measures(candidate: Candidate, known: Nodes, entry: str) -> Mapping[str, str]:
    """The same for a sheet that the programme has an entry of, by its fragment: there numbers tell too."""
    found = continued_measures(candidate, known)
    left = {
        number: known.numbered[entry, number]
        for number in numbers(candidate)
        if number not in found and (entry, number) in known.numbered
    }
    return {**found, **{number: measure for number, measure in left.items() if measure not in found.values()}}


def _titles(candidate: Candidate) -> Mapping[str, str]:
    """The keys of the titles by number; what a sheet prints no title of has none."""
    own = nodes(candidate.iri, candidate.triples)
    return {
        number: own.titles[measure][0] for (_, number), measure in own.numbered.items() if own.titles[measure]
    }


def numbers(candidate: Candidate) -> tuple[str, ...]:
    """The numbers of the measures that a candidate has."""
    return tuple(number for _, number in nodes(candidate.iri, candidate.triples).numbered)
