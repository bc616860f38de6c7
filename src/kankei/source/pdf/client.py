"""The lines of a PDF, as the process that reads it tells them."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kankei.errors import MalformedData
from kankei.source.lines.printed_text import Box, Line
from kankei.source.pdf.limits import PdfLimits

Record = list[Any]


def pdf_lines(path: Path, limits: PdfLimits, notes: list[str]) -> tuple[int | None, Iterator[Line]]:
    """The number of pages that a PDF announces, and its lines, read page by page while they are asked for.

    Raises MalformedData, which names the page where it is known, for a PDF that is encrypted, damaged,
    without text, or beyond the limits. What is doubtful is added to `notes`, page by page.
    """
    records = _sound(path, limits, _told(path, limits))
    announced: int | None = next(records)[1]
    return announced, _lines(path, announced, records, notes)


def _told(path: Path, limits: PdfLimits) -> Iterator[Record]:
    """The records of the reading process, and the status it ended with; closed, it is killed."""
    # Without -P the working directory's modules would come before the installed ones.
    command = [sys.executable, "-P", "-m", "kankei.source.pdf.worker", str(path), json.dumps(asdict(limits))]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield from map(json.loads, process.stdout or ())
            yield ["ended", process.wait()]
        finally:
            process.kill()


def _sound(path: Path, limits: PdfLimits, told: Iterator[Record]) -> Iterator[Record]:
    """The records up to the end; the error of a reading that was refused or stopped."""
    subject = str(path)
    for record in told:
        match record:
            case ["end"]:
                return
            case ["refused", sentence]:
                raise MalformedData(sentence, subject)
            case ["ended", status]:
                raise MalformedData(_cause(status, limits), subject)
            case ["page", number]:
                subject = f"{path}#page={number}"  # RFC 8118
            case ["read"]:
                subject = str(path)
                continue
        yield record


def _cause(status: int, limits: PdfLimits) -> str:
    if status == -signal.SIGXCPU:
        return f"the PDF takes more than {limits.seconds} s to read here; save it anew with another program"
    return f"the PDF stopped the process that read it (status {status}); save it anew with another program"


def _lines(path: Path, announced: int | None, records: Iterator[Record], notes: list[str]) -> Iterator[Line]:
    number = page = 0
    silent: list[int] = []
    for kind, *fields in records:
        if kind == "page":
            page = fields[0]
            silent.append(page)
        elif kind == "note":
            notes.append(f"page {page}: {fields[0]}")
        else:
            text, *edges = fields
            begins_page = silent[-1:] == [page]
            if begins_page:
                silent.pop()
            number += 1
            yield Line(number, text, Box(page, *edges), begins_page)
    notes.extend(_doubts(path, announced, page, silent))


def _doubts(path: Path, announced: int | None, pages: int, silent: Sequence[int]) -> Iterator[str]:
    if not pages:
        raise MalformedData("the PDF has no page", str(path))
    if len(silent) == pages:
        raise MalformedData(
            "no page of the PDF has text, as in a scan: have the text recognised (OCR), and read that",
            str(path),
        )
    if silent:
        yield f"no text on page{'s' if len(silent) > 1 else ''} {_ranges(silent)}: empty, or pictures of text"
    if announced not in {None, pages}:
        yield f"the PDF announces {announced} pages and has {pages}"


def _ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers, those that follow each other as a range: ``3, 5-7``."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][-1] == number - 1:
            ranges[-1][1:] = [number]
        else:
            ranges.append([number])
    return ", ".join("-".join(map(str, ends)) for ends in ranges)
