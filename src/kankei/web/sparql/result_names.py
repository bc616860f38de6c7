"""Names of the IRIs in a result: from the index of the release, else looked up, all in one query."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from kankei.engine.operation import SPARQL_JSON, Engine, Form, Operation
from kankei.errors import KankeiError
from kankei.localisation import Labels
from kankei.namespaces import RDF
from kankei.release.document_index import labels_of
from kankei.web.html.localizer import Localizer, preferred_label, prefixed_name
from kankei.web.html.view import Value
from kankei.web.queries import query_text

LOOKED_UP = 300
"""IRIs whose names are looked up for one page."""
_LONGEST_IRI = 2000
_SECONDS = 2.0
_TYPE = f"{RDF}type"


@dataclass(frozen=True)
class Names:
    """Names in one language: those of the release's index, and those that were looked up."""

    localizer: Localizer
    labels: Mapping[str, Labels] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    cached: dict[str, Value | None] = field(default_factory=dict)

    def name(self, iri: str) -> Value | None:
        """The name of an IRI, linked where that is safe; none where there is no other than the IRI."""
        if iri not in self.cached:
            label = self._label(iri)
            self.cached[iri] = label and Value(
                label.text, label.language, self.localizer.links.href(iri), iri
            )
        return self.cached[iri]

    def short(self, iri: str) -> str:
        """An IRI by a prefix, or below the base of the release, or itself."""
        base = self.localizer.links.release.manifest.base.iri
        return prefixed_name(iri) if not iri.startswith(f"{base}id/") else _below(base, iri)

    def _label(self, iri: str) -> Value | None:
        language = self.localizer.language
        if lines := self.localizer.lines(iri):
            return Value(self._in_document(iri, lines), language)
        if found := preferred_label(self.labels.get(iri, {}), language):
            return found
        label = self.localizer.label(iri)
        if label.language:
            return label
        part = "#" in iri and self.localizer.links.release.manifest.base.path(iri) is not None
        if part and (kind := self.types.get(iri)):
            return Value(self._in_document(iri, self.localizer.label(kind).text), language)
        return None

    def _in_document(self, iri: str, text: str) -> str:
        """A part's text before the name of its document."""
        document = self.localizer.label(iri.partition("#")[0])
        return f"{text} ‹ {document.text}" if document.language else text


def _below(base: str, iri: str) -> str:
    short = prefixed_name(iri)
    return iri.removeprefix(f"{base}id/") if short == iri else short


async def look_up_names(engine: Engine, iris: Iterable[str], localizer: Localizer) -> Names:
    """The names of IRIs; where the engine fails, only those that need no engine."""
    known = Names(localizer)
    unknown = [iri for iri in iris if len(iri) <= _LONGEST_IRI and known.name(iri) is None and _is_term(iri)]
    if not unknown:
        return known
    query = query_text("names", {"thing": unknown[:LOOKED_UP]})
    operation = Operation(query, media_types={Form.SOLUTIONS: SPARQL_JSON}, timeout=_SECONDS)
    try:
        answer = await engine.answer(operation)
    except KankeiError:
        return known  # a result with IRIs in place of names is still whole
    statements, types = [], defaultdict[str, str](str)
    for row in sorted(json.loads(answer.body)["results"]["bindings"], key=_order):
        if "thing" not in row or "name" not in row:
            continue
        thing, predicate, name = (row[key]["value"] for key in ("thing", "property", "name"))
        if predicate == _TYPE:
            types[thing] = types[thing] or name
        elif row["name"]["type"] == "literal":
            language = row.get("language", {}).get("value")
            statements.append((thing, predicate, Literal(name, language=language or None)))
    return Names(localizer, labels_of(statements), types)


def _order(row: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """Engines give rows in any order, and a thing is to have the same name by each."""
    return tuple(row.get(key, {}).get("value", "") for key in ("thing", "property", "name", "language"))


def _is_term(iri: str) -> bool:
    try:
        NamedNode(iri)
    except ValueError:
        return False
    return True
