"""Which variables of triple patterns are determined by others, by properties that are functions there."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Self

from kankei.engine.algebra.operators import TriplePattern
from kankei.engine.algebra.terms import Iri, Variable
from kankei.engine.columnar.arrays.data import ReleaseArrays

_CONSTANT = ""


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Pairs of variables of which the first determines the second; a constant has no name."""

    pairs: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, triples: Sequence[TriplePattern], data: ReleaseArrays) -> Self:
        """The dependencies in solutions of some triple patterns."""
        pairs = []
        for triple in triples:
            if isinstance(triple.property, Iri):
                known = data.triples.of_property(data.identifier(triple.property))
                subject, target = (
                    node.name if isinstance(node, Variable) else _CONSTANT
                    for node in (triple.subject, triple.object)
                )
                pairs += [(subject, target)] * known.by_subject.is_function
                pairs += [(target, subject)] * known.by_object.is_function
        return cls(pairs)

    def determined(self, known: Set[str]) -> Set[str]:
        """The variables that some determine, with these."""
        result = {*known, _CONSTANT}
        while found := {end for start, end in self.pairs if start in result} - result:
            result |= found
        return result
