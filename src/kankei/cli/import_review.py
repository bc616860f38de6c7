"""The command `kankei import review`: the files of the budget review become a data folder."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

from typer import Argument, Exit, Option, Typer

from kankei.cli import console
from kankei.errors import UsageError
from kankei.localisation import both, catalogue

MESSAGES = catalogue("kankei.curation.review")
_COUNTS = ("projects", "sheets", "reconciled", "unreconciled", "errors")

import_application = Typer(
    name="import", help="Import published files as a data folder.", no_args_is_help=True, add_completion=False
)


@import_application.callback()
def _group() -> None:
    """Import published files as a data folder."""


@import_application.command(name="review")
def import_review(  # noqa: PLR0917 - options, given by name
    files: Annotated[list[Path], Argument(metavar="FILES", help="CSV files of the review, zipped or not.")],
    out: Annotated[Path, Option("--out", metavar="DIR", help="Data folder to write.")] = Path("review"),
    base: console.BaseOption = None,
    data: console.DataOption = None,
    strict: Annotated[bool, Option("--strict", help="Write nothing where any file has a problem.")] = False,
    day: Annotated[
        datetime | None,
        Option("--date", formats=["%Y-%m-%d"], help="Day of the dataset's last change.  [today]"),
    ] = None,
) -> None:
    """Import the budget-project review (行政事業レビュー): its published files, of one year or several.

    Units are reconciled with the organisations of --data by their whole path. Problems are printed with file
    and row (RFC 7111); what is not affected is imported. Exit codes: 0 done, 1 there were problems, 2 wrong
    usage.
    """
    from kankei.curation.review.folder import import_review as import_files

    inputs, base_iri = console.read_inputs(data), console.read_base(base)
    with console.progress_line() as progress:
        task = progress.add_task("import")
        outcome = import_files(
            files, out, inputs, base_iri, (day or datetime.now()).date(),
            lambda name: progress.update(task, description=name), strict=strict,
        )  # fmt: skip
    for problem in outcome.problems:
        console.print_line(problem.line)
    if not outcome.sheets:
        raise UsageError(both(MESSAGES.text("import-no-row")), str(files[0]))
    counts = {name: getattr(outcome, name) for name in _COUNTS}
    done = MESSAGES.text("import-done", **counts, notes=len(outcome.problems) - outcome.errors)
    where = MESSAGES.text("import-written" if outcome.written else "import-not-written", out=out)
    console.print_line(f"{done.ja}{where.ja}")
    console.print_line(f"{done.en}; {where.en}")
    if outcome.errors:
        raise Exit(1)
