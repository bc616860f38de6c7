"""The command `kankei validate`: the dataset, some of its files, or any RDF against any shapes."""

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Exit, Option

from kankei.cli import console
from kankei.dataset.data_folder import redundant_candidates
from kankei.errors import UsageError

_Option = partial(Option, rich_help_panel="With --shapes")


def validate(  # noqa: PLR0917 - options, given by name
    files: Annotated[
        list[Path] | None,
        Argument(metavar="[FILES]", help="Turtle files; none: the dataset. With --shapes any RDF files."),
    ] = None,
    base: console.BaseOption = None,
    data: Annotated[
        list[Path] | None,
        Option(
            "--data",
            metavar="PATH",
            help="Data folder, instead of the one that ships with kankei; repeatable. "
            "With --shapes an RDF file, or the folder of an Oxigraph store.",
        ),
    ] = None,
    turtle: Annotated[bool, Option("--turtle", help="Print the validation report as Turtle.")] = False,
    reference: console.ReferenceOption = False,
    strict: Annotated[
        bool, Option("--strict", help="Fail on warnings too. With --shapes any result fails in any case.")
    ] = False,
    shapes: Annotated[
        list[Path] | None,
        Option("--shapes", metavar="PATH", help="A file of shapes, or a folder of Turtle files; repeatable."),
    ] = None,
    skip_malformed: Annotated[
        bool, _Option("--skip-malformed", help="Name malformed shapes, leave them out and go on.")
    ] = False,
    fail_fast: Annotated[bool, _Option("--fail-fast", help="Stop at the first result.")] = False,
    max_results: Annotated[
        int | None, _Option("--max-results", min=0, help="Print at most so many; all are counted.")
    ] = None,
    threads: Annotated[int | None, _Option("--threads", min=1, help="How many queries at a time.")] = None,
    language: Annotated[str, _Option("--language", help="Language of messages, where they have it.")] = "",
) -> None:
    """Validate files, or the whole dataset, against the shapes; print each result with its file and line.

    Warnings are printed and let pass, unless --strict. With --shapes, validate any RDF against any SHACL
    shapes. Exit codes: 0 the data conforms, 1 it does not or does not parse, 2 wrong usage or malformed
    shapes.
    """
    if shapes:
        from kankei.validation.file_validation import validate_rdf
        from kankei.validation.plan.execution import ExecutionOptions

        def begin(progress: Callable[[int, int], None]) -> Any:
            return validate_rdf(
                shapes or (),
                [*(files or ()), *(data or ())],
                ExecutionOptions(threads or os.cpu_count() or 1, max_results, fail_fast),
                progress,
                skip_malformed=skip_malformed,
                by_reference=reference,
            )

        count = _print_results(begin, lambda run: run.turtle() if turtle else run.readable(language))
        raise Exit(1 if count else 0)
    if skip_malformed or fail_fast or max_results is not None or threads or language:
        raise UsageError("that option goes with --shapes")
    from kankei.validation.file_validation import validate_files

    inputs, validator = console.read_inputs(*(data or ())), console.choose_validator(reference=reference)
    for file in redundant_candidates(files or ()):
        console.print_error(
            f"Left out: {file}, a candidate beside the file itself; compare the two and keep one"
        )
    console.print_error(
        f"Validating {'files within ' if files else ''}the data in {', '.join(map(str, inputs.folders))}"
    )
    with console.progress_line() as progress:
        progress.add_task("validate")
        located = validate_files(files or (), inputs, console.read_base(base), validator)
    sys.stdout.write(located.report.turtle().decode() if turtle else located.readable())
    if not located.report.accepts(strict=strict):
        raise Exit(1)


def _print_results(
    begin: Callable[[Callable[[int, int], None]], Any], render: Callable[[Any], Iterator[str]]
) -> int:
    """Print the results of a validation as they come, beside a bar of its steps; returns their number."""
    with console.progress_line(counted=True) as progress:
        task = progress.add_task("load", total=None)
        validation = begin(
            lambda done, of: progress.update(task, description="validate", completed=done, total=of)
        )
        for note in validation.notes():
            progress.console.print(note, markup=False, highlight=False, soft_wrap=True)
        for part in render(validation):
            if sys.stdout.isatty():
                progress.stop()  # the bar would be drawn between the results
            sys.stdout.write(part)
    return int(validation.results.count)
