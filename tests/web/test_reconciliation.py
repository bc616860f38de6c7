"""The reconciliation service: a session as OpenRefine has it, against the official schemas where they are."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import jsonschema
import pytest
from referencing import Registry, Resource

from support.client import Client
from support.paths import SUITES

SCHEMAS = SUITES / "reconciliation-api"
DRAFT = {"$schema": "http://json-schema.org/draft-07/schema#"}
"""What the schemas mean by "the newest", which no validator takes."""
FORM = {"content-type": "application/x-www-form-urlencoded"}


def conforms(answer: httpx.Response, schema: str, versions: tuple[str, ...] = ("0.1", "0.2")) -> Any:
    """The JSON of an answer, which conforms to a schema of some versions of the API."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == "*"
    content = answer.json()
    for version in versions:
        folder = SCHEMAS / version / "schemas"
        if not folder.is_dir():
            pytest.skip(f"the schemas of the reconciliation API are not at {SCHEMAS}")
        schemas = {
            file.name: {**json.loads(file.read_text("utf-8")), **DRAFT} for file in folder.glob("*.json")
        }
        resources = [(its["$id"], Resource.from_contents(its)) for its in schemas.values() if "$id" in its]
        registry: Registry[Any] = Registry().with_resources(resources)
        jsonschema.Draft7Validator(schemas[f"{schema}.json"], registry=registry).validate(content)
    return content


def post(web: Client, **parameters: object) -> httpx.Response:
    form = urlencode({name: json.dumps(value) for name, value in parameters.items()})
    return web.request("POST", "/reconcile", "application/json", FORM, form.encode())


def get(web: Client, path: str, **parameters: str) -> httpx.Response:
    return web.get(f"{path}?{urlencode(parameters)}")


def local(url: str) -> str:
    """The path of an address of this service."""
    return "/" + url.partition("/reconcile")[1][1:] + url.partition("/reconcile")[2]


def test_a_session(web: Client) -> None:
    manifest = conforms(web.get("/reconcile"), "manifest")
    assert manifest["view"]["url"].endswith("/id/{{id}}")
    # The user has chosen a column and is asked for a type.
    entity, kind, prop = (manifest["suggest"][name] for name in ("entity", "type", "property"))
    types = conforms(
        get(web, local(kind["service_url"]) + kind["service_path"], prefix="組"), "suggest-types-response"
    )
    assert types["result"] == [{"id": "Organisation", "name": "組織"}]
    properties = conforms(
        get(web, local(prop["service_url"]) + prop["service_path"], prefix="府省"),
        "suggest-properties-response",
    )
    assert [its["id"] for its in properties["result"]] == ["ministry"]
    # A batch, once by POST as OpenRefine sends it, once by GET.
    batch: Mapping[str, Mapping[str, Any]] = {
        "q0": {"query": "観光資源課長", "type": "Organisation", "type_strict": "should", "limit": 3},
        "q1": {
            "query": "二地域居住等の促進",
            "properties": [{"pid": "ministry", "v": {"id": "org/mlit", "name": "国土交通省"}}],
        },
        "q2": {
            "query": "二地域居住等の促進",
            "properties": [{"pid": "ministry", "v": ["総務省"]}, {"pid": "year", "v": 2025}],
        },
        "q3": {"query": "そのような名前はない"},
        "q4": {"properties": [{"pid": "identifier", "v": "105"}]},
    }
    results = conforms(post(web, queries=batch), "reconciliation-result-batch")
    assert results == get(web, "/reconcile", queries=json.dumps(batch)).json()
    best = {
        key: [(its["id"], its["match"]) for its in answer["result"][:1]] for key, answer in results.items()
    }
    assert best["q0"] == [("org/jta-tourism-resources-division", True)]
    assert best["q1"] == [("programme/two-region-living", True)]
    assert best["q2"] == [("programme/two-region-living", False)]
    assert best["q3"] == []
    assert best["q4"] == [("programme/new-exchange-market", True)]
    # The user looks at a candidate, types another name, and fetches columns.
    preview = web.get(f"/reconcile/preview?id={quote('org/mlit', safe='')}", "text/html")
    assert "国土交通省" in preview.text
    assert "frame-ancestors *" in preview.headers["content-security-policy"]
    found = conforms(
        get(web, local(entity["service_url"]) + entity["service_path"], prefix="観光"),
        "suggest-entities-response",
    )
    assert "org/jta" in {its["id"] for its in found["result"]}
    flyout = get(web, "/reconcile/flyout", id="org/jta").json()
    assert flyout["id"] == "org/jta"
    assert "<h1>" in flyout["html"]
    proposed = conforms(
        get(web, "/reconcile/properties", type="Programme", limit="4"),
        "data-extension-property-proposal",
        ("0.2",),
    )
    assert len(proposed["properties"]) == 4
    wanted = {
        "ids": ["programme/two-region-living", "org/none"],
        "properties": [{"id": "ministry"}, {"id": "year"}, {"id": "name"}],
    }
    rows = conforms(post(web, extend=wanted), "data-extension-response")["rows"]
    assert rows["programme/two-region-living"]["ministry"] == [{"id": "org/mlit", "name": "国土交通省"}]
    assert rows["programme/two-region-living"]["year"] == [{"int": 2025}]
    assert rows["org/none"] == {"ministry": [{}], "year": [{}], "name": [{}]}


