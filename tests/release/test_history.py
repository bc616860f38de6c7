"""Dates of things and changes from release to release: what changed, when, and for how long it is told."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.dataset.data_folder import shapes_files
from kankei.dataset.dataset import load
from kankei.dataset.statements import StatementIndex
from kankei.errors import BrokenRelease, UsageError
from kankei.namespaces import DCT, FOAF, KK, ONTOLOGY, Base
from kankei.release.build import RejectedData, build
from kankei.release.history import changes as changes_module
from kankei.release.history.changes import CHANGES, Change, ChangeStatus, carry_on, read_changes
from kankei.release.history.history import HISTORY, History, PastRelease, read_history
from kankei.release.history.moments import next_moment, parse_date, seconds_of
from kankei.release.history.previous_release import PreviousRelease
from kankei.release.history.succession import Succession
from kankei.release.incremental_validation import ValidateSince, validate_all
from kankei.release.reader import Release, verify
from support.building import as_reported, build_quickly, bytes_of, own_copy, quiet, triples
from support.successive_releases import CHANGED, DATES, NEW, NEW_TITLE, OLD_TITLE, Successive, dated, retitle

FIRST, SECOND, THIRD = (f"{date}T00:00:00Z" for date in DATES)
UNCHANGED = "programme/new-exchange-market"


def history_of(release: Release) -> History:
    return read_history(release.read(HISTORY), release.path)


def changes_of(release: Release) -> list[Change]:
    return list(read_changes(release.read(CHANGES)))


def ask(release: Release, query: str) -> list[str]:
    solutions = ox.Store.read_only(str(release.store_path)).query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    return [str(solution[0].value) for solution in solutions]


def test_a_thing_is_dated_when_it_appears_and_when_its_own_triples_change(successive: Successive) -> None:
    dates = [
        (release.documents[path].issued, release.documents[path].modified)
        for release in (successive.first, successive.second, successive.third)
        for path in (CHANGED, UNCHANGED)
    ]
    assert dates == [
        (FIRST, FIRST),
        (FIRST, FIRST),
        (FIRST, SECOND),
        (FIRST, FIRST),
        (FIRST, SECOND),
        (FIRST, FIRST),
    ]
    assert successive.second.documents[NEW].issued == SECOND
    # What derives from a changed programme elsewhere is no change of the dataset's own statements.
    assert successive.third.documents["dataset"].modified == FIRST


def test_the_dates_are_statements_about_documents(successive: Successive) -> None:
    query = f"""SELECT (STR(?date) AS ?text) WHERE {{
      ?document <{FOAF}primaryTopic> <{Base().thing(CHANGED)}> ; <{DCT}%s> ?date }}"""
    assert ask(successive.third, query % "modified") == [DATES[1]]
    assert ask(successive.third, query % "issued") == [DATES[0]]
    line = f'<{Base().document(CHANGED)}> <{DCT}modified> "{DATES[1]}"'.encode()
    assert line in successive.third.read("dumps/kankei.nq")
    assert verify(successive.third.path).version == successive.third.manifest.version


def test_the_dataset_has_the_newest_date(successive: Successive) -> None:
    for release, date in zip((successive.first, successive.second, successive.third), DATES, strict=True):
        assert release.manifest.version.startswith(date)
        line = f'<{Base().dataset}> <{DCT}modified> "{date}"'
        assert line.encode() in release.triples("dataset")
        assert line.encode() in release.read("dumps/kankei.nq")
        description = StatementIndex.of(triples(release.read("description.ttl"), ox.RdfFormat.TURTLE))
        assert description.value(Base().dataset, f"{DCT}modified") == date
        assert ask(release, f"SELECT ?d WHERE {{ <{Base().dataset}> <{DCT}modified> ?d }}") == [date]


def test_the_first_release_has_no_changes(successive: Successive) -> None:
    assert changes_of(successive.first) == []
    assert history_of(successive.first) == History(
        (PastRelease(successive.first.manifest.version, FIRST),), {}, FIRST
    )


def test_changes_say_which_property_of_which_node(successive: Successive) -> None:
    added, changed = changes_of(successive.second)
    assert (added.status, added.path, added.iri, added.nodes) == ("added", NEW, Base().thing(NEW), [])
    assert (changed.status, changed.path, changed.kind) == ("changed", CHANGED, f"{KK}Programme")
    assert changed.labels["ja"] == "二地域居住等の促進"
    title = {
        "old": [{"value": OLD_TITLE[1:-4], "language": "en"}],
        "new": [{"value": NEW_TITLE[1:-4], "language": "en"}],
    }
    assert changed.nodes[0] == {
        "node": Base().thing(CHANGED),
        "status": "changed",
        "properties": [{"property": f"{DCT}title", **title}],
    }
    assert changed.properties == [f"{DCT}title", f"{KK}onValue"]


def test_changes_are_carried_on_to_later_releases(successive: Successive) -> None:
    (removed, *older) = changes_of(successive.third)
    assert (removed.status, removed.path, removed.moment) == ("removed", NEW, THIRD)
    assert older == changes_of(successive.second)
    history = history_of(successive.third)
    assert [(row.moment, row.added, row.changed, row.removed) for row in history.releases] == [
        (THIRD, 0, 0, 1),
        (SECOND, 1, 1, 0),
        (FIRST, 0, 0, 0),
    ]
    assert history.removed[NEW].moment == THIRD
    assert history.complete_since == FIRST
    assert history.at(SECOND) == history.release(successive.second.manifest.version) == history.releases[1]
    assert history.before(history.releases[2]) is None


def test_an_unchanged_build_is_the_same_release_to_the_byte(successive: Successive, tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    shutil.copytree(successive.folder, releases, symlinks=True)
    again = build_quickly(releases, successive.inputs, succession=dated("2027-01-01"))
    assert again.name == successive.third.manifest.version
    shutil.rmtree(again / "store")  # broken, so that it is written anew
    follow = Succession("2027-01-01", successive.third.path, dated("").details)
    again = build_quickly(releases, successive.inputs, succession=follow)
    assert again.name == successive.third.manifest.version
    assert bytes_of(again) == bytes_of(successive.third.path)


def test_the_same_steps_give_the_same_bytes(successive: Successive, tmp_path: Path) -> None:
    inputs = own_copy(tmp_path / "inputs")
    build_quickly(tmp_path / "r", inputs, succession=dated(DATES[0]))
    retitle(inputs)
    programmes = inputs.data / "programmes"
    shutil.copyfile(programmes / "new-exchange-market.ttl", programmes / "brand-new.ttl")
    second = build_quickly(tmp_path / "r", inputs, succession=dated(DATES[1]))
    assert bytes_of(second) == bytes_of(successive.second.path)


def test_an_incremental_build_gives_the_same_bytes(successive: Successive, tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    releases.mkdir()
    shutil.copytree(successive.first.path, releases / successive.first.path.name)
    (releases / "current").symlink_to(successive.first.path.name)
    inputs = own_copy(tmp_path / "inputs")
    retitle(inputs)
    programmes = inputs.data / "programmes"
    shutil.copyfile(programmes / "new-exchange-market.ttl", programmes / "brand-new.ttl")
    validator = ValidateSince(releases / "current")
    with pytest.raises(RejectedData) as rejected:  # the new programme is a copy, with another's identifier
        build(inputs, Base(), releases, validator, quiet, as_reported, succession=dated(DATES[1]))
    everything = validate_all(load(inputs, Base()).store, shapes_files(inputs))
    assert rejected.value.located.report.turtle() == everything.turtle()
    (programmes / "brand-new.ttl").unlink()
    incremental, full = (
        build(inputs, Base(), folder, validate, quiet, as_reported, succession=succession)
        for folder, validate, succession in (
            (releases, validator, dated(DATES[1])),
            (tmp_path / "full", validate_all, replace(dated(DATES[1]), previous=successive.first.path)),
        )
    )
    assert bytes_of(incremental) == bytes_of(full)


def test_a_reverted_change_is_a_change_and_a_returned_thing_keeps_its_first_date(
    successive: Successive, tmp_path: Path
) -> None:
    inputs = own_copy(tmp_path / "inputs")
    programmes = inputs.data / "programmes"
    shutil.copyfile(programmes / "new-exchange-market.ttl", programmes / "brand-new.ttl")
    follow = Succession(DATES[2], successive.third.path)
    release = Release.open(build_quickly(tmp_path / "r", inputs, succession=follow))
    assert release.manifest.version not in {
        successive.first.manifest.version,
        successive.third.manifest.version,
    }
    fourth = next_moment(DATES[2], THIRD)
    assert fourth == f"{DATES[2]}T00:00:01Z"
    document = release.documents[NEW]
    assert (document.issued, document.modified) == (SECOND, fourth)
    assert [(c.status, c.path) for c in changes_of(release)[:2]] == [("added", NEW), ("changed", CHANGED)]
    assert history_of(release).removed == {}


def test_the_date_is_by_default_the_newest_that_the_data_states(tmp_path: Path) -> None:
    inputs = own_copy(tmp_path / "inputs")
    release = Release.open(build_quickly(tmp_path / "r", inputs))
    assert release.documents[CHANGED].modified == "2026-11-23T00:00:00Z"
    catalogue = inputs.data / "catalogue.ttl"
    stated = catalogue.read_text(encoding="utf-8")
    catalogue.write_text(
        stated.replace('dct:modified "2026-11-23"', 'dct:modified "2026-12-01"'), encoding="utf-8"
    )
    later = Release.open(build_quickly(tmp_path / "r", inputs))
    assert [(c.status, c.path) for c in changes_of(later)] == [("changed", "dataset")]
    assert later.documents["dataset"].modified == "2026-12-01T00:00:00Z"
    assert later.documents[CHANGED].modified == "2026-11-23T00:00:00Z"


def test_a_changed_term_of_the_ontology_is_a_change(tmp_path: Path) -> None:
    inputs = own_copy(tmp_path / "inputs")
    first = build_quickly(tmp_path / "r", inputs)
    ontology = inputs.ontology / "kankei.ttl"
    content = ontology.read_text(encoding="utf-8")
    assert '"programme"@en' in content
    ontology.write_text(content.replace('"programme"@en', '"scheme of support"@en', 1), encoding="utf-8")
    release = Release.open(build_quickly(tmp_path / "r", inputs, succession=dated("2026-12-01")))
    assert first != release.path
    assert [(c.status, c.path, c.iri) for c in changes_of(release)] == [("changed", "", ONTOLOGY)]
    assert changes_of(release)[0].properties


NO_DATES = (
    *("", "2026-13-01", "2026-02-30", "26-01-01", "2026-1-1", "２０２６-01-01"),
    *("2026-11-30T00:00", " 2026-11-30", "today", "2026-11-30\n"),
)


@pytest.mark.parametrize("text", NO_DATES)
def test_a_malformed_date_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UsageError, match="a day of the calendar such as"):
        parse_date(text)


def test_a_date_before_those_of_the_data_is_refused(successive: Successive, tmp_path: Path) -> None:
    for date in ("2026-11-22", DATES[1]):
        follow = Succession(date, successive.third.path)
        with pytest.raises(UsageError, match=f"before {DATES[2]}"):
            build_quickly(tmp_path / "r", successive.inputs, succession=follow)


def test_a_release_that_cannot_be_followed(successive: Successive, tmp_path: Path) -> None:
    copy = tmp_path / successive.second.path.name
    shutil.copytree(successive.second.path, copy)
    with pytest.raises(UsageError, match="another base"):
        build_quickly(tmp_path / "r", base=Base("https://example.org/"), succession=Succession(previous=copy))
    history = (copy / HISTORY).read_bytes()
    (copy / HISTORY).write_bytes(history.replace(b'"added":1', b'"added":2'))
    with pytest.raises(BrokenRelease, match="sha256"):
        PreviousRelease.open(copy)
    with pytest.raises(BrokenRelease):
        build_quickly(tmp_path / "r", succession=Succession(previous=tmp_path / "none"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"releases":[{}],"removed":{},"complete_since":""}',
        b'{"releases":[{"version":"../x","moment":"2026-11-24T00:00:00Z"}],"removed":{},"complete_since":"2026-11-24T00:00:00Z"}',
        b'{"releases":[],"removed":{"x":1},"complete_since":"2026-11-24T00:00:00Z"}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_history(content: bytes) -> None:
    with pytest.raises(BrokenRelease, match="history"):
        read_history(content, Path("history.json"))


def change(moment: str, number: int = 0) -> Change:
    return Change(moment, ChangeStatus.CHANGED, f"https://example.org/id/{number}", str(number), "", {})


def test_old_changes_are_left_out_by_whole_releases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes_module, "MAX_CHANGES", 4)
    old = b"".join(change(m, n).line() for m in (THIRD, SECOND, FIRST) for n in range(2))
    lines, complete = carry_on([change("2027-01-01T00:00:00Z", n) for n in range(9)], old)
    assert [c.moment for c in read_changes(lines)] == ["2027-01-01T00:00:00Z"] * 9 + [THIRD] * 2 + [
        SECOND
    ] * 2
    assert not complete
    assert carry_on([], old[: len(old) // 3 * 2]) == (old[: len(old) // 3 * 2], True)
    monkeypatch.setattr(changes_module, "MAX_RELEASES", 1)
    assert [c.moment for c in read_changes(carry_on([], old)[0])] == [THIRD] * 2


def test_the_history_says_since_when_it_is_complete(
    successive: Successive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes_module, "MAX_CHANGES", 1)
    inputs = own_copy(tmp_path / "inputs")
    follow = Succession("2026-12-24", successive.third.path)
    release = Release.open(build_quickly(tmp_path / "r", inputs, succession=follow))
    assert {c.moment for c in changes_of(release)} == {"2026-12-24T00:00:00Z", THIRD}
    assert history_of(release).complete_since == SECOND
    assert len(history_of(release).releases) == 4


def test_moments_of_one_day_are_in_order() -> None:
    moments = [next_moment("2026-11-30")]
    for _ in range(3):
        moments.append(next_moment("2026-11-30", moments[-1]))
    assert sorted(moments) == moments
    assert seconds_of(moments[-1]) - seconds_of(moments[0]) == 3


def test_each_line_of_the_changes_is_json(successive: Successive) -> None:
    lines = successive.third.read(CHANGES).splitlines()
    assert all(json.loads(line)["moment"] for line in lines)
    assert len(lines) == 3
