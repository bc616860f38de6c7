"""The import of the review: files are read, then its data folder is written, or stays where that fails."""

import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from importlib.resources import files as package_files
from pathlib import Path

from kankei.curation.candidate.companion_files import fiscal_year_file
from kankei.curation.candidate.known_terms import read_organisations
from kankei.curation.candidate.nodes import Node, document_turtle
from kankei.curation.review.organisations import Organisations, known_paths, ministry_names
from kankei.curation.review.project_nodes import ProjectNodes
from kankei.curation.review.short_names import name_evidence
from kankei.curation.review.sources import source_file
from kankei.dataset.data_folder import CATALOGUE, DERIVATION, PROFILE, RECORDS, Inputs, read_profile
from kankei.errors import UsageError
from kankei.namespaces import Base
from kankei.source.grammars.fiscal_year import FiscalYear
from kankei.source.review.problems import Problem, Problems
from kankei.source.review.reader import read_review
from kankei.source.review.sheets import Review

NAME = "review"
_GENERATED = (RECORDS, "sources", "fiscal-years")
_MODIFIED = re.compile(r'(dct:modified ")\d{4}-\d{2}-\d{2}(")')


@dataclass(frozen=True)
class ReviewImport:
    """The outcome of an import: counts, problems, and whether its files were written."""

    projects: int
    sheets: int
    reconciled: int
    unreconciled: int
    problems: tuple[Problem, ...]
    written: bool

    @property
    def errors(self) -> int:
        """The number of problems that are more than notes."""
        return sum(not problem.note for problem in self.problems)


def import_review(  # noqa: PLR0917 - the six are what an import is made of
    files: Sequence[Path], out: Path, inputs: Inputs, base: Base, day: date, progress: Callable[[str], None],
    *, strict: bool = False,
) -> ReviewImport:  # fmt: skip
    """Import some files of the review into a data folder, as of a day.

    A catalogue file that is there stays, but for its date. With `strict` nothing is written where there is
    any problem. Raises `UsageError` for a missing file, and for a folder that holds anything else.
    """
    _check(files, out)
    problems = Problems()
    review = read_review(files, problems, progress)
    folder = _Folder(review, inputs, base, problems)
    progress(str(out))
    with tempfile.TemporaryDirectory(dir=out.absolute().parent, prefix=f".{out.name}.") as staging:
        folder.write(Path(staging), day)
        written = bool(review.sheets) and not (strict and problems.errors)
        if written:
            _install(Path(staging), out, day)
    return ReviewImport(
        len(review.projects()), len(review.sheets), len(folder.reconciled),
        len(folder.organisations.nodes), tuple(problems.reported), written,
    )  # fmt: skip


def _check(files: Sequence[Path], out: Path) -> None:
    missing = next((file for file in files if not file.is_file()), None)
    if missing is not None:
        raise UsageError("there is no such file", str(missing))
    if out.exists() and not out.is_dir():
        raise UsageError("this is a file, and no data folder", str(out))
    if out.exists() and any(out.iterdir()):
        _check_folder(out)
    if not out.absolute().parent.is_dir():
        raise UsageError("there is no such folder", str(out.absolute().parent))


def _check_folder(out: Path) -> None:
    """Refuse a folder that no import of the review wrote: what lies in it would be lost."""
    if not (out / PROFILE).is_file():
        raise UsageError(f"this folder holds something else: it has no {PROFILE}", str(out))
    profile = read_profile(out)
    if not profile.records or profile.name != NAME:
        message = f'this folder holds something else: {PROFILE} has no name = "{NAME}" with records = true'
        raise UsageError(message, str(out))
    for file in (file for name in _GENERATED for file in sorted((out / name).glob("*"))):
        if file.suffix != ".ttl" or not file.is_file():
            raise UsageError("no import wrote this, and an import would remove it", str(file))


