"""The description: DCAT and VoID that agree with the files beside them."""

import hashlib
import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kankei.namespaces import DCAT, DCT, FOAF, KK, RDF, SKOS, SPDX, VCARD, VOID, XSD, Base
from kankei.release.columns.schema import STATISTICS
from kankei.release.external_resources import external_statements
from kankei.release.reader import Release
from support.building import build_quickly, triples


@pytest.fixture(scope="module", params=[Base(), Base("https://data.example.org/x/")], ids=["default", "own"])
def release(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Release:
    return Release.open(build_quickly(tmp_path_factory.mktemp("releases"), base=request.param))


@pytest.fixture(scope="module")
def description(release: Release) -> set[ox.Triple]:
    return triples(release.file("description.ttl").read_bytes(), ox.RdfFormat.TURTLE)


def values(description: set[ox.Triple], subject: str, predicate: str) -> set[str]:
    node, name = ox.NamedNode(subject), ox.NamedNode(predicate)
    return {
        getattr(triple.object, "value", "")
        for triple in description
        if triple.subject == node and triple.predicate == name
    }


def value(description: set[ox.Triple], subject: str, predicate: str) -> str:
    (found,) = values(description, subject, predicate)
    return found


def distributions(release: Release, description: set[ox.Triple]) -> Iterator[tuple[str, str]]:
    """Each distribution that is a file: its IRI, and the name of its file in the release."""
    for iri in values(description, release.manifest.base.dataset, DCAT + "distribution"):
        for url in values(description, iri, DCAT + "downloadURL"):
            assert url.startswith(release.manifest.base.iri)
            yield iri, url.removeprefix(release.manifest.base.iri)


def test_every_file_of_data_is_a_distribution(release: Release, description: set[ox.Triple]) -> None:
    files = {name for name in release.manifest.files if name.startswith(("dumps/", "tables/"))}
    files = {name for name in files if not name.endswith(".csv-metadata.json")}
    columns = {name for name in release.manifest.files if name.startswith("columns/")} - {STATISTICS}
    assert len(columns) == 4
    found = {name for _, name in distributions(release, description)}
    assert found == {*files, *columns, "changes.jsonl"}
    assert len(files) == 18 + 2 * 14 + 1 + 2


def test_sizes_and_checksums_are_those_of_the_files(release: Release, description: set[ox.Triple]) -> None:
    for iri, name in distributions(release, description):
        content = release.file(name).read_bytes()
        assert value(description, iri, DCAT + "byteSize") == str(len(content))
        checksum = value(description, iri, SPDX + "checksum")
        assert value(description, checksum, SPDX + "checksumValue") == hashlib.sha256(content).hexdigest()
        assert values(description, iri, DCT + "license") == {"https://creativecommons.org/licenses/by/4.0/"}


def test_byte_sizes_are_of_the_type_that_dcat_asks_for(description: set[ox.Triple]) -> None:
    sizes = [triple.object for triple in description if triple.predicate.value == DCAT + "byteSize"]
    kinds = {size.datatype.value for size in sizes if isinstance(size, ox.Literal)}
    assert kinds == {XSD + "nonNegativeInteger"}


def test_media_types_are_iana_iris(release: Release, description: set[ox.Triple]) -> None:
    iana = "https://www.iana.org/assignments/media-types/"
    found = {name: iri for iri, name in distributions(release, description)}
    assert value(description, found["dumps/kankei.ttl"], DCAT + "mediaType") == f"{iana}text/turtle"
    packed = found["dumps/kankei.jsonld.zst"]
    assert value(description, packed, DCAT + "mediaType") == f"{iana}application/ld+json"
    assert value(description, packed, DCAT + "compressFormat") == f"{iana}application/zstd"
    assert values(description, found["dumps/kankei.nt"], DCAT + "compressFormat") == set()
    assert value(description, found["tables/calls.csv"], DCAT + "mediaType") == f"{iana}text/csv"
    parquet = f"{iana}application/vnd.apache.parquet"
    assert value(description, found["columns/terms.parquet"], DCAT + "mediaType") == parquet


def test_void_counts_what_the_dump_holds(release: Release, description: set[ox.Triple]) -> None:
    dump = triples(release.file("dumps/kankei.nt").read_bytes(), ox.RdfFormat.N_TRIPLES)
    dataset = release.manifest.base.dataset
    assert value(description, dataset, VOID + "triples") == str(len(dump))
    assert value(description, dataset, VOID + "distinctSubjects") == str(len({t.subject for t in dump}))
    properties = {t.predicate.value for t in dump}
    assert value(description, dataset, VOID + "properties") == str(len(properties))
    parts = values(description, dataset, VOID + "propertyPartition")
    counted = {
        value(description, part, VOID + "property"): int(value(description, part, VOID + "triples"))
        for part in parts
    }
    assert counted == {name: sum(t.predicate.value == name for t in dump) for name in properties}
    classes = {
        value(description, part, VOID + "class"): value(description, part, VOID + "entities")
        for part in values(description, dataset, VOID + "classPartition")
    }
    assert classes[KK + "Programme"] == "4"
    assert value(description, dataset, VOID + "sparqlEndpoint") == f"{release.manifest.base.iri}sparql"
    assert len(values(description, dataset, VOID + "dataDump")) == 18
    assert len(values(description, dataset, VOID + "exampleResource")) == 4
    assert KK in values(description, dataset, VOID + "vocabulary")


def test_the_catalogue_lists_dataset_and_service(release: Release, description: set[ox.Triple]) -> None:
    dataset = release.manifest.base.dataset
    (catalogue,) = (
        str(t.subject)[1:-1]
        for t in description
        if t.predicate.value == RDF + "type" and t.object == ox.NamedNode(DCAT + "Catalog")
    )
    assert values(description, catalogue, DCAT + "dataset") == {dataset}
    services = values(description, catalogue, DCAT + "service")
    assert services == {f"{dataset}#sparql", f"{dataset}#linked-data"}
    assert all(value(description, service, DCAT + "servesDataset") == dataset for service in services)
    version = release.manifest.base.thing(f"release/{release.manifest.version}")
    assert value(description, dataset, DCAT + "hasCurrentVersion") == version
    assert value(description, version, DCAT + "version") == release.manifest.version


def test_the_endpoint_is_a_distribution_too(release: Release, description: set[ox.Triple]) -> None:
    dataset = release.manifest.base.dataset
    (iri,) = (
        iri
        for iri in values(description, dataset, DCAT + "distribution")
        if values(description, iri, DCAT + "accessService")
    )
    service = value(description, iri, DCAT + "accessService")
    assert value(description, iri, DCAT + "accessURL") == value(description, service, DCAT + "endpointURL")


def test_only_the_dataset_is_typed_so_for_a_harvester_takes_each_for_one_of_its_own(
    release: Release, description: set[ox.Triple]
) -> None:
    kind = ox.NamedNode(DCAT + "Dataset")
    datasets = {t.subject for t in description if t.predicate.value == RDF + "type" and t.object == kind}
    assert datasets == {ox.NamedNode(release.manifest.base.dataset)}
    version = release.manifest.base.thing(f"release/{release.manifest.version}")
    series = value(description, version, DCAT + "inSeries")
    assert values(description, series, RDF + "type") == {DCAT + "DatasetSeries"}


def test_each_distribution_has_licence_and_caveat(release: Release, description: set[ox.Triple]) -> None:
    dataset = release.manifest.base.dataset
    for iri in values(description, dataset, DCAT + "distribution"):
        assert (
            values(description, iri, DCT + "rights") == values(description, dataset, DCT + "rights") != set()
        )
        licence = value(description, iri, DCT + "license")
        assert values(description, licence, DCT + "title") == {"Creative Commons Attribution"}


def test_the_period_is_that_of_the_entries(release: Release, description: set[ox.Triple]) -> None:
    period = value(description, release.manifest.base.dataset, DCT + "temporal")
    assert value(description, period, DCAT + "startDate") == "2025-04-01"
    assert value(description, period, DCAT + "endDate") == "2026-03-31"


def test_the_place_has_its_code_and_its_name(release: Release, description: set[ox.Triple]) -> None:
    place = value(description, release.manifest.base.dataset, DCT + "spatial")
    assert place == "http://publications.europa.eu/resource/authority/country/JPN"
    assert values(description, place, SKOS + "prefLabel") == {"日本", "Japan"}


def test_keywords_are_the_datasets_own_and_the_topics_of_its_programmes(
    release: Release, description: set[ox.Triple]
) -> None:
    keywords = values(description, release.manifest.base.dataset, DCAT + "keyword")
    assert {"補助金", "subsidies"} <= keywords, "the dataset's own"
    assert {"空き家", "テレワーク", "telework"} <= keywords, "of the data"
    assert all(re.fullmatch(r"[\w .-]{2,100}", keyword) for keyword in keywords), "what CKAN takes as a tag"


def test_every_external_iri_of_the_profile_has_its_type(description: set[ox.Triple]) -> None:
    typed = {t.subject for t in description if t.predicate.value == RDF + "type"}
    names = (DCT + "language", DCT + "license", DCAT + "mediaType", DCAT + "theme", DCT + "format")
    for triple in description:
        if triple.predicate.value in names:
            assert triple.object in typed


DCAT_US = {
    DCAT + "Catalog": {DCAT + "dataset", DCT + "title", DCT + "publisher", DCT + "modified"},
    DCAT + "Dataset": {
        *(DCT + name for name in ("title", "description", "identifier", "publisher", "license", "modified")),
        *(DCAT + name for name in ("contactPoint", "distribution", "keyword", "theme", "landingPage")),
    },
    DCAT + "DatasetSeries": {DCT + "title", DCT + "description", DCT + "publisher", DCAT + "contactPoint"},
    DCAT + "DataService": {
        *(DCAT + name for name in ("contactPoint", "endpointURL", "endpointDescription", "servesDataset")),
        *(DCT + name for name in ("title", "publisher", "license")),
    },
    DCAT + "Distribution": {
        *(DCT + name for name in ("title", "description", "license", "format")),
        DCAT + "accessURL",
    },
    FOAF + "Agent": {FOAF + "name"},
    VCARD + "Organization": {VCARD + "fn"},
    SPDX + "Checksum": {SPDX + "algorithm", SPDX + "checksumValue"},
    DCT + "PeriodOfTime": {DCAT + "startDate", DCAT + "endDate"},
}
"""What DCAT-US 3.0 requires or recommends of each class, where the data can state it.

It requires an e-mail address of a contact, too, which only the publisher of a base has.
"""


@pytest.mark.parametrize("kind", DCAT_US)
def test_each_node_has_what_dcat_us_3_asks_for(kind: str, description: set[ox.Triple]) -> None:
    """By the `required` of the JSON Schemas of GSA/dcat-us, and the recommended terms that exist here."""
    nodes = {
        t.subject for t in description if t.predicate.value == RDF + "type" and t.object == ox.NamedNode(kind)
    }
    assert nodes, "it would pass vacuously"
    for node in nodes:
        assert DCAT_US[kind] <= {t.predicate.value for t in description if t.subject == node}, node


def test_no_blank_nodes(description: set[ox.Triple]) -> None:
    assert not [t for t in description if "_:" in (str(t.subject)[:2], str(t.object)[:2])]


def test_a_text_in_the_place_of_an_iri_has_no_type() -> None:
    dataset, standard = ox.NamedNode("urn:dataset"), ox.Literal("kankei ontology")
    assert list(external_statements([ox.Triple(dataset, ox.NamedNode(f"{DCT}conformsTo"), standard)])) == []
