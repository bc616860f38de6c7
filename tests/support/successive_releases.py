"""Three successive releases in one folder: the packaged data; a change and a new thing; its removal."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kankei.dataset.data_folder import Inputs
from kankei.diff.change_details import change_details
from kankei.release.history.succession import Succession
from kankei.release.reader import Release
from support.building import build_quickly, copy_at, own_copy

CHANGED, NEW = "programme/two-region-living", "programme/brand-new"
DATES = ("2026-11-24", "2026-11-30", "2026-12-05")
OLD_TITLE, NEW_TITLE = '"Promotion of two-region living"@en', '"Promotion of life in two regions"@en'


@dataclass(frozen=True)
class Successive:
    """The folder of the releases and their inputs, as of the last one."""

    folder: Path
    inputs: Inputs
    first: Release
    second: Release
    third: Release

    @classmethod
    def built(cls, folder: Path) -> Self:
        """What `build_three` has built in a folder; versions begin with their dates."""
        releases = folder / "releases"
        paths = [next(releases.glob(f"{date}-*")) for date in DATES]
        return cls(releases, copy_at(folder / "inputs"), *map(Release.open, paths))


def retitle(inputs: Inputs, old: str = OLD_TITLE, new: str = NEW_TITLE) -> None:
    file = inputs.data / "programmes" / "two-region-living.ttl"
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new), encoding="utf-8")


def dated(date: str) -> Succession:
    return Succession(date, details=change_details)


def build_three(folder: Path) -> None:
    """Build the releases in an empty folder."""
    inputs, releases = own_copy(folder / "inputs"), folder / "releases"
    programmes = inputs.data / "programmes"
    build_quickly(releases, inputs, succession=dated(DATES[0]))
    retitle(inputs)
    shutil.copyfile(programmes / "new-exchange-market.ttl", programmes / "brand-new.ttl")
    build_quickly(releases, inputs, succession=dated(DATES[1]))
    (programmes / "brand-new.ttl").unlink()
    build_quickly(releases, inputs, succession=dated(DATES[2]))
