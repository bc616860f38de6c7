"""Agreement between data files and source documents as received: quotations, citations, figures."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.statements import text
from kankei.dataset.turtle import TurtleFile
from kankei.errors import InvalidData, MalformedData
from kankei.namespaces import KK
from kankei.source.lines.document import LineRange, SourceDocument

_SPACE = re.compile(r"\s+")


def check_quotations(
    file: TurtleFile, triples: Sequence[ox.Triple], sources: Mapping[str, SourceDocument]
) -> None:
    """Raise `InvalidData` where a kk:raw text does not stand on the lines that its node cites.

    `sources` are by IRI. White space is ignored: a cell's text is broken over lines that other cells share.
    """
    raw_texts = _objects(triples, f"{KK}raw")
    citations = _objects(triples, f"{KK}place")
    for node, texts in raw_texts.items():
        for citation in citations.get(node, ()):
            document, _, fragment = citation.partition("#")
            if document in sources:
                message = _misquotation(texts, sources[document], LineRange.parse(fragment))
                if message:
                    raise InvalidData(message, file.position(node))


def _misquotation(raw_texts: Sequence[str], source: SourceDocument, lines: LineRange) -> str:
    """The message on the first text that a source does not print on the cited lines; empty for none."""
    printed = _without_space(lines.text(source))
    missing = next((raw for raw in raw_texts if _without_space(raw) not in printed), None)
    if missing is None:
        return ""
    return f"the source does not print {missing!r} on lines {lines.first} to {lines.last}"


def check_citation(iri: str, file: TurtleFile, source: SourceDocument | None) -> None:
    """Raise `InvalidData` where the fragment of an IRI is no line range, or one beyond the source's end."""
    try:
        lines = LineRange.parse(iri.partition("#")[2])
        if source is not None:
            lines.text(source)
    except MalformedData as error:
        raise InvalidData(error.message, f"{file.position(iri)}: <{iri}>") from error


def check_description(
    file: TurtleFile, triples: Sequence[ox.Triple], folder: Path, source: SourceDocument | None
) -> None:
    """Raise `InvalidData` where a source document as received is missing, or differs from its description."""
    for triple in triples:
        name = triple.predicate.value
        if name == f"{KK}fileName" and not (folder / text(triple.object)).is_file():
            message = f"the source document as received, {text(triple.object)}, is not beside this file"
            raise InvalidData(message, file.position(name))
    if source is not None:
        _check_figures(file, triples, source)


def _check_figures(file: TurtleFile, triples: Sequence[ox.Triple], source: SourceDocument) -> None:
    actual = {"sha256": source.sha256, "byteSize": str(source.byte_size), "lineCount": str(len(source.lines))}
    for triple in triples:
        name = triple.predicate.value.removeprefix(KK)
        if name in actual and text(triple.subject) == file.base_iri and text(triple.object) != actual[name]:
            message = f"kk:{name} is {text(triple.object)}, but the file as received has {actual[name]}"
            raise InvalidData(message, file.position(triple.predicate.value))


def _objects(triples: Sequence[ox.Triple], predicate: str) -> Mapping[str, list[str]]:
    """The texts of a property's objects, by subject."""
    objects: dict[str, list[str]] = defaultdict(list)
    for triple in triples:
        if triple.predicate.value == predicate:
            objects[text(triple.subject)].append(text(triple.object))
    return objects


def _without_space(value: str) -> str:
    return _SPACE.sub("", value)
