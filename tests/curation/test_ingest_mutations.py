"""The seed, damaged at random: what is proposed is printed where it says, and no line goes by in silence."""

import re
from collections.abc import Iterator, Sequence
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate, candidate_turtle
from kankei.curation.candidate.identity import provisional_identity
from kankei.curation.candidate.known_terms import read_known_terms
from kankei.curation.candidate.sheet_values import interpret_sheet
from kankei.dataset.data_folder import packaged
from kankei.namespaces import Base
from kankei.source.guidebook.layouts import layouts
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import LineRange
from kankei.source.lines.printed_text import Line
from kankei.source.sheets import read_sheets
from support.catalogues import SEED
from support.examples import examples

KNOWN = read_known_terms(packaged(), Base())
LINES = SEED.read_text(encoding="utf-8").split("\n")


def dropped(lines: list[str], at: int, _: int, random: Random) -> None:
    del lines[at : at + random.randint(1, 8)]


def doubled(lines: list[str], at: int, other: int, _: Random) -> None:
    lines.insert(other, lines[at])


def joined(lines: list[str], at: int, _: int, random: Random) -> None:
    lines[at : at + 2] = [random.choice(("", " ")).join(lines[at : at + 2])]


def broken(lines: list[str], at: int, _: int, random: Random) -> None:
    place = random.randint(0, len(lines[at]))
    lines[at : at + 1] = [lines[at][:place], lines[at][place:]]


def swapped(lines: list[str], at: int, other: int, _: Random) -> None:
    lines[at], lines[other] = lines[other], lines[at]


def paged(lines: list[str], at: int, _: int, __: Random) -> None:
    lines[at] = lines[at].lstrip() if lines[at].startswith(" ") else f" {lines[at]}"


def shuffled(lines: list[str], at: int, _: int, random: Random) -> None:
    words = lines[at].split(" ")
    random.shuffle(words)
    lines[at] = " ".join(words)


def renumbered(lines: list[str], at: int, _: int, random: Random) -> None:
    lines[at] = re.sub("[0-9０-９]+", lambda _: str(random.randrange(2_000)), lines[at])


MUTATIONS = (dropped, doubled, joined, broken, swapped, paged, shuffled, renumbered)


def mutated(random: Random) -> list[str]:
    lines = list(LINES)
    for mutation in random.choices(MUTATIONS, k=random.randint(1, 4)):
        mutation(lines, random.randrange(len(lines)), random.randrange(len(lines)), random)
    return lines


def read(texts: Sequence[str]) -> Iterator[tuple[Sheet, Candidate]]:
    begins = re.compile(" (?! )")
    lines = [
        Line(number, text, None, number == 1 or bool(begins.match(text)))
        for number, text in enumerate(texts, 1)
    ]
    for sheet in read_sheets(lines, layouts()):
        yield (
            sheet,
            build_candidate(
                interpret_sheet(sheet, KNOWN), "mutated", provisional_identity(sheet, "mutated"), KNOWN
            ),
        )


def cited(sheet: Sheet, found: Candidate) -> set[int]:
    """The lines that a field, a heading or a doubt of a sheet names."""
    body = sheet.body
    printed = (sheet.number, sheet.name, sheet.subtitle, sheet.theme, sheet.unit, *sheet.links)
    printed += (*body.repeated_labels, *(cell.heading for cell in sheet.cells))
    printed += tuple(measure.title for measure in body.measures)
    printed += (body.establishment.printed,) if body.establishment else ()
    places: list[LineRange] = [one.place for one in printed if one]
    places += [place for field in found.fields for place in field.places]
    places += [doubt.place for doubt in found.doubts if doubt.place and doubt.place != sheet.place]
    return {number for place in places for number in range(place.first, place.last + 1)}


@pytest.mark.parametrize("seed", [5521, 100010, 102329, 103332])
def test_damage_that_once_lost_a_line_loses_none(seed: int) -> None:
    """Seeds of damages that a search found: rows of headings one above the other, tables on one line."""
    assert silent_lines(mutated(Random(seed))) == []


@given(st.randoms(use_true_random=False))
@examples(150)
def test_every_line_is_cited_or_doubted(random: Random) -> None:
    assert silent_lines(mutated(random)) == []


def silent_lines(texts: Sequence[str]) -> list[str]:
    """The lines that no sheet cites or doubts; none where there is no sheet."""
    told: set[int] = set()
    found = list(read(texts))
    for sheet, proposed in found:
        told |= cited(sheet, proposed)
    silent = [text for number, text in enumerate(texts, 1) if text.strip() and number not in told]
    return silent if found else []


@given(st.randoms(use_true_random=False))
@examples(150)
def test_what_is_proposed_is_printed_on_the_lines_that_it_cites(random: Random) -> None:
    texts = mutated(random)
    for _, proposed in read(texts):
        list(ox.parse(candidate_turtle(proposed, Base()), format=ox.RdfFormat.TURTLE, base_iri=proposed.iri))
        for field in proposed.fields:
            lines = "".join("".join(texts[field.place.first - 1 : field.place.last]).split())
            assert all(word in lines for word in (field.raw or "").split())
