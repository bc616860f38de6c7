"""Documents that contradict nothing are not read again, unless what their reading rests on changes."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import kankei
from kankei.dataset.data_folder import Inputs, packaged
from kankei.dataset.dataset import Dataset, load
from kankei.namespaces import Base
from kankei.release.incremental_validation import ACCEPTED, PrintedTextsSince
from kankei.source.grammars.organisation_path import OrganisationPaths
from kankei.validation.printed import printed_texts
from kankei.validation.printed.accepted_documents import (
    AcceptedDocuments,
    document_key,
    hash_of_code,
    reading_key,
)
from kankei.validation.printed.known_names import KnownNames, known_names
from kankei.validation.printed.printed_texts import check_document
from kankei.validation.printed.problems import Problem
from kankei.validation.printed.source_lines import SourceLines, sources_of
from kankei.validation.report.report import Report
from support.building import own_copy
from test_structure import GROUND, LAW

PACKAGE = Path(kankei.__file__).parent
BASE = Base().thing("programme/x")


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return load(packaged(), Base())


@pytest.fixture
def read_again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first subject of each document that is read."""
    read: list[str] = []

    def recorded(statements: Sequence[object], *rest: object) -> Iterator[Problem]:
        read.append(str(statements[0]))
        return check_document(statements, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(printed_texts, "check_document", recorded)
    return read


def run(inputs: Inputs, folder: Path, *, incremental: bool = True) -> Report:
    return PrintedTextsSince(folder, incremental)(Report.of(()), load(inputs, Base()))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_only_a_changed_document_is_read_again(tmp_path: Path, read_again: list[str]) -> None:
    inputs = own_copy(tmp_path)
    run(inputs, tmp_path, incremental=False)
    everything = len(read_again)
    assert everything > 10
    run(inputs, tmp_path)
    assert len(read_again) == everything
    change(inputs.data / "programmes" / "two-region-living.ttl", "\n<", "\n\n<")
    run(inputs, tmp_path)
    assert len(read_again) == everything + 1
    run(inputs, tmp_path, incremental=False)
    assert len(read_again) == 2 * everything + 1


def test_a_document_that_contradicts_its_texts_is_never_accepted(
    tmp_path: Path, read_again: list[str]
) -> None:
    inputs = own_copy(tmp_path)
    change(inputs.data / "programmes" / "two-region-living.ttl", "kk:amount 20000000", "kk:amount 20000")
    reports = [run(inputs, tmp_path, incremental=incremental) for incremental in (False, True, True)]
    assert [len(report.results) for report in reports] == [1, 1, 1]
    assert len(set(read_again[-2:])) == 1


@pytest.mark.parametrize("content", ["", "[]", '{"x": 1}', '{"x": {"y": 2}}', "\ufffd"])
def test_a_damaged_file_names_no_document(content: str, tmp_path: Path) -> None:
    file = tmp_path / ACCEPTED
    file.write_text(content, encoding="utf-8")
    assert AcceptedDocuments.read(file) == AcceptedDocuments()
    file.write_bytes(b"\xff\xfe")
    assert AcceptedDocuments.read(file) == AcceptedDocuments()


def test_the_key_changes_with_each_name_that_is_known(dataset: Dataset) -> None:
    names = known_names(dataset)
    paths = names.units.values
    unit = next(iter(paths))
    others = (
        replace(names, base=Base("https://example.org/")),
        replace(names, concepts={**names.concepts, "topic": {}}),
        replace(names, labels={**names.labels, "x": ("甲",)}),
        replace(names, units=OrganisationPaths({**paths, (*unit, "総務課"): "x"})),
        replace(names, years={}),
    )
    assert len(set(KnownNames.__dataclass_fields__)) == len(others)
    assert len({reading_key(one) for one in (names, *others)}) == len(others) + 1
    key = reading_key(names)
    keys = {document_key(key, BASE, b"x"), document_key(key, BASE, b"y"), document_key(key, f"{BASE}y", b"x")}
    assert len(keys) == 3


def test_a_source_that_changes_goes_or_comes_has_its_documents_read_again(
    dataset: Dataset, tmp_path: Path
) -> None:
    sources = dict(sources_of(dataset).by_iri)
    iri, lines = next(iter(sources.items()))
    accepted = AcceptedDocuments()
    accepted.add("cites it", [iri], sources)
    accepted.add("cites another", ["urn:x"], sources)
    accepted.save(tmp_path / ACCEPTED)
    known = AcceptedDocuments.read(tmp_path / ACCEPTED)
    other = SourceLines(replace(lines.document, sha256="0"))
    for there, cites_it, cites_another in (
        (sources, True, True),
        ({iri: other}, False, True),
        ({}, False, True),
        ({**sources, "urn:x": other}, True, False),
    ):
        assert known.holds("cites it", there) is cites_it
        assert known.holds("cites another", there) is cites_another
    assert not known.holds("not there", sources)


def test_the_key_changes_with_every_file_of_the_code_that_reads(tmp_path: Path) -> None:
    package = tmp_path / "kankei"
    rooms = ["validation", *LAW["validation"][0].split()]
    for name in (*rooms, "web"):
        shutil.copytree(PACKAGE / name, package / name)
    for file in PACKAGE.glob("*.*"):
        shutil.copy(file, package)
    assert {f"{name}.py" for name in GROUND} <= {file.name for file in package.iterdir()}
    before = hash_of_code(package)
    assert hash_of_code(package) == before
    hashes = {before}
    first_of_folder = {
        (file.parent, file.suffix): file
        for room in rooms
        for file in (package / room).rglob("*")
        if file.suffix in {".py", ".toml"} and "__pycache__" not in file.parts
    }
    changed = [*first_of_folder.values(), *package.glob("*.py")]
    for file in changed:
        with file.open("a", encoding="utf-8") as end:
            end.write("\n")
        hashes.add(hash_of_code(package))
    assert len(hashes) == len(changed) + 1
    (package / "web" / "app.py").write_text("", encoding="utf-8")
    assert hash_of_code(package) in hashes
