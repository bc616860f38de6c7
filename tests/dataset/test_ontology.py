"""The ontology folder: terms, concept schemes, alignments and JSON-LD context say what all else relies on."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from pyld import jsonld

from kankei.namespaces import (
    CONCEPT_KINDS,
    CONCEPTS,
    CV,
    DCAT,
    DCT,
    FOAF,
    HYDRA,
    KK,
    ONTOLOGY,
    OWL,
    PREFIXES,
    RDF,
    RDFS,
    SCHEMA,
    SH,
    SKOS,
    XSD,
)
from support.paths import ROOT

TERMS = ROOT / "ontology" / "kankei.ttl"
ALIGNMENTS = ROOT / "ontology" / "alignments.ttl"
CONTEXT = ROOT / "ontology" / "context.jsonld"
SCHEMES = sorted((ROOT / "ontology" / "schemes").glob("*.ttl"))
USERS = sorted([*(ROOT / "data").rglob("*.ttl"), *(ROOT / "shapes").rglob("*.ttl"), *SCHEMES, ALIGNMENTS])
CURATION = ROOT / "src" / "kankei" / "curation"
CODE = sorted(path for path in CURATION.rglob("*") if path.suffix in {".py", ".toml", ".ttl", ".rq"})
CODE += sorted((ROOT / "src" / "kankei" / "dataset" / "derivation").glob("*.rq"))
LANGUAGES = {"ja", "en"}
PROPERTY_TYPES = {OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty"}


@cache
def triples(path: Path) -> tuple[ox.Triple, ...]:
    """The triples of a Turtle file; a data file's relative IRIs are resolved against a base of no meaning."""
    return tuple(quad.triple for quad in ox.parse(path=path, base_iri="https://example.org/id/kind/thing"))


def literals(graph: Iterable[ox.Triple], subject: str, predicate: str) -> list[ox.Literal]:
    found = (o for s, p, o in graph if s == ox.NamedNode(subject) and p == ox.NamedNode(predicate))
    return [o for o in found if isinstance(o, ox.Literal)]


def iris(graph: Iterable[ox.Triple], subject: str, predicate: str) -> set[str]:
    found = (o for s, p, o in graph if s == ox.NamedNode(subject) and p == ox.NamedNode(predicate))
    return {o.value for o in found if isinstance(o, ox.NamedNode)}


def instances(graph: Iterable[ox.Triple], class_iri: str) -> set[str]:
    found = (s for s, p, o in graph if p.value == RDF + "type" and o == ox.NamedNode(class_iri))
    return {s.value for s in found if isinstance(s, ox.NamedNode)}


def mentioned(path: Path, prefixes: tuple[str, ...]) -> Iterator[str]:
    for triple in triples(path):
        for term in triple:
            iri = term.datatype if isinstance(term, ox.Literal) else term
            if isinstance(iri, ox.NamedNode) and iri.value.startswith(prefixes):
                yield iri.value


def languages(graph: Iterable[ox.Triple], subject: str, predicate: str) -> list[str]:
    """The language of each literal, sorted; one that is blank or has none counts as an empty string."""
    found = literals(graph, subject, predicate)
    return sorted((literal.language or "") if literal.value.strip() else "" for literal in found)


DECLARED = {s.value for s, _, _ in triples(TERMS) if isinstance(s, ox.NamedNode)} - {ONTOLOGY}
VOCABULARY = sorted(iri for iri in DECLARED if iri.startswith(ONTOLOGY))
"""Our terms; the others in the file are declared only."""
CLASSES = sorted(instances(triples(TERMS), OWL + "Class").intersection(VOCABULARY))
PROPERTIES = sorted(
    set().union(*(instances(triples(TERMS), type_) for type_ in PROPERTY_TYPES)).intersection(VOCABULARY)
)
CONCEPT_IRIS = {s.value for path in SCHEMES for s, _, _ in triples(path) if isinstance(s, ox.NamedNode)}


def name(iri: str) -> str:
    return iri.removeprefix(KK)


