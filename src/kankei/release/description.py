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
from kankei.localisation import LANGUAGES, catalogue
from kankei.namespaces import DCAT, DCT, FOAF, PREFIXES, PROV, RDF, RDFS, SKOS, SPDX, VCARD, VOID, XSD, Base
from kankei.release import formats
from kankei.release.dumps import Statistics
from kankei.release.manifest import FileEntry
from kankei.release.tables import titles

_DATA_THEMES = "http://publications.europa.eu/resource/authority/data-theme"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_SPARQL = "http://www.w3.org/TR/sparql11-protocol/"
_FORMATS = "http://www.w3.org/ns/formats/"
_INHERITED = ("publisher", "license", "language", "issued", "modified", "spatial")
_EXAMPLES = 4
_MESSAGES = catalogue("kankei.release")

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
    titles: list[ox.Literal]
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
        yield Distribution(
            name,
            _table_titles(stem, kind) if folder == "tables" else _texts("dump-title", kind=kind),
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


def _typed(value: object, kind: str) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + kind))


def _texts(key: str, **values: object) -> list[ox.Literal]:
    """A sentence as literals in both languages."""
    sentence = _MESSAGES.text(key, **values)
    return [ox.Literal(sentence.ja, language="ja"), ox.Literal(sentence.en, language="en")]


