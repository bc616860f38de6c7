"""What a query editor completes: prefixes, and the classes and properties that the release uses, as JSON."""

import json
from collections.abc import Iterable, Sequence

from pyoxigraph import RdfFormat
from starlette.requests import Request
from starlette.types import ASGIApp

from kankei import __version__
from kankei.localisation import Labels, catalogue
from kankei.namespaces import KK, PREFIXES
from kankei.web.html.localizer import prefixed_name
from kankei.web.queries import solutions
from kankei.web.rdf.graph import Graph, parse_triples
from kankei.web.responses.representation import Representation, select
from kankei.web.site import Site, handler

PATH = "/sparql/vocabulary.json"
JSON = "application/json"


@handler
async def vocabulary(site: Site, request: Request) -> ASGIApp:
    """Prefixes with their namespaces, and terms with kind and labels, in the order of their names."""
    variant = select(request, (JSON,), (__version__, site.version, site.engine.identity, PATH), pinned=JSON)

    async def make() -> Representation:
        content = {"prefixes": PREFIXES, "terms": await _terms(site)}
        return variant.representation(json.dumps(content, ensure_ascii=False, separators=(",", ":")))

    return await site.cache.answer(request, variant, make)


async def _terms(site: Site) -> list[dict[str, object]]:
    """The terms of ontology, context and labelled vocabularies that the release uses."""
    rows = await solutions(site.engine, "terms-in-use", {"term": _known(site)})
    used = {(row["term"], row["role"]) for row in rows}
    return [
        {"name": prefixed_name(iri), "kind": kind, "label": _label(site, iri)}
        for iri, kind in sorted(used, key=lambda pair: prefixed_name(pair[0]))
        if prefixed_name(iri) != iri
    ]


def _known(site: Site) -> Sequence[str]:
    """Terms that the release may use: each is a look-up, to find all would take a scan."""
    ontology = Graph.of(parse_triples(site.release.read("ontology/kankei.ttl"), RdfFormat.TURTLE))
    own = (term for term in ontology.nodes if term.startswith(KK))
    return sorted({*own, *site.context.definitions, *_expanded(catalogue("kankei.web").terms)})


def _expanded(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        prefix, _, local = name.partition(":")
        if prefix in PREFIXES:
            yield PREFIXES[prefix] + local


def _label(site: Site, iri: str) -> Labels:
    return site.release.labels.get(iri) or catalogue("kankei.web").terms.get(prefixed_name(iri), {})
