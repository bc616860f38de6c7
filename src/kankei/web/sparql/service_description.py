"""The SPARQL service described (SPARQL 1.1 Service Description): what it speaks, holds and allows."""

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from kankei.engine.operation import Engine
from kankei.namespaces import DCT, RDF, RDFS, SD, VOID, XSD
from kankei.release.jsonld_context import Context
from kankei.release.manifest import Manifest
from kankei.web.queries import solutions
from kankei.web.rdf.graph import Term
from kankei.web.rdf.serialization import serialize_document
from kankei.web.sparql.limit_statements import Note

_FORMATS = "http://www.w3.org/ns/formats/"
_RESULT_FORMATS = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads", "N3"),
)


@dataclass(frozen=True)
class ServiceDescription:
    """The service over one release; `limits` are told in words, as they are set here.

    Every node has an IRI under the endpoint's own, which is the release's and not that of the host.
    """

    manifest: Manifest
    engine: Engine
    context: Context
    limits: tuple[Note, ...] = ()
    federated: bool = False
    """Whether queries may call any other endpoint."""

    @property
    def facts(self) -> str:
        """What the description depends on beside the release."""
        return f"{self.engine.identity} {self.limits} {self.federated}"

    @property
    def triples(self) -> tuple[Triple, ...]:
        """What is said of the service itself, which needs no look at what it holds."""
        return tuple(self._service())

    async def describe(self, media_type: str) -> bytes:
        """The description in a media type of `kankei.web.rdf.serialization.RDF_TYPES`."""
        counts = {row["graph"]: int(row["triples"]) for row in await solutions(self.engine, "graphs")}
        triples = [*self._service(), *self._default_graph(), *self._named_graphs(counts)]
        return serialize_document(triples, media_type, self._endpoint, self.context)

    @property
    def _endpoint(self) -> str:
        return f"{self.manifest.base.iri}sparql"

    def _service(self) -> Iterator[Triple]:
        yield from _say(self._endpoint, RDF + "type", NamedNode(SD + "Service"))
        yield from _say(self._endpoint, SD + "endpoint", NamedNode(self._endpoint))
        yield from _say(self._endpoint, SD + "supportedLanguage", NamedNode(SD + "SPARQL11Query"))
        formats = [NamedNode(_FORMATS + name) for name in _RESULT_FORMATS]
        yield from _say(self._endpoint, SD + "resultFormat", *formats)
        # The default graph is the merge of the named ones; graphs that nobody named may not be asked for.
        yield from _say(self._endpoint, SD + "feature", NamedNode(SD + "UnionDefaultGraph"))
        if self.federated:
            yield from _say(self._endpoint, SD + "feature", NamedNode(SD + "BasicFederatedQuery"))
        yield from _say(self._endpoint, SD + "defaultDataset", NamedNode(self._node("dataset")))
        for ja, en in self.limits:
            notes = Literal(ja, language="ja"), Literal(en, language="en")
            yield from _say(self._endpoint, RDFS + "comment", *notes)

    def _default_graph(self) -> Iterator[Triple]:
        dataset, graph = self._node("dataset"), self._node("default-graph")
        yield from _say(dataset, RDF + "type", NamedNode(SD + "Dataset"))
        yield from _say(dataset, SD + "defaultGraph", NamedNode(graph))
        # Its VoID description, at /.well-known/void, says the rest.
        yield from _say(dataset, DCT + "source", NamedNode(self.manifest.base.dataset))
        yield from _say(self.manifest.base.dataset, RDF + "type", NamedNode(VOID + "Dataset"))
        yield from _say(self.manifest.base.dataset, VOID + "sparqlEndpoint", NamedNode(self._endpoint))
        yield from self._graph(graph, self.manifest.triples)

    def _named_graphs(self, counts: dict[str, int]) -> Iterator[Triple]:
        for name, count in counts.items():
            short = name.removeprefix(self.manifest.base.graph(""))
            node, graph = self._node(f"named-graph/{short}"), self._node(f"graph/{short}")
            yield from _say(self._node("dataset"), SD + "namedGraph", NamedNode(node))
            yield from _say(node, RDF + "type", NamedNode(SD + "NamedGraph"))
            yield from _say(node, SD + "name", NamedNode(name))
            yield from _say(node, SD + "graph", NamedNode(graph))
            yield from self._graph(graph, count)

    def _graph(self, node: str, count: int) -> Iterator[Triple]:
        yield from _say(node, RDF + "type", NamedNode(SD + "Graph"))
        yield from _say(node, VOID + "triples", Literal(str(count), datatype=NamedNode(XSD + "integer")))

    def _node(self, name: str) -> str:
        return f"{self._endpoint}#{name}"


def _say(subject: str, predicate: str, *objects: Term) -> Iterator[Triple]:
    for value in objects:
        yield Triple(NamedNode(subject), NamedNode(predicate), value)
