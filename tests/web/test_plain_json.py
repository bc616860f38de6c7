"""Documents as plain JSON: their JSON Schemas, their size, and what a programme says of itself."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pyoxigraph import RdfFormat

from kankei.dataset.data_folder import packaged
from kankei.release.reader import Release
from kankei.web.plain_json.json_schema import names, serialize
from kankei.web.plain_json.thing import document_json, schema_of
from kankei.web.rdf.graph import Graph, parse_triples
from support.building import build_quickly
from support.client import Client
from support.paths import ROOT

PROGRAMME = "/doc/programme/two-region-living"
LARGEST = 8000
"""Bytes that a programme may have."""


def validator(web: Client, name: str) -> Draft202012Validator:
    schema = web.get(f"/schema/{name}.json")
    assert schema.headers["content-type"] == "application/schema+json"
    Draft202012Validator.check_schema(schema.json())
    return Draft202012Validator(schema.json(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def programme(web: Client) -> Any:
    return web.get(PROGRAMME, "application/json").json()


@pytest.mark.parametrize("name", names())
def test_each_schema_is_at_its_address(name: str, web: Client) -> None:
    assert validator(web, name).schema["$id"] == f"https://w3id.org/kankei/schema/{name}.json"


def test_an_unknown_schema_is_not_found(web: Client) -> None:
    assert web.get("/schema/other.json").status_code == 404


def test_every_document_is_of_its_schema(web: Client, seed_release: Release) -> None:
    validators = {name: validator(web, name) for name in names()}
    for path in seed_release.documents:
        answer = web.get(f"/doc/{path}.json", "image/png")
        assert answer.headers["content-type"] == "application/json"
        name = answer.json()["$schema"].rpartition("/")[2].removesuffix(".json")
        validators[name].validate(answer.json())
        link = answer.links["describedby"]["url"]
        assert link == f"../../schema/{name}.json" or path == "dataset"


def test_every_generated_programme_is_of_the_schema_and_small(web: Client, tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT / "tests" / "benchmarks"))
    from generate import generate  # noqa: PLC0415 - no package

    generate(30, tmp_path / "data")
    inputs = replace(packaged(), data=tmp_path / "data")
    release = Release.open(build_quickly(tmp_path / "releases", inputs))
    check = validator(web, "programme")
    for path, document in release.documents.items():
        graph = Graph.of(parse_triples(release.triples(path), RdfFormat.N_TRIPLES))
        body = serialize(schema_of(document), document_json(graph, document, release), "https://example.org/")
        if path.startswith("programme/"):
            check.validate(json.loads(body))
            assert len(body) < LARGEST, path


def test_the_programmes_are_small(web: Client, seed_release: Release) -> None:
    sizes = [
        len(web.get(f"/doc/{path}.json").content)
        for path in seed_release.documents
        if path.startswith("programme/")
    ]
    assert len(sizes) == 4
    assert max(sizes) < LARGEST


def test_what_a_programme_says(web: Client) -> None:
    content = programme(web)
    assert content["id"] == "https://w3id.org/kankei/id/programme/two-region-living"
    assert content["title"]["ja"] == "二地域居住等の促進"
    assert [ministry["label"]["ja"] for ministry in content["ministries"]] == ["国土交通省"]
    assert [unit["label"]["ja"] for unit in content["units"]] == ["地方政策課"]
    (bodies,) = content["bodies"]
    assert {kind["label"]["ja"] for kind in bodies["types"]} == {"都道府県", "市区町村", "NPO", "民間事業者"}
    assert bodies["openToOthers"] is True
    (budget,) = content["budgets"]
    assert (budget["fiscalYear"], budget["amount"], budget["printed"]) == (2025, 20_000_000, "20")
    (call,) = content["calls"]
    assert call["start"] == {"earliest": "2025-04-01", "latest": "2025-04-30"}
    assert call["approximate"] is True
    rates = [row["rate"] for measure in content["measures"] for row in measure["funding"] if "rate" in row]
    assert rates == [{"numerator": 1, "denominator": 2, "percentage": 50, "atMost": False}]
    assert content["contacts"][0]["telephones"] == ["+81352538369"]


def test_each_field_of_a_programme_says_on_what_it_rests(web: Client) -> None:
    content = programme(web)
    evidence = content["evidence"]
    assert "stated" in evidence["budgets"]["basis"]
    assert "sheets-103-106:103" in str(evidence) or evidence["budgets"]["lines"]
    assert "inferred" in evidence["calls"]["basis"]
    assert evidence["calls"]["rules"]
    assert (content["surveys"], evidence["surveys"]["basis"]) == ([], ["unknown"])
    assert evidence["surveys"]["lines"], "the column that is blank"
    assert set(evidence) <= set(content)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/json", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("application/ld+json, application/json", "application/ld+json"),
        ("application/json;q=0.9, application/ld+json;q=0.5", "application/json"),
        ("text/html, application/json;q=0.9", "text/html"),
    ],
)
def test_a_client_that_takes_json_gets_it(accept: str, expected: str, web: Client) -> None:
    assert web.get(PROGRAMME, accept).headers["content-type"].startswith(expected)
