"""Shortcuts of programmes and measures, derived from a few statements."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.dataset.data_folder import packaged, rule_files
from kankei.dataset.dataset import check_rule, derive
from kankei.errors import InvalidData
from kankei.namespaces import PREFIXES

BASE = "https://example.org/"
DATA = """
<p> a kk:Programme ; kk:measure <m>, <n> ; kk:entry <old>, <new> .
<m> a kk:Measure . <n> a kk:Measure .
<y2025> kk:startYear 2025 . <y2026> kk:startYear 2026 .
<old> a kk:CatalogueEntry ; kk:fiscalYear <y2025> ; kk:budget <b-old> ; kk:call <c-old> .
<b-old> kk:stage budget-stage:initial ; kk:budgetYear <y2025> ; kk:amount 7 .
<c-old> kk:raw "４月" ; kk:earliestStart "2025-04-01"^^xsd:date .
<new> a kk:CatalogueEntry ; kk:fiscalYear <y2026> ; kk:budget <b-new>, <b-before> ; kk:call <c-new> ;
    kk:contact <k> ; kk:funding <f> ; kk:measureEntry <me>, <ne> ; kk:absence <a> .
<b-new> kk:stage budget-stage:initial ; kk:budgetYear <y2026> ; kk:upperBound 9 .
<b-before> kk:stage budget-stage:initial ; kk:budgetYear <y2025> ; kk:amount 8 .
<c-new> kk:raw "１月～２月" .
<k> kk:printedTelephone "03-1" . <f> kk:method funding:commission .
<a> a kk:Absence ; kk:column column:needs-survey .
<me> kk:ofMeasure <m> ; kk:contact <km> ; kk:funding <fm> ; kk:budget <bm>, <pm> ; kk:absence <am> .
<km> kk:printedTelephone "03-2" . <fm> kk:method funding:fixed-sum .
<bm> kk:stage budget-stage:initial ; kk:budgetYear <y2026> ; kk:amount 2 .
<pm> kk:stage budget-stage:proposal ; kk:budgetYear <y2026> ; kk:amount 3 .
<am> a kk:Absence ; kk:column column:call .
<ne> kk:ofMeasure <n> ; kk:budget <pn>, <in> .
<in> kk:stage budget-stage:initial ; kk:budgetYear <y2025> ; kk:amount 5 .
<pn> kk:stage budget-stage:proposal ; kk:budgetYear <y2026> ; kk:upperBound 4 .
"""


@pytest.fixture(scope="module")
def store() -> ox.Store:
    store = ox.Store()
    head = "".join(f"PREFIX {name}: <{namespace}>\n" for name, namespace in PREFIXES.items())
    store.load((head + DATA).encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE)
    for rule in rule_files(packaged()):
        store.extend(ox.Quad(*triple) for triple in derive(store, rule))
    return store


@pytest.mark.parametrize(
    "pattern",
    [
        "SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }",
        "service silent ?o { ?s ?p ?o }",
        "?s ?p 2SERVICE<http://127.0.0.1:9/>{ ?s ?p ?o }",
        "?s ?p ':'SERVICE#\n<http://127.0.0.1:9/>{ ?s ?p ?o }",
        "?s ?p '<'SERVICE?o#>\n{ ?s ?p ?o }",
        "{ ?s ?p ?o }.SERVICE:x { ?s ?p ?o }",
        "\\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o }",
    ],
)
def test_a_rule_calls_no_other_server(pattern: str, tmp_path: Path) -> None:
    rule = tmp_path / "rule.rq"
    rule.write_text(f"PREFIX : <x:>\nCONSTRUCT {{}} WHERE {{ {pattern} }}")
    with pytest.raises(InvalidData, match="a rule calls no SERVICE"):
        check_rule(rule)


def test_a_rule_may_name_what_is_called_a_service(store: ox.Store, tmp_path: Path) -> None:
    rule = tmp_path / "rule.rq"
    rule.write_text(
        "PREFIX cpsv: <http://purl.org/vocab/cpsv#>\nCONSTRUCT { ?s a cpsv:PublicService, <urn:service> }"
        " WHERE { ?s a kk:Programme }"
    )
    check_rule(rule)
    assert len(list(derive(store, rule))) == 2


@pytest.mark.parametrize(
    ("thing", "property_", "values"),
    [
        ("p", "latestEntry", {"new"}),
        ("p", "latestYear", {"2026"}),
        # The entry's own year only, and never what a measure has.
        ("p", "latestBudget", set()),
        ("p", "latestBudgetUpperBound", {"9"}),
        ("p", "measureBudget", set()),
        ("p", "fundingMethod", {"commission"}),
        ("p", "callState", {"undated"}),
        ("p", "callPrinted", {"１月～２月"}),
        ("p", "notStated", {"needs-survey"}),
        # A measure has its own values, else those of the whole programme.
        ("m", "latestEntry", {"me"}),
        ("m", "latestYear", {"2026"}),
        ("m", "contactTelephone", {"03-2"}),
        ("m", "fundingMethod", {"fixed-sum"}),
        ("m", "measureBudget", {"2"}),
        ("m", "measureBudgetStage", {"initial"}),
        ("m", "callState", {"not-stated"}),
        ("m", "callPrinted", set()),
        ("m", "notStated", {"call", "needs-survey"}),
        ("n", "contactTelephone", {"03-1"}),
        ("n", "fundingMethod", {"commission"}),
        ("n", "measureBudget", set()),
        ("n", "measureBudgetUpperBound", {"4"}),
        ("n", "measureBudgetStage", {"proposal"}),
        ("n", "latestBudget", set()),
        ("n", "callState", {"undated"}),
    ],
)
def test_shortcut(thing: str, property_: str, values: set[str], store: ox.Store) -> None:
    subject, predicate = ox.NamedNode(BASE + thing), ox.NamedNode(PREFIXES["kk"] + property_)
    found = (quad.object for quad in store.quads_for_pattern(subject, predicate, None))
    assert {value.value.rpartition("/")[2] for value in found} == values  # type: ignore[union-attr]
