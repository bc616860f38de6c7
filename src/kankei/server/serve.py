"""Serving a release: a socket, and a master whose processes answer at it until it is told to stop."""

import socket
from collections.abc import Callable
from pathlib import Path

from kankei.errors import PortTaken
from kankei.release.reader import Release
from kankei.server.release_watcher import ReleaseWatcher
from kankei.server.supervisor import Supervisor, slots_for
from kankei.server.worker_group import Provisions
from kankei.settings import Settings
from kankei.web.pages import METRICS
from kankei.web.server_state import rate_limiter
from kankei.web.sparql.rate_limit import TrustedProxies
from kankei.web.telemetry.metrics import SharedMetrics

Announce = Callable[[str], None]
_BACKLOG = 2048


def serve(release: Path, settings: Settings, examples: Path, announce: Announce) -> None:
    """Serve the release at a path until SIGTERM or SIGINT; `announce` is told the address once it answers.

    Where the path is a link that is moved to another release, that one is served from then on. `examples`
    is the folder of the endpoint's example queries.
    """
    TrustedProxies.of(settings.trusted_proxies)  # to refuse a wrong one before anything is started
    place = ReleaseWatcher(release, settings.base)
    opened = place.open()
    listener = listen(settings.host, settings.port)
    address = f"http://{_host(settings.host)}:{listener.getsockname()[1]}/"

    def tell(first: Release) -> None:
        announce(f"Serving release {first.manifest.version} at {address}")

    with listener:
        metrics = SharedMetrics(METRICS, slots_for(settings.workers))
        provisions = Provisions(listener, read_examples(examples), settings, metrics, rate_limiter(settings))
        Supervisor(place, provisions, metrics.meter(), tell).run(opened)


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to an address; port 0 takes any that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        # Another server's port is told apart only by listening: binding may share the address.
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise PortTaken(f"cannot listen here: {reason}; choose another --port", f"{host}:{port}") from error
    return listener


def read_examples(folder: Path) -> dict[str, str]:
    """The example queries in a folder, by name."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.rq"))}


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
