"""Needs surveys are read as calls are: dates with their bounds, and the rule by which a year is inferred."""

from dataclasses import replace

import pytest

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate, FieldStatus
from kankei.curation.candidate.identity import provisional_identity
from kankei.curation.candidate.known_terms import read_known_terms
from kankei.curation.candidate.sheet_values import interpret_sheet
from kankei.dataset.data_folder import packaged
from kankei.namespaces import KK, Base
from kankei.source.guidebook.columns import Column
from kankei.source.lines.document import Weight
from kankei.source.lines.printed_text import PrintedText
from support.continuing import NEXT, sheets_of

KNOWN = read_known_terms(packaged(), Base())
SHEET = sheets_of(NEXT)[0]


def proposed(survey: str, column: Column = Column.SURVEY) -> Candidate:
    """The candidate of a sheet of 令和8年度 that prints this text in a column."""
    cells = [
        replace(cell, value=PrintedText(survey, cell.heading.first, cell.heading.first))
        if cell.column is column
        else cell
        for cell in SHEET.cells
    ]
    sheet = replace(SHEET, cells=tuple(cells))
    identity = provisional_identity(sheet, "next")
    return build_candidate(interpret_sheet(sheet, KNOWN), "next", identity, KNOWN)


def test_a_survey_has_the_dates_that_a_call_would_have() -> None:
    (field,) = [field for field in proposed("７月頃").fields if field.type == "NeedsSurvey"]
    values = {term.removeprefix(KK): value.value for term, value in field.statements}
    assert values == {
        "edtf": "2026-07~",
        "approximate": "true",
        "earliestStart": "2026-07-01",
        "latestStart": "2026-07-31",
        "earliestEnd": "2026-07-01",
        "latestEnd": "2026-07-31",
    }
    assert field.status is FieldStatus.INFERRED
    assert [rule.rpartition("/")[2] for rule in field.rules] == ["call-year", "days-of-moment"]


def test_surveys_of_several_rounds_are_values_of_their_own() -> None:
    fields = [field for field in proposed("①４月\n②10月").fields if field.type == "NeedsSurvey"]
    assert [field.node.partition("#")[2] for field in fields] == ["survey-1-2026", "survey-2-2026"]


def test_a_survey_that_no_grammar_reads_stays_as_printed_with_a_doubt() -> None:
    candidate = proposed("別途通知")
    (field,) = [field for field in candidate.fields if field.type == "NeedsSurvey"]
    assert field.status is FieldStatus.UNRESOLVED
    assert "survey" in {doubt.about for doubt in candidate.doubts}


def test_a_blank_column_is_proposed_as_an_absence() -> None:
    identity = provisional_identity(SHEET, "next")
    candidate = build_candidate(interpret_sheet(SHEET, KNOWN), "next", identity, KNOWN)
    (field,) = [field for field in candidate.fields if field.type == "NeedsSurvey"]
    assert (field.status, field.statements) == (FieldStatus.NOT_STATED, ())
    (node,) = [node for node in candidate.nodes if node.iri == field.node]
    values = {term.rpartition("#")[2]: value.value for term, value in node.statements}
    assert values["type"] == f"{KK}Absence"
    assert values["column"].endswith("/column/needs-survey")
    assert values["heading"] == "事業要望調査時期"


@pytest.mark.parametrize(
    ("column", "printed", "about"),
    [
        (Column.CALL, "令和８年６月２日～６月30日17時", "call"),
        (Column.CALL, "令和８年６月２日～６月30日正午", "call"),
        (Column.CALL, "令和８年６月２日～６月30日必着", "call"),
        (Column.CALL, "令和８年６月２日～６月30日（消印有効）", "call"),
        (Column.SURVEY, "令和８年６月30日17時必着", "survey"),
        (Column.CONTACT, "総務省\n03-5253-5391（内線 24412）", "contact"),
        (Column.FUNDING, "定額（１事業当たり上限2,000万円）", "funding"),
    ],
)
def test_what_the_ontology_has_no_term_for_stays_raw_with_an_open_doubt(
    column: Column, printed: str, about: str
) -> None:
    """Hour, 正午, 必着, 消印有効, 内線, and for what a ceiling holds."""
    candidate = proposed(printed, column)
    assert printed in {field.raw for field in candidate.fields}
    doubts = [one for one in candidate.doubts if one.about == about]
    assert Weight.UNRESOLVED in {one.weight for one in doubts}


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("定額（１事業当たり上限2,000万円）", {"ceiling": "20000000"}),
        ("1／2（上限500万円）", {"ceiling": "5000000", "numerator": "1", "denominator": "2"}),
        ("5.5／10", {"numerator": "55", "denominator": "100"}),
    ],
)
def test_ceilings_and_decimal_shares_have_values(printed: str, expected: dict[str, str]) -> None:
    (field,) = [one for one in proposed(printed, Column.FUNDING).fields if one.type == "Funding"]
    values = {term.removeprefix(KK): value.value for term, value in field.statements}
    assert values.items() >= expected.items()


