"""Proposed nodes, their statements, and how they are written as Turtle in the form of the data folder."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pyoxigraph as ox

from kankei.localisation import LANGUAGES, Text
from kankei.namespaces import CONCEPTS, KK, PREFIXES, RDF, XSD, Base
from kankei.source.lines.document import LineRange

Statement = tuple[str, ox.NamedNode | ox.Literal]
"""A property's IRI and its value."""

_LINE_LENGTH = 120
_UNQUOTED_DATATYPES = frozenset({f"{XSD}integer", f"{XSD}boolean"})
_FOLDERS = ("programme", "org", "source", "fiscal-year", "project")


@dataclass(frozen=True)
class Node:
    """An IRI and its statements, in the order in which they are written."""

    iri: str
    statements: tuple[Statement, ...]

    @property
    def triples(self) -> tuple[ox.Triple, ...]:
        """The statements as triples."""
        node = ox.NamedNode(self.iri)
        return tuple(ox.Triple(node, ox.NamedNode(term), value) for term, value in self.statements)


def statement(term: str, value: str | ox.NamedNode | ox.Literal) -> Statement:
    """A property of the ontology with its value; a string is a plain literal."""
    return KK + term, ox.Literal(value) if isinstance(value, str) else value


def flag(term: str, value: bool = True) -> Statement:
    """A property that is true or false."""
    return statement(term, typed("true" if value else "false", f"{XSD}boolean"))


def number(term: str, value: int) -> Statement:
    """A property whose value is an integer."""
    return statement(term, typed(str(value), f"{XSD}integer"))


def typed(text: str, datatype: str) -> ox.Literal:
    """A literal of a datatype."""
    return ox.Literal(text, datatype=ox.NamedNode(datatype))


def japanese(term: str, value: str) -> Statement:
    """A property whose value is a text in Japanese."""
    return statement(term, ox.Literal(value, language="ja"))


def texts(term: str, text: Text) -> Iterator[Statement]:
    """A property, by its IRI, with its texts in Japanese and English; a text that is empty is left out."""
    for language, content in zip(LANGUAGES, text, strict=True):
        if content:
            yield term, ox.Literal(content, language=language)


def rdf_type(name: str) -> Statement:
    """The statement that a node is of a class of the ontology."""
    return f"{RDF}type", ox.NamedNode(KK + name)


def concept(kind: str, slug: str) -> ox.NamedNode:
    """The IRI of a shared concept."""
    return ox.NamedNode(f"{CONCEPTS}{kind}/{slug}")


def lines_iri(source: str, place: LineRange) -> ox.NamedNode:
    """The IRI of some lines of a source (RFC 5147)."""
    return ox.NamedNode(f"{source}#{place.fragment}")


def document_turtle(
    nodes: Sequence[Node], document: str, base: Base, before: str = "", comments: str = ""
) -> str:
    """The file of a document: the text `before`, unchanged, then comments and a block for each node."""
    writer = _TurtleWriter(document, base)
    blocks = [writer.block(node) for node in nodes]
    parts = ("".join(_declarations(writer, before)), comments, *blocks)
    return before + ("\n" if before else "") + "\n".join(filter(None, parts))


def _declarations(writer: "_TurtleWriter", before: str) -> Iterator[str]:
    """The base, and the used prefixes, that the text before does not declare in the same way."""
    declared = ox.parse(before, format=ox.RdfFormat.TURTLE, base_iri=writer.document)
    deque(declared, maxlen=0)  # base and prefixes are known once the whole text is parsed
    if declared.base_iri != writer.document:
        yield f"@base <{writer.document}> .\n"
    for name in sorted(writer.used_prefixes):
        if declared.prefixes.get(name) != PREFIXES[name]:
            yield f"@prefix {name}: <{PREFIXES[name]}> .\n"


class _TurtleWriter:
    """Writes the blocks of one document and records which prefixes they use."""

    def __init__(self, document: str, base: Base) -> None:
        self.document, self.base = document, base
        self.used_prefixes: set[str] = set()
        self._written_iris: dict[str, str] = {}

    def block(self, node: Node) -> str:
        lines = []
        for term, statements in groupby(node.statements, key=lambda statement: statement[0]):
            objects = [self._object(value) for _, value in statements]
            lines.append(self._line("a" if term == f"{RDF}type" else self._iri(term), objects))
        first, *rest = lines
        body = "".join(f" ;\n    {line}" for line in rest)
        return f"{self._iri(node.iri)} {first}{body} .\n"

    def _line(self, predicate: str, objects: Sequence[str]) -> str:
        line = f"{predicate} {', '.join(objects)}"
        if len(objects) == 1 or len(line) + 6 <= _LINE_LENGTH:
            return line
        return f"{predicate} " + ",\n        ".join(objects)

    def _object(self, value: ox.NamedNode | ox.Literal) -> str:
        if isinstance(value, ox.NamedNode):
            return self._iri(value.value)
        datatype = value.datatype.value
        if datatype in _UNQUOTED_DATATYPES:
            return value.value
        text = str(ox.Literal(value.value))
        if value.language:
            return f"{text}@{value.language}"
        return text if datatype == f"{XSD}string" else f"{text}^^{self._iri(datatype)}"

    def _iri(self, iri: str) -> str:
        if iri not in self._written_iris:
            self._written_iris[iri] = self._shortened(iri)
        return self._written_iris[iri]

    def _shortened(self, iri: str) -> str:
        """An IRI as data files write it: relative to the document or the base, or with a prefix."""
        if iri == self.document or iri.startswith(f"{self.document}#"):
            return f"<{iri.removeprefix(self.document)}>"
        for folder in _FOLDERS:
            if iri.startswith(self.base.thing(f"{folder}/")):
                return f"<../{iri.removeprefix(self.base.thing(''))}>"
        for name, namespace in PREFIXES.items():
            local = iri.removeprefix(namespace)
            if local != iri and local.replace("-", "").isalnum() and local.isascii():
                self.used_prefixes.add(name)
                return f"{name}:{local}"
        return str(ox.NamedNode(iri))
