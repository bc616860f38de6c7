"""Description of a release in DCAT 3 and VoID, built on the catalogue's own statements.

It is served from its file, never from the store, which would change its xsd:nonNegativeInteger.
Hash IRIs on the dataset replace the blank nodes that other descriptions have.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

import pyoxigraph as ox

from kankei.dataset.statements import Term, text
from kankei.namespaces import (
    DCAT,
    DCT,
    FOAF,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    SKOS,
    SPDX,
    VCARD,
    VOID,
    XSD,
    Base,
)
from kankei.release import formats
from kankei.release.dumps import Statistics
from kankei.release.manifest import FileEntry
from kankei.release.tables import titles

_DATA_THEMES = "http://publications.europa.eu/resource/authority/data-theme"
_DATA_THEME_LABELS = {
    "AGRI": "Agriculture, fisheries, forestry and food",
    "ECON": "Economy and finance",
    "EDUC": "Education, culture and sport",
    "ENER": "Energy",
    "ENVI": "Environment",
    "GOVE": "Government and public sector",
    "HEAL": "Health",
    "INTR": "International issues",
    "JUST": "Justice, legal system and public safety",
    "OP_DATPRO": "Provisional data",
    "REGI": "Regions and cities",
    "SOCI": "Population and society",
    "TECH": "Science and technology",
    "TRAN": "Transport",
}
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_SPARQL = "http://www.w3.org/TR/sparql11-protocol/"
_FORMATS = "http://www.w3.org/ns/formats/"
_INHERITED = ("publisher", "license", "language", "issued", "modified", "spatial")
_EXAMPLES = 4
_DUMP_TITLES = {"ja": "全データ", "en": "All data"}

# DCAT-AP 3.0.1 asks for the type of every external IRI inside the description itself.
_TYPE_OF_OBJECT = {
    DCAT + "compressFormat": DCT + "MediaType",
    DCAT + "landingPage": FOAF + "Document",
    DCAT + "mediaType": DCT + "MediaType",
    DCAT + "theme": SKOS + "Concept",
    DCAT + "themeTaxonomy": SKOS + "ConceptScheme",
    DCT + "accrualPeriodicity": DCT + "Frequency",
    DCT + "conformsTo": DCT + "Standard",
    DCT + "format": DCT + "MediaTypeOrExtent",
    DCT + "language": DCT + "LinguisticSystem",
    DCT + "license": DCT + "LicenseDocument",
    DCT + "spatial": DCT + "Location",
    FOAF + "homepage": FOAF + "Document",
    SPDX + "algorithm": SPDX + "ChecksumAlgorithm",
}


@dataclass(frozen=True)
class Distribution:
    """One downloadable dump or table; media and file types are IRIs."""

    name: str
    titles: Mapping[str, str]
    media_type: str
    file_type: str
    compression: str | None
    entry: FileEntry

    @property
    def is_dump(self) -> bool:
        """Whether the file holds the whole dataset."""
        return self.name.startswith("dumps/")


def distributions(files: Mapping[str, FileEntry]) -> Iterator[Distribution]:
    """The dumps and tables among a release's files, by name."""
    file_kinds = {row.suffix: (row.label, row.media_type, row.file_type) for row in formats.FORMATS}
    file_kinds["csv"] = ("CSV", "text/csv", "CSV")
    compressions = {row.suffix: row for row in formats.COMPRESSIONS}
    for name in sorted(files):
        folder, _, file = name.partition("/")
        stem, _, suffixes = file.partition(".")
        suffix, _, compressed = suffixes.partition(".")
        if folder not in {"dumps", "tables"} or suffix not in file_kinds:
            continue
        label, media_type, file_type = file_kinds[suffix]
        compression = compressions[compressed] if compressed else None
        kind = f"{label}, {compression.label}" if compression else label
        names = titles(stem) if folder == "tables" else _DUMP_TITLES
        yield Distribution(
            name,
            {language: f"{title} ({kind})" for language, title in names.items()},
            _MEDIA_TYPES + media_type,
            _FILE_TYPES + file_type,
            _MEDIA_TYPES + compression.media_type if compression else None,
            files[name],
        )


