"""Content negotiation by profile (https://www.w3.org/TR/dx-prof-conneg/) of documents."""

import csv
import json

import pyoxigraph as ox
import pytest

from kankei.release.profile_views import DCAT_AP, GIF, NATIVE, PROFILES, RDF_PROFILES, Profile
from kankei.release.reader import Release
from kankei.web.rdf.graph import RDF_TYPES
from support.building import TRIPLE_FORMATS
from support.client import BROWSER, INLINE_JSON_LD, Client

PATH = "programme/two-region-living"
ADDRESS = f"/doc/{PATH}"
EACH = pytest.mark.parametrize("profile", RDF_PROFILES, ids=lambda profile: profile.name)


def statements(body: bytes, rdf_format: ox.RdfFormat) -> set[str]:
    return {str(quad.triple) for quad in ox.parse(body, format=rdf_format)}


@EACH
@pytest.mark.parametrize("by", ["name", "iri", "header"])
def test_a_profile_is_asked_for_by_name_iri_or_header(
    profile: Profile, by: str, web: Client, seed_release: Release
) -> None:
    view = statements(seed_release.view(profile, PATH), ox.RdfFormat.N_TRIPLES)
    for rdf_format in TRIPLE_FORMATS.values():
        accept = INLINE_JSON_LD if rdf_format == ox.RdfFormat.JSON_LD else rdf_format.media_type
        if by == "header":
            wanted = f"<urn:other>, <{profile.iri}>;q=0.5"
            answer = web.get(ADDRESS, accept, Accept_Profile=wanted)
        else:
            answer = web.get(f"{ADDRESS}?_profile={getattr(profile, by)}", accept)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(rdf_format.media_type)
        assert f'<{profile.iri}>; rel="profile"' in answer.headers["link"]
        assert "Accept-Profile" in answer.headers["vary"]
        assert statements(answer.content, rdf_format) == view


@EACH
def test_a_suffix_pins_the_format_of_a_profile(profile: Profile, web: Client) -> None:
    answer = web.get(f"{ADDRESS}.jsonld?_profile={profile.name}", "text/turtle")
    assert answer.headers["content-type"].startswith("application/ld+json")
    assert web.get(f"{ADDRESS}.html?_profile={profile.name}").status_code == 406


def test_the_native_profile_is_the_default_and_lists_the_others(web: Client) -> None:
    answer = web.get(ADDRESS, "text/turtle")
    assert answer.content == web.get(f"{ADDRESS}?_profile=native", "text/turtle").content
    assert f'<{NATIVE.iri}>; rel="profile"' in answer.headers["link"]
    for profile in RDF_PROFILES:
        link = f'two-region-living.ttl?_profile={profile.name}>; rel="alternate related"; type="text/turtle"'
        assert f'{link}; profile="{profile.iri}"' in answer.headers["link"]
        assert web.get(f"{ADDRESS}.ttl?_profile={profile.name}").status_code == 200
    assert "_profile=native" in web.get(f"{ADDRESS}?_profile=cpsv-ap").headers["link"]


def test_a_heavier_profile_wins(web: Client) -> None:
    wanted = ", ".join(f"<{row.iri}>;q=0.{number}" for number, row in enumerate(RDF_PROFILES, 4))
    link = web.get(ADDRESS, "text/turtle", Accept_Profile=wanted).headers["link"]
    assert f'<{RDF_PROFILES[-1].iri}>; rel="profile"' in link


def test_a_browser_that_follows_a_link_to_a_profile_gets_rdf(web: Client) -> None:
    answer = web.get(f"{ADDRESS}?_profile=cpsv-ap", BROWSER)
    assert answer.headers["content-type"].partition(";")[0] in RDF_TYPES


def test_entity_tags_differ_by_profile(web: Client) -> None:
    names = [row.name for row in (NATIVE, *RDF_PROFILES)]
    tags = {web.get(f"{ADDRESS}?_profile={name}", "text/turtle").headers["etag"] for name in names}
    assert len(tags) == len(names)
    tag = web.get(f"{ADDRESS}?_profile=cpsv-ap", "text/turtle").headers["etag"]
    assert web.get(f"{ADDRESS}?_profile=cpsv-ap", "text/turtle", If_None_Match=tag).status_code == 304
    assert web.get(ADDRESS, "text/turtle", If_None_Match=tag).status_code == 200


