"""The seed, damaged at random: what is proposed is printed where it says, and no line goes by in silence."""

from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.curation.candidate.candidate import candidate_turtle
from kankei.namespaces import Base
from support.examples import examples
from support.sheets.damage import mutated, read, silent_lines


@pytest.mark.parametrize("seed", [5521, 100010, 102329, 103332, 254547])
def test_damage_that_once_lost_a_line_loses_none(seed: int) -> None:
    """Seeds of damages that a search found.

    Rows of headings one above the other, tables on one line, text of one of two unknown columns.
    """
    assert silent_lines(mutated(Random(seed))) == []


@given(st.randoms(use_true_random=False))
@examples(150)
def test_every_line_is_cited_or_doubted(random: Random) -> None:
    assert silent_lines(mutated(random)) == []


@given(st.randoms(use_true_random=False))
@examples(150)
def test_what_is_proposed_is_printed_on_the_lines_that_it_cites(random: Random) -> None:
    texts = mutated(random)
    for _, proposed in read(texts):
        list(ox.parse(candidate_turtle(proposed, Base()), format=ox.RdfFormat.TURTLE, base_iri=proposed.iri))
        for field in proposed.fields:
            lines = "".join("".join(texts[field.place.first - 1 : field.place.last]).split())
            assert all(word in lines for word in (field.raw or "").split())
