"""Names that the graphs of one release have in a remote engine: each release has graphs of its own.

So a release is written beside the one that is served, and queries see one of them. The default graph has a
name there too, since most services have a default graph of their own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Self
from urllib.parse import quote

from kankei.namespaces import DCT, VOID, XSD
from kankei.release.manifest import Manifest
from kankei.release.profile_views import RDF_PROFILES
from kankei.release.reader import QUADS, RECORDS, TRIPLES

_FORMAT = "1"
"""Changes with what is written to an engine for the same release."""


@dataclass(frozen=True)
class GraphNames:
    """The graphs of a release in a remote engine."""

    prefix: str
    """The IRI of the release; the names of all its graphs begin with it."""
    digest: str
    """Hexadecimal digits that identify the statements of the release."""
    counts: Mapping[str, int]
    """The number of statements of each named graph, by its own name."""

    @classmethod
    def of(cls, manifest: Manifest) -> Self:
        """The names for a release."""
        files = (TRIPLES, QUADS, RECORDS, *(row.lines for row in RDF_PROFILES))
        entries = (f"{name} {manifest.files[name].sha256}" for name in files if name in manifest.files)
        digest = sha256("\n".join((_FORMAT, *entries)).encode()).hexdigest()
        prefix = manifest.base.thing(f"release/{manifest.version}")
        return cls(prefix, digest, manifest.graphs)

    @property
    def merged(self) -> str:
        """The graph that holds what is the default graph of the release."""
        return f"{self.prefix}/graphs/default"

    @property
    def state(self) -> str:
        """The graph that says which release was written, once all of it was."""
        return f"{self.prefix}/graphs/state"

    @property
    def nothing(self) -> str:
        """A graph that does not exist."""
        return f"{self.prefix}/graphs/none"

    def named(self, graph: str) -> str:
        """The name of a named graph in the engine."""
        return f"{self.prefix}/graphs/named/{quote(graph, safe='')}"

    @cached_property
    def all_named(self) -> Mapping[str, str]:
        """The names of all named graphs in the engine, by their own."""
        return {graph: self.named(graph) for graph in self.counts}

    def all(self) -> Iterator[str]:
        """The names of all graphs in the engine; that of the state comes last."""
        yield self.merged
        yield from self.all_named.values()
        yield self.state

    def statements(self, merged: int, now: str) -> bytes:
        """N-Triples that say what was written: so many statements of the default graph, and when."""
        properties = (
            (f"{DCT}identifier", f'"{self.digest}"'),
            (f"{DCT}issued", f'"{now}"'),
            (f"{VOID}triples", f'"{merged}"^^<{XSD}integer>'),
            *((f"{VOID}subset", f"<{graph}>") for graph in self.all()),
        )
        return "".join(f"<{self.prefix}> <{name}> {value} .\n" for name, value in properties).encode()
