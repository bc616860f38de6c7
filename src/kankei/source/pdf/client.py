"""The lines of a PDF, from the records that the worker process writes."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from kankei.errors import MalformedData
from kankei.source.lines.printed_text import Area, Box, Line, PageAreas
from kankei.source.pdf.pdf_limits import PdfLimits

Record = list[Any]


def pdf_lines(path: Path, limits: PdfLimits, notes: list[str]) -> tuple[int | None, Iterator[Line]]:
    """The number of pages that a PDF announces, and its lines, read page by page while they are asked for.

    Raises `MalformedData`, with the page where it is known, for a PDF that is encrypted, damaged, without
    text, or beyond the limits. Warnings are added to `notes`, page by page.
    """
    records = _checked(path, limits, _worker_records(path, limits))
    announced: int | None = next(records)[1]
    return announced, _lines(path, announced, records, notes)


def _worker_records(path: Path, limits: PdfLimits) -> Iterator[Record]:
    """The records of the worker process, and its exit status; closing the generator kills the process."""
    # Without -P the working directory's modules would come before the installed ones.
    command = [
        sys.executable,
        "-P",
        "-m",
        "kankei.source.pdf.extraction",
        str(path),
        json.dumps(asdict(limits)),
    ]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield from map(json.loads, process.stdout or ())
            yield ["ended", process.wait()]
        finally:
            process.kill()


def _checked(path: Path, limits: PdfLimits, records: Iterator[Record]) -> Iterator[Record]:
    """The records up to the end; `MalformedData` where the worker refused the PDF or was stopped."""
    subject = str(path)
    for record in records:
        match record:
            case ["end"]:
                return
            case ["refused", sentence]:
                raise MalformedData(sentence, subject)
            case ["ended", status]:
                raise MalformedData(_exit_cause(status, limits), subject)
            case ["page", number]:
                subject = f"{path}#page={number}"  # RFC 8118
            case ["read"]:
                subject = str(path)
                continue
        yield record


def _exit_cause(status: int, limits: PdfLimits) -> str:
    if status == -signal.SIGXCPU:
        return f"the PDF takes more than {limits.seconds} s to read here; save it anew with another program"
    return f"the PDF stopped the process that read it (status {status}); save it anew with another program"


def _lines(path: Path, announced: int | None, records: Iterator[Record], notes: list[str]) -> Iterator[Line]:
    number = page = 0
    without_text: list[int] = []
    areas = PageAreas()
    for kind, *fields in records:
        if kind == "page":
            page = fields[0]
            without_text.append(page)
        elif kind == "areas":
            areas = _page_areas(page, *fields)
        elif kind == "note":
            notes.append(f"page {page}: {fields[0]}")
        else:
            text, *edges, within, turned = fields
            begins_page = without_text[-1:] == [page]
            if begins_page:
                without_text.pop()
            number += 1
            yield Line(number, text, Box(page, *edges), begins_page, tuple(within), areas, turned)
    notes.extend(_warnings(path, announced, page, without_text))


def _page_areas(page: int, height: float, complete: bool, areas: Sequence[Sequence[Any]]) -> PageAreas:
    return PageAreas(tuple(Area(Box(page, *area[:4]), *area[4:]) for area in areas), complete, height)


def _warnings(path: Path, announced: int | None, pages: int, without_text: Sequence[int]) -> Iterator[str]:
    if not pages:
        raise MalformedData("the PDF has no page", str(path))
    if len(without_text) == pages:
        raise MalformedData(
            "no page of the PDF has text, as in a scan: have the text recognised (OCR), and read that",
            str(path),
        )
    if without_text:
        plural = "s" if len(without_text) > 1 else ""
        yield f"no text on page{plural} {_ranges(without_text)}: empty, or pictures of text"
    if announced not in {None, pages}:
        yield f"the PDF announces {announced} pages and has {pages}"


def _ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers, consecutive ones as a range: ``3, 5-7``."""
    runs = groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])
    ranges = ([number for _, number in run] for _, run in runs)
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in ranges)
