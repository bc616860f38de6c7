"""The questions over catalogue and budget review together, each against its expected answer.

The fixture's rows are invented: so are the amounts of the answers.
"""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.release.reader import Release
from support.paths import TESTS

QUESTIONS = sorted((TESTS / "competency" / "joint").glob("*.rq"))


@pytest.fixture(scope="module")
def store(joint_release: Release) -> ox.Store:
    return ox.Store.read_only(str(joint_release.store_path))


def test_there_are_eight() -> None:
    assert [question.name[:2] for question in QUESTIONS] == [f"{number:02}" for number in range(1, 9)]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_answer(question: Path, store: ox.Store) -> None:
    solutions = store.query(question.read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    answer = solutions.serialize(format=ox.QueryResultsFormat.TSV)
    assert answer is not None
    assert answer.decode() == question.with_suffix(".expected.tsv").read_text(encoding="utf-8")


def test_the_join_answers_what_was_executed_on_the_measure(store: ox.Store) -> None:
    """Measure ② of programme 106, by the link that a curator accepted."""
    solutions = store.query(QUESTIONS[0].read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    rows = [
        (row["thing"].value.rpartition("/")[2], row["year"].value, row["executed"].value) for row in solutions
    ]
    assert rows == [("two-region-living#measure-pilot", "2024", "150000000")]
