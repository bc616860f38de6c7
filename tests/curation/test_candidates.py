"""Candidates of the seed's sheets, statement by statement, against what a curator wrote of them."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate, candidate_turtle
from kankei.curation.candidate.identity import provisional_identity
from kankei.curation.candidate.known_terms import KnownTerms, read_known_terms
from kankei.curation.candidate.sheet_values import interpret_sheet
from kankei.dataset.data_folder import packaged
from kankei.dataset.statements import text
from kankei.namespaces import DCT, KK, RDF, Base
from kankei.source.document_reader import read_lines
from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.layouts import layouts
from kankei.source.lines.document import Weight
from kankei.source.sheets import read_sheets
from support.paths import TESTS
from support.pdf import fonts, lay_out

BASE = Base()
HERE = TESTS / "candidates"
SEED = packaged().data / "sources" / "sheets-103-106.txt"
HEADER = re.compile(
    r"#(title|subtitle|theme|bodies|support|funding|cell|call|survey|budget|contact|link)\b"
    r"|#measure-[a-z-]+-(support|funding|fixed-sum|half)-2025$"
    r"|#evidence-(headings|link-heading|call|call-days|unit|stage|telephone|entry-year|measure-cells)$"
)
"""The nodes that the columns of a sheet's header give, and what they rest on."""
EDITORIAL = {
    "dct:title": re.compile("#evidence-translation"),
    "dct:description": re.compile("#evidence-description"),
    "dct:spatial": re.compile("#evidence-description"),
    "kk:CuratorNote": re.compile("#note-"),
    "kk:issue": re.compile("#issue-market|#evidence-issue-market"),
}
"""By what a doubt of a candidate is about: the nodes of the curated data that it announces."""


@dataclass(frozen=True)
class Pair:
    """A sheet's candidate, and the programme that a curator made of the sheet."""

    proposed: Candidate
    slug: str
    names: Mapping[str, str]

    @property
    def iri(self) -> str:
        return BASE.thing(f"programme/{self.slug}")

    @property
    def renamed(self) -> frozenset[ox.Triple]:
        """What is proposed, with the curator's slugs in place of the tool's."""
        return frozenset(
            ox.Triple(self._name(t.subject), t.predicate, self._name(t.object)) for t in self.proposed.triples
        )

    @property
    def curated(self) -> frozenset[ox.Triple]:
        return graph(packaged().data / "programmes" / f"{self.slug}.ttl", self.iri)

    @property
    def edits(self) -> frozenset[ox.Triple]:
        """What a curator adds."""
        return graph(HERE / "edits" / f"{self.slug}.ttl", self.iri)

    def _name(self, term: Any) -> Any:
        if isinstance(term, ox.NamedNode) and term.value.startswith(self.proposed.iri):
            _, mark, fragment = term.value.partition("#")
            return ox.NamedNode(f"{self.iri}{mark}{self.names.get(fragment, fragment) if mark else ''}")
        return ox.Literal(self.slug) if term == ox.Literal(self.proposed.slug) else term


def graph(path: Path, base: str) -> frozenset[ox.Triple]:
    return frozenset(quad.triple for quad in ox.parse(path=str(path), base_iri=base))


def slugs() -> dict[str, dict[str, str]]:
    """The curator's names for the tool's, by the number of the sheet."""
    found: dict[str, dict[str, str]] = {}
    with (HERE / "slugs.tsv").open(encoding="utf-8") as file:
        for number, ours, theirs in csv.reader((row for row in file if row[0] != "#"), delimiter="\t"):
            found.setdefault(number, {})[ours] = theirs
    return found


@pytest.fixture(scope="module")
def dataset() -> KnownTerms:
    return read_known_terms(packaged(), BASE)


@pytest.fixture(scope="module")
def pairs(dataset: KnownTerms) -> list[Pair]:
    return list(read(SEED, dataset))


def read(path: Path, dataset: KnownTerms) -> Iterator[Pair]:
    source = read_lines(path)
    for sheet in read_sheets(source.lines, layouts()):
        assert sheet.number
        names = slugs()[sheet.number.text]
        proposed = build_candidate(
            interpret_sheet(sheet, dataset), source.slug, provisional_identity(sheet, source.slug), dataset
        )
        yield Pair(proposed, names[""], names)


def of_header(triple: ox.Triple) -> bool:
    if HEADER.search(text(triple.subject)):
        return True
    leads = triple.predicate.value.startswith(KK) and isinstance(triple.object, ox.NamedNode)
    return leads and triple.predicate.value != f"{KK}about" and bool(HEADER.search(text(triple.object)))


def test_the_seed_gives_all_four_programmes(pairs: list[Pair]) -> None:
    assert [pair.proposed.number and pair.proposed.number.text for pair in pairs] == list(slugs())


