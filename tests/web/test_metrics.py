"""The figures: counted by several processes, told by any, in the text format that Prometheus reads."""

import os
import re

import pytest

from kankei.engine.operation import Operation, QueryResult
from kankei.errors import ERRORS, KankeiError, Overloaded, TooSlow
from kankei.release.reader import Release
from kankei.server import refusals
from kankei.settings import Settings
from kankei.web.app import create_app
from kankei.web.pages import METRICS, PAGES
from kankei.web.server_state import ServerState
from kankei.web.site import metric_routes
from kankei.web.telemetry.metrics import (
    MEDIA_TYPE,
    METHOD_LABELS,
    OTHER,
    REQUESTS,
    STATUSES,
    Metric,
    MetricType,
    SharedMetrics,
    exposition,
    route_label,
)
from support.client import Client

_LABEL = r'[a-z_]+="(?:[^"\\\n]|\\["\\n])*"'
_SAMPLE = re.compile(rf"[a-z_]+(\{{{_LABEL}(,{_LABEL})*\}})? \S+")

COUNTER = Metric("things_total", "Things.", labels=(("kind", ("a", "b", "other")),))
GAUGE = Metric("level", "Level.", MetricType.GAUGE)
HISTOGRAM = Metric("seconds", "Seconds.", MetricType.HISTOGRAM, (), (0.1, 1))


def told(metrics: SharedMetrics) -> list[str]:
    lines = exposition(metrics, {}).decode().splitlines()
    return [line for line in lines if not line.startswith(("#", "kankei_info"))]


def test_processes_count_into_one_sum() -> None:
    metrics = SharedMetrics((COUNTER,), slots=2)
    child = os.fork()
    if child == 0:
        metrics.meter(1).count("things_total", "a", by=2)
        os._exit(0)
    os.waitpid(child, 0)
    metrics.meter(0).count("things_total", "a")
    assert told(metrics) == ['things_total{kind="a"} 3']


def test_a_label_value_that_nobody_foresaw_is_other() -> None:
    metrics = SharedMetrics((COUNTER,), slots=1)
    metrics.meter().count("things_total", 'forged"} 1\nline')
    assert told(metrics) == ['things_total{kind="other"} 1']


def test_a_histogram_is_cumulative() -> None:
    metrics = SharedMetrics((HISTOGRAM,), slots=1)
    for value in (0.1, 0.5, 30):
        metrics.meter().observe("seconds", value=value)
    assert told(metrics) == [
        'seconds_bucket{le="0.1"} 1',
        'seconds_bucket{le="1"} 2',
        'seconds_bucket{le="+Inf"} 3',
        "seconds_sum 30.6",
        "seconds_count 3",
    ]


def test_what_a_process_counted_outlives_it_and_what_it_measured_does_not() -> None:
    metrics = SharedMetrics((COUNTER, GAUGE), slots=1)
    meter = metrics.meter()
    meter.count("things_total", "b")
    meter.set("level", to=7)
    meter.clear_gauges()
    assert told(metrics) == ['things_total{kind="b"} 1', "level 0"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "home"),
        ("/sparql", "sparql"),
        ("/doc/programme/x.ttl", "doc"),
        ("/catalog.ttl", "catalog"),
        ("/health/ready", "health"),
        ("/nonsense", "other"),
        ("//", "other"),
        ("", "other"),
        ("/\ud800\n", "other"),
    ],
)
def test_routes(path: str, kind: str) -> None:
    assert route_label(metric_routes(PAGES), path) == kind


def test_methods_are_few() -> None:
    assert [METHOD_LABELS.get(name, OTHER) for name in ("GET", "HEAD", "POST", "OPTIONS", "BREW")] == [
        *("read", "read", "post", "options", "other")
    ]


class Failing:
    """An engine whose every answer is an error."""

    identity = "failing"

    def __init__(self, error: KankeiError) -> None:
        self._error = error

    async def answer(self, operation: Operation) -> QueryResult:
        raise self._error

    def close(self) -> None:
        pass


@pytest.fixture
def operations() -> ServerState:
    return ServerState(Settings(queries_per_minute=0))


def test_requests_and_outcomes_are_counted(seed_release: Release, operations: ServerState) -> None:
    for error in (TooSlow("slow"), Overloaded("full")):
        app = Client(create_app(seed_release, Failing(error), {}, operations))
        app.get("/sparql?query=ASK%7B%7D")
    app.get("/nothing")
    figures = told(operations.metrics)
    assert 'kankei_requests_total{route="sparql",method="read",status="504"} 1' in figures
    assert 'kankei_requests_total{route="sparql",method="read",status="503"} 1' in figures
    assert 'kankei_requests_total{route="other",method="read",status="404"} 1' in figures
    assert 'kankei_queries_total{outcome="TooSlow"} 1' in figures
    assert 'kankei_queries_total{outcome="Overloaded"} 1' in figures
    assert 'kankei_kills_total{cause="deadline"} 1' not in figures, "no process was ended"
    assert "kankei_query_seconds_count 2" in figures
    answer = app.get("/metrics")
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert answer.headers["Cache-Control"] == "no-store"
    assert f'release="{seed_release.manifest.version}"' in answer.text


def test_the_format_is_the_one_of_prometheus(seed_release: Release, operations: ServerState) -> None:
    app = Client(create_app(seed_release, Failing(TooSlow("")), {}, operations))
    app.get("/", X_Request_Id="secret")
    text = app.get("/metrics").text
    assert text.endswith("\n")
    named = set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            named.add(line.split()[2])
        elif not line.startswith("# HELP "):
            assert _SAMPLE.fullmatch(line), line
            assert re.sub(r"_(bucket|sum|count)$", "", line.split("{")[0].split()[0]) in named
    assert named == {"kankei_info", *(family.name for family in METRICS)}
    for private in ("secret", "127.0.0"):
        assert private not in text


def test_answers_from_the_cache_are_counted(seed_release: Release, operations: ServerState) -> None:
    app = Client(create_app(seed_release, Failing(TooSlow("")), {}, operations))
    path = "/ns.ttl"
    tag = app.get(path).headers["ETag"]
    app.get(path)
    assert app.get(path, If_None_Match=tag).status_code == 304
    figures = told(operations.metrics)
    for result in ("miss", "hit", "not-modified"):
        assert f'kankei_cache_total{{result="{result}"}} 1' in figures
    entries, size = operations.cache_usage()
    assert entries > 0
    assert size > 0


def test_the_figures_can_be_kept_private(seed_release: Release) -> None:
    operations = ServerState(Settings(metrics=False))
    app = Client(create_app(seed_release, Failing(TooSlow("")), {}, operations))
    assert app.get("/metrics").status_code == 404
    assert REQUESTS not in app.get("/metrics").text


def test_every_status_that_is_sent_is_a_value_of_the_label() -> None:
    refused = {refusal.status for refusal in vars(refusals).values() if isinstance(refusal, refusals.Refusal)}
    sent = {200, 204, 206, 300, 303, 304, *refused, *(kind.status for kind in ERRORS)}
    assert {str(int(status)) for status in sent} <= {*STATUSES}
