"""The built wheel, alone in an empty environment, builds a release and serves it, with or without npm."""

import os
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.paths import ROOT
from support.serving import PATIENCE_S

QUERY = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/kankei/ns#Programme> }"


def index() -> dict[str, str]:
    """The environment that tells uv what pip's configuration says; uv does not read that file."""
    call = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(call, capture_output=True, text=True, check=False).stdout
    settings = dict(line.split("=", 1) for line in listed.splitlines() if "=" in line)
    values = {key.rpartition(".")[2]: value.strip("'\"") for key, value in settings.items()}
    found = {
        "UV_DEFAULT_INDEX": values.get("index-url"),
        "UV_INSECURE_HOST": values.get("trusted-host"),
        "SSL_CERT_FILE": values.get("cert"),
    }
    return {name: value for name, value in found.items() if value and name not in os.environ}


def uv(*arguments: str, **environment: str) -> None:
    call = [sys.executable, "-m", "uv", *arguments]
    variables = os.environ | index() | environment
    done = subprocess.run(call, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of an environment that holds the wheel and its dependencies, nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    # As where npm cannot be reached: nothing listens at this port.
    unreachable = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_cache": str(folder / "npm")}
    uv("build", "--wheel", "--quiet", "--out-dir", str(folder), KANKEI_EDITOR="", **unreachable)
    uv("venv", "--quiet", "--python", sys.executable, str(folder / "venv"))
    (wheel,) = folder.glob("*.whl")
    uv("pip", "install", "--quiet", "--python", str(folder / "venv" / "bin" / "python"), str(wheel))
    return folder / "venv" / "bin"


@pytest.fixture
def served(installed: Path, tmp_path: Path) -> Iterator[list[str]]:
    """What a server announces that starts with no release, and with a cache folder and home of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    call = [str(installed / "kankei"), "serve", "--port", "0"]
    with subprocess.Popen(call, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield [server.stdout.readline() for _ in range(3)]
        finally:
            server.terminate()
            server.wait(PATIENCE_S)


def test_the_wheel_serves_without_a_checkout_and_says_what_it_lacks(served: list[str]) -> None:
    address = next(word for word in served[0].split() if word.startswith("http://"))
    query = f"{address}sparql?query={urllib.request.quote(QUERY)}"  # type: ignore[attr-defined]
    request = urllib.request.Request(query, headers={"Accept": "text/csv"})
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
        assert response.read().decode().split() == ["n", "4"]
    assert "簡易な入力欄" in served[1]
    assert "has a plain form: npm could not be reached" in served[2]
    page = urllib.request.Request(f"{address}sparql", headers={"Accept": "text/html"})
    with urllib.request.urlopen(page, timeout=PATIENCE_S) as response:
        assert "<script src" not in response.read().decode()


@pytest.mark.skipif(os.environ.get("KANKEI_EDITOR") != "required", reason="it takes npm: .ci/run requires it")
def test_a_wheel_built_with_npm_holds_the_editor_and_its_licences(tmp_path: Path) -> None:
    uv("build", "--wheel", "--quiet", "--out-dir", str(tmp_path))
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        script = archive.read("kankei/web/static/sparql-editor.js").decode()
        licences = archive.read("kankei/web/static/sparql-editor.txt").decode()
    assert script.startswith("/* CodeMirror and kankei's query editor; licences: ./sparql-editor.txt */")
    assert len(script) < 500_000
    for package in ("@codemirror/view", "@codemirror/legacy-modes", "@lezer/common", "style-mod"):
        assert f"{package} " in licences
    assert "esbuild" not in licences
    assert not [name for name in names if "node_modules" in name or "src/editor" in name]


def test_help_starts_with_the_bare_installation(installed: Path) -> None:
    done = subprocess.run([str(installed / "kankei"), "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "validate" in done.stdout
