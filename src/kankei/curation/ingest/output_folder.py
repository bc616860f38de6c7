"""Writing to the folder of candidates: no file that a curator may have edited is overwritten."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from secrets import token_hex

from kankei.dataset.data_folder import CANDIDATE
from kankei.errors import UsageError


def write_beside(path: Path, content: bytes) -> Path:
    """Write a file, or where another one has its name, one beside it; returns the path that has the content.

    Beside ``x.ttl`` stands ``x.candidate.ttl``, then ``x.candidate-2.ttl``: a data folder leaves them out.
    """
    return next(name for name in _names(path) if _create(name, content) or _has_content(name, content))


def write_over(path: Path, content: bytes) -> Path:
    """Write or replace a file that only this tool writes: a report or an index.

    It replaces the one before atomically; of a link, the link and not its target.
    """
    temporary = path.with_name(f".{path.name[:50]}.{token_hex(8)}")
    _create(temporary, content)
    with _os_errors_as_usage_errors(path):
        try:
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    return path


def _has_content(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _create(path: Path, content: bytes) -> bool:
    """Write a whole file, unless something has that name, even a dangling link; whether it was written."""
    with _os_errors_as_usage_errors(path):
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


def _names(path: Path) -> Iterator[Path]:
    yield path
    plain = path.with_name(f"{path.name.partition('.')[0]}{path.suffix}")
    yield plain.with_suffix(f".{CANDIDATE}{path.suffix}")
    for number in count(2):
        yield plain.with_suffix(f".{CANDIDATE}-{number}{path.suffix}")


@contextmanager
def _os_errors_as_usage_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(f"this cannot be written: {error.strerror}", str(path)) from error
