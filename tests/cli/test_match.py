"""`kankei match`: columns added to a CSV file, row by row."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from kankei.errors import MalformedData, UsageError
from kankei.release.reader import Release
from kankei.search.index.schema import FILE
from kankei.search.matching.csv_matching import ADDED, add_matches
from kankei.search.matching.matcher import Matcher
from kankei.search.query.search import SearchIndex
from support import launcher


@pytest.fixture(scope="module")
def matcher(seed_release: Release) -> Matcher:
    return Matcher(SearchIndex(seed_release.file(FILE)).index)


def matched(matcher: Matcher, text: str, column: str = "") -> list[dict[str, str]]:
    output = io.StringIO()
    add_matches(matcher, text.splitlines(keepends=True), output, "names.csv", column)
    return list(csv.DictReader(io.StringIO(output.getvalue())))


def test_columns_are_added(seed_release: Release, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_bytes(
        '町,担当\r\n甲町,観光資源課長\r\n乙町,"そのような, 課"\r\n'.encode("cp932")
    )
    done = launcher.run(
        *("match", "names.csv", "--release", seed_release.path, "--column", "担当", "--encoding", "cp932"),
        *("--type", "organisation"),
        cwd=tmp_path,
        env={},
    )
    assert (done.returncode, done.stderr) == (0, "2 names, 1 certain matches\n")
    first, second = csv.DictReader(io.StringIO(done.stdout))
    assert first["町"] == "甲町"
    assert first["match_iri"].endswith("/id/org/jta-tourism-resources-division")
    assert (first["match_score"], first["match_certain"], first["match_basis"]) == (
        "98",
        "yes",
        "title position",
    )
    assert (second["担当"], second["match_certain"]) == ("そのような, 課", "no")


def test_rows_are_written_as_they_are_read(matcher: Matcher) -> None:
    output = io.StringIO()
    written = []

    def lines() -> Iterator[str]:
        for line in ("name\n", "総務省\n", "観光庁\n", "105\n"):
            written.append(output.getvalue().count("\n"))
            yield line

    assert add_matches(matcher, lines(), output, "names.csv") == (3, 3)
    assert written == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("text", "column", "error", "message"),
    [
        ("", "", MalformedData, "names.csv:1: the file is empty"),
        ("a,b\n1\n", "", MalformedData, "names.csv:2: the row has 1 cells, and the header has 2"),
        ("a,b\n1,2\n", "c", UsageError, "there is no column 'c'; there are: a, b"),
        (f"{ADDED[0]}\n1\n", "", UsageError, "has a column match_iri already"),
        ('a\n"1\n', "", MalformedData, "this is no CSV"),
    ],
)
def test_malformed_files_are_named(
    matcher: Matcher, text: str, column: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        matched(matcher, text, column)
    assert message in str(caught.value)


def test_wrong_encoding_and_type_are_named(matcher: Matcher, seed_release: Release, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_bytes("担当\n観光庁\n".encode("cp932"))
    done = launcher.run("match", "names.csv", "--release", seed_release.path, cwd=tmp_path, env={})
    assert done.returncode == 1
    assert "--encoding" in done.stderr
    with pytest.raises(MalformedData, match="--encoding"):
        add_matches(
            matcher, io.TextIOWrapper(io.BytesIO(b"no byte order mark"), "utf-16"), io.StringIO(), "x.csv"
        )
    with pytest.raises(MalformedData, match="--encoding"):  # half of a character
        add_matches(matcher, io.TextIOWrapper(io.BytesIO(b"a\n+2AA-\n"), "utf-7"), io.StringIO(), "x.csv")
    done = launcher.run(
        "match", "names.csv", "--release", seed_release.path, "--type", "town", cwd=tmp_path, env={}
    )
    assert (done.returncode, "there are: programme" in done.stderr) == (2, True)
    done = launcher.run("match", "none.csv", "--release", seed_release.path, cwd=tmp_path, env={})
    assert done.returncode == 2


def test_empty_lines_and_cells_are_kept_apart(matcher: Matcher) -> None:
    rows = matched(matcher, "name,x\n,1\n\n=総務省,2\n")
    assert [(row["x"], row["match_certain"]) for row in rows] == [("1", "no"), ("2", "yes")]
