"""The application: its commands, the option --version, and the exit code of every error.

A command's module imports the build side inside functions: rdflib and pySHACL are never loaded in a process
that serves, and ``kankei --help`` answers at once.
"""

import sys
from typing import Annotated

import typer

from kankei import __version__
from kankei.cli.build import build, verify
from kankei.cli.console import print_error
from kankei.cli.diff import diff
from kankei.cli.import_review import import_application
from kankei.cli.ingest import ingest
from kankei.cli.link import curate, link
from kankei.cli.match import match
from kankei.cli.mcp import mcp
from kankei.cli.push import push
from kankei.cli.serve import serve
from kankei.cli.validate import validate
from kankei.errors import KankeiError

application = typer.Typer(
    name="kankei",
    help="Publish support programmes as linked data: validate, build a release, serve it.",
    epilog="Exit codes: 0 done, 1 invalid data or a failed build, 2 wrong usage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _command in (build, validate, ingest, link, curate, match, mcp, verify, diff, push, serve):
    application.command()(_command)
application.add_typer(import_application)


def main() -> None:
    """Run the command line; every domain error becomes one sentence and its exit code."""
    try:
        application()
    except KankeiError as error:
        print_error(f"kankei: {error}")
        sys.exit(error.exit_code)


@application.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)
    ] = False,
) -> None:
    if version:
        sys.stdout.write(f"kankei {__version__}\n")
        raise typer.Exit
