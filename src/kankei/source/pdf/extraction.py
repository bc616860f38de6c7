"""Worker process that extracts the text of one PDF: ``python -m kankei.source.pdf.extraction``.

A hostile PDF can exhaust the process that reads it: a few kilobytes inflate to gigabytes, and a form that
draws ten others that draw ten others never ends. The worker therefore runs under limits of memory and CPU
time that the kernel enforces; `kankei.source.pdf.client` starts it and reads its records.

A record is a JSON array on a line of standard output: first ``["pages", announced number]``; then, for every
page, ``["page", number]`` before it is read, ``["areas", height, complete, areas]`` for its height and what
its ruling lines enclose, each area as ``[x0, x1, top, bottom, rectangular, empty, marked]``,
``["line", text, x0, x1, top, bottom, areas, turned]`` for each line of text with the indices of its areas,
``["note", sentence]`` for each warning, and ``["read"]``; last ``["end"]``, or
``["refused", sentence]``.
"""

import json
import logging
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser, PDFSyntaxError

from kankei.errors import KankeiError, MalformedData, TooLarge
from kankei.source.pdf.glyph_device import GlyphDevice
from kankei.source.pdf.pdf_limits import PdfLimits
from kankei.source.pdf.ruled_areas import RuledAreas, ruled_areas
from kankei.source.pdf.strict_pdf import StrictDocument, StrictInterpreter
from kankei.source.pdf.text_runs import (
    UNKNOWN,
    TextRun,
    drop_overprints,
    find_collisions,
    find_struck,
    text_runs,
)

# Pages between two clearings of the font cache: fonts are costly to parse, but a merged PDF has new ones on
# every page.
_FONT_CACHE_PAGES = 64

_OUTSIDE = -1
_NEARLY_ALL = 0.85
"""So many of a line's glyphs lie in its cell, though it may be a little too long for it."""

Record = tuple[object, ...]


def records(path: Path, limits: PdfLimits) -> Iterator[Record]:
    """The records of a PDF, page by page; raises whatever pdfminer raises for a damaged one."""
    limits.extend_cpu_time()
    with path.open("rb") as file:
        document = _document(file)
        yield "pages", document.announced_pages
        device = _device(limits)
        for number, (identity, attributes) in enumerate(document.pages(), 1):
            if number > limits.pages:
                raise TooLarge(f"the PDF has more than {limits.pages:,} pages; split it")
            yield "page", number
            limits.extend_cpu_time()
            if number % _FONT_CACHE_PAGES == 0:
                device = _device(limits)
            page = PDFPage(document, identity, attributes, None)
            StrictInterpreter(device.rsrcmgr, device).process_page(page)
            yield from _page_records(device)
            document.clear_cache()
            yield ("read",)
    yield ("end",)


def _document(file: BinaryIO) -> StrictDocument:
    try:
        # No fallback: it would guess the objects of a truncated file.
        return StrictDocument(PDFParser(file), password="", fallback=False)
    except PDFPasswordIncorrect as error:
        raise MalformedData("the PDF opens with a password only; save it without one") from error
    except PDFEncryptionError as error:
        raise MalformedData("the PDF is encrypted in a way that is not known; save it without") from error
    except PDFSyntaxError as error:
        raise MalformedData("the PDF has no table of its objects, as if cut off; fetch it again") from error


def _device(limits: PdfLimits) -> GlyphDevice:
    return GlyphDevice(PDFResourceManager(), limits.characters)


def _page_records(device: GlyphDevice) -> Iterator[Record]:
    struck = find_struck(device.glyphs, device.marks.horizontal)
    collisions = find_collisions(device.glyphs)
    illegible = collisions | struck
    readable = [replace(g, text=UNKNOWN) if i in illegible else g for i, g in enumerate(device.glyphs)]
    glyphs = list(drop_overprints(readable))
    ruled = ruled_areas(device.marks)
    runs = list(text_runs(glyphs, device.marks.vertical))
    touched = [_areas_of(run, ruled) for run in runs]
    written_in = {index for areas in touched for index in areas}
    yield (
        "areas",
        round(device.marks.height, 2),
        ruled.complete,
        [
            [
                *_rounded(area.corners),
                area.rectangular,
                index not in written_in and not area.drawn_in,
                area.marked,
            ]
            for index, area in enumerate(ruled.areas)
        ],
    )
    visible = [run for run in runs if run.is_within(device.edges)]
    for run, areas in zip(runs, touched, strict=True):
        if run.is_within(device.edges):
            yield "line", run.text, *_rounded(run.corners), areas, not run.is_horizontal
    for sentence in _warnings(visible, len(device.glyphs) - len(glyphs), len(illegible)):
        yield "note", sentence
    if hidden := [run.text for run in runs if not run.is_within(device.edges)]:
        yield "note", f"{_count('line', len(hidden))} off the page, left out: {hidden[0][:20]}"
    if collisions:
        yield "note", f"{len(collisions)} characters drawn over others, read as {UNKNOWN}"
    if struck:
        yield "note", f"{_count('character', len(struck))} struck through, read as {UNKNOWN}"
    if not ruled.complete:
        yield "note", "too many lines and drawings: which cells and boxes they make is not read"


def _rounded(corners: Sequence[float]) -> Sequence[float]:
    return [round(edge, 2) for edge in corners]


def _areas_of(run: TextRun, ruled: RuledAreas) -> list[int]:
    """The areas that the glyphs of a run lie in, -1 for none; only one where nearly all lie in it."""
    if not ruled.areas:
        return [_OUTSIDE]
    counts = Counter(ruled.at(x, y) for x, y in run.centres)
    most, count = counts.most_common(1)[0]
    if count < _NEARLY_ALL * len(run.centres):
        return sorted(_OUTSIDE if area is None else area for area in counts)
    return [_OUTSIDE if most is None else most]


def _warnings(runs: Sequence[TextRun], overprints: int, illegible: int) -> Iterator[str]:
    if unknown := sum(run.text.count(UNKNOWN) for run in runs) - illegible:
        yield f"{_count('character', unknown)} that no font gives a meaning, read as {UNKNOWN}"
    if overprints:
        yield f"{_count('character', overprints)} drawn over the same, as for bold, read once"
    if rotated := [run.text for run in runs if not run.is_horizontal]:
        yield f"{_count('line', len(rotated))} rotated or vertical: {rotated[0][:20]}"


def _count(noun: str, number: int) -> str:
    return f"{number} {noun if number == 1 else f'{noun}s'}"


def main(path: str, limits: str) -> None:
    """Write the records of a PDF; `limits` are the fields of `PdfLimits` in JSON."""
    logging.disable()
    allowed = PdfLimits(**json.loads(limits))
    allowed.limit_memory()
    try:
        for record in records(Path(path), allowed):
            _write(record)
    except KankeiError as error:
        _write(("refused", error.message))
    except MemoryError:
        _write(
            ("refused", f"the PDF takes more than {allowed.mebibytes:,} MiB of memory to read; save it anew")
        )
    # Damage shows as any exception that pdfminer's code can raise, TypeError and struct.error among them.
    except Exception as error:
        _write(("refused", f"the PDF is damaged ({type(error).__name__}); fetch it again, or save it anew"))


def _write(record: Record) -> None:
    # All but lines are flushed, so that the client knows on which page the kernel stopped this process.
    print(json.dumps(record), flush=record[0] != "line")  # noqa: T201 - the protocol with the client


if __name__ == "__main__":
    main(*sys.argv[1:])
