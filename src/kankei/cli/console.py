"""Shared by the commands: options, inputs, progress on standard error, lines on standard output."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kankei.dataset.data_folder import Inputs, packaged
from kankei.errors import UsageError
from kankei.namespaces import DEFAULT_BASE, Base, parse_base

if TYPE_CHECKING:
    from rich.progress import Progress

BaseOption = Annotated[
    str | None,
    typer.Option("--base", metavar="IRI", help=f"Base IRI of things and documents.  [{DEFAULT_BASE}]"),
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Data folder, instead of the one that ships with kankei."),
]
DataFoldersOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Data folder, instead of the one that ships with kankei; repeatable, the first describes the "
        "publication.",
    ),
]
ReferenceOption = Annotated[
    bool, typer.Option("--reference", help="Validate by pySHACL, the reference, which takes its time.")
]


def read_base(base: str | None) -> Base:
    """The base of an option, or the default one; raises `UsageError` where it is malformed."""
    return parse_base(base or DEFAULT_BASE)


def read_inputs(*data: Path | None) -> Inputs:
    """The packaged inputs, with the data folders of an option in place of theirs."""
    folders = [folder for folder in data if folder]
    return packaged().with_data(*folders) if folders else packaged()


def choose_validator(*, reference: bool) -> Any:
    """The compiled validator, or pySHACL; imported only where a command validates."""
    from kankei.validation.pyshacl.reference import validate as validate_by_pyshacl
    from kankei.validation.validator import validate

    return validate_by_pyshacl if reference else validate


def find_release(folder: Path) -> Path:
    """The folder where it is a release, else its link ``current``; raises `UsageError` for no folder."""
    if not folder.is_dir():
        raise UsageError("there is no such release", str(folder))
    return folder if (folder / "manifest.json").is_file() else folder / "current"


def progress_line(*, counted: bool = False) -> "Progress":
    """A progress line on standard error that disappears when done; standard output is left alone.

    A `counted` one has a bar, and says how many of how many are done.
    """
    # Imported only by a command that goes on for long.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    bar = (BarColumn(), MofNCompleteColumn()) if counted else ()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), *bar, TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False)


def print_line(line: str) -> None:
    """Print a line and flush it, for a reader at the other end of a pipe."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def print_error(line: str) -> None:
    """Print a line on standard error."""
    sys.stderr.write(line + "\n")
