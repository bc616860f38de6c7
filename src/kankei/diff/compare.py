"""Comparison of two releases, data folders, files or editions, opened from disk."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.data_folder import Inputs, data_files
from kankei.dataset.statements import text
from kankei.diff.changes import Difference, DocumentChange, DocumentStatus, sort_documents
from kankei.diff.document_comparison import compare_documents
from kankei.diff.document_graph import DocumentGraph
from kankei.diff.formatting import Formatter
from kankei.diff.node_matching import edition_graph, match_nodes
from kankei.diff.operand import TERMS, FilesOperand, Operand, ReleaseOperand, Vocabulary, open_operand
from kankei.errors import UsageError
from kankei.localisation import Labels
from kankei.namespaces import KK, Base
from kankei.source.grammars.fiscal_year import ERA_NAMES

_PROGRAMME = "programme/"
_LANGUAGES = ("en", "ja")
_YEAR = re.compile(r"([0-9]{4})|(令和|平成|[RHrh])([0-9]{1,2}|元)年?度?")
_NARROW = {ord("０") + digit: str(digit) for digit in range(10)} | {ord("Ｒ"): "R", ord("Ｈ"): "H"}


def compare(a: str, b: str, inputs: Inputs, language: str = "en") -> tuple[Difference, Formatter]:
    """The difference between two operands, and a formatter with their labels in a language.

    Each operand is a path; or both are editions of the inputs' data: what a fiscal year's entries state, or
    those from one source, which its slug names. Raises `UsageError` for anything else.
    """
    check_language(language)
    vocabulary = Vocabulary(inputs)
    data = FilesOperand(data_files(inputs))
    editions = [iri for iri in (_edition_iri(data, a), _edition_iri(data, b)) if iri]
    if len(editions) == 2:
        difference = _compare_editions(data, (editions[0], editions[1]))
        return difference, Formatter(language, _label_lookup(data, vocabulary))
    if editions:
        message = (
            "an edition is compared with an edition: give two fiscal years, or two sources by their slugs"
        )
        raise UsageError(message, f"{a} {b}")
    old, new = _open_operands(Path(a), Path(b))
    formatter = Formatter(language, _label_lookup(old, new, vocabulary, data))
    return _compare_operands(old, new, vocabulary), formatter


def check_language(language: str) -> None:
    """Raise `UsageError` for a language that no comparison is written in."""
    if language not in _LANGUAGES:
        raise UsageError(f"a comparison is written in {' or '.join(_LANGUAGES)}", language)


def fiscal_year(argument: str) -> int | None:
    """The calendar year in which a fiscal year begins, as ``2025``, ``R7`` or ``令和7年度`` names it.

    None for anything else, and for a year that its era does not have.

    >>> fiscal_year("令和7年度"), fiscal_year("2025"), fiscal_year("releases")
    (2025, 2025, None)
    >>> fiscal_year("平成31年度"), fiscal_year("R0"), fiscal_year("H99")
    (2019, None, None)
    """
    match = None if Path(argument).exists() else _YEAR.fullmatch(argument.translate(_NARROW))
    if match is None:
        return None
    if match[1]:
        return int(match[1])
    return ERA_NAMES[match[2].upper()].year(1 if match[3] == "元" else int(match[3]))


def _edition_iri(data: FilesOperand, argument: str) -> str | None:
    """The IRI of the fiscal year or source that an argument names; none for a path."""
    if year := fiscal_year(argument):
        return data.base.thing(f"fiscal-year/{year}")
    source = f"source/{argument}"
    return data.base.thing(source) if source in data.paths and not Path(argument).exists() else None


def _open_operands(a: Path, b: Path) -> tuple[Operand, Operand]:
    """Both operands under one base; two files are two states of one document, whatever their names."""
    old = open_operand(a, Base())
    new = open_operand(b, old.base)
    if isinstance(old, FilesOperand):
        old = replace(old, base=new.base)
    if old.base != new.base:
        raise UsageError(
            f"the releases have different bases, {old.base.iri} and {new.base.iri}: build one again", str(b)
        )
    if a.is_file() and b.is_file() and isinstance(old, FilesOperand) and isinstance(new, FilesOperand):
        new = replace(new, files=dict(zip(old.files, new.files.values(), strict=True)))
    return old, new


def _compare_operands(a: Operand, b: Operand, vocabulary: Vocabulary) -> Difference:
    paths, notes = {*a.paths, *b.paths}, []
    if a.scope != b.scope:
        paths = {*min(a, b, key=lambda operand: operand.scope).paths}
        notes.append("partial")
    derived = vocabulary.derived_properties if a.has_derived or b.has_derived else frozenset[str]()
    ignored = derived if a.has_derived != b.has_derived else frozenset[str]()
    if a.has_derived != b.has_derived:
        notes.append("derived")
        release, files = (a, b) if a.has_derived else (b, a)
        paths -= {p for p in release.paths if _is_vocabulary(release, p)} - {*files.paths}
    changes = (_compare_document(a, b, path, ignored) for path in sorted(paths))
    continued = sum(path.startswith(_PROGRAMME) and path in a.paths and path in b.paths for path in paths)
    return Difference(sort_documents(filter(None, changes)), continued, tuple(notes), derived=derived)


def _compare_document(a: Operand, b: Operand, path: str, ignored: frozenset[str]) -> DocumentChange | None:
    in_both = path in a.paths and path in b.paths
    if in_both and a.has_derived == b.has_derived and a.content(path) == b.content(path):
        return None
    old, new = (_document_graph(operand, path, ignored) for operand in (a, b))
    return compare_documents(a.base.thing(path) if path != TERMS else KK.rstrip("#"), old, new)


def _document_graph(operand: Operand, path: str, ignored: frozenset[str] = frozenset()) -> DocumentGraph:
    """A document without the ignored properties; empty where the operand has no such document."""
    triples: Iterable[ox.Triple] = operand.triples(path) if path in operand.paths else ()
    return DocumentGraph.of(triple for triple in triples if triple.predicate.value not in ignored)


def _compare_editions(data: FilesOperand, editions: tuple[str, str]) -> Difference:
    """The changes of programmes, and the sources and organisations that only one edition names."""
    changes, continued = [], 0
    named: list[set[str]] = [set(), set()]
    for path in data.paths:
        if path.startswith(_PROGRAMME):
            document, graph = data.base.thing(path), _document_graph(data, path)
            a, b = (edition_graph(graph, document, edition) for edition in editions)
            for names, part in zip(named, (a, b), strict=True):
                names |= {text(triple.object) for triple in part.triples}
            continued += bool(a.triples and b.triples)
            changes.append(compare_documents(document, a, b, match_nodes(document, a, b)))
    for edition, names in zip(editions, named, strict=True):
        if not names:
            raise UsageError("no programme of the data has an entry of that edition", edition)
    changes += _named_in_one(data, named[0], named[1])
    return Difference(sort_documents(filter(None, changes)), continued, editions=True)


def _named_in_one(data: FilesOperand, a: set[str], b: set[str]) -> Iterator[DocumentChange]:
    """The sources and organisations that only one of two editions names."""
    for path in data.paths:
        iri = data.base.thing(path)
        if path.startswith(("org/", "source/")) and (iri in a) != (iri in b):
            status = DocumentStatus.GONE if iri in a else DocumentStatus.ADDED
            yield DocumentChange(iri, status, (), (), ())


def _is_vocabulary(operand: Operand, path: str) -> bool:
    """Whether a release's document comes from the ontology folder, not from a data folder."""
    if not isinstance(operand, ReleaseOperand):
        return False
    if path == TERMS or not operand.release.documents[path].iri.startswith(operand.base.iri):
        return True
    return not path.startswith((_PROGRAMME, "org/", "source/", "fiscal-year/", "dataset"))


def _label_lookup(*operands: Operand | Vocabulary) -> Callable[[str], Labels]:
    """A function from an IRI to its labels in the first operand that has any."""

    @cache
    def labels(iri: str) -> Labels:
        return next(filter(None, (operand.labels(iri) for operand in operands)), {})

    return labels
