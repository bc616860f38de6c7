"""What an operator sees and steers of a process that answers requests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kankei.settings import Settings
from kankei.web.sparql.rate_limit import Buckets, Proxies
from kankei.web.telemetry.json_log import Log
from kankei.web.telemetry.metric_definitions import FAMILIES, LOST_LINES
from kankei.web.telemetry.metrics import Meter, Metrics


@dataclass
class ServerState:
    """The figures, the log and the state of one process."""

    settings: Settings = field(default_factory=Settings)
    metrics: Metrics = field(default_factory=lambda: Metrics(FAMILIES, slots=1))
    slot: int = 0
    buckets: Buckets | None = None
    """What each client may still ask, for all processes; none means no limit."""
    engine_available: Callable[[], bool] = lambda: True
    """Whether the engine can answer."""
    engine_load: Callable[[], Mapping[str, int]] = dict
    """What the engine is doing."""
    cache_size: Callable[[], tuple[int, int]] = lambda: (0, 0)
    """How many representations are kept for other requests, and their bytes."""
    draining: bool = False
    """Whether another process has taken over: each connection gets word that the next answer is its last."""
    stopping: bool = False
    """Whether the server is going down."""
    meter: Meter = field(init=False)
    proxies: Proxies = field(init=False)
    log: Log = field(init=False)

    def __post_init__(self) -> None:
        self.meter = self.metrics.meter(self.slot)
        self.buckets = self.buckets or buckets(self.settings)
        self.proxies = Proxies.of(self.settings.trusted_proxies)
        self.log = Log(lambda: self.meter.count(LOST_LINES))

    @property
    def ready(self) -> bool:
        """Whether new requests are welcome."""
        return self.engine_available() and not self.stopping


def buckets(settings: Settings) -> Buckets | None:
    """The buckets that the settings ask for."""
    return Buckets(settings.queries_per_minute) if settings.queries_per_minute else None
