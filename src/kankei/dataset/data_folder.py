"""Input folders of a release, and their files: which document each file describes."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import kankei
from kankei.errors import InvalidData, MalformedData, UsageError

FOLDERS = {
    "programmes": "programme",
    "organisations": "org",
    "sources": "source",
    "fiscal-years": "fiscal-year",
}
"""Folder of the data to path segment under ``id/``."""

CANDIDATE = "candidate"
"""Suffix of a proposal beside the file that it may replace: ``x.candidate.ttl`` is not part of the data."""

CATALOGUE = "catalogue.ttl"
DATASET = "dataset"
SCHEMES = "schemes"
"""Folder of concept schemes: those of kankei in the ontology, a publisher's own in the data."""

PROFILE = "dataset.toml"
"""What a data folder is, where it is another than one of programmes that curators write file by file."""
RECORDS = "records"
"""Folder of Turtle files that describe many documents each, as an import writes them."""

RECORDS_DOCUMENT = "project/records"
"""The document against which files of records resolve their relative IRIs."""

DERIVATION = "derivation"
"""Folder of a dataset's own derivation rules, CONSTRUCT queries."""

MAPPINGS = "mappings"
"""Folder of mappings to things of other datasets."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CONTENT_HINT = (
    "one has catalogue.ttl, programmes/, organisations/, sources/, fiscal-years/ and, for concepts of your "
    "own, schemes/"
)


@dataclass(frozen=True)
class Profile:
    """What a data folder is: the name of its dataset, and whether it holds records of an import.

    The sources of records are described and not kept, so that what they print is not read again.
    """

    name: str = ""
    records: bool = False


@dataclass(frozen=True)
class Inputs:
    """Where ontology, data, shapes and competency questions lie.

    The catalogue file of the data folder describes the publication; those of `further` data folders describe
    a dataset each, under its name.
    """

    ontology: Path
    data: Path
    shapes: Path
    competency: Path
    extra: tuple[Path, ...] = ()
    """Files that are added to the data folder, or stand in for its file of the same folder and name."""
    further: tuple[Path, ...] = ()
    """Data folders beside the first one."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """All data folders, the first one first."""
        return (self.data, *self.further)

    def with_data(self, data: Path, *further: Path) -> "Inputs":
        """These inputs, but with a publisher's own data folders."""
        for folder in (data, *further):
            if not folder.is_dir():
                problem = "this is a file, and no" if folder.exists() else "there is no such"
                raise UsageError(f"{problem} data folder; {_CONTENT_HINT}", str(folder))
        names = [read_profile(folder).name for folder in (data, *further)]
        for folder, name in zip(further, names[1:], strict=True):
            if not name or names.count(name) > 1:
                problem = f"another data folder has the name {name}" if name else "its dataset needs a name"
                raise UsageError(f"{problem} in {PROFILE}", display_path(folder))
        return replace(self, data=data, further=further)


def packaged() -> Inputs:
    """The inputs that travel inside the wheel, or those of the checkout that this package runs from."""
    package = Path(kankei.__file__).parent
    root = package / "packaged"
    if root.is_dir():
        return Inputs(root / "ontology", root / "data", root / "shapes", root / "competency")
    root = package.parent.parent
    return Inputs(root / "ontology", root / "data", root / "shapes", root / "tests" / "competency")


