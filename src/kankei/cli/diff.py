"""The command `kankei diff`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Exit, Option

from kankei.cli.console import DataOption, print_error, read_inputs
from kankei.errors import KankeiError

if TYPE_CHECKING:
    from kankei.diff.review_years import ProjectChange


def diff(  # noqa: PLR0917 - options, given by name
    a: Annotated[str, Argument(metavar="A", help="Release, folder, Turtle file, year, or source.")],
    b: Annotated[str, Argument(metavar="B", help="Likewise; a year with a year, a source with a source.")],
    data: DataOption = None,
    json: Annotated[bool, Option("--json", help="Print JSON, with every triple.")] = False,
    language: Annotated[str, Option("--language", help="Language of words and labels: en or ja.")] = "en",
    everything: Annotated[
        bool,
        Option("--all", help="Tell every property: places, evidence, notes, parts of what came or went."),
    ] = False,
) -> None:
    """Show what changed between two releases, folders, files, fiscal years or sources.

    Years are written as 2025 or 令和7年度, sources as the slugs of their descriptions in the data. Of a data
    folder of the budget review the years are review years: projects renamed, split, ended and begun.

    Exit codes, as those of diff(1): 0 no difference, 1 differences, 2 trouble.
    """
    from kankei.diff.compare import check_language, compare, fiscal_year
    from kankei.diff.json_output import json_text
    from kankei.diff.review_years import json_text as json_of_years
    from kankei.diff.text_output import text_lines

    try:
        check_language(language)
        if (years := (fiscal_year(a), fiscal_year(b))) and data and all(years):
            changes = _project_changes(data, years)
            if changes is not None:
                lines = (f"{change.line(language)}\n" for change in changes)
                sys.stdout.writelines([json_of_years(changes)] if json else lines)
                raise Exit(1 if changes else 0)
        difference, formatter = compare(a, b, read_inputs(data), language)
    except KankeiError as error:  # 1 means that there are differences
        print_error(f"kankei: {error}")
        raise Exit(2) from error
    if json:
        sys.stdout.write(json_text(difference, formatter))
    else:
        sys.stdout.writelines(
            f"{line}\n" for line in text_lines(difference, formatter, everything=everything)
        )
    raise Exit(1 if difference else 0)


def _project_changes(data: Path, years: tuple[int | None, int | None]) -> "list[ProjectChange] | None":
    """What became of the projects of a data folder between two review years; None where it has none."""
    from kankei.diff.review_years import compare_years, has_projects
    from kankei.namespaces import Base

    inputs = read_inputs(data)
    if not has_projects(inputs):
        return None
    return compare_years(inputs, Base(), (years[0] or 0, years[1] or 0))
