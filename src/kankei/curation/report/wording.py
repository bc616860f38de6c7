"""What a report says in its language, and what it calls things: labels, values and where they lead."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import pyoxigraph as ox

from kankei.curation.report.labels import Labels
from kankei.namespaces import KK, PREFIXES, XSD


@dataclass(frozen=True)
class Said:
    """A text for a reader: its language if not the page's, a code beside it, an anchor that it leads to."""

    text: str
    language: str = ""
    code: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Words:
    """Words in one language; `anchors` are what is on the page itself, by IRI: its name and where it is."""

    language: str
    labels: Labels = field(default_factory=dict)
    anchors: Mapping[str, Said] = field(default_factory=dict)

    def say(self, key: str, *gaps: object) -> str:
        """A sentence, its gaps filled."""
        text: str = _content()["text"][key][self.language]
        return text.format(*gaps)

    def called(self, iri: str) -> Said:
        """What an IRI is called, by its label, in another language if need be; else its short form."""
        found = self.labels.get(iri) or _content()["terms"].get(short(iri), {})
        if self.language in found:
            return Said(found[self.language], code=short(iri))
        other = next(iter(found), "")
        return Said(found[other], other, short(iri)) if other else Said("", code=short(iri))

    def kind(self, name: str) -> Said:
        """What a class of the ontology is called."""
        return self.called(KK + name)

    def value(self, term: ox.NamedNode | ox.Literal) -> Said:
        """A value as a curator reads it."""
        if isinstance(term, ox.NamedNode):
            return self.anchors.get(term.value) or self.called(term.value)
        if term.datatype.value == f"{XSD}boolean":
            return Said(self.say(term.value), code=term.value)
        if term.datatype.value == f"{XSD}integer":
            return Said(f"{int(term.value):,}" if len(term.value) > 4 else term.value)
        if term.language:
            return Said(term.value, term.language)
        # A plain text of a sheet is in Japanese; a date or a number is in no language.
        return Said(term.value, "ja" if term.datatype.value == f"{XSD}string" else "")


def short(iri: str) -> str:
    """An IRI in few characters: with a known prefix, or its path under a base; whole if it has neither."""
    for name, namespace in PREFIXES.items():
        if iri.startswith(namespace) and "/" not in iri.removeprefix(namespace):
            return f"{name}:{iri.removeprefix(namespace)}"
    head, found, path = iri.partition("/id/")
    return path if found and "://" in head else iri


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "strings.toml").read_text(encoding="utf-8"))