def turtle_example(term: str) -> list[ox.Triple]:
    """The statements of a term's only example in Turtle, whose IRIs are relative to those of programmes.

    Examples in words may stand beside it, in Japanese and English.
    """
    examples = literals(triples(TERMS), term, SKOS + "example")
    assert sorted(filter(None, (literal.language for literal in examples))) in ([], sorted(LANGUAGES))
    (example,) = [literal.value for literal in examples if not literal.language]
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    parsed = ox.parse(prefixes + example, format=ox.RdfFormat.TURTLE, base_iri=CONCEPTS + "programme/")
    return [quad.triple for quad in parsed]


def below(class_: str) -> set[str]:
    """The classes below one of ours."""
    rows = ((s.value, p.value, str(o)) for s, p, o in triples(TERMS) if isinstance(s, ox.NamedNode))
    return {s for s, p, o in rows if (p, o) == (RDFS + "subClassOf", f"<{class_}>")}


def above(term: object) -> set[str]:
    """The classes above a class of ours, and the class of a basis; none for anything else."""
    if not isinstance(term, ox.NamedNode):
        return set()
    graph = triples(TERMS)
    return iris(graph, term.value, RDFS + "subClassOf") | iris(graph, term.value, RDF + "type")


class TestTerms:
    @pytest.mark.parametrize("term", VOCABULARY, ids=name)
    def test_label_definition_and_home(self, term: str) -> None:
        graph = triples(TERMS)
        assert term.startswith(KK)
        assert languages(graph, term, RDFS + "label") == sorted(LANGUAGES)
        assert languages(graph, term, SKOS + "definition") == sorted(LANGUAGES)
        assert iris(graph, term, RDFS + "isDefinedBy") == {ONTOLOGY}

    @pytest.mark.parametrize("term", VOCABULARY, ids=name)
    def test_has_an_example_that_uses_it(self, term: str) -> None:
        used = {iri for t in turtle_example(term) for iri in (t.predicate, t.object)}
        classes = {class_ for iri in used for class_ in above(iri)}
        assert ox.NamedNode(term) in used or term in classes

    @pytest.mark.parametrize("term", VOCABULARY, ids=name)
    def test_the_example_is_of_the_seed_where_the_seed_uses_the_term(
        self, term: str, seed_store: ox.Store
    ) -> None:
        node, type_ = ox.NamedNode(term), ox.NamedNode(RDF + "type")
        pattern = (type_, node) if term in CLASSES else (node, None)
        if next(seed_store.quads_for_pattern(None, *pattern), None) is None:
            return
        for triple in turtle_example(term):
            quad = ox.Quad(triple.subject, triple.predicate, triple.object, ox.DefaultGraph())
            assert quad in seed_store, triple

    def test_every_term_is_used(self) -> None:
        """By data, shapes, schemes, derivation, or the code that proposes data."""
        used = {iri for path in USERS for iri in mentioned(path, (KK,))}
        code = "".join(path.read_text(encoding="utf-8") for path in CODE)
        used |= {KK + word for word in re.findall(r"\bkk:([A-Za-z]+)", code)}
        used |= {class_ for class_ in CLASSES if below(class_)}
        assert sorted(set(VOCABULARY) - used) == []

    @pytest.mark.parametrize("iri", sorted(DECLARED - set(VOCABULARY)))
    def test_a_foreign_term_is_declared_and_no_more(self, iri: str) -> None:
        assert {p.value for s, p, _ in triples(TERMS) if s == ox.NamedNode(iri)} == {RDF + "type"}

    def test_every_term_is_a_class_a_property_or_a_basis(self) -> None:
        assert set(VOCABULARY) == {*CLASSES, *PROPERTIES, *instances(triples(TERMS), KK + "Basis")}

    def test_names_tell_classes_from_properties(self) -> None:
        assert all(name(term)[0].isupper() for term in CLASSES)
        assert all(name(term)[0].islower() for term in PROPERTIES)

    @pytest.mark.parametrize("path", USERS, ids=lambda path: str(path.relative_to(ROOT)))
    def test_everything_used_is_defined(self, path: Path) -> None:
        assert set(mentioned(path, (KK,))) <= set(VOCABULARY)

    @pytest.mark.parametrize("path", USERS, ids=lambda path: str(path.relative_to(ROOT)))
    def test_every_shared_concept_used_is_defined(self, path: Path) -> None:
        kinds = tuple(f"{CONCEPTS}{kind}/" for kind in CONCEPT_KINDS)
        assert set(mentioned(path, kinds)) <= CONCEPT_IRIS

    def test_domains_and_ranges_are_defined(self) -> None:
        assert set(mentioned(TERMS, (KK,))) <= set(VOCABULARY)

    def test_reused_properties_have_no_domain(self) -> None:
        for term in (
            "place", "number", "title", "support", "funding", "budget", "text", "caption", "about",
            "bodies", "call", "contact", "link",
        ):  # fmt: skip
            assert not iris(triples(TERMS), KK + term, RDFS + "domain"), term

    def test_derived_properties_name_their_rule(self) -> None:
        graph = triples(TERMS)
        derived = instances(graph, KK + "DerivedProperty")
        assert {name(term) for term in derived} == {
            "callDates", "callEarliestStart", "callLatestEnd", "callPrinted", "callState", "contactTelephone",
            "fundingMethod", "implementingBody", "latestBudget", "latestBudgetUpperBound", "latestEntry",
            "latestSheet", "latestYear", "measureBudget", "measureBudgetStage", "measureBudgetUpperBound",
            "ministry", "notStated", "openToOthers", "percentage", "policyTheme", "responsibleUnit",
            "supportKind", "surveyDates", "surveyEarliestStart", "surveyLatestEnd", "surveyPrinted",
            "webPage",
        }  # fmt: skip
        for term in derived:
            (rule,) = iris(graph, term, KK + "derivedBy")
            assert rule in instances(triples(ROOT / "ontology" / "schemes" / "rule.ttl"), KK + "Rule")

    def test_yen_and_what_a_budget_is_not_are_said(self) -> None:
        for term in (
            "amount",
            "ceiling",
            "latestBudget",
            "latestBudgetUpperBound",
            "measureBudget",
            "upperBound",
        ):
            text = " ".join(o.value for o in literals(triples(TERMS), KK + term, SKOS + "definition"))
            assert "円" in text, term
            assert "yen" in text, term