def test_projects_and_concepts_are_reconciled(joint_web: Client) -> None:
    batch = {
        "project": {"query": "二地域居住等の促進に向けた先導的な施策の実装", "type": "Project"},
        "number": {"properties": [{"pid": "identifier", "v": "20406"}], "type": "Project"},
        "concept": {"query": "関係人口", "type": "Concept"},
        "unit": {"query": "国土交通省観光庁", "type": "Organisation"},
    }
    results = post(joint_web, queries=batch).json()
    best = {key: [(its["id"], its["match"]) for its in results[key]["result"][:1]] for key in batch}
    assert best == {
        "project": [("project/20406", True)],
        "number": [("project/20406", True)],
        # A topic has that name, too.
        "concept": [("theme/related-population", False)],
        "unit": [("org/jta", True)],
    }
    types = {its["id"] for its in joint_web.get("/reconcile").json()["defaultTypes"]}
    assert types >= {"Programme", "Project", "Organisation", "Concept"}


@pytest.mark.parametrize("version", ["0.1", "0.2"])
def test_official_queries_are_answered(web: Client, version: str) -> None:
    folder = SCHEMAS / version / "examples" / "reconciliation-query-batch"
    if not folder.is_dir():
        pytest.skip(f"the examples of the reconciliation API are not at {SCHEMAS}")
    for file in sorted((folder / "valid").glob("*.json")):
        conforms(post(web, queries=json.loads(file.read_text("utf-8"))), "reconciliation-result-batch")


@pytest.mark.parametrize(
    ("queries", "status"),
    [
        ("no json", 400),
        ("[" * 100_000, 400),
        ("[]", 400),
        ('{"q": 1}', 400),
        ('{"q": {}}', 400),
        ('{"q": {"query": 1}}', 400),
        ('{"q": {"query": "a", "limit": 0}}', 400),
        ('{"q": {"query": "a", "type": 1}}', 400),
        ('{"q": {"query": "a", "properties": [{"pid": "x"}]}}', 400),
        ('{"q": {"query": "a", "limit": 1e999}}', 400),
        ('{"q": {"query": "a", "limit": NaN}}', 400),
        ('{"q": {"query": "a", "limit": Infinity}}', 400),
        ('{"\\ud800": {"query": "a"}}', 400),
        ('{"q": {"query": "\\ud800"}}', 400),
        (json.dumps({"q": {"query": "a", "properties": [{"pid": f"p{n}", "v": 1} for n in range(21)]}}), 400),
        (json.dumps({f"q{number}": {"query": "a"} for number in range(101)}), 413),
        (json.dumps({f"q{number}": {"query": "a"} for number in range(100)}), 200),
    ],
)
def test_a_batch_that_is_malformed_or_too_large_is_refused(web: Client, queries: str, status: int) -> None:
    form = urlencode({"queries": queries}).encode()
    assert web.request("POST", "/reconcile", None, FORM, form).status_code == status


def test_unknown_entities_and_properties_are_named(web: Client) -> None:
    assert web.get("/reconcile/preview?id=org/none", "text/html").status_code == 404
    form = urlencode({"extend": '{"ids": ["\\ud800"], "properties": [{"id": "name"}]}'}).encode()
    assert web.request("POST", "/reconcile", None, FORM, form).status_code == 400
    answer = post(web, extend={"ids": [], "properties": [{"id": "colour"}]})
    assert answer.status_code == 400
    assert "ministry" in answer.json()["offered"]


def test_a_client_of_version_0_1_may_ask_for_a_script(web: Client) -> None:
    answer = web.get("/reconcile?callback=jQuery.back_1")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.text.startswith("/**/jQuery.back_1({")
    assert web.get("/reconcile?callback=alert(1)").status_code == 400


def test_answers_have_tags(web: Client) -> None:
    first = get(web, "/reconcile", queries='{"q":{"query":"総務省"}}')
    target = first.request.url.raw_path.decode("ascii")
    again = web.get(target, if_none_match=first.headers["etag"])
    assert again.status_code == 304
