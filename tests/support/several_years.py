"""A data folder whose programmes have entries for three fiscal years, 2025 to 2027, and a release of it."""

from pathlib import Path

from kankei.release.reader import Release
from support.building import build_quickly
from support.continuing import NEXT, Run, next_year, receive, sheets_of

LATER = (
    ("R8年度", "R9年度"),
    ("R８年度", "R９年度"),
    (" 28\n", " 31\n"),
    ("350の内数", "340の内数"),
    (" 25\n", " 26\n"),
)
"""How the third edition is printed where it differs from the second."""


def add(run: Run, file: Path) -> None:
    """Put the candidates of an edition into the data folder; programmes that are new to it are left out."""
    sheets = sheets_of(file)
    for sheet, continuation in zip(sheets, run.continuations(sheets), strict=True):
        target = run.file(continuation)
        if target.exists():
            target.write_text(run.written(sheet, continuation), encoding="utf-8")


def three_years(folder: Path) -> Run:
    """The packaged data with the entries of two more years."""
    run = next_year(folder)
    add(run, NEXT)
    text = NEXT.read_text(encoding="utf-8")
    for old, new in LATER:
        assert old in text
        text = text.replace(old, new)
    later = folder / "sheets-2027.txt"
    later.write_text(text, encoding="utf-8")
    receive(run.inputs, later, 2027)
    run = Run.of(run.inputs, later.stem)
    add(run, later)
    return run


def release_of_three_years(folder: Path) -> Release:
    """A release of that data."""
    return Release.open(build_quickly(folder / "releases", three_years(folder).inputs))
