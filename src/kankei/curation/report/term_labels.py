"""Labels of terms, concepts, organisations and values in the language of a report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

import pyoxigraph as ox

from kankei.dataset.data_folder import Inputs, data_files, ontology_files, scheme_files
from kankei.dataset.statements import StatementIndex
from kankei.dataset.turtle import read_turtle
from kankei.localisation import Labels, catalogue
from kankei.namespaces import DEFAULT_BASE, PREFIXES, RDFS, SKOS, XSD, Base

LabelIndex = Mapping[str, Labels]
"""IRI to language to label."""

MESSAGES = catalogue("kankei.curation.report")
_FOLDERS = ("org/", "fiscal-year/")


@cache
def read_labels(inputs: Inputs, base: Base) -> LabelIndex:
    """The labels of the ontology, its schemes and rules, and of the data's organisations and fiscal years."""
    statements = StatementIndex.of(_triples(inputs, base))
    index: dict[str, dict[str, str]] = {}
    for predicate in (f"{RDFS}label", f"{SKOS}prefLabel"):
        for node, value in statements.pairs(predicate):
            if isinstance(value, ox.Literal):
                index.setdefault(node, {}).setdefault(value.language or "ja", value.value)
    return index


def _triples(inputs: Inputs, base: Base) -> Iterator[ox.Triple]:
    for file in (*ontology_files(inputs), *scheme_files(inputs)):
        yield from read_turtle(file, DEFAULT_BASE)
    for path, file in data_files(inputs).items():
        if path.startswith(_FOLDERS):
            yield from read_turtle(file, base.thing(path))


@dataclass(frozen=True)
class Label:
    """A text to show: its language if not the page's, a code beside it, the anchor that it links to."""

    text: str
    language: str = ""
    code: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Labeller:
    """Messages and labels in one language; `anchors` are the labels of what the page itself shows, by IRI."""

    language: str
    index: LabelIndex = field(default_factory=dict)
    anchors: Mapping[str, Label] = field(default_factory=dict)

    def message(self, key: str, **values: object) -> str:
        """A message of a page, its gaps filled."""
        return MESSAGES.format(self.language, key, **values)

    def subject(self, name: str) -> str:
        """The name of what a doubt is about; empty for what only a curator writes."""
        key = f"subject-{name}"
        return self.message(key) if key in MESSAGES.sentences else ""

    def label(self, iri: str) -> Label:
        """The label of an IRI, in another language if need be, or without text; with the short IRI."""
        code = short_iri(iri)
        labels = self.index.get(iri) or MESSAGES.terms.get(code, {})
        if self.language in labels:
            return Label(labels[self.language], code=code)
        other = next(iter(labels), "")
        return Label(labels[other], other, code) if other else Label("", code=code)

    def value_label(self, term: ox.NamedNode | ox.Literal) -> Label:
        """A value as a curator reads it."""
        if isinstance(term, ox.NamedNode):
            return self.anchors.get(term.value) or self.label(term.value)
        if term.datatype.value == f"{XSD}boolean":
            return Label(self.message(term.value), code=term.value)
        if term.datatype.value == f"{XSD}integer":
            return Label(f"{int(term.value):,}" if len(term.value) > 4 else term.value)
        if term.language:
            return Label(term.value, term.language)
        # A plain text of a sheet is in Japanese; a date or a number is in no language.
        return Label(term.value, "ja" if term.datatype.value == f"{XSD}string" else "")


@lru_cache(maxsize=4096)
def short_iri(iri: str) -> str:
    """An IRI in few characters: with a known prefix, or its path under a base; whole if it has neither."""
    for name, namespace in PREFIXES.items():
        if iri.startswith(namespace) and "/" not in iri.removeprefix(namespace):
            return f"{name}:{iri.removeprefix(namespace)}"
    head, separator, path = iri.partition("/id/")
    return path if separator and "://" in head else iri
