"""Data graphs from files: any RDF, or the folder of a store."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kankei.errors import MalformedData, UsageError
from kankei.validation.memory_copy import in_memory
from kankei.validation.shapes.shapes_graph import rdf_format
from kankei.validation.validator import Data

_NO_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')


def load_data(files: Sequence[Path]) -> Data:
    """The data graph of some RDF files, whatever graphs they name, with literals as they stand there.

    The folder of a store is no file among others, but the data as it is: its default graph.
    """
    if any(file.is_dir() for file in files):
        return _stored(files)
    data = Data(ox.Store(), is_own=True)
    for file in files:
        try:
            data.store.bulk_extend(data.writing.quads(_quads(file, is_only=len(files) == 1)))
        except SyntaxError as error:
            place = f":{error.lineno}:{error.offset}" if error.lineno else ""
            raise MalformedData(error.msg, f"{file}{place}") from error
    return data


def _stored(files: Sequence[Path]) -> Data:
    folder = next(file for file in files if file.is_dir())
    if len(files) > 1:
        raise UsageError("a folder of a store is validated by itself", str(folder))
    if not (folder / "CURRENT").is_file():
        raise UsageError("the folder holds no Oxigraph store", str(folder))
    return Data(in_memory(ox.Store.read_only(str(folder))))


def _quads(file: Path, *, is_only: bool) -> Iterator[ox.Quad]:
    """The statements of a file; blank nodes are renamed where another file may have the same."""
    form, base = rdf_format(file), file.absolute().as_uri()
    content = file.read_bytes()
    if form == ox.RdfFormat.JSON_LD:
        _check_iris(file, content)
    return ox.parse(content, format=form, base_iri=base, rename_blank_nodes=not is_only)


def _check_iris(file: Path, content: bytes) -> None:
    """Refuse what can be no IRI: the parser of JSON-LD would pass over all that is said of it."""
    try:
        document = json.loads(content)
    except ValueError:
        return  # the parser tells where
    keys = {"@id", "@type"}
    _learn_keys(document, keys)
    for iri in _iris(document, keys):
        if _NO_IRI.search(iri):
            raise MalformedData(f"{iri!r} stands where an IRI should", str(file))


def _learn_keys(node: Any, keys: set[str]) -> None:
    """Which keys stand for ``@id`` or ``@type``, or have values that are IRIs, by the contexts within."""
    if isinstance(node, list):
        for part in node:
            _learn_keys(part, keys)
    if isinstance(node, dict):
        contexts = node.get("@context", ())
        for context in contexts if isinstance(contexts, list) else [contexts]:
            for term, meaning in context.items() if isinstance(context, dict) else ():
                kind = meaning.get("@type") if isinstance(meaning, dict) else meaning
                if kind in {"@id", "@type", "@vocab"} and not term.startswith("@"):
                    keys.add(term)
        for value in node.values():
            _learn_keys(value, keys)


def _iris(node: Any, keys: set[str]) -> Iterator[str]:
    if isinstance(node, list):
        for part in node:
            yield from _iris(part, keys)
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "@context":
                continue
            values = value if isinstance(value, list) else [value]
            if key in keys:
                yield from (one for one in values if isinstance(one, str))
            yield from _iris(value, keys)