def read_profile(folder: Path) -> Profile:
    """The profile of a data folder: by default one without a name, of files that curators write."""
    file = folder / PROFILE
    if not file.is_file():
        return Profile()
    try:
        profile = Profile(**tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        raise MalformedData(f"this is no profile of a data folder: {error}", display_path(file)) from error
    if not (isinstance(profile.name, str) and isinstance(profile.records, bool)):
        raise MalformedData("name is a text, records true or false", display_path(file))
    if profile.name and not _SLUG.fullmatch(profile.name):
        message = "a dataset is named by a slug: lower-case letters, digits and single hyphens"
        raise InvalidData(message, display_path(file))
    return profile


def document_path(file: Path) -> str:
    """The path under ``id/`` of the document that a data file describes; unknown folders hold programmes."""
    if file.name == CATALOGUE:
        return DATASET
    slug = file.name.partition(f".{CANDIDATE}")[0] if _is_candidate(file) else file.stem
    if not _SLUG.fullmatch(slug):
        message = "a data file is named by its slug: lower-case letters, digits and single hyphens"
        raise InvalidData(message, display_path(file))
    return f"{FOLDERS.get(file.absolute().parent.name, 'programme')}/{slug}"


def ontology_files(inputs: Inputs) -> tuple[Path, ...]:
    """The ontology and its alignments."""
    return tuple(_existing(inputs.ontology / name) for name in ("kankei.ttl", "alignments.ttl"))


def scheme_files(inputs: Inputs) -> tuple[Path, ...]:
    """The concept schemes, by name: those of kankei, then those that the data folders have of their own."""
    folders = (inputs.ontology, *inputs.folders)
    return tuple(file for folder in folders for file in sorted((folder / SCHEMES).glob("*.ttl")))


def data_files(inputs: Inputs) -> dict[str, Path]:
    """Document path to data file, in order of the paths; the inputs' extra files take precedence."""
    files: dict[str, Path] = {}
    for folder in inputs.folders:
        _add_files(files, folder, is_first=folder == inputs.data)
    redundant = frozenset(redundant_candidates(inputs.extra))
    files |= {document_path(_existing(file)): file for file in inputs.extra if file not in redundant}
    return dict(sorted(files.items()))


def record_files(inputs: Inputs) -> dict[Path, str]:
    """The files of records by path, in order, with the name of the dataset of each."""
    return {
        file: read_profile(folder).name
        for folder in inputs.folders
        for file in sorted((folder / RECORDS).glob("*.ttl"))
    }


def mapping_files(inputs: Inputs) -> list[Path]:
    """The files of mappings in the data folders, by folder and name."""
    return [file for folder in inputs.folders for file in sorted((folder / MAPPINGS).glob("*.sssom.tsv"))]


def rule_files(inputs: Inputs) -> list[Path]:
    """The derivation rules by name: those of every dataset, then those that a data folder has of its own."""
    folders = (Path(__file__).parent, *inputs.folders)
    return [file for folder in folders for file in sorted((folder / DERIVATION).glob("*.rq"))]


def dataset_name(inputs: Inputs, file: Path) -> str:
    """The name of the further data folder in which a file lies; empty for a file of the first or of none."""
    folder = next((folder for folder in inputs.further if file.is_relative_to(folder)), None)
    return read_profile(folder).name if folder else ""


def _add_files(files: dict[str, Path], folder: Path, *, is_first: bool) -> None:
    """Add the files of a data folder; a fiscal year is described by the first folder that has it."""
    if not (folder / CATALOGUE).is_file():
        raise UsageError(
            f"this is no data folder, as it has no {CATALOGUE}; {_CONTENT_HINT}", display_path(folder)
        )
    name = read_profile(folder).name
    for file in _in_folders(folder):
        path = document_path(file)
        if path == DATASET and not is_first:
            path = f"{DATASET}/{name}"
        if path in files and path.startswith("fiscal-year/"):
            continue
        if path in files:
            message = f"this document is described by {display_path(files[path])} too"
            raise InvalidData(message, display_path(file))
        files[path] = file


def folder_files(folder: Path) -> dict[str, Path]:
    """Document path to Turtle file of a folder that is no data folder: loose, or as an ingest writes them."""
    parts = (folder, *(folder / name for name in FOLDERS))
    files = tuple(sorted(file for part in parts for file in part.glob("*.ttl")))
    redundant = frozenset(redundant_candidates(files))
    return {document_path(file): file for file in files if file not in redundant}


def redundant_candidates(files: Sequence[Path]) -> tuple[Path, ...]:
    """The candidates among some files whose document is described by another of the files."""
    described = {document_path(file) for file in files if not _is_candidate(file)}
    return tuple(file for file in files if _is_candidate(file) and document_path(file) in described)


def source_files(inputs: Inputs) -> tuple[Path, ...]:
    """The source documents as received, by name: the data folder's, and those beside an extra description."""
    beside = (file.with_suffix(".txt") for file in inputs.extra if file.absolute().parent.name == "sources")
    by_name = {file.name: file for folder in inputs.folders for file in (folder / "sources").glob("*.txt")}
    by_name |= {file.name: file for file in beside if file.is_file()}
    return tuple(by_name[name] for name in sorted(by_name))


def shapes_files(inputs: Inputs) -> tuple[Path, ...]:
    """The shapes graphs by name, and then those of the folder ``shapes`` of each data folder."""
    folders = (inputs.shapes, *(folder / "shapes" for folder in inputs.folders))
    return tuple(file for folder in folders for file in sorted(folder.glob("*.ttl")))


def display_path(file: Path) -> str:
    """A file's path for messages: relative where the file lies in the current folder, else absolute."""
    path = file.absolute()
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _in_folders(data: Path) -> Iterator[Path]:
    yield data / CATALOGUE
    for folder in FOLDERS:
        yield from (file for file in (data / folder).glob("*.ttl") if not _is_candidate(file))


def _is_candidate(file: Path) -> bool:
    return any(part.startswith(f".{CANDIDATE}") for part in file.suffixes)


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise UsageError("there is no such file", display_path(file))
    return file
