"""The printed texts of a sheet beside those of an entry: whether a sheet says the same again."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.curation.matching.text_similarity import name_key
from kankei.dataset.statements import text
from kankei.namespaces import KK

# A PDF draws the bullet of a symbol font as another sign.
_BULLETS = re.compile("[\ue000-\uf8ff●•・･]")


@dataclass(frozen=True)
class Repeated:
    """How many of a sheet's printed texts an entry has too; `others` are those that only the entry has."""

    entry: str
    texts: int
    same: int
    others: int

    @property
    def is_whole(self) -> bool:
        """Whether sheet and entry print the same throughout."""
        return self.texts == self.same and not self.others

    @property
    def ja(self) -> str:
        """In Japanese."""
        if self.is_whole:
            return f"原文{self.texts}件は掲載情報 #{self.entry} とすべて同じ"
        rest = f"（その掲載情報だけの原文 {self.others}件）" if self.others else ""
        return f"原文{self.texts}件のうち{self.same}件が掲載情報 #{self.entry} と同じ{rest}"

    @property
    def en(self) -> str:
        """In English."""
        if self.is_whole:
            return f"the printed text is that of the entry #{self.entry}, all {self.texts} pieces of it"
        others = "1 other" if self.others == 1 else f"{self.others} others"
        rest = f", which has {others}" if self.others else ""
        return (
            f"{self.same} of {self.texts} pieces of printed text are those of the entry #{self.entry}{rest}"
        )


def repeated(sheet: Iterable[str | None], entry: ox.NamedNode, known: Iterable[ox.Triple]) -> Repeated:
    """The texts of a sheet beside those of an entry, which is among the triples of its programme."""
    own = Counter(map(_key, filter(None, sheet)))
    theirs = Counter(map(_key, _texts(entry, known)))
    same = (own & theirs).total()
    return Repeated(entry.value.partition("#")[2], own.total(), same, theirs.total() - same)


def _texts(entry: ox.NamedNode, known: Iterable[ox.Triple]) -> list[str]:
    """What is printed at the entry's nodes and at those of its measures' entries."""
    triples = tuple(known)
    parts = {
        triple.object
        for triple in triples
        if triple.subject == entry and triple.predicate.value == f"{KK}measureEntry"
    }
    nodes = {triple.object for triple in triples if triple.subject == entry or triple.subject in parts}
    return [
        text(triple.object)
        for triple in triples
        if triple.subject in nodes and triple.predicate.value == f"{KK}raw"
    ]


def _key(printed: str) -> str:
    return name_key(_BULLETS.sub("", printed))
