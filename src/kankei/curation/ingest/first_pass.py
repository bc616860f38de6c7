"""The first pass over the documents: which sheets they hold, and which programmes those continue."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate
from kankei.curation.candidate.identity import provisional_identity
from kankei.curation.candidate.known_terms import KnownTerms
from kankei.curation.ingest.document import Document, document, printed_sheets
from kankei.curation.ingest.options import Order
from kankei.curation.matching.programme_index import ProgrammeIndex
from kankei.curation.matching.run_decisions import apply_decision, resolve_conflicts
from kankei.curation.matching.sheet_matcher import Match, match_sheet
from kankei.errors import InvalidData, UsageError
from kankei.source.grammars.normalised_text import normalise
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import Line
from kankei.source.reader import SourceText, read_lines

Progress = Callable[[str, int, int | None], None]
"""Told what is done, how many pages or sheets of it, and of how many, where that is known."""


@dataclass
class Extraction:
    """What has been read of a document's text: its pages, and the digest of its lines as UTF-8."""

    pages: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def take(self, line: Line) -> None:
        """Count a line."""
        self.pages += line.begins_page
        self.digest.update(f"{line.text}\n".encode())


@dataclass(frozen=True)
class ReadDocument:
    """A document whose sheets have been looked through: what each of them is to the dataset, in order.

    `is_known` is whether the dataset has the very text of this source; `numbers` are those of the sheets.
    """

    document: Document
    source: SourceText
    is_known: bool
    sheets: tuple[Match, ...]
    numbers: tuple[str | None, ...]


_NO_SHEET = (
    "no sheet found: a sheet has a row of headings such as 事業実施主体, 補助率等, 公募時期, 問合せ先; "
    "a catalogue of another form needs a layout of its own"
)


def is_kept_as_received(source: SourceText) -> bool:
    """Whether the text that places refer to is the file itself: a text in UTF-8."""
    return source.media_type == "text/plain" and source.encoding == "UTF-8"


def read(
    order: Order, known: KnownTerms, editions: ProgrammeIndex, progress: Progress
) -> tuple[ReadDocument, ...]:
    """The documents of an order, each looked through once.

    Raises InvalidData for a document without a sheet, UsageError for slugs that do not fit, and what
    `read_lines` raises; nothing has been written then.
    """
    documents = _documents(order)
    first = [_Reading(order, known, editions, one).document(progress) for one in documents]
    _check_numbers(order, first)
    settled = iter(resolve_conflicts([sheet for one in first for sheet in one.sheets]))
    return tuple(replace(one, sheets=tuple(next(settled) for _ in one.sheets)) for one in first)


def _documents(order: Order) -> list[Document]:
    if order.name and len(order.documents) > 1:
        raise UsageError("--name is the slug of one source: give one file", order.name)
    documents = [document(path, order.name, order.encoding) for path in order.documents]
    for slug, count in Counter(one.slug for one in documents).items():
        if count > 1:
            raise UsageError("two files would be the same source: ingest them apart, with --name", slug)
    return documents


class _Reading:
    """One document on its first pass."""

    def __init__(self, order: Order, known: KnownTerms, editions: ProgrammeIndex, own: Document) -> None:
        self.order, self.known, self.editions, self.own = order, known, editions, own

    def document(self, progress: Progress) -> ReadDocument:
        source = read_lines(self.own.path, self.own.encoding)
        extraction = Extraction()
        sheets: list[Match] = []
        numbers: list[str | None] = []
        for printed in printed_sheets(source.lines, extraction.take):
            identity = provisional_identity(printed.sheet, self.own.slug)
            first = build_candidate(printed.sheet, self.own.slug, identity, self.known, self.order.year)
            numbers.append(normalise(first.number.text) if first.number else None)
            sheets.append(self._continuation(first, numbers[-1]))
            progress(f"read {self.own.path.name}", extraction.pages, source.pages)
        if not sheets:
            raise InvalidData(_NO_SHEET, str(self.own.path))
        text = source.sha256 if is_kept_as_received(source) else extraction.digest.hexdigest()
        is_known = self._is_known(text)
        return ReadDocument(self.own, source, is_known, tuple(_told_twice(sheets, numbers)), tuple(numbers))

    def _continuation(self, first: Candidate, number: str | None) -> Match:
        slug = self.order.slugs.get(number or "")
        measures = {
            measure: name for (sheet, measure), name in self.order.measures.items() if sheet == number
        }
        found = match_sheet(first, self.editions)
        if slug or measures:
            return apply_decision(first, slug or found.identity.slug, self.editions, measures)
        return found

    def _is_known(self, text: str) -> bool:
        known = self.known.sources.get(self.own.slug)
        if known is not None and known != text:
            message = "the dataset has another source of this slug: give this one its own by --name"
            raise UsageError(message, f"{self.own.path}: {self.own.slug}")
        return known is not None


def _told_twice(sheets: Sequence[Match], numbers: Sequence[str | None]) -> Iterator[Match]:
    """The sheets, with a doubt about each number that several of them print."""
    counted = Counter(number for number in numbers if number)
    for sheet, number in zip(sheets, numbers, strict=True):
        if number and counted[number] > 1:
            ja = f"番号「{number}」のシートがこの資料に{counted[number]}枚ある。"
            en = f"{counted[number]} sheets of this source have the number {number}."
            yield replace(sheet, doubts=(*sheet.doubts, Doubt("number", ja, en, sheet.place)))
        else:
            yield sheet


def _check_numbers(order: Order, documents: Sequence[ReadDocument]) -> None:
    """Refuse a slug for a number that no sheet has, or several, and one slug for two numbers."""
    for slug, count in Counter(order.slugs.values()).items():
        if count > 1:
            raise UsageError("a slug names one programme, and is given to several sheets", slug)
    counted = Counter(number for one in documents for number in one.numbers)
    for number in (*order.slugs, *(sheet for sheet, _ in order.measures)):
        if counted[number] != 1:
            found = "no sheet has" if not counted[number] else f"{counted[number]} sheets have"
            raise UsageError(f"{found} the number of --slug", number)