class TestEveryFile:
    @pytest.mark.parametrize("path", [TERMS, ALIGNMENTS, *SCHEMES], ids=lambda path: path.name)
    def test_has_no_blank_node(self, path: Path) -> None:
        assert not [t for t in triples(path) for term in t if isinstance(term, ox.BlankNode)]

    @pytest.mark.parametrize("path", [TERMS, ALIGNMENTS, *SCHEMES], ids=lambda path: path.name)
    def test_states_no_triple_twice(self, path: Path) -> None:
        assert len(triples(path)) == len(set(triples(path)))

    @pytest.mark.parametrize("path", [TERMS, ALIGNMENTS], ids=lambda path: path.name)
    def test_header(self, path: Path) -> None:
        graph = triples(path)
        (ontology,) = instances(graph, OWL + "Ontology")
        (version,) = literals(graph, ontology, OWL + "versionInfo")
        assert iris(graph, ontology, OWL + "versionIRI") == {f"{ontology}/{version.value}"}
        assert iris(graph, ontology, DCT + "license") == {"https://creativecommons.org/licenses/by/4.0/"}
        for predicate in (DCT + "title", DCT + "description"):
            assert languages(graph, ontology, predicate) == sorted(LANGUAGES)

    def test_versions_agree(self) -> None:
        versions = [
            literals(triples(path), ontology, OWL + "versionInfo")
            for path, ontology in ((TERMS, ONTOLOGY), (ALIGNMENTS, ONTOLOGY + "/alignments"))
        ]
        assert versions[0] == versions[1]


