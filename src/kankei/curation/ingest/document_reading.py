"""The reading half of an ingest: each document is read once, its sheets interpreted, spooled and matched."""

import pickle
import weakref
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from tempfile import TemporaryFile
from typing import NamedTuple

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate
from kankei.curation.candidate.identity import provisional_identity
from kankei.curation.candidate.known_terms import KnownTerms
from kankei.curation.candidate.sheet_values import InterpretedSheet, interpret_sheet
from kankei.curation.ingest.command_line import IngestOptions
from kankei.curation.ingest.input_file import InputFile, input_file
from kankei.curation.matching.programme_index import ProgrammeIndex
from kankei.curation.matching.run_decisions import apply_decision, resolve_conflicts
from kankei.curation.matching.sheet_matcher import Match, match_sheet
from kankei.errors import InvalidData, UsageError
from kankei.localisation import catalogue
from kankei.source.document_reader import SourceText, read_lines
from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.layouts import layouts
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import Doubt
from kankei.source.lines.printed_text import Line
from kankei.source.sheets import read_sheets

Progress = Callable[[str, int, int | None], None]
"""Called with the current step, how many pages or sheets are done, and of how many, if that is known."""

_NO_SHEET = (
    "no sheet found: a sheet has a row of headings such as 事業実施主体, 補助率等, 公募時期, 問合せ先; "
    "a catalogue of another form needs a layout of its own"
)


class SpooledSheet(NamedTuple):
    """A sheet, its lines, and how many notes on its source there were when it was read."""

    interpreted: InterpretedSheet
    lines: tuple[Line, ...]
    notes: int


class DocumentSpool:
    """What is read of a document, in temporary files without a name: memory does not grow with it.

    Raises UsageError where the folder of temporary files cannot be written.
    """

    def __init__(self) -> None:
        with _spooling():
            self._sheets, self._text = (TemporaryFile() for _ in range(2))  # noqa: SIM115 - closed below
        for file in (self._sheets, self._text):
            weakref.finalize(self, file.close)
        self.pages = 0

    def add_line(self, line: Line) -> None:
        """Add a line of the document, whether it belongs to a sheet or not."""
        self.pages += line.begins_page
        with _spooling():
            self._text.write(f"{line.text}\n".encode())

    def add_sheet(self, sheet: SpooledSheet) -> None:
        """Add a sheet."""
        with _spooling():
            pickle.dump(sheet, self._sheets, pickle.HIGHEST_PROTOCOL)

    def sheets(self, count: int) -> Iterator[SpooledSheet]:
        """The sheets, of which there are so many, in order."""
        with _spooling():
            self._sheets.seek(0)
        for _ in range(count):
            yield pickle.load(self._sheets)  # noqa: S301 - written by `add_sheet`

    def text(self) -> bytes:
        """The extracted text in UTF-8, a line feed after every line."""
        with _spooling():
            self._text.seek(0)
        return self._text.read()


@contextmanager
def _spooling() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"a temporary file cannot be written: {error.strerror}", "TMPDIR") from error


@dataclass(frozen=True)
class ReadDocument:
    """A document whose sheets are spooled and matched; `matches` and `numbers` are those of its sheets.

    `is_known` is whether the dataset has the very text of this source.
    """

    file: InputFile
    source: SourceText
    is_known: bool
    matches: tuple[Match, ...]
    numbers: tuple[str | None, ...]
    spool: DocumentSpool

    @property
    def sheets(self) -> Iterator[SpooledSheet]:
        """The spooled sheets, in order."""
        return self.spool.sheets(len(self.matches))


def is_kept_as_received(source: SourceText) -> bool:
    """Whether the text that places refer to is the file itself: a text in UTF-8."""
    return source.media_type == "text/plain" and source.encoding == "UTF-8"


def read_documents(
    options: IngestOptions, known: KnownTerms, programmes: ProgrammeIndex, progress: Progress
) -> tuple[ReadDocument, ...]:
    """Read and match the files of an ingest; only temporary files are written.

    Raises InvalidData for a document without a sheet, UsageError for slugs that do not fit, and what
    `read_lines` raises.
    """
    reader = _DocumentReader(options, known, programmes, progress)
    documents = [reader.read(file) for file in _input_files(options)]
    _check_numbers(options, documents)
    resolved = iter(resolve_conflicts([match for document in documents for match in document.matches]))
    return tuple(
        replace(document, matches=tuple(next(resolved) for _ in document.matches)) for document in documents
    )


