"""The W3C's evaluation tests of SPARQL 1.0 and 1.1: queries, the graphs they ask for, their results."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from support.two_engines import Key, key_of

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_GRAPHS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".n3": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
}
_RESULTS = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}
Solutions: TypeAlias = Counter[frozenset[tuple[str, Key]]]
Node: TypeAlias = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True)
class Case:
    """A test: its name, query, graphs by their files, and the file of its result."""

    name: str
    query: Path
    default: tuple[Path, ...]
    named: tuple[Path, ...]
    result: Path


def cases(suite: Path) -> Iterator[Case]:
    """The query evaluation tests of the manifests below a folder."""
    for file in sorted(suite.glob("*/manifest.ttl")):
        manifest = Graph(file)
        for head in manifest.objects(None, MF + "entries"):
            for test in manifest.items(head):
                kinds = manifest.objects(test, RDF + "type")
                if any(str(kind).endswith("QueryEvaluationTest>") for kind in kinds):
                    yield _case(file.parent.name, manifest, test)


def _case(part: str, manifest: "Graph", test: Node) -> Case:
    (action,), (result,) = (manifest.objects(test, MF + name) for name in ("action", "result"))
    assert not isinstance(action, ox.Literal)
    (query,) = manifest.objects(action, QT + "query")
    (name,) = manifest.objects(test, MF + "name")
    default, named = (
        tuple(_file(graph) for graph in manifest.objects(action, QT + kind)) for kind in ("data", "graphData")
    )
    return Case(f"{part}/{getattr(name, 'value', '')}", _file(query), default, named, _file(result))


class Graph:
    """The triples of a file."""

    def __init__(self, file: Path) -> None:
        self.triples = [quad.triple for quad in quads_of(file)]
        self._objects: dict[tuple[object, str], list[Node | ox.Literal]] = {}
        for triple in self.triples:
            for subject in (triple.subject, None):
                found = self._objects.setdefault((subject, triple.predicate.value), [])
                found.append(triple.object)  # type: ignore[arg-type]

    def objects(self, subject: object, predicate: str) -> list[Node | ox.Literal]:
        """The objects of a subject, or of any."""
        return self._objects.get((subject, predicate), [])

    def items(self, head: object) -> Iterator[Node]:
        """The items of a list."""
        while head != ox.NamedNode(RDF + "nil"):
            (item,), (head,) = (self.objects(head, RDF + name) for name in ("first", "rest"))
            assert not isinstance(item, ox.Literal)
            yield item


def quads_of(file: Path) -> list[ox.Quad]:
    """The triples of a file, in the graph that the file names."""
    graph = ox.NamedNode(file.as_uri())
    parsed = ox.parse(
        path=str(file), format=_GRAPHS[file.suffix], base_iri=file.as_uri(), rename_blank_nodes=True
    )
    return [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in parsed]


def expected(file: Path) -> bool | Solutions:
    """The result in a file, its literals spelled as the store does."""
    if file.suffix in _RESULTS:
        return solutions(ox.parse_query_results(path=str(file), format=_RESULTS[file.suffix]))
    graph = Graph(file)
    for value in graph.objects(None, RS + "boolean"):
        return str(value).startswith('"true"')
    found: Solutions = Counter()
    for solution in graph.objects(None, RS + "solution"):
        pairs = []
        for binding in graph.objects(solution, RS + "binding"):
            (variable,), (value,) = (graph.objects(binding, RS + name) for name in ("variable", "value"))
            pairs.append((getattr(variable, "value", ""), _stored(value)))
        found[frozenset(pairs)] += 1
    return found


def solutions(results: object) -> bool | Solutions:
    """Results as they are compared: blank nodes all alike."""
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    assert isinstance(results, ox.QuerySolutions)
    names = [variable.value for variable in results.variables]
    return Counter(
        frozenset((name, _stored(row[name])) for name in names if row[name] is not None) for row in results
    )


def _stored(term: object) -> Key:
    if isinstance(term, ox.BlankNode):
        return (1, "", "", "")
    if isinstance(term, ox.Literal):
        store, node = ox.Store(), ox.NamedNode("x:x")
        store.add(ox.Quad(node, node, term))
        (term,) = (quad.object for quad in store)
    return key_of(term)


def _file(node: object) -> Path:
    return Path(str(getattr(node, "value", "")).removeprefix("file://"))
