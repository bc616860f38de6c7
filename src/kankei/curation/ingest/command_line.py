"""The options of an ingest, parsed from a command line, and the commands that a curator runs next."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shlex import join, quote
from typing import TypeVar

from kankei.curation.matching.sheet_matcher import Match, MatchStatus
from kankei.curation.report.report_pages import ShellCommand
from kankei.dataset.data_folder import Inputs
from kankei.errors import UsageError
from kankei.namespaces import DEFAULT_BASE, Base
from kankei.source.grammars.normalised_text import CIRCLED_NUMBERS, normalise

OUTPUT_FOLDERS = ("programmes", "sources", "fiscal-years")
"""The folders of candidates that are copied to the data."""

Key = TypeVar("Key")
_MEASURE = re.compile(rf"(?P<sheet>.+?)(?P<measure>[{CIRCLED_NUMBERS}]|\([0-9]{{1,2}}\))")


@dataclass(frozen=True)
class IngestOptions:
    """Files to ingest, where candidates go, the dataset that they may continue, and a curator's decisions.

    `name` is the slug of the one file, `encoding` that of texts, `year` a fiscal year for sheets that print
    none; `slugs` are the slugs of programmes by the numbers of their sheets, and `measures` the fragments of
    measures by the numbers of sheet and measure. `language` is ja or en, that of the reports; `data` is the
    data folder as the curator wrote it, None where it is the packaged one.
    """

    files: Sequence[Path]
    out: Path
    inputs: Inputs
    base: Base
    name: str | None = None
    encoding: str | None = None
    year: int | None = None
    slugs: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[tuple[str, str], str] = field(default_factory=dict)
    language: str = "en"
    data: Path | None = None


def parse_slug_options(values: Sequence[str]) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """The slugs of ``--slug`` options such as ``103=related-population`` and ``106②=measure-pilot``.

    The second kind names a measure by the number of its sheet, followed by its own. Raises UsageError for
    another form, and for two slugs of one number.
    """
    slugs: dict[str, str] = {}
    measures: dict[tuple[str, str], str] = {}
    for value in values:
        number, sign, slug = (part.strip() for part in value.partition("="))
        if not (sign and number and slug):
            raise UsageError("write --slug NUMBER=SLUG, as in 103=related-population", value)
        number = normalise(number)
        if match := _MEASURE.fullmatch(number):
            _set_slug(measures, (match["sheet"], match["measure"]), slug, value)
        else:
            _set_slug(slugs, number, slug, value)
    return slugs, measures


def _set_slug(slugs: dict[Key, str], key: Key, slug: str, value: str) -> None:
    if slugs.setdefault(key, slug) != slug:
        raise UsageError("two slugs for one number", value)


def sheet_commands(
    options: IngestOptions, match: Match, number: str | None, file: Path, is_written: Mapping[str, object]
) -> tuple[ShellCommand, ...]:
    """The commands after the report on one sheet: where the data have its entry, a comparison with them.

    `number` is the sheet's if no other has it, `file` its candidate's, `is_written` about output folders.
    """
    if match.status is MatchStatus.SAME:
        known = options.inputs.data / "programmes" / f"{match.identity.slug}.ttl"
        return (ShellCommand("compare", join(["kankei", "diff", str(known), str(file)])),)
    folders = [name for name in OUTPUT_FOLDERS if is_written[name]]
    return (_rerun_command(options, number, match), *next_commands(options, match.status, folders))


def _rerun_command(options: IngestOptions, number: str | None, match: Match) -> ShellCommand:
    """The same ingest with the slug of a sheet's programme decided, by the sheet's number if it has one."""
    slugs = {**options.slugs, **({number: match.identity.slug} if number else {})}
    measures = {f"{sheet}{measure}": name for (sheet, measure), name in options.measures.items()}
    arguments = [
        *_option("--data", options.data),
        *_option("--out", options.out),
        *_option("--base", _base(options)),
        *_option("--name", options.name),
        *_option("--encoding", options.encoding),
        *_option("--year", options.year),
        *(part for key, slug in {**slugs, **measures}.items() for part in ("--slug", f"{key}={slug}")),
        *_option("--language", None if options.language == "en" else options.language),
    ]
    return ShellCommand("again", join(["kankei", "ingest", *map(str, options.files), *arguments]))


def next_commands(
    options: IngestOptions, status: MatchStatus, folders: Sequence[str]
) -> tuple[ShellCommand, ...]:
    """Validate, copy and build, once a candidate was reviewed; nothing where the data have its entry."""
    if status is MatchStatus.SAME:
        return ()
    out, data, base = _path(options.out), _option("--data", options.data), _option("--base", _base(options))
    validate = ["kankei validate", join(data), f"{out}/*/*.ttl"]
    build = ["kankei build", "--data", _data(options), join(base)]
    return (
        ShellCommand("validate", " ".join(filter(None, validate))),
        *_copy_commands(options, folders),
        ShellCommand("build", " ".join(filter(None, build))),
    )


def _copy_commands(options: IngestOptions, folders: Sequence[str]) -> Iterator[ShellCommand]:
    """Copy all that was written into the curator's data, which start as a copy of the packaged ones."""
    data = _data(options)
    if options.data is None:
        yield ShellCommand("own", f"test -d {data} || cp -r {_path(options.inputs.data)} {data}")
    if options.out.resolve() != Path(options.data or "data").resolve():
        written = " ".join(_path(options.out / folder) for folder in folders)
        yield ShellCommand("copy", f"cp -r {written} {data}/")


def _option(name: str, value: object) -> list[str]:
    return [] if value is None else [name, str(value)]


def _base(options: IngestOptions) -> str | None:
    return None if options.base.iri == DEFAULT_BASE else options.base.iri


def _data(options: IngestOptions) -> str:
    return _path(options.data) if options.data else "data"


def _path(path: Path) -> str:
    return quote(str(path))
