"""The rules of the dataset itself, beyond any shape: each refusal names file and line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.canonical_literals import LiteralCheck, literal_line, unprintable, upper_case_language
from kankei.dataset.data_folder import shown
from kankei.dataset.terms import Subject, text
from kankei.dataset.turtle_lexer import occurrences, tokens
from kankei.errors import InvalidData, MalformedData
from kankei.namespaces import CONCEPT_KINDS, CONCEPTS, KK, PREFIXES, Base
from kankei.source.lines.document import LineRange, SourceDocument


@dataclass(frozen=True)
class DataFile:
    """A Turtle file with the base IRI that its relative IRIs are resolved against."""

    path: Path
    base_iri: str

    def at(self, iri: str) -> str:
        """``file:line`` of the first place where an IRI stands in this file."""
        return f"{shown(self.path)}:{iri_line(self.content(), self.base_iri, iri)}"

    def content(self) -> str:
        """The file's text."""
        return self.path.read_text(encoding="utf-8")


@dataclass
class Checks:
    """What has to hold of every file, and, once all files are read, between them."""

    base: Base
    literals: LiteralCheck = field(default_factory=LiteralCheck)
    documents: set[str] = field(default_factory=set)
    references: dict[str, DataFile] = field(default_factory=dict)
    terms: set[str] = field(default_factory=set)

    def define(self, triples: Sequence[ox.Triple]) -> None:
        """Take in the terms that files of the ontology define."""
        self.terms.update(text(t.subject) for t in triples if text(t.subject).startswith(KK))

    def file(self, file: DataFile, triples: Sequence[ox.Triple], own: bool = True) -> None:
        """Check the triples of one file; with `own` it may only describe the document it is named after."""
        _no_blank_nodes(file, triples)
        self._literals_survive(file, triples)
        _no_prefixes_as_schemes(file, triples)
        self._terms_are_defined(file, triples)
        if own:
            _only_about_itself(file, triples)
            _own_nodes_are_there(file, triples)
        for triple in triples:
            self.documents.add(_document(triple.subject))
            if isinstance(triple.object, ox.NamedNode) and self._is_ours(triple.object.value):
                self.references.setdefault(triple.object.value, file)

    def whole(self, sources: Mapping[str, SourceDocument]) -> None:
        """Check what files say of each other, and of the source documents as received."""
        for iri, file in self.references.items():
            document, _, fragment = iri.partition("#")
            if document not in self.documents:
                raise InvalidData("no file describes this IRI", f"{file.at(iri)}: <{iri}>")
            if document.startswith(self.base.thing("source/")) and fragment.startswith("line="):
                slug = document.removeprefix(self.base.thing("source/"))
                _cited(iri, fragment, file, sources.get(slug))

    def _is_ours(self, iri: str) -> bool:
        if iri.startswith(self.base.thing("")):
            return True
        return iri.startswith(CONCEPTS) and iri[len(CONCEPTS) :].partition("/")[0] in CONCEPT_KINDS

    def _terms_are_defined(self, file: DataFile, triples: Sequence[ox.Triple]) -> None:
        for triple in triples:
            for term in (triple.predicate, triple.object):
                if (
                    isinstance(term, ox.NamedNode)
                    and term.value.startswith(KK)
                    and term.value not in self.terms
                ):
                    near = get_close_matches(term.value, self.terms, n=1)
                    hint = f"; did you mean kk:{near[0].removeprefix(KK)}?" if near else ""
                    message = f"kk:{term.value.removeprefix(KK)} is no term of the ontology{hint}"
                    raise InvalidData(message, file.at(term.value))

    def _literals_survive(self, file: DataFile, triples: Sequence[ox.Triple]) -> None:
        token = upper_case_language(file.content())
        if token is not None:
            message = f"the language tag {token.text} is not in lower case, and the store would change it"
            raise InvalidData(message, f"{shown(file.path)}:{token.line}")
        triple = unprintable(triples)
        if triple is not None:
            message = f"a literal has a control character, which RDF/XML cannot hold: {triple.predicate}"
            raise InvalidData(message, file.at(text(triple.subject)))
        literal = self.literals.rewritten(triples)
        if literal is not None:
            line = literal_line(file.content(), literal)
            message = f"the store would change the literal {literal}; write its canonical form"
            raise InvalidData(message, f"{shown(file.path)}:{line}")


def source_agrees(file: DataFile, triples: Sequence[ox.Triple], source: SourceDocument) -> None:
    """Refuse a description whose figures are not those of the source document as received."""
    found = {"sha256": source.sha256, "byteSize": str(source.byte_size), "lineCount": str(len(source.lines))}
    for triple in triples:
        name = triple.predicate.value.removeprefix(KK)
        if name in found and text(triple.subject) == file.base_iri and text(triple.object) != found[name]:
            message = f"kk:{name} is {text(triple.object)}, but the file as received has {found[name]}"
            raise InvalidData(message, file.at(triple.predicate.value))


def iri_line(text: str, base_iri: str, iri: str) -> int:
    """The first line of a Turtle text on which an IRI stands."""
    return next((found.line for found in occurrences(text, base_iri) if found.iri == iri), 1)


def _no_blank_nodes(file: DataFile, triples: Sequence[ox.Triple]) -> None:
    unnamed = (ox.BlankNode, ox.Triple)
    if any(isinstance(term, unnamed) for triple in triples for term in (triple.subject, triple.object)):
        openers = {"[", "(", "<<", "~", "{|"}
        line = next((t.line for t in tokens(file.content()) if t.kind == "blank" or t.text in openers), 1)
        raise InvalidData(
            "published data has no blank nodes and no triple terms: name this node",
            f"{shown(file.path)}:{line}",
        )


def _no_prefixes_as_schemes(file: DataFile, triples: Sequence[ox.Triple]) -> None:
    """``<kk:raw>`` parses as an IRI of the scheme ``kk``; it is a slip, and JSON-LD could not write it."""
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, ox.NamedNode) and term.value.partition(":")[0] in PREFIXES:
                message = f"{term} stands in angle brackets, so its prefix is no prefix"
                raise InvalidData(message, file.at(term.value))


def _only_about_itself(file: DataFile, triples: Sequence[ox.Triple]) -> None:
    for triple in triples:
        if _document(triple.subject) != file.base_iri:
            message = f"this file may only describe <{file.base_iri}> and its hash nodes"
            raise InvalidData(message, f"{file.at(text(triple.subject))}: {triple.subject}")


def _own_nodes_are_there(file: DataFile, triples: Sequence[ox.Triple]) -> None:
    """Refuse a reference to a hash node of this file that it does not describe; places are no nodes."""
    described = {text(triple.subject) for triple in triples}
    for triple in triples:
        value = text(triple.object) if isinstance(triple.object, ox.NamedNode) else ""
        own, _, fragment = value.partition("#")
        if own == file.base_iri and fragment and not fragment.startswith("line=") and value not in described:
            raise InvalidData(f"this file does not describe <#{fragment}>", file.at(value))


def _cited(iri: str, fragment: str, file: DataFile, source: SourceDocument | None) -> None:
    try:
        place = LineRange.parse(fragment)
        if source is not None:
            place.text(source)
    except MalformedData as error:
        raise InvalidData(error.message, f"{file.at(iri)}: <{iri}>") from error


def _document(subject: Subject) -> str:
    return text(subject).partition("#")[0]
