"""An engine that answers as a test wants it to, when the test wants it to."""

import asyncio
from collections.abc import Callable, Mapping

from kankei.engine.operation import Form, Operation, Outcome, QueryResult
from kankei.errors import KankeiError

BODY = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'


class StubEngine:
    """Answers every query with the same rows, once `go` is set, and counts."""

    identity = "stub 1"

    def __init__(self, body: bytes = BODY, error: KankeiError | None = None) -> None:
        self.body = body
        self.error = error
        self.engine = ""
        self.asked: list[Operation] = []
        self.begun, self.go, self.given_up = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.go.set()

    async def answer(self, operation: Operation) -> QueryResult:
        """The same answer as ever."""
        self.asked.append(operation)
        self.begun.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.given_up.set()
            raise
        if self.error:
            raise self.error
        if Form.SOLUTIONS not in operation.media_types:  # a graph, which has no statements
            return QueryResult(Form.TRIPLES, operation.media_types[Form.TRIPLES], b"", engine=self.engine)
        return QueryResult(Form.SOLUTIONS, media_type(operation.media_types), self.body, engine=self.engine)

    def close(self) -> None:
        """Nothing to let go of."""


def media_type(media_types: Mapping[Form, str]) -> str:
    """That of solutions."""
    return media_types[Form.SOLUTIONS]


class StartingStub(StubEngine):
    """The same engine, which starts queries as well: they end at once, or when `finish` is called."""

    def __init__(
        self,
        body: bytes = BODY,
        error: KankeiError | None = None,
        *,
        held: bool = False,
        has_room: bool = True,
    ) -> None:
        super().__init__(body, error)
        self.held = held
        self.has_room = has_room
        self.started: list[Operation] = []
        self.cancelled: list[Operation] = []
        self._running: list[tuple[Operation, Callable[[Outcome], None]]] = []

    def start(self, operation: Operation, on_end: Callable[[Outcome], None]) -> Callable[[], None]:
        """Begin; the outcome comes later in any case."""
        query = operation, on_end
        self.started.append(operation)
        self._running.append(query)
        if not self.held:
            asyncio.get_running_loop().call_soon(self.finish)

        def cancel() -> None:
            self.cancelled.append(operation)
            self._running.remove(query)

        return cancel

    def finish(self) -> None:
        """End all queries under way."""
        running, self._running = self._running, []
        for operation, on_end in running:
            on_end(self.error or QueryResult(Form.SOLUTIONS, media_type(operation.media_types), self.body))