@pytest.mark.parametrize(
    ("address", "header"),
    [
        (f"{ADDRESS}?_profile=other", None),
        (f"{ADDRESS}?_profile=", None),
        (ADDRESS, "<https://example.org/profile>"),
        (ADDRESS, f"<{PROFILES[0].iri}>;q=0"),
    ],
)
def test_an_unknown_profile_is_refused_with_the_list(address: str, header: str | None, web: Client) -> None:
    answer = web.get(address, "text/turtle", **({"Accept_Profile": header} if header else {}))
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["offered"] == [f"{row.name} <{row.iri}>" for row in (NATIVE, *PROFILES)]


def test_what_has_no_view_is_refused_in_its_profile(web: Client) -> None:
    answer = web.get("/doc/org/mlit?_profile=cpsv-ap", "text/turtle")
    assert answer.status_code == 406
    assert answer.json()["offered"] == [f"native <{NATIVE.iri}>"]


def test_the_profile_goes_with_the_redirect(web: Client) -> None:
    location = web.get(f"/id/{PATH}?_profile=cpsv-ap").headers["location"]
    assert location.endswith(f"{PATH}?_profile=cpsv-ap")
    assert "_profile" not in web.get(f"/id/{PATH}?_profile=other").headers["location"]


@pytest.mark.parametrize("suffix", ["", ".ttl", ".jsonld", ".nt", ".rdf", ".html"])
def test_the_alignments_answer_in_every_format(suffix: str, web: Client) -> None:
    answer = web.get(f"/ns/alignments{suffix}", "text/html" if suffix in ("", ".html") else None)
    assert answer.status_code == 200
    assert b"PublicService" in answer.content


def test_gif_is_offered_as_json_and_csv(web: Client, seed_release: Release) -> None:
    record = json.loads(seed_release.view(GIF, PATH))
    for answer in (
        web.get(f"{ADDRESS}?_profile={GIF.name}"),
        web.get(ADDRESS, "application/json", Accept_Profile=f"<{GIF.iri}>"),
        web.get(f"{ADDRESS}.json?_profile={GIF.name}"),
    ):
        assert answer.headers["content-type"] == "application/json"
        assert f'<{GIF.iri}>; rel="profile"' in answer.headers["link"]
        assert answer.json() == record
    for answer in (
        web.get(f"{ADDRESS}?_profile={GIF.name}", "text/csv"),
        web.get(f"{ADDRESS}.csv?_profile={GIF.name}"),
    ):
        assert answer.headers["content-type"].startswith("text/csv")
        (row,) = csv.DictReader(answer.content.decode("utf-8-sig").splitlines(keepends=True))
        assert row["タイトル（制度名）"] == record["タイトル（制度名）"]
    assert f'.json?_profile={GIF.name}>; rel="alternate' in web.get(ADDRESS, "text/turtle").headers["link"]
    assert web.get(f"{ADDRESS}.ttl?_profile={GIF.name}").status_code == 406
    assert web.get(f"{ADDRESS}.csv").status_code == 406


@pytest.mark.parametrize("address", ["/catalog", "/.well-known/dcat", "/catalog.jsonld"])
def test_the_catalogue_is_dcat_ap_and_nothing_else(address: str, web: Client) -> None:
    plain = web.get(address, "*/*")
    assert f'<{DCAT_AP.iri}>; rel="profile"' in plain.headers["link"]
    assert "Accept-Profile" in plain.headers["vary"]
    for answer in (
        web.get(f"{address}?_profile={DCAT_AP.name}", "*/*"),
        web.get(address, "*/*", Accept_Profile=f"<{DCAT_AP.iri}>"),
    ):
        assert answer.content == plain.content
    for refused in (
        web.get(f"{address}?_profile=cpsv-ap", "*/*"),
        web.get(address, "*/*", Accept_Profile="<urn:other>"),
    ):
        assert refused.status_code == 406
        assert refused.json()["offered"] == [f"{DCAT_AP.name} <{DCAT_AP.iri}>"]
