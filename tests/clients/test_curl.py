"""curl, which offers to upgrade to HTTP/2 with `--http2`, and sends the body at once all the same."""

import shutil
import subprocess
from pathlib import Path

import pytest

from kankei.release.reader import Release
from support.serving import PATIENCE_S, serving

CURL = shutil.which("curl")
QUERY = "SELECT ?x WHERE { VALUES ?x { 17 } }"


def run(*arguments: str) -> str:
    assert CURL
    command = [CURL, "--silent", "--show-error", "--noproxy", "*", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True).stdout


@pytest.mark.skipif(CURL is None, reason="there is no curl on PATH")
@pytest.mark.parametrize("ways", [(), ("--get",)], ids=["POST", "GET"])
def test_http2_is_offered_and_declined(seed_release: Release, tmp_path: Path, ways: tuple[str, ...]) -> None:
    if "HTTP2" not in run("--version"):
        pytest.skip("this curl has no HTTP/2")
    with serving(seed_release.path, tmp_path) as server:
        one = (
            *("--http2", *ways, "--data-urlencode", f"query={QUERY}", "--header", "Accept: text/csv"),
            *("--write-out", "%{http_code} %{http_version}\n", f"{server.address}sparql"),
        )
        told = run(*one, "--next", *one)
    assert told.split() == ["x", "17", "200", "1.1"] * 2
