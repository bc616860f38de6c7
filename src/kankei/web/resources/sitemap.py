"""The sitemap (https://www.sitemaps.org/protocol.html): every document's canonical address, for crawlers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from kankei.errors import UnknownResource
from kankei.release.reader import Release

MOST = 50_000
"""Addresses in one file, by the protocol."""
PAGES = ("", "catalog", "dumps/", "tables/", "sparql")

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True)
class Sitemap:
    """The sitemaps of a release, with addresses under its base: that is where they are canonical."""

    release: Release
    most: int = MOST

    @property
    def address(self) -> str:
        """The canonical address of the index."""
        return f"{self._base}sitemap.xml"

    def index(self) -> bytes:
        """The index of the sitemaps."""
        return _document("sitemapindex", "sitemap", (f"{self._base}{name}" for name in self.names))

    def part(self, name: str) -> bytes:
        """One sitemap by its name; raises `UnknownResource` for one that is not there."""
        try:
            start = self.names.index(name) * self.most
        except ValueError:
            raise UnknownResource("there is no such sitemap", f"/{name}") from None
        return _document(
            "urlset", "url", (f"{self._base}{p}" for p in self._paths[start : start + self.most])
        )

    @property
    def names(self) -> Sequence[str]:
        """The sitemaps' names, counted from 1."""
        return [f"sitemap-{number}.xml" for number in range(1, -(-len(self._paths) // self.most) + 1)]

    @property
    def _base(self) -> str:
        return self.release.manifest.base.iri

    @cached_property
    def _paths(self) -> Sequence[str]:
        """The canonical addresses less the base; the concepts of another base have theirs there."""
        documents = self.release.documents.values()
        own = [f"doc/{quote(document.path)}" for document in documents if document.iri.startswith(self._base)]
        return [*PAGES, *own]


def _document(root: str, entry: str, addresses: Iterable[str]) -> bytes:
    """XML without escapes: a base and a quoted path hold nothing to escape but ampersands."""
    lines = (f"<{entry}><loc>{address.replace('&', '&amp;')}</loc></{entry}>\n" for address in addresses)
    return f'{_HEAD}<{root} xmlns="{_SPACE}">\n{"".join(lines)}</{root}>\n'.encode()
