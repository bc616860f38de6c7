"""The engine in this process: Oxigraph over the release's own store, opened read-only."""

import asyncio
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeAlias

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Variable,
)

from kankei.engine.dataset import ON_DISK
from kankei.engine.formats import OFFERED, RDF_FORMATS, RESULTS_FORMATS
from kankei.engine.guard import check, is_update
from kankei.engine.operation import Answer, Form, Operation
from kankei.errors import EngineFailed, MalformedQuery, MalformedRequest, NotAcceptable, UpdateRefused

THREADS = 4

Results: TypeAlias = QuerySolutions | QueryBoolean | QueryTriples


class EmbeddedEngine:
    """Answers queries in a few threads of this process, without limits of time or memory."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="query")

    @classmethod
    def open(cls, path: Path) -> Self:
        """An engine over the store in a release's directory."""
        return cls(Store.read_only(str(path)))

    @property
    def identity(self) -> str:
        """The kind and version of this engine."""
        return ON_DISK

    async def answer(self, operation: Operation) -> Answer:
        """The whole answer to a query, in the media type that the operation names for its form."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, operation)

    def close(self) -> None:
        """Wait for the queries under way."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _answer(self, operation: Operation) -> Answer:
        check(operation.query)
        results = self._results(operation)
        form = _form(results)
        media_type = operation.media_types.get(form)
        body, failure = b"", ""
        try:
            body = _serialise(results, media_type) if media_type else b""
        except (RuntimeError, OSError) as error:
            # Results must be let go in the thread that made them: no traceback may carry them to another.
            traceback.clear_frames(error.__traceback__)
            failure = str(error)
        del results
        if media_type is None:
            raise NotAcceptable(f"no acceptable media type for the result of {form.value}", "", OFFERED[form])
        if failure:
            raise EngineFailed(f"the query could not be finished: {failure}")
        return Answer(form, media_type, body)

    def _results(self, operation: Operation) -> Results:
        dataset = bool(operation.default_graphs or operation.named_graphs)
        try:
            return self._store.query(
                operation.query,
                # Naming either kind of graph gives the whole dataset (SPARQL 1.1 Protocol, section 2.1.4).
                default_graph=[*_graphs(operation.default_graphs)] if dataset else None,
                named_graphs=[*_graphs(operation.named_graphs)] if dataset else None,
                substitutions={
                    Variable(variable): NamedNode(iri) for variable, iri in operation.substitutions.items()
                },
            )
        except SyntaxError as error:
            if is_update(operation.query):
                raise UpdateRefused("this endpoint answers queries and takes no updates") from error
            raise MalformedQuery(str(error)) from error
        except (RuntimeError, OSError) as error:
            raise EngineFailed(f"the query could not be evaluated: {error}") from error


def _graphs(iris: Sequence[str]) -> list[NamedNode]:
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise MalformedRequest(f"a graph is named by an absolute IRI: {error}") from error


def _form(results: Results) -> Form:
    match results:
        case QuerySolutions():
            return Form.SOLUTIONS
        case QueryBoolean():
            return Form.BOOLEAN
        case _:
            return Form.TRIPLES


def _serialise(results: Results, media_type: str) -> bytes:
    if isinstance(results, QueryTriples):
        body = results.serialize(format=RDF_FORMATS[media_type])
    else:
        body = results.serialize(format=RESULTS_FORMATS[_form(results)][media_type])
    return body or b""
