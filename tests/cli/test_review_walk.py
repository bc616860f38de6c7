"""From two zip files of the budget review to a joined query, as the README of the commands tells it."""

import re
import shutil
import zipfile
from pathlib import Path

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from kankei.cli.main import application
from kankei.dataset.data_folder import packaged
from kankei.release.reader import Release
from support.paths import ROOT, TESTS
from support.review import file_of

README = (ROOT / "src" / "kankei" / "cli" / "README.md").read_text(encoding="utf-8")
WALK = re.search(r"```sh\n(kankei import review.*?)```", README, re.DOTALL)


def zipped(file: Path, folder: Path) -> Path:
    with zipfile.ZipFile(folder / file.with_suffix(".zip").name, "w") as archive:
        archive.write(file, file.name)
    return folder / file.with_suffix(".zip").name


def test_two_zip_files_become_a_joined_query(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert WALK is not None
    names = {kind: zipped(file_of(kind), tmp_path).name for kind in ("1-2", "2-1")}
    shutil.copytree(packaged().data, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    lines = [line.partition(" #")[0].split() for line in WALK[1].splitlines()]
    commands = [words[1:] for words in lines if words[1] in {"import", "build"}]
    assert [words[0] for words in commands] == ["import", "build"]
    for words in commands:
        arguments = [names.get(word.partition("_")[0], word) for word in words]
        done = CliRunner().invoke(application, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    linked = CliRunner().invoke(application, ["link", "data", "review", "--out", "links.sssom.tsv"])
    assert re.search(
        r"判断済み 0 件：links\.sssom\.tsv\n.* 0 verdicts kept: links\.sssom\.tsv\n", linked.output
    )
    store = ox.Store.read_only(str(Release.open(tmp_path / "releases" / "current").store_path))
    question = next((TESTS / "competency" / "joint").glob("01-*.rq")).read_text(encoding="utf-8")
    solutions = store.query(question)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [row["executed"].value for row in solutions] == ["150000000"]
