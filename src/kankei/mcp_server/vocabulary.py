"""Classes and properties of the ontology, described for a language model."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from kankei.mcp_server.entity import short
from kankei.namespaces import KK, OWL, PREFIXES, RDF, RDFS, SKOS

_KINDS = {
    OWL + "Class": "classes",
    OWL + "ObjectProperty": "properties",
    OWL + "DatatypeProperty": "properties",
}


class Vocabulary:
    """The terms of an ontology in Turtle."""

    def __init__(self, turtle: bytes) -> None:
        self._terms: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(KK):
                self._terms[quad.subject.value][quad.predicate.value].append(quad.object)

    @property
    def derived(self) -> Mapping[str, str]:
        """Properties that a rule derives, with the rule."""
        rules = {iri: its.get(KK + "derivedBy", ()) for iri, its in self._terms.items()}
        return {iri: short(its[0].value) for iri, its in rules.items() if its}

    def describe(self, term: str = "") -> dict[str, Any]:
        """All terms with their labels; or one of them with its definition, domain, range and example."""
        if term:
            iri = KK + term.removeprefix("kk:")
            return {"term": self._one(iri)} if iri in self._terms else {"term": None}
        described: dict[str, Any] = {"prefixes": dict(PREFIXES), "classes": {}, "properties": {}}
        for iri, its in sorted(self._terms.items()):
            for kind in its.get(RDF + "type", ()):
                if kind.value in _KINDS:
                    described[_KINDS[kind.value]][short(iri)] = _english(its.get(RDFS + "label", ()))
        return described

    def _one(self, iri: str) -> dict[str, Any]:
        its = self._terms[iri]
        return {
            "iri": iri,
            "label": _english(its.get(RDFS + "label", ())),
            "definition": _english(its.get(SKOS + "definition", ())),
            **{
                name: [short(term.value) for term in its[RDFS + name]]
                for name in ("domain", "range", "subClassOf", "subPropertyOf")
                if its.get(RDFS + name)
            },
            "example": [term.value for term in its.get(SKOS + "example", ())],
        }


def _english(terms: Any) -> str:
    texts = {term.language: term.value for term in terms if isinstance(term, ox.Literal)}
    return texts.get("en") or next(iter(texts.values()), "")
