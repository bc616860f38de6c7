"""The command `kankei verify`."""

import sys
from pathlib import Path
from typing import Annotated

from typer import Argument

from kankei.cli.console import find_release


def verify(release: Annotated[Path, Argument(help="A release, or the folder of releases.")]) -> None:
    """Verify a release: hash every file and hold it against the manifest."""
    from kankei.release.reader import verify as verify_release

    folder = find_release(release)
    manifest = verify_release(folder)
    sys.stdout.write(f"{folder}: {len(manifest.files)} files match their manifest\n")
