"""The example queries as a list for programs: in RDF as executables of SHACL, and in JSON."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode, Triple
from starlette.requests import Request
from starlette.types import ASGIApp

from kankei import __version__
from kankei.engine.query.lexer import Kind, tokens
from kankei.localisation import LANGUAGES, Labels
from kankei.namespaces import PREFIXES, RDF, RDFS, SCHEMA, SH, XSD
from kankei.release.reader import Release
from kankei.web.http.headers import request_header
from kankei.web.rdf.graph import PINNED_TYPES, RDF_TYPES, serialize_document
from kankei.web.responses.background import in_background
from kankei.web.responses.representation import Representation, select
from kankei.web.site import Site, handler

PATH = "/sparql/examples"
JOINT = "joint-"
"""Begins the names of queries over the catalogue of programmes and the budget review together."""
_PROJECTS = "project/"
JSON, JSON_LD = "application/json", "application/ld+json"
SUFFIXES = {"json": JSON, **{suffix: kind for suffix, kind in PINNED_TYPES.items() if kind in RDF_TYPES}}
"""The media types that suffixes of the address pin."""
_EXECUTABLES = {
    "SELECT": ("SPARQLSelectExecutable", f"{SH}select"),
    "ASK": ("SPARQLAskExecutable", f"{SH}ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", f"{SH}construct"),
    "DESCRIBE": ("SPARQLExecutable", "https://purl.expasy.org/sparql-examples/ontology#describe"),
}
"""Class and property by the form of the query: SHACL's executables, as collections of examples have them."""


@dataclass(frozen=True)
class QueryExample:
    """An example: its name, its question by language, and its query."""

    name: str
    question: Labels
    query: str

    @property
    def form(self) -> str:
        """SELECT, ASK, CONSTRUCT or DESCRIBE."""
        words = (token.text.upper() for token in tokens(self.query) if token.kind is Kind.WORD)
        return next((word for word in words if word in _EXECUTABLES), "SELECT")


def query_examples(queries: Mapping[str, str]) -> list[QueryExample]:
    """Examples by name; the first comment line of each is its question in English, the second in Japanese."""
    return [QueryExample(name, _question(name, text), text) for name, text in queries.items()]


def answerable(queries: Mapping[str, str], release: Release) -> Mapping[str, str]:
    """The queries about what a release holds: those over the budget review only where it is there."""
    has_projects = any(path.startswith(_PROJECTS) for path in release.documents)
    return {name: query for name, query in queries.items() if has_projects or not name.startswith(JOINT)}


def _question(name: str, query: str) -> Labels:
    comments = [line.lstrip("# ") for line in query.lstrip().splitlines()[:2] if line.startswith("#")]
    english = comments[0] if comments else name
    return {"ja": comments[1] if len(comments) > 1 else english, "en": english}


@handler
async def examples(site: Site, request: Request) -> ASGIApp:
    """The list of examples in the negotiated format, or in the one that a suffix pins; JSON by default."""
    pinned = SUFFIXES.get(request.scope["path"].removeprefix(f"{PATH}."))
    # Processors of JSON-LD accept plain JSON alike, in which they would read no statement.
    names_json_ld = JSON_LD in (request_header(request, "accept") or "")
    offers = (*RDF_TYPES, JSON) if names_json_ld else (JSON, *RDF_TYPES)
    context = site.context_for(request, pinned)
    key = (__version__, site.version, PATH, site.public_url, context.address)
    variant = select(request, offers, key, pinned=pinned)

    def body() -> bytes | str:
        listed = query_examples(site.examples)
        if variant.media_type == JSON:
            return json.dumps(_as_json(listed, site.public_url), ensure_ascii=False)
        root = f"{site.release.manifest.base.iri}{PATH[1:]}"
        triples = list(_statements(listed, root, site.public_url))
        return serialize_document(triples, variant.media_type, root, context)

    async def make() -> Representation:
        return variant.representation(await in_background(body))

    return await site.cache.answer(request, variant, make)


def _as_json(listed: Sequence[QueryExample], public_url: str) -> dict[str, object]:
    return {
        "endpoint": f"{public_url}sparql",
        "examples": [
            {
                "name": example.name,
                "form": example.form,
                "question": dict(example.question),
                "query": example.query,
                "address": f"{public_url}sparql?{urlencode({'query': example.query})}",
            }
            for example in listed
        ],
    }


def _statements(listed: Sequence[QueryExample], root: str, public_url: str) -> Iterator[Triple]:
    """Each example as an executable, and the prefixes that all may use (SHACL, section 5.2.1)."""
    type_, prefixes = NamedNode(f"{RDF}type"), NamedNode(f"{root}#prefixes")
    for example in listed:
        node = NamedNode(f"{root}#{example.name}")
        kind, text = _EXECUTABLES[example.form]
        for name in dict.fromkeys(("SPARQLExecutable", kind)):
            yield Triple(node, type_, NamedNode(SH + name))
        for language in LANGUAGES:
            question = Literal(example.question[language], language=language)
            yield Triple(node, NamedNode(f"{RDFS}comment"), question)
        yield Triple(node, NamedNode(text), Literal(example.query))
        yield Triple(node, NamedNode(f"{SH}prefixes"), prefixes)
        yield Triple(node, NamedNode(f"{SCHEMA}target"), NamedNode(f"{public_url}sparql"))
    for prefix, space in PREFIXES.items():
        declaration = NamedNode(f"{root}#prefix-{prefix}")
        yield Triple(prefixes, NamedNode(f"{SH}declare"), declaration)
        yield Triple(declaration, NamedNode(f"{SH}prefix"), Literal(prefix))
        namespace = Literal(space, datatype=NamedNode(f"{XSD}anyURI"))
        yield Triple(declaration, NamedNode(f"{SH}namespace"), namespace)
