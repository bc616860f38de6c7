"""The command `kankei match`, which finds the things that names in a CSV file are of."""

import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from kankei.cli.console import find_release, print_error
from kankei.errors import UsageError

_KINDS = ("programme", "project", "organisation", "concept")


def match(
    names: Annotated[str, typer.Argument(help="A CSV file with a header, or - for standard input.")],
    release: Annotated[
        Path, typer.Option("--release", metavar="DIR", help="A release, or the folder of releases.")
    ] = Path("releases"),
    column: Annotated[str, typer.Option("--column", help="The column of the names.  [the first]")] = "",
    kind: Annotated[
        list[str], typer.Option("--type", help=f"Only things of this type: {', '.join(_KINDS)}.")
    ] = [],  # noqa: B006 - typer copies it
    encoding: Annotated[str, typer.Option("--encoding", help="The encoding of the file.")] = "utf-8-sig",
) -> None:
    """Add to each row the thing that its name is of, with a score and whether that is certain."""
    from kankei.release.reader import Release
    from kankei.search.index.schema import FILE
    from kankei.search.matching.csv_matching import add_matches
    from kankei.search.matching.matcher import Matcher
    from kankei.search.query.index_file import IndexFile

    if unknown := [its for its in kind if its not in _KINDS]:
        raise UsageError(f"there is no such type; there are: {', '.join(_KINDS)}", unknown[0])
    opened = Release.open(find_release(release))
    if FILE not in opened.manifest.files:
        raise UsageError("this release was built without a search index; build it again", str(opened.path))
    matcher = Matcher(IndexFile(opened.file(FILE)))
    try:
        with _open(names, encoding) as lines:
            rows, matches = add_matches(matcher, lines, sys.stdout, names, column, kind)
    except BrokenPipeError:  # who reads the rows has seen enough; what is buffered must not fail at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    except (OSError, LookupError) as error:
        raise UsageError(f"the file cannot be read: {error}", names) from error
    print_error(f"{rows} names, {matches} certain matches")


def _open(names: str, encoding: str) -> io.TextIOWrapper:
    binary = sys.stdin.buffer if names == "-" else Path(names).open("rb")  # noqa: SIM115 - the wrapper closes it
    return io.TextIOWrapper(binary, encoding=encoding, newline="")