def describe(
    catalogue: Iterable[ox.Triple],
    base: Base,
    version: str,
    *,
    statistics: Statistics,
    files: Iterable[Distribution],
    examples: Iterable[str],
) -> bytes:
    """The description as Turtle; `catalogue` is the default graph's part about dataset and publisher."""
    description = _Description(base, version, tuple(catalogue))
    description.dataset(statistics)
    description.catalogue()
    description.release()
    description.service()
    for file in files:
        description.distribution(file)
    description.partitions(statistics, examples)
    description.external_types()
    output = BytesIO()
    ox.serialize(sorted(description.triples, key=str), output, ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    return output.getvalue()


def _iri(value: str) -> ox.NamedNode:
    return ox.NamedNode(value)


def _typed(value: object, kind: str) -> ox.Literal:
    return ox.Literal(str(value), datatype=_iri(XSD + kind))


def _texts(by_language: Mapping[str, str]) -> Iterator[ox.Literal]:
    return (ox.Literal(value, language=language) for language, value in by_language.items())


class _Description:
    """Builder of the description's triples."""

    def __init__(self, base: Base, version: str, catalogue: tuple[ox.Triple, ...]) -> None:
        self.base = base
        self.version = version
        self.triples = {_harvestable(triple) for triple in catalogue}
        self.dataset_values: dict[str, list[Term]] = defaultdict(list)
        for triple in catalogue:
            if text(triple.subject) == base.dataset:
                self.dataset_values[triple.predicate.value].append(triple.object)

    def add(self, subject: str, predicate: str, *objects: Term) -> None:
        """Add statements that share subject and predicate."""
        for value in objects:
            self.triples.add(ox.Triple(_iri(subject), _iri(predicate), value))

    def node(self, name: str, kind: str) -> str:
        """A new hash node on the dataset."""
        iri = f"{self.base.dataset}#{name}"
        self.add(iri, RDF + "type", _iri(kind))
        return iri

    def inherit(self, subject: str, *properties: str) -> None:
        """Copy properties of the dataset to a part of it."""
        for name in properties:
            self.add(subject, DCT + name, *self.dataset_values[DCT + name])

    def suffixed(self, predicate: str, ja: str, en: str) -> Iterator[ox.Literal]:
        """The dataset's own texts of a property with a suffix, by language."""
        suffixes = {"ja": ja, "en": en}
        for literal in self.dataset_values[predicate]:
            if isinstance(literal, ox.Literal) and literal.language in suffixes:
                yield ox.Literal(literal.value + suffixes[literal.language], language=literal.language)

    def dataset(self, statistics: Statistics) -> None:
        iri = self.base.dataset
        self.add(iri, RDF + "type", _iri(DCAT + "Dataset"), _iri(VOID + "Dataset"))
        self.add(iri, DCAT + "version", ox.Literal(self.version))
        self.add(iri, DCAT + "hasCurrentVersion", _iri(self.base.thing(f"release/{self.version}")))
        self.add(iri, VOID + "triples", _typed(statistics.triples, "integer"))
        self.add(iri, VOID + "distinctSubjects", _typed(statistics.subjects, "integer"))
        self.add(iri, VOID + "classes", _typed(len(statistics.classes), "integer"))
        self.add(iri, VOID + "properties", _typed(len(statistics.properties), "integer"))
        self.add(iri, VOID + "uriSpace", ox.Literal(self.base.thing("")))
        self.add(iri, VOID + "sparqlEndpoint", _iri(f"{self.base.iri}sparql"))
        self.add(iri, VOID + "feature", *(_iri(_FORMATS + row.w3c_name) for row in formats.FORMATS))

    def catalogue(self) -> None:
        iri = self.node("catalogue", DCAT + "Catalog")
        self.inherit(iri, *_INHERITED)
        self.add(iri, DCT + "title", *self.suffixed(DCT + "title", " カタログ", ": catalogue"))
        self.add(iri, DCT + "description", *self.dataset_values[DCT + "description"])
        self.add(iri, FOAF + "homepage", _iri(self.base.iri))
        self.add(iri, DCAT + "dataset", _iri(self.base.dataset))
        self.add(iri, DCAT + "themeTaxonomy", _iri(_DATA_THEMES))
        self.add(_DATA_THEMES, DCT + "title", ox.Literal("EU data themes", language="en"))

    def release(self) -> None:
        iri = self.base.thing(f"release/{self.version}")
        self.add(iri, RDF + "type", _iri(DCAT + "Dataset"), _iri(PROV + "Entity"))
        self.inherit(iri, *_INHERITED)
        self.add(
            iri, DCT + "title", *self.suffixed(DCT + "title", f" {self.version} 版", f", {self.version}")
        )
        self.add(iri, DCT + "description", *self.dataset_values[DCT + "description"])
        self.add(iri, DCT + "identifier", ox.Literal(self.version))
        self.add(iri, DCAT + "version", ox.Literal(self.version))
        self.add(iri, DCAT + "isVersionOf", _iri(self.base.dataset))

    def service(self) -> None:
        iri = self.node("sparql", DCAT + "DataService")
        endpoint = _iri(f"{self.base.iri}sparql")
        self.inherit(iri, "publisher", "license")
        self.add(iri, DCT + "title", *_texts({"ja": "SPARQL エンドポイント", "en": "SPARQL endpoint"}))
        self.add(iri, DCAT + "endpointURL", endpoint)
        self.add(iri, DCAT + "endpointDescription", endpoint)
        self.add(iri, DCAT + "servesDataset", _iri(self.base.dataset))
        self.add(iri, DCT + "conformsTo", _iri(_SPARQL))
        self.add(f"{self.base.dataset}#catalogue", DCAT + "service", _iri(iri))

    def distribution(self, file: Distribution) -> None:
        name = file.name.replace("/", "-")
        iri = self.node(name, DCAT + "Distribution")
        url = _iri(self.base.iri + file.name)
        self.add(self.base.dataset, DCAT + "distribution", _iri(iri))
        self.inherit(iri, "license", "issued", "modified")
        self.add(iri, DCT + "title", *_texts(file.titles))
        self.add(iri, DCAT + "accessURL", url)
        self.add(iri, DCAT + "downloadURL", url)
        self.add(iri, DCAT + "mediaType", _iri(file.media_type))
        self.add(iri, DCT + "format", _iri(file.file_type))
        self.add(iri, DCAT + "byteSize", _typed(file.entry.size, "nonNegativeInteger"))
        if file.compression:
            self.add(iri, DCAT + "compressFormat", _iri(file.compression))
        if file.is_dump:
            self.add(self.base.dataset, VOID + "dataDump", url)
        checksum = self.node(f"checksum-{name}", SPDX + "Checksum")
        self.add(iri, SPDX + "checksum", _iri(checksum))
        self.add(checksum, SPDX + "algorithm", _iri(SPDX + "checksumAlgorithm_sha256"))
        self.add(checksum, SPDX + "checksumValue", _typed(file.entry.sha256, "hexBinary"))

    def partitions(self, statistics: Statistics, examples: Iterable[str]) -> None:
        dataset = self.base.dataset
        for kind, count in statistics.classes.items():
            part = self.node(f"class-{_short(kind)}", VOID + "Dataset")
            self.add(dataset, VOID + "classPartition", _iri(part))
            self.add(part, VOID + "class", _iri(kind))
            self.add(part, VOID + "entities", _typed(count, "integer"))
        for name, count in statistics.properties.items():
            part = self.node(f"property-{_short(name)}", VOID + "Dataset")
            self.add(dataset, VOID + "propertyPartition", _iri(part))
            self.add(part, VOID + "property", _iri(name))
            self.add(part, VOID + "triples", _typed(count, "integer"))
        vocabularies = {_namespace(iri) for iri in (*statistics.classes, *statistics.properties)}
        self.add(dataset, VOID + "vocabulary", *(_iri(iri) for iri in vocabularies))
        self.add(dataset, VOID + "exampleResource", *(_iri(iri) for iri in sorted(examples)[:_EXAMPLES]))

    def external_types(self) -> None:
        for triple in tuple(self.triples):
            kind = _TYPE_OF_OBJECT.get(triple.predicate.value)
            if kind:
                self.add(text(triple.object), RDF + "type", _iri(kind))
            if triple.predicate.value == DCAT + "theme":
                self._theme(text(triple.object))
        # Without it a validator that lacks the vCard ontology would not know an organisation for a contact.
        self.add(VCARD + "Organization", RDFS + "subClassOf", _iri(VCARD + "Kind"))

    def _theme(self, iri: str) -> None:
        label = _DATA_THEME_LABELS.get(iri.removeprefix(f"{_DATA_THEMES}/"))
        if label:
            self.add(iri, SKOS + "prefLabel", ox.Literal(label, language="en"))
            self.add(iri, SKOS + "inScheme", _iri(_DATA_THEMES))


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _harvestable(triple: ox.Triple) -> ox.Triple:
    """A triple with prov:wasDerivedFrom for dct:source, whose range in DCAT-AP is dcat:Dataset."""
    if triple.predicate.value != DCT + "source":
        return triple
    return ox.Triple(triple.subject, _iri(PROV + "wasDerivedFrom"), triple.object)


def _short(iri: str) -> str:
    """A fragment for an IRI: its prefixed name, else the first digits of its hash."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri[len(namespace) :].isidentifier():
            return f"{prefix}-{iri[len(namespace) :]}"
    return sha256(iri.encode()).hexdigest()[:12]
