"""Data graphs: the default graph of an Oxigraph store, loaded from RDF files or from the folder of a store.

A query of the plan looks up every focus node, which from disk takes four times as long as from memory, and
longer once the store outgrows its block cache. A store on disk is therefore copied into memory where it fits.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kankei.dataset.working_store import BYTES_PER_TRIPLE, MEMORY_FRACTION, free_memory
from kankei.errors import MalformedData, UsageError
from kankei.validation.shapes.shapes_graph import SHAPES_GRAPH, ShapesGraph, rdf_format
from kankei.validation.sparql.literals import LiteralEncoder

_INVALID_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`]')


@dataclass(frozen=True)
class DataGraph:
    """A data graph: the default graph of a store, and the encoding of its literals there.

    `is_own`: nobody else uses the store, so that the shapes graph may be added as a named graph, for queries
    that ask for it.
    """

    store: ox.Store
    encoder: LiteralEncoder = field(default_factory=LiteralEncoder)
    is_own: bool = False

    def add_shapes(self, graph: ShapesGraph) -> None:
        """Replace the named graph of shapes by a shapes graph, if the store is its own."""
        if self.is_own:
            self.store.remove_graph(SHAPES_GRAPH)
            self.store.extend(
                ox.Quad(t.subject, t.predicate, t.object, SHAPES_GRAPH) for t in graph.triples()
            )


def load_data(files: Sequence[Path]) -> DataGraph:
    """The union of all graphs of some RDF files, or the default graph of a store whose folder is given alone.

    Raises `MalformedData` where a file does not parse, `UsageError` for a folder that is no store.
    """
    if any(file.is_dir() for file in files):
        return _open_store(files)
    data = DataGraph(ox.Store(), is_own=True)
    for file in files:
        try:
            data.store.bulk_extend(data.encoder.encode_quads(_parse(file, is_only=len(files) == 1)))
        except SyntaxError as error:
            position = f":{error.lineno}:{error.offset}" if error.lineno else ""
            raise MalformedData(error.msg, f"{file}{position}") from error
    return data


def _open_store(files: Sequence[Path]) -> DataGraph:
    folder = next(file for file in files if file.is_dir())
    if len(files) > 1:
        raise UsageError("a folder of a store is validated by itself", str(folder))
    if not (folder / "CURRENT").is_file():
        raise UsageError("the folder holds no Oxigraph store", str(folder))
    return DataGraph(in_memory(ox.Store.read_only(str(folder))))


def in_memory(store: ox.Store) -> ox.Store:
    """A store's default graph copied into memory, if that takes at most half of what is free; else the store.

    Free memory is known under Linux only; elsewhere the store is used from disk.
    """
    (count,) = store.query("SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }")  # type: ignore[misc]
    if int(count["triples"].value) * BYTES_PER_TRIPLE * MEMORY_FRACTION > free_memory():
        return store
    copy = ox.Store()
    copy.bulk_extend(store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    return copy


def _parse(file: Path, *, is_only: bool) -> Iterator[ox.Quad]:
    """The statements of a file; blank nodes are renamed where another file may use the same labels."""
    form, base = rdf_format(file), file.absolute().as_uri()
    content = file.read_bytes()
    if form == ox.RdfFormat.JSON_LD:
        _check_iris(file, content)
    return ox.parse(content, format=form, base_iri=base, rename_blank_nodes=not is_only)


def _check_iris(file: Path, content: bytes) -> None:
    """Raise `MalformedData` for an invalid IRI: the JSON-LD parser would silently drop its statements."""
    try:
        document = json.loads(content)
    except ValueError:
        return  # the parser reports it with line and column
    iri_keys = {"@id", "@type"}
    for key, value in _members(document, contexts=True):
        if key == "@context":
            iri_keys.update(_iri_terms(value))
    for key, value in _members(document, contexts=False):
        for iri in _as_list(value) if key in iri_keys else ():
            if isinstance(iri, str) and _INVALID_IN_IRI.search(iri):
                raise MalformedData(f"{iri!r} stands where an IRI should", str(file))


def _members(value: Any, *, contexts: bool) -> Iterator[tuple[str, Any]]:
    """All members of the objects of a JSON document in order, those within contexts only where asked for."""
    if isinstance(value, list):
        for item in value:
            yield from _members(item, contexts=contexts)
    elif isinstance(value, dict):
        for key, item in value.items():
            if contexts or key != "@context":
                yield key, item
                yield from _members(item, contexts=contexts)


def _iri_terms(contexts: Any) -> Iterator[str]:
    """The terms that contexts map to ``@id`` or ``@type``, or whose values they declare to be IRIs."""
    for context in _as_list(contexts):
        for term, definition in context.items() if isinstance(context, dict) else ():
            kind = definition.get("@type") if isinstance(definition, dict) else definition
            if kind in {"@id", "@type", "@vocab"} and not term.startswith("@"):
                yield term


def _as_list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]
