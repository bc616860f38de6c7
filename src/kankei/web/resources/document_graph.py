"""The graph of a document: what is said of its thing, what points at it, and labels of what it links to.

What points at a thing comes a page at a time, with a link to the next (Hydra), so that a document is bounded
and nothing is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from kankei.errors import UnknownResource
from kankei.namespaces import DCT, HYDRA, RDFS, SKOS
from kankei.release.document_index import Document
from kankei.release.history.records import record_triples
from kankei.release.reader import Release
from kankei.web.http.parameters import whole_number
from kankei.web.queries import solutions
from kankei.web.rdf.graph import TYPE, parse_triples
from kankei.web.responses.background import in_background
from kankei.web.site import Site

PAGE_SIZE = 200
"""Statements of other documents in one page of a document."""
_MAX_PAGES = 100_000
_LABELS = (f"{DCT}title", f"{SKOS}prefLabel", f"{RDFS}label")


@dataclass(frozen=True)
class DocumentGraph:
    """One page of a document's graph; pages are counted from 1."""

    triples: list[Triple]
    links: Mapping[str, str]
    """The other pages by relation (first, prev, next), as paths on this server."""


def page_number(requested: str | None) -> int:
    """The number of the requested page; raises `UnknownResource` for what is no number of a page."""
    if requested is None:
        return 1
    number = whole_number(requested, _MAX_PAGES)
    if number is None:
        raise UnknownResource("pages of a document are counted from 1", "page")
    return number


async def document_graph(site: Site, document: Document, page: int) -> DocumentGraph:
    """A page of a document; raises `UnknownResource` beyond the last.

    The first one has the thing's own statements, and the dates of the document.
    """
    own: list[Triple] = []
    if page == 1:
        own = await in_background(lambda: _own(site.release, document))
    incoming, has_next = await _incoming(site, document, page)
    if page > 1 and not incoming:
        raise UnknownResource("the document has fewer pages", f"/doc/{document.path}")
    known = dict.fromkeys((*own, *incoming))
    labels = await in_background(lambda: list(_labels(site.release, known, document)))
    links = _links(document, page, has_next=has_next)
    paging = _paging(site, document, page, links) if links else []
    return DocumentGraph(list(dict.fromkeys((*known, *labels, *paging))), links)


def _own(release: Release, document: Document) -> list[Triple]:
    triples = parse_triples(release.triples(document.path), RdfFormat.N_TRIPLES)
    return triples + record_triples(document, release.manifest.base)


async def _incoming(site: Site, document: Document, page: int) -> tuple[list[Triple], bool]:
    """The statements of other documents about a thing in one page, and whether there are more."""
    name = "incoming-to-source" if document.path.startswith("source/") else "incoming-statements"
    offset = (page - 1) * PAGE_SIZE
    rows = await solutions(site.engine, name, offset=offset, thing=document.iri)
    triples = [
        Triple(NamedNode(row["from"]), NamedNode(row["property"]), NamedNode(row["to"]))
        for row in rows[:PAGE_SIZE]
    ]
    return triples, len(rows) > PAGE_SIZE


def _labels(release: Release, triples: Iterable[Triple], document: Document) -> Iterator[Triple]:
    """The names of the things that a document's statements link to or come from."""
    named: dict[str, None] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            named[triple.subject.value.partition("#")[0]] = None
        if isinstance(triple.object, NamedNode) and "#" not in triple.object.value:
            named[triple.object.value] = None
    for iri in named:
        path = release.manifest.base.path(iri)
        if path is not None and path != document.path and path in release.documents:
            yield from label_triples(release, release.documents[path])


def label_triples(release: Release, document: Document) -> Iterator[Triple]:
    """The statements in a document that name its thing."""
    starts = tuple(f"<{document.iri}> <{predicate}> ".encode() for predicate in _LABELS)
    lines = (line for line in release.triples(document.path).splitlines(True) if line.startswith(starts))
    for triple in parse_triples(b"".join(lines), RdfFormat.N_TRIPLES):
        if isinstance(triple.object, Literal):
            yield triple


def _links(document: Document, page: int, *, has_next: bool) -> dict[str, str]:
    address = f"/doc/{quote(document.path)}"
    links = {"first": address} if page > 1 or has_next else {}
    if page > 1:
        links["prev"] = address if page == 2 else f"{address}?page={page - 1}"
    if has_next:
        links["next"] = f"{address}?page={page + 1}"
    return links


def _paging(site: Site, document: Document, page: int, links: Mapping[str, str]) -> Iterator[Triple]:
    """What the links say, in the graph itself: a document that is saved must not look complete."""
    prefix = site.public_url.removesuffix("/")
    own = f"/doc/{quote(document.path)}" + (f"?page={page}" if page > 1 else "")
    view = NamedNode(prefix + own)
    yield Triple(NamedNode(document.iri), NamedNode(f"{HYDRA}view"), view)
    yield Triple(view, NamedNode(TYPE), NamedNode(f"{HYDRA}PartialCollectionView"))
    names = {"first": "first", "prev": "previous", "next": "next"}
    for relation, address in links.items():
        yield Triple(view, NamedNode(HYDRA + names[relation]), NamedNode(prefix + address))
