"""An engine whose queries are counted and timed."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from kankei.engine.operation import Engine, Operation, Outcome, QueryResult, StartingEngine
from kankei.errors import KankeiError
from kankei.web.server_state import ServerState
from kankei.web.telemetry import metrics
from kankei.web.telemetry.request_record import CURRENT_RECORD

_CANCELLATIONS = (asyncio.CancelledError, GeneratorExit)


@dataclass(frozen=True)
class MeasuredEngine:
    """An engine whose queries are counted and timed."""

    engine: Engine
    state: ServerState

    @property
    def identity(self) -> str:
        """The identity of the engine."""
        return self.engine.identity

    async def answer(self, operation: Operation) -> QueryResult:
        """The engine's result."""
        start = time.perf_counter()
        outcome = "Answered"
        try:
            return await self.engine.answer(operation)
        except BaseException as error:
            outcome = "Cancelled" if isinstance(error, _CANCELLATIONS) else type(error).__name__
            raise
        finally:
            seconds = self._count(outcome, start)
            if record := CURRENT_RECORD.get():
                record.engine_s += seconds

    def close(self) -> None:
        """Close the engine."""
        self.engine.close()

    def _count(self, outcome: str, start: float) -> float:
        seconds, meter = time.perf_counter() - start, self.state.meter
        meter.count(metrics.QUERIES, outcome)
        meter.observe(metrics.QUERY_SECONDS, value=seconds)
        return seconds


@dataclass(frozen=True)
class MeasuredStartingEngine(MeasuredEngine):
    """The same for an engine that can start queries."""

    engine: StartingEngine

    @property
    def has_room(self) -> bool:
        """Whether a query can be started now."""
        return self.engine.has_room

    def start(self, operation: Operation, on_end: Callable[[Outcome], None]) -> Callable[[], None]:
        """Start a query, as the engine does."""
        start = time.perf_counter()

        def end(outcome: Outcome) -> None:
            name = type(outcome).__name__ if isinstance(outcome, KankeiError) else "Answered"
            self._count(name, start)
            on_end(outcome)

        cancel = self.engine.start(operation, end)

        def cancel_counted() -> None:
            self._count("Cancelled", start)
            cancel()

        return cancel_counted


def measured(engine: Engine, state: ServerState) -> MeasuredEngine:
    """An engine that is measured, and starts queries if it can."""
    if isinstance(engine, StartingEngine):
        return MeasuredStartingEngine(engine, state)
    return MeasuredEngine(engine, state)
