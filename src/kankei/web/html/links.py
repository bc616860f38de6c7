"""Links of pages: to documents of this release on this host, and to the web where the scheme is safe."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from kankei.localisation import LANGUAGES, Labels, catalogue
from kankei.namespaces import KK, ONTOLOGY, PREFIXES, SHAPES
from kankei.release.reader import Release
from kankei.web.html.view import Value

_SAFE_SCHEMES = frozenset(("http", "https", "mailto", "tel"))
_FRAGMENT = "=,-._~!$&'()*+;:@/?"


@dataclass(frozen=True)
class Links:
    """The addresses and labels of what a release holds.

    `pages` are the first path segments of pages that IRIs under the release's base lead to; `derived` maps
    shortcut properties to the rules that derive them.
    """

    release: Release
    pages: Set[str] = frozenset()
    derived: Mapping[str, str] = field(default_factory=dict)

    def href(self, iri: str) -> str | None:
        """The address to link an IRI to: local where this server describes it; none where it is unsafe."""
        path = self.release.manifest.base.path(iri)
        _, mark, fragment = iri.partition("#")
        anchor = f"#{quote(fragment, safe=_FRAGMENT)}" if mark else ""
        if path is not None and path in self.release.documents:
            return f"/doc/{quote(path)}{anchor}"
        if path == release_path(self.release):
            return "/catalog"
        own = iri.removeprefix(self.release.manifest.base.iri)
        if own != iri and not own.startswith("/") and own.partition("/")[0] in self.pages:
            return f"/{quote(own, safe=_FRAGMENT)}"
        if iri == ONTOLOGY or iri.startswith(KK):
            return f"/ns{anchor}"
        if iri.startswith(SHAPES):
            return f"/shapes{anchor}"
        return iri if _is_safe(iri) else None

    def label(self, iri: str, language: str) -> Value:
        """The label of an IRI in a language, else in another, else a short form of the IRI itself."""
        return preferred_label(self._labels(iri), language) or Value(prefixed_name(iri))

    def _labels(self, iri: str) -> Labels:
        """The labels of a resource or term."""
        if iri in self.release.labels:
            return self.release.labels[iri]
        path = self.release.manifest.base.path(iri)
        if path is not None and path in self.release.documents and "#" not in iri:
            return self.release.documents[path].labels
        return catalogue("kankei.web").terms.get(prefixed_name(iri), {})


def release_path(release: Release) -> str:
    """The path of a release as a resource, which the catalogue describes."""
    return f"release/{release.manifest.version}"


def preferred_label(labels: Labels, language: str) -> Value | None:
    """The label in a language, else in another, else none."""
    labelled = (tag for tag in (language, *LANGUAGES) if labels.get(tag))
    return next((Value(labels[tag], tag) for tag in labelled), None)


def prefixed_name(iri: str) -> str:
    """An IRI by the project's prefixes, or itself."""
    space, prefix = max(
        ((space, prefix) for prefix, space in PREFIXES.items() if iri.startswith(space)), default=("", "")
    )
    return f"{prefix}:{iri[len(space) :]}" if prefix else iri


def _is_safe(iri: str) -> bool:
    try:
        return urlsplit(iri).scheme.lower() in _SAFE_SCHEMES
    except ValueError:
        return False
