"""Building a release: load, validate, write, check, put in place."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from kankei.dataset.data_folder import Inputs, shapes_files
from kankei.dataset.dataset import Dataset, load
from kankei.dataset.statements import TYPE, text
from kankei.dataset.tasks import Tasks, rare_collection, tasks_for
from kankei.errors import BrokenRelease, BuildFailed, InvalidData
from kankei.namespaces import DCT, KK, ONTOLOGY, OWL, Base
from kankei.release.columns.parquet_files import write_columns
from kankei.release.columns.schema import BY_SUBJECT
from kankei.release.columns.schema import QUADS as QUAD_TABLE
from kankei.release.dataset_parts import DatasetPart, write_parts
from kankei.release.dcat_description import describe
from kankei.release.document_index import Index
from kankei.release.dumps import DUMPS, Statistics, add_dumps, write_lines
from kankei.release.further_stage import FurtherStage, stage_files
from kankei.release.history.changes import CHANGES
from kankei.release.history.history import HISTORY, History
from kankei.release.history.records import write_records
from kankei.release.history.succession import FROM_DATA, Succession
from kankei.release.incremental_validation import ValidateSince
from kankei.release.installation import CURRENT, install, point, seal, staging
from kankei.release.jsonld_context import read_context
from kankei.release.keywords import keywords
from kankei.release.linksets import linkset_triples, linksets
from kankei.release.manifest import MANIFEST, FileEntry, Manifest, published_files
from kankei.release.profiles import write_profiles
from kankei.release.profiles.gif import GifRecords
from kankei.release.published_inputs import copy_inputs, release_version
from kankei.release.reader import INDEX, QUADS, TRIPLES, verify
from kankei.release.store import write_store
from kankei.release.tables import RowSource, write_tables
from kankei.validation.file_validation import LocatedReport, Validator, with_printed_texts
from kankei.validation.report.report import Report

REJECTED = "rejected-report.ttl"
TABLES, STORE, COLUMNS = "tables", "store", "columns"
"""The groups of the tasks that write them."""


class RejectedData(InvalidData):
    """A dataset that does not conform to its shapes; `located` is the report with files and lines."""

    def __init__(self, message: str, subject: str, located: LocatedReport) -> None:
        super().__init__(message, subject)
        self.located = located


class Stage(StrEnum):
    """The stages of a build in their order; each is reported as it begins."""

    LOAD = "loading the data"
    COMPARE = "comparing with the release before"
    VALIDATE = "validating"
    FURTHER = "writing further files"
    STORE = "writing the store"
    COLUMNS = "writing columns"
    DUMPS = "writing dumps"
    TABLES = "writing tables"
    DESCRIPTION = "describing the release"
    MANIFEST = "writing the manifest"
    INSTALL = "putting the release in place"
    CURRENT = "moving current to it"
    CLEAN = "cleaning up"


Progress = Callable[[Stage], None]

Recheck = Callable[[Report, Dataset], Report]
"""Adds results about a dataset to the report of its shapes."""


def build(  # noqa: PLR0917 - these are what a build is made of
    inputs: Inputs,
    base: Base,
    releases: Path,
    validate: Validator,
    progress: Progress,
    recheck: Recheck = with_printed_texts,
    further: Sequence[FurtherStage] = (),
    succession: Succession = FROM_DATA,
) -> Path:
    """Build a release under `releases`, point `current` to it and return its folder.

    The data must conform to the shapes, and to the printed texts that `recheck` reads again. An intact
    release of the same content is used as it is. Whatever fails leaves `current` as it was. `further` stages
    add files of their own. The date, and what changed, follow from `succession`.
    """
    try:
        with staging(releases) as folder, rare_collection():
            parts = (inputs, base, releases, folder, validate, progress, recheck, further, succession)
            return _Build(*parts).run()
    except OSError as error:
        message = f"the release could not be written: {error.strerror or error}"
        raise BuildFailed(message, str(error.filename or releases)) from error


@dataclass
class _Build:
    """One build in its staging folder; `entries` has the hash of each file that is complete."""

    inputs: Inputs
    base: Base
    releases: Path
    folder: Path
    validate: Validator
    progress: Progress
    recheck: Recheck
    further: Sequence[FurtherStage]
    succession: Succession
    entries: dict[str, FileEntry] = field(default_factory=dict)

    def run(self) -> Path:
        self.progress(Stage.LOAD)
        target = self.releases / self._stage()
        # pySHACL's errors hold frames in cycles, and with them the store, whose threads would go on writing.
        gc.collect()
        if (self.folder / MANIFEST).exists():
            seal(self.folder)
            self.progress(Stage.INSTALL)
            install(self.folder, target)
        self.progress(Stage.CURRENT)
        point(target)
        self.progress(Stage.CLEAN)
        return target

    def _stage(self) -> str:
        """Write the release, unless an intact one has its version, which is returned.

        Its store is closed when this returns, so that nothing writes to the folder any more.
        """
        dataset = load(self.inputs, self.base, self.folder, graphs=False)
        index, statistics = write_lines(dataset, self.folder)
        self.progress(Stage.COMPARE)
        revision = self.succession.revise(dataset, index, self.folder, self.releases / CURRENT)
        statistics.graphs.update(write_profiles(dataset, self.folder))
        statistics.graphs.update(write_records(index, self.base, self.folder))
        hashed = (self.folder / CHANGES, *stage_files(self.further))
        version = release_version(dataset, self.inputs, self.folder / QUADS, hashed)
        if not _is_intact(self.releases / version):
            self._write(dataset, index, statistics, revision.history(version))
        return version

    def _write(self, dataset: Dataset, index: Index, statistics: Statistics, history: History) -> None:
        version = history.releases[0].version
        with tasks_for((self.folder / TRIPLES).stat().st_size) as tasks:
            self._add_tasks(dataset, index, version, tasks)
            self._write_report(dataset)
            self._write_further(dataset)
            self.progress(Stage.STORE)
            (counts,) = tasks.finish(STORE)
            self.progress(Stage.COLUMNS)
            (columns,) = tasks.finish(COLUMNS)
            if (columns.rows[BY_SUBJECT.name], columns.rows[QUAD_TABLE.name]) != counts:
                raise BuildFailed("the columns have other statements than the store", str(self.folder))
            self.progress(Stage.DUMPS)
            tasks.finish(DUMPS)
            self.progress(Stage.TABLES)
            tasks.finish(TABLES)
        parts = write_parts(dataset, index, self.folder)
        (self.folder / INDEX).write_bytes(index.json())
        (self.folder / HISTORY).write_bytes(history.json())
        copy_inputs(dataset, self.inputs, self.folder)
        self._write_description(dataset, statistics, history, parts)
        self.progress(Stage.MANIFEST)
        manifest = self._manifest(dataset, version, statistics, *counts)
        (self.folder / MANIFEST).write_bytes(manifest.json())

    def _write_report(self, dataset: Dataset) -> None:
        self.progress(Stage.VALIDATE)
        validate = self.validate
        if isinstance(validate, ValidateSince):
            validate = replace(validate, lines=self.folder / TRIPLES)
        report = self.recheck(validate(dataset.store, shapes_files(self.inputs)), dataset)
        rejected = self.releases / REJECTED
        if not report.accepts():
            rejected.write_bytes(report.turtle())
            located = LocatedReport.of(report, dataset, shapes_files(self.inputs))
            raise RejectedData("the data does not conform to the shapes", str(rejected), located)
        rejected.unlink(missing_ok=True)
        (self.folder / "report.ttl").write_bytes(report.turtle())

    def _add_tasks(self, dataset: Dataset, index: Index, version: str, tasks: Tasks) -> None:
        """Start to write what follows from the lines, tables first, which take longest."""
        licences = dataset.find(dataset.base.dataset, DCT + "license", None)
        licence = min((text(triple.object) for triple in licences), default="")
        (self.folder / "tables").mkdir()
        source = RowSource(self.folder / TRIPLES, index.documents, self.base)
        tasks.add(TABLES, write_all_tables, source, licence, self.folder)
        tasks.add(STORE, write_store, self.folder)
        add_dumps(tasks, self.folder, index, read_context(self.inputs.ontology / "context.jsonld"))
        tasks.add(COLUMNS, write_columns, self.folder, version)

    def _write_further(self, dataset: Dataset) -> None:
        self.progress(Stage.FURTHER)
        for stage in self.further:
            stage.write(dataset, self.folder)

    def _write_description(
        self, dataset: Dataset, statistics: Statistics, history: History, parts: Sequence[DatasetPart]
    ) -> None:
        self.progress(Stage.DESCRIPTION)
        catalogue, files, examples = dataset.graph("catalogue"), self._file_entries(), _programmes(dataset)
        description = describe(
            catalogue, self.base, history,
            statistics=statistics, files=files, examples=examples, parts=parts, keywords=keywords(dataset),
            links=linkset_triples(linksets(dataset), self.base.dataset),
            services=[service for stage in self.further for service in stage.services],
        )  # fmt: skip
        (self.folder / "description.ttl").write_bytes(description)

    def _manifest(
        self, dataset: Dataset, version: str, statistics: Statistics, triples: int, quads: int
    ) -> Manifest:
        versions = [text(triple.object) for triple in dataset.find(ONTOLOGY, OWL + "versionInfo", None)]
        return Manifest(
            version=version,
            base=self.base,
            triples=triples,
            quads=quads,
            programmes=len(_programmes(dataset)),
            ontology_version=min(versions, default=""),
            files=self._file_entries(),
            graphs=dict(sorted(statistics.graphs.items())),
        )

    def _file_entries(self) -> dict[str, FileEntry]:
        """Every file written so far; none changes afterwards, so each is hashed once."""
        for name in published_files(self.folder):
            if name not in self.entries:
                self.entries[name] = FileEntry.of(self.folder / name)
        return self.entries


def write_all_tables(source: RowSource, licence: str, release: Path) -> None:
    """Write the tables of a release, and its records by the items of GIF DS-451-4."""
    with GifRecords.create(source.base, release) as records:
        write_tables(source, licence, release / "tables", (records,))


def _programmes(dataset: Dataset) -> set[str]:
    return {text(triple.subject) for triple in dataset.find(None, TYPE, KK + "Programme")}


def _is_intact(release: Path) -> bool:
    try:
        verify(release)
    except BrokenRelease:
        return False
    return True