class TestSchemes:
    def test_one_file_for_each_kind_of_concept(self) -> None:
        assert {path.stem for path in SCHEMES} | {"scheme"} == set(CONCEPT_KINDS)

    @pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
    def test_holds_one_scheme_named_as_the_file(self, path: Path) -> None:
        graph = triples(path)
        scheme = f"{CONCEPTS}scheme/{path.stem}"
        assert instances(graph, SKOS + "ConceptScheme") == {scheme}
        for concept in instances(graph, SKOS + "Concept"):
            assert concept.startswith(f"{CONCEPTS}{path.stem}/")
            assert iris(graph, concept, SKOS + "inScheme") == {scheme}
        subjects = {s.value for s, _, _ in graph if isinstance(s, ox.NamedNode)}
        evidence = instances(graph, KK + "Evidence")
        assert subjects == {scheme, *instances(graph, SKOS + "Concept"), *evidence}
        assert {name for node in evidence for name in iris(graph, node, KK + "about")} <= subjects - evidence

    @pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
    def test_everything_has_label_and_definition(self, path: Path) -> None:
        graph = triples(path)
        subjects = {s.value for s, _, _ in graph if isinstance(s, ox.NamedNode)}
        for subject in subjects - instances(graph, KK + "Evidence"):
            assert languages(graph, subject, SKOS + "prefLabel") == sorted(LANGUAGES), subject
            assert languages(graph, subject, SKOS + "definition") == sorted(LANGUAGES), subject

    @pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
    def test_concepts_share_one_class_of_ours(self, path: Path) -> None:
        graph = triples(path)
        concepts = instances(graph, SKOS + "Concept")
        types = [iris(graph, concept, RDF + "type") - {SKOS + "Concept"} for concept in concepts]
        assert len({class_ for found in types for class_ in found}) == 1
        for class_ in types[0]:
            assert iris(triples(TERMS), class_, RDFS + "subClassOf") == {SKOS + "Concept"}
            assert instances(graph, class_) == concepts

    @pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
    def test_hierarchy_is_stated_both_ways_and_ends_at_the_top(self, path: Path) -> None:
        graph = triples(path)
        scheme = f"{CONCEPTS}scheme/{path.stem}"
        concepts = instances(graph, SKOS + "Concept")
        broader = {(s, o) for s in concepts for o in iris(graph, s, SKOS + "broader")}
        related = {(s, o) for s in concepts for o in iris(graph, s, SKOS + "related")}
        assert broader == {(o, s) for s in concepts for o in iris(graph, s, SKOS + "narrower")}
        assert related == {(o, s) for s, o in related}
        assert not related & (broader | {(o, s) for s, o in broader})
        top = {s for s in concepts if iris(graph, s, SKOS + "topConceptOf")}
        assert top == concepts - {s for s, _ in broader} == iris(graph, scheme, SKOS + "hasTopConcept")

    def test_municipality_is_narrower_than_city_ward_town_village(self) -> None:
        graph = triples(ROOT / "ontology" / "schemes" / "body-type.ttl")
        kind = CONCEPTS + "body-type/"
        assert iris(graph, kind + "municipality", SKOS + "broader") == {kind + "city-ward-town-village"}
        assert not iris(graph, kind + "private-business", SKOS + "broader")

    def test_allocation_tax_measures_have_one_parent(self) -> None:
        graph = triples(ROOT / "ontology" / "schemes" / "funding.ttl")
        kind = CONCEPTS + "funding/"
        for slug in ("ordinary-allocation-tax", "special-allocation-tax"):
            assert iris(graph, kind + slug, SKOS + "broader") == {kind + "allocation-tax"}