def test_what_is_proposed_is_what_the_curator_wrote(
    pairs: list[Pair], record_property: Callable[[str, object], None]
) -> None:
    """At least 95 of 100 statements of the header and 85 of all are proposed as they are, none otherwise."""
    curated = [triple for pair in pairs for triple in pair.curated]
    found = [triple for pair in pairs for triple in pair.curated & pair.renamed]
    wrong = [triple for pair in pairs for triple in pair.renamed - pair.curated]
    header = share(list(filter(of_header, found)), list(filter(of_header, curated)))
    whole = share(found, curated)
    record_property("told", f"candidates: {header[1]} of headers, {whole[1]} of all, {len(wrong)} wrong")
    assert header[0] >= 0.95
    assert whole[0] >= 0.85
    assert not wrong


def share(some: list[ox.Triple], whole: list[ox.Triple]) -> tuple[float, str]:
    ratio = len(some) / len(whole)
    return ratio, f"{len(some)} of {len(whole)} statements ({ratio:.1%})"


def test_the_curated_data_are_the_candidates_and_the_listed_edits(pairs: list[Pair]) -> None:
    for pair in pairs:
        assert pair.renamed | pair.edits == pair.curated, pair.slug
        assert not pair.renamed & pair.edits, "a listed edit is no longer needed: shorten the list"


def test_every_statement_that_is_missing_is_announced_by_a_doubt(pairs: list[Pair]) -> None:
    for pair in pairs:
        announced = {doubt.about for doubt in pair.proposed.doubts}
        for triple in pair.curated - pair.renamed:
            assert kind(triple) in announced, triple


def kind(triple: ox.Triple) -> str:
    """What a doubt about a missing statement is about."""
    if triple.predicate.value == f"{KK}issue":
        return "kk:issue"
    if triple.predicate.value.startswith(DCT):
        return f"dct:{triple.predicate.value.removeprefix(DCT)}"
    return next(about for about, nodes in EDITORIAL.items() if nodes.search(text(triple.subject)))


def test_nothing_that_is_printed_stays_unresolved_but_one_line(pairs: list[Pair]) -> None:
    """Whether the ① ② below the models of sheet 105 number them, a curator could not tell either."""
    unresolved = [
        (pair.slug, doubt.about)
        for pair in pairs
        for doubt in pair.proposed.doubts
        if doubt.weight is Weight.UNRESOLVED
    ]
    assert unresolved == [("new-exchange-market", "numbers")]


def test_the_turtle_says_what_is_proposed(pairs: list[Pair]) -> None:
    for pair in pairs:
        written = candidate_turtle(pair.proposed, BASE)
        parsed = ox.parse(written, format=ox.RdfFormat.TURTLE, base_iri=pair.proposed.iri)
        assert {quad.triple for quad in parsed} == set(pair.proposed.triples)
        assert written == candidate_turtle(pair.proposed, BASE)


def test_the_turtle_is_in_the_form_of_the_data(pairs: list[Pair]) -> None:
    """Blocks that a curator did not have to touch are the same, line for line."""
    for pair in pairs:
        theirs = (
            (packaged().data / "programmes" / f"{pair.slug}.ttl").read_text(encoding="utf-8").split("\n\n")
        )
        ours = candidate_turtle(pair.proposed, BASE).split("\n\n")
        same = [block for block in ours if block in theirs]
        assert len(same) > len(pair.proposed.nodes) / 3, pair.slug


def test_every_node_has_one_type(pairs: list[Pair]) -> None:
    for pair in pairs:
        for node in pair.proposed.nodes:
            assert [term for term, _ in node.statements].count(f"{RDF}type") == 1, node.iri


@pytest.mark.parametrize("font", fonts())
def test_a_pdf_proposes_what_its_text_does(
    pairs: list[Pair], dataset: KnownTerms, tmp_path: Path, font: str
) -> None:
    """The lines differ, for a PDF has others; and breaks of lines, for a PDF has its own."""
    lay_out(tmp_path / SEED.with_suffix(".pdf").name, font)
    for pair, expected in zip(read(tmp_path / SEED.with_suffix(".pdf").name, dataset), pairs, strict=True):
        assert words(pair) == words(expected), pair.slug


def words(pair: Pair) -> set[tuple[str, str, str]]:
    """What is proposed, as far as it has no lines in it, in characters of one width and with one bullet."""
    return {
        (text(t.subject), text(t.predicate), _BULLET.sub("", "".join(normalise(text(t.object)).split())))
        for t in pair.renamed
        if t.predicate.value not in {f"{KK}place", f"{KK}ground"}
    }


_BULLET = re.compile("^[●\uf0d8]")
