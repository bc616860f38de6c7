"""Evaluates one query in the calling process, from its text to its serialised result."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, Any, TypeAlias, cast

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Variable,
)

from kankei.engine.algebra.bounded_paths import walked_from_known_ends
from kankei.engine.algebra.nested_exists import asked_step_by_step
from kankei.engine.columnar.planned_query import ColumnQueries, SqlFailed
from kankei.engine.embedded.engine_errors import explain_syntax_error
from kankei.engine.embedded.result_spool import Spool, XmlOutput
from kankei.engine.operation import RESULT_MEDIA_TYPES, Form, Operation
from kankei.engine.query.ordering import totally_ordered
from kankei.engine.query.service_guard import is_update, service_calls
from kankei.engine.query.silent_service import without_silent_call
from kankei.errors import (
    EngineFailed,
    KankeiError,
    MalformedQuery,
    MalformedRequest,
    NotAcceptable,
    ServiceFailed,
    UpdateRefused,
)

Results: TypeAlias = QuerySolutions | QueryBoolean | QueryTriples

_UNKNOWN_FUNCTION = "The custom function"
_FORMS: Mapping[type, Form] = {
    QuerySolutions: Form.SOLUTIONS,
    QueryBoolean: Form.BOOLEAN,
    QueryTriples: Form.TRIPLES,
}


def evaluate(store: Store, operation: Operation, spool: Spool) -> Form:
    """Write the result of a query to a spool, in the media type that the operation names for its form."""
    try:
        return _evaluate(store, operation, spool)
    except ServiceFailed:
        without_call = without_silent_call(operation.query)
        if without_call is None:
            raise
    spool.reset()
    return _evaluate(store, replace(operation, query=without_call), spool)


def evaluate_columns(columns: ColumnQueries, operation: Operation, spool: Spool, limit: float) -> Form | None:
    """The same from columns; nothing, also in the spool, where those do not answer it in `limit` seconds.

    Raises `SqlFailed` with an empty spool.
    """
    query = columns.plan(operation)
    if query is None:
        return None
    try:
        with _checked(query.form, query.media_type, spool) as output:
            if columns.write(query, output, limit):
                return query.form
    except SqlFailed:
        spool.reset()
        raise
    spool.reset()
    return None


def parse_only(store: Store, operation: Operation, spool: Spool) -> Form:
    """The form of a query's result; its columns are written to the spool, a line each.

    Raises what `evaluate` raises before it begins to evaluate. The store is an empty one.
    """
    with evaluating(operation):
        # Oxigraph sorts before it gives the first row, even where that needs no store.
        results = results_of(store, operation)
    form = _FORMS[type(results)]
    _check_acceptable(form, operation)
    if isinstance(results, QuerySolutions):
        spool.write("\n".join(variable.value for variable in results.variables).encode())
    return form


def _evaluate(store: Store, operation: Operation, spool: Spool) -> Form:
    with evaluating(operation):
        results = results_of(store, operation)
        form = _FORMS[type(results)]
        _check_acceptable(form, operation)
        _serialise(results, form, operation.media_types[form], spool)
    return form


@contextmanager
def evaluating(operation: Operation) -> Iterator[None]:
    """Turns the errors of Oxigraph into those of an engine."""
    try:
        yield
    except (RuntimeError, OSError) as error:
        raise _failure(operation, error) from error


def _check_acceptable(form: Form, operation: Operation) -> None:
    if form not in operation.media_types:
        message = f"no acceptable media type for the result of {form.value}"
        raise NotAcceptable(message, "", RESULT_MEDIA_TYPES[form])


def _failure(operation: Operation, error: RuntimeError | OSError) -> KankeiError:
    if str(error).startswith(_UNKNOWN_FUNCTION):
        return MalformedQuery(f"{str(error).replace(_UNKNOWN_FUNCTION, 'the function')} here")
    if services := sorted(set(service_calls(operation.query))):
        return ServiceFailed(_of_services(services))
    return EngineFailed(f"the query could not be finished: {error}")


def _syntax_error(query: str, error: SyntaxError) -> KankeiError:
    if is_update(query):
        return UpdateRefused("this endpoint answers queries and takes no updates")
    return MalformedQuery(explain_syntax_error(str(error)))


def _of_services(endpoints: Sequence[str]) -> str:
    """The message about a call that failed; what the engine says may hold the endpoint's answer."""
    names = " or ".join(f"<{endpoint}>" for endpoint in endpoints)
    return f"the query calls {names} by SERVICE, which could not be reached or gave no result"


def results_of(store: Store, operation: Operation) -> Results:
    """The result of a query, not serialised yet; raises `MalformedQuery` or `UpdateRefused`."""
    rewritten = as_evaluated(operation)
    try:
        return _query(store, operation, rewritten)
    except SyntaxError as error:
        if rewritten == operation.query or is_update(operation.query):
            raise _syntax_error(operation.query, error) from error
    try:
        _query(store, operation, operation.query)
    except SyntaxError as error:  # with the position in the text as it was sent
        raise MalformedQuery(explain_syntax_error(str(error))) from error
    raise MalformedQuery("the conditions of ORDER BY cannot be told apart: write each in brackets")


def as_evaluated(operation: Operation) -> str:
    """The text that Oxigraph is given: EXISTS and closures begin at what is known, ORDER BY is total."""
    stepwise = asked_step_by_step(operation.query, operation.base)
    return totally_ordered(walked_from_known_ends(stepwise, operation.base))


def _query(store: Store, operation: Operation, text: str) -> Results:
    # Naming either kind of graph gives the whole dataset (SPARQL 1.1 Protocol, section 2.1.4).
    has_dataset = bool(operation.default_graphs or operation.named_graphs)
    return store.query(
        text,
        base_iri=operation.base,
        default_graph=_graphs(operation.default_graphs) if has_dataset else None,
        named_graphs=_graphs(operation.named_graphs) if has_dataset else None,
        substitutions={
            Variable(variable): NamedNode(iri) for variable, iri in operation.substitutions.items()
        },
    )


def _graphs(iris: Sequence[str]) -> list[Any]:
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise MalformedRequest(f"a graph is named by an absolute IRI: {error}") from error


def _serialise(results: Results, form: Form, media_type: str, spool: Spool) -> None:
    with _checked(form, media_type, spool) as output:
        file = cast("IO[bytes]", output)
        if isinstance(results, QueryTriples):
            results.serialize(file, RdfFormat.from_media_type(media_type))
        else:
            results.serialize(file, QueryResultsFormat.from_media_type(media_type))


@contextmanager
def _checked(form: Form, media_type: str, spool: Spool) -> Iterator[Spool | XmlOutput]:
    """The spool, or what checks on the way to it that a result in XML is well-formed."""
    xml = XmlOutput(spool) if "xml" in media_type else None
    yield xml or spool
    if xml and xml.ill_formed:
        others = [offer for offer in RESULT_MEDIA_TYPES[form] if "xml" not in offer]
        raise NotAcceptable("the result holds what XML cannot: ask for another format", "", others)
