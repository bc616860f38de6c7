"""The choice of engine: columns where many rows are read for few."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from kankei.engine.algebra.bounded_paths import walked_from_known_ends
from kankei.engine.algebra.estimate import Estimator
from kankei.engine.algebra.not_understood import NotUnderstood
from kankei.engine.algebra.parser import parsed
from kankei.engine.algebra.printed import tree
from kankei.engine.choice import choose
from kankei.engine.operation import COLUMNS, OXIGRAPH
from server.test_hostile import TEMPLATES
from support.paths import TESTS

KK, ORG = "urn:kk:", "urn:org:"
PROLOGUE = "PREFIX kk: <urn:kk:> PREFIX org: <urn:org:> PREFIX : <urn:> "


@dataclass(frozen=True)
class Property:
    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class Release:
    """Counts as of 10,000 programmes."""

    properties: Mapping[str, Property]
    classes: Mapping[str, int]


RELEASE = Release(
    {
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": Property(100_000, 100_000, 40),
        KK + "ministry": Property(10_000, 10_000, 10),
        KK + "amount": Property(10_000, 10_000, 900),
        KK + "entry": Property(10_000, 10_000, 10_000),
        KK + "unit": Property(10_000, 10_000, 400),
        KK + "title": Property(20_000, 10_000, 20_000),
        KK + "number": Property(10_000, 10_000, 10_000),
        ORG + "subOrganizationOf": Property(400, 400, 60),
    },
    {KK + "Programme": 10_000, KK + "FiscalYear": 2},
)
CASES = [
    (COLUMNS, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
    (COLUMNS, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"),
    (COLUMNS, "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c"),
    (COLUMNS, "SELECT ?m (SUM(?a) AS ?n) { ?x kk:ministry ?m ; kk:amount ?a FILTER(?a > 5) } GROUP BY ?m"),
    (COLUMNS, "SELECT ?m (SUM(?a) AS ?n) { ?x kk:ministry ?m OPTIONAL { ?x kk:amount ?a } } GROUP BY ?m"),
    (COLUMNS, "SELECT DISTINCT ?c { ?x a ?c }"),
    (COLUMNS, "SELECT (COUNT(*) AS ?n) { ?a org:subOrganizationOf* ?b }"),
    (COLUMNS, "SELECT ?x ?y { ?x kk:title ?a . ?y kk:title ?b FILTER(?a = ?b) }"),
    (COLUMNS, "ASK { { SELECT (COUNT(*) AS ?n) { ?x a ?c } } FILTER(?n > 9) }"),
    (COLUMNS, "SELECT ?x { ?x kk:title ?t } ORDER BY ?t LIMIT 10"),
    (COLUMNS, "SELECT * { { SELECT ?c (COUNT(*) AS ?n) { ?x a ?c } GROUP BY ?c } FILTER(?n > 5) }"),
    (OXIGRAPH, "SELECT DISTINCT ?m { ?x kk:ministry ?m }"),
    (COLUMNS, "SELECT ?x { ?x kk:number ?n } ORDER BY ?n"),
    (OXIGRAPH, "SELECT ?p ?o { :programme-1 ?p ?o }"),
    (OXIGRAPH, "SELECT ?t { :programme-1 kk:title ?t ; kk:entry ?e ; kk:unit ?u }"),
    (OXIGRAPH, "SELECT ?x ?t { ?x kk:unit/org:subOrganizationOf* :bureau ; kk:title ?t }"),
    (OXIGRAPH, "SELECT (COUNT(*) AS ?n) { ?x kk:unit/org:subOrganizationOf* :bureau }"),
    (OXIGRAPH, "SELECT (COUNT(*) AS ?n) { ?x a kk:FiscalYear }"),
    (OXIGRAPH, "SELECT ?m (COUNT(*) AS ?n) { ?x kk:number 5 ; kk:ministry ?m } GROUP BY ?m"),
    (OXIGRAPH, "SELECT * { ?s ?p ?o }"),
    (OXIGRAPH, "SELECT * { ?s ?p ?o } LIMIT 10"),
    (OXIGRAPH, "SELECT ?x ?t { ?x a kk:Programme ; kk:title ?t }"),
    (OXIGRAPH, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"),
    (OXIGRAPH, "SELECT (COUNT(*) AS ?n) { ?x :unknown ?y . ?y kk:title ?t }"),
    (OXIGRAPH, "ASK { ?x kk:ministry ?m ; kk:amount ?a FILTER(?a < 0) }"),
]


@pytest.mark.parametrize(("engine", "text"), CASES)
def test_choice(engine: str, text: str) -> None:
    assert choose(parsed(PROLOGUE + text), RELEASE).engine == engine


@pytest.mark.parametrize(
    ("engine", "text"),
    [
        (COLUMNS, "SELECT DISTINCT ?m { ?x kk:ministry ?m }"),
        (OXIGRAPH, "SELECT (COUNT(*) AS ?n) { ?x a kk:FiscalYear }"),
        (OXIGRAPH, "SELECT ?m (COUNT(*) AS ?n) { ?x kk:number 5 ; kk:ministry ?m } GROUP BY ?m"),
    ],
)
def test_choice_where_no_sql_is_needed(engine: str, text: str) -> None:
    assert choose(parsed(PROLOGUE + text), RELEASE, arrays=True).engine == engine


@pytest.mark.parametrize(
    ("text", "rows", "work"),
    [
        ("{ ?x kk:ministry ?m }", 10_000, 10_000),
        ("{ ?x kk:ministry :m }", 1_000, 1_000),
        ("{ :x kk:title ?t }", 2, 2),
        ("{ ?x a kk:Programme }", 10_000, 10_000),
        ("{ ?x kk:title ?t . ?x kk:number 5 }", 2, 3),
        ("{ VALUES ?x { :a :b } ?x kk:title ?t }", 4, 6),
        ("{ ?x kk:number 5 OPTIONAL { ?x kk:title ?t } }", 2, 3),
        ("{ ?x kk:number 5 FILTER EXISTS { ?x kk:title ?t } }", 0.7, 8),
        ("{ ?x kk:ministry ?a . ?y kk:ministry ?b FILTER(?a = ?b) }", 100_000, 500_010_000),
        ("{ { SELECT ?m (SUM(?a) AS ?n) { ?x kk:ministry ?m ; kk:amount ?a } GROUP BY ?m } }", 100, 70_000),
        ("{ { SELECT ?x { ?x kk:title ?t } ORDER BY ?t } }", 20_000, 520_000),
        ("{ { ?x kk:number 5 } UNION { :x kk:title ?t } }", 3, 3),
        ("{ ?x ^kk:number 5 }", 1, 1),
        ("{ ?x (kk:number|kk:entry) :y }", 2, 2),
        ("{ ?x :unknown ?y }", 0, 1),
    ],
)
def test_estimate(text: str, rows: float, work: float) -> None:
    estimate = Estimator(RELEASE).of(parsed(f"{PROLOGUE}SELECT * {text}").pattern)
    assert (round(estimate.rows, 1), round(estimate.work, 1)) == (rows, work)


def test_many_joined_patterns_are_estimated_in_time() -> None:
    triples = " ".join(f"?x{number} kk:title ?x{number + 1} ." for number in range(350))
    choose(parsed(f"{PROLOGUE}SELECT * {{ {triples} }}"), RELEASE)


@pytest.mark.parametrize("file", sorted((TESTS / "hostile").glob("*.rq")), ids=lambda file: file.stem)
def test_hostile_queries_are_read_or_left_to_oxigraph(file: Path) -> None:
    text = TEMPLATES.from_string(file.read_text(encoding="utf-8")).render()
    assert walked_from_known_ends(text)
    with suppress(NotUnderstood):
        query = parsed(text)
        assert tree(query)
        assert choose(query, RELEASE).reason
