"""Literals that the store would rewrite: found before they are published, since a dump must equal the store.

Oxigraph keeps numbers and times by value: `1.50` becomes `1.5`, a derived integer type xsd:integer; its
parser writes language tags in lower case.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from kankei.dataset.turtle_lexer import Token, tokens
from kankei.namespaces import RDF, XSD

_KEPT = frozenset({XSD + "string", RDF + "langString"})
_MAYBE_UPPER_CASE = re.compile(r"@[A-Za-z0-9-]*[A-Z]")
_NODE = ox.NamedNode("urn:literal")
# What is no Char of XML 1.0 (section 2.2) can stand in no RDF/XML, not even escaped.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass
class LiteralCheck:
    """Remembers the literals that it has seen through the store once."""

    survived: set[ox.Literal] = field(default_factory=set)

    def rewritten(self, triples: Iterable[ox.Triple]) -> ox.Literal | None:
        """The first literal, if any, that a store would give back as another."""
        fresh = {
            triple.object: None
            for triple in triples
            if isinstance(triple.object, ox.Literal)
            and triple.object.datatype.value not in _KEPT
            and triple.object not in self.survived
        }
        store = ox.Store()
        store.extend(ox.Quad(_NODE, _NODE, literal) for literal in fresh)
        self.survived.update(quad.object for quad in store if isinstance(quad.object, ox.Literal))
        return next((literal for literal in fresh if literal not in self.survived), None)


def upper_case_language(text: str) -> Token | None:
    """The first language tag, if any, of a Turtle text that is not in lower case."""
    if not _MAYBE_UPPER_CASE.search(text):
        return None
    return next((t for t in tokens(text) if t.kind == "language" and t.text != t.text.lower()), None)


def unprintable(triples: Iterable[ox.Triple]) -> ox.Triple | None:
    """The first triple, if any, whose literal has a character that RDF/XML cannot hold."""
    literals = ((triple, triple.object) for triple in triples)
    return next((t for t, o in literals if isinstance(o, ox.Literal) and _NO_XML.search(o.value)), None)


def literal_line(text: str, literal: ox.Literal) -> int:
    """The line of a Turtle text on which a literal stands."""
    forms = {literal.value, *(f"{quote}{literal.value}{quote}" for quote in ('"', "'", '"""', "'''"))}
    return next((token.line for token in tokens(text) if token.text in forms), 1)
