"""One query, from its text to its serialised result, in the process that calls, however long it takes."""

from collections.abc import Sequence
from typing import IO, Any, TypeAlias, cast

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store, Variable

from kankei.engine.embedded.result_spool import Spool
from kankei.engine.embedded.xml_output import XmlOutput
from kankei.engine.formats import RDF_FORMATS, RESULT_MEDIA_TYPES, RESULTS_FORMATS
from kankei.engine.operation import Form, Operation
from kankei.engine.query.service_guard import is_update
from kankei.engine.query.syntax_errors import explain_syntax_error
from kankei.errors import (
    EngineFailed,
    KankeiError,
    MalformedQuery,
    MalformedRequest,
    NotAcceptable,
    UpdateRefused,
)

_Results: TypeAlias = QuerySolutions | QueryBoolean | QueryTriples

_NO_SUCH_FUNCTION = "The custom function"


def evaluate(store: Store, operation: Operation, spool: Spool) -> Form:
    """Write the result of a query to a spool, in the media type that the operation names for its form."""
    try:
        results = _results(store, operation)
        form = _form(results)
        _serialise(results, _media_type(form, operation), spool)
    except (RuntimeError, OSError) as error:
        raise _told(error) from error
    return form


def _results(store: Store, operation: Operation) -> _Results:
    # Naming either kind of graph gives the whole dataset (SPARQL 1.1 Protocol, section 2.1.4).
    dataset = bool(operation.default_graphs or operation.named_graphs)
    try:
        return store.query(
            operation.query,
            base_iri=operation.base,
            default_graph=_graphs(operation.default_graphs) if dataset else None,
            named_graphs=_graphs(operation.named_graphs) if dataset else None,
            substitutions={
                Variable(variable): NamedNode(iri) for variable, iri in operation.substitutions.items()
            },
        )
    except SyntaxError as error:
        if is_update(operation.query):
            raise UpdateRefused("this endpoint answers queries and takes no updates") from error
        raise MalformedQuery(explain_syntax_error(str(error))) from error


def _graphs(iris: Sequence[str]) -> list[Any]:
    try:
        return [NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise MalformedRequest(f"a graph is named by an absolute IRI: {error}") from error


def _form(results: _Results) -> Form:
    match results:
        case QuerySolutions():
            return Form.SOLUTIONS
        case QueryBoolean():
            return Form.BOOLEAN
        case _:
            return Form.TRIPLES


def _media_type(form: Form, operation: Operation) -> str:
    if form not in operation.media_types:
        raise NotAcceptable(
            f"no acceptable media type for the result of {form.value}", "", RESULT_MEDIA_TYPES[form]
        )
    return operation.media_types[form]


def _serialise(results: _Results, media_type: str, spool: Spool) -> None:
    guard = XmlOutput(spool) if "xml" in media_type else None
    output = cast("IO[bytes]", guard or spool)
    if isinstance(results, QueryTriples):
        results.serialize(output, RDF_FORMATS[media_type])
    else:
        results.serialize(output, RESULTS_FORMATS[_form(results)][media_type])
    if guard and guard.ill_formed:
        others = [offer for offer in RESULT_MEDIA_TYPES[_form(results)] if "xml" not in offer]
        raise NotAcceptable("the result holds what XML cannot: ask for another format", "", others)


def _told(error: RuntimeError | OSError) -> KankeiError:
    if str(error).startswith(_NO_SUCH_FUNCTION):
        return MalformedQuery(f"{str(error).replace(_NO_SUCH_FUNCTION, 'the function')} here")
    return EngineFailed(f"the query could not be finished: {error}")