def _input_files(options: IngestOptions) -> list[InputFile]:
    if options.name and len(options.files) > 1:
        raise UsageError("--name is the slug of one source: give one file", options.name)
    files = [input_file(path, options.name, options.encoding) for path in options.files]
    for slug, count in Counter(file.slug for file in files).items():
        if count > 1:
            raise UsageError("two files would be the same source: ingest them apart, with --name", slug)
    return files


class _DocumentReader:
    def __init__(
        self, options: IngestOptions, known: KnownTerms, programmes: ProgrammeIndex, progress: Progress
    ) -> None:
        self.options, self.known, self.programmes, self.progress = options, known, programmes, progress

    def read(self, file: InputFile) -> ReadDocument:
        source, spool = read_lines(file.path, file.encoding), DocumentSpool()
        matches: list[Match] = []
        numbers: list[str | None] = []
        for sheet, lines in sheets_with_lines(source.lines, spool.add_line):
            interpreted = interpret_sheet(sheet, self.known, self.options.year)
            spool.add_sheet(SpooledSheet(interpreted, lines, len(source.notes)))
            identity = provisional_identity(sheet, file.slug)
            candidate = build_candidate(interpreted, file.slug, identity, self.known)
            numbers.append(normalise(sheet.number.text) if sheet.number else None)
            matches.append(self._match(candidate, numbers[-1]))
            self.progress(f"read {file.path.name}", spool.pages, source.pages)
        if not matches:
            raise InvalidData(_NO_SHEET, str(file.path))
        is_received = is_kept_as_received(source)
        is_known = self._is_known(file, source.sha256 if is_received else sha256(spool.text()).hexdigest())
        matches = [*_with_repeated_numbers(matches, numbers)]
        return ReadDocument(file, source, is_known, tuple(matches), tuple(numbers), spool)

    def _match(self, candidate: Candidate, number: str | None) -> Match:
        slug = self.options.slugs.get(number or "")
        measures = {
            measure: name for (sheet, measure), name in self.options.measures.items() if sheet == number
        }
        match = match_sheet(candidate, self.programmes)
        if slug or measures:
            return apply_decision(candidate, slug or match.identity.slug, self.programmes, measures)
        return match

    def _is_known(self, file: InputFile, digest: str) -> bool:
        known = self.known.sources.get(file.slug)
        if known is not None and known != digest:
            message = "the dataset has another source of this slug: give this one its own by --name"
            raise UsageError(message, f"{file.path}: {file.slug}")
        return known is not None


def sheets_with_lines(
    lines: Iterable[Line], on_line: Callable[[Line], None]
) -> Iterator[tuple[Sheet, tuple[Line, ...]]]:
    """The sheets of a source, each with its lines; `on_line` is called with every line as it is read."""
    pending: deque[Line] = deque()

    def passed() -> Iterator[Line]:
        for line in lines:
            on_line(line)
            pending.append(line)
            yield line

    for sheet in read_sheets(passed(), layouts()):
        # Sheets side by side on a page are drawn line by line: then their lines take turns, and the sheet
        # that follows may begin before this one.
        page = next((_page(line) for line in pending if line.number == sheet.place.first), 0)
        while pending and pending[0].number < sheet.place.first and not 0 < page == _page(pending[0]):
            pending.popleft()
        place = sheet.place
        yield sheet, tuple(line for line in pending if place.first <= line.number <= place.last)


def _page(line: Line) -> int:
    """The page that a line is printed on, 0 in a text file."""
    return line.box.page if line.box else 0


def _with_repeated_numbers(matches: Sequence[Match], numbers: Sequence[str | None]) -> Iterator[Match]:
    """The matches, with a doubt about each number that several sheets print."""
    counts = Counter(number for number in numbers if number)
    for match, number in zip(matches, numbers, strict=True):
        if number and counts[number] > 1:
            text = catalogue("kankei.curation").text("repeated-number", number=number, count=counts[number])
            yield replace(match, doubts=(*match.doubts, Doubt("number", *text, match.place)))
        else:
            yield match


def _check_numbers(options: IngestOptions, documents: Sequence[ReadDocument]) -> None:
    """Refuse a slug for a number that no sheet has, or several, and one slug for two numbers."""
    for slug, count in Counter(options.slugs.values()).items():
        if count > 1:
            raise UsageError("a slug names one programme, and is given to several sheets", slug)
    counts = Counter(number for document in documents for number in document.numbers)
    for number in (*options.slugs, *(sheet for sheet, _ in options.measures)):
        if counts[number] != 1:
            sheets = "no sheet has" if not counts[number] else f"{counts[number]} sheets have"
            raise UsageError(f"{sheets} the number of --slug", number)
