"""Details of problems in Japanese: one for each sentence that an error of this room has."""

import ast
import re
from pathlib import Path

import pytest

import kankei
from kankei.errors import ERRORS
from kankei.web.responses.problem_sentences import japanese

PACKAGE = Path(kankei.__file__).parent
FILES = [*sorted(PACKAGE.glob("web/**/*.py")), PACKAGE / "search/matching/reconciliation.py"]
RAISED = {kind.__name__ for kind in ERRORS} - {"UsageError"}
APART = {"the query 0 0", "0: read the others first"}
"""Sentences about one query of a batch, which no page shows, and the end of a longer one."""


def sentences() -> list[str]:
    """The sentences with which the room raises its errors, with a digit in each gap."""
    calls = (
        node
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED and node.args
    )
    return sorted({sentence for call in calls if (sentence := words(call.args[0]))} - APART)


def words(node: ast.expr) -> str:
    """A literal as text; empty for what is none."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr) and any(isinstance(part, ast.Constant) for part in node.values):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values)
    return ""


@pytest.mark.parametrize("sentence", sentences())
def test_each_sentence_of_an_error_has_a_japanese_one(sentence: str) -> None:
    text = japanese(sentence)
    assert text is not None
    assert re.fullmatch("[^{}]+[。）]", text)


def test_the_values_in_the_gaps_are_kept() -> None:
    assert japanese("the list has the pages 1 to 12") == "一覧のページは 1 から 12 までです。"
    assert (
        japanese("`size` is a whole number from 1 to 100")
        == "size には 1 から 100 までの整数を指定してください。"
    )


def test_a_value_is_no_template() -> None:
    assert japanese("nothing here has this {0.__class__}") == "この {0.__class__} をもつものはありません。"


def test_an_unknown_sentence_has_none() -> None:
    assert japanese("the moon is made of cheese") is None


def test_a_syntax_error_is_told_with_its_place_and_what_was_expected() -> None:
    assert japanese('error at line 1, column 28: expected ",", "." or something else') == (
        '1行目の28文字目には、",", "." などが要ります。'
    )
    assert japanese("error at line 2, columns 1 to 4: this text is not SPARQL") == (
        "2行目の1～4文字目は SPARQL の書き方に合いません。"
    )
