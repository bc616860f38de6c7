"""The engine that asks others: checks a query here, has it evaluated there, and checks the result here."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results

from kankei.engine.embedded.engine_errors import timeout_error
from kankei.engine.embedded.pool import WorkerPool
from kankei.engine.limits import MIB, Limits
from kankei.engine.operation import REMOTE, Form, Operation, Outcome, QueryResult
from kankei.engine.query.service_guard import check_length, check_query
from kankei.engine.remote.conversion import convert_apart
from kankei.engine.remote.graph_names import GraphNames
from kankei.engine.remote.http_client import Address, Body, Response
from kankei.engine.remote.query_shape import query_shape
from kankei.engine.remote.query_text import Description, hidden_name, remote_query
from kankei.engine.remote.remote_errors import BadAnswer
from kankei.engine.remote.replica import Replica
from kankei.engine.remote.replica_set import EXPANSION, HEALTH_S, OnAsked, Read, ReplicaSet
from kankei.engine.remote.result_check import Expected, checked_result
from kankei.engine.remote.slots import Slots
from kankei.errors import BadGateway, EngineFailed, KankeiError, TooLarge, TooSlow

_LOGGER = logging.getLogger(__name__)
_MEMOIZED = 2048  # queries that were parsed
_LONGEST_MEMOIZED = 4096  # characters
_DESCRIBED = 500  # things in one query
_MAX_DESCRIBED = 20_000
_RESOURCES_BYTES = 8 * MIB  # of the solutions that name the described things
_CONVERSIONS = 2  # processes at once


@dataclass(frozen=True)
class _Parsed:
    """What the parser says of a query."""

    form: Form
    variables: tuple[str, ...]


class RemoteEngine:
    """Answers queries by other services (implements `kankei.engine.operation.StartingEngine`).

    `parser` is an embedded engine without a store: it refuses what is no query as one with a store does.
    """

    identity = "remote 1"
    """The services may be replaced by others while their release is served."""

    def __init__(self, parser: WorkerPool, replicas: ReplicaSet, names: GraphNames, limits: Limits) -> None:
        self._parser = parser
        self._replicas = replicas
        self._names = names
        self._limits = limits
        self._parsed: OrderedDict[tuple[str, str | None], _Parsed] = OrderedDict()
        self._slots = Slots(limits.workers + limits.slow_workers, limits.queue_length)
        self._conversions = Slots(_CONVERSIONS, limits.queue_length)
        self._tasks = set[asyncio.Task[None]]()

    @classmethod
    def of(
        cls,
        parser: WorkerPool,
        urls: Sequence[str],
        names: GraphNames,
        limits: Limits,
        *,
        on_asked: OnAsked = lambda _number, _outcome: None,
        health_s: float = HEALTH_S,
    ) -> "RemoteEngine":
        """The engine over the services at some URLs; raises `UsageError` for what is no URL."""
        addresses = map(Address.parse, urls)
        replicas = [Replica(number, address, names) for number, address in enumerate(addresses, 1)]
        return cls(parser, ReplicaSet(replicas, limits, on_asked, health_s), names, limits)

    @property
    def can_answer(self) -> bool:
        """Whether queries can be checked, and there is an engine to ask."""
        return self._parser.can_answer and any(self._replicas.up)

    @property
    def up(self) -> Sequence[bool]:
        """Which of the engines are asked, in their order."""
        return self._replicas.up

    @property
    def has_room(self) -> bool:
        """Whether a query can be sent, or wait for that."""
        return self._slots.has_room

    async def started(self) -> None:
        """Wait until a service has proved that it holds the release; raises `EngineUnavailable`."""
        await self._parser.started()
        await self._replicas.started()

    async def answer(self, operation: Operation) -> QueryResult:
        """The whole result, or the error that says why there is none."""
        timeout = min(operation.timeout or self._limits.timeout_s, self._limits.timeout_s)
        deadline = asyncio.get_running_loop().time() + timeout
        if operation.explains:
            return replace(await self._parser.answer(operation), engine=REMOTE)
        try:
            parsed = await self._parse(operation)
            async with self._slots.place(deadline):
                result = await self._evaluate(operation, parsed, deadline)
            return replace(result, engine=REMOTE)
        except TooSlow as error:
            raise timeout_error(timeout) from error
        except BadAnswer as error:
            raise BadGateway(error.message) from error

    def start(self, operation: Operation, on_end: Callable[[Outcome], None]) -> Callable[[], None]:
        """Start a query, and have its outcome passed to a function, later.

        Returns what ends the query without an outcome. Raises `TooLarge` and `Overloaded`.
        """
        check_length(operation.query, self._limits.query_bytes)
        self._slots.check()
        task = asyncio.get_running_loop().create_task(self._finish(operation, on_end))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return partial(_cancel, task)

    def close(self) -> None:
        """Close all connections; queries under way fail."""
        self._replicas.close()
        self._parser.close()

    async def _finish(self, operation: Operation, on_end: Callable[[Outcome], None]) -> None:
        outcome: Outcome
        try:
            outcome = await self.answer(operation)
        except KankeiError as error:
            outcome = error
        except Exception as error:  # nobody awaits this task, and a client waits for its outcome
            _LOGGER.exception("a query could not be answered")
            outcome = EngineFailed(f"the result could not be taken over: {error}")
        on_end(outcome)

    async def _parse(self, operation: Operation) -> _Parsed:
        """Form and columns of a query; raises what is wrong with it, as an embedded engine does.

        Queries of one shape differ in IRIs, strings and numbers only, and are parsed once: a look-up then
        costs no other process. A text that is no query after all is refused by the service.
        """
        check_length(operation.query, self._limits.query_bytes)
        check_query(operation.query, self._limits.services)
        key = query_shape(operation.query), operation.base
        has_dataset = bool(operation.default_graphs or operation.named_graphs)
        known = None if has_dataset else self._parsed.get(key)
        if known and known.form in operation.media_types:
            return known
        answer = await self._parser.answer(replace(operation, substitutions={}, takes_file=False))
        parsed = _Parsed(answer.form, tuple(answer.body.decode().split("\n")) if answer.body else ())
        if not has_dataset and len(key[0]) <= _LONGEST_MEMOIZED:
            self._parsed[key] = parsed
            if len(self._parsed) > _MEMOIZED:
                self._parsed.popitem(last=False)
        return parsed

    async def _evaluate(self, operation: Operation, parsed: _Parsed, deadline: float) -> QueryResult:
        query = remote_query(operation, self._names, parsed.variables)
        media_type = operation.media_types[parsed.form]
        expected = Expected(parsed.form, media_type, parsed.variables, self._limits.result_bytes)
        read = partial(self._convert, expected, deadline, operation.takes_file)
        if isinstance(query, Description):
            return await self._describe(query, read, deadline)
        return await self._replicas.ask(query, parsed.form, read, deadline)

    async def _describe(
        self, description: Description, read: Read[QueryResult], deadline: float
    ) -> QueryResult:
        iris = [*description.iris]
        if description.query:
            resources = await self._replicas.ask(
                description.query, Form.SOLUTIONS, _read_resources, deadline, limit=_RESOURCES_BYTES
            )
            # As Oxigraph does, which binds what is named to a variable of the pattern's solutions.
            iris = [] if resources is None else [*iris, *resources]
        iris = [*dict.fromkeys(iris)]
        if len(iris) > _MAX_DESCRIBED:
            raise TooLarge(f"a query describes at most {_MAX_DESCRIBED} things")
        content = Body(self._limits.result_bytes * EXPANSION)
        for start in range(0, len(iris), _DESCRIBED):
            query = description.construct(iris[start : start + _DESCRIBED])
            response = await self._replicas.ask(query, Form.TRIPLES, _read_statements, deadline)
            for part in response.parts():
                content.add(part)
            content.add(b"\n")
        result, _ = await read(Response(200, {}, content.content, content.file))
        return result

    async def _convert(
        self, expected: Expected, deadline: float, takes_file: bool, response: Response
    ) -> tuple[QueryResult, bool]:
        """The result in an answer as the client asked for it, and whether it is empty."""
        if response.file is None:
            return checked_result(response.body, expected, takes_file=takes_file)
        async with self._conversions.place(deadline):
            result = await convert_apart(
                response.file, expected, self._limits, deadline, takes_file=takes_file
            )
        return result, False


async def _read_resources(response: Response) -> tuple[list[str] | None, bool]:
    """The IRIs in some solutions; none where there is no solution."""
    return await asyncio.to_thread(_resources, response.content)


def _resources(content: bytes) -> tuple[list[str] | None, bool]:
    iris: dict[str, None] = {}
    is_empty = True
    try:
        results = parse_query_results(content, QueryResultsFormat.JSON)
        if not isinstance(results, QuerySolutions):
            raise BadAnswer("the engine's answer is no whole result")
        columns = [variable.value for variable in results.variables if not hidden_name(variable.value)]
        for row in results:
            is_empty = False
            iris |= {term.value: None for column in columns if isinstance(term := row[column], NamedNode)}
    except SyntaxError as error:
        raise BadAnswer("the engine's answer is no whole result") from error
    return None if is_empty else [*iris], is_empty


async def _read_statements(response: Response) -> tuple[Response, bool]:
    """The response as it is, whose content is parsed with that of the other parts."""
    return response, response.file is None and not response.body.strip()


def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
