"""Graphs that a release holds as files: catalogue, ontology, shapes, validation report.

They are read from their files, never from the store, which rewrites literals such as those of
``xsd:nonNegativeInteger``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from markupsafe import Markup
from pyoxigraph import Literal, RdfFormat, Triple
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from kankei import __version__
from kankei.errors import UnknownResource
from kankei.namespaces import DCT, KK, ONTOLOGY, OWL, RDFS, SH, SHAPES, SKOS
from kankei.release.formats import TURTLE
from kankei.release.jsonld_context import Context
from kankei.release.profile_views import DCAT_AP, Profile
from kankei.web.html.localizer import Localizer
from kankei.web.html.page_head import PageHead
from kankei.web.html.text_pages import text_page
from kankei.web.html.view import Row, Section
from kankei.web.http.headers import alternate_relation, depth, link_header, own_path, relative
from kankei.web.http.negotiation import NegotiatedField
from kankei.web.rdf.graph import PINNED_TYPES, RDF_TYPES, Graph, alternates, parse_triples, serialize_document
from kankei.web.rdf.public_addresses import with_public_addresses
from kankei.web.resources.document_graph import page_number
from kankei.web.resources.ontology_diagram import ontology_diagram
from kankei.web.resources.profile_choice import requested_profile
from kankei.web.resources.structured_data import catalogue_data, ontology_data
from kankei.web.resources.thing_view import ThingView
from kankei.web.responses.background import in_background
from kankei.web.responses.representation import HTML, Representation, select
from kankei.web.responses.response_cache import CachedResponse
from kankei.web.site import Handler, Site, handler

TSV, TSV_SUFFIX = "text/tab-separated-values", "sssom.tsv"
_FIRST_ASKED = tuple(f"{DCT}{local}" for local in ("license", "accrualPeriodicity", "modified", "publisher"))
_SHAPES = "ontology/shapes.ttl"
_CLASSES = frozenset((f"{OWL}Class", f"{RDFS}Class"))
_PROPERTIES = frozenset(
    (f"{OWL}ObjectProperty", f"{OWL}DatatypeProperty", f"{OWL}AnnotationProperty", f"{KK}DerivedProperty")
)
_DEFINITIONS = (f"{SKOS}definition", f"{RDFS}comment")
_NOT_IN_ROWS = frozenset((*_DEFINITIONS, f"{RDFS}label", f"{RDFS}isDefinedBy", f"{SKOS}prefLabel"))


@dataclass(frozen=True)
class ReleaseGraph:
    """One graph in a file: `root` is the IRI it is about, `path` its address on this host."""

    site: Site
    file: str
    path: str
    root: str
    template: str
    view: Callable[[Graph, Localizer], dict[str, object]]
    """The values of the page's template for the graph."""
    added: tuple[Triple, ...] = ()
    """Statements of this server beside those of the release."""
    names_addresses: bool = False
    """Whether it says where files and services are, which then is said for this server."""
    table: str = ""
    """A file of the same content as a table (`TSV`), or empty."""
    profile: Profile | None = None
    """The profile that the graph conforms to; a request for another is refused."""
    preferred: str = HTML
    """The media type for a client that takes any."""
    data: Callable[[Graph, str, Localizer], Markup] | None = None
    """What search engines read of the graph, by its address."""
    is_paged: bool = False
    """Whether its page shows the Turtle a page at a time, since it grows with the release."""

    async def respond(self, request: Request) -> CachedResponse:
        """The graph in the negotiated format, or in the one that a suffix pins."""
        # One graph may be at several paths, and relative references differ with how deep they are.
        path = own_path(request.scope)
        suffix = request.scope["path"].removeprefix(f"{self.path}.")
        pinned = TSV if suffix == TSV_SUFFIX else PINNED_TYPES.get(suffix)
        context = self.site.context_for(request, pinned)
        key = (__version__, self.site.version, self.path, str(depth(path)), *map(str, self.added))
        key = (*key, context.address, self.site.public_url)
        links = {"canonical": self.root.partition("#")[0]}
        if self.profile:
            links["profile"] = requested_profile(request, [self.profile]).iri
        link = link_header(path, links, self._formats)
        offers = tuple(dict.fromkeys((self.preferred, HTML, *RDF_TYPES, *[TSV] * bool(self.table))))
        further = self._further_links(path)
        headers = {"Link": link + further, "Last-Modified": self.site.last_modified}
        varies: Sequence[NegotiatedField] = ("Accept-Profile",) if self.profile else ()
        variant = select(request, offers, key, headers, pinned, varies=varies)
        if variant.media_type == HTML:
            # Each language of the page names its own address as the canonical one.
            page_link = link_header(path, {}, self._formats)
            variant = replace(variant, headers={**variant.headers, "Link": page_link + further})
        is_part = self.is_paged and variant.media_type == HTML
        number = page_number(request.query_params.get("part")) if is_part else 1
        if number > 1:
            variant = variant.tagged(str(number))

        def body() -> bytes | str:
            if variant.media_type == HTML:
                return self._page(path, variant.language, number)
            if variant.media_type == TSV:
                return self.site.release.read(self.table)
            return self._rdf(variant.media_type, context)

        async def make() -> Representation:
            return variant.representation(await in_background(body))

        charge = self.site.charge_if(request, is_one_of_many=number > 1)
        return await self.site.cache.answer(request, variant, make, charge)

    def _further_links(self, path: str) -> str:
        """What a catalogue leads to: its changes, its earlier releases, what to cite."""
        if not self.names_addresses:
            return ""
        kind = "application/atom+xml"
        feed = f'<{relative(path, "/feed")}>; rel="{alternate_relation(kind)}"; type="{kind}"'
        versions = f'<{relative(path, "/releases")}>; rel="version-history"'
        return f", {feed}, {versions}, {self.site.cite_as}"

    @property
    def _formats(self) -> list[tuple[str, str, str]]:
        """Address, media type and label of each format."""
        formats = list(alternates(self.path))
        return [*formats, (f"{self.path}.{TSV_SUFFIX}", TSV, "SSSOM")] if self.table else formats

    @cached_property
    def _triples(self) -> list[Triple]:
        triples = [*parse_triples(self.site.release.read(self.file), RdfFormat.TURTLE), *self.added]
        return with_public_addresses(triples, self._base, self.site.public_url) if self._moves else triples

    @cached_property
    def _graph(self) -> Graph:
        return Graph.of(self._triples)

    @property
    def _base(self) -> str:
        return self.site.release.manifest.base.iri

    @property
    def _moves(self) -> bool:
        return self.names_addresses and self.site.public_url != self._base

    @property
    def _turtle(self) -> bytes:
        """The file unchanged, unless addresses move, and what is added after it."""
        if self._moves:
            return self._serialize(self._triples)
        content = self.site.release.read(self.file)
        return content + self._serialize(self.added) if self.added else content

    def _serialize(self, triples: Sequence[Triple]) -> bytes:
        return serialize_document(triples, TURTLE.media_type, self.root, self.site.context)

    def _rdf(self, media_type: str, context: Context) -> bytes:
        if media_type == TURTLE.media_type:
            return self._turtle
        return serialize_document(self._triples, media_type, self.root, context)

    def _page(self, path: str, language: str, number: int) -> str:
        turtle = self._turtle.decode()
        query = f"part={number}" if number > 1 else ""
        return self.site.templates.render(
            self.template,
            language,
            path,
            root=self.root,
            turtle=text_page(turtle, number, path) if self.is_paged else turtle,
            alternates=self._formats,
            own_query=query,
            head=self._head(language, query),
            **self.view(self._graph, self.site.localizer(language)),
        )

    def _head(self, language: str, query: str) -> PageHead:
        """What search engines read: the page at its own path, whichever it was asked for at."""
        head = self.site.templates.head(language, self.path, query)
        if self.data is None:
            return head
        return replace(head, data=self.data(self._graph, head.address, self.site.localizer(language)))