class _Folder:
    """The data folder of a review: its files, by ministry."""

    def __init__(self, review: Review, inputs: Inputs, base: Base, problems: Problems) -> None:
        self.review, self.base = review, base
        paths = [sheet.unit for sheet in review.sheets.values()]
        known = known_paths(read_organisations(inputs, base))
        self.organisations = Organisations(base, known, ministry_names(paths))
        self.projects = review.projects()
        names = {source.slug: source.file.path.name for source in review.sources}
        self.maker = ProjectNodes(base, self.organisations, self.projects.keys(), problems, names)
        self.reconciled: set[str] = set()

    def write(self, folder: Path, day: date) -> None:
        for name in _GENERATED:
            (folder / name).mkdir()
        template = package_files("kankei.curation.review") / "templates"
        for name in (PROFILE, CATALOGUE):
            text = (template / name).read_text(encoding="utf-8")
            (folder / name).write_text(text.replace("0001-01-01", day.isoformat()), encoding="utf-8")
        (folder / DERIVATION).mkdir()
        for rule in (entry for entry in (template / DERIVATION).iterdir() if entry.name.endswith(".rq")):
            (folder / DERIVATION / rule.name).write_text(rule.read_text(encoding="utf-8"), encoding="utf-8")
        document = self.base.thing("project/records")
        for ministry, nodes in self._by_ministry().items():
            turtle = document_turtle(nodes, document, self.base)
            (folder / RECORDS / f"{ministry}.ttl").write_text(turtle, encoding="utf-8")
        organisations = [
            node
            for _, unit in sorted(self.organisations.nodes.items())
            for node in (unit, *name_evidence(unit, f"{self.base.dataset}#publisher"))
        ]
        if organisations:
            turtle = document_turtle(organisations, document, self.base)
            (folder / RECORDS / "organisations.ttl").write_text(turtle, encoding="utf-8")
        for source in self.review.sources:
            (folder / "sources" / f"{source.slug}.ttl").write_text(source_file(source, self.base), "utf-8")
        for year in sorted(self._years()):
            turtle = fiscal_year_file(FiscalYear(year), self.base)
            (folder / "fiscal-years" / f"{year}.ttl").write_text(turtle, encoding="utf-8")

    def _by_ministry(self) -> dict[str, list[Node]]:
        """The nodes of all projects, in order of their number, by the ministry of their latest sheet."""
        nodes: dict[str, list[Node]] = defaultdict(list)
        for _, sheets in sorted(self.projects.items()):
            last = sheets[-1]
            place = min([*last.places, *(budget.place for budget in last.budgets.values())], default=None)
            made = list(self.maker.nodes(sheets))
            ministry = self.organisations.ministry(last.unit, place) if place else "without-ministry"
            nodes[ministry] += made
            self.reconciled.update(self._known_units(made))
        return dict(sorted(nodes.items()))

    def _known_units(self, nodes: Sequence[Node]) -> Iterator[str]:
        for node in nodes:
            for term, value in node.statements:
                if term.endswith("#reviewedUnit") and value.value not in self.organisations.nodes:
                    yield value.value

    def _years(self) -> set[int]:
        sheets = self.review.sheets.values()
        return {sheet.year for sheet in sheets} | {year for sheet in sheets for year in sheet.budgets}


def _install(staging: Path, out: Path, day: date) -> None:
    """Move what was written to its place; a catalogue file, a profile and rules that are there stay.

    What was there lies in the staging folder then. Where a move fails, those before it are undone.
    """
    for name in (PROFILE, CATALOGUE):
        if (out / name).exists():
            shutil.copyfile(out / name, staging / name)
    if (out / DERIVATION).exists():
        shutil.copytree(out / DERIVATION, staging / DERIVATION, dirs_exist_ok=True)
    catalogue = staging / CATALOGUE
    text = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(_MODIFIED.sub(rf"\g<1>{day.isoformat()}\g<2>", text), encoding="utf-8")
    out.mkdir(exist_ok=True)
    replaced = staging / "replaced"
    replaced.mkdir()
    with ExitStack() as undo:
        for name in (*_GENERATED, DERIVATION, PROFILE, CATALOGUE):
            if (out / name).exists():
                _move(out / name, replaced / name, undo)
            _move(staging / name, out / name, undo)
        undo.pop_all()


def _move(path: Path, target: Path, undo: ExitStack) -> None:
    path.rename(target)
    undo.callback(target.rename, path)
