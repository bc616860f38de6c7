"""The files of a data folder: which document each describes."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from kankei.dataset.inputs import DATA_FOLDER, Inputs
from kankei.errors import InvalidData, UsageError

FOLDERS = {
    "programmes": "programme",
    "organisations": "org",
    "sources": "source",
    "fiscal-years": "fiscal-year",
}
"""Folder of the data to path segment under ``id/``."""

CANDIDATE = "candidate"
"""What the name of a file says that lies beside the one it may replace: ``x.candidate.ttl`` is no data."""

CATALOGUE = "catalogue.ttl"
DATASET = "dataset"

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def document_path(file: Path) -> str:
    """The path under ``id/`` of the document that a data file describes; unknown folders hold programmes."""
    if file.name == CATALOGUE:
        return DATASET
    slug = file.name.partition(f".{CANDIDATE}")[0] if _is_candidate(file) else file.stem
    if not _SLUG.fullmatch(slug):
        raise InvalidData(
            "a data file is named by its slug: lower-case letters, digits and single hyphens", shown(file)
        )
    return f"{FOLDERS.get(file.absolute().parent.name, 'programme')}/{slug}"


def ontology_files(inputs: Inputs) -> tuple[Path, ...]:
    """The ontology and its alignments."""
    return tuple(_existing(inputs.ontology / name) for name in ("kankei.ttl", "alignments.ttl"))


def scheme_files(inputs: Inputs) -> tuple[Path, ...]:
    """The concept schemes, by name."""
    return tuple(sorted((inputs.ontology / "schemes").glob("*.ttl")))


def data_files(inputs: Inputs) -> dict[str, Path]:
    """Document path to data file, in order of the paths; the inputs' extra files take precedence."""
    if not (inputs.data / CATALOGUE).is_file():
        raise UsageError(
            f"this is no data folder, as it has no {CATALOGUE}; {DATA_FOLDER}", shown(inputs.data)
        )
    files = {document_path(file): file for file in _in_folders(inputs.data)}
    aside = frozenset(set_aside(inputs.extra))
    files |= {document_path(_existing(file)): file for file in inputs.extra if file not in aside}
    return dict(sorted(files.items()))


def folder_files(folder: Path) -> dict[str, Path]:
    """Document path to Turtle file of a folder that is no data folder: loose, or as an ingest writes them."""
    parts = (folder, *(folder / name for name in FOLDERS))
    files = tuple(sorted(file for part in parts for file in part.glob("*.ttl")))
    aside = frozenset(set_aside(files))
    return {document_path(file): file for file in files if file not in aside}


def set_aside(files: Sequence[Path]) -> tuple[Path, ...]:
    """Of some files, the candidates that lie beside the file of the same document, which is given too."""
    plain = {document_path(file) for file in files if not _is_candidate(file)}
    return tuple(file for file in files if _is_candidate(file) and document_path(file) in plain)


def source_files(inputs: Inputs) -> tuple[Path, ...]:
    """The source documents as received, by name: the data folder's, and those beside an extra description."""
    beside = (file.with_suffix(".txt") for file in inputs.extra if file.absolute().parent.name == "sources")
    found = {file.name: file for file in (inputs.data / "sources").glob("*.txt")}
    found |= {file.name: file for file in beside if file.is_file()}
    return tuple(found[name] for name in sorted(found))


def shapes_files(inputs: Inputs) -> tuple[Path, ...]:
    """The shapes graphs, by name."""
    return tuple(sorted(inputs.shapes.glob("*.ttl")))


def shown(file: Path) -> str:
    """A file's name as a person would type it: from the current folder, where it lies inside."""
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
        raise UsageError("there is no such file", shown(file))
    return file
