"""An engine that answers as a test wants it to, when the test wants it to."""

import asyncio
from collections.abc import Mapping

from kankei.engine.operation import Form, Operation, QueryResult
from kankei.errors import KankeiError

BODY = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'


class StubEngine:
    """Answers every query with the same rows, once `go` is set, and counts."""

    identity = "stub 1"

    def __init__(self, body: bytes = BODY, error: KankeiError | None = None) -> None:
        self.body = body
        self.error = error
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
        return QueryResult(Form.SOLUTIONS, media_type(operation.media_types), self.body)

    def close(self) -> None:
        """Nothing to let go of."""


def media_type(media_types: Mapping[Form, str]) -> str:
    """That of solutions."""
    return media_types[Form.SOLUTIONS]
