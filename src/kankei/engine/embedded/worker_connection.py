"""A pool's end of its conversation with one worker."""

import asyncio
import os
import socket
from typing import cast

from kankei.engine.embedded.exit_causes import exit_error
from kankei.engine.embedded.framing import Frames, frame
from kankei.engine.embedded.messages import READY, Reply, unpack_reply
from kankei.engine.embedded.result_spool import anonymous_file
from kankei.errors import EngineFailed, KankeiError

_LAST_WORDS = 4096


class WorkerConnection(asyncio.Protocol):
    """One worker: starting until it says that it is ready, then idle or answering, at last ended."""

    def __init__(self, number: int) -> None:
        loop = asyncio.get_running_loop()
        self.number = number
        self.slow = False
        """Whether its priority was lowered, which an ordinary user cannot undo."""
        self.answered = 0
        self.since = 0.0
        """When it was last asked, by the loop's clock."""
        self.timeout = 0.0
        self.spool = anonymous_file()
        self.started: asyncio.Future[None] = loop.create_future()
        """Done once the worker is ready; it fails with the cause if the worker ends before."""
        self.alive = True
        self.near, self._far = socket.socketpair()
        self._last_words = anonymous_file()
        self._loop = loop
        self._frames = Frames()
        self._transport: asyncio.Transport | None = None
        self._hung_up = False
        self._status: int | None = None
        self._reply: asyncio.Future[Reply] | None = None

    @property
    def descriptors(self) -> tuple[int, int, int]:
        """What the worker is to be given, once."""
        return self._far.fileno(), self.spool, self._last_words

    def given(self) -> None:
        """The worker has its end of the socket: close ours of it, or its end would never be noticed."""
        self._far.close()

    def ask(self, request: bytes, timeout: float) -> asyncio.Future[Reply]:
        """The worker's reply, to come; fails with the cause if the worker ends before."""
        self._reply = self._loop.create_future()
        self.since, self.timeout = self._loop.time(), timeout
        self.answered += 1
        if self._transport is None or self._hung_up:
            self.fail(EngineFailed("the process that was to answer the query has ended"))
        else:
            self._transport.write(frame(request))
        return self._reply

    def fail(self, error: KankeiError) -> None:
        """Let whoever waits for this worker know that it will not answer."""
        self.alive = False
        for future in (self.started, self._reply):
            if future and not future.done():
                future.set_exception(error)

    def hang_up(self) -> None:
        """Say nothing more to the worker, which then ends by itself."""
        self.alive = False
        if self._transport:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Resolve what is waited for."""
        for message in self._frames.feed(data):
            if message == READY:
                self.started.set_result(None)
            elif self._reply and not self._reply.done():
                self._reply.set_result(unpack_reply(message))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 the status says more
        """Note that everything the worker wrote has been read."""
        self._hung_up = True
        self.alive = False
        self._bury()

    def ended(self, status: int) -> None:
        """Note the status by wait(2) of the worker."""
        self._status = status
        self.alive = False
        self._bury()

    def _bury(self) -> None:
        """Close everything once the worker has ended and all that it wrote has been read."""
        if self._status is None or not self._hung_up:
            return
        self.fail(exit_error(self._status, os.pread(self._last_words, _LAST_WORDS, 0), self.timeout))
        if self.started.done() and not self.started.cancelled():
            self.started.exception()  # retrieved, whether or not anybody was waiting for it
        os.close(self.spool)
        os.close(self._last_words)
