"""Sheets in layouts that are drawn at random: nothing is stated that is not printed, and nothing is lost.

Here is a sample. All of it, 360 sheets in 60 layouts: ``python tests/benchmarks/invented_sheets.py``.
"""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from kankei.curation.candidate.known_terms import KnownTerms, read_known_terms
from kankei.dataset.data_folder import packaged
from kankei.namespaces import Base
from support.sheets.layouts import Layout, layouts, write_document
from support.sheets.plain_canvas import Drawing
from support.sheets.score import score_document, write_as_text
from support.sheets.table_variants import VARIANTS

RULED = ("grid", "rects", "thin", "cells", "open")


@pytest.fixture(scope="module")
def known() -> KnownTerms:
    return read_known_terms(packaged(), Base())


@pytest.mark.parametrize("rules", ["rects", "open", "header", "none"])
def test_a_table_is_read_however_it_is_ruled(tmp_path: Path, known: KnownTerms, rules: str) -> None:
    layout = Layout(rules=rules, align="mixed", order="shuffled", glyphs="letters")
    wanted = write_document(tmp_path / "sheets.pdf", layout, 7, 3)
    score = score_document(tmp_path / "sheets.pdf", wanted["sheets"], known)
    assert score.notes == []
    assert score.right >= (0.97 if rules in RULED else 0.75), score.counts


@pytest.mark.parametrize(("rules", "least"), [("none", 0.9), ("lines", 0.9)])
def test_the_boxes_of_the_sheet_above_do_not_rule_a_table(
    tmp_path: Path, known: KnownTerms, rules: str, least: float
) -> None:
    """Sides of boxes at one place above and below a table are no sides of its cells."""
    layout = Layout(
        rules=rules, per_page="stacked", page=(960.0, 540.0), body="rounded", order="shuffled", align="mixed"
    )
    wanted = write_document(tmp_path / "sheets.pdf", layout, 3, 4)
    score = score_document(tmp_path / "sheets.pdf", wanted["sheets"], known)
    assert score.notes == []
    assert score.right >= least, score.counts


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_stated_that_is_not_printed(tmp_path: Path, known: KnownTerms, seed: int) -> None:
    layout = next(layouts(Random(seed), 1))
    layout = replace(layout, rules=RULED[seed % len(RULED)] if seed % 2 else layout.rules)
    wanted = write_document(tmp_path / "sheets.pdf", layout, seed, 4)
    score = score_document(tmp_path / "sheets.pdf", wanted["sheets"], known)
    assert score.notes == [], wanted["about"]


@pytest.mark.parametrize("form", ["drawn", "rows"])
@pytest.mark.parametrize(
    "layout",
    [
        Layout(order="body-first", title="foot", theme="below"),
        Layout(order="columns", glyphs="spaced", theme="wrapped", noise="source"),
        Layout(rules="header", order="shuffled", size=7.0, noise="ministry"),
        Layout(per_page="beside", page=(960.0, 540.0)),
        Layout(per_page="stacked", page=(960.0, 540.0), title="foot"),
    ],
    ids=lambda layout: f"{layout.order}-{layout.per_page}",
)
def test_no_text_states_what_only_its_order_would_tell(
    tmp_path: Path, known: KnownTerms, layout: Layout, form: str
) -> None:
    """Extracted text has no positions, and its lines may be in any order."""
    wanted = write_document(tmp_path / "sheets.pdf", layout, 11, 3)
    path = write_as_text(tmp_path / "sheets.pdf", form)
    assert score_document(path, wanted["sheets"], known).notes == []


@pytest.mark.parametrize(
    "layout",
    [Layout(), Layout(columns="call-last", headings=1), Layout(merged=True, blanks=0.0)],
    ids=["usual", "call-last", "merged"],
)
def test_a_text_in_the_order_of_its_cells_is_read(tmp_path: Path, known: KnownTerms, layout: Layout) -> None:
    wanted = write_document(tmp_path / "sheets.pdf", layout, 11, 3)
    score = score_document(write_as_text(tmp_path / "sheets.pdf"), wanted["sheets"], known)
    assert score.notes == []
    assert score.right >= 0.8, score.counts


@pytest.mark.parametrize(
    "layout",
    [
        Layout(per_page="beside", page=(960.0, 540.0), rules="none", title="foot", order="shuffled"),
        Layout(per_page="beside", page=(960.0, 540.0), other_words=1),
        Layout(rules="none", columns="call-last", widths="narrow", other_words=1, rich=True),
        Layout(rules="open", title="foot", order="shuffled", watermark="behind", rich=True, footnotes=True),
    ],
    ids=["beside", "beside-unknown", "unknown", "watermark"],
)
def test_layouts_that_once_stated_a_neighbours_value_or_failed(
    tmp_path: Path, known: KnownTerms, layout: Layout
) -> None:
    wanted = write_document(tmp_path / "sheets.pdf", layout, 1311, 2)
    assert score_document(tmp_path / "sheets.pdf", wanted["sheets"], known).notes == []


@pytest.mark.parametrize(
    ("drawing", "least"),
    [
        (Drawing(rules="filled", texts="TJ", rotate=90), 0.97),
        (Drawing(rules="dashed", texts="clipped", corner=(-100.0, 37.0)), 0.97),
        (Drawing(rules="moved", texts="nested", cropped=True, rotate=270), 0.97),
        (Drawing(rules="segments", texts="forms", compatible=True), 0.9),
        (Drawing(texts="scaled", invisible=True), 0.97),
        (Drawing(unmapped="町0５月"), 0.4),
    ],
    ids=lambda one: f"{one.rules}-{one.texts}" if isinstance(one, Drawing) else "",
)
def test_sheets_are_read_by_whatever_operators_they_are_drawn(
    tmp_path: Path, known: KnownTerms, drawing: Drawing, least: float
) -> None:
    """Glyphs that no font gives a meaning make their texts unknown, and never another text."""
    wanted = write_document(tmp_path / "sheets.pdf", Layout(), 5, 2, drawing)
    score = score_document(tmp_path / "sheets.pdf", wanted["sheets"], known)
    assert score.notes == []
    assert score.right >= least, score.counts


@pytest.mark.parametrize(
    ("name", "layout", "least"),
    [
        ("transposed", Layout(), 0.97),
        ("rounded", Layout(other_words=3, vertical="top"), 0.97),
        ("repeated-row", Layout(columns="budget-first", blanks=0.0), 0.5),
        ("repeated-headings", Layout(per_page="stacked", page=(960.0, 540.0)), 0.75),
        ("two-rows", Layout(), 0.75),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_tables_in_other_forms(
    tmp_path: Path, known: KnownTerms, name: str, layout: Layout, least: float
) -> None:
    """Headings down the first column, rounded cells, a row that is repeated, cells over two rows."""
    wanted = write_document(tmp_path / "sheets.pdf", layout, 8, 2, None, VARIANTS[name])
    score = score_document(tmp_path / "sheets.pdf", wanted["sheets"], known)
    assert score.notes == []
    assert score.right >= least, score.counts
