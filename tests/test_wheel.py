"""The built wheel, alone in an empty environment, builds a release and serves it."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.paths import ROOT

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


def uv(*arguments: str) -> None:
    call = [sys.executable, "-m", "uv", *arguments]
    done = subprocess.run(
        call, cwd=ROOT, env=os.environ | index(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of an environment that holds the wheel and its dependencies, nothing else."""
    folder = tmp_path_factory.mktemp("wheel")
    uv("build", "--wheel", "--quiet", "--out-dir", str(folder))
    uv("venv", "--quiet", "--python", sys.executable, str(folder / "venv"))
    (wheel,) = folder.glob("*.whl")
    uv("pip", "install", "--quiet", "--python", str(folder / "venv" / "bin" / "python"), str(wheel))
    return folder / "venv" / "bin"


@pytest.fixture
def served(installed: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a server started with no release, and with a cache folder and home of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    call = [str(installed / "kankei"), "serve", "--port", "0"]
    with subprocess.Popen(call, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield next(word for word in server.stdout.readline().split() if word.startswith("http://"))
        finally:
            server.terminate()
            server.wait(timeout=10)


def test_the_wheel_serves_without_a_checkout(served: str) -> None:
    address = f"{served.rstrip('/')}/sparql?query={urllib.request.quote(QUERY)}"  # type: ignore[attr-defined]
    request = urllib.request.Request(address, headers={"Accept": "text/csv"})
    with urllib.request.urlopen(request, timeout=10) as response:
        assert response.read().decode().split() == ["n", "4"]


def test_help_starts_with_the_bare_installation(installed: Path) -> None:
    done = subprocess.run([str(installed / "kankei"), "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "validate" in done.stdout
