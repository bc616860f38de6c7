"""Compressed copies of a file, the same bytes every time."""

import gzip
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import zstandard

_GZIP_LEVEL = 6
_ZSTD_LEVEL = 10


def compress(files: Iterable[Path]) -> None:
    """Write a ``.gz`` and a ``.zst`` beside each file; both libraries work outside the interpreter's lock."""
    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(write, file) for file in files for write in (_gzip, _zstandard)]
    for job in jobs:
        job.result()


def _gzip(file: Path) -> None:
    """RFC 1952 section 2.3: with neither name nor time in its header."""
    target = file.with_name(file.name + ".gz")
    with (
        file.open("rb") as source,
        target.open("xb") as output,
        gzip.GzipFile("", "wb", _GZIP_LEVEL, output, mtime=0) as writer,
    ):
        shutil.copyfileobj(source, writer, 1 << 20)


def _zstandard(file: Path) -> None:
    """RFC 8878 section 3.1.1: one frame with its size and checksum."""
    compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, threads=0, write_checksum=True)
    target = file.with_name(file.name + ".zst")
    with file.open("rb") as source, target.open("xb") as output:
        compressor.copy_stream(source, output, size=file.stat().st_size)
