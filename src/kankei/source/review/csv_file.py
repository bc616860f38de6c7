"""A CSV file of the review as received, plain or alone in a zip archive, read as a stream within bounds.

An archive is not trusted: what its directory says of sizes is held against what comes out of it.
"""

import codecs
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO

from kankei.errors import MalformedData

MAX_BYTES = 1 << 29
"""Of one CSV file: forty times what the longest of the official files has."""
MAX_RATIO = 100
"""Of a file to its compressed form; the official files have up to 7."""
_RATIO_FROM = 10 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The only methods of the official files; an LZMA stream names the memory that it is unpacked with."""
_BLOCK = 1 << 20
_BOM = codecs.BOM_UTF8


@dataclass(frozen=True)
class CsvFile:
    """A CSV file: where it lies, its own name, its encoding, and what identifies its bytes."""

    path: Path
    name: str
    codec: str
    sha256: str
    byte_size: int
    line_count: int

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The bytes of the file as a stream."""
        with _open(self.path) as (_, stream):
            yield stream


def read_csv_file(path: Path, max_bytes: int = MAX_BYTES) -> CsvFile:
    """A file with its encoding and digest; raises `MalformedData` where it is no file that can be read."""
    with _open(path) as (name, stream):
        digest, size, lines, last = sha256(), 0, 0, b"\n"
        candidates = _Codecs()
        for block in _blocks(stream, path, max_bytes):
            digest.update(block)
            size, lines, last = size + len(block), lines + block.count(b"\n"), block[-1:]
            candidates.feed(block)
        codec = candidates.codec(path)
    return CsvFile(path, name, codec, digest.hexdigest(), size, lines + (last != b"\n"))


class _Codecs:
    """Finds by strict decoding whether bytes that come in blocks are UTF-8 or CP932."""

    def __init__(self) -> None:
        names = ("utf-8-sig", "cp932")
        self.decoders = {name: codecs.getincrementaldecoder(name)("strict") for name in names}

    def feed(self, block: bytes) -> None:
        for name, decoder in tuple(self.decoders.items()):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                del self.decoders[name]

    def codec(self, path: Path) -> str:
        for name, decoder in self.decoders.items():
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return name
        raise MalformedData("the file is neither in UTF-8 nor in CP932", str(path))


@contextmanager
def _open(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The name and the bytes of a CSV file, or of the only one in an archive."""
    try:
        with path.open("rb") as file:
            if not zipfile.is_zipfile(file):
                file.seek(0)
                yield path.name, file
                return
            with zipfile.ZipFile(file) as archive, archive.open(_only_member(archive, path)) as stream:
                yield PurePosixPath(stream.name.replace("\\", "/")).name, stream
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise MalformedData(f"the archive cannot be read: {error}", str(path)) from error
    except OSError as error:
        raise MalformedData(f"the file cannot be read: {error.strerror or error}", str(path)) from error


def _only_member(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) != 1:
        raise MalformedData(f"the archive has {len(members)} files and not one CSV file", str(path))
    (member,) = members
    if member.compress_type not in _METHODS:
        raise MalformedData("the archive is compressed by another method than deflate", str(path))
    _check_size(member.file_size, member.compress_size, path, MAX_BYTES)
    return member


def _check_size(size: int, compressed: int, path: Path, max_bytes: int) -> None:
    if size > max_bytes:
        raise MalformedData(f"the file has more than {max_bytes:,} bytes when unpacked", str(path))
    if size > _RATIO_FROM and size > MAX_RATIO * max(compressed, 1):
        raise MalformedData(f"the archive unpacks to more than {MAX_RATIO} times its size", str(path))


def _blocks(stream: IO[bytes], path: Path, max_bytes: int) -> Iterator[bytes]:
    size, compressed = 0, path.stat().st_size
    while block := stream.read(_BLOCK):
        size += len(block)
        _check_size(size, compressed, path, max_bytes)
        yield block
