"""Things and documents: ``/id/X`` redirects to ``/doc/X``, which negotiates (Cool URIs, section 4.2)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import quote, urlencode

from pyoxigraph import Literal, RdfFormat, Triple
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from kankei import __version__
from kankei.errors import NotAcceptable, UnknownResource
from kankei.localisation import LANGUAGES
from kankei.namespaces import DCT, KK, SKOS
from kankei.release.document_index import Document
from kankei.release.formats import N_TRIPLES, TURTLE, document_formats
from kankei.release.gif_items import csv_header, csv_lines
from kankei.release.jsonld_context import Context
from kankei.release.profile_views import NATIVE, PROFILES, SCHEMA_ORG, Profile
from kankei.web.html.localizer import Localizer, release_path
from kankei.web.html.page_head import PageHead
from kankei.web.html.text_pages import text_page
from kankei.web.http.headers import alternate_relation, link_header, own_path, relative
from kankei.web.plain_json.json_schema import MEDIA_TYPE, schema_path, serialize
from kankei.web.plain_json.thing import document_json, schema_of
from kankei.web.queries import query_text
from kankei.web.rdf.graph import PINNED_TYPES, RDF_TYPES, Graph, alternates, parse_triples, serialize_document
from kankei.web.resources import icalendar
from kankei.web.resources.backlinks import naming, references
from kankei.web.resources.concept import concept_place
from kankei.web.resources.document_graph import document_graph, page_number
from kankei.web.resources.files import send_file
from kankei.web.resources.organisation import organisation
from kankei.web.resources.organisation_pictures import organisation_pictures
from kankei.web.resources.pictures import PATH as PICTURES
from kankei.web.resources.profile_choice import requested_profile
from kankei.web.resources.programme import also_printed, history, summary, windows
from kankei.web.resources.project import execution, project_summary
from kankei.web.resources.source_text import SourceCitations, SourcePage
from kankei.web.resources.structured_data import service_data, thing_data
from kankei.web.resources.thing_view import ThingView
from kankei.web.responses.background import in_background
from kankei.web.responses.day import Day, requested_day
from kankei.web.responses.representation import HTML, Representation, Variant, select
from kankei.web.responses.response_cache import CachedResponse
from kankei.web.site import Site

ID, DOC = "/id/", "/doc/"
_RECORD_TYPES = {"json": MEDIA_TYPE, "csv": "text/csv"}
_PINNED_TYPES = {**PINNED_TYPES, **_RECORD_TYPES}
_TOKENS = {token: row for row in (NATIVE, *PROFILES) for token in (row.name, row.iri)}
"""The profiles by what names them in ``?_profile=``."""


@dataclass(frozen=True)
class Documents:
    """The handlers of things and documents."""

    site: Site
    citations: SourceCitations

    @classmethod
    def of(cls, site: Site) -> Self:
        """The handlers of a site."""
        return cls(site, SourceCitations(site.engine))

    async def redirect(self, request: Request) -> Response:
        """See the document that describes a thing, since a thing is none (RFC 9110, section 15.4.4)."""
        path = _path(request, ID)
        document = self._release_page(path) or f"{DOC}{quote(self._document(path).path)}"
        language = request.query_params.get("lang")
        profile = _TOKENS.get(request.query_params.get("_profile", ""))
        parameters = [f"lang={language}"] if language in LANGUAGES else []
        parameters += [f"_profile={profile.name}"] if profile else []
        query = "?" + "&".join(parameters) if parameters else ""
        location = relative(own_path(request.scope), f"{document}{query}")
        return Response(status_code=303, headers={"Location": location, "Cache-Control": "public"})

    async def respond(self, request: Request) -> ASGIApp:
        """A document in the negotiated format, or in the one that its suffix pins."""
        path = _path(request, DOC)
        stem, _, suffix = path.rpartition(".")
        if suffix == "ics" and stem in self.site.release.documents:
            return await self._calendar(request, self._document(stem))
        if suffix == "txt" and stem in self.site.release.documents:
            name = self._text_name(stem)
            if name is None:
                raise UnknownResource("there is no text at this address", f"{DOC}{path}")
            return send_file(request, self.site.release, name, "text/plain; charset=utf-8")
        if suffix in _PINNED_TYPES and stem in self.site.release.documents:
            return await self._represent(request, self._document(stem), _PINNED_TYPES[suffix])
        return await self._represent(request, self._document(path), None)

    def _release_page(self, path: str) -> str:
        """The page of a release; empty for other things. Raises `Gone` for a release that is not kept."""
        if path == release_path(self.site.release):
            return "/catalog"
        kind, _, version = path.partition("/")
        if kind != "release":
            return ""
        return f"/releases/{self.site.past.open(version).manifest.version}/"

    def _document(self, path: str) -> Document:
        if path in self.site.release.documents:
            return self.site.release.documents[path]
        stem, _, suffix = path.rpartition(".")
        for name in (path, stem if suffix in (*_PINNED_TYPES, "txt") else path):
            if name in self.site.past.removed:
                raise self.site.past.gone(name)
        raise UnknownResource("nothing is published at this address", f"{DOC}{path}")

    def _text_name(self, path: str) -> str | None:
        name = f"sources/{path.removeprefix('source/')}.txt"
        return name if path.startswith("source/") and name in self.site.release.manifest.files else None

    async def _represent(self, request: Request, document: Document, pinned: str | None) -> CachedResponse:
        # Of many references a page shows those that the engine finds first.
        profile = self._profile(request, document)
        page = page_number(request.query_params.get("page")) if profile is NATIVE else 1
        context = self.site.context_for(request, pinned)
        release = (self.site.version, self.site.engine.identity, self.site.public_url)
        key = (__version__, *release, document.path, profile.name, context.address)
        # A client that takes both kinds of JSON gets the one that is RDF.
        offers = (HTML, *RDF_TYPES, MEDIA_TYPE) if profile is NATIVE else profile.media_types or RDF_TYPES
        if pinned and pinned not in offers:
            raise NotAcceptable("this profile is not offered in this format", request.scope["path"], offers)
        # It shows more than the thing's own statements: names of others, and what points at it.
        headers = {"Link": self._links(document, profile), "Last-Modified": self.site.last_modified}
        variant = select(request, offers, key, headers, pinned, varies=("Accept-Profile",))
        if variant.media_type in {HTML, MEDIA_TYPE}:
            # Each language of the page names its own address as the canonical one.
            own = {**variant.headers, "Link": self._links(document, profile, variant.media_type)}
            variant = replace(variant, headers=own)
        elif page > 1:
            variant = variant.tagged(str(page))
        part, variant = self._part(request, document, variant)
        day = requested_day(request, self.site.state.today())
        is_of_day = variant.media_type == HTML and document.type == f"{KK}Programme"
        if is_of_day:
            variant = day.variant(variant)

        async def make() -> Representation:
            if variant.media_type == HTML:
                return variant.representation(await self._page(document, variant.language, day, part))
            if profile.media_types:
                record = await in_background(lambda: self._record(document, profile, variant.media_type))
                return variant.representation(record)
            if variant.media_type == MEDIA_TYPE:
                return variant.representation(await in_background(lambda: self._json(document)))
            if profile is not NATIVE:
                view = await in_background(lambda: self._view(document, profile, variant.media_type, context))
                return variant.representation(view)
            graph = await document_graph(self.site, document, page)
            body = await in_background(
                lambda: self._rdf(document, graph.triples, variant.media_type, context)
            )
            paging = (
                f'<{relative(DOC + document.path, path)}>; rel="{rel}"' for rel, path in graph.links.items()
            )
            link = ", ".join((variant.headers["Link"], *paging))
            return replace(variant, headers={**variant.headers, "Link": link}).representation(body)

        is_further_page = part > 1 or (page > 1 and variant.media_type in RDF_TYPES)
        charge = self.site.charge_if(request, is_one_of_many=is_further_page or (is_of_day and day.is_named))
        return await self.site.cache.answer(request, variant, make, charge)

    async def _calendar(self, request: Request, document: Document) -> CachedResponse:
        """The calls and surveys of a programme as a calendar file."""
        if document.type != f"{KK}Programme":
            raise UnknownResource("only programmes have a calendar", request.scope["path"])
        key = (__version__, self.site.version, self.site.public_url, document.path)
        variant = select(request, (), key, pinned=icalendar.MEDIA_TYPE, worded=(icalendar.MEDIA_TYPE,))

        async def make() -> Representation:
            events = await icalendar.windows_of(self.site, [document.iri])
            localizer = self.site.localizer(variant.language)
            return variant.representation(icalendar.calendar_file(self.site, localizer, events))

        return await self.site.cache.answer(request, variant, make)

    def _profile(self, request: Request, document: Document) -> Profile:
        return requested_profile(request, (NATIVE, *self.site.release.profiles(document.path)))

    def _links(self, document: Document, profile: Profile, media_type: str = "") -> str:
        """The ``Link`` field: what the document is, its profile, its other formats and profiles."""
        address, base = f"{DOC}{document.path}", f"{DOC}{quote(document.path)}"
        canonical = f"{document.iri.removesuffix(f'id/{document.path}')}doc/{document.path}"
        formats = self._formats(document)
        if profile is not NATIVE:
            suffixes = {kind: suffix for suffix, kind in _PINNED_TYPES.items()}
            kinds = profile.media_types or [row.media_type for row in document_formats()]
            formats = [(f"{base}.{suffixes[kind]}?_profile={profile.name}", kind, "") for kind in kinds]
        links = {"describes": document.iri, "profile": profile.iri}
        if media_type != HTML:
            links = {"canonical": canonical, **links}
        if media_type == MEDIA_TYPE and profile is NATIVE:
            links["describedby"] = schema_path(schema_of(document))
        fields = [link_header(address, links, formats)]
        for other in (NATIVE, *self.site.release.profiles(document.path)):
            if other is not profile:
                kind, suffix = TURTLE.media_type, TURTLE.suffix
                if other.media_types:
                    kind, suffix = MEDIA_TYPE, "json"
                reference = relative(address, f"{base}.{suffix}?_profile={other.name}")
                relation = alternate_relation(kind)
                fields.append(f'<{reference}>; rel="{relation}"; type="{kind}"; profile="{other.iri}"')
        return ", ".join(fields)

    def _formats(self, document: Document) -> list[tuple[str, str, str]]:
        """Address, media type and label of each format of the native profile."""
        base = f"{DOC}{quote(document.path)}"
        return [*alternates(base), (f"{base}.json", MEDIA_TYPE, "JSON")]

    def _rdf(self, document: Document, triples: Sequence[Triple], media_type: str, context: Context) -> bytes:
        if media_type == N_TRIPLES.media_type:
            return "".join(f"{triple} .\n" for triple in triples).encode()
        return serialize_document(triples, media_type, document.iri, context)

    def _view(self, document: Document, profile: Profile, media_type: str, context: Context) -> bytes:
        """The document in another profile than the native one."""
        body = self.site.release.view(profile, document.path)
        if media_type == N_TRIPLES.media_type:
            return body
        triples = parse_triples(body, RdfFormat.N_TRIPLES)
        return serialize_document(triples, media_type, document.iri, context)

    def _record(self, document: Document, profile: Profile, media_type: str) -> bytes:
        """The document in a profile that is no RDF."""
        record = json.loads(self.site.release.view(profile, document.path))
        if media_type == MEDIA_TYPE:
            return json.dumps(record, ensure_ascii=False, indent=1).encode() + b"\n"
        return csv_header() + csv_lines([record])

    def _json(self, document: Document) -> bytes:
        """The document as plain JSON."""
        members = document_json(self._graph(document), document, self.site.release)
        return serialize(schema_of(document), members, self.site.public_url)

    async def _page(self, document: Document, language: str, day: Day, part: int) -> str:
        site, localizer = self.site, self.site.localizer(language)
        graph = await in_background(lambda: self._graph(document))
        named_by = None
        if graph.objects(document.iri, f"{SKOS}inScheme"):
            named_by = await naming(site.engine, localizer, document.iri)
        unit, pictures = None, None
        if document.path.startswith("org/"):
            unit = await organisation(site.engine, localizer, document.iri)
            pictures = await organisation_pictures(site.engine, localizer, document.iri)
        place = await concept_place(site.engine, localizer, graph, document.iri)
        listed = {iri for of_page in (named_by, unit, place) if of_page for iri in of_page.iris}
        incoming, more_incoming = await references(site.engine, localizer, document.iri, listed)
        related = {
            "incoming": incoming,
            "more_incoming": more_incoming,
            "naming": named_by,
            "organisation": unit,
            "pictures": pictures,
            "place": place,
            "source": await self._source(document, localizer, part),
        }
        return await in_background(lambda: self._render(document, graph, language, day, related))

    def _graph(self, document: Document) -> Graph:
        return Graph.of(parse_triples(self.site.release.triples(document.path), RdfFormat.N_TRIPLES))

    def _render(
        self, document: Document, graph: Graph, language: str, day: Day, related: Mapping[str, object]
    ) -> str:
        """The page of a document; `related` is what the engine answers beside its graph."""
        site, localizer = self.site, self.site.localizer(language)
        thing = ThingView(graph, document.iri, localizer)
        first, *others = thing.sections()
        years = history(thing)
        source = related["source"]
        page_query = source.query if isinstance(source, SourcePage) else ""
        address = f"{DOC}{document.path}"
        return site.templates.render(
            "thing",
            language,
            address,
            document=document,
            title=localizer.label(document.iri),
            head=self._head(document, graph, language, localizer.label(document.iri).text, page_query),
            alternates=self._formats(document),
            summary=summary(thing, day.date),
            day_name=localizer.date(day.date.isoformat()),
            year_name=localizer.fiscal_year,
            own_query=page_query or day.query,
            neighbourhood=_neighbourhood(document.iri),
            has_windows=any(
                window.start for local in ("call", "needsSurvey") for _, window in windows(thing, local)
            ),
            reading=_reading(graph, document.iri) if language == "ja" else "",
            years=years,
            also_printed=also_printed(thing, years),
            section=first,
            others=others,
            project=project_summary(thing, document.iri),
            execution=execution(graph, document.iri, localizer),
            calendar=_calendar_of_year(graph, document.iri),
            holdings=self._holdings(graph, localizer)
            if document.iri == site.release.manifest.base.dataset
            else None,
            text=f"{address}.txt" if self._text_name(document.path) else None,
            is_programme=document.type == f"{KK}Programme",
            address=address,
            **related,
        )

    def _holdings(self, graph: Graph, localizer: Localizer) -> Mapping[str, object]:
        """What the page of the dataset shows: its tables, its licences, and how to cite the release."""
        release = self.site.release
        tables = [name for name in release.manifest.files if re.fullmatch(r"tables/[^/]+\.csv", name)]
        licences = [
            localizer.resource(iri) for iri in graph.names(release.manifest.base.dataset, f"{DCT}license")
        ]
        address = f"{release.manifest.base.iri}id/{release_path(release)}"
        described = {
            name: json.loads(release.read(f"{name}-metadata.json"))
            for name in tables
            if f"{name}-metadata.json" in release.manifest.files
        }
        titles = {
            name: {title["@language"]: title["@value"] for title in metadata.get("dc:title", ())}
            for name, metadata in described.items()
        }
        return {"titles": titles, "tables": tables, "licences": licences, "address": address}

    def _head(self, document: Document, graph: Graph, language: str, title: str, query: str) -> PageHead:
        """What search engines read in the page of a document."""
        release = self.site.release
        texts = [
            term.value
            for predicate in (f"{DCT}description", f"{SKOS}definition")
            for term in graph.objects(document.iri, predicate)
            if isinstance(term, Literal) and term.language == language
        ]
        data = thing_data(graph, document, self.site.localizer(language))
        if SCHEMA_ORG in release.profiles(document.path):
            view = parse_triples(release.view(SCHEMA_ORG, document.path), RdfFormat.N_TRIPLES)
            data = service_data(view, document.iri, language)
        head = self.site.templates.head(language, f"{DOC}{quote(document.path)}", query)
        return replace(head, title=title, description=next(iter(texts), ""), data=data or head.data)

    def _part(self, request: Request, document: Document, variant: Variant) -> tuple[int, Variant]:
        """The requested page of a source's text, and its variant; the first of documents without a text."""
        if variant.media_type != HTML or self._text_name(document.path) is None:
            return 1, variant
        part = page_number(request.query_params.get("part"))
        return part, variant.tagged(str(part)) if part > 1 else variant

    async def _source(self, document: Document, localizer: Localizer, part: int) -> SourcePage | None:
        """A page of the text of a source; none for other documents."""
        name = self._text_name(document.path)
        if name is None:
            return None
        text = self.site.release.read(name).decode(errors="replace")
        lines = text_page(text, part, f"{DOC}{document.path}")
        return await self.citations.page(localizer, document.iri, lines)


def _neighbourhood(iri: str) -> str:
    """The address of a drawing of what a thing is linked to."""
    return f"/sparql?{urlencode({'query': query_text('neighbourhood', {'here': [iri]})})}"


def _calendar_of_year(graph: Graph, iri: str) -> str:
    """The address of the calendar of a fiscal year; empty for other things."""
    years = graph.texts(iri, f"{KK}startYear") if f"{KK}FiscalYear" in graph.types(iri) else ()
    return f"{PICTURES}?on={years[0]}-04-01" if years else ""


def _reading(graph: Graph, iri: str) -> str:
    """The reading of a thing's Japanese name in kana; empty where the data has none."""
    labels = graph.objects(iri, f"{SKOS}prefLabel")
    readings = (term for term in labels if isinstance(term, Literal) and term.language == "ja-hrkt")
    return next((term.value for term in readings), "")


def _path(request: Request, prefix: str) -> str:
    """The path of a document; an encoded slash separates nothing (RFC 3986, section 2.2)."""
    path: str = request.scope["path"]
    if b"%2f" in (request.scope.get("raw_path") or b"").lower():
        raise UnknownResource("nothing is published at this address", path)
    return path.removeprefix(prefix)
