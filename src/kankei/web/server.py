"""Serving a release: one process that listens until it is told to stop."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn

from kankei.engine.embedded import EmbeddedEngine
from kankei.errors import PortTaken
from kankei.release.reader import Release
from kankei.settings import Settings
from kankei.web.app import create_app

Announce = Callable[[str], None]
_GRACE = 5
"""Seconds that requests under way have to finish when the server is told to stop."""


def serve(release: Release, settings: Settings, examples: Path, announce: Announce) -> None:
    """Serve a release until SIGTERM or SIGINT; `announce` is told the address once it is listened at.

    `examples` is the folder of the endpoint's example queries.
    """
    listener = listen(settings.host, settings.port)
    engine = EmbeddedEngine.open(release.store_path)
    config = uvicorn.Config(
        create_app(release, engine, read_examples(examples)),
        server_header=False,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_GRACE,
    )
    address = f"http://{_host(settings.host)}:{listener.getsockname()[1]}/"
    with listener, _signals_end_quietly():
        try:
            _Server(config, lambda: announce(f"Serving release {release.manifest.version} at {address}")).run(
                sockets=[listener]
            )
        finally:
            engine.close()


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to an address; port 0 takes any that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        # Another server's port is told apart only by listening: binding may share the address.
        listener.listen()
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


@contextmanager
def _signals_end_quietly() -> Iterator[None]:
    """Uvicorn raises the signal again once it has stopped; by then there is nothing left to do."""

    def stopped(_number: int, _frame: FrameType | None) -> None:
        return None

    before = {number: signal.signal(number, stopped) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening()
