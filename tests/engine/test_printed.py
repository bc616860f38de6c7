"""The algebra as a tree: queries beside what they become."""

from pathlib import Path

import pytest

from kankei.engine.algebra.parser import parsed
from kankei.engine.algebra.printed import tree

CASES = (Path(__file__).parent / "trees_of_queries.txt").read_text(encoding="utf-8").strip().split("\n\n")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.partition("\n")[0])
def test_tree(case: str) -> None:
    text, _, expected = case.partition("\n")
    assert tree(parsed(f"PREFIX : <urn:> {text}")) == expected
