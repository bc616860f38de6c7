"""The views of a release in other profiles: golden files, named and merged graphs, native documents."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from kankei.errors import BrokenRelease
from kankei.namespaces import Base
from kankei.release.profile_views import PROFILES, Profile, read_views
from kankei.release.reader import Release
from support.building import build_quickly
from support.paths import TESTS

PROGRAMME = "programme/two-region-living"
EACH = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)


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


@EACH
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
    for profile in PROFILES:
        assert base.thing(PROGRAMME).encode() in release.view(profile, PROGRAMME)
        assert base.graph(profile.graph) in release.manifest.graphs


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
