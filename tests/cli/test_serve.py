"""`kankei serve` without a release: it builds one from the packaged data, or from data folders."""

import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kankei.cli.main import application
from kankei.dataset.data_folder import packaged
from kankei.errors import UsageError
from support.review import FILES, import_files


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The builds that were asked for, none of which is run."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> "subprocess.CompletedProcess[bytes]":
        commands.append(command[3:])
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(subprocess, "run", run)
    return commands


def test_data_folders_are_built_together_each_order_apart(tmp_path: Path, asked: list[list[str]]) -> None:
    data, review = tmp_path / "data", tmp_path / "review"
    shutil.copytree(packaged().data, data)
    import_files(FILES, review)
    for folders in ((), (data,), (data, review)):
        options = [word for folder in folders for word in ("--data", str(folder))]
        done = CliRunner().invoke(application, ["serve", "--port", "0", *options])
        assert done.exit_code == 3, done.output
        assert asked[-1][0] == "build"
        assert asked[-1][5:] == options
    assert len({command[2] for command in asked}) == len(asked) - 1  # a copy of the packaged data is no other


def test_a_release_is_not_built_again_from_data(tmp_path: Path, asked: list[list[str]]) -> None:
    done = CliRunner().invoke(application, ["serve", str(tmp_path), "--data", str(tmp_path)])
    assert isinstance(done.exception, UsageError)
    assert asked == []


def test_what_is_no_address_of_an_engine_is_refused_before_a_build(asked: list[list[str]]) -> None:
    done = CliRunner().invoke(application, ["serve", "--port", "0", "--engine", "foo"])
    assert isinstance(done.exception, UsageError)
    assert asked == []


def test_mcp_serves_the_same_release_where_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[list[str]]
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (["serve", "--port", "0"], ["mcp"]):
        done = CliRunner().invoke(application, command)
        assert (done.exit_code, done.stdout) == (3, "")  # standard output is the protocol's
    assert asked[0] == asked[1]
    (tmp_path / "releases").mkdir()
    CliRunner().invoke(application, ["mcp"])
    assert len(asked) == 2
