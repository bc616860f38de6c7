"""Two review years of one folder: which projects were renamed, split, ended or begun."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kankei.dataset.data_folder import packaged
from kankei.diff.compare import compare
from kankei.diff.review_years import Outcome, compare_years
from kankei.namespaces import Base
from support.review import FILES, changed, file_of, import_files


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("years") / "review"
    import_files(FILES, folder)
    return folder


def outcomes(folder: Path) -> list[tuple[Outcome, str, list[str]]]:
    changes = compare_years(packaged().with_data(folder), Base(), (2024, 2025))
    return [
        (c.outcome, c.state.iri.rpartition("/")[2], [s.iri.rpartition("/")[2] for s in c.became])
        for c in changes
    ]


def test_projects_renamed_split_and_begun(folder: Path) -> None:
    assert outcomes(folder) == [
        (Outcome.RENAMED, "31", ["31"]),
        (Outcome.SPLIT, "32", ["33", "34"]),
        (Outcome.BEGUN, "20406", []),
        (Outcome.BEGUN, "20407", []),
    ]


def test_a_project_without_successors_has_ended(tmp_path: Path) -> None:
    def rename(rows: list[list[str]]) -> None:
        for row in rows[1:]:
            name = rows[0].index("事業名")
            row[name] = row[name].replace("見本統計の整備", "別の統計")
            if "旧事業番号" in rows[0]:
                row[rows[0].index("旧事業番号")] = ""

    later = [changed(file_of(kind), tmp_path, rename) for kind in ("1-1", "1-2", "2-1")]
    earlier = [file for file in FILES if "_2024_" in file.name]
    import_files([*later, *earlier], tmp_path / "review")
    assert (Outcome.ENDED, "32", []) in outcomes(tmp_path / "review")


def kankei_diff(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "kankei", "diff", *arguments]
    environment = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_the_command_tells_a_line_each_and_exits_1(folder: Path) -> None:
    done = kankei_diff("2024", "令和7年度", "--data", str(folder), "--language", "ja")
    assert done.returncode == 1
    assert done.stdout.splitlines()[:2] == [
        "改称：見本航路の維持（31）→ 見本航路の維持・改善 (31)",
        "分割：見本統計の整備（32）→ 見本統計の整備（企業） (33)、見本統計の整備（世帯） (34)",
    ]


@pytest.mark.parametrize(
    ("language", "statement", "message"), [("fr", "", "en or ja"), ("en", "<a> <b>", "broken.ttl")]
)
def test_trouble_with_two_review_years_is_exit_2(
    tmp_path: Path, language: str, statement: str, message: str
) -> None:
    import_files(FILES, tmp_path / "review")
    (tmp_path / "review" / "records" / "broken.ttl").write_text(statement, encoding="utf-8")
    done = kankei_diff("2024", "2025", "--data", str(tmp_path / "review"), "--language", language)
    assert done.returncode == 2
    assert message in done.stderr


def test_the_changes_as_json(folder: Path) -> None:
    done = kankei_diff("2024", "2025", "--data", str(folder), "--json")
    assert done.returncode == 1
    content = json.loads(done.stdout)
    assert content["format"] == 1
    split = content["projects"][1]
    assert (split["outcome"], split["title"]) == ("split", "見本統計の整備")
    assert [became["iri"].rpartition("/")[2] for became in split["became"]] == ["33", "34"]


def test_two_folders_of_records_are_compared_by_document(folder: Path, tmp_path: Path) -> None:
    other = shutil.copytree(folder, tmp_path / "other")
    (file, *_) = (f for f in sorted((other / "records").glob("*.ttl")) if "見本航路" in f.read_text("utf-8"))
    file.write_text(file.read_text("utf-8").replace("見本航路の維持・改善", "見本航路の改善"), "utf-8")
    assert list(compare(str(folder), str(folder), packaged())[0].documents) == []
    difference, formatter = compare(str(folder), str(other), packaged(), "ja")
    (document,) = difference.documents
    assert document.iri == Base().thing("project/31")
    assert formatter.label(document.iri) == "見本航路の維持・改善"
