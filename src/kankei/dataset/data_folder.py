"""Input folders of a release, and their files: which document each file describes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import kankei
from kankei.errors import InvalidData, UsageError

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

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CONTENT_HINT = (
    "one has catalogue.ttl, programmes/, organisations/, sources/, fiscal-years/ and, for concepts of your "
    "own, schemes/"
)


@dataclass(frozen=True)
class Inputs:
    """Where ontology, data, shapes and competency questions lie."""

    ontology: Path
    data: Path
    shapes: Path
    competency: Path
    extra: tuple[Path, ...] = ()
    """Files that are added to the data folder, or stand in for its file of the same folder and name."""

    def with_data(self, data: Path) -> "Inputs":
        """These inputs, but with a publisher's own data folder."""
        if not data.is_dir():
            problem = "this is a file, and no" if data.exists() else "there is no such"
            raise UsageError(f"{problem} data folder; {_CONTENT_HINT}", str(data))
        return replace(self, data=data)


def packaged() -> Inputs:
    """The inputs that travel inside the wheel, or those of the checkout that this package runs from."""
    package = Path(kankei.__file__).parent
    root = package / "packaged"
    if root.is_dir():
        return Inputs(root / "ontology", root / "data", root / "shapes", root / "competency")
    root = package.parent.parent
    return Inputs(root / "ontology", root / "data", root / "shapes", root / "tests" / "competency")


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
    """The concept schemes, by name: those of kankei, then those that the data folder has of its own."""
    own, packaged = ((folder / SCHEMES).glob("*.ttl") for folder in (inputs.data, inputs.ontology))
    return (*sorted(packaged), *sorted(own))


def data_files(inputs: Inputs) -> dict[str, Path]:
    """Document path to data file, in order of the paths; the inputs' extra files take precedence."""
    if not (inputs.data / CATALOGUE).is_file():
        raise UsageError(
            f"this is no data folder, as it has no {CATALOGUE}; {_CONTENT_HINT}", display_path(inputs.data)
        )
    files = {document_path(file): file for file in _in_folders(inputs.data)}
    redundant = frozenset(redundant_candidates(inputs.extra))
    files |= {document_path(_existing(file)): file for file in inputs.extra if file not in redundant}
    return dict(sorted(files.items()))


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
    by_name = {file.name: file for file in (inputs.data / "sources").glob("*.txt")}
    by_name |= {file.name: file for file in beside if file.is_file()}
    return tuple(by_name[name] for name in sorted(by_name))


def shapes_files(inputs: Inputs) -> tuple[Path, ...]:
    """The shapes graphs, by name."""
    return tuple(sorted(inputs.shapes.glob("*.ttl")))


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
