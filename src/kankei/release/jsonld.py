"""JSON-LD 1.1 written by the project's own context: compact, with hash nodes inside their thing.

Node identifiers are always absolute IRIs, so that a program that takes a document as plain JSON can follow
them; properties, types and values are compacted.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

import pyoxigraph as ox

from kankei.dataset.statements import Subject, Term, text
from kankei.namespaces import RDF, XSD
from kankei.release.document_index import json_line
from kankei.release.jsonld_context import Context, Definition

Json = Any
_TYPE = RDF + "type"
_LARGEST_EXACT = 2**53 - 1  # RFC 8259 section 6: beyond, JSON readers may lose digits


def document(triples: Sequence[ox.Triple], context: Context, root: str) -> dict[str, Json]:
    """One document with its context: the root's node, everything else of the document inside it."""
    return {"@context": context.address or context.source, **_framed(triples, context, root)}


def write_dump(
    documents: Iterable[tuple[str, Sequence[ox.Triple]]], context: Context, output: IO[bytes]
) -> None:
    """Write documents, each a root IRI with its triples, as one JSON-LD file: one node object a line."""
    output.write(b'{"@context":' + json_line(context.source) + b',\n"@graph":[')
    separator = b"\n"
    for root, triples in documents:
        output.write(separator + json_line(_framed(triples, context, root)))
        separator = b",\n"
    output.write(b"\n]}\n")


def serialize(value: Json) -> bytes:
    """A JSON document for people to read as well: indented, Japanese as it is."""
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"


def _framed(triples: Sequence[ox.Triple], context: Context, root: str) -> dict[str, Json]:
    frame = _Frame(context, triples, root=root)
    top = frame.node(ox.NamedNode(root))
    # Section 3.13: included blocks hold nodes that nothing in the tree refers to.
    included = [frame.node(subject) for subject in frame.subjects if subject not in frame.written]
    return {**top, "@included": included} if included else top


@dataclass
class _Frame:
    """The tree under construction: each node is written once, where it is first referred to."""

    context: Context
    triples: Sequence[ox.Triple]
    written: set[Subject] = field(default_factory=set)
    subjects: dict[Subject, dict[str, list[Term]]] = field(default_factory=dict)
    root: str = ""

    def __post_init__(self) -> None:
        for triple in self.triples:
            properties = self.subjects.setdefault(triple.subject, defaultdict(list))
            properties[triple.predicate.value].append(triple.object)

    def node(self, subject: Subject) -> dict[str, Json]:
        """The node object of a subject (section 9.2)."""
        self.written.add(subject)
        properties = self.subjects.get(subject, {})
        node: dict[str, Json] = {self.context.id_key: _identifier(subject)}
        if _TYPE in properties:
            types = [self.context.term(text(kind)) for kind in properties[_TYPE]]
            node[self.context.type_key] = _one_or_many(types, many=self.context.many_types)
        for predicate, objects in properties.items():
            if predicate != _TYPE:
                self._property(node, predicate, objects)
        return node

    def _property(self, node: dict[str, Json], predicate: str, objects: list[Term]) -> None:
        definitions = self.context.terms(predicate)
        arrays = {definition.term for definition in definitions if definition.many}
        values: dict[str, list[Json]] = defaultdict(list)
        languages: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for value in objects:
            definition = _best(definitions, value)
            key = definition.term if definition else self.context.compact(predicate)
            if definition and definition.language_map and isinstance(value, ox.Literal):
                languages[key][value.language or "@none"].append(value.value)
            else:
                values[key].append(self._value(definition, value))
        node |= {key: _one_or_many(terms, many=key in arrays) for key, terms in values.items()}
        for key, by_language in languages.items():
            node[key] = {
                language: _one_or_many(texts, many=key in arrays) for language, texts in by_language.items()
            }

    def _is_label(self, subject: Subject) -> bool:
        """Whether only names of a thing beside the document's own are known: they stand wherever it does."""
        own = text(subject).partition("#")[0] == self.root.partition("#")[0]
        properties = self.subjects[subject].values()
        return not own and all(isinstance(value, ox.Literal) for values in properties for value in values)

    def _value(self, definition: Definition | None, value: Term) -> Json:
        if isinstance(value, ox.Literal):
            return _literal(definition, value, self.context)
        subject = value
        if subject in self.subjects and (subject not in self.written or self._is_label(subject)):
            return self.node(subject)
        if definition and definition.type == "@id":
            return _identifier(subject)
        return {self.context.id_key: _identifier(subject)}


def _best(terms: tuple[Definition, ...], value: Term) -> Definition | None:
    """The term that writes a value most briefly, or none if none can write it (section 4.2.3)."""
    if len(terms) == 1:  # so it is for most properties: there is nothing to compare
        return terms[0] if _rank(terms[0], value) is not None else None
    ranked = [(rank, definition) for definition in terms if (rank := _rank(definition, value)) is not None]
    return min(ranked, key=lambda item: item[0])[1] if ranked else None


def _rank(definition: Definition, value: Term) -> int | None:
    if definition.language_map:
        return 0 if isinstance(value, ox.Literal) and value.language else None
    kind = value.datatype.value if isinstance(value, ox.Literal) else "@id"
    if definition.type == kind or (definition.type is None and kind == XSD + "string"):
        return 0
    return 1 if definition.type is None else 2


def _literal(definition: Definition | None, literal: ox.Literal, context: Context) -> Json:
    kind = literal.datatype.value
    coerced = definition.type if definition else None
    if literal.language:
        return {"@value": literal.value, "@language": literal.language}
    native = _native(literal)
    if kind == XSD + "decimal" and coerced == kind:
        return _whole(literal.value, literal.value)
    if coerced == kind:
        return literal.value if native is None else native
    if coerced is None and native is not None:
        return native
    if kind == XSD + "string":
        return literal.value if coerced is None else {"@value": literal.value}
    return {"@value": literal.value, "@type": context.term(kind)}


def _native(literal: ox.Literal) -> bool | int | None:
    """A boolean or integer as JSON's own, where reading it back gives the same literal (section 8.6)."""
    kind, value = literal.datatype.value, literal.value
    if kind == XSD + "boolean":
        return {"true": True, "false": False}.get(value)
    return _whole(value, None) if kind == XSD + "integer" else None


def _whole(value: str, default: Json) -> Json:
    """A whole number as JSON's own, where reading it back gives the same digits; else the default.

    A decimal with a fraction would be read back as a double (section 8.6), so it stays text.
    """
    if not (value.removeprefix("-").isdecimal() and value.isascii()):
        return default
    number = int(value)
    return number if str(number) == value and abs(number) <= _LARGEST_EXACT else default


def _identifier(subject: Subject | Term) -> str:
    return f"_:{subject.value}" if isinstance(subject, ox.BlankNode) else text(subject)


def _one_or_many(values: Sequence[Json], *, many: bool = False) -> Json:
    return values[0] if len(values) == 1 and not many else list(values)