@pytest.mark.parametrize(
    ("printed", "start", "end"),
    [
        ("令和８年10月～翌年度５月", "2026-10-01", "2027-05-31"),
        ("令和７年10月～翌年度４月", "2025-10-01", "2026-04-30"),
        ("翌年度の８月", "2027-08-01", "2027-08-31"),
        ("前年度の10月", "2025-10-01", "2025-10-31"),
    ],
)
def test_the_year_after_counts_from_a_printed_start(printed: str, start: str, end: str) -> None:
    (field,) = [one for one in proposed(printed).fields if one.type == "NeedsSurvey"]
    values = {term.removeprefix(KK): value.value for term, value in field.statements}
    assert (values["earliestStart"], values["latestEnd"]) == (start, end)


@pytest.mark.parametrize("column", [Column.CALL, Column.SURVEY])
def test_a_year_that_is_not_printed_is_inferred_and_to_be_checked(column: Column) -> None:
    kind = {Column.CALL: "Call", Column.SURVEY: "NeedsSurvey"}[column]
    inferred, printed = proposed("10月１日", column), proposed("令和８年10月１日", column)
    assert [one.status for one in inferred.fields if one.type == kind] == [FieldStatus.INFERRED]
    assert [one.status for one in printed.fields if one.type == kind] == [FieldStatus.STATED]


def test_the_year_of_a_survey_is_in_doubt_where_it_is_not_printed() -> None:
    """Demand for the programmes of a year is often surveyed in the year before."""
    assert "survey" in {one.about for one in proposed("10月").doubts}
    assert "survey" not in {one.about for one in proposed("前年度の10月").doubts}


@pytest.mark.parametrize("printed", ["１月～２月", "10月～翌年度５月"])
def test_a_window_that_may_be_of_either_year_has_no_dates(printed: str) -> None:
    (field,) = [one for one in proposed(printed).fields if one.type == "NeedsSurvey"]
    assert field.status is FieldStatus.UNRESOLVED


@pytest.mark.parametrize(
    ("column", "text", "name", "value"),
    [
        (Column.FUNDING, "1／2※", "denominator", "2"),
        (Column.BODIES, "市町村（※１）", "openList", "false"),
        (Column.BUDGET, "30\n※2", "amount", "30000000"),
        (Column.CALL, "４月（注）", "earliestStart", "2026-04-01"),
    ],
)
def test_a_value_with_the_mark_of_a_note_is_read_and_its_note_an_open_doubt(
    column: Column, text: str, name: str, value: str
) -> None:
    candidate = proposed(text, column)
    statements = {term: one for field in candidate.fields for term, one in field.statements}
    assert statements[KK + name].value == value
    about = {Column.FUNDING: "funding", Column.BODIES: "bodies", Column.BUDGET: "budget"}.get(column, "call")
    (noted,) = [one for one in candidate.doubts if one.about == about and "注" in one.ja]
    assert noted.weight is Weight.UNRESOLVED
    assert text.replace("\n", "") in noted.ja


def test_bodies_and_contacts_of_measures_are_theirs() -> None:
    candidate = proposed("①：市町村\n②：民間事業者等", Column.BODIES)
    found = [field for field in candidate.fields if field.type == "ImplementingBodies"]
    assert [field.raw for field in found] == ["市町村", "民間事業者等"]
    assert ["measure-1" in found[0].node, "measure-2" in found[1].node] == [True, True]


@pytest.mark.parametrize("bodies", ["地域運営組織等", "都道府県、市町村、農業協同組合等"])
def test_bodies_that_sheets_print_have_a_concept(bodies: str) -> None:
    (field,) = [
        field for field in proposed(bodies, Column.BODIES).fields if field.type == "ImplementingBodies"
    ]
    assert field.status is FieldStatus.STATED
    assert len([term for term, _ in field.statements if term == f"{KK}bodyType"]) == bodies.count("、") + 1
