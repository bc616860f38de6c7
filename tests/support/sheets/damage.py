"""Sheets of the seed damaged at random, and the lines of them that no candidate cites or doubts."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from random import Random

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate
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


BEGINS_PAGE = re.compile(" (?! )")
MUTATIONS = (dropped, doubled, joined, broken, swapped, paged, shuffled, renumbered)


def mutated(random: Random) -> list[str]:
    lines = list(LINES)
    for mutation in random.choices(MUTATIONS, k=random.randint(1, 4)):
        mutation(lines, random.randrange(len(lines)), random.randrange(len(lines)), random)
    return lines


def read(texts: Sequence[str]) -> Iterator[tuple[Sheet, Candidate]]:
    for sheet in read_sheets(_lines(texts), layouts()):
        yield (
            sheet,
            build_candidate(
                interpret_sheet(sheet, KNOWN), "mutated", provisional_identity(sheet, "mutated"), KNOWN
            ),
        )


def _lines(texts: Sequence[str]) -> list[Line]:
    return [
        Line(number, text, None, number == 1 or bool(BEGINS_PAGE.match(text)))
        for number, text in enumerate(texts, 1)
    ]


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


def silent_lines(texts: Sequence[str]) -> list[str]:
    """The lines that no sheet cites or doubts; none where there is no sheet."""
    return [line for part in _parts(texts) for line in _silent(part)]


def _parts(texts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The texts from each page with a table on, read apart from the others; the first with all before it."""
    pending: list[str] = []
    has_table = False
    for page in _pages(texts):
        if _begins_sheet(page):
            if has_table:
                yield tuple(pending)
                pending = []
            has_table = True
        pending += page
    yield tuple(pending)


def _pages(texts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    starts = [n for n, text in enumerate(texts) if n == 0 or BEGINS_PAGE.match(text)]
    return (tuple(texts[a:b]) for a, b in pairwise([*starts, len(texts)]))


@lru_cache(maxsize=4096)  # a damage leaves most pages as they were
def _begins_sheet(page: tuple[str, ...]) -> bool:
    return any(layout.divide(_lines(page)) for layout in layouts())


@lru_cache(maxsize=4096)
def _silent(texts: tuple[str, ...]) -> tuple[str, ...]:
    told: set[int] = set()
    found = list(read(texts))
    for sheet, proposed in found:
        told |= cited(sheet, proposed)
    silent = (text for number, text in enumerate(texts, 1) if text.strip() and number not in told)
    return tuple(silent) if found else ()
