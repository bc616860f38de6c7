"""Whether a file agrees with the sources as received: what it says they print is printed where it says."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyoxigraph as ox

from kankei.dataset.integrity import DataFile
from kankei.dataset.terms import text
from kankei.errors import InvalidData
from kankei.namespaces import KK
from kankei.source.lines.document import LineRange, SourceDocument

_SPACE = re.compile(r"\s+")


def printed_where_cited(
    file: DataFile, triples: Sequence[ox.Triple], sources: Mapping[str, SourceDocument]
) -> None:
    """Refuse a raw text that does not stand on the lines it cites; `sources` are by IRI.

    White space does not count: a cell's text is broken over lines that other cells share.
    """
    raws: dict[str, list[str]] = defaultdict(list)
    places: dict[str, list[str]] = defaultdict(list)
    for triple in triples:
        if triple.predicate.value == f"{KK}raw":
            raws[text(triple.subject)].append(text(triple.object))
        elif triple.predicate.value == f"{KK}place":
            places[text(triple.subject)].append(text(triple.object))
    for node, values in raws.items():
        for place in places[node]:
            document, _, fragment = place.partition("#")
            if document in sources:
                cited = _squeezed(LineRange.parse(fragment).text(sources[document]))
                _stands(values, cited, LineRange.parse(fragment), file.at(node))


def file_is_there(file: DataFile, triples: Sequence[ox.Triple], folder: Path) -> None:
    """Refuse a description of a source document whose text as received is not in the folder."""
    for triple in triples:
        if triple.predicate.value == f"{KK}fileName" and not (folder / text(triple.object)).is_file():
            message = f"the source document as received, {text(triple.object)}, is not beside this file"
            raise InvalidData(message, file.at(triple.predicate.value))


def _stands(raws: Sequence[str], cited: str, place: LineRange, where: str) -> None:
    for raw in raws:
        if _squeezed(raw) not in cited:
            message = f"the source does not print {raw!r} on lines {place.first} to {place.last}"
            raise InvalidData(message, where)


def _squeezed(value: str) -> str:
    return _SPACE.sub("", value)
