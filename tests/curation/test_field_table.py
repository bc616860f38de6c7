"""One row of the field table is all that a new field needs, beside a grammar of its own."""

import re
from dataclasses import replace

import pyoxigraph as ox
import pytest

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate, CandidateField, FieldStatus
from kankei.curation.candidate.field_table import BY_COLUMN, BY_ITEM, BY_LINK, FIELDS, STEMS, FieldType
from kankei.curation.candidate.identity import provisional_identity
from kankei.curation.candidate.known_terms import read_known_terms
from kankei.curation.candidate.nodes import flag
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.sheet_values import interpret_sheet
from kankei.curation.candidate.value_node import FieldValues, ValueNode
from kankei.curation.report.candidate_summary import field_of_doubt
from kankei.dataset.data_folder import packaged
from kankei.namespaces import KK, Base
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.guidebook.body import ItemKind
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.printed_text import PrintedText
from support.continuing import NEXT, sheets_of
from support.paths import ROOT

KNOWN = read_known_terms(packaged(), Base())
SHEET = sheets_of(NEXT)[0]


def parse_survey(raw: ValueNode, printed: PrintedText, context: SheetContext) -> FieldValues:
    """An example grammar: whether a survey is held, 有 or 無."""
    if printed.text not in {"有", "無"}:
        raise ParseError("neither 有 nor 無", printed.text)
    return FieldValues((replace(raw, statements=(flag("held", printed.text == "有"),)),))


EXAMPLE = FieldType("demandSurvey", "DemandSurvey", "demand", parse_survey, Column.SURVEY, by_measure=True)


@pytest.fixture(autouse=True)
def example_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row of the example in the place of that of its column."""
    rows = [EXAMPLE if row.column is Column.SURVEY else row for row in FIELDS]
    monkeypatch.setitem(BY_COLUMN, Column.SURVEY, EXAMPLE)
    for link in list(BY_LINK):
        monkeypatch.delitem(BY_LINK, link)
    for row in rows:
        monkeypatch.setitem(BY_LINK, row.link, row)


def with_survey(text: str) -> Sheet:
    cells = [
        replace(cell, value=PrintedText(text, cell.heading.last + 1, cell.heading.last + 1))
        if cell.column is Column.SURVEY
        else cell
        for cell in SHEET.cells
    ]
    return replace(SHEET, cells=cells)


def proposed(sheet: Sheet) -> Candidate:
    identity = provisional_identity(sheet, "example")
    return build_candidate(interpret_sheet(sheet, KNOWN), "example", identity, KNOWN)


def survey(candidate: Candidate) -> CandidateField:
    (field,) = [field for field in candidate.fields if field.type == EXAMPLE.type]
    return field


def test_a_row_gives_the_node_its_class_name_link_and_values() -> None:
    candidate = proposed(with_survey("有"))
    field = survey(candidate)
    assert field.node == f"{candidate.entry.partition('#')[0]}#demand-{candidate.year}"
    assert field.statements == (flag("held"),)
    assert field.status is FieldStatus.STATED
    link = ox.Triple(
        ox.NamedNode(candidate.entry), ox.NamedNode(f"{KK}demandSurvey"), ox.NamedNode(field.node)
    )
    assert link in candidate.triples


def test_a_text_that_the_grammar_cannot_read_stays_raw_with_a_doubt() -> None:
    candidate = proposed(with_survey("未定"))
    assert survey(candidate).status is FieldStatus.UNRESOLVED
    (doubt,) = [doubt for doubt in candidate.doubts if doubt.about == EXAMPLE.stem]
    assert "neither 有 nor 無" in doubt.en
    position = field_of_doubt(doubt, candidate.fields)
    assert position is not None
    assert candidate.fields[position].type == EXAMPLE.type


def test_a_cell_may_be_divided_by_measure() -> None:
    candidate = proposed(with_survey("①有\n②無"))
    fields = [field for field in candidate.fields if field.type == EXAMPLE.type]
    assert [field.statements for field in fields] == [(flag("held"),), (flag("held", False),)]
    assert any(field.type == "Cell" and "#cell-demand-" in field.node for field in candidate.fields)


def test_links_stand_in_the_order_of_the_table() -> None:
    candidate = proposed(with_survey("有"))
    (entry,) = [node for node in candidate.nodes if node.iri == candidate.entry]
    links = [term.removeprefix(KK) for term, _ in entry.statements if term.removeprefix(KK) in BY_LINK]
    assert links == sorted(links, key=list(BY_LINK).index)


@pytest.mark.parametrize(
    ("subject", "stem"),
    [
        ("unit", "budget"),
        ("measure", "title"),
        ("name", "title"),
        ("needsSurvey", "survey"),
        ("call", "call"),
    ],
)
def test_a_doubt_finds_its_field_by_any_of_the_names(subject: str, stem: str) -> None:
    assert STEMS[subject] == stem


def test_every_column_and_item_has_a_row() -> None:
    assert BY_COLUMN.keys() == set(Column)
    assert BY_ITEM.keys() == set(ItemKind)
    assert len(BY_LINK) == len(FIELDS)


SHAPES = "".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "shapes").glob("*.ttl")))
TABLES = "".join(
    file.read_text(encoding="utf-8") for file in sorted((ROOT / "src/kankei/release/tables").glob("*.rq"))
)


@pytest.mark.parametrize("row", FIELDS, ids=lambda row: row.link)
def test_the_class_of_a_row_has_its_shape_and_its_column_a_table(row: FieldType) -> None:
    """Shapes and tables are files that people read, so they are not derived: without them, it fails here."""
    assert re.search(rf"kk:{row.link}\b", SHAPES), f"shapes/ say nothing of kk:{row.link}"
    assert re.search(rf"kk:{row.type}\b", SHAPES), f"shapes/ say nothing of kk:{row.type}"
    if row.column:
        assert re.search(rf"kk:{row.link}\b", TABLES), f"no table of release/tables/ holds kk:{row.link}"
