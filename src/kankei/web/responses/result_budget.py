"""Budget of result bytes: how much one HTTP process holds for clients that have not read their results yet.

A client that reads slowly pins its result; without a bound, a few of them take all memory.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

from kankei.errors import Overloaded
from kankei.web.responses.representation import Representation
from kankei.web.responses.single_flight import cancel_on_disconnect

SMALLEST_HELD = 64 * 1024
"""Bytes from which a result counts; smaller ones are bounded by the number of connections."""
_RETRY_AFTER_S = 5


@dataclass
class ResultBudget:
    """The results that are being sent: at most `limit` bytes, of one client at most `client_limit`.

    A result that several clients read counts once in all, and for each of them. One that is alone may be
    larger than a limit, since the size of a single result has its own.
    """

    limit: int
    client_limit: int
    on_refused: Callable[[str], None] = lambda _: None
    """Called with a reason of `REFUSAL_REASONS` for each result that is refused."""
    held: int = 0
    """Bytes held now."""
    _of_client: Counter[str] = field(default_factory=Counter)
    _readers: Counter[int] = field(default_factory=Counter)

    @contextmanager
    def holding(self, client: str, result: Representation) -> Iterator[None]:
        """Count a result while a client reads it; raises `Overloaded` beyond a limit."""
        key, size = id(result), result.length
        added = 0 if self._readers[key] else size
        self._check(client, size, added)
        self._add(client, key, size, added, 1)
        try:
            yield
        finally:
            self._add(client, key, -size, 0 if self._readers[key] > 1 else -size, -1)

    def _check(self, client: str, size: int, added: int) -> None:
        own = self._of_client[client]
        if own and own + size > self.client_limit:
            self.on_refused("client-results")
            message = f"results that a client has not read yet have at most {self.client_limit} bytes"
            raise Overloaded(f"{message}: read the others first", retry_after=_RETRY_AFTER_S)
        if self.held and self.held + added > self.limit:
            self.on_refused("results")
            message = "the server holds as many bytes of results that clients have not read yet as it can"
            raise Overloaded(message, retry_after=_RETRY_AFTER_S)

    def _add(self, client: str, key: int, size: int, added: int, readers: int) -> None:
        self.held += added
        self._of_client[client] += size
        self._readers[key] += readers
        if not self._of_client[client]:
            del self._of_client[client]
        if not self._readers[key]:
            del self._readers[key]


@dataclass(frozen=True)
class HeldResponse:
    """A result that counts in a budget until its client has read it, or has gone."""

    result: Representation
    budget: ResultBudget
    client: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it as an ASGI response; raises `Overloaded` before it begins, and `ClientDisconnected`."""
        if scope["method"] == "HEAD":
            await self.result(scope, receive, send)
            return
        with self.budget.holding(self.client, self.result):
            await send(self.result.start)
            await cancel_on_disconnect(receive, self.result.send_body(send))
