"""State of one HTTP process: settings, metrics, log, rate limiter, and whether it is ready."""

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from kankei.settings import Settings
from kankei.web.responses.day import JAPAN
from kankei.web.sparql.rate_limit import RateLimiter, TrustedProxies
from kankei.web.telemetry.json_log import JsonLog
from kankei.web.telemetry.metrics import LOST_LOG_LINES, Meter, Metric, SharedMetrics


def japanese_date() -> datetime.date:
    """Today's date in Japan."""
    return datetime.datetime.now(JAPAN).date()


@dataclass
class ServerState:
    """What an operator sees and controls of one process."""

    settings: Settings = field(default_factory=Settings)
    metrics: SharedMetrics = field(default_factory=SharedMetrics)
    """Shared by all processes; where these are none, `define_metrics` makes some."""
    slot: int = 0
    rate_limiter: RateLimiter | None = None
    """Shared by all processes; none means no limit."""
    started_s: float = field(default_factory=time.time)
    """When the server was started, in seconds since 1970: the same for all its processes."""
    today: Callable[[], datetime.date] = japanese_date
    """The date that pages tell of by default."""
    available: Callable[[], bool] = lambda: True
    """Whether the engine can answer."""
    load: Callable[[], Mapping[str, int]] = dict
    """The engine's numbers of queries and processes."""
    cache_usage: Callable[[], tuple[int, int]] = lambda: (0, 0)
    """The number of cached representations, and their bytes."""
    held_bytes: Callable[[], int] = lambda: 0
    """The bytes of results that clients have not read yet."""
    retired: bool = False
    """Whether another process has taken over: each connection closes after its next response."""
    stopping: bool = False
    """Whether the server is shutting down."""
    meter: Meter = field(init=False)
    proxies: TrustedProxies = field(init=False)
    log: JsonLog = field(init=False)

    def __post_init__(self) -> None:
        self.meter = self.metrics.meter(self.slot)
        if self.rate_limiter is None:
            self.rate_limiter = rate_limiter(self.settings)
        self.proxies = TrustedProxies.of(self.settings.trusted_proxies)
        self.log = JsonLog(lambda: self.meter.count(LOST_LOG_LINES))

    def define_metrics(self, metrics: Sequence[Metric]) -> None:
        """Count these in memory of this process alone, where none are shared with others."""
        if not self.metrics.families:
            self.metrics = SharedMetrics(metrics)
            self.meter = self.metrics.meter()

    @property
    def ready(self) -> bool:
        """Whether it can answer queries and will go on doing so."""
        return self.available() and not self.stopping


def rate_limiter(settings: Settings) -> RateLimiter | None:
    """The rate limiter that the settings define, if they define one."""
    return RateLimiter(settings.queries_per_minute) if settings.queries_per_minute else None
