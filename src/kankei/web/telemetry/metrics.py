"""The metrics of all HTTP processes, counted in shared memory, and their exposition for Prometheus.

The memory is allocated before the processes are forked, and each writes to its own slot, so that counting
takes no lock and any process can report the sums. `prometheus_client` needs a folder of files, named by an
environment variable before it is imported, for the same. The text is exposition format 0.0.4.
"""

import bisect
import ctypes
import itertools
import mmap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from kankei.errors import ERRORS

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
    _requests: dict[tuple[str, str, str], tuple[int, int, int]] = field(default_factory=dict)
    """Where requests of some labels are counted; route, method and status have few values."""

    def count(self, name: str, *labels: str, by: float = 1) -> None:
        """Add to a counter; label values in the order of the metric's labels."""
        self._numbers[self._place(name, labels)] += by

    def count_request(self, labels: tuple[str, str, str], body_bytes: int, seconds: float) -> None:
        """Count a request by route, method and status: all metrics of requests at once."""
        places = self._requests.get(labels)
        if places is None:
            route = labels[:1]
            places = self._requests[labels] = (
                self._place(REQUESTS, labels),
                self._place(RESPONSE_BYTES, route),
                self._place(REQUEST_SECONDS, route),
            )
        count, size, histogram = places
        numbers = self._numbers
        numbers[count] += 1
        numbers[size] += body_bytes
        numbers[histogram + bisect.bisect_left(_SECONDS, seconds)] += 1
        numbers[histogram + len(_SECONDS) + 1] += seconds

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


MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

REQUESTS = "kankei_requests_total"
REQUEST_SECONDS = "kankei_request_seconds"
RESPONSE_BYTES = "kankei_response_bytes_total"
QUERIES = "kankei_queries_total"
QUERY_SECONDS = "kankei_query_seconds"
KILLS = "kankei_kills_total"
ENGINE_QUERIES = "kankei_engine_queries"
ENGINE_PROCESSES = "kankei_engine_processes"
ENGINE_MEMORY = "kankei_engine_memory_limit_bytes"
REMOTE_UP = "kankei_remote_engine_up"
REMOTE_QUERIES = "kankei_remote_queries_total"
CONNECTIONS = "kankei_connections"
REFUSALS = "kankei_refusals_total"
HTTP_PROCESSES = "kankei_http_processes"
CACHE_RESULTS = "kankei_cache_total"
CACHE_BYTES = "kankei_cache_bytes"
CACHE_ENTRIES = "kankei_cache_entries"
HELD_BYTES = "kankei_held_bytes"
RELEASE_CHANGES = "kankei_releases_total"
LOST_LOG_LINES = "kankei_log_lines_lost_total"

METHOD_LABELS = {"GET": "read", "HEAD": "read", "POST": "post", "OPTIONS": "options"}
_METHODS = ("read", "post", "options", OTHER)
_SUCCESSES = (200, 204, 206, 300, 303, 304)
_OF_HEADS = (431, 501)  # statuses of requests that are refused before the application is called
STATUSES = (
    *(str(status) for status in sorted({*_SUCCESSES, *_OF_HEADS, *(kind.status for kind in ERRORS)})),
    "cut",
    OTHER,
)
"""The values of the label ``status``."""
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_ERROR_NAMES = ("KankeiError", *(kind.__name__ for kind in ERRORS), "EngineFailed")
_OUTCOMES = ("Answered", "Cancelled", *_ERROR_NAMES, OTHER)
REFUSAL_REASONS = (
    *("malformed", "host", "coding", "body", "timeout", "address", "head", "failure"),
    *("connections", "client-connections", "unread", "results", "client-results", OTHER),
)
KILL_CAUSES = {
    "Cancelled": "given-up",
    "Displaced": "displaced",
    "EngineFailed": "crash",
    "OutOfMemory": "memory",
    "TooSlow": "deadline",
}

_ENGINES = (*map(str, range(1, 9)), OTHER)
_REMOTE_OUTCOMES = (
    *("Answered", "Cancelled", "Unreachable", "OtherRelease", "BadAnswer"),
    *("TooSlow", "TooLarge", "NotAcceptable", OTHER),
)

