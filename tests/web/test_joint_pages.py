"""Pages and documents of a second dataset: projects, units not reconciled, sources that are not kept."""

import re
from urllib.parse import urlencode

import pytest

from kankei.release.reader import Release
from kankei.web.queries import query_text
from support.client import BROWSER, Client
from web.test_pages import Page, section
from web.test_programme_years import words


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/doc/project/31.html", "見本航路の維持・改善"),
        ("/doc/project/20406.html", "二地域居住等の促進に向けた先導的な施策の実装"),
        ("/doc/programme/two-region-living.html", "先導的な施策の実装"),
        ("/doc/source/rs-2025-1-2.html", "事業概要等"),
        ("/doc/org/mlit-regional-policy-division.html", "地方政策課"),
        ("/doc/fiscal-year/2024.html", "令和6年度"),
        ("/doc/dataset/review.html", "行政事業レビュー"),
        ("/doc/dataset.html", "関係"),
        ("/", "関係"),
    ],
)
def test_a_page_in_html(path: str, text: str, joint_web: Client) -> None:
    answer = joint_web.get(path, BROWSER, Accept_Language="ja")
    assert answer.status_code == 200
    assert text in answer.text


@pytest.mark.parametrize("suffix", ["ttl", "jsonld", "nt", "rdf"])
def test_a_project_in_each_format(suffix: str, joint_web: Client) -> None:
    assert joint_web.get(f"/doc/project/31.{suffix}").status_code == 200


def test_a_source_that_is_not_kept_has_no_text(joint_web: Client) -> None:
    assert joint_web.get("/doc/source/rs-2025-1-2.txt").status_code == 404


def test_a_project_has_budget_and_execution_by_year(joint_web: Client) -> None:
    text = section(joint_web.get("/doc/project/31?lang=ja", BROWSER).text, "execution")
    rows = [words(row) for row in text.split("<tr>")[2:]]
    assert [row.partition(" 同じ年度")[0] for row in rows] == [
        "令和5年度 5,000万円 6,000万円 4,500万円 75% 令和7年度",
        "令和6年度 5,200万円 5,500万円 4,400万円 80% 令和7年度",
    ]
    assert len(re.findall(r"<rect class=\"(?:node|certain)\" x=\"0\" y", text)) == 4


def test_a_project_says_what_it_is_for_and_who_answers(joint_web: Client) -> None:
    text = words(section(joint_web.get("/doc/project/31?lang=ja", BROWSER).text, "project"))
    assert text.startswith(
        "要点 担当する組織 見本航路部 事業の目的 航路を 維持する。 事業の概要 見本の航路。"
    )
    assert "事業年度 令和7年度" in text


def test_an_amount_that_is_not_stated_is_no_bar(joint_web: Client) -> None:
    text = section(joint_web.get("/doc/project/33?lang=en", BROWSER).text, "execution")
    assert text.partition("<svg")[2].partition("</svg>")[0].count("The source does not say") == 1
    assert len(re.findall(r"<rect class=\"(?:node|certain)\" x=\"0\" y", text)) == 1
    assert "0 yen" not in words(text.partition("<table")[2])


def test_the_picture_of_a_project_has_its_query(joint_web: Client, joint_release: Release) -> None:
    page = Page(joint_web.get("/doc/project/31?lang=en", BROWSER).text)
    assert page.faults == []
    query = query_text("execution-by-year", {"project": [joint_release.documents["project/31"].iri]})
    rows = joint_web.get(f"/sparql?{urlencode({'query': query})}", "text/csv").text.split()
    assert len(rows) == 1 + 3


def test_an_organisation_has_the_projects_of_its_units(joint_web: Client) -> None:
    text = words(section(joint_web.get("/doc/org/mlit?lang=ja", BROWSER).text, "projects"))
    assert "見本航路の維持・改善 見本航路部" in text


def test_projects_are_counted_by_dataset_and_budget(joint_web: Client) -> None:
    found = joint_web.get("/search?q=&type=project", "application/json").json()
    facets = {facet["name"]: {v["value"]: v["count"] for v in facet["values"]} for facet in found["facets"]}
    assert facets["dataset"] == {"dataset/review": found["total"]}
    assert sum(facets["budget"].values()) == found["total"]
    assert facets["budget"]["10m-100m"] >= 1
