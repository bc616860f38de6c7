"""Needs surveys are read as calls are: dates with their bounds, and the rule by which a year is inferred."""

from dataclasses import replace

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate, FieldStatus
from kankei.curation.candidate.identity import provisional_identity
from kankei.curation.candidate.known_terms import read_known_terms
from kankei.curation.candidate.sheet_values import interpret_sheet
from kankei.dataset.data_folder import packaged
from kankei.namespaces import KK, Base
from kankei.source.guidebook.columns import Column
from kankei.source.lines.printed_text import PrintedText
from support.continuing import NEXT, sheets_of

KNOWN = read_known_terms(packaged(), Base())
SHEET = sheets_of(NEXT)[0]


def proposed(survey: str) -> Candidate:
    """The candidate of a sheet of 令和8年度 that prints this text in the column 事業要望調査時期."""
    cells = [
        replace(cell, value=PrintedText(survey, cell.heading.first, cell.heading.first))
        if cell.column is Column.SURVEY
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
