"""RDF documents in every format offered, each with the same triples."""

from collections.abc import Callable, Sequence

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from kankei.namespaces import PREFIXES, RDF, SD
from kankei.release import jsonld
from kankei.release.jsonld_context import Context
from kankei.web.rdf.graph import node_key

TURTLE = "text/turtle"
JSON_LD = "application/ld+json"
N_TRIPLES = "application/n-triples"
RDF_XML = "application/rdf+xml"

RDF_TYPES = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
SUFFIXES = {
    "html": "text/html",
    "ttl": TURTLE,
    "jsonld": JSON_LD,
    "nt": N_TRIPLES,
    "rdf": RDF_XML,
}
"""The suffix that pins a media type in the address of a document."""


def serialize_document(triples: Sequence[Triple], media_type: str, root: str, context: Context) -> bytes:
    """The triples of a document about `root`, in one of `RDF_TYPES`."""
    return _WRITERS[media_type](_ordered(triples, root), root, context)


def _ordered(triples: Sequence[Triple], root: str) -> list[Triple]:
    """Subjects grouped, the root first; its types first among a subject's properties."""
    return sorted(
        triples,
        key=lambda triple: (
            node_key(triple.subject) != root,
            str(triple.subject),
            triple.predicate.value != f"{RDF}type",
            triple.predicate.value,
            str(triple.object),
        ),
    )


def _prefixes(triples: Sequence[Triple], root: str) -> dict[str, str]:
    """The prefixes that the triples use, and the empty one for the hash nodes of the root."""
    iris = [
        term.value
        for triple in triples
        for term in (
            triple.subject,
            triple.predicate,
            triple.object,
            getattr(triple.object, "datatype", None),
        )
        if isinstance(term, NamedNode)
    ]
    known = {"": f"{root}#", **PREFIXES, "sd": SD}
    return {prefix: space for prefix, space in known.items() if any(iri.startswith(space) for iri in iris)}


def _turtle(triples: Sequence[Triple], root: str, _: Context) -> bytes:
    return serialize(triples, format=RdfFormat.TURTLE, prefixes=_prefixes(triples, root)) or b""


def _rdf_xml(triples: Sequence[Triple], root: str, _: Context) -> bytes:
    prefixes = {prefix: space for prefix, space in _prefixes(triples, root).items() if prefix}
    return serialize(triples, format=RdfFormat.RDF_XML, prefixes=prefixes) or b""


def _n_triples(triples: Sequence[Triple], _root: str, _: Context) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""


def _json_ld(triples: Sequence[Triple], root: str, context: Context) -> bytes:
    return jsonld.serialize(jsonld.document(triples, context, root))


_WRITERS: dict[str, Callable[[Sequence[Triple], str, Context], bytes]] = {
    TURTLE: _turtle,
    JSON_LD: _json_ld,
    N_TRIPLES: _n_triples,
    RDF_XML: _rdf_xml,
}
