"""A stage that another room adds to a build, such as the search index; `cli/` hands it in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kankei.dataset.dataset import Dataset
from kankei.release.offered_service import OfferedService

_CODE = {".py", ".rq", ".toml", ".tsv"}


@dataclass(frozen=True)
class FurtherStage:
    """`write` adds files to the folder of a release, from its dataset: the same dataset gives the same bytes.

    It runs after validation, dumps and tables. `determined_by` are the files, and the folders of code, that
    determine those bytes beside the dataset: they are part of the release's version.
    """

    name: str
    write: Callable[[Dataset, Path], None]
    determined_by: Sequence[Path]
    services: Sequence[OfferedService] = ()


def stage_files(stages: Sequence[FurtherStage]) -> Iterator[Path]:
    """What determines the bytes of stages, in order."""
    for path in (path for stage in stages for path in stage.determined_by):
        if path.is_file():
            yield path
        yield from sorted(file for file in path.rglob("*") if file.suffix in _CODE)
