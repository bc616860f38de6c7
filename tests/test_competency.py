"""The competency questions, each against the answer a careful curator expects (tab-separated, typed)."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.namespaces import RDF
from support.paths import TESTS

QUESTIONS = sorted((TESTS / "competency").glob("*.rq"))


def test_all_seventeen_are_asked() -> None:
    assert {int(path.name[:2]) for path in QUESTIONS} == set(range(1, 18))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_answer(question: Path, seed_store: ox.Store) -> None:
    solutions = seed_store.query(question.read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    answer = solutions.serialize(format=ox.QueryResultsFormat.TSV)
    assert answer is not None
    assert answer.decode() == question.with_suffix(".expected.tsv").read_text(encoding="utf-8")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_the_question_is_written_in_both_languages(question: Path) -> None:
    comments = [line for line in question.read_text(encoding="utf-8").splitlines() if line.startswith("# ")]
    assert comments[0].rstrip("?").isascii() or "（" in comments[0] or "?" in comments[0]
    assert any("\u3040" <= letter <= "\u30ff" for letter in comments[1])


@pytest.mark.parametrize(
    ("class_", "count"),
    [("Call", 2), ("NeedsSurvey", 0), ("Contact", 4), ("Budget", 6), ("Absence", 6)],
)
def test_a_blank_column_is_no_value(class_: str, count: int, seed_store: ox.Store) -> None:
    kind = ox.NamedNode(f"https://w3id.org/kankei/ns#{class_}")
    found = seed_store.quads_for_pattern(None, ox.NamedNode(f"{RDF}type"), kind, ox.DefaultGraph())
    assert len(list(found)) == count
