"""The views of a release in other profiles: golden files, named and merged graphs, native documents."""

import csv
import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from kankei.dataset.data_folder import packaged
from kankei.dataset.dataset import load
from kankei.dataset.statement_lines import parse_lines
from kankei.dataset.statements import text
from kankei.errors import BrokenRelease
from kankei.namespaces import DCT, Base
from kankei.release.gif_items import ITEMS, csv_lines
from kankei.release.profile_views import CPSV_AP, GIF, PROFILES, RDF_PROFILES, Profile, read_views
from kankei.release.profiles import view_lines
from kankei.release.profiles.gif import record
from kankei.release.reader import Release
from support.building import build_quickly
from support.paths import TESTS
from support.review import joint_inputs

BASE = Base()
PROGRAMME = "programme/two-region-living"
EACH = pytest.mark.parametrize("profile", RDF_PROFILES, ids=lambda profile: profile.name)


def subjects(store: ox.Store, query: str) -> set[str]:
    solutions = store.query(query, prefixes={"cpsv": "http://purl.org/vocab/cpsv#"})
    assert isinstance(solutions, ox.QuerySolutions)
    return {solution[0].value for solution in solutions}


@EACH
def test_the_view_of_a_programme_is_its_golden_file(profile: Profile, seed_release: Release) -> None:
    found = Graph().parse(data=seed_release.view(profile, PROGRAMME), format="nt")
    assert isomorphic(found, Graph().parse(TESTS / "profiles" / f"{profile.name}.ttl"))


def test_a_query_that_names_no_graph_finds_public_services(
    seed_release: Release, seed_store: ox.Store
) -> None:
    programmes = {d.iri for path, d in seed_release.documents.items() if path.startswith("programme/")}
    assert subjects(seed_store, "SELECT ?s { ?s a cpsv:PublicService }") == programmes
    graph = seed_release.manifest.base.graph("profile/cpsv-ap")
    assert (
        subjects(seed_store, f"SELECT ?s {{ GRAPH <{graph}> {{ ?s a cpsv:PublicService }} }}") == programmes
    )


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_each_programme_has_a_view_and_nothing_else_has(profile: Profile, seed_release: Release) -> None:
    for path in seed_release.documents:
        assert (profile in seed_release.profiles(path)) == path.startswith("programme/")
    with pytest.raises(KeyError):
        seed_release.view(profile, "org/mlit")


@EACH
def test_the_views_together_are_the_graph(profile: Profile, seed_release: Release) -> None:
    views = [seed_release.view(profile, path).splitlines() for path in seed_release.views[profile.name].views]
    lines = seed_release.file(profile.lines).read_bytes().splitlines()
    assert {line for view in views for line in view} == set(lines)
    graph = seed_release.manifest.base.graph(profile.graph)
    assert seed_release.manifest.graphs[graph] == len(lines)


def test_native_documents_have_no_statement_of_a_view(seed_release: Release) -> None:
    native = seed_release.triples(PROGRAMME)
    assert b"PublicService" not in native
    assert b"GovernmentService" not in native


def test_views_follow_the_base(tmp_path: Path) -> None:
    base = Base("https://data.example.org/subsidies/")
    release = Release.open(build_quickly(tmp_path / "releases", base=base))
    for profile in RDF_PROFILES:
        assert base.thing(PROGRAMME).encode() in release.view(profile, PROGRAMME)
        assert base.graph(profile.graph) in release.manifest.graphs


