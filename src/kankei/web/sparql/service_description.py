"""SPARQL 1.1 Service Description: the languages, formats, dataset and limits of the endpoint."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from kankei.engine.operation import RESULT_MEDIA_TYPES, Engine, Form
from kankei.localisation import Text
from kankei.namespaces import DCT, RDF, RDFS, SD, VOID, XSD
from kankei.release.formats import FORMATS
from kankei.release.jsonld_context import Context
from kankei.release.manifest import Manifest
from kankei.settings import Settings
from kankei.web.html.localizer import MESSAGES
from kankei.web.rdf.graph import Term, serialize_document
from kankei.web.rdf.public_addresses import with_public_addresses
from kankei.web.sparql.protocol import MAX_ADDRESS

_W3C_FORMATS = "http://www.w3.org/ns/formats/"
_W3C_NAMES = {row.media_type: row.w3c_name for row in FORMATS} | {"text/n3": "N3"}
_RESULT_FORMATS = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *(_W3C_NAMES[media_type] for media_type in RESULT_MEDIA_TYPES[Form.TRIPLES]),
)
_MIB = 1 << 20


@dataclass(frozen=True)
class ServiceDescription:
    """The description of the endpoint of one release.

    Every node has an IRI under the endpoint's own, which is the release's and not that of the host; the
    endpoint's address is that of the host.
    """

    manifest: Manifest
    engine: Engine
    limits: tuple[Text, ...] = ()
    """Sentences about what a client may use."""
    federated: bool = False
    """Whether queries may call any other endpoint."""

    @property
    def key(self) -> str:
        """What the description depends on beside the release, for entity tags."""
        return f"{self.engine.identity} {self.limits} {self.federated}"

    def describe(self, media_type: str, public_url: str, context: Context) -> bytes:
        """The description in a media type of `kankei.web.rdf.graph.RDF_TYPES`, for a public address."""
        triples = [*self.statements(), *self._default_graph(), *self._named_graphs()]
        moved = with_public_addresses(triples, self.manifest.base.iri, public_url)
        return serialize_document(moved, media_type, f"{public_url}sparql", context)

    @property
    def _endpoint(self) -> str:
        return f"{self.manifest.base.iri}sparql"

    def statements(self) -> Iterator[Triple]:
        """The statements about the service itself, which take no query."""
        yield from _statements(self._endpoint, RDF + "type", NamedNode(SD + "Service"))
        yield from _statements(self._endpoint, SD + "endpoint", NamedNode(self._endpoint))
        yield from _statements(self._endpoint, SD + "supportedLanguage", NamedNode(SD + "SPARQL11Query"))
        formats = [NamedNode(_W3C_FORMATS + name) for name in _RESULT_FORMATS]
        yield from _statements(self._endpoint, SD + "resultFormat", *formats)
        # The default graph is the merge of the named ones; graphs that nobody named may not be asked for.
        yield from _statements(self._endpoint, SD + "feature", NamedNode(SD + "UnionDefaultGraph"))
        if self.federated:
            yield from _statements(self._endpoint, SD + "feature", NamedNode(SD + "BasicFederatedQuery"))
        yield from _statements(self._endpoint, SD + "defaultDataset", NamedNode(self._node("dataset")))
        for limit in self.limits:
            comments = (Literal(text, language=tag) for tag, text in limit._asdict().items())
            yield from _statements(self._endpoint, RDFS + "comment", *comments)

    def _default_graph(self) -> Iterator[Triple]:
        dataset, graph = self._node("dataset"), self._node("default-graph")
        yield from _statements(dataset, RDF + "type", NamedNode(SD + "Dataset"))
        yield from _statements(dataset, SD + "defaultGraph", NamedNode(graph))
        # Its VoID description, at /.well-known/void, says the rest.
        yield from _statements(dataset, DCT + "source", NamedNode(self.manifest.base.dataset))
        yield from _statements(self.manifest.base.dataset, RDF + "type", NamedNode(VOID + "Dataset"))
        yield from _statements(self.manifest.base.dataset, VOID + "sparqlEndpoint", NamedNode(self._endpoint))
        yield from self._graph(graph, self.manifest.triples)

    def _named_graphs(self) -> Iterator[Triple]:
        for name, count in self.manifest.graphs.items():
            short = name.removeprefix(self.manifest.base.graph(""))
            node, graph = self._node(f"named-graph/{short}"), self._node(f"graph/{short}")
            yield from _statements(self._node("dataset"), SD + "namedGraph", NamedNode(node))
            yield from _statements(node, RDF + "type", NamedNode(SD + "NamedGraph"))
            yield from _statements(node, SD + "name", NamedNode(name))
            yield from _statements(node, SD + "graph", NamedNode(graph))
            yield from self._graph(graph, count)

    def _graph(self, node: str, count: int) -> Iterator[Triple]:
        yield from _statements(node, RDF + "type", NamedNode(SD + "Graph"))
        yield from _statements(
            node, VOID + "triples", Literal(str(count), datatype=NamedNode(XSD + "integer"))
        )

    def _node(self, name: str) -> str:
        return f"{self._endpoint}#{name}"


def _statements(subject: str, predicate: str, *objects: Term) -> Iterator[Triple]:
    for value in objects:
        yield Triple(NamedNode(subject), NamedNode(predicate), value)


def limit_statements(settings: Settings) -> tuple[Text, ...]:
    """The limits that a client may meet, each with the status that reports it."""
    arrival, reading = f"{settings.request_timeout_s:g}", f"{settings.send_timeout_s:g}"
    services = "limit-services" if settings.services else "limit-no-service"
    limits = [
        MESSAGES.text("limit-time", seconds=f"{settings.timeout_s:g}"),
        MESSAGES.text("limit-result", size=f"{settings.result_bytes / _MIB:g}"),
        MESSAGES.text("limit-memory", size=f"{settings.worker_memory_bytes / _MIB:g}"),
        MESSAGES.text("limit-query", length=settings.query_bytes),
        MESSAGES.text(services, endpoints=", ".join(settings.services)),
        MESSAGES.text("limit-queue", length=settings.queue_length),
        MESSAGES.text(
            "limit-held",
            size=f"{settings.held_bytes / _MIB:g}",
            own=f"{settings.client_held_bytes / _MIB:g}",
        ),
        MESSAGES.text("limit-address", length=MAX_ADDRESS),
        MESSAGES.text("limit-arrival", arrival=arrival, reading=reading),
        MESSAGES.text("limit-connections", connections=settings.connections, own=settings.client_connections),
    ]
    if settings.queries_per_minute:
        limits.append(MESSAGES.text("limit-rate", queries=settings.queries_per_minute))
    return tuple(limits)
