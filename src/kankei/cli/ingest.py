"""The command `kankei ingest`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Exit, Option

from kankei.cli import console
from kankei.errors import UsageError


def ingest(  # noqa: PLR0917 - options, given by name
    sources: Annotated[
        list[Path],
        Argument(metavar="SOURCE", help="PDF or text of a catalogue, with several sheets; repeatable."),
    ],
    out: Annotated[
        Path | None,
        Option("--out", metavar="DIR", help="Folder of the candidates.  [candidates/ and the source's slug]"),
    ] = None,
    base: console.BaseOption = None,
    data: console.DataOption = None,
    strict: Annotated[
        bool, Option("--strict", help="Exit with 1 if anything that is printed stays unresolved.")
    ] = False,
    json: Annotated[bool, Option("--json", help="Print a JSON array, a record for each sheet.")] = False,
    encoding: Annotated[
        str | None, Option("--encoding", help="Encoding of a text, instead of the one detected.")
    ] = None,
    name: Annotated[
        str | None, Option("--name", metavar="SLUG", help="Slug of the source, instead of its file's name.")
    ] = None,
    year: Annotated[
        int | None, Option("--year", min=1886, max=2199, help="Fiscal year of sheets that print none.")
    ] = None,
    slug: Annotated[
        list[str] | None,
        Option(
            "--slug",
            metavar="NUMBER=SLUG",
            help="The programme that a sheet is about, an existing or a new one; 106②=measure-pilot "
            "names a measure. Repeatable.",
        ),
    ] = None,
    language: Annotated[str, Option("--language", help="Language of the reports: en or ja.")] = "en",
) -> None:
    """Read the sheets of a catalogue, and propose the Turtle of each one's programme, with a report.

    Nothing is guessed: what cannot be read is a doubt. No Turtle or source is overwritten: where a file has
    the name of a candidate, the candidate goes beside it, as x.candidate.ttl; reports and index.html are
    written anew. A sheet that continues a programme of the data folder adds its fiscal year's nodes to that
    programme's file. Give one edition at a time: sheets of two years would be rivals for one programme.

    Example: kankei ingest guide-2026.pdf --data data --slug 7=vacant-houses

    Exit codes: 0 done, 1 no sheet found, a broken file, or open doubts with --strict, 2 wrong usage.
    """
    from kankei.curation.ingest.command_line import IngestOptions, parse_slug_options
    from kankei.curation.ingest.ingest import ingest as ingest_documents
    from kankei.curation.ingest.input_file import input_file
    from kankei.curation.ingest.terminal_output import print_json, print_text

    if language not in {"en", "ja"}:
        raise UsageError("the reports are in en or ja", language)
    slugs, measures = parse_slug_options(slug or ())
    folder = out or Path("candidates") / input_file(sources[0], name, encoding).slug
    inputs, iri = console.read_inputs(data), console.read_base(base)
    options = IngestOptions(
        sources, folder, inputs, iri, name, encoding, year, slugs, measures, language=language, data=data
    )
    with console.progress_line(counted=True) as progress:
        task = progress.add_task("read", total=None)

        def show(description: str, done: int, total: int | None) -> None:
            progress.update(task, description=description, completed=done, total=total)

        try:
            result = ingest_documents(options, show)
            unresolved = (
                print_json(result, console.print_line) if json else print_text(result, console.print_line)
            )
        except KeyboardInterrupt:
            console.print_error(
                f"kankei: stopped; {folder} may lack sheets and its index: run the same command again"
            )
            raise Exit(130) from None
    if strict and unresolved:
        raise Exit(1)