def test_a_service_is_part_of_the_dataset_whose_folder_holds_it(tmp_path: Path) -> None:
    """A dataset without services, as that of the budget review, is not described."""
    data, further = packaged().data, tmp_path / "prefecture"
    (further / "programmes").mkdir(parents=True)
    (further / "dataset.toml").write_text('name = "prefecture"', encoding="utf-8")
    shutil.copy(data / "programmes" / "two-region-living.ttl", further / "programmes" / "own.ttl")
    joint = joint_inputs(tmp_path)
    shutil.copy(*(folder / "catalogue.ttl" for folder in (*joint.further, further)))
    dataset = load(joint.with_data(data, further, *joint.further), BASE)
    triples = list(parse_lines(b"".join(view_lines(dataset, CPSV_AP))))
    wholes = {text(t.subject): text(t.object) for t in triples if t.predicate.value == f"{DCT}isPartOf"}
    assert wholes.pop(BASE.thing("programme/own")) == f"{BASE.dataset}/prefecture"
    assert set(wholes.values()) == {BASE.dataset}
    assert not [t for t in triples if text(t.subject).startswith(f"{BASE.dataset}/review")]


@pytest.mark.parametrize(
    "broken", ['{"parts":[[0,99999999]],"views":{}}', '{"parts":[],"views":{"a":[7]}}', "[]"]
)
def test_an_index_that_does_not_fit_is_refused(tmp_path: Path, broken: str) -> None:
    release = build_quickly(tmp_path / "releases")
    index = release / PROFILES[0].index
    size = index.stat().st_size
    index.write_text(broken.ljust(size), encoding="utf-8")
    assert index.stat().st_size == size
    with pytest.raises(BrokenRelease):
        Release.open(release)


def test_an_index_is_read_back(tmp_path: Path, seed_release: Release) -> None:
    index = seed_release.views["cpsv-ap"]
    copy = tmp_path / "index.json"
    copy.write_bytes(index.json())
    assert read_views(copy).views == index.views


def test_the_records_of_gif_are_their_golden_files(seed_release: Release) -> None:
    for suffix in ("json", "csv"):
        golden = TESTS / "profiles" / f"{GIF.name}.{suffix}"
        assert seed_release.file(f"tables/{GIF.name}.{suffix}").read_bytes() == golden.read_bytes()


def test_gif_has_the_official_items_in_their_order(seed_release: Release) -> None:
    records = json.loads(seed_release.file(GIF.lines).read_bytes())
    names = [item.name for item in ITEMS]
    assert len(names) == len(set(names)) == 52
    for found in records:
        assert list(found) == [name for name in names if name in found]
    with seed_release.file(GIF.lines).with_suffix(".csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == names
    assert len(rows) == len(records) == seed_release.manifest.programmes
    for found, row in zip(records, rows, strict=True):
        assert {name for name, cell in zip(names, row, strict=True) if cell} == found.keys()


def test_gif_has_days_only_where_the_source_has_them(seed_release: Release) -> None:
    found = json.loads(seed_release.view(GIF, PROGRAMME))
    assert found["募集時期"] == found["公募備考"] == "４月～５月頃"
    assert "公募開始日" not in found
    assert "最大補助率" not in found, "beside 定額 no rate is the highest"
    assert found["連絡先情報"] == {"連絡先名称": "地方政策課", "連絡先電話番号": "03-5253-8369"}


def test_values_of_gif_items() -> None:
    row = {
        "programme": ("urn:x",),
        "rate": ("33.3", "50"),
        "ceiling": ("1000000", "200"),
        "content": ("00001 はじめに", "00002 次に"),
        "theme": ("A", "B"),
        "start": ("2025-04-01",),
        "end": ("2025-05-01",),
        "period": ("4/1～5/1",),
        "page": ("https://a/ ", "https://b/ B"),
    }
    assert record(row) == {
        "内容": "はじめに\n次に",
        "給付上限額": 1000000,
        "最大補助率": 50.0,
        "募集時期": "4/1～5/1",
        "公募開始日": "2025-04-01",
        "公募終了日": "2025-05-01",
        "詳細参照先": ";B",
        "詳細URL": "https://a/;https://b/",
        "キーワード": "A;B",
    }
    assert b"50.0" in csv_lines([record(row)])
    assert b"'=1" in csv_lines([{"内容": "=1"}])
