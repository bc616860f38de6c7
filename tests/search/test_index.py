"""The index as a file of the release: the same bytes, read-only, checked."""

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kankei.cli.further_stages import further_stages
from kankei.errors import BrokenRelease, MalformedData
from kankei.release.reader import Release
from kankei.search.index.call_periods import CallWindow
from kankei.search.index.record import Passage, Record
from kankei.search.index.schema import FILE, Field
from kankei.search.index.writer import write_index
from kankei.search.matching.matcher import Matcher, NameQuery
from kankei.search.query.search import SearchIndex, SearchRequest
from support.building import build_quickly, own_copy
from support.review import joint_inputs

ON = date(2025, 4, 5)


def record(number: int, title: str, **rest: Any) -> Record:
    passages = [Passage(Field.TITLE, title)]
    return Record(
        f"https://x.example/id/programme/{number}", f"programme/{number}", "programme", {}, passages, **rest
    )


def test_the_same_things_give_the_same_bytes_in_whatever_order(tmp_path: Path) -> None:
    things = [record(number, f"事業{number}", facets={"year": ["2025"]}) for number in range(50)]
    for name, its in (("a", things), ("b", things[::-1])):
        write_index(tmp_path / name, its, {}, [("空き家", "空家")])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_release_lists_its_index_and_two_builds_are_equal(seed_release: Release, tmp_path: Path) -> None:
    inputs = own_copy(tmp_path / "in")
    other = Release.open(build_quickly(tmp_path / "out", inputs, further=further_stages(inputs)))
    assert FILE in other.manifest.files
    assert other.manifest.files[FILE] == seed_release.manifest.files[FILE]
    assert not list(other.path.glob("search/*-journal"))


def test_a_curator_adds_variants_in_the_data_folder(tmp_path: Path) -> None:
    inputs = own_copy(tmp_path / "in")
    (inputs.data / "variants.tsv").write_text("# ours\nワーケーション\tワーク休暇\n", encoding="utf-8")
    release = Release.open(build_quickly(tmp_path / "out", inputs, further=further_stages(inputs)))
    index = SearchIndex(release.file(FILE))
    assert index.search(SearchRequest("ワーク休暇", ON)).hits[0].thing.path == "topic/workation"
    (inputs.data / "variants.tsv").write_bytes("空家\t空き家".encode("cp932"))
    with pytest.raises(MalformedData, match="UTF-8"):
        build_quickly(tmp_path / "out", inputs, further=further_stages(inputs))


def test_what_is_no_index_is_a_broken_release(tmp_path: Path) -> None:
    file = tmp_path / "index.sqlite"
    with pytest.raises(BrokenRelease):
        SearchIndex(file)
    file.write_bytes(b"no index" * 1000)
    with pytest.raises(BrokenRelease):
        SearchIndex(file)
    file.unlink()
    write_index(file, [record(1, "事業")], {}, [])
    connection = sqlite3.connect(file)
    connection.execute("UPDATE meta SET value = '0' WHERE key = 'format'")
    connection.commit()
    connection.close()
    with pytest.raises(BrokenRelease, match="version"):
        SearchIndex(file)


def test_a_window_that_is_certain_is_open(tmp_path: Path) -> None:
    file = tmp_path / "index.sqlite"
    sure = CallWindow("2025-04-01", "2025-04-01", "2025-04-30", "2025-04-30")
    later = CallWindow("2025-09-01", "2025-09-01", "2025-09-30", "2025-09-30")
    write_index(
        file,
        [
            record(1, "甲", calls=[sure, later]),
            record(2, "乙", call_states=["rolling"], facets={"year": ["2025"]}),
        ],
        {},
        [],
    )
    index = SearchIndex(file)
    states = {
        on: [index.state(number, date.fromisoformat(on)) for number in (0, 1)]
        for on in ("2025-04-05", "2025-05-05")
    }
    assert states == {"2025-04-05": ["open", "rolling"], "2025-05-05": ["before", "rolling"]}


def test_exact_comes_before_prefix_before_part_before_scattered_pairs(tmp_path: Path) -> None:
    file = tmp_path / "index.sqlite"
    titles = ["地域創生の地方創生", "新地方創生事業", "地方創生事業", "地方創生", "地方の創生と方創"]
    write_index(file, [record(number, title) for number, title in enumerate(titles)], {}, [])
    hits = SearchIndex(file).search(SearchRequest("地方創生", ON)).hits
    assert [int(hit.thing.path.rpartition("/")[2]) for hit in hits] == [3, 2, 1, 0, 4]
    assert len({hit.score for hit in hits}) == 4


def test_names_that_people_use_are_statements_of_the_graph(seed_release: Release, tmp_path: Path) -> None:
    index = SearchIndex(seed_release.file(FILE))
    (match,) = index.search(SearchRequest("国交省", ON)).hits[0].matches
    assert match.field == Field.NAME
    (match,) = index.search(SearchRequest("地域力創造Ｇ", ON)).hits[0].matches
    assert match.field == Field.HIDDEN
    inputs = own_copy(tmp_path / "in")
    file = inputs.data / "organisations" / "mlit.ttl"
    file.write_text(file.read_text(encoding="utf-8").replace("国交省", "国通省"), encoding="utf-8")
    release = Release.open(build_quickly(tmp_path / "out", inputs, further=further_stages(inputs)))
    renamed = SearchIndex(release.file(FILE))
    assert renamed.search(SearchRequest("国通省", ON)).hits[0].thing.path == "org/mlit"
    assert not renamed.search(SearchRequest("国交省", ON)).hits


def test_projects_and_units_of_the_review_are_found(tmp_path: Path) -> None:
    inputs = joint_inputs(tmp_path)
    release = Release.open(build_quickly(tmp_path / "out", inputs, further=further_stages(inputs)))
    index = SearchIndex(release.file(FILE))
    result = index.search(SearchRequest("見本統計 企業", ON, {"type": ["project"]}))
    hit = result.hits[0]
    assert (hit.thing.path, hit.thing.facets["year"]) == ("project/33", ["2025"])
    (best, *_) = Matcher(index.index).match(NameQuery("見本省 見本統計の整備（世帯）"))
    assert (best.thing.path, best.match) == ("project/34", True)
    (best, *_) = Matcher(index.index).match(NameQuery("海上保安庁", ["organisation"]))
    assert best.match
