"""The folder that candidates are written to: nothing that a curator may have touched is overwritten."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile

from kankei.dataset.data_folder import CANDIDATE
from kankei.errors import UsageError


def write_beside(path: Path, content: bytes) -> Path:
    """Write a file, or where another one has its name, one beside it; the path that now has the content.

    Beside ``x.ttl`` stands ``x.candidate.ttl``, then ``x.candidate-2.ttl``: a data folder leaves them out.
    """
    for free in _names(path):
        if _is_new(free, content):
            return free
        if free.is_file() and free.read_bytes() == content:
            return free
    raise AssertionError("names do not end")


def write_over(path: Path, content: bytes) -> Path:
    """Write a file that only this tool writes: a report or an index.

    It takes the place of the one before as a whole; where that is a link, what it leads to is left alone.
    """
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name[:50]}.", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                # A temporary file is private; reports are read as other files are.
                Path(file.name).chmod(0o666 & ~_umask())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    return path


def _is_new(path: Path, content: bytes) -> bool:
    """Whether nothing had that name, not even a link to nowhere: then the file is written, whole."""
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                try:
                    file.write(content)
                    file.flush()
                except BaseException:
                    path.unlink(missing_ok=True)
                    raise
        except FileExistsError:
            return False
    return True


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _names(path: Path) -> Iterator[Path]:
    yield path
    plain = path.with_name(f"{path.name.partition('.')[0]}{path.suffix}")
    yield plain.with_suffix(f".{CANDIDATE}{path.suffix}")
    for number in count(2):
        yield plain.with_suffix(f".{CANDIDATE}-{number}{path.suffix}")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"this cannot be written: {error.strerror}", str(path)) from error
