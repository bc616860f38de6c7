"""Linksets in the description of a release: what VoID states is what SPARQL counts."""

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.namespaces import CONCEPTS, PREFIXES, SCHEMA, SKOS, VOID, Base
from kankei.release.linksets import LINKS
from kankei.release.reader import Release
from kankei.validation.file_validation import validate_files
from support.building import own_copy

DATASET = Base().dataset
STATED = f"""
PREFIX void: <{VOID}>
SELECT ?predicate ?target (SUM(?triples) AS ?count) WHERE {{
  <{DATASET}> void:subset ?linkset .
  ?linkset void:linkPredicate ?predicate ; void:objectsTarget ?object ; void:triples ?triples .
  OPTIONAL {{ ?object void:uriSpace ?space }}
  BIND (COALESCE(?space, STR(?object)) AS ?target)
}} GROUP BY ?predicate ?target
"""


def stated(release: Release) -> Counter[tuple[str, str]]:
    store = ox.Store()
    store.load(path=release.file("description.ttl"), format=ox.RdfFormat.TURTLE)
    rows = store.query(STATED)
    assert isinstance(rows, ox.QuerySolutions)
    return Counter({(row["predicate"].value, row["target"].value): int(row["count"].value) for row in rows})


def counted(release: Release) -> Counter[tuple[str, str]]:
    """The links of the published store by property, and by the space or the dataset of their values."""
    store = ox.Store.read_only(str(release.store_path))
    values = " ".join(f"<{predicate}>" for predicate in LINKS)
    rows = store.query(f"SELECT ?p ?o WHERE {{ VALUES ?p {{ {values} }} ?s ?p ?o }}")
    assert isinstance(rows, ox.QuerySolutions)
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        value = row["o"].value
        own = value.startswith(f"{Base().thing('project/')}")
        counts[row["p"].value, f"{DATASET}/review" if own else value[: value.rfind("/") + 1]] += 1
    return counts


def test_the_seed_links_to_wikidata_and_the_prefectures_to_e_stat(seed_release: Release) -> None:
    assert stated(seed_release) == counted(seed_release)
    assert stated(seed_release) == {
        (f"{SCHEMA}sameAs", "http://www.wikidata.org/entity/"): 1,
        (f"{SKOS}exactMatch", "http://data.e-stat.go.jp/lod/sac/"): 47,
    }


def test_both_datasets_are_linked(joint_release: Release) -> None:
    assert stated(joint_release) == counted(joint_release)
    assert stated(joint_release)[f"{SKOS}exactMatch", f"{DATASET}/review"] == 1


@pytest.mark.parametrize("release", ["seed_release", "joint_release"])
def test_the_links_of_one_folder_are_no_linkset(release: str, request: pytest.FixtureRequest) -> None:
    assert all(target != DATASET for _, target in stated(request.getfixturevalue(release)))


def test_the_prefectures_have_their_codes_and_are_areas_of_programmes(
    tmp_path: Path, seed_store: ox.Store
) -> None:
    rows = seed_store.query(
        "SELECT ?code ?area { ?place a kk:Prefecture ; skos:notation ?code ; skos:exactMatch ?area }",
        prefixes=PREFIXES,
    )
    assert isinstance(rows, ox.QuerySolutions)
    areas = {row["code"].value: row["area"].value.rpartition("/")[2] for row in rows}
    assert areas == {f"{number:02}": f"C{number:02}000" for number in range(1, 48)}
    inputs = own_copy(tmp_path)
    programme = inputs.data / "programmes" / "two-region-living.ttl"
    text = programme.read_text(encoding="utf-8")
    japan = "dct:spatial <http://publications.europa.eu/resource/authority/country/JPN>"
    assert text.count(japan) == 1
    tokyo = text.replace(japan, f"dct:spatial <{CONCEPTS}prefecture/tokyo>")
    programme.write_text(tokyo, encoding="utf-8")
    assert validate_files((programme,), inputs, Base()).readable() == "conforms\n"


def test_a_ministry_has_its_corporate_number_with_scheme_and_agency(seed_store: ox.Store) -> None:
    rows = seed_store.query(
        "SELECT ?number ?scheme { ?ministry a kk:Ministry ; adms:identifier ?node . "
        "?node skos:notation ?number ; dct:type ?scheme ; adms:schemaAgency ?agency }",
        prefixes=PREFIXES,
    )
    assert isinstance(rows, ox.QuerySolutions)
    numbers = {row["number"].value: row["scheme"].value for row in rows}
    assert set(numbers) == {"2000012020001", "2000012100001"}
    assert set(numbers.values()) == {f"{CONCEPTS}identifier-scheme/corporate-number"}
    for number in numbers:
        weighted = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number[1:])))
        assert int(number[0]) == 9 - weighted % 9
