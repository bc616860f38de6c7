"""The command line: a thin call on a library function of the same verb, and its printed outcome.

Imports of the build side stand inside the commands that need them: rdflib and pySHACL are never loaded in a
process that serves, and ``kankei --help`` answers at once.
"""

import hashlib
import inspect
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, NoReturn, get_type_hints

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from kankei import __version__
from kankei.dataset.data_folder import Inputs, packaged
from kankei.errors import BrokenRelease, KankeiError, UsageError, outcome
from kankei.namespaces import DEFAULT_BASE, Base, parse_base
from kankei.settings import Option, Settings

application = typer.Typer(
    name="kankei",
    help="Publish support programmes as linked data: validate, build a release, serve it.",
    epilog="Exit codes: 0 done, 1 invalid data or a failed build, 2 wrong usage.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

BaseOption = Annotated[
    str | None,
    typer.Option("--base", metavar="IRI", help=f"Base IRI of things and documents.  [{DEFAULT_BASE}]"),
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Data folder, instead of the one that ships with kankei."),
]
_ANY = "With --shapes"
ReferenceOption = Annotated[
    bool, typer.Option("--reference", help="Validate by pySHACL, the reference, which takes its time.")
]


def main() -> None:
    """Run the command line; every domain error becomes one sentence and its exit code."""
    try:
        application()
    except KankeiError as error:
        _fail(error)


@application.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)
    ] = False,
) -> None:
    if version:
        sys.stdout.write(f"kankei {__version__}\n")
        raise typer.Exit


@application.command()
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

    inputs = _inputs(data)
    _say(f"Building from the data in {inputs.data}")
    try:
        with _progress() as progress:
            task = progress.add_task("build")
            release = build_release(
                inputs,
                parse_base(base or DEFAULT_BASE),
                out,
                validate=validate_since(out, inputs) if incremental else _validator(reference=reference),
                progress=lambda stage: progress.update(task, description=stage),
            )
    except RejectedData as error:
        sys.stdout.write(error.located.readable())
        raise
    sys.stdout.write(f"{release}\n")


@application.command()
def validate(  # noqa: PLR0917 - options, given by name
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILES]", help="Turtle files; none: the dataset. With --shapes any RDF files."
        ),
    ] = None,
    base: BaseOption = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="PATH",
            help="Data folder, instead of the one that ships with kankei. "
            "With --shapes an RDF file, or the folder of an Oxigraph store.",
        ),
    ] = None,
    turtle: Annotated[bool, typer.Option("--turtle", help="Print the validation report as Turtle.")] = False,
    reference: ReferenceOption = False,
    shapes: Annotated[
        list[Path] | None,
        typer.Option(
            "--shapes", metavar="PATH", help="A file of shapes, or a folder of Turtle files; repeatable."
        ),
    ] = None,
    skip_malformed: Annotated[
        bool,
        typer.Option(
            "--skip-malformed", help="Name malformed shapes, leave them out and go on.", rich_help_panel=_ANY
        ),
    ] = False,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Stop at the first result.", rich_help_panel=_ANY)
    ] = False,
    max_results: Annotated[
        int | None,
        typer.Option(
            "--max-results", min=0, help="Print at most so many; all are counted.", rich_help_panel=_ANY
        ),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option("--threads", min=1, help="How many queries at a time.", rich_help_panel=_ANY),
    ] = None,
    language: Annotated[
        str,
        typer.Option("--language", help="Language of messages, where they have it.", rich_help_panel=_ANY),
    ] = "",
) -> None:
    """Validate files, or the whole dataset, against the shapes; print each result with its file and line.

    With --shapes, validate any RDF against any SHACL shapes. Exit codes: 0 the data conforms, 1 it does not
    or does not parse, 2 wrong usage or malformed shapes.
    """
    if shapes:
        from kankei.validation.file_validation import validate_rdf
        from kankei.validation.plan.execution import ExecutionOptions

        def begin(progress: Callable[[int, int], None]) -> Any:
            return validate_rdf(
                shapes or (),
                [*(files or ()), *((data,) if data else ())],
                ExecutionOptions(threads or os.cpu_count() or 1, max_results, fail_fast),
                progress,
                skip_malformed=skip_malformed,
                by_reference=reference,
            )

        count = _tell(begin, lambda found: found.turtle() if turtle else found.readable(language))
        raise typer.Exit(1 if count else 0)
    if skip_malformed or fail_fast or max_results is not None or threads or language:
        raise UsageError("that option goes with --shapes")
    from kankei.dataset.data_folder import redundant_candidates
    from kankei.validation.file_validation import validate_files

    inputs, judge = _inputs(data), _validator(reference=reference)
    for file in redundant_candidates(files or ()):
        _say(f"Left out: {file}, a candidate beside the file itself; compare the two and keep one")
    _say(f"Validating {'files within ' if files else ''}the data in {inputs.data}")
    with _progress() as progress:
        progress.add_task("validate")
        located = validate_files(files or (), inputs, parse_base(base or DEFAULT_BASE), judge)
    sys.stdout.write(located.report.turtle().decode() if turtle else located.readable())
    if not located.report.conforms:
        raise typer.Exit(1)


