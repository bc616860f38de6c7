"""Releases at permanent addresses: the list, a page for each, its files, how to cite it.

What is under ``/releases/<version>/`` never changes, but for whether it is still kept.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from kankei import __version__
from kankei.errors import UnknownResource
from kankei.release.history.moments import date_of
from kankei.release.manifest import MANIFEST
from kankei.release.reader import Release
from kankei.web.http.conditional import entity_tag, if_none_match_holds
from kankei.web.http.headers import iri_to_uri, own_path, request_header
from kankei.web.resources.citation import BIBTEX, CSL, PLAIN, Citation, described
from kankei.web.resources.files import media_type_of, send_file
from kankei.web.resources.site_documents import IMMUTABLE, JSON
from kankei.web.responses.background import in_background
from kankei.web.responses.representation import HTML, Variant, content_type, select
from kankei.web.site import Handler, Site

_FOLDERS = ("dumps/", "tables/", "columns/", "ontology/", "sources/")
_FILES = ("description.ttl", "report.ttl", "changes.jsonl")
_CITATIONS = {"citation.json": CSL, "citation.bib": BIBTEX, "citation.txt": PLAIN}


@dataclass(frozen=True)
class Releases:
    """The handlers under ``/releases``."""

    site: Site
    _citations: dict[str, Citation] = field(default_factory=dict)
    """Those of the releases that were asked for, by version."""

    async def respond(self, request: Request) -> ASGIApp:
        """The list of releases, or what is under the address of one."""
        path: str = request.scope["path"]
        if b"%2f" in (request.scope.get("raw_path") or b"").lower():
            raise UnknownResource("nothing is published at this address", path)
        version, _, name = path.removeprefix("/releases").removeprefix("/").partition("/")
        if not version:
            return await self._list(request)
        release = self.site.past.open(version)
        if not name:
            return await self._page(request, release)
        if name == "citation" or name in _CITATIONS:
            return await self._citation(request, release, _CITATIONS.get(name))
        if name == MANIFEST:
            tag = entity_tag(__version__, "manifest", version)
            headers = {"Cache-Control": IMMUTABLE, "Link": self._links(release), "ETag": tag}
            return await _response(request, Variant(tag, headers, JSON), release.manifest.json)
        if name not in release.manifest.files or not _is_offered(name):
            raise UnknownResource("this release has no such file", path)
        link = self._links(release)
        return send_file(request, release, name, media_type_of(name), link, cache_control=IMMUTABLE)

    async def _list(self, request: Request) -> Response:
        """Which releases there were, and which are kept: the latter changes without a release."""
        rows, path = self._rows(), own_path(request.scope)
        body = json.dumps({"releases": rows}, indent=1)
        key = (__version__, self.site.version, self.site.public_url, path, body)
        variant = select(request, (HTML, JSON), key, {"Link": self.site.cite_as})

        def make() -> str:
            if variant.media_type == HTML:
                return self.site.templates.render("releases", variant.language, path, releases=rows)
            return body

        return await _response(request, variant, make)

    def _rows(self) -> list[dict[str, Any]]:
        past = self.site.past
        return [
            {
                "version": release.version,
                "date": date_of(release.moment),
                "iri": self.site.release.manifest.base.thing(f"release/{release.version}"),
                "address": past.address(release.version),
                "kept": past.is_kept(release.version),
                "added": release.added,
                "changed": release.changed,
                "removed": release.removed,
            }
            for release in past.history.releases
        ]

    async def _page(self, request: Request, release: Release) -> Response:
        path, version = own_path(request.scope), release.manifest.version
        key = (__version__, self.site.version, self.site.public_url, path)
        variant = select(request, (HTML,), key, {"Link": self._links(release)})

        def make() -> str:
            citation = self._citation_of(release)
            return self.site.templates.render(
                "release",
                variant.language,
                path,
                version=version,
                past=self.site.past.known(version),
                iri=citation.iri,
                line=citation.line(variant.language),
                bibtex=citation.bibtex(variant.language),
                files={name: entry for name, entry in release.manifest.files.items() if _is_offered(name)},
                is_current=version == self.site.version,
            )

        return await _response(request, variant, make)

    def _citation_of(self, release: Release) -> Citation:
        version = release.manifest.version
        if version not in self._citations:
            self._citations[version] = described(release)
        return self._citations[version]

    async def _citation(self, request: Request, release: Release, pinned: str | None) -> Response:
        """The citation as a line, CSL-JSON or BibTeX, in Japanese or English."""
        headers = {"Link": self._links(release)}
        kinds = (PLAIN, CSL, BIBTEX, JSON)
        key = (__version__, "citation", release.manifest.version)
        variant = select(request, kinds, key, headers, pinned, worded=kinds)
        own = {"Vary": "Accept, Accept-Language", "Cache-Control": IMMUTABLE}

        def make() -> str:
            return _written(self._citation_of(release), variant.media_type, variant.language)

        return await _response(request, replace(variant, headers={**variant.headers, **own}), make)

    def _links(self, release: Release) -> str:
        """What to cite, how, and the releases before and after (RFC 8574, RFC 5829)."""
        past, version = self.site.past, release.manifest.version
        known = past.known(version)
        iri = release.manifest.base.thing(f"release/{version}")
        fields = [f'<{iri_to_uri(iri)}>; rel="cite-as"']
        address = iri_to_uri(past.address(version))
        fields += [f'<{address}citation>; rel="describedby"; type="{kind}"' for kind in (CSL, BIBTEX, PLAIN)]
        latest = iri_to_uri(past.address(self.site.version))
        fields.append(f'<{latest}>; rel="latest-version"')
        if before := past.history.before(known):
            fields.append(f'<{iri_to_uri(past.address(before.version))}>; rel="predecessor-version"')
        return ", ".join(fields)


def releases(site: Site) -> Handler:
    """The handler of everything under ``/releases``."""
    return Releases(site).respond


def _is_offered(name: str) -> bool:
    return name in _FILES or name.startswith(_FOLDERS)


def _written(citation: Citation, media_type: str, language: str) -> str:
    if media_type == BIBTEX:
        return citation.bibtex(language)
    if media_type == PLAIN:
        return f"{citation.line(language)}\n"
    return citation.csl(language)


async def _response(request: Request, variant: Variant, make: Callable[[], str | bytes]) -> Response:
    """A response that no cache of this server keeps, since the files of a release may go at any time."""
    headers = {**variant.headers, "Content-Type": content_type(variant.media_type)}
    if if_none_match_holds(request_header(request, "if-none-match"), variant.tag):
        return Response(status_code=304, headers=headers)
    return Response(await in_background(make), headers=headers)
