"""Java's own HttpClient, with its default settings, by which it offers to upgrade to HTTP/2."""

import shutil
import subprocess
from pathlib import Path

import pytest

from kankei.release.reader import Release
from support.serving import PATIENCE_S, serving

PROGRAM = Path(__file__).with_name("GetAndPost.java")
JAVA = shutil.which("java")
QUERY = "SELECT ?x WHERE { VALUES ?x { 17 } }"


@pytest.mark.skipif(JAVA is None, reason="there is no java on PATH")
def test_get_and_post(seed_release: Release, tmp_path: Path) -> None:
    with serving(seed_release.path, tmp_path) as server:
        command = [str(JAVA), str(PROGRAM), f"{server.address}sparql", QUERY]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    if done.returncode and ("not found" in done.stderr or "jdk.compiler" in done.stderr):
        pytest.skip("this java has no compiler")
    assert done.stdout.splitlines() == ["200 x 17"] * 15, done.stderr
