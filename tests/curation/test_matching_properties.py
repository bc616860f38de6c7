"""Whatever a sheet prints: the new file begins with the old one, parses, and says all that it said."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate, candidate_turtle
from kankei.curation.candidate.identity import provisional_identity
from kankei.curation.candidate.sheet_values import interpret_sheet
from kankei.curation.matching.run_decisions import apply_decision, resolve_conflicts
from kankei.curation.matching.sheet_matcher import Match, MatchStatus, match_sheet
from kankei.source.guidebook.body import Measure, SheetBody
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.sheet import Cell, Sheet
from kankei.source.lines.document import LineRange
from kankei.source.lines.printed_text import PrintedText
from support.building import own_copy
from support.continuing import BASE, Run
from support.examples import examples

SLUGS = (
    "two-region-living",
    "new-exchange-market",
    "related-population-creation",
    "furusato-working-holiday",
)
OLD_TITLES = (
    "二地域居住等の促進",
    "新たな交流市場・観光資源の創出事業",
    "特定居住支援法人による取組の推進",
    "二地域居住等の促進に向けた先導的な施策の実装",
)
TEXTS = st.one_of(
    st.sampled_from(OLD_TITLES),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.sampled_from(["- \n~", '"""', "\\", "# x\n<> a <b> .", "。\r<>", "①", "a'b\"@ja ."]),
)
NUMBERS = st.one_of(st.sampled_from(["103", "１０６", "98", "0"]), st.from_regex(r"\A[0-9０-９]{1,4}\Z"))
CIRCLED = st.lists(st.sampled_from("①②③④⑳㊿"), max_size=4, unique=True)
YEARS = st.sampled_from([None, 2024, 2025, 2026])
SOURCES = st.sampled_from(["sheets-103-106", "other", "initial", "2025"])


@cache
def run() -> Run:
    return Run.of(own_copy(Path(mkdtemp())), "other")


@pytest.fixture(scope="module", autouse=True)
def _cleared() -> object:
    yield
    shutil.rmtree(run().inputs.data.parent)
    run.cache_clear()


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    measures = [
        Measure(number, PrintedText(f"{number}{title}", 3, 3), title)
        for number in draw(CIRCLED)
        for title in [draw(TEXTS)]
    ]
    cells = []
    if draw(st.booleans()):
        heading = PrintedText("支援対象・内容", 2, 2)
        cells = [Cell(Column.SUPPORT, heading, PrintedText(draw(TEXTS), 2, 2))]
    return Sheet(
        LineRange(1, 9),
        PrintedText(draw(NUMBERS), 1, 1),
        PrintedText(draw(TEXTS), 1, 1) if draw(st.booleans()) else None,
        PrintedText(draw(TEXTS), 1, 1) if draw(st.booleans()) else None,
        cells=cells,
        body=SheetBody(measures=measures),
    )


def first(sheet: Sheet, source: str, year: int | None) -> Candidate:
    return build_candidate(
        interpret_sheet(sheet, run().known, year), source, provisional_identity(sheet, source), run().known
    )


def parsed(text: str, slug: str) -> list[ox.Triple]:
    iri = BASE.thing(f"programme/{slug}")
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=iri)]


def check(sheet: Sheet, source: str, year: int | None, found: Match) -> None:
    slug = found.identity.slug
    made = build_candidate(interpret_sheet(sheet, run().known, year), source, found.identity, run().known)
    before = run().editions.text(slug) if found.identity.continues else ""
    text = candidate_turtle(made, BASE, before)
    assert text.startswith(before)
    old, new = parsed(before, slug), parsed(text, slug)
    assert new[: len(old)] == old
    added = new[len(old) :]
    assert set(added) == set(made.triples)
    nodes = [node.iri for node in made.nodes]
    assert len(set(nodes)) == len(nodes)
    assert {t.subject.value for t in added if isinstance(t.subject, ox.NamedNode)} == set(nodes)
    known = {f"{made.iri}#{fragment}" for fragment in found.identity.taken}
    assert not known & set(nodes)


@examples(150)
@given(sheets(), SOURCES, YEARS, st.sampled_from([*SLUGS, "a-new-one"]))
def test_an_edition_that_a_curator_adds(sheet: Sheet, source: str, year: int | None, slug: str) -> None:
    made = first(sheet, source, year)
    if source == "sheets-103-106" and year in {None, 2025}:
        return  # one entry a year and source: the curator is refused, or the sheet is there already
    check(sheet, source, year, apply_decision(made, slug, run().editions))


@examples(150)
@given(st.lists(sheets(), max_size=4), SOURCES, YEARS)
def test_an_edition_that_is_proposed(several: list[Sheet], source: str, year: int | None) -> None:
    editions = run().editions
    found = resolve_conflicts([match_sheet(first(sheet, source, year), editions) for sheet in several])
    slugs = [one.identity.slug for one in found]
    assert len(set(slugs)) == len(slugs)
    for sheet, one in zip(several, found, strict=True):
        assert (one.status is MatchStatus.NEW) is (one.identity.slug not in SLUGS)
        assert one.identity.continues is (one.status is MatchStatus.CONTINUES)
        check(sheet, source, year, one)
