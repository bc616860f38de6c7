"""Build hook of the wheel: adds the query editor; without npm the wheel has the plain form."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

EDITOR = "KANKEI_EDITOR"
"""The environment variable: ``required`` fails a build without the editor, ``none`` leaves the editor out."""
_STATIC = "kankei/web/static"


class EditorBuildHook(BuildHookInterface[Any]):
    """Builds the editor into a folder beside the build, and has its files in the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the editor's files; an editable installation has those that `src/editor/build.py` builds."""
        if version == "editable" or os.environ.get(EDITOR) == "none":
            return
        self._folder = tempfile.TemporaryDirectory()
        out = Path(self._folder.name)
        call = [sys.executable, str(Path(self.root) / "src" / "editor" / "build.py"), "--out", str(out)]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            build_data["force_include"] |= {str(file): f"{_STATIC}/{file.name}" for file in out.iterdir()}
        elif os.environ.get(EDITOR) == "required":
            raise RuntimeError(done.stderr)
        else:
            self.app.display_warning(done.stderr)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the folder."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()
