from collections.abc import Callable, Sequence
from dataclasses import dataclass
import pyoxigraph as ox
from kankei.namespaces import PREFIXES, SD
from kankei.release import jsonld
from kankei.release.jsonld_context import Context


@dataclass(frozen=True)
class Format:
    suffix: str
    label: str
    media_type: str
    w3c_name: str
    write_document: Callable[[Sequence[ox.Triple], str, Context], bytes] | None = None


@dataclass(frozen=True)
class Compression:
    suffix: str
    media_type: str


def _prefixes(triples: Sequence[ox.Triple], root: str) -> dict[str, str]:
    iris = [
        term.value
        for triple in triples
        for term in (triple.subject, triple.predicate, triple.object, getattr(triple.object, "datatype", None))
        if isinstance(term, ox.NamedNode)
    ]
    known = {"": f"{root}#", **PREFIXES, "sd": SD}
    return {prefix: space for prefix, space in known.items() if any(iri.startswith(space) for iri in iris)}


def _turtle(triples: Sequence[ox.Triple], root: str, _: Context) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=_prefixes(triples, root)) or b""


def _rdf_xml(triples: Sequence[ox.Triple], root: str, _: Context) -> bytes:
    prefixes = {prefix: space for prefix, space in _prefixes(triples, root).items() if prefix}
    return ox.serialize(triples, format=ox.RdfFormat.RDF_XML, prefixes=prefixes) or b""


def _n_triples(triples: Sequence[ox.Triple], _root: str, _: Context) -> bytes:
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def _json_ld(triples: Sequence[ox.Triple], root: str, context: Context) -> bytes:
    return jsonld.serialize(jsonld.document(triples, context, root))


TURTLE = Format("ttl", "Turtle", "text/turtle", "Turtle", _turtle)
JSON_LD = Format("jsonld", "JSON-LD", "application/ld+json", "JSON-LD", _json_ld)
N_TRIPLES = Format("nt", "N-Triples", "application/n-triples", "N-Triples", _n_triples)
RDF_XML = Format("rdf", "RDF/XML", "application/rdf+xml", "RDF_XML", _rdf_xml)
TRIG = Format("trig", "TriG", "application/trig", "TriG")
N_QUADS = Format("nq", "N-Quads", "application/n-quads", "N-Quads")
FORMATS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML, TRIG, N_QUADS)
COMPRESSIONS = (Compression("gz", "application/gzip"), Compression("zst", "application/zstd"))


def document_formats() -> tuple[Format, ...]:
    return tuple(row for row in FORMATS if row.write_document)


def serialize_document(triples: Sequence[ox.Triple], media_type: str, root: str, context: Context) -> bytes:
    write = {row.media_type: row for row in FORMATS}[media_type].write_document
    assert write
    return write(triples, root, context)
