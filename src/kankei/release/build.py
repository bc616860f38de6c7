"""Building a release: load, validate, write, check, put in place."""

import shutil
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from kankei.dataset.data_folder import Inputs, shapes_files
from kankei.dataset.dataset import Dataset, load
from kankei.dataset.statements import text
from kankei.errors import BrokenRelease, BuildFailed, InvalidData
from kankei.namespaces import DCT, KK, ONTOLOGY, OWL, RDF, Base
from kankei.release.description import describe
from kankei.release.distributions import distributions
from kankei.release.document_index import Index
from kankei.release.dumps import write_dumps, write_lines
from kankei.release.fingerprint import compare
from kankei.release.incremental_validation import LINES, ValidateSince
from kankei.release.installation import install, point, seal, staging
from kankei.release.jsonld_context import read_context
from kankei.release.manifest import MANIFEST, FileEntry, Manifest, published_files
from kankei.release.reader import INDEX, verify
from kankei.release.shapes_file import merged_shapes
from kankei.release.statistics import Statistics
from kankei.release.tables import write_tables
from kankei.release.version import version_of
from kankei.validation.source_positions import Located, Validate, places

REJECTED = "rejected-report.ttl"


class RejectedData(InvalidData):
    """A dataset that its shapes refuse, with their report and the places of what it is about."""

    def __init__(self, message: str, subject: str, located: Located) -> None:
        super().__init__(message, subject)
        self.located = located


class Stage(StrEnum):
    """The stages of a build, in their order, told as they begin."""

    LOAD = "loading the data"
    VALIDATE = "validating"
    DUMPS = "writing dumps"
    TABLES = "writing tables"
    DESCRIPTION = "describing the release"
    STORE = "checking the store"
    MANIFEST = "writing the manifest"
    INSTALL = "putting the release in place"
    CURRENT = "moving current to it"
    CLEAN = "cleaning up"


Progress = Callable[[Stage], None]


def build(inputs: Inputs, base: Base, releases: Path, validate: Validate, progress: Progress) -> Path:
    """Build a release under `releases`, point `current` to it and return its folder.

    An intact release of the same content is used as it is. Whatever fails leaves `current` as it was.
    """
    try:
        with staging(releases) as folder:
            step = _Build(
                inputs=inputs,
                base=base,
                releases=releases,
                folder=folder,
                validate=validate,
                progress=progress,
            )
            return step.run()
    except OSError as error:
        message = f"the release could not be written: {error.strerror or error}"
        raise BuildFailed(message, str(error.filename or releases)) from error


class _Build:
    """One build in its staging folder."""

    def __init__(
        self,
        *,
        inputs: Inputs,
        base: Base,
        releases: Path,
        folder: Path,
        validate: Validate,
        progress: Progress,
    ) -> None:
        self.inputs = inputs
        self.base = base
        self.releases = releases
        self.folder = folder
        self.validate = validate
        self.progress = progress
        self.dumps = folder / "dumps"
        self.entries: dict[str, FileEntry] = {}

    def run(self) -> Path:
        self.progress(Stage.LOAD)
        target = self.releases / self._stage()
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

        The store is closed when this returns, so that nothing writes to the folder any more.
        """
        dataset = load(self.inputs, self.base, self.folder)
        self.dumps.mkdir()
        index, figures = write_lines(dataset, self.dumps)
        version = version_of(dataset, self.inputs, self.dumps / "kankei.nq")
        if not _is_intact(self.releases / version):
            self._write(dataset, index, figures, version)
        return version

    def _write(self, dataset: Dataset, index: Index, figures: Statistics, version: str) -> None:
        self._report(dataset)
        self.progress(Stage.DUMPS)
        context = read_context(self.inputs.ontology / "context.jsonld")
        write_dumps(self.dumps, index, context)
        self._file(INDEX).write_bytes(index.json())
        self._copies(dataset)
        self._tables(dataset)
        self._description(dataset, figures, version)
        self.progress(Stage.STORE)
        dataset.store.optimize()
        dataset.store.flush()
        counts = compare(dataset.store, (self.dumps / "kankei.nt", self.dumps / "kankei.nq"))
        self.progress(Stage.MANIFEST)
        self._file(MANIFEST).write_bytes(self._manifest(dataset, version, *counts).json())

    def _report(self, dataset: Dataset) -> None:
        self.progress(Stage.VALIDATE)
        validate = self.validate
        if isinstance(validate, ValidateSince):
            validate = validate.beside(self.folder / LINES)
        report = validate(dataset.store, self.inputs.shapes)
        rejected = self.releases / REJECTED
        if not report.conforms:
            rejected.write_bytes(report.turtle())
            located = Located(report, places(dataset, report))
            raise RejectedData("the data does not conform to the shapes", str(rejected), located)
        rejected.unlink(missing_ok=True)
        self._file("report.ttl").write_bytes(report.turtle())

    def _copies(self, dataset: Dataset) -> None:
        """What is published as received or as written: sources, ontology, context, shapes."""
        for source in dataset.sources:
            shutil.copyfile(source.path, self._file(f"sources/{source.path.name}"))
        for name in ("kankei.ttl", "alignments.ttl", "context.jsonld"):
            shutil.copyfile(self.inputs.ontology / name, self._file(f"ontology/{name}"))
        self._file("ontology/shapes.ttl").write_bytes(merged_shapes(shapes_files(self.inputs)))

    def _tables(self, dataset: Dataset) -> None:
        self.progress(Stage.TABLES)
        licences = dataset.find(dataset.base.dataset, DCT + "license", None)
        licence = min((text(triple.object) for triple in licences), default="")
        tables = self.folder / "tables"
        tables.mkdir()
        write_tables(dataset.store, licence, tables)

    def _description(self, dataset: Dataset, figures: Statistics, version: str) -> None:
        self.progress(Stage.DESCRIPTION)
        files = distributions(
            {name: FileEntry.of(self.folder / name) for name in published_files(self.folder)}
        )
        catalogue = dataset.graph("catalogue")
        programmes = (text(t.subject) for t in dataset.find(None, RDF + "type", KK + "Programme"))
        description = describe(
            catalogue, self.base, version, figures=figures, files=files, examples=programmes
        )
        self._file("description.ttl").write_bytes(description)

    def _manifest(self, dataset: Dataset, version: str, triples: int, quads: int) -> Manifest:
        files = self._entries()
        programmes = len(set(dataset.find(None, RDF + "type", KK + "Programme")))
        found = [text(triple.object) for triple in dataset.find(ONTOLOGY, OWL + "versionInfo", None)]
        return Manifest(version, self.base, triples, quads, programmes, min(found, default=""), files)

    def _entries(self) -> dict[str, FileEntry]:
        """Every file written so far; none changes afterwards, so each is hashed once."""
        for name in published_files(self.folder):
            if name not in self.entries:
                self.entries[name] = FileEntry.of(self.folder / name)
        return self.entries

    def _file(self, name: str) -> Path:
        """The path of a new file in the release, its folder made."""
        file = self.folder / name
        file.parent.mkdir(exist_ok=True)
        return file


def _is_intact(release: Path) -> bool:
    try:
        verify(release)
    except BrokenRelease:
        return False
    return True
