"""A file of mappings between runs, and a curator's session."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kankei.dataset.mappings import LinkMapping, State, read_mappings, write_mappings
from kankei.errors import UsageError
from kankei.linking.curation_file import decide, save, update_file
from kankei.namespaces import SKOS, Base

BASE = Base()


def mapping(number: int) -> LinkMapping:
    return LinkMapping(
        BASE.thing("programme/a"), f"{SKOS}closeMatch", BASE.thing(f"project/{number}"),
        confidence=0.9, evidence="例 / example", subject_label="甲", object_label=f"乙{number}",
    )  # fmt: skip


def test_verdicts_stay_and_a_rejected_pair_is_not_proposed_again(tmp_path: Path) -> None:
    file = tmp_path / "m.sssom.tsv"
    assert update_file(file, [mapping(1), mapping(2)], BASE) == (2, 0)
    rejected = decide(mapping(2), State.REJECTED, "N", "2026-11-30")
    file.write_text(write_mappings([mapping(1), rejected], BASE), encoding="utf-8")
    assert update_file(file, [mapping(1), mapping(2), mapping(3)], BASE) == (2, 1)
    states = {m.object[-1]: m.state for m in read_mappings(file, BASE)}
    assert states == {"1": State.CANDIDATE, "2": State.REJECTED, "3": State.CANDIDATE}
    assert "\tNot\t" in file.read_text(encoding="utf-8")


def test_what_a_file_says_of_itself_and_columns_of_its_own_stay(tmp_path: Path) -> None:
    file = tmp_path / "m.sssom.tsv"
    metadata = "#license: https://creativecommons.org/publicdomain/zero/1.0/\n#creator_id:\n#  - orcid:0\n"
    verdict = decide(mapping(2), State.REJECTED, "N", "2026-11-30")
    verdict = replace(verdict, further=(("reviewer_label", "R"),))
    file.write_text(write_mappings([verdict], BASE, metadata), encoding="utf-8")
    update_file(file, [mapping(1)], BASE)
    assert file.read_text(encoding="utf-8").startswith(metadata + "subject_id\t")
    read = {m.object[-1]: dict(m.further) for m in read_mappings(file, BASE)}
    assert read == {"1": {"reviewer_label": ""}, "2": {"reviewer_label": "R"}}
    assert "kankei:" not in file.read_text(encoding="utf-8"), "the prefix is not declared there"


def test_where_writing_fails_the_verdicts_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "m.sssom.tsv"
    update_file(file, [mapping(1)], BASE)
    before = file.read_bytes()

    def fail(path: Path, text: str, encoding: str) -> int:
        path.write_bytes(text[:9].encode(encoding))
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OSError, match="the disk is full"):
        save(file, [mapping(2)], BASE)
    assert (file.read_bytes(), list(tmp_path.iterdir())) == (before, [file])


def test_a_verdict_needs_a_name() -> None:
    with pytest.raises(UsageError, match="who decides"):
        decide(mapping(1), State.ACCEPTED, " ", "2026-11-30")


def test_a_session_shows_both_sides_and_writes_each_verdict(tmp_path: Path) -> None:
    file = tmp_path / "m.sssom.tsv"
    update_file(file, [mapping(1), mapping(2), mapping(3)], BASE)
    command = [sys.executable, "-m", "kankei", "curate", str(file), "--author", "N", "--date", "2026-11-30"]
    done = subprocess.run(
        command, input="x\na\nr\n", capture_output=True, text=True, check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "甲  [https://w3id.org/kankei/id/programme/a]" in done.stdout
    assert "乙2  [https://w3id.org/kankei/id/project/2]" in done.stdout
    assert "1 candidates are left" in done.stdout
    assert "候補の残り 1 件" in done.stdout
    assert "a: 採用" in done.stdout
    assert "a: accept" in done.stdout
    states = [m.state for m in sorted(read_mappings(file, BASE), key=lambda m: m.object)]
    assert states == [State.ACCEPTED, State.REJECTED, State.CANDIDATE]
