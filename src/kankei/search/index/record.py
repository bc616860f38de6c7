"""What the index knows of one thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kankei.localisation import Labels
from kankei.search.index.call_periods import CallWindow
from kankei.search.index.schema import Field


class Passage(NamedTuple):
    """A text of a thing, in a field; `language` is empty for numbers and the like."""

    field: Field
    text: str
    language: str = "ja"


@dataclass(frozen=True)
class Record:
    """A thing with its passages, its values of each facet and the windows of its calls.

    `call_states` are those of its calls without a window: ``rolling``, ``undecided``, ``undated``, or
    ``not-stated`` where it has none.
    `order` sorts things of a kind that match equally well.
    """

    iri: str
    path: str
    kind: str
    labels: Labels
    passages: Sequence[Passage]
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    calls: Sequence[CallWindow] = ()
    call_states: Sequence[str] = ()
    order: tuple[int, ...] = ()
