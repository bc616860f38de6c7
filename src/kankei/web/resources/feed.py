"""The feed of changes: Atom (RFC 4287) by pages (RFC 5005), with tombstones for removed things (RFC 6721).

Each thing occurs once, with its last change; each release precedes its things, the newest first. A harvester
reads pages until it comes to a release that it knows. Where that is not in the feed, it takes the dump.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from starlette.requests import Request
from starlette.types import ASGIApp

from kankei import __version__
from kankei.errors import UnknownResource
from kankei.localisation import Labels
from kankei.release.document_index import Document
from kankei.release.history.changes import CHANGES, ChangeStatus, read_changes
from kankei.release.history.history import PastRelease
from kankei.release.history.moments import date_of
from kankei.web.html.localizer import MESSAGES, preferred_label
from kankei.web.http.parameters import whole_number
from kankei.web.resources.citation import described
from kankei.web.responses.background import in_background
from kankei.web.responses.representation import Representation, select
from kankei.web.site import Handler, Site

ATOM = "application/atom+xml"
_NO_CHAR = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no Char of XML 1.0 (section 2.2)."""
PAGE_SIZE = 100
"""Entries on a page."""
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="{}">\n'
)


@dataclass(frozen=True)
class LastChange:
    """The last change of a thing, without what changed in its nodes but for the properties."""

    moment: str
    status: ChangeStatus
    iri: str
    path: str
    labels: Labels
    properties: Sequence[str]


