"""The folder that candidates are written to: nothing that a curator may have touched is overwritten."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from kankei.errors import UsageError
from kankei.model.files import CANDIDATE


def write_beside(path: Path, content: bytes) -> Path:
    """Write a file, or where another one has its name, one beside it; the path that now has the content.

    Beside ``x.ttl`` stands ``x.candidate.ttl``, then ``x.candidate-2.ttl``: a data folder leaves them out.
    """
    for free in _names(path):
        if not free.exists():
            _write(free, content)
            return free
        if free.is_file() and free.read_bytes() == content:
            return free
    raise AssertionError("names do not end")


def write_over(path: Path, content: bytes) -> Path:
    """Write a file that only this tool writes: a report or an index."""
    _write(path, content)
    return path


def _names(path: Path) -> Iterator[Path]:
    yield path
    plain = path.with_name(f"{path.name.partition('.')[0]}{path.suffix}")
    yield plain.with_suffix(f".{CANDIDATE}{path.suffix}")
    for number in count(2):
        yield plain.with_suffix(f".{CANDIDATE}-{number}{path.suffix}")


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"this cannot be written: {error.strerror}", str(path)) from error