def catalogue(site: Site) -> Handler:
    """The handler of the catalogue (DCAT) and the dataset's description (VoID)."""
    dataset = site.release.manifest.base.dataset
    view = partial(_sections, dataset, site.public_url)
    added = tuple(site.service.statements())
    return ReleaseGraph(
        site,
        "description.ttl",
        "/catalog",
        dataset,
        "catalogue",
        view,
        added,
        names_addresses=True,
        profile=DCAT_AP,
        preferred=TURTLE.media_type,
        data=lambda graph, address, localizer: catalogue_data(graph, dataset, address, localizer),
    ).respond


def ontology(site: Site) -> Handler:
    """The handler of the ontology."""
    file = "ontology/kankei.ttl"
    view = partial(_terms, site)
    return ReleaseGraph(site, file, "/ns", ONTOLOGY, "ontology", view, data=ontology_data).respond


def alignments(site: Site) -> Handler:
    """The handler of the alignments to other vocabularies."""
    root = f"{ONTOLOGY}/alignments"
    file = "ontology/alignments.ttl"
    table = "ontology/alignments.sssom.tsv"
    return ReleaseGraph(site, file, "/ns/alignments", root, "alignments", lambda *_: {}, table=table).respond


def ontology_version(site: Site) -> Handler:
    """The handler of ontology and alignments by version; raises `UnknownResource` for another version."""
    version = site.release.manifest.ontology_version
    handlers = {f"/ns/{version}": ontology(site), f"/ns/alignments/{version}": alignments(site)}

    async def respond(request: Request) -> ASGIApp:
        if request.scope["path"] not in handlers:
            raise UnknownResource("there is no such version of the ontology here", request.scope["path"])
        return await handlers[request.scope["path"]](request)

    return respond


