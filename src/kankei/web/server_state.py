"""What an operator sees and steers of a process that answers requests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kankei.settings import Settings
from kankei.web.sparql.rate_limit import RateLimiter, TrustedProxies
from kankei.web.telemetry.json_log import JsonLog
from kankei.web.telemetry.metric_definitions import LOST_LOG_LINES, METRICS
from kankei.web.telemetry.metrics import Meter, SharedMetrics


@dataclass
class ServerState:
    """The figures, the log and the state of one process."""

    settings: Settings = field(default_factory=Settings)
    metrics: SharedMetrics = field(default_factory=lambda: SharedMetrics(METRICS, slots=1))
    slot: int = 0
    rate_limiter: RateLimiter | None = None
    """What each client may still ask, for all processes; none means no limit."""
    available: Callable[[], bool] = lambda: True
    """Whether the engine can answer."""
    load: Callable[[], Mapping[str, int]] = dict
    """What the engine is doing."""
    cache_usage: Callable[[], tuple[int, int]] = lambda: (0, 0)
    """How many representations are kept for other requests, and their bytes."""
    retired: bool = False
    """Whether another process has taken over: each connection gets word that the next answer is its last."""
    stopping: bool = False
    """Whether the server is going down."""
    meter: Meter = field(init=False)
    proxies: TrustedProxies = field(init=False)
    log: JsonLog = field(init=False)

    def __post_init__(self) -> None:
        self.meter = self.metrics.meter(self.slot)
        self.rate_limiter = self.rate_limiter or rate_limiter(self.settings)
        self.proxies = TrustedProxies.of(self.settings.trusted_proxies)
        self.log = JsonLog(lambda: self.meter.count(LOST_LOG_LINES))

    @property
    def ready(self) -> bool:
        """Whether new requests are welcome."""
        return self.available() and not self.stopping


def rate_limiter(settings: Settings) -> RateLimiter | None:
    """The buckets that the settings ask for."""
    return RateLimiter(settings.queries_per_minute) if settings.queries_per_minute else None
