"""The nodes of a programme: the fragments that are taken, and which measure each of its entries means."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count

import pyoxigraph as ox

from kankei.curation.matching.programme_profile import Said, is_japanese, said
from kankei.curation.matching.text_similarity import name_key
from kankei.dataset.statements import text
from kankei.namespaces import DCT, KK

_TERMS = (
    *(f"{KK}measure", f"{KK}measureEntry", f"{KK}ofMeasure"),
    *(f"{DCT}title", f"{KK}title", f"{KK}plain", f"{KK}number"),
)


@dataclass(frozen=True)
class Nodes:
    """`measures` are the fragments of all measures, `titled` those by the key of a title that no other has.

    `numbered` are the measures by the fragment of an entry and the number that it gives them; `titles` the
    keys of the titles of each measure.
    """

    taken: frozenset[str]
    measures: tuple[str, ...]
    titles: Mapping[str, tuple[str, ...]]
    numbered: Mapping[tuple[str, str], str]

    def titled(self, title: str) -> str | None:
        """The one measure of a title, given by its key."""
        found = [measure for measure, titles in self.titles.items() if title in titles]
        return found[0] if len(found) == 1 else None

    def edition(self, year: int | None, source: str) -> str | None:
        """What has to stand for the year in the names of a new entry's nodes; None where the year will do.

        No node of the programme has it in its name, so that whatever the new nodes are, none is there yet.
        """
        plain = "undated" if year is None else str(year)
        longer = f"{plain}-{source}"
        marks = chain((plain, longer), (f"{longer}-{position}" for position in count(2)))
        mark = next(filter(self._is_free, marks))
        return None if mark == plain else mark

    def _is_free(self, mark: str) -> bool:
        return not any(f"-{mark}-" in f"-{fragment}-" for fragment in self.taken)


def nodes(iri: str, triples: Iterable[ox.Triple]) -> Nodes:
    """The nodes that triples describe, those of a programme's file or those of a candidate."""
    triples = tuple(triples)
    found = said(triples, _TERMS)
    measures = tuple(_fragment(text(value)) for node, value in found[f"{KK}measure"] if node == iri)
    owners = {node: _fragment(text(value)) for node, value in found[f"{KK}ofMeasure"]}
    named = list(_names(found, owners))
    return Nodes(
        frozenset(_fragments(iri, triples)),
        measures,
        {
            measure: tuple(
                dict.fromkeys(filter(None, (name_key(n) for owner, n in named if owner == measure)))
            )
            for measure in measures
        },
        dict(_numbers(found, owners)),
    )


def _fragments(iri: str, triples: Iterable[ox.Triple]) -> Iterator[str]:
    for subject, _, value in triples:
        for term in (subject, value):
            if isinstance(term, ox.NamedNode) and term.value.startswith(f"{iri}#"):
                yield _fragment(term.value)


def _names(found: Said, owners: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Measures with the names that they and their entries give them."""
    for node, value in found[f"{DCT}title"]:
        if is_japanese(value):
            yield _fragment(node), text(value)
    titles = {text(value): owners[node] for node, value in found[f"{KK}title"] if node in owners}
    for node, value in found[f"{KK}plain"]:
        if node in titles:
            yield titles[node], text(value)


def _numbers(found: Said, owners: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    entries = {text(value): _fragment(node) for node, value in found[f"{KK}measureEntry"]}
    for node, value in found[f"{KK}number"]:
        if node in owners and node in entries:
            yield (entries[node], text(value)), owners[node]


def _fragment(iri: str) -> str:
    return iri.partition("#")[2]