class TestAlignments:
    def test_only_our_terms_are_described(self) -> None:
        """Foreign ones are declared."""
        described = {str(s)[1:-1] for s, p, _ in triples(ALIGNMENTS) if p.value != RDF + "type"}
        assert described - {ONTOLOGY + "/alignments"} <= set(VOCABULARY)

    @pytest.mark.parametrize("path", [TERMS, ALIGNMENTS, *SCHEMES], ids=lambda path: path.name)
    def test_falls_into_no_known_trap(self, path: Path) -> None:
        trapped = {CV + "hasCost", OWL + "sameAs", FOAF + "Agent"}
        trapped |= {SCHEMA + kind for kind in ("FundingScheme", "MonetaryGrant", "Grant")}
        assert (
            not {term.value for t in triples(path) for term in t if isinstance(term, ox.NamedNode)} & trapped
        )

    def test_imi_is_only_pointed_to(self) -> None:
        links = {p.value for _, p, o in triples(ALIGNMENTS) if "imi.go.jp" in o.value}
        assert links <= {RDFS + "seeAlso", DCT + "description"}

    def test_properties_are_not_taken_for_classes(self) -> None:
        for subject, predicate, _ in triples(ALIGNMENTS):
            if predicate.value == RDFS + "subClassOf":
                assert subject.value in CLASSES
            if predicate.value == RDFS + "subPropertyOf":
                assert subject.value in PROPERTIES

    def test_programme_is_a_public_service_with_a_competent_authority(self) -> None:
        graph = triples(ALIGNMENTS)
        assert PREFIXES["cpsv"] + "PublicService" in iris(graph, KK + "Programme", RDFS + "subClassOf")
        assert iris(graph, KK + "ministry", RDFS + "subPropertyOf") == {CV + "hasCompetentAuthority"}

    def test_every_standard_is_reached(self) -> None:
        graph = (*triples(TERMS), *triples(ALIGNMENTS))
        reached = {o.value for _, _, o in graph if isinstance(o, ox.NamedNode)}
        for prefix in ("cpsv", "cv", "org", "skos", "prov", "dcat", "time", "vcard", "schema"):
            assert any(iri.startswith(PREFIXES[prefix]) for iri in reached), prefix


def context() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(CONTEXT.read_text(encoding="utf-8"))
    assert set(loaded) == {"@context"}
    inner: dict[str, Any] = loaded["@context"]
    return inner


def expand(compact: str) -> str:
    """The IRI that a CURIE of the context stands for; an absolute IRI stays as it is."""
    prefix, _, local = compact.partition(":")
    return context()[prefix] + local if prefix in PREFIXES and not local.startswith("//") else compact


def term_definitions() -> dict[str, dict[str, Any]]:
    return {term: value for term, value in context().items() if isinstance(value, dict) and term != "type"}


TERM_NAMES = {KK + "title": "printedTitle"}
"""Terms that have another name in the context: `title` is the name of a thing (dct:title), as DCAT has it."""


def term_name(iri: str) -> str:
    return TERM_NAMES.get(iri, name(iri))


def containers(definition: dict[str, Any]) -> set[str]:
    named = definition.get("@container", [])
    return {named} if isinstance(named, str) else set(named)


HYDRA_LINKS = {HYDRA + name for name in ("first", "last", "next", "previous", "totalItems", "view")}
SINGLE_BY_DERIVATION = {KK + "percentage", KK + "latestYear", *HYDRA_LINKS}
"""Properties of which no shape speaks that have one value: by their rules, or on a page of a list."""


def cardinality_by_shapes() -> tuple[set[str], set[str]]:
    """The properties with one value at most wherever a shape speaks of them; those with one a language."""
    limits: dict[str, dict[str, int]] = {}
    one_a_language = set()
    for path in (ROOT / "shapes").glob("*.ttl"):
        graph = triples(path)
        for shape, predicate, property_path in graph:
            if predicate.value == SH + "path" and isinstance(property_path, ox.NamedNode):
                own = {p.value: o.value for s, p, o in graph if s == shape and isinstance(o, ox.Literal)}
                limit = int(own.get(SH + "maxCount", "2"))
                files = limits.setdefault(property_path.value, {})
                files[path.stem] = min(limit, files.get(path.stem, limit))
                if own.get(SH + "uniqueLang") == "true":
                    one_a_language.add(property_path.value)
    return {iri for iri, files in limits.items() if max(files.values()) <= 1}, one_a_language


