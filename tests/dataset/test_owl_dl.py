"""Ontology, alignments and concept schemes are one OWL 2 DL ontology, and the seed data agree with it."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.namespaces import KK, OWL, RDF, RDFS
from support.owl_dl import problems
from support.paths import ROOT, TESTS

TERMS = ROOT / "ontology" / "kankei.ttl"
ALIGNMENTS = ROOT / "ontology" / "alignments.ttl"
SCHEMES = sorted((ROOT / "ontology" / "schemes").glob("*.ttl"))
CASES = sorted((TESTS / "owl-dl").glob("*.ttl"))


def triples(*files: Path) -> list[ox.Triple]:
    return [quad.triple for file in files for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE)]


def test_the_ontology_alone() -> None:
    assert problems(triples(TERMS)) == []


def test_ontology_alignments_and_schemes() -> None:
    """Of the schemes without the evidence of names, whose days are of xsd:date, which OWL 2 does not know."""
    schemes = [triple for triple in triples(*SCHEMES) if "#evidence" not in str(triple.subject)]
    assert problems([*triples(TERMS, ALIGNMENTS), *schemes]) == []


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_each_rule_can_fail(case: Path) -> None:
    """The first line of a case is what is to be found in it."""
    expected = case.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
    assert expected in problems(triples(case))


def test_what_is_allowed_passes() -> None:
    text = f"""
        @prefix : <urn:x#> . @prefix owl: <{OWL}> . @prefix rdf: <{RDF}> . @prefix rdfs: <{RDFS}> .
        <urn:x> a owl:Ontology ; owl:versionIRI <urn:x/1> ; owl:versionInfo "1" .
        :C a owl:Class ; rdfs:label "C"@en ; owl:disjointWith :D .
        :D a owl:Class ; rdfs:subClassOf owl:Thing .
        :p a owl:ObjectProperty, owl:FunctionalProperty, :Kind ; rdfs:domain :C ; rdfs:range :D .
        :q a owl:DatatypeProperty ; rdfs:range rdf:PlainLiteral . :note a owl:AnnotationProperty .
        :Kind a owl:Class . :i a owl:NamedIndividual, :C ; :q "text"@en ; :note "any", :i .
    """
    parsed = ox.parse(text, format=ox.RdfFormat.TURTLE)
    assert problems(quad.triple for quad in parsed) == []


class Classes:
    """The class hierarchy, domains, ranges and disjoint pairs that the ontology states."""

    def __init__(self) -> None:
        self.above: defaultdict[str, set[str]] = defaultdict(set)
        self.ends: dict[str, dict[str, str]] = {"domain": {}, "range": {}}
        self.disjoint: set[frozenset[str]] = set()
        for triple in triples(TERMS, ALIGNMENTS):
            subject, predicate, value = str(triple.subject)[1:-1], triple.predicate.value, triple.object
            if not isinstance(value, ox.NamedNode):
                continue
            if predicate == RDFS + "subClassOf":
                self.above[subject].add(value.value)
            elif predicate == OWL + "disjointWith":
                self.disjoint.add(frozenset((subject, value.value)))
            elif predicate.startswith(RDFS) and predicate.removeprefix(RDFS) in self.ends:
                self.ends[predicate.removeprefix(RDFS)][subject] = value.value

    def closure(self, classes: set[str]) -> set[str]:
        found = set(classes)
        while new := {above for class_ in found for above in self.above[class_]} - found:
            found |= new
        return found

    def types(self, store: ox.Store) -> dict[str, set[str]]:
        """The types of each node, by its statements and by domains and ranges."""
        types: defaultdict[str, set[str]] = defaultdict(set)
        for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
            subject, predicate = str(quad.subject)[1:-1], quad.predicate.value
            if predicate in self.ends["domain"]:
                types[subject].add(self.ends["domain"][predicate])
            if isinstance(quad.object, ox.NamedNode):
                if predicate == RDF + "type":
                    types[subject].add(quad.object.value)
                if predicate in self.ends["range"]:
                    types[quad.object.value].add(self.ends["range"][predicate])
        return {node: self.closure(found) for node, found in types.items()}


def clashes(classes: Classes, store: ox.Store) -> Iterator[str]:
    for node, types in classes.types(store).items():
        for first, second in product(sorted(types), repeat=2):
            if first < second and frozenset((first, second)) in classes.disjoint:
                yield f"<{node}> would be {first} and {second}"


def test_no_node_of_the_data_is_of_two_disjoint_kinds(seed_store: ox.Store) -> None:
    """A domain or range that one statement of the data contradicts shows here."""
    assert list(clashes(Classes(), seed_store)) == []


def test_a_clash_is_found() -> None:
    store, node = ox.Store(), ox.NamedNode("urn:node")
    store.add(ox.Quad(node, ox.NamedNode(RDF + "type"), ox.NamedNode(KK + "Programme")))
    store.add(ox.Quad(node, ox.NamedNode(KK + "amount"), ox.Literal(1)))
    assert list(clashes(Classes(), store)) == [f"<urn:node> would be {KK}Programme and {KK}Value"]


def test_the_top_kinds_are_disjoint() -> None:
    """Classes of ours that stand below no other one of ours, and the levels of organisations."""
    classes = Classes()
    own = {str(t.subject)[1:-1] for t in triples(TERMS) if str(t.object) == f"<{OWL}Class>"}
    own = {iri for iri in own if iri.startswith(KK)}
    top = {iri for iri in own if not classes.above[iri] & own} - {KK + "DerivedProperty"}
    top = {iri for iri in top if not any(above.endswith("core#Concept") for above in classes.above[iri])}
    levels = {iri for iri in own if KK + "Organisation" in classes.above[iri]}
    for kinds in (top, levels):
        pairs = {frozenset(pair) for pair in product(kinds, repeat=2) if len(set(pair)) == 2}
        assert pairs <= classes.disjoint
