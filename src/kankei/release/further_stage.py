"""A stage that another room adds to a build, such as the search index; `cli/` hands it in."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kankei.dataset.dataset import Dataset

_CODE = {".py", ".rq", ".toml", ".tsv"}


@dataclass(frozen=True)
class FurtherStage:
    """`write` adds files to the folder of a release, from its dataset: the same dataset gives the same bytes.

    It runs after validation, dumps and tables. `code` is the folder of what determines those bytes beside the
    dataset: it is part of the release's version.
    """

    name: str
    write: Callable[[Dataset, Path], None]
    code: Path


def stage_files(stages: Sequence[FurtherStage]) -> Iterator[Path]:
    """The code, queries and tables of stages, in order."""
    for stage in stages:
        yield from sorted(file for file in stage.code.rglob("*") if file.suffix in _CODE)
