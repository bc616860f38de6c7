"""Values of plain JSON: things with their labels, texts by language, numbers, lines of sources."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from pyoxigraph import Literal

from kankei.namespaces import XSD
from kankei.release.reader import Release
from kankei.web.html.localizer import line_range
from kankei.web.rdf.graph import Graph

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Values:
    """Reads the values of nodes of one document's graph; properties are given by their IRIs."""

    graph: Graph
    release: Release

    def thing(self, iri: str) -> Json:
        """A thing with its labels by language, where it has a document."""
        path = self.release.manifest.base.path(iri)
        document = self.release.documents.get(path) if path is not None and "#" not in iri else None
        labels = document.labels if document else self.release.labels.get(iri, {})
        return {"id": iri, **({"label": dict(labels)} if labels else {})}

    def things(self, node: str, predicate: str) -> list[Json]:
        """The things that a property leads to, by IRI."""
        return [self.thing(iri) for iri in sorted(self.graph.names(node, predicate))]

    def one_thing(self, node: str, predicate: str) -> Json | None:
        """The first of them, or none."""
        return next(iter(self.things(node, predicate)), None)

    def text(self, node: str, predicate: str) -> str | None:
        """The first literal of a property as text, or none."""
        return next(iter(sorted(self.graph.texts(node, predicate))), None)

    def by_language(self, node: str, predicate: str) -> dict[str, str]:
        """The texts of a property by language, one each."""
        terms = (term for term in self.graph.objects(node, predicate) if isinstance(term, Literal))
        return dict(sorted((term.language, term.value) for term in terms if term.language))

    def texts(self, node: str, predicate: str) -> list[str]:
        """The literals of a property as texts, in order."""
        return sorted(self.graph.texts(node, predicate))

    def number(self, node: str, predicate: str) -> int | float | None:
        """The first number of a property, or none."""
        for term in self.graph.objects(node, predicate):
            if isinstance(term, Literal):
                whole = term.datatype.value != f"{XSD}decimal" or "." not in term.value
                return int(term.value) if whole else float(term.value)
        return None

    def year(self, node: str, predicate: str) -> int | None:
        """The calendar year in which a fiscal year begins, which is the last part of its IRI, or none."""
        years = (name.rpartition("/")[2] for name in self.graph.names(node, predicate))
        return max((int(year) for year in years if year.isdecimal()), default=None)

    def flag(self, node: str, predicate: str) -> bool | None:
        """The truth value of a property, or none where nothing is said."""
        texts = self.graph.texts(node, predicate)
        return "true" in texts if texts else None

    def lines(self, iris: Iterable[str]) -> list[str]:
        """Places in sources, as the source's slug and its lines, such as ``sheets-103-106:21-22``."""
        places = {}
        for iri in iris:
            lines, source = line_range(iri), iri.partition("#")[0].rpartition("/")[2]
            if lines:
                first, last = lines
                places[source, first, last] = f"{source}:{first}" + (f"-{last}" if last != first else "")
        return [places[key] for key in sorted(places)]


def without_empty(value: Json) -> Json:
    """An object without members that are none or empty."""
    return {key: member for key, member in value.items() if member is not None and member not in ("", [], {})}
