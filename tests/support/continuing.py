"""What the tests of continuing editions share: sheets, their candidates, a data folder to add to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate, candidate_turtle
from kankei.curation.candidate.companion_files import ReceivedSource, fiscal_year_file, source_file
from kankei.curation.candidate.identity import Identity, provisional_identity
from kankei.curation.candidate.known_terms import KnownTerms, read_known_terms
from kankei.curation.candidate.sheet_values import interpret_sheet
from kankei.curation.matching.programme_index import ProgrammeIndex, read_programme_index
from kankei.curation.matching.run_decisions import resolve_conflicts
from kankei.curation.matching.sheet_matcher import Match, match_sheet
from kankei.dataset.data_folder import Inputs
from kankei.namespaces import Base
from kankei.source.document_reader import read_lines
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.guidebook.body import Measure, SheetBody
from kankei.source.guidebook.layouts import layouts
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import read_document
from kankei.source.lines.printed_text import PrintedText
from kankei.source.sheets import read_sheets
from support.building import own_copy
from support.paths import TESTS

EDITIONS = TESTS / "editions"
NEXT = EDITIONS / "sheets-98-102.txt"
BASE = Base()


def sheets_of(file: Path) -> tuple[Sheet, ...]:
    return tuple(read_sheets(read_lines(file).lines, layouts()))


def with_measures(sheet: Sheet) -> Sheet:
    """The sheet with the measures that its body names, a line each."""
    found = [
        Measure(line.text[0], PrintedText(line.text, line.first, line.last), line.text[1:])
        for line in sheet.body_lines
        if line.text[0] in "①②③"
    ]
    return replace(sheet, body=SheetBody(measures=found))


@dataclass(frozen=True)
class Run:
    """One ingest against a data folder."""

    inputs: Inputs
    known: KnownTerms
    editions: ProgrammeIndex
    slug: str

    @classmethod
    def of(cls, inputs: Inputs, slug: str) -> "Run":
        return cls(inputs, read_known_terms(inputs, BASE), read_programme_index(inputs, BASE), slug)

    def first(self, sheet: Sheet) -> Candidate:
        return self._proposed(sheet, provisional_identity(sheet, self.slug))

    def _proposed(self, sheet: Sheet, identity: Identity) -> Candidate:
        return build_candidate(interpret_sheet(sheet, self.known), self.slug, identity, self.known)

    def continuations(self, found: Sequence[Sheet]) -> tuple[Match, ...]:
        return resolve_conflicts([match_sheet(self.first(sheet), self.editions) for sheet in found])

    def written(self, sheet: Sheet, continuation: Match) -> str:
        """The file of a sheet's candidate, with what its programme's file says before."""
        made = self._proposed(sheet, continuation.identity)
        made = replace(made, doubts=(*made.doubts, *continuation.doubts))
        before = self.editions.text(made.slug) if continuation.identity.continues else ""
        return candidate_turtle(made, BASE, before)

    def file(self, continuation: Match) -> Path:
        return self.inputs.data / "programmes" / f"{continuation.identity.slug}.ttl"


def receive(inputs: Inputs, file: Path, year: int = 2026) -> None:
    """Put a source with its description and its fiscal year into a data folder."""
    kept = inputs.data / "sources" / file.name
    kept.write_bytes(file.read_bytes())
    kept.with_suffix(".ttl").write_text(
        source_file(ReceivedSource(read_document(kept)), BASE), encoding="utf-8"
    )
    years = inputs.data / "fiscal-years" / f"{year}.ttl"
    years.write_text(fiscal_year_file(FiscalYear(year), BASE), encoding="utf-8")


def next_year(folder: Path) -> Run:
    """The ingest of next year's edition against a copy of the data."""
    inputs = own_copy(folder)
    receive(inputs, NEXT)
    return Run.of(inputs, NEXT.stem)
