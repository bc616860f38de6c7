"""A publisher's data folder may hold shapes of its own, which its data must conform to as well."""

import shutil
from pathlib import Path

import pytest

from kankei.dataset.data_folder import Inputs, packaged, shapes_files
from kankei.namespaces import Base
from kankei.release.published_inputs import merged_shapes
from kankei.validation.file_validation import validate_files

OWN = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix kk: <https://w3id.org/kankei/ns#> .
@prefix own: <https://example.org/shapes#> .

own:Programme a sh:NodeShape ;
    sh:targetClass kk:Programme ;
    sh:property own:Programme-approvedBy .

own:Programme-approvedBy a sh:PropertyShape ;
    sh:path kk:ministry ;
    sh:minCount 2 ;
    sh:message "二つの省庁が要ります。"@ja , "Two ministries are wanted."@en .
"""


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    shutil.copytree(packaged().data, tmp_path / "data")
    (tmp_path / "data" / "shapes").mkdir()
    (tmp_path / "data" / "shapes" / "own.ttl").write_text(OWN, encoding="utf-8")
    return packaged().with_data(tmp_path / "data")


def test_data_must_conform_to_the_shapes_of_its_folder(inputs: Inputs) -> None:
    located = validate_files((), inputs, Base())
    assert not located.report.conforms
    names = {result.source_shape for result in located.report.results}
    assert names == {"https://example.org/shapes#Programme-approvedBy"}
    assert len(located.report.results) == len(list((inputs.data / "programmes").glob("*.ttl")))


def test_they_are_published_with_the_others(inputs: Inputs) -> None:
    assert shapes_files(inputs)[:-1] == shapes_files(packaged())
    assert b"own:Programme-approvedBy" in merged_shapes(shapes_files(inputs))
