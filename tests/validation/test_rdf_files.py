"""`kankei validate --shapes`: any RDF against any shapes, its output and its exit codes."""

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path as File

import pyoxigraph as ox
import pytest
from typer.testing import CliRunner, Result

from kankei.cli.main import application, main
from kankei.errors import KankeiError, UsageError
from kankei.validation.file_validation import RdfValidation, validate_rdf
from kankei.validation.plan.execution import ExecutionOptions
from kankei.validation.shapes.shapes_graph import load_graph
from kankei.validation.validator import validate_data
from validation.test_shapes_graph import DATA, SHAPE, data_of, graph_file

OTHER = "ex:U a sh:NodeShape ; sh:targetClass ex:T ; sh:not 1 ."


def kankei(*arguments: object) -> Result:
    return CliRunner().invoke(application, ["validate", *map(str, arguments)])


def outcome_of(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[object, str, str]:
    """The exit code of a command, and what it printed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["kankei", "validate", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
    out, err = capsys.readouterr()
    return ended.value.code, out, err


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
    shapes = graph_file(tmp_path, OTHER)
    done = kankei("--shapes", shapes, "--data", data)
    assert isinstance(done.exception, KankeiError)
    assert done.exception.subject == "https://example.org/U"
    left_out = kankei("--shapes", shapes, "--data", data, "--skip-malformed")
    assert left_out.exit_code == 0
    assert "left out: https://example.org/U: " in left_out.stderr


MALFORMED = {
    "a list that loops": (SHAPE + "sh:in _:l . _:l rdf:first 1 ; rdf:rest _:l .", "S"),
    "a path that refers to itself": (
        SHAPE + "sh:property ex:P . ex:P sh:path _:p . _:p sh:inversePath _:p .",
        "P",
    ),
    "recursion": (SHAPE + "sh:property ex:P . ex:P sh:path ex:p ; sh:node ex:S .", "S"),
    "an unknown parameter": (SHAPE + "sh:minimumCount 1 .", "S"),
    "a bad regular expression": (SHAPE + 'sh:pattern "(" .', "S"),
    "a literal where a shape should stand": (SHAPE + 'sh:not "ex:U" .', "S"),
    "within a shape without name": (SHAPE + "sh:property [ sh:path ex:p ; sh:minimumCount 1 ] .", "S"),
}


@pytest.mark.parametrize(("shapes", "named"), MALFORMED.values(), ids=MALFORMED)
def test_malformed_shapes_are_named_and_end_with_2(
    tmp_path: File, data: File, shapes: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = outcome_of(capsys, "--shapes", graph_file(tmp_path, shapes), "--data", data)
    assert (code, out) == (2, "")
    assert f"https://example.org/{named}: " in err


def test_exit_codes(tmp_path: File, data: File, capsys: pytest.CaptureFixture[str]) -> None:
    passing = graph_file(tmp_path, SHAPE + "sh:nodeKind sh:IRI .", "passing.ttl")
    failing = graph_file(tmp_path, SHAPE + "sh:nodeKind sh:Literal .", "failing.ttl")
    broken = graph_file(tmp_path, "ex:a ex:b", "broken.ttl")
    for shapes, file, code in (
        (passing, data, 0), (failing, data, 1), (passing, broken, 1), (broken, data, 2),
        (passing, tmp_path / "no.ttl", 2), (data, data, 2),
    ):  # fmt: skip
        for option in ("--threads=2", "--fail-fast", "--max-results=0", "--turtle", "--skip-malformed"):
            assert outcome_of(capsys, "--shapes", shapes, file, option)[0] == code, (shapes, file, option)


BAD_IRIS = {
    "data.ttl": "<https://example.org/a b> a <https://example.org/T> .",
    "data.nt": "<https://example.org/a b> <urn:p> <urn:o> .",
    "data.jsonld": '{"@id": "https://example.org/a b", "@type": "https://example.org/T"}',
    "key.jsonld": '{"@context": {"id": "@id"}, "@graph": [{"id": "https://example.org/a b", "urn:p": 1}]}',
    "link.jsonld": '{"@context": {"p": {"@id": "urn:p", "@type": "@id"}}, "@id": "urn:s", "p": ["urn:a b"]}',
    "data.rdf": '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<r:Description r:about="https://example.org/a b"><r:type r:resource="urn:o"/></r:Description></r:RDF>',
}


@pytest.mark.parametrize(("name", "text"), BAD_IRIS.items(), ids=BAD_IRIS)
def test_an_iri_with_a_space_is_an_error_in_every_format(
    tmp_path: File, name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    shapes = graph_file(tmp_path, SHAPE + "sh:nodeKind sh:IRI .")
    code, out, err = outcome_of(capsys, "--shapes", shapes, tmp_path / name)
    assert (code, out) == (1, "")
    assert name in err
    assert "None" not in err


def test_a_result_of_a_shape_without_name_tells_whose_it_is(tmp_path: File, data: File) -> None:
    shapes = graph_file(tmp_path, SHAPE + "sh:property [ sh:path ex:p ; sh:minInclusive 2 ] .")
    done = kankei("--shapes", shapes, data)
    assert " of https://example.org/S]\n" in done.stdout
    assert "(<https://example.org/p>: 1)" in done.stdout


def test_the_store_of_a_folder_is_validated_where_it_lies(tmp_path: File, data: File) -> None:
    store = ox.Store(tmp_path / "store")
    store.load(path=str(data))
    store.flush()
    del store
    shapes = graph_file(tmp_path, SHAPE + "sh:nodeKind sh:Literal .")
    assert kankei("--shapes", shapes, "--data", tmp_path / "store").stdout.endswith("\n1 result\n")
    for wrong in ([tmp_path], [tmp_path / "store", data]):
        assert isinstance(kankei("--shapes", shapes, *wrong).exception, UsageError)


def test_memory_does_not_grow_with_the_results(tmp_path: File) -> None:
    """They are told while they are found: 9,000 results of a few nodes, in the space of a few."""
    text = " ".join(f"ex:a{n} a ex:T ." for n in range(300))
    data = graph_file(tmp_path, text, "data.ttl")
    few, many = graph_file(tmp_path, same(1), "1.ttl"), graph_file(tmp_path, same(30), "30.ttl")
    for output in (RdfValidation.readable, RdfValidation.turtle):
        assert peak(many, data, output, 9_000) - peak(few, data, output, 300) < 1_000_000


def same(number: int) -> str:
    """So many shapes that all refuse every node."""
    return " ".join(SHAPE.replace("ex:S", f"ex:S{n}") + "sh:nodeKind sh:Literal ." for n in range(number))


def peak(shapes: File, data: File, output: Callable[[RdfValidation], Iterator[str]], count: int) -> int:
    """The most memory that telling so many results takes, beside what compiling has taken."""
    validated = validate_rdf([shapes], [data], ExecutionOptions(), lambda done, of: None)
    tracemalloc.start()
    try:
        assert sum(1 for _ in output(validated)) > count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_rows_that_cannot_come_twice_are_not_held(tmp_path: File) -> None:
    """DISTINCT would have the store hold every row."""
    shapes = (
        SHAPE + "sh:property [ sh:path ex:p ; sh:nodeKind sh:IRI ; sh:minCount 1 ] ; sh:nodeKind sh:IRI ."
    )
    validation = validate_data(data_of(DATA), load_graph([graph_file(tmp_path, shapes)]))
    assert not [ran.step.query for ran in validation.step_runs if "DISTINCT" in ran.step.query]


def test_the_bar_tells_the_steps(tmp_path: File, data: File) -> None:
    told = list[tuple[int, int]]()
    shapes = graph_file(
        tmp_path, SHAPE + "sh:nodeKind sh:IRI ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    )
    validated = validate_rdf([shapes], [data], ExecutionOptions(), lambda done, of: told.append((done, of)))
    assert list(validated.readable()) == ["conforms\n"]
    assert told == [(1, 2), (2, 2)]


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
