"""The fixture of the budget review: its files in the official layout, with invented rows."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from kankei.curation.review.folder import ReviewImport, import_review
from kankei.dataset.data_folder import Inputs, packaged
from kankei.namespaces import Base
from support.paths import TESTS

FILES = sorted((TESTS / "review").glob("*.csv"))
DAY = date(2026, 11, 30)
Rows = list[list[str]]


def file_of(kind: str, year: int = 2025) -> Path:
    """The fixture's file of a kind, such as ``1-2``."""
    return next(file for file in FILES if file.name.startswith(f"{kind}_RS_{year}"))


def import_files(files: Sequence[Path], out: Path, *, strict: bool = False) -> ReviewImport:
    """Import files into a folder, with the organisations of the checkout's data."""
    return import_review(files, out, packaged(), Base(), DAY, lambda _: None, strict=strict)


def joint_inputs(folder: Path, files: Sequence[Path] = tuple(FILES)) -> Inputs:
    """The packaged inputs with an imported fixture beside them."""
    import_files(files, folder / "review")
    return packaged().with_data(packaged().data, folder / "review")


def changed(file: Path, folder: Path, change: Callable[[Rows], None], encoding: str = "utf-8-sig") -> Path:
    """A copy of a file of the fixture whose rows are changed."""
    with editing(file, folder / file.name, encoding) as rows:
        change(rows)
    return folder / file.name


@contextmanager
def editing(file: Path, target: Path, encoding: str) -> Iterator[Rows]:
    """The rows of a CSV file, which are written to another one afterwards."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.reader(text))
    yield rows
    with target.open("w", encoding=encoding, newline="") as text:
        csv.writer(text).writerows(rows)