EXAMPLE = {
    "id": "https://example.org/id/programme/one",
    "type": "Programme",
    "title": {"ja": "施策", "en": "programme"},
    "prefLabel": {"ja": ["甲", "乙"], "ja-hrkt": "こう"},
    "entry": {
        "id": "https://example.org/id/programme/one#2025",
        "type": ["CatalogueEntry", "skos:Concept"],
        "number": "103",
        "position": 1,
        "openList": True,
        "percentage": "33.3",
        "earliestStart": "2025-04-01",
        "edtf": "2025-04/2025-05~",
        "bodyType": ["https://w3id.org/kankei/id/body-type/npo"],
        "onProperty": ["dct:title", "kk:edtf"],
        "basis": "kk:inferred",
        "funding": "https://example.org/id/programme/one#funding",
    },
}


def expected_example() -> set[ox.Triple]:
    one, entry = (ox.NamedNode(EXAMPLE["id"] + fragment) for fragment in ("", "#2025"))  # type: ignore[operator]
    iri, literal = ox.NamedNode, ox.Literal
    rows: list[tuple[ox.NamedNode, str, ox.NamedNode | ox.Literal]] = [
        (one, RDF + "type", iri(KK + "Programme")),
        (one, DCT + "title", literal("施策", language="ja")),
        (one, DCT + "title", literal("programme", language="en")),
        (one, SKOS + "prefLabel", literal("甲", language="ja")),
        (one, SKOS + "prefLabel", literal("乙", language="ja")),
        (one, SKOS + "prefLabel", literal("こう", language="ja-hrkt")),
        (one, KK + "entry", entry),
        (entry, RDF + "type", iri(KK + "CatalogueEntry")),
        (entry, RDF + "type", iri(SKOS + "Concept")),
        (entry, KK + "number", literal("103")),
        (entry, KK + "position", literal("1", datatype=iri(XSD + "integer"))),
        (entry, KK + "openList", literal("true", datatype=iri(XSD + "boolean"))),
        (entry, KK + "percentage", literal("33.3", datatype=iri(XSD + "decimal"))),
        (entry, KK + "earliestStart", literal("2025-04-01", datatype=iri(XSD + "date"))),
        (entry, KK + "edtf", literal("2025-04/2025-05~", datatype=iri(PREFIXES["edtf"] + "EDTF"))),
        (entry, KK + "bodyType", iri(CONCEPTS + "body-type/npo")),
        (entry, KK + "onProperty", iri(DCT + "title")),
        (entry, KK + "onProperty", iri(KK + "edtf")),
        (entry, KK + "basis", iri(KK + "inferred")),
        (entry, KK + "funding", iri(one.value + "#funding")),
    ]
    return {ox.Triple(s, iri(p), o) for s, p, o in rows}


def datatypes_by_shapes(iri: str) -> set[str]:
    """The datatypes that shapes ask of a property's values: what OWL 2 does not know is left to SHACL."""
    found = set()
    for path in (ROOT / "shapes").glob("*.ttl"):
        shapes = {s.value for s, p, o in triples(path) if p.value == SH + "path" and str(o) == f"<{iri}>"}
        found |= {datatype for shape in shapes for datatype in iris(triples(path), shape, SH + "datatype")}
    return found


def datatypes_by_example(iri: str) -> set[str]:
    """The datatypes of a property's values in its example, for derived ones, of which no shape speaks."""
    values = (t.object for t in turtle_example(iri) if t.predicate == ox.NamedNode(iri))
    return {value.datatype.value for value in values if isinstance(value, ox.Literal)}


