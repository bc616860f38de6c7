"""Ingest: read all documents first, so that one that cannot be read leaves nothing written; then write."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kankei.curation.candidate import companion_files
from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate, candidate_turtle
from kankei.curation.candidate.companion_files import ReceivedSource
from kankei.curation.candidate.known_terms import KnownTerms, read_known_terms
from kankei.curation.ingest.command_line import IngestOptions, sheet_commands
from kankei.curation.ingest.document_reading import (
    Progress,
    ReadDocument,
    SpooledSheet,
    is_kept_as_received,
    read_documents,
)
from kankei.curation.ingest.output_folder import write_beside, write_over
from kankei.curation.matching.programme_index import ProgrammeIndex, read_programme_index
from kankei.curation.matching.programme_profile import ProgrammeProfile
from kankei.curation.matching.sheet_matcher import Match, MatchStatus
from kankei.curation.report.candidate_json import candidate_json
from kankei.curation.report.candidate_summary import SourceSummary
from kankei.curation.report.index_page import IndexRow, index_page, index_row
from kankei.curation.report.report_pages import (
    DatasetContext,
    ShellCommand,
    report_page,
)
from kankei.curation.report.term_labels import Labeller, read_labels
from kankei.dataset.data_folder import CANDIDATE
from kankei.errors import MalformedData
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.lines.document import parse_document


@dataclass(frozen=True)
class WrittenSheet:
    """A sheet's candidate, its match in the dataset, and the files that now hold it and its report."""

    candidate: Candidate
    match: Match
    source: SourceSummary
    file: Path
    report: Path
    pages: Mapping[int, int]
    """The page of each line of the sheet, if it is one of a PDF."""

    def json(self) -> dict[str, Any]:
        """All of it for a machine, ready for JSON."""
        return {
            **candidate_json(self.candidate, self.source),
            "new": self.match.status is MatchStatus.NEW,
            "standing": self.match.status.value,
            "grounds": [
                {"aspect": agreement.aspect.value, "ja": agreement.ja, "en": agreement.en}
                for agreement in self.match.agreements
            ],
            "file": str(self.file),
            "report": str(self.report),
        }


@dataclass(frozen=True)
class Ingest:
    """What was read: how many sheets, and the candidates, each written when it is taken from `written`.

    `dropped` are the programmes of the editions that sheets continue which no sheet does, `continued` is how
    many sheets continue one; `status` is SAME where the data have all sheets already.
    """

    options: IngestOptions
    count: int
    dropped: tuple[ProgrammeProfile, ...]
    continued: int
    status: MatchStatus
    written: Iterator[WrittenSheet]


def ingest(options: IngestOptions, progress: Progress) -> Ingest:
    """Read the files of an ingest.

    Raises what `read_documents` raises, before anything is written; going through `written` raises UsageError
    where a file cannot be written.
    """
    known = read_known_terms(options.inputs, options.base)
    programmes = read_programme_index(
        options.inputs, options.base, lambda done, total: progress("read the dataset", done, total)
    )
    documents = read_documents(options, known, programmes, progress)
    matches = [match for document in documents for match in document.matches]
    statuses = {match.status for match in matches} - {MatchStatus.SAME}
    status = next(iter(statuses), MatchStatus.SAME)
    written = _CandidateWriter(options, documents, known, programmes, progress).write()
    dropped = tuple(_dropped(documents, programmes))
    continued = sum(match.status is MatchStatus.CONTINUES for match in matches)
    return Ingest(options, len(matches), dropped, continued, status, written)


def _dropped(documents: Sequence[ReadDocument], programmes: ProgrammeIndex) -> Iterator[ProgrammeProfile]:
    """The programmes whose last entry is of a source that some sheet continues, and that none does."""
    matches = [match for document in documents for match in document.matches]
    continued = {match.identity.slug for match in matches if match.status is MatchStatus.CONTINUES}
    own = {document.file.slug for document in documents}
    sources = {entry.source for slug in continued for entry in programmes.programmes[slug].entries} - own
    for source in sorted(sources):
        yield from (one for one in programmes.latest(source) if one.slug not in continued)