_METRICS = (
    Metric(QUERIES, "Queries that reached the engine, by how they ended.", labels=(("outcome", _OUTCOMES),)),
    Metric(
        QUERY_SECONDS, "Time of a query in the engine, waiting included.", MetricType.HISTOGRAM, (), _SECONDS
    ),
    Metric(
        KILLS,
        "Processes of the embedded engine that ended before their query did, by why.",
        labels=(("cause", (*sorted(KILL_CAUSES.values()),)),),
    ),
    Metric(
        ENGINE_QUERIES,
        "Queries in the engine now: in the fast lane, in the slow lane, in the queue.",
        MetricType.GAUGE,
        (("state", ("fast", "slow", "waiting")),),
    ),
    Metric(ENGINE_PROCESSES, "Processes of the engine that answer queries.", MetricType.GAUGE),
    Metric(ENGINE_MEMORY, "Bytes that all queries together may claim.", MetricType.GAUGE),
    Metric(
        REMOTE_UP,
        "HTTP processes that ask this remote engine now; engines are numbered in the order of --engine.",
        MetricType.GAUGE,
        (("engine", _ENGINES),),
    ),
    Metric(
        REMOTE_QUERIES,
        "Queries sent to a remote engine, by how they ended.",
        labels=(("engine", _ENGINES), ("outcome", _REMOTE_OUTCOMES)),
    ),
    Metric(CONNECTIONS, "Open connections of clients.", MetricType.GAUGE),
    Metric(
        REFUSALS,
        "Requests and connections that ended before the application answered, and results refused, by why.",
        labels=(("reason", REFUSAL_REASONS),),
    ),
    Metric(HTTP_PROCESSES, "Processes that answer requests.", MetricType.GAUGE),
    Metric(
        CACHE_RESULTS,
        "Cacheable responses: hit (cached), miss (made), shared (made for another), not-modified (304).",
        labels=(("result", ("hit", "miss", "shared", "not-modified")),),
    ),
    Metric(CACHE_BYTES, "Bytes that are kept for other requests.", MetricType.GAUGE),
    Metric(CACHE_ENTRIES, "Representations that are kept for other requests.", MetricType.GAUGE),
    Metric(HELD_BYTES, "Bytes of results that clients have not read yet.", MetricType.GAUGE),
    Metric(
        RELEASE_CHANGES,
        "Moves to a release, by how they ended.",
        labels=(("result", ("served", "refused", "restarted")),),
    ),
    Metric(LOST_LOG_LINES, "Lines of the log that were lost because nobody read them."),
)


def define_metrics(routes: Iterable[str]) -> tuple[Metric, ...]:
    """The metrics of a server; `routes` are the values of the label ``route``."""
    route = (("route", tuple(dict.fromkeys((*routes, OTHER)))),)
    help_of_requests = (
        "Requests answered, by route, class of method and status; cut: the client was gone before the end."
    )
    help_of_seconds = "Time from a request's headers to the last byte of its response."
    return (
        Metric(REQUESTS, help_of_requests, labels=(*route, ("method", _METHODS), ("status", STATUSES))),
        Metric(REQUEST_SECONDS, help_of_seconds, MetricType.HISTOGRAM, route, _SECONDS),
        Metric(RESPONSE_BYTES, "Bytes of response bodies, as sent.", labels=route),
        *_METRICS,
    )


def route_label(routes: Mapping[str, str], path: str) -> str:
    """The value of the label ``route`` for a path; `routes` has it by first segment, without suffix."""
    segment = path[1:].partition("/")[0].partition(".")[0]
    return routes.get(segment, OTHER) if segment or path == "/" else OTHER


def exposition(metrics: SharedMetrics, facts: Mapping[str, str]) -> bytes:
    """All metrics as text; `facts` are the labels of ``kankei_info``."""
    lines = ["# HELP kankei_info What is served, and by what.", "# TYPE kankei_info gauge"]
    lines.append(f"kankei_info{_braces(facts)} 1")
    for family in metrics.families:
        lines += (f"# HELP {family.name} {_escape(family.help)}", f"# TYPE {family.name} {family.kind.value}")
        for labels, numbers in metrics.samples(family):
            lines += _lines(family, labels, numbers)
    return "\n".join((*lines, "")).encode()


def _lines(family: Metric, values: Sequence[str], numbers: Sequence[float]) -> Iterator[str]:
    labels = dict(zip((name for name, _ in family.labels), values, strict=True))
    if family.kind is not MetricType.HISTOGRAM:
        yield f"{family.name}{_braces(labels)} {_number(numbers[0])}"
        return
    total = 0.0
    for bound, number in zip((*family.buckets, float("inf")), numbers, strict=False):
        total += number
        yield f"{family.name}_bucket{_braces({**labels, 'le': _number(bound)})} {_number(total)}"
    yield f"{family.name}_sum{_braces(labels)} {_number(numbers[-1])}"
    yield f"{family.name}_count{_braces(labels)} {_number(total)}"


def _braces(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escape(value, quoted=True)}"' for name, value in labels.items()) + "}"


def _escape(text: str, *, quoted: bool = False) -> str:
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    return text.replace('"', '\\"') if quoted else text


def _number(value: float) -> str:
    if value == float("inf"):
        return "+Inf"
    return str(int(value)) if value == int(value) else repr(value)
