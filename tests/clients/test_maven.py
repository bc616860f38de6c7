"""Jena and RDF4J, where Maven has copied their libraries to `lib/`, as `README.md` says."""

import shutil
import subprocess
from pathlib import Path

import pytest

from kankei.release.reader import Release
from support.serving import PATIENCE_S, serving

FOLDER = Path(__file__).parent
JAVA = shutil.which("java")
LIBRARIES = {"jena-4": "Jena.java", "jena-5": "Jena.java", "rdf4j": "Rdf4j.java"}


@pytest.mark.skipif(JAVA is None, reason="there is no java on PATH")
@pytest.mark.parametrize("library", LIBRARIES)
def test_it_asks_in_each_of_its_ways(seed_release: Release, tmp_path: Path, library: str) -> None:
    jars = FOLDER / "lib" / library
    if not jars.is_dir():
        pytest.skip(f"tests/clients/lib/{library} is not there; tests/clients/README.md says how to fill it")
    (tmp_path / "other").mkdir()
    with serving(seed_release.path, tmp_path / "other", "--rate", "0") as other:
        remote = f"{other.address}sparql"
        with serving(seed_release.path, tmp_path, "--rate", "0", "--allow-service", remote) as server:
            command = [
                *(str(JAVA), "-cp", f"{jars}/*", str(FOLDER / LIBRARIES[library])),
                *(f"{server.address}sparql", remote),
            ]
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            requests = [*server.events("request"), *other.events("request")]
    assert "SERVICE of the endpoint: 25" in done.stdout
    assert {request["method"] for request in requests} == {"GET", "POST"}
    assert {request["status"] for request in requests} <= {200, 304}
