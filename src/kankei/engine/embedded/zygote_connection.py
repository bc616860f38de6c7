"""A pool's connection to the zygote; the protocol stands in `kankei.engine.embedded.zygote`."""

import asyncio
import contextlib
import socket
from collections.abc import Sequence
from typing import Protocol

from kankei.engine.embedded.framing import Frames, frame

_CHUNK = 1 << 16


class Listener(Protocol):
    """Who is told what the zygote says."""

    def on_loaded(self, *, confined: bool) -> None:
        """The zygote holds its dataset; its workers cannot open sockets if `confined`."""

    def on_ended(self, number: int, status: int) -> None:
        """A worker ended, with a status by wait(2)."""

    def on_lost(self, reason: str) -> None:
        """The zygote could not load its dataset, or is gone."""


class ZygoteConnection:
    """Asks the zygote for workers, inside a running event loop."""

    def __init__(self, connection: socket.socket, listener: Listener) -> None:
        self._connection = connection
        self._listener = listener
        self._frames = Frames()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(connection.fileno(), self._hear)

    def fork(self, number: int, descriptors: Sequence[int]) -> None:
        """Ask for a worker with these descriptors, of which the caller may close its own."""
        with contextlib.suppress(OSError):  # a zygote that is gone is noticed when we next read from it
            socket.send_fds(self._connection, [frame(b"fork %d" % number)], descriptors)

    def slow(self, number: int) -> None:
        """Lower a worker's priority."""
        self._say(b"slow %d" % number)

    def kill(self, number: int) -> None:
        """End a worker at once."""
        self._say(b"kill %d" % number)

    def close(self) -> None:
        """Hang up: the zygote ends all workers of this pool, and itself after the last pool."""
        if self._connection.fileno() >= 0:
            self._loop.remove_reader(self._connection.fileno())
            self._connection.close()

    def _say(self, words: bytes) -> None:
        # The socket blocks, so that no word is lost; its buffer holds thousands, and a worker hears three.
        with contextlib.suppress(OSError):
            self._connection.sendall(frame(words))

    def _hear(self) -> None:
        try:
            data = self._connection.recv(_CHUNK, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            self._listener.on_lost("the process that holds the dataset is gone")
        for message in self._frames.feed(data):
            self._heed(message.decode(errors="replace"))

    def _heed(self, message: str) -> None:
        word, _, rest = message.partition(" ")
        match word:
            case "loaded":
                self._listener.on_loaded(confined=rest == "confined")
            case "ended":
                number, status = map(int, rest.split())
                self._listener.on_ended(number, status)
            case _:
                self._listener.on_lost(rest)
