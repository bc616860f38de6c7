"""Random changes of one value in the curated data: validation finds all of a sample.

The five hundred, with what is not found: ``PYTHONPATH=src:tests python -m support.mutations 500``.
"""

from dataclasses import replace

from kankei.dataset.data_folder import packaged
from kankei.dataset.dataset import load
from support.mutations import BASE, KINDS, Search, mutations, survivors

SAMPLE, SEED = 60, 13


def test_changes_of_a_sample_are_found() -> None:
    assert {mutation.kind for mutation in mutations(packaged(), SAMPLE, SEED)} == set(KINDS)
    assert list(map(str, survivors(SAMPLE, SEED))) == []


def test_the_data_without_a_change_is_not_found() -> None:
    inputs = packaged()
    unchanged = next(mutations(inputs, 1, SEED))
    content = unchanged.file.read_text(encoding="utf-8")
    assert not Search(inputs, load(inputs, BASE)).finds(replace(unchanged, content=content))
