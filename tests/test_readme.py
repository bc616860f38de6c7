"""The README against the thing: its examples, its commands and what it promises are all true."""

import re

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner

from kankei.cli.main import application
from support.paths import ROOT

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
