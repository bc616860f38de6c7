"""Metrics of all HTTP processes, counted in shared memory.

The memory is allocated before the processes are forked, and each writes to its own slot, so that counting
takes no lock and any process can report the sums. `prometheus_client` needs a folder of files, named by an
environment variable before it is imported, for the same.
"""

import bisect
import ctypes
import itertools
import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

OTHER = "other"
_Numbers: TypeAlias = ctypes.Array[ctypes.c_double]


class MetricType(Enum):
    """The types of metric (Prometheus text exposition format 0.0.4)."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True)
class Metric:
    """A metric with the values that each of its labels can have; any further value counts as `other`."""

    name: str
    help: str
    kind: MetricType = MetricType.COUNTER
    labels: Sequence[tuple[str, Sequence[str]]] = ()
    buckets: Sequence[float] = ()
    """The upper bounds of a histogram's buckets; a last one without bound is implied."""

    @property
    def series(self) -> Iterator[tuple[str, ...]]:
        """Each combination of label values."""
        return itertools.product(*(values for _, values in self.labels))

    @property
    def width(self) -> int:
        """Numbers of one series: for a histogram its buckets, the one without bound, and the sum."""
        return len(self.buckets) + 2 if self.kind is MetricType.HISTOGRAM else 1


@dataclass(frozen=True)
class SharedMetrics:
    """The memory, in one slot for each process that may count at the same time."""

    families: Sequence[Metric] = ()
    slots: int = 1
    _places: dict[tuple[str, ...], int] = field(init=False, default_factory=dict)
    _numbers: _Numbers = field(init=False)
    _size: int = field(init=False)

    def __post_init__(self) -> None:
        size = 0
        for family in self.families:
            for labels in family.series:
                self._places[family.name, *labels] = size
                size += family.width
        object.__setattr__(self, "_size", size)
        numbers = ctypes.c_double * (self.slots * size)
        shared = mmap.mmap(-1, max(1, ctypes.sizeof(numbers)))
        object.__setattr__(self, "_numbers", numbers.from_buffer(shared))

    def meter(self, slot: int = 0) -> "Meter":
        """The meter of a process; it adds to what the slot's former process counted."""
        places = {series: slot * self._size + place for series, place in self._places.items()}
        return Meter({family.name: family for family in self.families}, places, self._numbers)

    def samples(self, family: Metric) -> Iterator[tuple[tuple[str, ...], tuple[float, ...]]]:
        """The series of a metric that have counted anything, by labels, summed over all processes.

        One without labels in any case.
        """
        for labels in family.series:
            place = self._places[family.name, *labels]
            numbers = tuple(
                sum(self._numbers[slot * self._size + place + i] for slot in range(self.slots))
                for i in range(family.width)
            )
            if any(numbers) or not labels:
                yield labels, numbers


@dataclass(frozen=True)
class Meter:
    """Counts in the slot of one process."""

    _families: dict[str, Metric]
    _places: dict[tuple[str, ...], int]
    _numbers: _Numbers

    def count(self, name: str, *labels: str, by: float = 1) -> None:
        """Add to a counter; label values in the order of the metric's labels."""
        self._numbers[self._place(name, labels)] += by

    def set(self, name: str, *labels: str, to: float) -> None:
        """Set a gauge; reported is the sum over all processes."""
        self._numbers[self._place(name, labels)] = to

    def observe(self, name: str, *labels: str, value: float) -> None:
        """Add a value to a histogram."""
        buckets = self._families[name].buckets
        place = self._place(name, labels)
        self._numbers[place + bisect.bisect_left(buckets, value)] += 1
        self._numbers[place + len(buckets) + 1] += value

    def clear_gauges(self) -> None:
        """Set the gauges to zero, since the slot's process ends."""
        for family in self._families.values():
            if family.kind is MetricType.GAUGE:
                for labels in family.series:
                    self._numbers[self._places[family.name, *labels]] = 0

    def _place(self, name: str, labels: tuple[str, ...]) -> int:
        place = self._places.get((name, *labels))
        if place is not None:
            return place
        known = [
            value if value in values else OTHER
            for value, (_, values) in zip(labels, self._families[name].labels, strict=True)
        ]
        return self._places[name, *known]
