"""What the tests of continuing editions share: sheets, their candidates, a data folder to add to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kankei.curation.candidate.builder import candidate
from kankei.curation.candidate.candidate import Candidate
from kankei.curation.candidate.companion_files import Received, fiscal_year, source
from kankei.curation.candidate.identity import imported
from kankei.curation.candidate.known_terms import Known, known
from kankei.curation.candidate.turtle import turtle
from kankei.curation.matching.edition_index import Editions, editions
from kankei.curation.matching.matching import Continuation, continued
from kankei.curation.matching.run_conflicts import told_apart
from kankei.dataset.data_folder import Inputs
from kankei.namespaces import Base
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.guidebook.body import Measure, SheetBody
from kankei.source.guidebook.layouts import layouts
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import read
from kankei.source.lines.printed_text import Printed
from kankei.source.reader import read_lines
from kankei.source.sheets import sheets
from support.building import own_copy
from support.paths import TESTS

EDITIONS = TESTS / "editions"
NEXT = EDITIONS / "sheets-98-102.txt"
BASE = Base()


def sheets_of(file: Path) -> tuple[Sheet, ...]:
    return tuple(sheets(read_lines(file).lines, layouts()))


def with_measures(sheet: Sheet) -> Sheet:
    """The sheet with the measures that its body names, a line each."""
    found = [
        Measure(line.text[0], Printed(line.text, line.first, line.last), line.text[1:])
        for line in sheet.body_lines
        if line.text[0] in "①②③"
    ]
    return replace(sheet, body=SheetBody(measures=found))


@dataclass(frozen=True)
class Run:
    """One ingest against a data folder."""

    inputs: Inputs
    known: Known
    editions: Editions
    slug: str

    @classmethod
    def of(cls, inputs: Inputs, slug: str) -> "Run":
        return cls(inputs, known(inputs, BASE), editions(inputs, BASE), slug)

    def first(self, sheet: Sheet) -> Candidate:
        return candidate(sheet, self.slug, imported(sheet, self.slug), self.known)

    def continuations(self, found: Sequence[Sheet]) -> tuple[Continuation, ...]:
        return told_apart([continued(self.first(sheet), self.editions) for sheet in found])

    def written(self, sheet: Sheet, continuation: Continuation) -> str:
        """The file of a sheet's candidate, with what its programme's file says before."""
        made = candidate(sheet, self.slug, continuation.identity, self.known)
        made = replace(made, doubts=(*made.doubts, *continuation.doubts))
        before = self.editions.text(made.slug) if continuation.identity.continues else ""
        return turtle(made, BASE, before)

    def file(self, continuation: Continuation) -> Path:
        return self.inputs.data / "programmes" / f"{continuation.identity.slug}.ttl"


def receive(inputs: Inputs, file: Path, year: int = 2026) -> None:
    """Put a source with its description and its fiscal year into a data folder."""
    kept = inputs.data / "sources" / file.name
    kept.write_bytes(file.read_bytes())
    kept.with_suffix(".ttl").write_text(source(Received(read(kept)), BASE), encoding="utf-8")
    years = inputs.data / "fiscal-years" / f"{year}.ttl"
    years.write_text(fiscal_year(FiscalYear(year), BASE), encoding="utf-8")


def next_year(folder: Path) -> Run:
    """The ingest of next year's edition against a copy of the data."""
    inputs = own_copy(folder)
    receive(inputs, NEXT)
    return Run.of(inputs, NEXT.stem)