def _table_titles(name: str, kind: str) -> list[ox.Literal]:
    return [ox.Literal(f"{title} ({kind})", language=language) for language, title in titles(name).items()]


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

    def add(self, subject: str, predicate: str, *objects: Term | str) -> None:
        """Add statements that share subject and predicate; an object that is a string is an IRI."""
        for value in objects:
            term = ox.NamedNode(value) if isinstance(value, str) else value
            self.triples.add(ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), term))

    def node(self, name: str, kind: str) -> str:
        """A new hash node on the dataset."""
        iri = f"{self.base.dataset}#{name}"
        self.add(iri, RDF + "type", kind)
        return iri

    def inherit(self, subject: str, *properties: str) -> None:
        """Copy properties of the dataset to a part of it."""
        for name in properties:
            self.add(subject, DCT + name, *self.dataset_values[DCT + name])

    def titles(self, key: str, **values: object) -> Iterator[ox.Literal]:
        """The dataset's titles in a sentence, by language."""
        for title in self.dataset_values[DCT + "title"]:
            if isinstance(title, ox.Literal) and title.language in LANGUAGES:
                sentence = _MESSAGES.format(title.language, key, title=title.value, **values)
                yield ox.Literal(sentence, language=title.language)

    def dataset(self, statistics: Statistics) -> None:
        iri = self.base.dataset
        self.add(iri, RDF + "type", DCAT + "Dataset", VOID + "Dataset")
        self.add(iri, DCAT + "version", ox.Literal(self.version))
        self.add(iri, DCAT + "hasCurrentVersion", self.base.thing(f"release/{self.version}"))
        self.add(iri, VOID + "triples", _typed(statistics.triples, "integer"))
        self.add(iri, VOID + "distinctSubjects", _typed(statistics.subjects, "integer"))
        self.add(iri, VOID + "classes", _typed(len(statistics.classes), "integer"))
        self.add(iri, VOID + "properties", _typed(len(statistics.properties), "integer"))
        self.add(iri, VOID + "uriSpace", ox.Literal(self.base.thing("")))
        self.add(iri, VOID + "sparqlEndpoint", f"{self.base.iri}sparql")
        self.add(iri, VOID + "feature", *(_FORMATS + row.w3c_name for row in formats.FORMATS))

    def catalogue(self) -> None:
        iri = self.node("catalogue", DCAT + "Catalog")
        self.inherit(iri, *_INHERITED)
        self.add(iri, DCT + "title", *self.titles("catalogue-title"))
        self.add(iri, DCT + "description", *self.dataset_values[DCT + "description"])
        self.add(iri, FOAF + "homepage", self.base.iri)
        self.add(iri, DCAT + "dataset", self.base.dataset)
        self.add(iri, DCAT + "themeTaxonomy", _DATA_THEMES)
        self.add(_DATA_THEMES, DCT + "title", ox.Literal("EU data themes", language="en"))

    def release(self) -> None:
        iri = self.base.thing(f"release/{self.version}")
        self.add(iri, RDF + "type", DCAT + "Dataset", PROV + "Entity")
        self.inherit(iri, *_INHERITED)
        self.add(iri, DCT + "title", *self.titles("release-title", version=self.version))
        self.add(iri, DCT + "description", *self.dataset_values[DCT + "description"])
        self.add(iri, DCT + "identifier", ox.Literal(self.version))
        self.add(iri, DCAT + "version", ox.Literal(self.version))
        self.add(iri, DCAT + "isVersionOf", self.base.dataset)

    def service(self) -> None:
        iri = self.node("sparql", DCAT + "DataService")
        endpoint = f"{self.base.iri}sparql"
        self.inherit(iri, "publisher", "license")
        self.add(iri, DCT + "title", *_texts("sparql-endpoint"))
        self.add(iri, DCAT + "endpointURL", endpoint)
        self.add(iri, DCAT + "endpointDescription", endpoint)
        self.add(iri, DCAT + "servesDataset", self.base.dataset)
        self.add(iri, DCT + "conformsTo", _SPARQL)
        self.add(f"{self.base.dataset}#catalogue", DCAT + "service", iri)

    def distribution(self, file: Distribution) -> None:
        name = file.name.replace("/", "-")
        iri = self.node(name, DCAT + "Distribution")
        url = self.base.iri + file.name
        self.add(self.base.dataset, DCAT + "distribution", iri)
        self.inherit(iri, "license", "issued", "modified")
        self.add(iri, DCT + "title", *file.titles)
        self.add(iri, DCAT + "accessURL", url)
        self.add(iri, DCAT + "downloadURL", url)
        self.add(iri, DCAT + "mediaType", file.media_type)
        self.add(iri, DCT + "format", file.file_type)
        self.add(iri, DCAT + "byteSize", _typed(file.entry.size, "nonNegativeInteger"))
        if file.compression:
            self.add(iri, DCAT + "compressFormat", file.compression)
        if file.is_dump:
            self.add(self.base.dataset, VOID + "dataDump", url)
        checksum = self.node(f"checksum-{name}", SPDX + "Checksum")
        self.add(iri, SPDX + "checksum", checksum)
        self.add(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
        self.add(checksum, SPDX + "checksumValue", _typed(file.entry.sha256, "hexBinary"))

    def partitions(self, statistics: Statistics, examples: Iterable[str]) -> None:
        dataset = self.base.dataset
        for kind, count in statistics.classes.items():
            part = self.node(f"class-{_short(kind)}", VOID + "Dataset")
            self.add(dataset, VOID + "classPartition", part)
            self.add(part, VOID + "class", kind)
            self.add(part, VOID + "entities", _typed(count, "integer"))
        for name, count in statistics.properties.items():
            part = self.node(f"property-{_short(name)}", VOID + "Dataset")
            self.add(dataset, VOID + "propertyPartition", part)
            self.add(part, VOID + "property", name)
            self.add(part, VOID + "triples", _typed(count, "integer"))
        vocabularies = {_namespace(iri) for iri in (*statistics.classes, *statistics.properties)}
        self.add(dataset, VOID + "vocabulary", *(iri for iri in vocabularies))
        self.add(dataset, VOID + "exampleResource", *(iri for iri in sorted(examples)[:_EXAMPLES]))

    def external_types(self) -> None:
        for triple in tuple(self.triples):
            kind = _TYPE_OF_OBJECT.get(triple.predicate.value)
            if kind:
                self.add(text(triple.object), RDF + "type", kind)
            if triple.predicate.value == DCAT + "theme":
                self._theme(text(triple.object))
        # Without it a validator that lacks the vCard ontology would not know an organisation for a contact.
        self.add(VCARD + "Organization", RDFS + "subClassOf", VCARD + "Kind")

    def _theme(self, iri: str) -> None:
        label = _MESSAGES.terms.get(iri.removeprefix(f"{_DATA_THEMES}/"), {}).get("en")
        if label:
            self.add(iri, SKOS + "prefLabel", ox.Literal(label, language="en"))
            self.add(iri, SKOS + "inScheme", _DATA_THEMES)


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def _harvestable(triple: ox.Triple) -> ox.Triple:
    """A triple with prov:wasDerivedFrom for dct:source, whose range in DCAT-AP is dcat:Dataset."""
    if triple.predicate.value != DCT + "source":
        return triple
    return ox.Triple(triple.subject, ox.NamedNode(PROV + "wasDerivedFrom"), triple.object)


def _short(iri: str) -> str:
    """A fragment for an IRI: its prefixed name, else the first digits of its hash."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri[len(namespace) :].isidentifier():
            return f"{prefix}-{iri[len(namespace) :]}"
    return sha256(iri.encode()).hexdigest()[:12]
