"""The second pass over the documents: candidates, their reports, and the companions that they refer to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kankei.curation.candidate import companion_files
from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate, candidate_turtle
from kankei.curation.candidate.companion_files import ReceivedSource
from kankei.curation.candidate.known_terms import KnownTerms
from kankei.curation.ingest.document import PrintedSheet, printed_sheets
from kankei.curation.ingest.first_pass import Progress, ReadDocument, is_kept_as_received
from kankei.curation.ingest.next_commands import FOLDERS, again, compare, following
from kankei.curation.ingest.options import Order
from kankei.curation.ingest.output_folder import write_beside, write_over
from kankei.curation.matching.programme_index import ProgrammeIndex
from kankei.curation.matching.sheet_matcher import Match, MatchStatus
from kankei.curation.report.dataset_context import Background, Command
from kankei.curation.report.index_page import IndexRow, index, row
from kankei.curation.report.json_record import record
from kankei.curation.report.labels import labels
from kankei.curation.report.report_page import report
from kankei.curation.report.source_facts import SourceFacts
from kankei.dataset.data_folder import CANDIDATE
from kankei.errors import MalformedData
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.lines.document import parse_document
from kankei.source.reader import SourceText, read_lines


@dataclass(frozen=True)
class Written:
    """A sheet's candidate, what it is to the dataset, and the files that now hold it and its report."""

    candidate: Candidate
    continuation: Match
    source: SourceFacts
    file: Path
    report: Path
    pages: Mapping[int, int]
    """The page of each line of the sheet, if it is one of a PDF."""

    def record(self) -> dict[str, Any]:
        """All of it for a machine, ready for JSON."""
        return {
            **record(self.candidate, self.source),
            "new": self.continuation.status is MatchStatus.NEW,
            "standing": self.continuation.status.value,
            "grounds": [
                {"aspect": ground.aspect.value, "ja": ground.ja, "en": ground.en}
                for ground in self.continuation.agreements
            ],
            "file": str(self.file),
            "report": str(self.report),
        }


def write(
    order: Order,
    read: Sequence[ReadDocument],
    known: KnownTerms,
    editions: ProgrammeIndex,
    progress: Progress,
) -> Iterator[Written]:
    """Write the candidate and the report of each sheet as it comes, then the sources and the index."""
    yield from _Writing(order, read, known, editions, progress).written()


class _Writing:
    """The folder under writing: what is needed at its end is gathered sheet by sheet."""

    def __init__(
        self,
        order: Order,
        read: Sequence[ReadDocument],
        known: KnownTerms,
        editions: ProgrammeIndex,
        progress: Progress,
    ) -> None:
        self.order, self.read, self.known, self.editions = order, read, known, editions
        self.progress = progress
        self.labels = labels(order.inputs, order.base)
        self.rows: list[IndexRow] = []
        self.sources: list[SourceFacts] = []
        self.years: set[int] = set()
        self.numbers = Counter(number for one in read for number in one.numbers)

    def written(self) -> Iterator[Written]:
        for one in self.read:
            yield from self._document(one)
        for year in sorted(self.years - self.known.years):
            text = companion_files.fiscal_year_file(FiscalYear(year), self.order.base)
            write_beside(self.order.out / "fiscal-years" / f"{year}.ttl", text.encode())
        page = index(self.rows, self.sources, self.order.language)
        write_over(self.order.out / "index.html", page.encode())

    def _document(self, one: ReadDocument) -> Iterator[Written]:
        source = read_lines(one.document.path, one.document.encoding)
        if source.sha256 != one.source.sha256:
            raise MalformedData("the file was changed while it was read", str(one.document.path))
        text: list[str] = []
        found = printed_sheets(source.lines, lambda line: text.append(line.text))
        for position, printed in enumerate(found):
            yield self._sheet(printed, one, position, SourceFacts.of(source, one.document.slug))
            self.progress(f"write {one.document.slug}", position + 1, len(one.sheets))
        facts = SourceFacts.of(source, one.document.slug)
        self.sources.append(facts)
        if not one.is_known:
            self._source(source, facts, "".join(f"{line}\n" for line in text).encode())

    def _sheet(self, printed: PrintedSheet, one: ReadDocument, position: int, facts: SourceFacts) -> Written:
        continuation = one.sheets[position]
        identity = continuation.identity
        made = build_candidate(printed.sheet, facts.slug, identity, self.known, self.order.year)
        made = replace(made, doubts=(*made.doubts, *continuation.doubts))
        before = self.editions.text(made.slug) if identity.continues else ""
        text = candidate_turtle(made, self.order.base, before)
        # What the data have already is not to be copied over it: its name says that it is no data.
        kind = f".{CANDIDATE}" if continuation.status is MatchStatus.SAME else ""
        file = write_beside(self.order.out / "programmes" / f"{made.slug}{kind}.ttl", text.encode())
        self.years |= _years(made, self.order)
        background = Background(continuation, self._commands(one, position, file))
        page = report(
            made,
            printed.lines,
            facts,
            text,
            self.order.language,
            known=self.labels,
            background=background,
        )
        name = f"{made.slug}-{made.year}.html" if identity.continues else f"{made.slug}.html"
        told = write_over(self.order.out / "reports" / name, page.encode())
        self.rows.append(row(made, f"reports/{name}", continuation.status))
        pages = {line.number: line.box.page for line in printed.lines if line.box}
        return Written(made, continuation, facts, file, told, pages)

    def _commands(self, one: ReadDocument, position: int, file: Path) -> tuple[Command, ...]:
        """What comes after one sheet's report: of a sheet that the data have, a look at what differs."""
        continuation, number = one.sheets[position], one.numbers[position]
        own = number if self.numbers[number] == 1 else None
        written = {
            "programmes": True,
            "sources": not one.is_known,
            "fiscal-years": self.years - self.known.years,
        }
        folders = [name for name in FOLDERS if written[name]]
        is_same = continuation.status is MatchStatus.SAME
        first = (
            compare(self.order, continuation.identity.slug, file)
            if is_same
            else again(self.order, own, continuation)
        )
        return (first, *following(self.order, continuation.status, folders))

    def _source(self, source: SourceText, facts: SourceFacts, extracted: bytes) -> None:
        """The text that places refer to, and its description."""
        received = is_kept_as_received(source)
        content = source.path.read_bytes() if received else extracted
        folder = self.order.out / "sources"
        text = write_beside(folder / f"{facts.slug}.txt", content)
        original = "" if received and source.path.stem == facts.slug else source.path.name
        kept = parse_document(Path(f"{facts.slug}.txt"), text.read_bytes())
        described = ReceivedSource(kept, original, digest=source.sha256)
        write_beside(
            folder / f"{facts.slug}.ttl", companion_files.source_file(described, self.order.base).encode()
        )


def _years(made: Candidate, order: Order) -> set[int]:
    """The fiscal years that a candidate refers to."""
    folder = order.base.thing("fiscal-year/")
    found = {value.value for node in made.nodes for _, value in node.statements}
    return {int(iri.removeprefix(folder)) for iri in found if iri.startswith(folder)}
