"""The release of commands that name none: built once from the packaged data, in the cache folder."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from kankei import __version__
from kankei.cli.console import print_error, read_inputs
from kankei.dataset.data_folder import Inputs
from kankei.errors import BrokenRelease
from kankei.namespaces import Base


def cached_release(base: Base, data: Sequence[Path]) -> Path:
    """The release of data folders in the cache folder, built in a child process where it is missing."""
    inputs = read_inputs(*data)
    cache = Path(
        os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    )  # XDG Base Directory Specification
    releases = cache / "kankei" / _inputs_digest(base, inputs) / "releases"
    if not _is_intact(releases / "current"):
        print_error(f"Building a release of {'these' if data else 'the packaged'} data in {releases}")
        command = [sys.executable, "-m", "kankei", "build", "--out", str(releases), "--base", base.iri]
        command += [word for folder in data for word in ("--data", str(folder))]
        exit_code = subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode  # noqa: S603
        if exit_code:
            raise typer.Exit(exit_code)
    return releases / "current"


def _is_intact(release: Path) -> bool:
    from kankei.release.reader import Release

    try:
        Release.open(release)
    except BrokenRelease:
        return False
    return True


def _inputs_digest(base: Base, inputs: Inputs) -> str:
    """Hexadecimal digits that identify what a build depends on: inputs, code and base."""
    digest = hashlib.sha256(f"{__version__} {base.iri}".encode())
    package = Path(__file__).parent.parent
    folders = [
        inputs.ontology,
        *inputs.folders,
        inputs.shapes,
        *(package / room for room in ("source", "dataset", "validation", "release", "search")),
    ]
    # Folder by folder, as their order means something.
    for file in (file for folder in folders for file in sorted(folder.rglob("*"))):
        if file.is_file() and file.suffix != ".pyc":
            digest.update(f"{file.name} {file.stat().st_size} ".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
