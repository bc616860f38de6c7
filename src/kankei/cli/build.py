"""The commands `kankei build` and `kankei verify`, which write a release and check one."""

import sys
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from kankei.cli import console
from kankei.cli.further_stages import further_stages
from kankei.namespaces import Base


def build(  # noqa: PLR0917 - the options of a command
    out: Annotated[Path, Option("--out", metavar="DIR", help="Folder of the releases.")] = Path("releases"),
    base: console.BaseOption = None,
    data: console.DataFoldersOption = None,
    reference: console.ReferenceOption = False,
    incremental: Annotated[
        bool,
        Option("--incremental", help="Validate only what differs from the current release, texts included."),
    ] = False,
    date: Annotated[
        str | None,
        Option(
            metavar="YYYY-MM-DD",
            help="Date of what is new or changed.  [the newest that the data states]",
        ),
    ] = None,
    previous: Annotated[
        Path | None,
        Option(metavar="DIR", help="Release that this one follows.  [the current one of the releases]"),
    ] = None,
) -> None:
    """Build a release: dataset, validation, dumps, tables, description, store; then move `current` to it."""
    from kankei.diff.change_details import change_details
    from kankei.release.build import RejectedData
    from kankei.release.build import build as build_release
    from kankei.release.history.moments import parse_date
    from kankei.release.history.succession import Succession
    from kankei.release.incremental_validation import PrintedTextsSince, validate_since

    if date is not None:
        parse_date(date)  # before the build, not in the middle of it
    succession = Succession(date, previous and console.find_release(previous), change_details)
    followed = (out / "current" / "manifest.json").is_file()
    inputs = console.read_inputs(*(data or ()))
    console.print_error(f"Building from the data in {', '.join(map(str, inputs.folders))}")
    base_iri = console.read_base(base)
    validator = validate_since(out, inputs) if incremental else console.choose_validator(reference=reference)
    try:
        with console.progress_line() as progress:
            task = progress.add_task("build")
            release = build_release(
                inputs,
                base_iri,
                out,
                validator,
                lambda stage: progress.update(task, description=stage),
                PrintedTextsSince(out, incremental),
                further_stages(inputs),
                succession=succession,
            )
    except RejectedData as error:
        sys.stdout.write(error.located.readable())
        raise
    if followed and not previous and _begins_anew(release):
        console.print_error(
            f"warning: {out / 'current'} was no release of this base that can be followed: "
            "dates and changes begin anew; name one by --previous"
        )
    if base_iri != Base() and not _names_email(release):
        console.print_error(
            f"warning: {inputs.data / 'catalogue.ttl'} names no e-mail address, which portals show: "
            "write `vcard:hasEmail <mailto:…>` on the contact point"
        )
    sys.stdout.write(f"{release}\n")


def _names_email(release: Path) -> bool:
    return "vcard:hasEmail" in (release / "description.ttl").read_text(encoding="utf-8")


def _begins_anew(release: Path) -> bool:
    from kankei.release.history.history import HISTORY, read_history

    file = release / HISTORY
    return len(read_history(file.read_bytes(), file).releases) == 1


def verify(release: Annotated[Path, Argument(help="A release, or the folder of releases.")]) -> None:
    """Verify a release: hash every file and hold it against the manifest."""
    from kankei.release.reader import verify as verify_release

    folder = console.find_release(release)
    manifest = verify_release(folder)
    sys.stdout.write(f"{folder}: {len(manifest.files)} files match their manifest\n")
