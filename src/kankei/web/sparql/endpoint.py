"""The SPARQL endpoint (SPARQL 1.1 Protocol, section 2.1): queries for programs, and a form for people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request

from kankei import __version__
from kankei.engine.operation import SPARQL_JSON, Engine, Operation
from kankei.engine.query.determinism import is_deterministic
from kankei.errors import MalformedRequest, NotAcceptable
from kankei.namespaces import PREFIXES
from kankei.web.html.templates import Templates
from kankei.web.http.conditional import entity_tag
from kankei.web.http.headers import CACHE_CONTROL, add_response_headers, request_header
from kankei.web.http.negotiation import choose_media_type
from kankei.web.rdf.serialization import RDF_TYPES
from kankei.web.responses.negotiated import HTML, content_type, language_of
from kankei.web.responses.representation import Representation
from kankei.web.responses.response_cache import CachedResponse, ResponseCache, Variant
from kankei.web.sparql.protocol import QueryRequest, parse_request
from kankei.web.sparql.rate_limit import RateLimiter, TrustedProxies
from kankei.web.sparql.result_negotiation import RESULT_TYPES, AcceptedFormats, accepted_formats
from kankei.web.sparql.results_page import ResultsPage
from kankei.web.sparql.service_description import ServiceDescription

PATH = "/sparql"

SHORT_NAMES = {
    "json": (SPARQL_JSON, "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "ttl": ("text/turtle",),
    "nt": ("application/n-triples",),
    "rdf": ("application/rdf+xml",),
    "jsonld": ("application/ld+json",),
    "html": (HTML,),
}
"""What ``format=`` may say, for people who cannot choose an ``Accept`` header."""

_USUAL = ("kk", "dct", "org", "skos", "xsd", "body-type", "funding", "support-kind", "theme")
_DRAFT = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in _USUAL)
"""What an empty form begins with."""

_VARY = "Accept, Accept-Language, Accept-Encoding"


@dataclass(frozen=True)
class SparqlEndpoint:
    """The endpoint over one engine; `examples` maps names to queries; no `buckets` means no rate limit."""

    engine: Engine
    service: ServiceDescription
    results: ResultsPage
    pages: Templates
    cache: ResponseCache
    examples: Mapping[str, str]
    proxies: TrustedProxies
    rate_limiter: RateLimiter | None

    async def respond(self, request: Request) -> CachedResponse:
        """The answer to a request of the protocol, the service's description, or the form for people."""
        protocol = await parse_request(request)
        accept = _accept(request, protocol)
        accepted = accepted_formats(accept)
        if protocol.query is not None:
            return await self._answer(request, protocol, protocol.query, accepted)
        if request.method == "POST":
            raise _no_query()
        if accepted.page:
            return await self._form(request, self.examples.get(protocol.example or "", ""))
        return await self._description(request, accept)

    async def _answer(
        self, request: Request, protocol: QueryRequest, query: str, accepted: AcceptedFormats
    ) -> CachedResponse:
        operation = self._operation(protocol, query, accepted)
        page = accepted.page
        language = language_of(request) if page else ""
        tag = self._tag(operation, accepted, language) if is_deterministic(query) else ""
        headers = {
            "Vary": _VARY,
            "Cache-Control": CACHE_CONTROL if tag else "no-store",
            **({"Content-Language": language} if language else {}),
        }

        async def make() -> Representation:
            answer = await self.engine.answer(operation)
            if not page:
                return _representation(answer.media_type, headers, answer.body, tag)
            shown = self.results.show(answer, PATH, [("query", query), *protocol.dataset])
            return _representation(HTML, headers, self._page(language, query, shown), tag)

        # A query with little time must not fail another that has more.
        variant = Variant(tag, headers, work=protocol.timeout)
        return await self.cache.answer(request, variant, make, self._charge(request))

    def _operation(self, protocol: QueryRequest, query: str, accepted: AcceptedFormats) -> Operation:
        if not accepted.media_types:
            raise NotAcceptable("none of the offered media types is acceptable", PATH, RESULT_TYPES)
        return Operation(
            query,
            accepted.media_types,
            protocol.default_graphs,
            protocol.named_graphs,
            base=f"{self.pages.manifest.base.iri}sparql",
            timeout=protocol.timeout,
        )

    def _tag(self, operation: Operation, accepted: AcceptedFormats, language: str) -> str:
        """The tag of a result: everything that its bytes depend on."""
        return entity_tag(
            *("query", __version__, self.pages.manifest.version, self.engine.identity, operation.query),
            *accepted.words,
            *(f"default {graph}" for graph in operation.default_graphs),
            *(f"named {graph}" for graph in operation.named_graphs),
            # The page tells the limits, too.
            *((language, self.service.facts) if accepted.page else ()),
        )

    def _charge(self, request: Request) -> Callable[[], None]:
        def charge() -> None:
            if self.rate_limiter is None:
                return
            peer = request.client.host if request.client else None
            quota = self.rate_limiter.take(
                self.proxies.client(peer, request_header(request, "x-forwarded-for"))
            )
            add_response_headers(request.scope, quota.headers)
            quota.check()

        return charge

    async def _form(self, request: Request, query: str) -> CachedResponse:
        language = language_of(request)
        facts = self.service.facts
        tag = entity_tag("form", __version__, self.pages.manifest.version, query, facts, language)
        headers = {"Vary": _VARY, "Cache-Control": CACHE_CONTROL, "Content-Language": language}

        async def make() -> Representation:
            return _representation(HTML, headers, self._page(language, query, None), tag)

        return await self.cache.answer(request, Variant(tag, headers), make)

    async def _description(self, request: Request, accept: str | None) -> CachedResponse:
        media_type = choose_media_type(RDF_TYPES, accept)
        if media_type is None or b"-graph-uri=" in request.scope["query_string"]:
            raise _no_query()
        tag = entity_tag("service", __version__, self.pages.manifest.version, self.service.facts, media_type)
        headers = {"Vary": _VARY, "Cache-Control": CACHE_CONTROL, "Link": '<./catalog>; rel="describedby"'}

        async def make() -> Representation:
            return _representation(media_type, headers, await self.service.describe(media_type), tag)

        return await self.cache.answer(request, Variant(tag, headers), make)

    def _page(self, language: str, query: str, result: Mapping[str, object] | None) -> bytes:
        examples = [
            (f"{PATH}?{urlencode({'query': text})}", _title(name, text, language))
            for name, text in self.examples.items()
        ]
        return self.pages.render(
            "sparql",
            language,
            PATH,
            query=query or _DRAFT,
            result=result,
            federated=self.service.federated,
            examples=examples,
            limits=[{"ja": ja, "en": en}[language] for ja, en in self.service.limits],
        ).encode()


def _no_query() -> MalformedRequest:
    return MalformedRequest("the request holds no query: send one as the parameter `query`")


def _accept(request: Request, protocol: QueryRequest) -> str | None:
    # Clients such as SPARQLWrapper send words of their own beside the header that they mean.
    if protocol.format not in SHORT_NAMES:
        return request_header(request, "accept")
    return ", ".join(SHORT_NAMES[protocol.format])


def _representation(media_type: str, headers: Mapping[str, str], body: bytes, tag: str) -> Representation:
    return Representation({**headers, "Content-Type": content_type(media_type)}, body, tag)


def _title(name: str, query: str, language: str) -> str:
    """An example by its question: the first comment line asks it in English, the second in Japanese."""
    comments = [line.lstrip("# ") for line in query.lstrip().splitlines()[:2] if line.startswith("#")]
    if language == "ja" and len(comments) > 1:
        return comments[1]
    return comments[0] if comments else name