class TestContext:
    def test_is_json_ld_1_1(self) -> None:
        assert context()["@version"] == 1.1

    def test_covers_every_class_and_property(self) -> None:
        covered = {term: expand(definition["@id"]) for term, definition in term_definitions().items()}
        assert covered.items() >= {(term_name(iri), iri) for iri in (*CLASSES, *PROPERTIES)}

    def test_the_name_of_a_programme_is_its_title(self) -> None:
        assert expand(term_definitions()["title"]["@id"]) == DCT + "title"

    def test_values_are_arrays_where_the_shapes_allow_several(self) -> None:
        single, one_a_language = cardinality_by_shapes()
        for term, definition in term_definitions().items():
            iri = expand(definition["@id"])
            if re.split("[#/]", iri)[-1][0].isupper():
                continue
            is_single = iri in single | SINGLE_BY_DERIVATION
            if "@language" in containers(definition):
                is_single |= iri in one_a_language
            assert ("@set" not in containers(definition)) == is_single, term
        assert context()["type"] == {"@id": "@type", "@container": "@set"}

    def test_has_no_two_terms_for_one_iri(self) -> None:
        meant = [expand(definition["@id"]) for definition in term_definitions().values()]
        assert len(meant) == len(set(meant))

    def test_uses_only_the_features_our_writer_knows(self) -> None:
        for term, definition in term_definitions().items():
            assert set(definition) <= {"@id", "@type", "@container"}, term
            assert containers(definition) <= {"@language", "@set"}
            assert not ("@type" in definition and "@language" in containers(definition)), term
        strings = {term: value for term, value in context().items() if isinstance(value, str)}
        assert strings.pop("id") == "@id"
        assert strings.items() <= PREFIXES.items()

    def test_leaves_out_a_prefix_only_where_a_term_or_a_concept_stands(self) -> None:
        assert set(PREFIXES) - set(context()) == set(CONCEPT_KINDS) - set(term_definitions())

    @pytest.mark.parametrize("iri", PROPERTIES, ids=name)
    def test_coerces_as_the_ontology_says(self, iri: str) -> None:
        graph = triples(TERMS)
        definition = term_definitions()[term_name(iri)]
        types, ranges = iris(graph, iri, RDF + "type"), iris(graph, iri, RDFS + "range")
        if not ranges and OWL + "AnnotationProperty" not in types:
            ranges = datatypes_by_shapes(iri) or datatypes_by_example(iri)
        if OWL + "ObjectProperty" in types:
            assert definition["@type"] == "@id"
        elif ranges == {RDF + "PlainLiteral"}:
            assert "@language" in containers(definition)
        elif ranges <= {XSD + "string"}:
            assert set(definition) - {"@container"} == {"@id"}
            assert "@language" not in containers(definition)
        else:
            assert {expand(definition["@type"])} == ranges

    @pytest.mark.parametrize("path", USERS, ids=lambda path: str(path.relative_to(ROOT)))
    def test_fits_the_data(self, path: Path) -> None:
        if "shapes" in path.parts:
            return
        coercion = {expand(definition["@id"]): definition for definition in term_definitions().values()}
        for _, predicate, value in triples(path):
            definition = coercion.get(predicate.value, {})
            if "@language" in containers(definition):
                assert isinstance(value, ox.Literal), predicate
                assert value.language, predicate
            elif definition.get("@type") == "@id":
                assert isinstance(value, ox.NamedNode), predicate
            elif "@type" in definition:
                assert isinstance(value, ox.Literal), predicate
                assert value.datatype.value == expand(definition["@type"])

    def test_means_the_same_to_pyld(self) -> None:
        document = {"@context": context(), **EXAMPLE}
        quads = jsonld.to_rdf(document, {"format": "application/n-quads"})
        assert set(ox.parse(quads, format=ox.RdfFormat.N_TRIPLES)) == {
            ox.Quad(*triple) for triple in expected_example()
        }

    def test_means_the_same_to_pyoxigraph(self) -> None:
        document = json.dumps({"@context": context(), **EXAMPLE})
        parsed = {quad.triple for quad in ox.parse(document, format=ox.RdfFormat.JSON_LD)}
        assert parsed == expected_example()

    def test_covers_catalogue_terms(self) -> None:
        meant = {expand(definition["@id"]) for definition in term_definitions().values()}
        assert meant >= {DCAT + "distribution", DCAT + "contactPoint", DCT + "license", FOAF + "homepage"}
