"""Two review years of one folder: which projects were renamed, split, ended or begun."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kankei.dataset.data_folder import packaged
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


def test_the_command_tells_a_line_each_and_exits_1(folder: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "kankei",
        "diff",
        "2024",
        "令和7年度",
        "--data",
        str(folder),
        "--language",
        "ja",
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"}
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[:2] == [
        "改称：見本航路の維持（31）→ 見本航路の維持・改善 (31)",
        "分割：見本統計の整備（32）→ 見本統計の整備（企業） (33)、見本統計の整備（世帯） (34)",
    ]
