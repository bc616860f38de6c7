"""Checks that an answer of a remote engine is a whole result, and serialises it as the client asked.

Every result is parsed to its end and written anew: a part of one, or something else, is never passed on, and
what is passed on looks the same whichever engine it comes from.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO, cast

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from kankei.engine.embedded.result_spool import XmlOutput
from kankei.engine.limits import MIB
from kankei.engine.operation import RESULT_MEDIA_TYPES, SPARQL_JSON, Form, QueryResult
from kankei.engine.remote.remote_errors import BadAnswer
from kankei.engine.result_file import ResultFile
from kankei.errors import NotAcceptable, TooLarge

N_TRIPLES = "application/n-triples"
REQUESTED = {Form.SOLUTIONS: SPARQL_JSON, Form.BOOLEAN: SPARQL_JSON, Form.TRIPLES: N_TRIPLES}
"""What a remote engine is asked for: formats of which a part is no whole, or whose end HTTP tells."""
ACCEPTED = {
    Form.SOLUTIONS: (SPARQL_JSON, "application/json"),
    Form.BOOLEAN: (SPARQL_JSON, "application/json"),
    Form.TRIPLES: (N_TRIPLES, "text/plain", "text/ntriples"),
}
"""The media types by which services name them."""

_BOOLEAN = rb'("datatype"\s*:\s*"http://www\.w3\.org/2001/XMLSchema#boolean"\s*,\s*"value"\s*:\s*)"([01])"'
_NUMBERED_BOOLEAN = re.compile(_BOOLEAN)
# Within a string of JSON the quotation marks would be escaped.
_EMPTY = re.compile(rb'"bindings"\s*:\s*\[\s*\]')
_LARGE = MIB


@dataclass(frozen=True)
class Expected:
    """What a result must be, and how it is written."""

    form: Form
    media_type: str
    variables: Sequence[str]
    """The columns of solutions."""
    limit: int
    """Bytes that the written result may have."""


def convert(content: bytes, expected: Expected, output: IO[bytes]) -> bool:
    """Write a result anew; whether it is empty.

    Raises `BadAnswer` for content that is no whole result, `NotAcceptable` for one that XML cannot hold.
    """
    xml = XmlOutput(output) if "xml" in expected.media_type else None
    target = cast("IO[bytes]", xml or output)
    try:
        if expected.form is Form.TRIPLES:
            is_empty = _convert_triples(content, expected, target)
        else:
            is_empty = _convert_results(content, expected, target)
    except (SyntaxError, ValueError) as error:
        raise BadAnswer("the engine's answer is no whole result") from error
    if xml and xml.ill_formed:
        others = [offer for offer in RESULT_MEDIA_TYPES[expected.form] if "xml" not in offer]
        raise NotAcceptable("the result holds what XML cannot: ask for another format", "", others)
    return is_empty


def checked_result(content: bytes, expected: Expected, *, takes_file: bool) -> tuple[QueryResult, bool]:
    """The result in content of moderate size, and whether it is empty; `convert` tells the errors."""
    output = BytesIO()
    is_empty = convert(content, expected, output)
    body = output.getvalue()
    if len(body) > expected.limit:
        raise too_large(expected)
    if takes_file and len(body) > _LARGE:
        file = ResultFile.of([body])
        return QueryResult(expected.form, expected.media_type, b"", file), is_empty
    return QueryResult(expected.form, expected.media_type, body), is_empty


def too_large(expected: Expected) -> TooLarge:
    """The error of a result beyond its limit."""
    return TooLarge(f"the result is larger than the {expected.limit} bytes that one may have")


def _convert_results(content: bytes, expected: Expected, output: IO[bytes]) -> bool:
    results = parse_query_results(with_named_booleans(content), QueryResultsFormat.JSON)
    if isinstance(results, QueryBoolean):
        if expected.form is not Form.BOOLEAN:
            raise BadAnswer("the engine answers yes or no where solutions were asked for")
        results.serialize(output, QueryResultsFormat.from_media_type(expected.media_type))
        return not results
    columns = [variable.value for variable in results.variables]
    if expected.form is not Form.SOLUTIONS or columns != list(expected.variables):
        raise BadAnswer("the engine answers with other columns than were asked for")
    results.serialize(output, QueryResultsFormat.from_media_type(expected.media_type))
    return _EMPTY.search(content) is not None


def _convert_triples(content: bytes, expected: Expected, output: IO[bytes]) -> bool:
    triples = parse(content, RdfFormat.N_TRIPLES)
    counted = 0

    def count() -> Iterator[Triple]:
        nonlocal counted
        for quad in triples:
            counted += 1
            yield quad.triple

    serialize(count(), output, RdfFormat.from_media_type(expected.media_type))
    return counted == 0


def with_named_booleans(content: bytes) -> bytes:
    """Solutions in JSON with ``true`` and ``false`` as a release has them, where Virtuoso writes 1 and 0."""
    return _NUMBERED_BOOLEAN.sub(_boolean, content)


def _boolean(match: "re.Match[bytes]") -> bytes:
    return match[1] + (b'"true"' if match[2] == b"1" else b'"false"')
