"""The README against the thing: its examples, its commands and what it promises are all true."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from kankei.cli.main import application
from kankei.namespaces import DEFAULT_BASE
from support.paths import ROOT
from support.review import file_of
from support.serving import serving

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(
    r"\(tests/competency/([\w-]+\.rq)\)\n\n```sparql\n(.*?)```\n\n```csv\n(.*?)```", README, re.DOTALL
)


def test_there_are_three_examples_in_a_readme_of_one_sitting() -> None:
    assert len(EXAMPLES) == 3
    assert len(README.splitlines()) <= 150


@pytest.mark.parametrize(("name", "query", "answer"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_an_example_is_the_shipped_question_with_its_answer(
    name: str, query: str, answer: str, seed_store: ox.Store
) -> None:
    shipped = (ROOT / "tests" / "competency" / name).read_text(encoding="utf-8")
    assert query == re.sub(r"^PREFIX .*\n", "", shipped, flags=re.MULTILINE)
    solutions = seed_store.query(shipped)
    assert isinstance(solutions, ox.QuerySolutions)
    result = solutions.serialize(format=ox.QueryResultsFormat.CSV)
    assert result is not None
    assert result.decode().replace("\r\n", "\n") == answer


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([\w./-]+)\)", README))))
def test_a_linked_file_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_command_and_option_that_is_named_exists() -> None:
    commands = set(re.findall(r"`?kankei (\w+)", README)) - {"turns"}
    known = {command.callback.__name__ for command in application.registered_commands if command.callback}
    groups = [group.typer_instance for group in application.registered_groups]
    known |= {str(group.info.name) for group in groups if group}
    assert commands <= known
    for command, options in re.findall(r"kankei (\w+)((?: [\w./:-]+)*)", README):
        for option in re.findall(r"--[\w-]+", options):
            assert option in CliRunner().invoke(application, [command, "--help"], terminal_width=200).output


def test_the_two_lines_are_one_line_each() -> None:
    serve = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/kankei serve"
    test = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/python -m pytest"
    lines = README.splitlines()
    assert serve in lines
    assert test in lines


def published(folder: Path) -> None:
    """Two files of the budget review as they are published, each in a zip, with invented rows."""
    for kind in ("1-2", "2-1"):
        file = file_of(kind)
        with zipfile.ZipFile(folder / f"{file.stem}.zip", "w") as archive:
            archive.write(file, file.name)


def test_the_walk_from_two_zip_files_to_a_joined_query(tmp_path: Path) -> None:
    """Its lines as they are written, but for the server's port and the answers to the curator's loop."""
    walk = (
        README.partition("## From two zip files to a joined query")[2]
        .partition("```sh\n")[2]
        .partition("```")[0]
    )
    *commands, serve, ask = walk.strip().splitlines()
    assert len(commands) + 2 <= 10
    published(tmp_path)
    shutil.copytree(ROOT / "data", tmp_path / "data")
    for command in commands:
        done = subprocess.run(
            ["bash", "-ec", command.replace("kankei", f"{sys.executable} -m kankei", 1)],
            cwd=tmp_path,
            input="s\n" * 9,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert serve == "kankei serve releases &"
    with serving(tmp_path / "releases", tmp_path) as server:
        accept, query = re.findall(r"curl -H 'Accept: (.*?)' --data-urlencode query@(\S+) ", ask)[0]
        form = urlencode({"query": (ROOT / query).read_text(encoding="utf-8")}).encode()
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        answer = server.request("POST", ask.rpartition(":8000/")[2], headers, form)
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = answer.text.splitlines()[1:]
    measure = f"{DEFAULT_BASE}id/programme/two-region-living#measure-pilot"
    assert row == f"{measure},{DEFAULT_BASE}id/project/20406,2024,300000000,150000000"
