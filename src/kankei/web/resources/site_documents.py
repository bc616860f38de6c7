"""Documents generated from the release alone: sitemaps, robots.txt, manifest, JSON-LD context, OpenAPI."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from kankei import __version__
from kankei.errors import UnknownResource
from kankei.release.formats import JSON_LD
from kankei.release.history.moments import date_of
from kankei.release.reader import Release
from kankei.web.http.conditional import entity_tag
from kankei.web.http.headers import CACHE_CONTROL
from kankei.web.plain_json import json_schema
from kankei.web.resources.files import send_file
from kankei.web.responses.background import in_background
from kankei.web.responses.representation import Representation, Variant
from kankei.web.responses.response_cache import CachedResponse
from kankei.web.site import Handler, Site, handler

MAX_ADDRESSES = 50_000
"""Addresses in one sitemap, by the protocol (https://www.sitemaps.org/protocol.html)."""

CONTEXT = "ontology/context.jsonld"
"""The file of the JSON-LD context in a release."""
IMMUTABLE = "public, max-age=31536000, immutable"
"""``Cache-Control`` of what never changes at its address (RFC 8246)."""
_VERSION_DIGITS = 12

JSON, XML = "application/json", "application/xml"
_XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_XML_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True)
class Sitemap:
    """The sitemaps of a release: the addresses of `pages` and documents under the server's public address."""

    release: Release
    pages: Sequence[str]
    public_url: str
    max_addresses: int = MAX_ADDRESSES

    def index(self) -> bytes:
        """The index of the sitemaps."""
        return _xml("sitemapindex", "sitemap", ((f"{self.public_url}{name}", "") for name in self.names))

    def part(self, name: str) -> bytes:
        """One sitemap by its name; raises `UnknownResource` where there is no such sitemap."""
        try:
            start = self.names.index(name) * self.max_addresses
        except ValueError:
            raise UnknownResource("there is no such sitemap", f"/{name}") from None
        paths = self._paths[start : start + self.max_addresses]
        return _xml("urlset", "url", ((f"{self.public_url}{path}", date) for path, date in paths))

    @property
    def date(self) -> str:
        """The date of the data's last change, with which the version begins; empty for a version without."""
        match = _DATE.match(self.release.manifest.version)
        return match[0] if match else ""

    @property
    def names(self) -> Sequence[str]:
        """The sitemaps' names, counted from 1."""
        number_of_parts = -(-len(self._paths) // self.max_addresses)
        return [f"sitemap-{number}.xml" for number in range(1, number_of_parts + 1)]

    @cached_property
    def _paths(self) -> Sequence[tuple[str, str]]:
        """The paths without their first slash, and when what is there last changed.

        The concepts of another base have their documents there.
        """
        base = self.release.manifest.base.iri
        own = [document for document in self.release.documents.values() if document.iri.startswith(base)]
        return [
            *((page.removeprefix("/"), self.date) for page in self.pages),
            *((f"doc/{quote(row.path)}", date_of(row.modified) or self.date) for row in own),
        ]


def _xml(root: str, entry: str, addresses: Iterable[tuple[str, str]]) -> bytes:
    """XML in which only ampersands need escaping, since a base and a quoted path hold nothing else."""
    lines = []
    for address, date in addresses:
        modified = f"<lastmod>{date}</lastmod>" if date else ""
        location = address.replace("&", "&amp;")
        lines.append(f"<{entry}><loc>{location}</loc>{modified}</{entry}>\n")
    return f'{_XML_HEAD}<{root} xmlns="{_XML_NAMESPACE}">\n{"".join(lines)}</{root}>\n'.encode()


def sitemap_index(site: Site) -> Handler:
    """The handler of the index of the sitemaps."""
    return cached(site, "sitemap", XML, _sitemap(site).index, site.public_url)


def sitemap_paths(site: Site) -> list[str]:
    """The paths of the sitemaps."""
    return [f"/{name}" for name in _sitemap(site).names]


def sitemap_part(site: Site) -> Handler:
    """The handler of the sitemaps that the index lists."""
    sitemap = _sitemap(site)
    handlers = {
        f"/{name}": cached(site, name, XML, partial(sitemap.part, name), site.public_url)
        for name in sitemap.names
    }
    return lambda request: handlers[request.scope["path"]](request)


def _sitemap(site: Site) -> Sitemap:
    return Sitemap(site.release, site.sitemap, site.public_url)


@handler
async def robots(site: Site, _request: Request) -> Response:
    """``robots.txt``, which keeps crawlers off queries and names the sitemap."""
    address = f"{site.public_url}sitemap.xml"
    queries = f"{urlsplit(site.public_url).path}sparql?query="
    return PlainTextResponse(f"User-agent: *\nDisallow: {queries}\n\nSitemap: {address}\n")


def manifest(site: Site) -> Handler:
    """The handler of the release's manifest."""
    return cached(site, "manifest", JSON, site.release.manifest.json)


def context(site: Site) -> Handler:
    """The handler of the JSON-LD context of this release."""
    return cached(site, "context", JSON_LD.media_type, lambda: site.release.read(CONTEXT))


def context_path(release: Release) -> str:
    """The path of the JSON-LD context by its version, which is the beginning of its hash.

    Documents refer to it, so what is at this address never changes.
    """
    return f"/context/{release.manifest.files[CONTEXT].sha256[:_VERSION_DIGITS]}.jsonld"


def context_version(site: Site) -> Handler:
    """The handler of JSON-LD contexts by their version, also those of earlier releases that are kept.

    It raises `UnknownResource` for what no release has.
    """
    read = partial(site.release.read, CONTEXT)
    respond_context = cached(site, "context-version", JSON_LD.media_type, read, cache_control=IMMUTABLE)

    async def respond(request: Request) -> ASGIApp:
        path = request.scope["path"]
        if path == context_path(site.release):
            return await respond_context(request)
        release = next((kept for kept in site.past.kept() if context_path(kept) == path), None)
        if release is None:
            raise UnknownResource("there is no such version of the context here", path)
        return send_file(request, release, CONTEXT, JSON_LD.media_type, cache_control=IMMUTABLE)

    return respond


def schema_document(site: Site) -> Handler:
    """The handler of the JSON Schemas of plain JSON, each with its own address as its identifier."""

    def make(name: str) -> bytes:
        address = site.public_url.removesuffix("/") + json_schema.schema_path(name)
        content = {"$schema": "", "$id": address, **json_schema.schema(name)}
        return json.dumps(content, ensure_ascii=False, indent=1).encode()

    kind = json_schema.SCHEMA_MEDIA_TYPE
    handlers = {
        json_schema.schema_path(name): cached(
            site, f"schema/{name}", kind, partial(make, name), site.public_url
        )
        for name in json_schema.names()
    }

    async def respond(request: Request) -> ASGIApp:
        try:
            respond_schema = handlers[request.scope["path"]]
        except KeyError:
            raise UnknownResource("there is no such schema", request.scope["path"]) from None
        return await respond_schema(request)

    return respond


def openapi(site: Site) -> Handler:
    """The handler of the OpenAPI document."""

    def make() -> bytes:
        return json.dumps(site.openapi, ensure_ascii=False, indent=1).encode()

    # The tag is of the same JSON on one line: indenting it takes half of the time in which a server starts.
    return cached(site, "openapi", JSON, make, json.dumps(site.openapi))


def cached(
    site: Site,
    name: str,
    media_type: str,
    make: Callable[[], bytes],
    *key: str,
    cache_control: str = CACHE_CONTROL,
) -> Handler:
    """The handler of bytes that follow from the release and the key alone."""
    tag = entity_tag(__version__, site.version, name, *key)
    headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding", "Last-Modified": site.last_modified}
    variant = Variant(tag, headers, media_type)

    async def represent() -> Representation:
        return variant.representation(await in_background(make))

    async def respond(request: Request) -> CachedResponse:
        return await site.cache.answer(request, variant, represent)

    return respond
