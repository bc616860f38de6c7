"""Alignments as SSSOM TSV, a table of mappings with YAML metadata (https://mapping-commons.github.io/sssom/)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox

from kankei.dataset.statements import text
from kankei.errors import InvalidData
from kankei.namespaces import DCT, KK, ONTOLOGY, OWL, RDF, RDFS

_SET = f"{ONTOLOGY}/alignments"
_PREDICATES = tuple(RDFS + name for name in ("subClassOf", "subPropertyOf", "seeAlso"))
_TYPES = {
    OWL + "Class": "owl class",
    OWL + "ObjectProperty": "owl object property",
    OWL + "DatatypeProperty": "owl data property",
    OWL + "AnnotationProperty": "owl annotation property",
}
_SAFE = "/#?&=:-._~"
_COLUMNS = (
    "subject_id",
    "subject_label",
    "subject_type",
    "predicate_id",
    "object_id",
    "mapping_justification",
)
# https://mapping-commons.github.io/semantic-mapping-vocabulary/
_SEMAPV = "https://w3id.org/semapv/vocab/"
_JUSTIFICATION = "semapv:ManualMappingCuration"


def sssom(ontology: Path, alignments: Path) -> bytes:
    """The mapping set of an alignments file, in the order of its terms, with labels from the ontology."""
    parsed = ox.parse(path=str(alignments), format=ox.RdfFormat.TURTLE)
    triples = [quad.triple for quad in parsed]
    prefixes = {**parsed.prefixes, "rdfs": RDFS, "semapv": _SEMAPV}
    terms = ox.Store()
    terms.bulk_load(path=ontology, format=ox.RdfFormat.TURTLE)
    rows = sorted(_row(triple, prefixes, terms) for triple in triples if _is_mapping(triple))
    used = {curie.partition(":")[0] for row in rows for curie in (row[0], *row[3:])}
    metadata = _metadata(triples, {name: prefixes[name] for name in sorted(used)})
    lines = [*(f"#{line}" for line in metadata), *("\t".join(row) for row in (_COLUMNS, *rows))]
    return "".join(f"{line}\n" for line in lines).encode()


def _is_mapping(triple: ox.Triple) -> bool:
    return text(triple.subject).startswith(KK) and triple.predicate.value in _PREDICATES


def _metadata(triples: list[ox.Triple], prefixes: Mapping[str, str]) -> Iterator[str]:
    """The lines of the metadata, YAML whose values are quoted where they are texts."""

    def value(iri: str) -> str:
        values = (t.object for t in triples if text(t.subject) == _SET and t.predicate.value == iri)
        return min(text(term) for term in values if getattr(term, "language", None) in {None, "en"})

    yield "curie_map:"
    for name, namespace in prefixes.items():
        yield f'  {name}: "{namespace}"'
    yield f'license: "{value(DCT + "license")}"'
    yield f'mapping_set_description: "{value(DCT + "description")}"'
    yield f'mapping_set_id: "{_SET}"'
    yield f'mapping_set_title: "{value(DCT + "title")}"'
    yield f'mapping_set_version: "{value(OWL + "versionInfo")}"'


def _row(triple: ox.Triple, prefixes: Mapping[str, str], ontology: ox.Store) -> tuple[str, ...]:
    subject = triple.subject

    def values(iri: str) -> Iterator[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]:
        quads = ontology.quads_for_pattern(subject, ox.NamedNode(iri), None, None)
        return (quad.object for quad in quads)

    labels = (
        term for term in values(RDFS + "label") if isinstance(term, ox.Literal) and term.language == "en"
    )
    label = min((" ".join(term.value.split()) for term in labels), default="")
    kind = min((_TYPES[text(term)] for term in values(RDF + "type") if text(term) in _TYPES), default="")
    terms = (_curie(text(term), prefixes) for term in (subject, triple.predicate, triple.object))
    subject_id, predicate_id, object_id = terms
    return subject_id, label, kind, predicate_id, object_id, _JUSTIFICATION


def _curie(iri: str, prefixes: Mapping[str, str]) -> str:
    """An IRI with its longest prefix, as a URI: tools of SSSOM refuse other characters than ASCII."""
    candidates = [(len(namespace), name) for name, namespace in prefixes.items() if iri.startswith(namespace)]
    if not candidates:
        raise InvalidData("no prefix of the alignments abbreviates this term", iri)
    length, name = max(candidates)
    return f"{name}:{quote(iri[length:], safe=_SAFE)}"