def _tell(begin: Callable[[Callable[[int, int], None]], Any], told: Callable[[Any], Iterator[str]]) -> int:
    """Print a validation while it goes on, beside a bar of its steps; how many results it has."""
    with _progress(BarColumn(), MofNCompleteColumn()) as progress:
        task = progress.add_task("load", total=None)
        validated = begin(
            lambda done, of: progress.update(task, description="validate", completed=done, total=of)
        )
        for note in validated.notes():
            progress.console.print(note, markup=False, highlight=False, soft_wrap=True)
        for part in told(validated):
            if sys.stdout.isatty():
                progress.stop()  # the bar would be drawn between the results
            sys.stdout.write(part)
    return int(validated.results.count)


@application.command()
def ingest(  # noqa: PLR0917 - options, given by name
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="SOURCE", help="PDF or text of a catalogue, with several sheets; repeatable."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder of the candidates.  [candidates/ and the source's slug]",
        ),
    ] = None,
    base: BaseOption = None,
    data: DataOption = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if anything that is printed stays unresolved.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON array, a record for each sheet.")
    ] = False,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Encoding of a text, instead of the one detected.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="SLUG", help="Slug of the source, instead of its file's name."),
    ] = None,
    year: Annotated[
        int | None, typer.Option("--year", min=1886, max=2199, help="Fiscal year of sheets that print none.")
    ] = None,
    slug: Annotated[
        list[str] | None,
        typer.Option(
            "--slug",
            metavar="NUMBER=SLUG",
            help="The programme that a sheet is about, an existing or a new one; 106②=measure-pilot "
            "names a measure. Repeatable.",
        ),
    ] = None,
    language: Annotated[str, typer.Option("--language", help="Language of the reports: en or ja.")] = "en",
) -> None:
    """Read the sheets of a catalogue, and propose the Turtle of each one's programme, with a report.

    Nothing is guessed: what cannot be read is a doubt. No Turtle or source is overwritten: where a file has
    the name of a candidate, the candidate goes beside it, as x.candidate.ttl; reports and index.html are
    written anew. A sheet that continues a programme of the data folder adds its fiscal year's nodes to that
    programme's file. Give one edition at a time: sheets of two years would be rivals for one programme.

    Example: kankei ingest guide-2026.pdf --data data --slug 7=vacant-houses

    Exit codes: 0 done, 1 no sheet found, a broken file, or open doubts with --strict, 2 wrong usage.
    """
    from kankei.curation.ingest.document import document
    from kankei.curation.ingest.ingest import ingest as ingest_documents
    from kankei.curation.ingest.options import Order, named
    from kankei.curation.ingest.terminal_output import told, told_all

    if language not in {"en", "ja"}:
        raise UsageError("the reports are in en or ja", language)
    slugs, measures = named(slug or ())
    folder = out or Path("candidates") / document(sources[0], name, encoding).slug
    inputs, iri = _inputs(data), parse_base(base or DEFAULT_BASE)
    order = Order(
        sources, folder, inputs, iri, name, encoding, year, slugs, measures, language=language, data=data
    )
    with _progress(BarColumn(), MofNCompleteColumn()) as progress:
        task = progress.add_task("read", total=None)

        def show(what: str, done: int, whole: int | None) -> None:
            progress.update(task, description=what, completed=done, total=whole)

        try:
            found = ingest_documents(order, show)
            unresolved = told_all(found, _announce) if json else told(found, _announce)
        except KeyboardInterrupt:
            _say(f"kankei: stopped; {folder} may lack sheets and its index: run the same command again")
            raise typer.Exit(130) from None
    if strict and unresolved:
        raise typer.Exit(1)


@application.command()
def verify(release: Annotated[Path, typer.Argument(help="A release, or the folder of releases.")]) -> None:
    """Verify a release: hash every file and hold it against the manifest."""
    from kankei.release.reader import verify as verify_release

    folder = _current(release)
    manifest = verify_release(folder)
    sys.stdout.write(f"{folder}: {len(manifest.files)} files match their manifest\n")


@application.command()
def diff(  # noqa: PLR0917 - options, given by name
    a: Annotated[str, typer.Argument(metavar="A", help="Release, folder, Turtle file, year, or source.")],
    b: Annotated[
        str,
        typer.Argument(metavar="B", help="Likewise; a year with a year, a source with a source."),
    ],
    data: DataOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, with every triple.")] = False,
    language: Annotated[
        str, typer.Option("--language", help="Language of words and labels: en or ja.")
    ] = "en",
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Tell every property: places, evidence, notes, parts of what came or went."
        ),
    ] = False,
) -> None:
    """Tell what changed between two releases, folders, files, fiscal years or sources.

    Years are written as 2025 or 令和7年度, sources as the slugs of their descriptions in the data.

    Exit codes, as those of diff(1): 0 no difference, 1 differences, 2 trouble.
    """
    from kankei.diff.compare import compare_sides
    from kankei.diff.json_record import as_json
    from kankei.diff.text import told

    try:
        found = compare_sides(a, b, _inputs(data), language)
    except KankeiError as error:  # 1 means that there are differences
        _say(f"kankei: {error}")
        raise typer.Exit(2) from error
    if json:
        sys.stdout.write(as_json(found.difference, found.names))
    else:
        sys.stdout.writelines(
            f"{line}\n" for line in told(found.difference, found.names, everything=everything)
        )
    raise typer.Exit(1 if found.difference else 0)


