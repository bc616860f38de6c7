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
from support.sheets.score import score_document

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


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_stated_that_is_not_printed(tmp_path: Path, known: KnownTerms, seed: int) -> None:
    layout = next(layouts(Random(seed), 1))
    layout = replace(layout, rules=RULED[seed % len(RULED)] if seed % 2 else layout.rules)
    wanted = write_document(tmp_path / "sheets.pdf", layout, seed, 4)
    score = score_document(tmp_path / "sheets.pdf", wanted["sheets"], known)
    assert score.notes == [], wanted["about"]
