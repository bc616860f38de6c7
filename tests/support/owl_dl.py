"""Syntactic conditions of OWL 2 DL on the RDF graph of an ontology.

OWL 2 Structural Specification, sections 3, 5.8, 11.1 and 11.2, and the mapping from RDF graphs; no reasoning.
Of class expressions only restrictions are known: an ontology that uses others is told so, never passed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

import pyoxigraph as ox

from kankei.namespaces import OWL, RDF, RDFS, XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def _owl(*names: str) -> frozenset[str]:
    return frozenset(OWL + name for name in names)


def _rdfs(*names: str) -> frozenset[str]:
    return frozenset(RDFS + name for name in names)


CLASS, DATATYPE, INDIVIDUAL = OWL + "Class", RDFS + "Datatype", OWL + "NamedIndividual"
OBJECT, DATA, ANNOTATION = OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty"
PROPERTIES = (OBJECT, DATA, ANNOTATION)
TRANSITIVE = OWL + "TransitiveProperty"
ENTITY_TYPES = frozenset((CLASS, DATATYPE, INDIVIDUAL, *PROPERTIES))

SIMPLE_ONLY_TYPES = _owl(
    "FunctionalProperty", "InverseFunctionalProperty", "IrreflexiveProperty", "AsymmetricProperty"
)
"""Characteristics that only a simple object property may have (section 11.2)."""
CHARACTERISTICS = SIMPLE_ONLY_TYPES | {TRANSITIVE} | _owl("SymmetricProperty", "ReflexiveProperty")
CARDINALITIES = _owl(
    "cardinality", "minCardinality", "maxCardinality",
    "qualifiedCardinality", "minQualifiedCardinality", "maxQualifiedCardinality", "hasSelf",
)  # fmt: skip
RESTRICTION = OWL + "Restriction"
RESTRICTION_PREDICATES = CARDINALITIES | _owl(
    "onProperty", "onClass", "someValuesFrom", "allValuesFrom", "hasValue"
)

BUILT_IN = {
    **dict.fromkeys(_owl("Thing", "Nothing"), CLASS),
    **dict.fromkeys(_owl("topObjectProperty", "bottomObjectProperty"), OBJECT),
    **dict.fromkeys(_owl("topDataProperty", "bottomDataProperty"), DATA),
    **dict.fromkeys(_rdfs("label", "comment", "seeAlso", "isDefinedBy"), ANNOTATION),
    **dict.fromkeys(
        _owl("deprecated", "versionInfo", "priorVersion", "backwardCompatibleWith", "incompatibleWith"),
        ANNOTATION,
    ),
}
"""The entities of the reserved vocabulary that need no declaration (table 5)."""

DATATYPE_MAP = frozenset((
    RDFS + "Literal", RDF + "PlainLiteral", RDF + "XMLLiteral", OWL + "real", OWL + "rational",
    *(XSD + name for name in (
        "decimal", "integer", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger",
        "negativeInteger", "long", "int", "short", "byte", "unsignedLong", "unsignedInt", "unsignedShort",
        "unsignedByte",
        "double", "float", "string", "normalizedString", "token", "language", "Name", "NCName", "NMTOKEN",
        "boolean", "hexBinary", "base64Binary", "anyURI", "dateTime", "dateTimeStamp",
    )),
))  # fmt: skip
"""The OWL 2 datatype map (section 4), and ``rdfs:Literal``; without ``xsd:date`` and ``rdf:langString``."""

CLASS_AXIOMS = frozenset((RDFS + "subClassOf", OWL + "equivalentClass", OWL + "disjointWith"))
PROPERTY_AXIOMS = frozenset(
    (RDFS + "subPropertyOf", OWL + "equivalentProperty", OWL + "propertyDisjointWith")
)
NOT_ASSERTIONS = RESTRICTION_PREDICATES | {OWL + "imports", OWL + "versionIRI"}
RESERVED = (OWL, RDF, RDFS, XSD)


def problems(triples: Iterable[ox.Triple]) -> list[str]:
    """What keeps a graph from being that of an OWL 2 DL ontology, as sentences; none if nothing does."""
    return sorted(set(_Ontology(triples).problems()))


class _Ontology:
    """A graph with the kinds that it declares of its entities."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.triples = list(triples)
        self.kinds: defaultdict[str, set[str]] = defaultdict(set)
        self.types: defaultdict[str, set[str]] = defaultdict(set)
        self.defined_datatypes: set[str] = set()
        for subject, predicate, value in self._rows():
            if predicate == RDF + "type" and isinstance(value, ox.NamedNode):
                self.types[subject].add(value.value)
                if value.value in ENTITY_TYPES:
                    self.kinds[subject].add(value.value)
        for iri, kind in BUILT_IN.items():
            self.kinds[iri].add(kind)
        self.defined_datatypes = {
            s for s, p, _ in self._rows() if p == OWL + "equivalentClass" and DATATYPE in self.kinds[s]
        }
        self.restrictions = {node for node, types in self.types.items() if RESTRICTION in types}

    def _rows(self) -> Iterator[tuple[str, str, Term]]:
        """Subject and predicate as strings, and the object; a blank node's string begins with ``_:``."""
        for triple in self.triples:
            yield _name(triple.subject), triple.predicate.value, triple.object

    def problems(self) -> Iterator[str]:
        yield from self._punned()
        yield from self._header()
        non_simple = self._non_simple()
        for subject, predicate, value in self._rows():
            yield from self._reserved(subject, predicate, value)
            yield from self._blank(subject, value)
            yield from self._axiom(subject, predicate, value)
            yield from self._not_simple(subject, predicate, value, non_simple)

    def _punned(self) -> Iterator[str]:
        """Section 5.8.1: no IRI is two kinds of property, or class and datatype."""
        for iri, kinds in self.kinds.items():
            if len(kinds.intersection(PROPERTIES)) > 1:
                yield f"<{iri}> is declared as more than one kind of property"
            if {CLASS, DATATYPE} <= kinds:
                yield f"<{iri}> is declared as class and as datatype"

    def _header(self) -> Iterator[str]:
        """Section 3.1: a version IRI goes with an ontology IRI."""
        ontologies = {node for node, types in self.types.items() if OWL + "Ontology" in types}
        if not ontologies:
            yield "no owl:Ontology"
        for subject, predicate, _ in self._rows():
            if predicate in {OWL + "versionIRI", OWL + "imports"} and subject not in ontologies:
                yield f"<{subject}> has <{predicate}> but is no owl:Ontology"

    def _reserved(self, subject: str, predicate: str, value: Term) -> Iterator[str]:
        """Section 2.4: the reserved vocabulary is used as the specification says, and not described."""
        if subject.startswith(RESERVED) and subject not in DATATYPE_MAP:
            yield f"<{subject}> of the reserved vocabulary is described"
        if predicate == RDF + "type" and isinstance(value, ox.NamedNode):
            allowed = ENTITY_TYPES | CHARACTERISTICS | {RESTRICTION, OWL + "Ontology"} | _owl("Thing")
            if value.value.startswith(RESERVED) and value.value not in allowed:
                yield f"<{subject}> is of type <{value.value}>, which is no class of OWL 2 DL"
        elif _name(value).startswith(RESERVED) and _name(value) not in DATATYPE_MAP | BUILT_IN.keys():
            yield f"<{_name(value)}> of the reserved vocabulary is used as a value of <{predicate}>"
        if isinstance(value, ox.Literal) and not value.language:
            datatype = value.datatype.value
            if datatype not in DATATYPE_MAP:
                yield f"a literal has the datatype <{datatype}>, which is not in the OWL 2 datatype map"

    def _blank(self, subject: str, value: Term) -> Iterator[str]:
        for name in (subject, _name(value)):
            if name.startswith("_:") and name not in self.restrictions:
                yield "a blank node is no restriction: other class expressions are not checked here"

    def _axiom(self, subject: str, predicate: str, value: Term) -> Iterator[str]:
        """Every entity is declared as what its place in the axiom asks (section 5.8.2)."""
        node = _name(value)
        if predicate == RDF + "type":
            yield from self._type(subject, node)
        elif predicate in CLASS_AXIOMS:
            yield from chain(self._class(subject), self._class(node))
        elif predicate in PROPERTY_AXIOMS:
            yield from self._same_kind(subject, node)
        elif predicate == OWL + "inverseOf":
            yield from chain(self._declared(subject, OBJECT), self._declared(node, OBJECT))
        elif predicate in {RDFS + "domain", RDFS + "range"}:
            yield from self._property(subject)
            yield from self._end(subject, node, is_range=predicate == RDFS + "range")
        elif predicate not in NOT_ASSERTIONS:
            yield from self._assertion(predicate, value)

    def _type(self, subject: str, class_: str) -> Iterator[str]:
        if class_ in CHARACTERISTICS:
            kinds = self.kinds[subject]
            if OBJECT not in kinds and not (class_ == OWL + "FunctionalProperty" and DATA in kinds):
                yield f"<{subject}> has a characteristic of object properties, but is none"
        elif not class_.startswith(RESERVED):
            yield from self._class(class_)

    def _class(self, node: str) -> Iterator[str]:
        if node in self.restrictions:
            return
        if DATATYPE not in self.kinds[node] or node.startswith(RESERVED):
            yield from self._declared(node, CLASS)

    def _declared(self, node: str, kind: str) -> Iterator[str]:
        if kind not in self.kinds[node]:
            yield f"<{node}> is used as {_local(kind)}, but not declared as one"

    def _property(self, node: str) -> Iterator[str]:
        if not self.kinds[node].intersection(PROPERTIES):
            yield f"<{node}> is used as a property, but not declared as one"

    def _same_kind(self, first: str, second: str) -> Iterator[str]:
        for node in (first, second):
            yield from self._property(node)
        kinds = [self.kinds[node].intersection(PROPERTIES) for node in (first, second)]
        if all(kinds) and not kinds[0] & kinds[1]:
            yield f"<{first}> and <{second}> are related, but are different kinds of property"

    def _end(self, subject: str, value: str, *, is_range: bool) -> Iterator[str]:
        """A domain is a class, and so is a range but of a data property; those of annotations are any IRI."""
        if is_range and DATA in self.kinds[subject]:
            if value not in DATATYPE_MAP and value not in self.defined_datatypes:
                yield f"the range <{value}> of <{subject}> is not in the OWL 2 datatype map"
        elif ANNOTATION not in self.kinds[subject]:
            yield from self._class(value)

    def _assertion(self, predicate: str, value: Term) -> Iterator[str]:
        """A statement about an entity: an annotation, or one of an individual."""
        yield from self._property(predicate)
        if OBJECT in self.kinds[predicate] and isinstance(value, ox.Literal):
            yield f"the object property <{predicate}> has a literal as value"
        if DATA in self.kinds[predicate] and not isinstance(value, ox.Literal):
            yield f"the data property <{predicate}> has a node as value"

    def _non_simple(self) -> set[str]:
        """Object properties that are transitive or have a chain, and those above them (section 11.1)."""
        found = {node for node, types in self.types.items() if TRANSITIVE in types}
        found |= {s for s, p, _ in self._rows() if p == OWL + "propertyChainAxiom"}
        above = {(s, _name(o)) for s, p, o in self._rows() if p == RDFS + "subPropertyOf"}
        inverse = {(s, _name(o)) for s, p, o in self._rows() if p == OWL + "inverseOf"}
        edges = above | inverse | {(b, a) for a, b in inverse}
        while new := {b for a, b in edges if a in found} - found:
            found |= new
        return found

    def _not_simple(self, subject: str, predicate: str, value: Term, non_simple: set[str]) -> Iterator[str]:
        """Section 11.2: cardinalities, disjointness and some characteristics ask for simple properties."""
        used: set[str] = set()
        if predicate == RDF + "type" and _name(value) in SIMPLE_ONLY_TYPES:
            used = {subject}
        elif predicate == OWL + "propertyDisjointWith":
            used = {subject, _name(value)}
        elif predicate in CARDINALITIES:
            used = {_name(o) for s, p, o in self._rows() if s == subject and p == OWL + "onProperty"}
        for node in used & non_simple:
            yield f"<{node}> is not simple, and may not have <{predicate}>"


def _name(term: Term) -> str:
    """An IRI, a blank node with its ``_:``, nothing for a literal."""
    if isinstance(term, ox.NamedNode):
        return term.value
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else ""


def _local(iri: str) -> str:
    return iri.partition("#")[2]