@dataclass(frozen=True)
class Feed:
    """The entries of a feed and their pages."""

    site: Site

    async def respond(self, request: Request) -> ASGIApp:
        """A page of the feed; raises `UnknownResource` where there is no such page."""
        number = self._number(request.query_params.get("page"))
        key = (__version__, self.site.version, self.site.public_url, "feed", str(number))
        headers = {"Last-Modified": self.site.last_modified, "Link": self.site.cite_as}
        media_types = ATOM, "application/xml"
        variant = select(request, media_types, key, headers, worded=media_types)

        async def make() -> Representation:
            return variant.representation(await in_background(lambda: self._page(number, variant.language)))

        return await self.site.cache.answer(request, variant, make)

    def _number(self, requested: str | None) -> int:
        if requested is None:
            return 1
        number = whole_number(requested, self.pages)
        if number is None:
            raise UnknownResource(f"the feed has the pages 1 to {self.pages}", "/feed")
        return number

    @cached_property
    def entries(self) -> Sequence[PastRelease | LastChange]:
        """Each release whose changes are known, before the things that it was the last to change."""
        by_moment: dict[str, list[LastChange]] = {}
        seen = set[str]()
        for change in self._changes():
            if change.iri not in seen:
                seen.add(change.iri)
                by_moment.setdefault(change.moment, []).append(change)
        history = self.site.past.history
        entries: list[PastRelease | LastChange] = []
        for release in history.releases:
            if release.moment >= history.complete_since:
                entries += (release, *by_moment.get(release.moment, ()))
        return entries

    def _changes(self) -> Iterator[LastChange]:
        if CHANGES in self.site.release.manifest.files:
            for row in read_changes(self.site.release.read(CHANGES)):
                yield LastChange(row.moment, row.status, row.iri, row.path, row.labels, row.properties)

    @property
    def pages(self) -> int:
        """The number of pages, at least one."""
        return max(1, -(-len(self.entries) // PAGE_SIZE))

    def _page(self, number: int, language: str) -> str:
        entries = self.entries[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        parts = [_HEAD.format(language), *self._about(number, language)]
        for entry in entries:
            if isinstance(entry, PastRelease):
                parts += self._release(entry, language)
            elif entry.status == ChangeStatus.REMOVED:
                parts += self._tombstone(entry, language)
            else:
                parts += self._entry(entry, language)
        return "".join((*parts, "</feed>\n"))

    def _about(self, number: int, language: str) -> Iterator[str]:
        citation, history = described(self.site.release), self.site.past.history
        yield _element("id", f"{self.site.release.manifest.base.iri}feed")
        yield _element("title", MESSAGES.format(language, "feed-title", title=citation.titles[language]))
        since = date_of(history.complete_since)
        yield _element("subtitle", MESSAGES.format(language, "feed-subtitle", since=since))
        yield _element("updated", history.releases[0].moment)
        if name := citation.publishers[language]:
            yield f"<author>{_element('name', name).strip()}</author>\n"
        yield self._link("self", self._address(number), ATOM)
        yield self._link("alternate", "releases", "text/html")
        yield self._link("via", "changes.jsonl", "application/x-ndjson")
        pages = {"first": 1, "previous": number - 1, "next": number + 1, "last": self.pages}
        for relation, page in pages.items():
            if 1 <= page <= self.pages:
                yield self._link(relation, self._address(page), ATOM)

    def _address(self, number: int) -> str:
        return "feed" if number == 1 else f"feed?page={number}"

    def _link(self, relation: str, path: str, media_type: str) -> str:
        return _empty("link", rel=relation, href=f"{self.site.public_url}{path}", type=media_type)

    def _release(self, release: PastRelease, language: str) -> Iterable[str]:
        iri = self.site.release.manifest.base.thing(f"release/{release.version}")
        counts = {"added": release.added, "changed": release.changed, "removed": release.removed}
        title = MESSAGES.format(language, "release-of", version=release.version)
        summary = MESSAGES.format(language, "release-changes", **counts)
        link = self._link("alternate", f"releases/{release.version}/", "text/html")
        return _entry(iri, title, release.moment, "release", link, _element("summary", summary))

    def _entry(self, change: LastChange, language: str) -> Iterable[str]:
        """A thing that was added or changed, with its page, its Turtle and its N-Triples."""
        address = f"doc/{quote(change.path)}" if change.path else "ns"
        links = (
            self._link("alternate", address, "text/html"),
            self._link("alternate", f"{address}.ttl", "text/turtle"),
            self._link("alternate", f"{address}.nt", "application/n-triples"),
        )
        labels = map(self.site.localizer(language).label, change.properties)
        properties = dict.fromkeys(label.text for label in labels)
        summary = _element("summary", ", ".join(properties)) if properties else ""
        return _entry(
            change.iri, _label(change, language), change.moment, change.status.value, *links, summary
        )

    def _tombstone(self, change: LastChange, language: str) -> Iterable[str]:
        yield f"<at:deleted-entry ref={quoteattr(change.iri)} when={quoteattr(change.moment)}>\n"
        yield _element("at:comment", _label(change, language))
        yield "</at:deleted-entry>\n"


def selection_feed(site: Site, language: str, query: str, things: Sequence[Document]) -> str:
    """The feed of what a search found, the last changed first: each thing with its page and its Turtle."""
    ordered = sorted(things, key=lambda thing: (thing.modified, thing.iri), reverse=True)
    newest = ordered[0].modified if ordered else site.past.history.releases[0].moment
    localizer, citation = site.localizer(language), described(site.release)
    author = citation.publishers[language] or citation.titles[language]
    own, page = f"{site.public_url}search.atom?{query}", f"{site.public_url}search?{query}"
    parts = [
        _HEAD.format(language),
        _element("id", own),
        _element("title", MESSAGES.format(language, "search-feed", title=citation.titles[language])),
        _element("updated", newest),
        f"<author>{_element('name', author).strip()}</author>\n",
        _empty("link", rel="self", href=own, type=ATOM),
        _empty("link", rel="alternate", href=page, type="text/html"),
    ]
    for thing in ordered:
        address = f"{site.public_url}doc/{quote(thing.path)}"
        html = _empty("link", rel="alternate", href=address, type="text/html")
        turtle = _empty("link", rel="alternate", href=f"{address}.ttl", type="text/turtle")
        parts += _entry(thing.iri, localizer.label(thing.iri).text, thing.modified, "thing", html, turtle)
    return "".join((*parts, "</feed>\n"))


def newest_changes(feed: Feed, count: int) -> list[LastChange]:
    """The things that changed last."""
    return list(islice((entry for entry in feed.entries if isinstance(entry, LastChange)), count))


def feed(site: Site) -> Handler:
    """The handler of the feed."""
    return Feed(site).respond


def _label(change: LastChange, language: str) -> str:
    label = preferred_label(change.labels, language)
    return label.text if label else change.iri


def _entry(iri: str, title: str, moment: str, category: str, *parts: str) -> Iterator[str]:
    yield f"<entry>\n{_element('id', iri)}{_element('title', title)}{_element('updated', moment)}"
    yield _empty("category", term=category)
    yield from parts
    yield "</entry>\n"


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(_of_xml(text))}</{name}>\n"


def _of_xml(text: str) -> str:
    """A text without characters that no XML document may have."""
    return _NO_CHAR.sub("", text)


def _empty(name: str, **attributes: str) -> str:
    return f"<{name}{''.join(f' {key}={quoteattr(_of_xml(value))}' for key, value in attributes.items())}/>\n"