def _settable(command: Callable[..., None]) -> Callable[..., None]:
    """A command that has an option for each setting beside its own parameters, and takes them by name."""
    own = [p for p in inspect.signature(command).parameters.values() if p.kind is not p.VAR_KEYWORD]
    types = get_type_hints(Settings)
    settings = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=[*field.default] if isinstance(field.default, tuple) else field.default,
            annotation=Annotated[_plain(types[field.name]), _option(field.metadata["option"])],
        )
        for field in fields(Settings)
        if "option" in field.metadata
    ]
    command.__signature__ = inspect.Signature([*own, *settings])  # type: ignore[attr-defined]
    return command


def _plain(annotation: Any) -> Any:
    """The type of a setting as it is read from a command line, where what is repeated makes a list."""
    return list[str] if annotation == tuple[str, ...] else annotation


def _option(option: Option) -> Any:
    return typer.Option(
        option.name, help=option.help, min=option.minimum, max=option.maximum, rich_help_panel=option.panel
    )


def _value(name: str, found: Any) -> Any:
    """A setting's value from the command line's."""
    if isinstance(found, float) and not math.isfinite(found):
        names = {field.name: field.metadata["option"].name for field in fields(Settings) if field.metadata}
        raise UsageError("a number of seconds is finite", names[name])
    return tuple(found) if isinstance(found, list) else found


@application.command()
@_settable
def serve(
    release: Annotated[
        Path | None, typer.Argument(help="A release, or the folder of releases; none: build one.")
    ] = None,
    base: BaseOption = None,
    **chosen: Any,
) -> None:
    """Serve a release; with none given, build one from the packaged data into your cache folder first.

    SIGHUP, or moving `current`, serves the release that is there then; SIGTERM ends.
    """
    from kankei.server.serve import listen
    from kankei.server.serve import serve as serve_release

    wanted = parse_base(base) if base else None
    settings = Settings(base=wanted, **{name: _value(name, found) for name, found in chosen.items()})
    if release is None:
        listen(settings.host, settings.port).close()  # a taken port is told before a build, not after it
    path = _current(release) if release else _cached_release(wanted or Base())
    serve_release(path, settings, packaged().competency, _announce)


def _validator(*, reference: bool) -> Any:
    """The compiled validator, or the reference."""
    from kankei.validation.pyshacl.reference import validate as by_reference
    from kankei.validation.validator import validate as compiled

    return by_reference if reference else compiled


def _inputs(data: Path | None) -> Inputs:
    return packaged().with_data(data) if data else packaged()


def _current(folder: Path) -> Path:
    """The release itself where the folder is one, else the one that ``current`` points at."""
    if not folder.is_dir():
        raise UsageError("there is no such release", str(folder))
    return folder if (folder / "manifest.json").is_file() else folder / "current"


def _cached_release(base: Base) -> Path:
    """The release of the packaged data in the cache folder, built in a child process where it is missing."""
    releases = _cache_folder() / _fingerprint(base) / "releases"
    if not _is_whole(releases / "current"):
        _say(f"Building a release of the packaged data in {releases}")
        command = [sys.executable, "-m", "kankei", "build", "--out", str(releases), "--base", base.iri]
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL)  # noqa: S603
        if done.returncode:
            raise typer.Exit(done.returncode)
    return releases / "current"


def _is_whole(release: Path) -> bool:
    from kankei.release.reader import Release

    try:
        Release.open(release)
    except BrokenRelease:
        return False
    return True


def _cache_folder() -> Path:
    """The cache folder by the XDG Base Directory Specification."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kankei"


def _fingerprint(base: Base) -> str:
    """A name for what a build would be made from: the packaged inputs, this code and the base."""
    digest = hashlib.sha256(f"{__version__} {base.iri}".encode())
    inputs = packaged()
    package = Path(__file__).parent.parent
    folders = [
        inputs.ontology,
        inputs.data,
        inputs.shapes,
        *(package / room for room in ("source", "dataset", "validation", "release")),
    ]
    for file in sorted(file for folder in folders for file in folder.rglob("*") if file.is_file()):
        if file.suffix != ".pyc":
            digest.update(f"{file.name} {file.stat().st_size} ".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _progress(*more: ProgressColumn) -> Progress:
    """A line on the terminal that says what is being done; standard output stays what it is."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), *more, TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False)


def _announce(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def _fail(error: KankeiError) -> NoReturn:
    _say(f"kankei: {error}")
    sys.exit(outcome(error).exit_code)
