"""Entry point: opens the release, binds the socket, and runs the supervisor until it is told to stop."""

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kankei.engine.remote.http_client import Address
from kankei.errors import PortTaken
from kankei.server.http_worker import ServerResources
from kankei.server.memory_budget import engine_limits
from kankei.server.supervisor import MAX_GROUPS, ReleaseWatcher, Supervisor
from kankei.settings import Settings
from kankei.web.html.localizer import MESSAGES
from kankei.web.html.templates import compile_templates
from kankei.web.pages import METRICS
from kankei.web.resources.query_examples import JOINT
from kankei.web.server_state import rate_limiter
from kankei.web.sparql.rate_limit import TrustedProxies
from kankei.web.static_files import has_editor
from kankei.web.telemetry.json_log import JsonLog, capture_logging
from kankei.web.telemetry.metrics import SharedMetrics

_BACKLOG = 2048
_WILDCARDS = frozenset(("0.0.0.0", "::", ""))  # noqa: S104 compared with, not listened on


def serve(release: Path, settings: Settings, examples: Path, announce: Callable[[str], None]) -> None:
    """Serve the release at a path until SIGTERM or SIGINT; `announce` is called with a line once it answers.

    The line is followed by what this installation lacks. Where the path is a link that is moved to another
    release, that one is served from then on. `examples` is the folder of the endpoint's example queries.
    """
    capture_logging(JsonLog())
    check_settings(settings)
    watcher = ReleaseWatcher(release, settings.base, settings.verify)
    first = watcher.open()
    listener = listen(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    port = listener.getsockname()[1]
    address = f"http://{host}:{port}/"
    if settings.public_url is None:
        # What listens on all addresses is at least reached on this machine.
        named = "localhost" if settings.host in _WILDCARDS else host
        settings = replace(settings, public_url=f"http://{named}:{port}/")
    with listener:
        # A slot for each process that answers requests, and the supervisor's own.
        metrics = SharedMetrics(METRICS, MAX_GROUPS * settings.workers + 1)
        resources = ServerResources(
            listener, read_examples(examples), settings, metrics, rate_limiter(settings)
        )
        compile_templates()  # once for all processes that come of this one
        serving = f"Serving release {first.manifest.version} at {address}"
        Supervisor(watcher, resources, lambda: announce("\n".join([serving, *notices()]))).run(first)


def check_settings(settings: Settings) -> None:
    """Refuse what is wrong with the settings before anything is built or started; raises `UsageError`."""
    TrustedProxies.of(settings.trusted_proxies)
    engine_limits(settings)
    for url in settings.engines:
        Address.parse(url)


def notices() -> list[str]:
    """What this installation lacks, in both languages; it is logged, too."""
    if has_editor():
        return []
    notice = MESSAGES.text("no-editor")
    JsonLog().write("no-editor", "warning", message=notice.en)
    return [notice.ja, notice.en]


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to an address; port 0 takes any that is free. Raises `PortTaken`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        # Another server's port is only noticed by listening: binding may share the address.
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise PortTaken(f"cannot listen here: {reason}; choose another --port", f"{host}:{port}") from error
    return listener


def read_examples(folder: Path) -> dict[str, str]:
    """The example queries in a folder, by name; then those over catalogue and budget review together."""
    own, joint = sorted(folder.glob("*.rq")), sorted((folder / "joint").glob("*.rq"))
    return {file.stem: file.read_text(encoding="utf-8") for file in own} | {
        f"{JOINT}{file.stem}": file.read_text(encoding="utf-8") for file in joint
    }
