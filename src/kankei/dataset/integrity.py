"""Rules of the dataset itself, beyond any shape; each error names file and line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import pyoxigraph as ox

from kankei.dataset.source_checks import check_citation
from kankei.dataset.statements import LiteralCheck, Subject, first_unprintable, text
from kankei.dataset.turtle import Token, TurtleFile, tokens
from kankei.errors import InvalidData
from kankei.localisation import catalogue
from kankei.namespaces import CONCEPT_KINDS, CONCEPTS, KK, PREFIXES, Base
from kankei.source.lines.document import SourceDocument

_MAYBE_UPPER_CASE = re.compile(r"@[A-Za-z0-9-]*[A-Z]")
PLACEHOLDERS = {
    "title_en": "TITLE IN ENGLISH",
    "description_ja": "日本語の説明を一文で書く。",
    "description_en": "ONE SENTENCE IN ENGLISH.",
    "note_ja": "日本語の注を書く。",
    "note_en": "THE NOTE IN ENGLISH.",
}
"""Texts in the Turtle that reports offer, for a curator to write something else in their place."""
PLACEHOLDER_SLUG = "slug-{position}"
"""The identifier, in such Turtle, of a unit that has none yet."""

_PLACEHOLDER_SLUG = re.compile(PLACEHOLDER_SLUG.format(position="[0-9]+"))
_NODE_OPENERS = frozenset({"[", "(", "<<", "~", "{|"})


@dataclass
class IntegrityChecks:
    """Checks of each file, and, once all files are read, of the references between them."""

    base: Base
    literals: LiteralCheck = field(default_factory=LiteralCheck)
    documents: set[str] = field(default_factory=set)
    references: dict[str, TurtleFile] = field(default_factory=dict)
    terms: set[str] = field(default_factory=set)

    def add_terms(self, triples: Sequence[ox.Triple]) -> None:
        """Register the terms that files of the ontology define."""
        self.terms.update(text(t.subject) for t in triples if text(t.subject).startswith(KK))

    def absorb(self, later: "IntegrityChecks") -> None:
        """Add what another has found in files that come after those of this one."""
        self.documents |= later.documents
        for iri, file in later.references.items():
            self.references.setdefault(iri, file)

    def check_file(self, file: TurtleFile, triples: Sequence[ox.Triple], own: bool = True) -> None:
        """Check the triples of one file; with `own` it may only describe the document it is named after."""
        _check_named_nodes(file, triples)
        self._check_literals(file, triples)
        _check_no_prefix_as_scheme(file, triples)
        self._check_terms(file, triples)
        if own:
            _check_subjects(file, triples)
            _check_hash_nodes(file, triples)
        for triple in triples:
            self.documents.add(_document(triple.subject))
            if isinstance(triple.object, ox.NamedNode) and self._is_own(triple.object.value):
                self.references.setdefault(triple.object.value, file)

    def check_references(self, sources: Mapping[str, SourceDocument]) -> None:
        """Check that every object IRI is described, and that line ranges exist in `sources`, by slug."""
        source_base = self.base.thing("source/")
        for iri, file in self.references.items():
            document, _, fragment = iri.partition("#")
            if document not in self.documents:
                raise InvalidData(self._nothing_described(document), f"{file.position(iri)}: <{iri}>")
            if document.startswith(source_base) and fragment.startswith("line="):
                check_citation(iri, file, sources.get(document.removeprefix(source_base)))

    def _nothing_described(self, document: str) -> str:
        """The message on a reference to what no file describes, with the nearest concept of its scheme."""
        kind, _, slug = document.removeprefix(CONCEPTS).partition("/")
        if not document.startswith(CONCEPTS) or kind not in CONCEPT_KINDS:
            return _sentence("nothing-described")
        known = {d.rpartition("/")[2] for d in self.documents if d.startswith(f"{CONCEPTS}{kind}/")}
        near = get_close_matches(slug, known, n=1)
        if near:
            return _sentence("unknown-concept-near", scheme=kind, slug=slug, nearest=f"{kind}:{near[0]}")
        return _sentence("unknown-concept", scheme=kind, slug=slug)

    def _is_own(self, iri: str) -> bool:
        if iri.startswith(self.base.thing("")):
            return True
        return iri.startswith(CONCEPTS) and iri[len(CONCEPTS) :].partition("/")[0] in CONCEPT_KINDS

    def _check_terms(self, file: TurtleFile, triples: Sequence[ox.Triple]) -> None:
        for triple in triples:
            for term in (triple.predicate, triple.object):
                if (
                    isinstance(term, ox.NamedNode)
                    and term.value.startswith(KK)
                    and term.value not in self.terms
                ):
                    raise InvalidData(self._unknown_term(term.value), file.position(term.value))

    def _unknown_term(self, iri: str) -> str:
        """The message on a term that the ontology does not define, with the nearest one."""
        term = f"kk:{iri.removeprefix(KK)}"
        if near := get_close_matches(iri, self.terms, n=1):
            return _sentence("unknown-term-near", term=term, nearest=f"kk:{near[0].removeprefix(KK)}")
        return _sentence("unknown-term", term=term)

    def _check_literals(self, file: TurtleFile, triples: Sequence[ox.Triple]) -> None:
        token = _upper_case_language(file.content())
        if token is not None:
            message = f"the language tag {token.text} is not in lower case, and the store would change it"
            raise InvalidData(message, file.at_line(token.line))
        triple = first_unprintable(triples)
        if triple is not None:
            message = f"a literal has a control character, which RDF/XML cannot hold: {triple.predicate}"
            raise InvalidData(message, file.position(text(triple.subject)))
        _check_no_placeholders(file, triples)
        literal = self.literals.first_rewritten(triples)
        if literal is not None:
            message = f"the store would change the literal {literal}; write its canonical form"
            raise InvalidData(message, file.at_line(_literal_line(file.content(), literal)))


def _sentence(key: str, **gaps: str) -> str:
    """A sentence in Japanese and English, on one line."""
    sentence = catalogue("kankei.dataset").text(key, **gaps)
    return f"{sentence.ja} / {sentence.en}"


def _check_no_placeholders(file: TurtleFile, triples: Sequence[ox.Triple]) -> None:
    for triple in triples:
        literal = triple.object
        if isinstance(literal, ox.Literal) and _is_placeholder(literal.value):
            message = f"“{literal.value}” is a placeholder of the report: write the value in its place"
            raise InvalidData(message, file.at_line(_literal_line(file.content(), literal)))


def _is_placeholder(value: str) -> bool:
    return value in PLACEHOLDERS.values() or _PLACEHOLDER_SLUG.fullmatch(value) is not None


def _upper_case_language(turtle: str) -> Token | None:
    """The first language tag, if any, of a Turtle text that is not in lower case."""
    if not _MAYBE_UPPER_CASE.search(turtle):
        return None
    return next((t for t in tokens(turtle) if t.kind == "language" and t.text != t.text.lower()), None)


def _literal_line(turtle: str, literal: ox.Literal) -> int:
    """The line of a Turtle text on which a literal stands."""
    forms = {literal.value, *(f"{quote}{literal.value}{quote}" for quote in ('"', "'", '"""', "'''"))}
    return next((token.line for token in tokens(turtle) if token.text in forms), 1)


