"""The page about the API: what there is, by which address, in which formats, within which limits."""

from starlette.requests import Request
from starlette.types import ASGIApp

from kankei import __version__
from kankei.release.formats import document_formats
from kankei.web.plain_json.json_schema import MEDIA_TYPE
from kankei.web.responses.representation import HTML, Representation, select
from kankei.web.site import Site, handler

PATH = "/api"
_PARTS = (
    ("/doc/dataset", "api-documents", "id/programme/…"),
    ("/search", "search", "search?q=…&on=…"),
    ("/programmes", "programmes", "programmes?body=…&call=…&on=…"),
    ("/sparql", "sparql", "sparql?query=…"),
    ("/reconcile", "reconciliation", "reconcile"),
    ("", "lookup", "lookup?identifier=…"),
    ("", "mcp", "mcp"),
    ("/feed", "feed", "feed"),
    ("/catalog", "catalogue", "catalog"),
    ("/dumps/", "dumps", "dumps/"),
    ("/tables/", "tables", "tables/"),
    ("/columns/", "columns", "columns/"),
    ("/ns/alignments", "alignments", "ns/alignments"),
    ("/openapi.json", "openapi", "openapi.json"),
)
"""Address, message key and example of each part; no address where a page has nothing to lead to."""


@handler
async def api_guide(site: Site, request: Request) -> ASGIApp:
    """The page about the API."""
    limits = site.service.limits
    key = (__version__, site.version, PATH, site.public_url, *(limit.en for limit in limits))
    variant = select(request, (HTML,), key)

    async def make() -> Representation:
        page = await site.render(
            "api",
            variant.language,
            PATH,
            parts=[(path, name, site.public_url + example) for path, name, example in _PARTS],
            formats=[(row.label, row.media_type, row.suffix) for row in document_formats()]
            + [("JSON", MEDIA_TYPE, "json")],
            limits=[limit._asdict()[variant.language] for limit in limits],
        )
        return variant.representation(page)

    return await site.cache.answer(request, variant, make)
