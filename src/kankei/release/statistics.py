"""Figures of the merged graph for its VoID description, counted as the dump is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kankei.dataset.statements import text
from kankei.namespaces import RDF


@dataclass
class Statistics:
    """Counts over documents; no subject stands in two of them."""

    triples: int = 0
    subjects: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)

    def add(self, triples: Sequence[ox.Triple]) -> None:
        """Count the triples of one document."""
        self.triples += len(triples)
        self.subjects += len({triple.subject for triple in triples})
        self.properties.update(triple.predicate.value for triple in triples)
        self.classes.update(text(t.object) for t in triples if t.predicate.value == RDF + "type")
