"""The names of value nodes, told apart where several values of a sheet would have the same one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from kankei.curation.candidate.value import Value

Key = tuple[str, str, str]
"""The measure whose name begins the node's, or nothing; stem and suffix."""


@dataclass(frozen=True)
class Owned:
    """A value and the measure that it belongs to, empty where it belongs to the entry."""

    measure: str
    value: Value

    @property
    def key(self) -> Key:
        """What the node's name is made of."""
        return ("" if self.value.counted_over_all else self.measure, self.value.stem, self.value.suffix)


def told_apart(values: Sequence[Owned]) -> tuple[Value, ...]:
    """The values in the same order; those that would share a node are numbered, by names that are free."""
    shared = {key for key, number in Counter(one.key for one in values).items() if number > 1}
    # A number that was not free is not tried again: many values of one name would take long.
    numbers = {key: count(1) for key in shared}
    used: set[Key] = set()
    found = []
    for one in values:
        free = _free(one, used, numbers[one.key]) if one.key in shared else one
        used.add(free.key)
        found.append(free.value)
    return tuple(found)


def _free(one: Owned, used: set[Key], numbers: Iterator[int]) -> Owned:
    """The value by the first number that makes a name that no other has."""
    named = (replace(one, value=one.value.numbered(number)) for number in numbers)
    return next(found for found in named if found.key not in used)
