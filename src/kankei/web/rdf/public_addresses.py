"""Addresses of files and services in RDF, under the address at which this server is reached.

A release names them under its base, as it names things. Things keep their names; where something is served is
for the server to say.
"""

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode, Triple

from kankei.namespaces import DCAT, FOAF, SD, VCARD, VOID
from kankei.web.rdf.graph import Term

_ADDRESSES = frozenset(
    (
        f"{DCAT}accessURL",
        f"{DCAT}downloadURL",
        f"{DCAT}endpointDescription",
        f"{DCAT}endpointURL",
        f"{DCAT}landingPage",
        f"{FOAF}homepage",
        f"{FOAF}page",
        f"{SD}endpoint",
        f"{VCARD}hasURL",
        f"{VOID}dataDump",
        f"{VOID}sparqlEndpoint",
    )
)
"""The properties whose objects are addresses and no things."""


def with_public_addresses(triples: Iterable[Triple], base: str, public_url: str) -> list[Triple]:
    """Triples whose addresses under the base are under the public address instead.

    So are statements about an address, such as its type.
    """
    if public_url == base:
        return list(triples)
    known = tuple(triples)
    moved: dict[Term, NamedNode] = {
        triple.object: NamedNode(f"{public_url}{triple.object.value.removeprefix(base)}")
        for triple in known
        if triple.predicate.value in _ADDRESSES
        and isinstance(triple.object, NamedNode)
        and triple.object.value.startswith(base)
    }
    return [_moved(triple, moved) for triple in known]


def _moved(triple: Triple, moved: Mapping[Term, NamedNode]) -> Triple:
    subject = moved.get(triple.subject, triple.subject)
    is_address = triple.predicate.value in _ADDRESSES
    return Triple(
        subject, triple.predicate, moved.get(triple.object, triple.object) if is_address else triple.object
    )
