"""The text of a PDF, told record by record by a process of its own: ``python -m kankei.source.pdf.worker``.

A PDF from outside may be made to exhaust whoever reads it: a few kilobytes inflate to gigabytes, a form
that draws ten others that draw ten others never ends. The process that reads it therefore lives under limits
of memory and time that the kernel keeps, and `kankei.source.pdf.client` reads what it tells.

A record is a JSON array on a line of standard output: first ``["pages", announced number]``; then, for every
page, ``["page", number]`` before it is read, ``["line", text, x0, x1, top, bottom]`` for what it says,
``["note", sentence]`` for what is doubtful, and ``["read"]``; last ``["end"]``, or ``["refused", sentence]``.
"""

import json
import logging
import sys
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
from kankei.source.pdf.limits import PdfLimits
from kankei.source.pdf.page_tree import Document
from kankei.source.pdf.strict_interpreter import StrictInterpreter
from kankei.source.pdf.text_lines import UNKNOWN, Piece, overdrawn, pieces, printed_once

_FONTS_KEPT_FOR = 64  # pages: fonts are costly to read, but a merged PDF has its own on every page

Record = tuple[object, ...]


def records(path: Path, limits: PdfLimits) -> Iterator[Record]:
    """What there is to tell about a PDF, page by page; whatever pdfminer raises, if it cannot be read."""
    limits.allow_a_page()
    with path.open("rb") as file:
        document = _document(file)
        yield "pages", document.announced_pages
        device = _device(limits)
        for number, (identity, attributes) in enumerate(document.leaves(), 1):
            if number > limits.pages:
                raise TooLarge(f"the PDF has more than {limits.pages:,} pages; split it")
            yield "page", number
            limits.allow_a_page()
            if number % _FONTS_KEPT_FOR == 0:
                device = _device(limits)
            page = PDFPage(document, identity, attributes, None)
            StrictInterpreter(device.rsrcmgr, device).process_page(page)
            yield from _page(device)
            document.forget()
            yield ("read",)
    yield ("end",)


def _document(file: BinaryIO) -> Document:
    try:
        # Without the fallback, which guesses at the objects of a truncated file.
        return Document(PDFParser(file), password="", fallback=False)
    except PDFPasswordIncorrect as error:
        raise MalformedData("the PDF opens with a password only; save it without one") from error
    except PDFEncryptionError as error:
        raise MalformedData("the PDF is encrypted in a way that is not known; save it without") from error
    except PDFSyntaxError as error:
        raise MalformedData("the PDF has no table of its objects, as if cut off; fetch it again") from error


def _device(limits: PdfLimits) -> GlyphDevice:
    return GlyphDevice(PDFResourceManager(), limits.characters)


def _page(device: GlyphDevice) -> Iterator[Record]:
    over = overdrawn(device.glyphs)
    drawn = [replace(g, text=UNKNOWN) if i in over else g for i, g in enumerate(device.glyphs)]
    glyphs = list(printed_once(drawn))
    every = list(pieces(glyphs))
    found = [piece for piece in every if piece.is_on(device.edges)]
    for piece in found:
        yield "line", piece.text, *(round(edge, 2) for edge in piece.corners)
    yield from (
        ("note", sentence) for sentence in _doubts(found, len(device.glyphs) - len(glyphs), len(over))
    )
    if off := [piece.text for piece in every if not piece.is_on(device.edges)]:
        yield "note", f"{len(off)} {_many('line', len(off))} off the page, left out: {off[0][:20]}"
    if over:
        yield "note", f"{len(over)} characters drawn over others, read as {UNKNOWN}"


def _doubts(found: Sequence[Piece], overprinted: int, over: int) -> Iterator[str]:
    if unknown := sum(piece.text.count(UNKNOWN) for piece in found) - over:
        yield f"{unknown} {_many('character', unknown)} that no font gives a meaning, read as {UNKNOWN}"
    if overprinted:
        yield f"{overprinted} {_many('character', overprinted)} drawn over the same, as for bold, read once"
    if turned := [piece.text for piece in found if not piece.is_level]:
        yield f"{len(turned)} {_many('line', len(turned))} rotated or vertical: {turned[0][:20]}"


def _many(noun: str, count: int) -> str:
    return noun if count == 1 else f"{noun}s"


def main(path: str, limits: str) -> None:
    """Write the records of a PDF; `limits` are JSON."""
    logging.disable()
    allowed = PdfLimits(**json.loads(limits))
    allowed.confine_memory()
    try:
        for record in records(Path(path), allowed):
            _tell(record)
    except KankeiError as error:
        _tell(("refused", error.message))
    except MemoryError:
        _tell(
            ("refused", f"the PDF takes more than {allowed.mebibytes:,} MiB of memory to read; save it anew")
        )
    # Damage shows as any exception that pdfminer's code can raise, a TypeError or a struct.error no less.
    except Exception as error:
        _tell(("refused", f"the PDF is damaged ({type(error).__name__}); fetch it again, or save it anew"))


def _tell(record: Record) -> None:
    # All but lines are flushed, so that what stops this process is told of the page that it happened on.
    print(json.dumps(record), flush=record[0] != "line")  # noqa: T201 - this is how it tells


if __name__ == "__main__":
    main(*sys.argv[1:])
