"""The folders a release is built from."""

from dataclasses import dataclass, replace
from pathlib import Path

import kankei
from kankei.errors import UsageError

DATA_FOLDER = "one has catalogue.ttl, programmes/, organisations/, sources/ and fiscal-years/"


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
            found = "this is a file, and no data folder" if data.exists() else "there is no such data folder"
            raise UsageError(f"{found}; {DATA_FOLDER}", str(data))
        return replace(self, data=data)


def packaged() -> Inputs:
    """The inputs that travel inside the wheel, or those of the checkout that this package runs from."""
    package = Path(kankei.__file__).parent
    root = package / "packaged"
    if root.is_dir():
        return Inputs(root / "ontology", root / "data", root / "shapes", root / "competency")
    root = package.parent.parent
    return Inputs(root / "ontology", root / "data", root / "shapes", root / "tests" / "competency")
