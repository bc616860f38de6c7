"""`kankei validate --shapes`: any RDF against any shapes, its output and its exit codes."""

from pathlib import Path as File

import pytest
from typer.testing import CliRunner, Result

from kankei.cli import application
from kankei.errors import KankeiError, UsageError
from test_shapes_graph import DATA, SHAPE, graph_file

MALFORMED = "ex:U a sh:NodeShape ; sh:targetClass ex:T ; sh:not 1 ."


def kankei(*arguments: object) -> Result:
    return CliRunner().invoke(application, ["validate", *map(str, arguments)])


@pytest.fixture
def data(tmp_path: File) -> File:
    return graph_file(tmp_path, DATA, "data.ttl")


def test_data_that_conforms(tmp_path: File, data: File) -> None:
    done = kankei("--shapes", graph_file(tmp_path, SHAPE + "sh:nodeKind sh:IRI ."), "--data", data)
    assert (done.exit_code, done.stdout) == (0, "conforms\n")


@pytest.mark.parametrize("option", [[], ["--reference"]], ids=["compiled", "reference"])
def test_data_that_does_not(tmp_path: File, data: File, option: list[str]) -> None:
    shapes = graph_file(tmp_path, SHAPE + "sh:nodeKind sh:Literal .")
    done = kankei("--shapes", shapes, data, *option)
    assert done.exit_code == 1
    assert done.stdout.startswith("<https://example.org/a>: violation: ")
    assert done.stdout.endswith("[https://example.org/S]\n1 result\n")
    turtle = kankei("--shapes", shapes, data, "--turtle", *option)
    assert turtle.exit_code == 1
    assert "sh:conforms false" in turtle.stdout


def test_shapes_that_nobody_can_use(tmp_path: File, data: File) -> None:
    shapes = graph_file(tmp_path, MALFORMED)
    done = kankei("--shapes", shapes, "--data", data)
    assert isinstance(done.exception, KankeiError)
    assert done.exception.subject == "https://example.org/U"
    left_out = kankei("--shapes", shapes, "--data", data, "--skip-malformed")
    assert left_out.exit_code == 0
    assert "left out: https://example.org/U: " in left_out.stderr


def test_what_falls_back_is_told(tmp_path: File, data: File) -> None:
    query = "SELECT (COUNT(?v) AS ?value) { $this ?p ?v }"
    shapes = graph_file(tmp_path, SHAPE + f'sh:sparql [ sh:select "{query}" ] .')
    done = kankei("--shapes", shapes, "--data", data)
    assert done.exit_code == 1
    assert "validated by pySHACL: https://example.org/S: " in done.stderr
    assert "1 of 1 shapes with targets did not compile" in done.stderr


def test_wrong_usage(tmp_path: File) -> None:
    shapes = graph_file(tmp_path, SHAPE + "sh:nodeKind sh:IRI .")
    for arguments in (["--shapes", shapes], ["--fail-fast"], ["--max-results", 1]):
        assert isinstance(kankei(*arguments).exception, UsageError)
