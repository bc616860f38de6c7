"""Parameters of a request by GET or by a form, and JSON in them."""

import json
from collections.abc import Mapping, Sequence

from starlette.requests import Request

from kankei.errors import MalformedRequest, UnsupportedMediaType
from kankei.web.http.headers import request_header
from kankei.web.http.negotiation import parse_content_type
from kankei.web.sparql.protocol import FORM_TYPE, parse_form, parse_parameters, read_body

JSON_TYPE = "application/json"


async def form_parameters(request: Request) -> dict[str, str]:
    """The parameters of a request, of each the last value; those of a form before those of the address.

    Raises `MalformedRequest`, `UnsupportedMediaType` or `TooLarge`.
    """
    parameters = parse_parameters(request.scope["query_string"])
    if request.method == "POST":
        media_type, _ = parse_content_type(request_header(request, "content-type"))
        if media_type != FORM_TYPE:
            raise UnsupportedMediaType(f"parameters are sent as {FORM_TYPE}")
        parameters |= await parse_form(await read_body(request))
    return _last(parameters)


def address_parameters(request: Request) -> dict[str, str]:
    """The parameters of an address, of each the last value; raises `MalformedRequest`."""
    return _last(parse_parameters(request.scope["query_string"]))


def parse_json(text: str | bytes, name: str) -> object:
    """A JSON value of whole characters (RFC 8259, section 8.2); raises `MalformedRequest`, which names it."""
    try:
        value: object = json.loads(text, parse_constant=_no_constant)
        # A lone surrogate, which an escape can write, is no character: no text with it can be sent or stored.
        json.dumps(value, ensure_ascii=False).encode()
        return value
    except (ValueError, RecursionError) as error:
        raise MalformedRequest(f"{name} is no JSON: {str(error)[:200]}") from error


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _last(parameters: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {name: values[-1] for name, values in parameters.items()}
