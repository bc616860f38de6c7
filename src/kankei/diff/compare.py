"""The difference between two releases, data folders, files or editions, opened from disk."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.data_folder import Inputs, data_files, packaged
from kankei.dataset.statements import text
from kankei.diff.changes import DocumentChange, Status
from kankei.diff.difference import Difference, ordered
from kankei.diff.document_comparison import compare
from kankei.diff.document_graph import TYPE, Graph
from kankei.diff.labels import LANGUAGES, Names
from kankei.diff.node_matching import correspondence, edition
from kankei.diff.operand import TERMS, FilesSide, ReleaseSide, Side, Vocabulary, open_side
from kankei.errors import UsageError
from kankei.namespaces import KK, Base
from kankei.release.document_index import Labels

_PROGRAMME = "programme/"
_ERAS = {"平成": 1988, "令和": 2018, "H": 1988, "R": 2018}
_YEAR = re.compile(r"([0-9]{4})|(令和|平成|[RHrh])([0-9]{1,2}|元)年?度?")


@dataclass(frozen=True)
class Compared:
    """A difference, and the names to tell it with."""

    difference: Difference
    names: Names


def compare_sides(a: str, b: str, inputs: Inputs, language: str = "en") -> Compared:
    """What differs between two sides, each a path; or between two editions of the inputs' data.

    An edition is what a fiscal year's entries say, or those from one source, which its slug names.
    """
    if language not in LANGUAGES:
        raise UsageError(f"a comparison is told in {' or '.join(LANGUAGES)}", language)
    vocabulary = Vocabulary(packaged())
    own = FilesSide(data_files(inputs))
    editions = [found for found in (_edition(own, a), _edition(own, b)) if found]
    if len(editions) == 2:
        found = _editions(own, (editions[0], editions[1]))
        return Compared(found, Names.of(language, _labels(own, vocabulary)))
    if editions:
        told = "an edition is compared with an edition: give two fiscal years, or two sources by their slugs"
        raise UsageError(told, f"{a} {b}")
    one, other = _opened(Path(a), Path(b))
    return Compared(_sides(one, other, vocabulary), Names.of(language, _labels(one, other, vocabulary, own)))


def _edition(side: FilesSide, written: str) -> str | None:
    """The IRI of the fiscal year or source that is written, unless it is a path."""
    if year := fiscal_year(written):
        return side.base.thing(f"fiscal-year/{year}")
    source = f"source/{written}"
    return side.base.thing(source) if source in side.paths and not Path(written).exists() else None


def fiscal_year(written: str) -> int | None:
    """The calendar year in which a fiscal year begins, as ``2025``, ``R7`` or ``令和7年度`` names it.

    >>> fiscal_year("令和7年度"), fiscal_year("2025"), fiscal_year("releases")
    (2025, 2025, None)
    """
    match = None if Path(written).exists() else _YEAR.fullmatch(written.translate(_NARROW))
    if match is None:
        return None
    if match[1]:
        return int(match[1])
    return _ERAS[match[2].upper()] + (1 if match[3] == "元" else int(match[3]))


_NARROW = {ord("０") + digit: str(digit) for digit in range(10)} | {ord("Ｒ"): "R", ord("Ｈ"): "H"}


def _opened(a: Path, b: Path) -> tuple[Side, Side]:
    """Both sides under one base: two files are two states of one document, whatever they are called."""
    one = open_side(a, Base())
    other = open_side(b, one.base)
    if isinstance(one, FilesSide):
        one = replace(one, base=other.base)
    if one.base != other.base:
        raise UsageError(
            f"the releases have different bases, {one.base.iri} and {other.base.iri}: build one again",
            str(b),
        )
    if a.is_file() and b.is_file() and isinstance(one, FilesSide) and isinstance(other, FilesSide):
        other = replace(other, files=dict(zip(one.files, other.files.values(), strict=True)))
    return one, other


def _sides(a: Side, b: Side, vocabulary: Vocabulary) -> Difference:
    paths, notes = {*a.paths, *b.paths}, []
    if a.scope != b.scope:
        paths = {*min(a, b, key=lambda side: side.scope).paths}
        notes.append("partial")
    left_out = frozenset[str]()
    if a.derives != b.derives:
        notes.append("derived")
        left_out = _derived(vocabulary)
        released, files = (a, b) if a.derives else (b, a)
        paths -= {p for p in released.paths if _is_vocabulary(released, p)} - {*files.paths}
    changes = (_document(a, b, path, left_out) for path in sorted(paths))
    continued = sum(path.startswith(_PROGRAMME) and path in a.paths and path in b.paths for path in paths)
    derived = _derived(vocabulary) if a.derives and b.derives else left_out
    return Difference(ordered(filter(None, changes)), continued, tuple(notes), derived=derived)


def _document(a: Side, b: Side, path: str, left_out: frozenset[str]) -> DocumentChange | None:
    both = path in a.paths and path in b.paths
    if both and a.derives == b.derives and a.content(path) == b.content(path):
        return None
    one, other = (_graph(side, path, left_out) for side in (a, b))
    return compare(a.base.thing(path) if path != TERMS else KK.rstrip("#"), one, other)


def _graph(side: Side, path: str, left_out: frozenset[str] = frozenset()) -> Graph:
    triples: Iterable[ox.Triple] = side.triples(path) if path in side.paths else ()
    return Graph.of(triple for triple in triples if triple.predicate.value not in left_out)


def _editions(side: FilesSide, editions: tuple[str, str]) -> Difference:
    """What two editions say of programmes, and which sources and organisations only one of them names."""
    changes, continued = [], 0
    spoken: list[set[str]] = [set(), set()]
    for path in side.paths:
        if path.startswith(_PROGRAMME):
            a, b = _two_editions(side, path, editions)
            for named, graph in zip(spoken, (a, b), strict=True):
                named |= {text(triple.object) for triple in graph.triples}
            continued += bool(a.triples and b.triples)
            like = correspondence(side.base.thing(path), a, b)
            changes.append(compare(side.base.thing(path), a, b, like))
    for of, named in zip(editions, spoken, strict=True):
        if not named:
            raise UsageError("no programme of the data has an entry of that edition", of)
    changes += _named(side, spoken[0], spoken[1])
    return Difference(ordered(filter(None, changes)), continued, editions=True)


def _named(side: FilesSide, a: set[str], b: set[str]) -> Iterator[DocumentChange]:
    """The sources and organisations that one edition names and the other does not."""
    for path in side.paths:
        iri = side.base.thing(path)
        if path.startswith(("org/", "source/")) and (iri in a) != (iri in b):
            yield DocumentChange(iri, Status.GONE if iri in a else Status.ADDED, (), (), ())


def _two_editions(side: FilesSide, path: str, editions: tuple[str, str]) -> Iterator[Graph]:
    whole, document = _graph(side, path), side.base.thing(path)
    return (edition(whole, document, of) for of in editions)


def _derived(vocabulary: Vocabulary) -> frozenset[str]:
    return frozenset(
        text(t.subject)
        for t in vocabulary.triples
        if t.predicate.value == TYPE and text(t.object) == KK + "DerivedProperty"
    )


def _is_vocabulary(side: Side, path: str) -> bool:
    """Whether a release has a document from the ontology folder, which is no part of any data folder."""
    return isinstance(side, ReleaseSide) and (
        path == TERMS or not side.release.documents[path].iri.startswith(side.base.iri) or _is_shared(path)
    )


def _is_shared(path: str) -> bool:
    return not path.startswith((_PROGRAMME, "org/", "source/", "fiscal-year/", "dataset"))


def _labels(*sources: Side | Vocabulary) -> Callable[[str], Labels]:
    @cache
    def labels(iri: str) -> Labels:
        return next(filter(None, (source.labels(iri) for source in sources)), {})

    return labels
