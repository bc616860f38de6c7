"""Description of a release in DCAT 3 and VoID, built on the catalogue's own statements.

It is served from its file, never from the store, which would change its xsd:nonNegativeInteger.
Hash IRIs on the dataset replace the blank nodes that other descriptions have.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from io import BytesIO

import pyoxigraph as ox

from kankei.dataset.statements import Term, text
from kankei.localisation import LANGUAGES, Text, catalogue
from kankei.namespaces import (
    ADMS,
    DCAT,
    DCT,
    FOAF,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    SPDX,
    VCARD,
    VOID,
    XSD,
    Base,
)
from kankei.release import formats
from kankei.release.columns.schema import TABLES, ColumnTable
from kankei.release.dataset_parts import DatasetPart, part_of
from kankei.release.dumps import Statistics
from kankei.release.external_resources import DATA_THEMES, external_statements
from kankei.release.history.changes import CHANGES, MAX_CHANGES, MAX_RELEASES
from kankei.release.history.history import History, PastRelease
from kankei.release.history.moments import date_of
from kankei.release.manifest import FileEntry
from kankei.release.offered_service import OfferedService
from kankei.release.profile_views import GIF
from kankei.release.table_formats import PARQUET, TABLE_FORMATS, WORKBOOK
from kankei.release.tables.columns import table_titles

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_SPARQL = "http://www.w3.org/TR/sparql11-protocol/"
_FORMATS = "http://www.w3.org/ns/formats/"
_INHERITED = ("publisher", "license", "language", "issued", "modified", "spatial")
_OF_DISTRIBUTION = ("license", "rights", "issued", "modified")
_EXAMPLES = 4
_MESSAGES = catalogue("kankei.release")


def describe(
    catalogue: Iterable[ox.Triple],
    base: Base,
    history: History,
    *,
    statistics: Statistics,
    files: Mapping[str, FileEntry],
    examples: Iterable[str],
    parts: Iterable[DatasetPart] = (),
    links: Iterable[ox.Triple] = (),
    keywords: Iterable[ox.Literal] = (),
    services: Iterable[OfferedService] = (),
) -> bytes:
    """The description as Turtle; `catalogue` is the default graph's part about dataset and publisher.

    The release is the newest of the history. The dumps, tables, columns and changes among the files are
    its distributions. The `parts` are datasets published together with it; a dump of one of them alone is its
    distribution. `keywords` of the data are added to its own; `links` describe its linksets; `services` are
    those beside SPARQL endpoint and documents.
    """
    description = _Description(base, history, tuple(catalogue))
    description.dataset(statistics)
    description.add(base.dataset, DCAT + "keyword", *keywords)
    description.catalogue()
    description.series()
    description.period(statistics.years)
    description.service()
    for service in services:
        description.offered(service)
    description.triples |= set(links)
    for part in parts:
        description.part(part)
    for name, entry in files.items():
        if name.startswith(("dumps/", "tables/")):
            description.distribution(name, entry)
    for table in (table for table in TABLES if table.file in files):
        description.columns(table, files[table.file])
    if CHANGES in files:
        description.changes(files[CHANGES])
    description.partitions(statistics, examples)
    for subject, predicate, value in external_statements(description.triples):
        description.add(subject, predicate, value)
    # Without it a validator that lacks the vCard ontology would not know an organisation for a contact.
    description.add(VCARD + "Organization", RDFS + "subClassOf", VCARD + "Kind")
    output = BytesIO()
    ox.serialize(sorted(description.triples, key=str), output, ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    return output.getvalue()


def _typed(value: object, kind: str) -> ox.Literal:
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + kind))


def _texts(key: str, **values: object) -> list[ox.Literal]:
    """A sentence as literals in both languages."""
    return _literals(_MESSAGES.text(key, **values))


def _literals(sentence: Text) -> list[ox.Literal]:
    return [ox.Literal(sentence.ja, language="ja"), ox.Literal(sentence.en, language="en")]


class _Description:
    """Builder of the description's triples."""

    def __init__(self, base: Base, history: History, catalogue: tuple[ox.Triple, ...]) -> None:
        self.base = base
        self.history = history
        self.version = history.releases[0].version
        self.triples = {_harvestable(triple) for triple in catalogue}
        self.dataset_values: dict[str, list[Term]] = defaultdict(list)
        self.values_of: dict[str, tuple[str, dict[str, list[Term]]]] = {}
        """IRI and properties of each part, by its name."""
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

    def part(self, part: DatasetPart) -> None:
        """Describe a dataset that is published together with this one."""
        values: dict[str, list[Term]] = defaultdict(list)
        for triple in part.catalogue:
            self.triples.add(_harvestable(triple))
            if text(triple.subject) == part.iri:
                values[triple.predicate.value].append(triple.object)
        self.values_of[part.name] = part.iri, values
        self.add(part.iri, RDF + "type", DCAT + "Dataset", VOID + "Dataset")
        self.add(part.iri, DCAT + "version", ox.Literal(self.version))
        self.add(part.iri, VOID + "triples", _typed(part.triples, "integer"))
        self.add(part.iri, VOID + "documents", _typed(part.documents, "integer"))
        self.add(part.iri, VOID + "sparqlEndpoint", f"{self.base.iri}sparql")
        self.add(self.base.dataset, VOID + "subset", part.iri)
        self.add(f"{self.base.dataset}#catalogue", DCAT + "dataset", part.iri)
        self.add(f"{self.base.dataset}#sparql", DCAT + "servesDataset", part.iri)

    def inherit(self, subject: str, *properties: str) -> None:
        """Copy properties of the dataset to a part of it."""
        for name in properties:
            self.add(subject, DCT + name, *self.dataset_values[DCT + name])

    def contact(self, subject: str) -> None:
        """Copy the dataset's contact point, which DCAT-US asks of services and series too."""
        self.add(subject, DCAT + "contactPoint", *self.dataset_values[DCAT + "contactPoint"])

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
        self.add(iri, DCAT + "themeTaxonomy", DATA_THEMES)
        self.add(DATA_THEMES, DCT + "title", ox.Literal("EU data themes", language="en"))

    def series(self) -> None:
        """The releases as a series; none is typed as a dataset, for harvesters would take it for one."""
        iri = self.base.thing(f"release/{self.version}")
        series = self.node("series", DCAT + "DatasetSeries")
        self.inherit(series, "publisher")
        self.contact(series)
        self.add(series, DCT + "title", *self.titles("series-title"))
        self.add(series, DCT + "description", *self.dataset_values[DCT + "description"])
        self.add(iri, DCAT + "inSeries", series)
        self.add(iri, RDF + "type", DCAT + "Resource", PROV + "Entity")
        self.inherit(iri, *_INHERITED)
        self.add(iri, DCT + "title", *self.titles("release-title", version=self.version))
        self.add(iri, DCT + "description", *self.dataset_values[DCT + "description"])
        self.add(iri, DCT + "identifier", ox.Literal(self.version))
        self.add(iri, DCAT + "version", ox.Literal(self.version))
        self.add(iri, DCAT + "isVersionOf", self.base.dataset)
        self.add(self.base.dataset, ADMS + "versionNotes", *self._version_notes(self.history.releases[0]))
        for release in self.history.releases[:MAX_RELEASES]:
            self._member(release, series)

    def _member(self, release: PastRelease, series: str) -> None:
        """A release up to this one: when it was, what it changed, and the one before it."""
        iri = self.base.thing(f"release/{release.version}")
        self.add(iri, RDF + "type", DCAT + "Resource", PROV + "Entity")
        self.add(iri, DCT + "title", *self.titles("release-title", version=release.version))
        self.add(iri, DCT + "modified", _typed(date_of(release.moment), "date"))
        self.add(iri, DCAT + "version", ox.Literal(release.version))
        self.add(iri, DCAT + "inSeries", series)
        self.add(iri, DCAT + "isVersionOf", self.base.dataset)
        self.add(iri, ADMS + "versionNotes", *self._version_notes(release))
        if before := self.history.before(release):
            self.add(iri, DCAT + "previousVersion", self.base.thing(f"release/{before.version}"))

    def _version_notes(self, release: PastRelease) -> list[ox.Literal]:
        """How many things a release changed; that it is the first, where none is known before it."""
        if self.history.before(release) is None:
            return _texts("first-release")
        counts = {"added": release.added, "changed": release.changed, "removed": release.removed}
        return _texts("version-notes", **counts)

    def changes(self, entry: FileEntry) -> None:
        """Describe the changes as a distribution beside those of the data."""
        iri = self.node("changes", DCAT + "Distribution")
        self.add(self.base.dataset, DCAT + "distribution", iri)
        self.inherit(iri, *_OF_DISTRIBUTION)
        self.add(iri, DCT + "title", *_texts("changes-title"))
        limits = {
            "releases": MAX_RELEASES,
            "changes": MAX_CHANGES,
            "since": date_of(self.history.complete_since),
        }
        self.add(iri, DCT + "description", *_texts("changes-description", **limits))
        self._file(iri, CHANGES, entry, "application/x-ndjson", "JSON")

    def columns(self, table: ColumnTable, entry: FileEntry) -> None:
        """Describe a table of statements as a distribution."""
        iri = self.node(table.file.replace("/", "-"), DCAT + "Distribution")
        self.add(self.base.dataset, DCAT + "distribution", iri)
        self.inherit(iri, *_OF_DISTRIBUTION)
        self.add(iri, DCT + "title", *_texts("columns-title", table=table.name, kind=PARQUET.label))
        self.add(iri, DCT + "description", *_texts("columns-description"))
        self._file(iri, table.file, entry, PARQUET.media_type, PARQUET.file_type)

    def period(self, years: Iterable[str]) -> None:
        """The fiscal years of the entries, each from April to March, as one period."""
        numbers = sorted(int(year) for year in years)
        if numbers:
            iri = self.node("temporal", DCT + "PeriodOfTime")
            self.add(self.base.dataset, DCT + "temporal", iri)
            self.add(iri, DCAT + "startDate", _typed(f"{numbers[0]}-04-01", "date"))
            self.add(iri, DCAT + "endDate", _typed(f"{numbers[-1] + 1}-03-31", "date"))

    def service(self) -> None:
        iri = self.node("sparql", DCAT + "DataService")
        endpoint = f"{self.base.iri}sparql"
        self.inherit(iri, "publisher", "license")
        self.contact(iri)
        self.add(iri, DCT + "title", *_texts("sparql-endpoint"))
        self.add(iri, DCAT + "endpointURL", endpoint)
        self.add(iri, DCAT + "endpointDescription", endpoint)
        self.add(iri, DCAT + "servesDataset", self.base.dataset)
        self.add(iri, DCT + "conformsTo", _SPARQL)
        self.add(f"{self.base.dataset}#catalogue", DCAT + "service", iri)
        self.offered(OfferedService("linked-data", _MESSAGES.text("linked-data"), "programmes"))
        # As a distribution too, since portals list those and not services.
        distribution = self.node("sparql-distribution", DCAT + "Distribution")
        self.add(self.base.dataset, DCAT + "distribution", distribution)
        self.inherit(distribution, *_OF_DISTRIBUTION)
        self.add(distribution, DCT + "title", *_texts("sparql-endpoint"))
        self.add(distribution, DCT + "description", *_texts("sparql-description"))
        self.add(distribution, DCAT + "accessURL", endpoint)
        self.add(distribution, DCAT + "accessService", iri)
        self.add(distribution, DCT + "format", _FILE_TYPES + "SPARQLQ")

    def offered(self, service: OfferedService) -> None:
        """Describe a service that OpenAPI describes."""
        iri = self.node(service.name, DCAT + "DataService")
        self.inherit(iri, "publisher", "license")
        self.contact(iri)
        self.add(iri, DCT + "title", *_literals(service.title))
        self.add(iri, DCAT + "endpointURL", f"{self.base.iri}{service.endpoint}")
        self.add(iri, DCAT + "endpointDescription", f"{self.base.iri}openapi.json")
        self.add(iri, DCAT + "servesDataset", self.base.dataset)
        if service.conforms_to:
            self.add(iri, DCT + "conformsTo", service.conforms_to)
        self.add(f"{self.base.dataset}#catalogue", DCAT + "service", iri)

    def distribution(self, name: str, entry: FileEntry) -> None:
        """Describe a dump or a table; other files, such as the metadata of a table, are no distributions."""
        folder, stem, suffix, *compressed = re.split(r"[/.]", name)
        kinds = {row.suffix: (row.label, row.media_type, row.file_type) for row in formats.FORMATS}
        kinds |= {row.suffix: (row.label, row.media_type, row.file_type) for row in TABLE_FORMATS}
        if suffix not in kinds:
            return
        kind, media_type, file_type = kinds[suffix]
        fragment, url = name.replace("/", "-"), self.base.iri + name
        owner, values = self.values_of.get(part_of(stem), (self.base.dataset, self.dataset_values))
        iri = self.node(fragment, DCAT + "Distribution")
        for row in (row for row in formats.COMPRESSIONS if row.suffix in compressed):
            kind = f"{kind}, {row.label}"
            self.add(iri, DCAT + "compressFormat", _MEDIA_TYPES + row.media_type)
        if folder == "dumps":
            self.add(owner, VOID + "dataDump", url)
            key = "dump-part-title" if part_of(stem) else "dump-title"
            self.add(iri, DCT + "title", *_texts(key, kind=kind))
        elif stem == GIF.name:
            self.add(iri, DCT + "title", *_texts("gif-title", kind=kind))
            self.add(iri, DCT + "conformsTo", GIF.iri)
        elif name == f"tables/{WORKBOOK}":
            self.add(iri, DCT + "title", *_texts("workbook-title", kind=kind))
        else:
            languages = table_titles(stem).items()
            self.add(iri, DCT + "title", *(ox.Literal(f"{t} ({kind})", language=tag) for tag, t in languages))
        remark = "dump-description" if folder == "dumps" else "table-description"
        self.add(iri, DCT + "description", *_texts(remark))
        self.add(owner, DCAT + "distribution", iri)
        for term in _OF_DISTRIBUTION:
            self.add(iri, DCT + term, *values[DCT + term])
        self._file(iri, name, entry, media_type, file_type)

    def _file(self, iri: str, name: str, entry: FileEntry, media_type: str, file_type: str) -> None:
        """The address, format, size and checksum of a distribution."""
        fragment, url = name.replace("/", "-"), self.base.iri + name
        self.add(iri, DCAT + "accessURL", url)
        self.add(iri, DCAT + "downloadURL", url)
        self.add(iri, DCAT + "mediaType", _MEDIA_TYPES + media_type)
        self.add(iri, DCT + "format", _FILE_TYPES + file_type)
        self.add(iri, DCAT + "byteSize", _typed(entry.size, "nonNegativeInteger"))
        checksum = self.node(f"checksum-{fragment}", SPDX + "Checksum")
        self.add(iri, SPDX + "checksum", checksum)
        self.add(checksum, SPDX + "algorithm", SPDX + "checksumAlgorithm_sha256")
        self.add(checksum, SPDX + "checksumValue", _typed(entry.sha256, "hexBinary"))

    def partitions(self, statistics: Statistics, examples: Iterable[str]) -> None:
        dataset = self.base.dataset
        for name, counts, counted in (
            ("class", statistics.classes, "entities"),
            ("property", statistics.properties, "triples"),
        ):
            for iri, count in counts.items():
                part = self.node(f"{name}-{_short(iri)}", VOID + "Dataset")
                self.add(dataset, f"{VOID}{name}Partition", part)
                self.add(part, VOID + name, iri)
                self.add(part, VOID + counted, _typed(count, "integer"))
        vocabularies = {_namespace(iri) for iri in (*statistics.classes, *statistics.properties)}
        self.add(dataset, VOID + "vocabulary", *vocabularies)
        self.add(dataset, VOID + "exampleResource", *sorted(examples)[:_EXAMPLES])


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
