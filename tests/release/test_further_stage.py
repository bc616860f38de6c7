"""Stages that other rooms add to a build."""

from pathlib import Path

from kankei.dataset.dataset import Dataset
from kankei.release.further_stage import FurtherStage
from kankei.release.reader import Release
from support.building import build_quickly


def test_a_further_stage_adds_a_file_of_the_manifest_and_its_code_is_part_of_the_version(
    tmp_path: Path,
) -> None:
    def write(dataset: Dataset, folder: Path) -> None:
        (folder / "extra.txt").write_text(dataset.base.iri)

    code = tmp_path / "code"
    code.mkdir()
    (code / "stage.py").write_text("first")
    stage = FurtherStage("extra", write, [code])
    first = Release.open(build_quickly(tmp_path / "releases", further=[stage]))
    assert first.read("extra.txt") == first.manifest.base.iri.encode()
    (code / "stage.py").write_text("second")
    second = Release.open(build_quickly(tmp_path / "releases", further=[stage]))
    assert first.manifest.version != second.manifest.version
