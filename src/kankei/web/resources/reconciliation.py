"""The reconciliation service (Reconciliation Service API 0.2, and 0.1), for OpenRefine and its like."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request

from kankei import __version__
from kankei.errors import MalformedRequest
from kankei.namespaces import KK
from kankei.search.matching.reconciliation import MAX_QUERIES, Reconciliation, kinds_of
from kankei.web.openapi import Json, Operation, Parameter
from kankei.web.resources.form_request import address_parameters, form_parameters, parse_json
from kankei.web.resources.search_results import search_index
from kankei.web.responses.background import in_background
from kankei.web.responses.representation import HTML, Representation, Variant, select
from kankei.web.responses.response_cache import CachedResponse
from kankei.web.site import Handler, Page, Site
from kankei.web.sparql.protocol import FORM_TYPE, LANGUAGE

PATH = "/reconcile"
JSON, SCRIPT = "application/json", "text/javascript"
_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,99}", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
_SUGGESTED, _MOST_SUGGESTED = 10, 50
_FRAMED = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors *"
)
"""The policy of a preview, which the pages of other tools show in a frame."""

_QUERIES: Json = {"type": "string", "format": "reconciliation-queries", "contentMediaType": JSON}
_EXTEND: Json = {"type": "string", "format": "reconciliation-extension", "contentMediaType": JSON}
_PARAMETERS = (
    Parameter("queries", f"A batch of at most {MAX_QUERIES} queries, as a JSON object.", _QUERIES),
    Parameter("extend", f"Properties of at most {MAX_QUERIES} entities, as a JSON object.", _EXTEND),
)
_LANG = Parameter("lang", "The language of names (ja or en).")
_PREFIX = Parameter("prefix", "What somebody has typed so far.")
GET = Operation(
    "The manifest of the reconciliation service; matches of names, or values of entities",
    (JSON,),
    (*_PARAMETERS, _LANG),
    (400, 404, 413, 429),
)
POST = Operation(
    "Match names, or fetch values of entities",
    (JSON,),
    (_LANG,),
    (400, 404, 413, 415, 429),
    tagged=False,
    body={
        "required": True,
        "content": {
            FORM_TYPE: {
                "schema": {
                    "type": "object",
                    "properties": {parameter.name: parameter.schema for parameter in _PARAMETERS},
                    "anyOf": [{"required": [parameter.name]} for parameter in _PARAMETERS],
                }
            }
        },
    },
)


@dataclass(frozen=True)
class ReconciliationPages:
    """The service of a site."""

    site: Site

    async def respond(self, request: Request) -> CachedResponse:
        """The manifest, the results of a batch, or values of entities."""
        parameters = await form_parameters(request)
        queries, extend = parameters.get("queries"), parameters.get("extend")
        if queries is not None:
            batch = parse_json(queries, "`queries`")
            return await self._answer(request, parameters, lambda service: service.answer(batch))
        if extend is not None:
            query = parse_json(extend, "`extend`")
            return await self._answer(request, parameters, lambda service: service.extend(query))
        if request.method == "POST":
            raise MalformedRequest("the form has `queries`, or `extend`")
        return await self._answer(request, parameters, Reconciliation.manifest, free=True)

    async def suggest_entity(self, request: Request) -> CachedResponse:
        """Entities for what was typed."""
        given = address_parameters(request)
        kinds = kinds_of(filter(None, given.get("type", "").split(",")))
        limit = _limit(given, _SUGGESTED)
        return await self._answer(
            request,
            given,
            lambda service: service.suggest_entities(given.get("prefix", "")[:100], kinds, limit),
        )

    async def suggest_type(self, request: Request) -> CachedResponse:
        """Types for what was typed."""
        given = address_parameters(request)
        return await self._answer(
            request, given, lambda service: service.suggest_types(given.get("prefix", "")[:100]), free=True
        )

    async def suggest_property(self, request: Request) -> CachedResponse:
        """Properties for what was typed."""
        given = address_parameters(request)
        return await self._answer(
            request,
            given,
            lambda service: service.suggest_properties(given.get("prefix", "")[:100]),
            free=True,
        )

    async def properties(self, request: Request) -> CachedResponse:
        """Properties that can be fetched of entities of a type."""
        given = address_parameters(request)
        limit = _limit(given, 0) or None
        return await self._answer(
            request,
            given,
            lambda service: service.propose_properties(given.get("type", "")[:100], limit),
            free=True,
        )

    async def flyout(self, request: Request) -> CachedResponse:
        """A short page about an entity, in JSON."""
        given = address_parameters(request)

        def flyout(service: Reconciliation) -> Mapping[str, Any]:
            path = given.get("id", "")
            return {"id": path, "html": self._preview(service, path, "")}

        return await self._answer(request, given, flyout)

    async def preview(self, request: Request) -> CachedResponse:
        """A short page about an entity, for a frame."""
        path = address_parameters(request).get("id", "")
        variant = select(
            request,
            (HTML,),
            ("preview", __version__, self.site.version, path),
            {"Content-Security-Policy": _FRAMED},
        )
        service = self._service(variant.language)
        service.thing(path)  # raises for an unknown one

        async def make() -> Representation:
            return variant.representation(self._preview(service, path, "preview"))

        return await self.site.cache.answer(request, variant, make, lambda: self.site.charge(request))

    def _preview(self, service: Reconciliation, path: str, frame: str) -> str:
        thing = service.thing(path)
        return self.site.templates.render(
            "reconciliation_preview",
            service.language,
            f"{PATH}/preview",
            frame=bool(frame),
            name=service.name(thing),
            description=service.description(thing),
            summary=service.summary(thing),
            address=f"{self.site.public_url}doc/{thing.path}",
            iri=thing.iri,
        )

    async def _answer(
        self,
        request: Request,
        parameters: Mapping[str, str],
        compute: Callable[[Reconciliation], Mapping[str, Any]],
        *,
        free: bool = False,
    ) -> CachedResponse:
        """JSON, or a script that passes it on, for clients of version 0.1; `free` takes no token."""
        callback = parameters.get("callback", "")
        if callback and not _CALLBACK.fullmatch(callback):
            raise MalformedRequest("`callback` is the name of a function")
        language = "en" if parameters.get("lang") == "en" else "ja"
        key = ("reconcile", __version__, self.site.version, self.site.public_url, request.scope["path"])
        given = (f"{name}={value}" for name, value in sorted(parameters.items()))
        variant = select(request, (JSON,), (*key, *given), pinned=SCRIPT if callback else None)
        service = self._service(language)

        async def make() -> Representation:
            content = await in_background(lambda: compute(service))
            return _representation(variant, content, callback)

        charge = _nothing if free else lambda: self.site.charge(request)
        return await self.site.cache.answer(request, variant, make, charge)

    def _service(self, language: str) -> Reconciliation:
        return replace(self._japanese, language=language) if language != "ja" else self._japanese

    @property
    def _japanese(self) -> Reconciliation:
        return service_of(self.site)


def service_of(site: Site) -> Reconciliation:
    """The reconciliation service of a site; raises `UnknownResource` where the release has no index."""
    index = search_index(site).index
    return Reconciliation(index, site.public_url, site.release.manifest.base.iri, KK)


def _representation(variant: Variant, content: Mapping[str, Any], callback: str) -> Representation:
    # Line separators of Unicode end a statement of JavaScript in old browsers.
    text = json.dumps(content, ensure_ascii=bool(callback), separators=(",", ":"))
    return variant.representation(f"/**/{callback}({text});" if callback else text)


def _limit(parameters: Mapping[str, str], default: int) -> int:
    value = parameters.get("limit", "")
    if value and not _NUMBER.fullmatch(value):
        raise MalformedRequest("`limit` is a whole number from 1 to 9999")
    return min(int(value), _MOST_SUGGESTED) if value else default


def _nothing() -> None:
    """Take no token."""


def _handler(name: str) -> Callable[[Site], Handler]:
    def handler(site: Site) -> Callable[[Request], Awaitable[CachedResponse]]:
        respond: Callable[[Request], Awaitable[CachedResponse]] = getattr(ReconciliationPages(site), name)
        return respond

    return handler


def _get(summary: str, *parameters: Parameter, media_type: str = JSON) -> Operation:
    return Operation(summary, (media_type,), parameters, (400, 404, 429))


_LIMIT = Parameter("limit", "How many at most.", {"type": "string", "pattern": "^([1-9][0-9]{0,3})?$"})
_ID = Parameter("id", "An entity, such as `org/mlit`.")
_TYPE = Parameter("type", "A type, as the manifest lists them.")
PAGES = (
    Page(PATH, _handler("respond"), GET, POST, metric="reconcile"),
    Page(
        f"{PATH}/suggest/entity",
        _handler("suggest_entity"),
        _get("Entities for what was typed", _PREFIX, _TYPE, _LIMIT, _LANG),
    ),
    Page(f"{PATH}/suggest/type", _handler("suggest_type"), _get("Types for what was typed", _PREFIX, _LANG)),
    Page(
        f"{PATH}/suggest/property",
        _handler("suggest_property"),
        _get("Properties for what was typed", _PREFIX, _LANG),
    ),
    Page(
        f"{PATH}/properties",
        _handler("properties"),
        _get("Properties to fetch of a type", _TYPE, _LIMIT, _LANG),
    ),
    Page(f"{PATH}/flyout", _handler("flyout"), _get("A short page about an entity, in JSON", _ID, _LANG)),
    Page(
        f"{PATH}/preview",
        _handler("preview"),
        _get("A short page about an entity", _ID, LANGUAGE, media_type=HTML),
    ),
)
"""The rows of the page registry."""