@handler
async def named_graph(site: Site, request: Request) -> ASGIApp:
    """See the description of the endpoint, which says of each named graph what it has."""
    path: str = request.scope["path"]
    if f"{site.release.manifest.base.iri}{path[1:]}" not in site.release.manifest.graphs:
        raise UnknownResource("there is no such graph", path)
    location = relative(own_path(request.scope), "/sparql")
    return Response(status_code=303, headers={"Location": location, "Cache-Control": "public"})


def shapes(site: Site) -> Handler:
    """The handler of the shapes (SHACL)."""
    root = SHAPES.removesuffix("#")
    return ReleaseGraph(site, _SHAPES, "/shapes", root, "shapes", _shapes).respond


def report(site: Site) -> Handler:
    """The handler of the validation report that the release passed."""
    root = f"{site.release.manifest.base.iri}report"
    return ReleaseGraph(
        site, "report.ttl", "/report", root, "validation-report", _conformance, is_paged=True
    ).respond


def _sections(root: str, public_url: str, graph: Graph, localizer: Localizer) -> dict[str, object]:
    """What a portal asks first of the dataset, and all statements."""
    thing = ThingView(graph, root, localizer)
    facts = [
        Row(localizer.label(predicate), [thing.stated(predicate, term) for term in terms])
        for predicate in _FIRST_ASKED
        if (terms := graph.objects(root, predicate))
    ]
    return {"public_url": public_url, "facts": facts, "sections": thing.sections()}


def _conformance(graph: Graph, _: Localizer) -> dict[str, object]:
    """Whether the data conforms, and the number of validation results."""
    conforms = [text for node in graph.nodes for text in graph.texts(node, f"{SH}conforms")]
    results = [node for node in graph.nodes if f"{SH}ValidationResult" in graph.types(node)]
    return {"conforms": conforms == ["true"], "results": len(results)}


def _terms(site: Site, graph: Graph, localizer: Localizer) -> dict[str, object]:
    """The terms of the ontology by group, as sections without parts."""
    groups: dict[str, list[Section]] = {"classes": [], "properties-of-ontology": [], "individuals": []}
    thing = ThingView(graph, "", localizer)
    for term in sorted(graph.nodes, key=str.casefold):
        if term.startswith(KK):
            types = set(graph.types(term))
            group = "properties-of-ontology" if types & _PROPERTIES else "individuals"
            groups["classes" if types & _CLASSES else group].append(_term_section(thing, term))
    shapes_graph = Graph.of(parse_triples(site.release.read(_SHAPES), RdfFormat.TURTLE))
    return {"groups": groups, "diagram": ontology_diagram(graph, shapes_graph, localizer)}


def _shapes(graph: Graph, localizer: Localizer) -> dict[str, object]:
    """The shapes by the class that they apply to, each with the sentences of its conditions."""
    sentences: dict[str, dict[str, None]] = {}
    for node in sorted(graph.nodes):
        if f"{SH}NodeShape" in graph.types(node):
            conditions = (node, *graph.names(node, f"{SH}property"))
            texts = [_in_language(graph, condition, localizer) for condition in conditions]
            for target in graph.names(node, f"{SH}targetClass"):
                sentences.setdefault(target, {}).update(dict.fromkeys(filter(None, texts)))
    shapes = [(localizer.resource(target), list(texts)) for target, texts in sentences.items() if texts]
    return {"shapes": sorted(shapes, key=lambda shape: shape[0].text.casefold())}


def _in_language(graph: Graph, node: str, localizer: Localizer) -> str:
    """The message of a shape in one language."""
    messages = (term for term in graph.objects(node, f"{SH}message") if isinstance(term, Literal))
    return next((term.value for term in messages if term.language == localizer.language), "")


def _term_section(thing: ThingView, term: str) -> Section:
    rows = [
        Row(thing.resource(predicate), [thing.value(value) for value in values])
        for predicate, values in thing.graph.nodes[term].items()
        if predicate not in _NOT_IN_ROWS
    ]
    definitions = [
        thing.value(value) for predicate in _DEFINITIONS for value in thing.graph.objects(term, predicate)
    ]
    in_language = [value for value in definitions if value.language == thing.localizer.language]
    return Section(
        anchor=term.removeprefix(KK),
        iri=term,
        heading=thing.resource(term),
        rows=rows,
        notes=in_language or definitions,
    )
