"""Look-up by an identifier or an address that others know: 303 to the document, or the list of several."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from kankei import __version__
from kankei.errors import MalformedRequest, TooLarge, UnknownResource
from kankei.search.index.schema import Field
from kankei.search.query.index_file import IndexFile, Thing
from kankei.web.http.headers import CACHE_CONTROL, own_path, relative
from kankei.web.openapi import LOCATION, Json, Operation, Parameter
from kankei.web.resources.form_request import JSON_TYPE, form_parameters, parse_json
from kankei.web.resources.search_results import search_index
from kankei.web.responses.background import in_background
from kankei.web.responses.representation import Representation, select
from kankei.web.site import Page, Site, handler
from kankei.web.sparql.protocol import read_body

PATH = "/lookup"
MAX_LOOKUPS = 1000
MAX_LENGTH = 2000
"""Characters of an identifier or address."""
_KNOWN = (Field.IDENTIFIER, Field.ADDRESS)
_TEXT: Json = {"type": "string", "minLength": 1, "pattern": r"\S", "maxLength": MAX_LENGTH}
_PARAMETERS = (
    Parameter("identifier", "A number: 法人番号, 予算事業ID, of a programme, of a telephone.", _TEXT),
    Parameter("uri", "An IRI of this release or of another, or the address of an official page.", _TEXT),
)


def find(index: IndexFile, value: str, *, is_uri: bool) -> list[Thing]:
    """The things that an identifier or an IRI is of."""
    if is_uri and (number := index.number_of(value.partition("#")[0])) is not None:
        return index.things([number])
    folded = index.folding.fold(_plain(value) if is_uri else value)
    written = (folded, f"https{folded}", f"http{folded}") if is_uri else (folded,)
    named = [index.named(text) for text in written if folded]
    numbers = {number for fields in named for field in _KNOWN for number in fields.get(field, ())}
    things = index.things(sorted(numbers))
    return _exact(index, things, value) if is_uri else things


def _exact(index: IndexFile, things: Sequence[Thing], uri: str) -> list[Thing]:
    """The things with this very address: folding leaves out signs, which tell addresses apart."""
    passages = index.passages((thing.number for thing in things), (Field.ADDRESS,))
    wanted = _plain(uri)
    return [
        thing
        for thing in things
        if any(_plain(passage.text) == wanted for passage in passages.get(thing.number, ()))
    ]


def _plain(uri: str) -> str:
    """An address without what does not tell pages apart: http or https, and a slash at its end."""
    return uri.removeprefix("https://").removeprefix("http://").rstrip("/")


async def lookup(site: Site, request: Request) -> ASGIApp:
    """303 to the one thing, 300 with the list of several, 404 where there is none; a batch by POST."""
    index = search_index(site).index
    if request.method == "POST":
        return await _batch(site, request, index)
    parameters = await form_parameters(request)
    given = [(name, parameters[name].strip()) for name in ("identifier", "uri") if parameters.get(name)]
    if len(given) != 1 or not given[0][1] or len(given[0][1]) > MAX_LENGTH:
        raise MalformedRequest("a look-up has one parameter, `identifier` or `uri`", PATH)
    ((name, value),) = given
    site.charge(request)
    things = find(index, value, is_uri=name == "uri")
    if not things:
        raise UnknownResource(f"nothing here has this {name}", value)
    paths = [relative(own_path(request.scope), f"/doc/{thing.path}") for thing in things]
    if len(things) == 1:
        return Response(status_code=303, headers={"Location": paths[0], "Cache-Control": CACHE_CONTROL})
    content = {"things": [_thing(thing) for thing in things]}
    return Response(_json(content), 300, {"Cache-Control": CACHE_CONTROL}, JSON_TYPE)


async def _batch(site: Site, request: Request, index: IndexFile) -> ASGIApp:
    body = await read_body(request)
    key = ("lookup", __version__, site.version, hashlib.sha256(body).hexdigest())
    variant = select(request, (JSON_TYPE,), key)

    def content() -> bytes:
        results = [
            {name: value, "things": [_thing(thing) for thing in find(index, value, is_uri=name == "uri")]}
            for name, value in read_lookups(parse_json(body, "the body"))
        ]
        return _json({"results": results})

    async def make() -> Representation:
        return variant.representation(await in_background(content))

    return await site.cache.answer(request, variant, make, lambda: site.charge(request))


def read_lookups(batch: object) -> list[tuple[str, str]]:
    """The look-ups of a batch; raises `MalformedRequest` or `TooLarge`."""
    if not isinstance(batch, list):
        raise MalformedRequest("a batch is a JSON list of objects with `identifier` or `uri`")
    if len(batch) > MAX_LOOKUPS:
        raise TooLarge(f"a batch has at most {MAX_LOOKUPS} look-ups")
    lookups = []
    for its in batch:
        named = list(its.items()) if isinstance(its, dict) else []
        if len(named) != 1 or named[0][0] not in {"identifier", "uri"} or not _is_text(named[0][1]):
            raise MalformedRequest("each look-up is an object with one text, `identifier` or `uri`")
        lookups += named
    return lookups


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.strip() != "" and len(value) <= MAX_LENGTH


def _thing(thing: Thing) -> Mapping[str, Any]:
    return {"iri": thing.iri, "path": thing.path, "type": thing.kind, "label": thing.labels}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


_LOOKUP: Json = {
    "type": "object",
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": False,
    "properties": {"identifier": _TEXT, "uri": _TEXT},
}
PAGES = (
    Page(
        PATH,
        handler(lookup),
        Operation(
            "See the document of the thing that has an identifier or an address",
            (),
            _PARAMETERS,
            (400, 404, 429),
            tagged=False,
            responses={
                "303": {"description": "The document's address", "headers": LOCATION},
                "300": {
                    "description": "Several things have it",
                    "content": {JSON_TYPE: {"schema": {"type": "object"}}},
                },
            },
        ),
        Operation(
            "Look up many",
            (JSON_TYPE,),
            (),
            (400, 413, 429),
            tagged=False,
            body={
                "required": True,
                "description": f"At most {MAX_LOOKUPS} look-ups.",
                "content": {JSON_TYPE: {"schema": {"type": "array", "items": _LOOKUP}}},
            },
        ),
        metric="lookup",
    ),
)
"""The row of the page registry."""
