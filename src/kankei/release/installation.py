"""Installation of a finished release: at every instant the folder holds whole releases only.

A release is written in a hidden staging folder beside the others, flushed to disk, renamed, and then
`current` is moved to it. A build that is killed leaves a staging folder, which the next build removes.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from traceback import clear_frames

from kankei.errors import BuildFailed

CURRENT = "current"
_STAGING = ".staging-"
_FILE_MODE, _FOLDER_MODE = 0o644, 0o755


@contextmanager
def staging(releases: Path) -> Iterator[Path]:
    """A new staging folder under a lock for one build at a time; removed with its content at the end."""
    releases.mkdir(parents=True, exist_ok=True)
    with (releases / ".lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = "another build is writing to this folder; try again later"
            raise BuildFailed(message, str(releases)) from error
        _clear(releases)
        folder = Path(mkdtemp(prefix=f"{_STAGING}{os.getpid()}-", dir=releases))
        try:
            yield folder
        except BaseException as error:
            # The error's frames keep the store open, whose threads would write while its files are removed.
            clear_frames(error.__traceback__)
            raise
        finally:
            _clear(releases)


def _clear(releases: Path) -> None:
    """Remove every staging folder: under the lock, none but our own is in use."""
    for folder in releases.glob(f"{_STAGING}*"):
        shutil.rmtree(folder, ignore_errors=True)


def seal(folder: Path) -> None:
    """Give files and folders their published modes, and flush all of them to disk."""
    for path in (*sorted(folder.rglob("*"), reverse=True), folder):
        path.chmod(_FOLDER_MODE if path.is_dir() else _FILE_MODE)
        _flush(path)


def install(folder: Path, target: Path) -> None:
    """Rename a sealed staging folder to its release's name, and away a broken release of that name."""
    if target.exists():
        target.rename(target.with_name(f"{_STAGING}broken-{target.name}"))
    folder.rename(target)
    _flush(target.parent)


def point(release: Path) -> None:
    """Move `current` to a release, in one step."""
    link = release.with_name(f".{CURRENT}-{os.getpid()}")
    link.unlink(missing_ok=True)
    link.symlink_to(release.name)
    link.replace(release.with_name(CURRENT))
    _flush(release.parent)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
