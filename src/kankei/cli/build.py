"""The command `kankei build`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from kankei.cli.console import (
    BaseOption,
    DataOption,
    ReferenceOption,
    choose_validator,
    print_error,
    progress_line,
    read_base,
    read_inputs,
)


def build(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder of the releases.")] = Path(
        "releases"
    ),
    base: BaseOption = None,
    data: DataOption = None,
    reference: ReferenceOption = False,
    incremental: Annotated[
        bool, typer.Option("--incremental", help="Validate only what differs from the current release.")
    ] = False,
) -> None:
    """Build a release: dataset, validation, dumps, tables, description, store; then move `current` to it."""
    from kankei.release.build import RejectedData
    from kankei.release.build import build as build_release
    from kankei.release.incremental_validation import validate_since

    inputs = read_inputs(data)
    print_error(f"Building from the data in {inputs.data}")
    base_iri = read_base(base)
    validator = validate_since(out, inputs) if incremental else choose_validator(reference=reference)
    try:
        with progress_line() as progress:
            task = progress.add_task("build")
            release = build_release(
                inputs, base_iri, out, validator, lambda stage: progress.update(task, description=stage)
            )
    except RejectedData as error:
        sys.stdout.write(error.located.readable())
        raise
    sys.stdout.write(f"{release}\n")