def _check_named_nodes(file: TurtleFile, triples: Sequence[ox.Triple]) -> None:
    unnamed = (ox.BlankNode, ox.Triple)
    if any(isinstance(term, unnamed) for triple in triples for term in (triple.subject, triple.object)):
        lines = (t.line for t in tokens(file.content()) if t.kind == "blank" or t.text in _NODE_OPENERS)
        raise InvalidData(
            "published data has no blank nodes and no triple terms: name this node",
            file.at_line(next(lines, 1)),
        )


def _check_no_prefix_as_scheme(file: TurtleFile, triples: Sequence[ox.Triple]) -> None:
    """Reject ``<kk:raw>``: it parses as an IRI of the scheme ``kk``, and JSON-LD could not write it."""
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            if isinstance(term, ox.NamedNode) and term.value.partition(":")[0] in PREFIXES:
                message = f"{term} stands in angle brackets, so its prefix is no prefix"
                raise InvalidData(message, file.position(term.value))


def _check_subjects(file: TurtleFile, triples: Sequence[ox.Triple]) -> None:
    for triple in triples:
        if _document(triple.subject) != file.base_iri:
            message = f"this file may only describe <{file.base_iri}> and its hash nodes"
            raise InvalidData(message, f"{file.position(text(triple.subject))}: {triple.subject}")


def _check_hash_nodes(file: TurtleFile, triples: Sequence[ox.Triple]) -> None:
    """Reject a reference to a hash node of this file that it does not describe; line ranges are no nodes."""
    described = {text(triple.subject) for triple in triples}
    for triple in triples:
        value = text(triple.object) if isinstance(triple.object, ox.NamedNode) else ""
        document, _, fragment = value.partition("#")
        is_node = document == file.base_iri and fragment and not fragment.startswith("line=")
        if is_node and value not in described:
            raise InvalidData(f"this file does not describe <#{fragment}>", file.position(value))


def _document(subject: Subject) -> str:
    return text(subject).partition("#")[0]