class _CandidateWriter:
    """Writes sheet by sheet; what the index and the companions need is collected on the way."""

    def __init__(
        self,
        options: IngestOptions,
        documents: Sequence[ReadDocument],
        known: KnownTerms,
        programmes: ProgrammeIndex,
        progress: Progress,
    ) -> None:
        self.options, self.documents, self.known, self.programmes = options, documents, known, programmes
        self.progress = progress
        self.label_index = read_labels(options.inputs, options.base)
        self.rows: list[IndexRow] = []
        self.sources: list[SourceSummary] = []
        self.years: set[int] = set()
        self.numbers = Counter(number for document in documents for number in document.numbers)

    def write(self) -> Iterator[WrittenSheet]:
        """Write candidate and report of each sheet, then the sources, fiscal years and index."""
        for document in self.documents:
            yield from self._write_document(document)
        for year in sorted(self.years - self.known.years):
            text = companion_files.fiscal_year_file(FiscalYear(year), self.options.base)
            write_beside(self.options.out / "fiscal-years" / f"{year}.ttl", text.encode())
        page = index_page(self.rows, self.sources, self.options.language)
        write_over(self.options.out / "index.html", page.encode())

    def _write_document(self, document: ReadDocument) -> Iterator[WrittenSheet]:
        file, source = document.file, document.source
        with file.path.open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != source.sha256:
                raise MalformedData("the file was changed while it was read", str(file.path))
        for position, sheet in enumerate(document.sheets):
            yield self._write_sheet(sheet, document, position)
            self.progress(f"write {file.slug}", position + 1, len(document.matches))
        self.sources.append(SourceSummary.of(source, file.slug))
        if not document.is_known:
            self._write_source(document)

    def _write_sheet(self, sheet: SpooledSheet, document: ReadDocument, position: int) -> WrittenSheet:
        match, out = document.matches[position], self.options.out
        source = SourceSummary.of(document.source, document.file.slug, sheet.notes)
        candidate = build_candidate(sheet.interpreted, source.slug, match.identity, self.known)
        candidate = replace(candidate, doubts=(*candidate.doubts, *match.doubts))
        before = self.programmes.text(candidate.slug) if match.identity.continues else ""
        turtle = candidate_turtle(candidate, self.options.base, before)
        # What the data have already is not to be copied over it: its name says that it is no data.
        suffix = f".{CANDIDATE}.ttl" if match.status is MatchStatus.SAME else ".ttl"
        file = write_beside(out / "programmes" / f"{candidate.slug}{suffix}", turtle.encode())
        self.years |= _fiscal_years(candidate, self.options)
        page = report_page(
            candidate,
            sheet.lines,
            source,
            turtle,
            self.options.language,
            label_index=self.label_index,
            units=self.known.units,
            dataset=DatasetContext(match, self._commands(document, position, file)),
        )
        year = f"-{candidate.year}" if match.identity.continues else ""
        report = write_over(out / "reports" / f"{candidate.slug}{year}.html", page.encode())
        labeller = Labeller(self.options.language, self.label_index)
        self.rows.append(index_row(candidate, f"reports/{report.name}", labeller, match.status))
        pages = {line.number: line.box.page for line in sheet.lines if line.box}
        return WrittenSheet(candidate, match, source, file, report, pages)

    def _commands(self, document: ReadDocument, position: int, file: Path) -> tuple[ShellCommand, ...]:
        number = document.numbers[position]
        is_written = {
            "programmes": True,
            "sources": not document.is_known,
            "fiscal-years": self.years - self.known.years,
        }
        own = number if self.numbers[number] == 1 else None
        return sheet_commands(self.options, document.matches[position], own, file, is_written)

    def _write_source(self, document: ReadDocument) -> None:
        """Write the text that places refer to, and its description."""
        source, slug = document.source, document.file.slug
        is_received = is_kept_as_received(source)
        content = source.path.read_bytes() if is_received else document.spool.text()
        folder = self.options.out / "sources"
        text = write_beside(folder / f"{slug}.txt", content)
        original = "" if is_received and source.path.stem == slug else source.path.name
        parsed = parse_document(Path(f"{slug}.txt"), text.read_bytes())
        received = ReceivedSource(parsed, original, digest=source.sha256)
        description = companion_files.source_file(received, self.options.base)
        write_beside(folder / f"{slug}.ttl", description.encode())


def _fiscal_years(candidate: Candidate, options: IngestOptions) -> set[int]:
    """The fiscal years that a candidate refers to."""
    folder = options.base.thing("fiscal-year/")
    values = {value.value for node in candidate.nodes for _, value in node.statements}
    return {int(iri.removeprefix(folder)) for iri in values if iri.startswith(folder)}
