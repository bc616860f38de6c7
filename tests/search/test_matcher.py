"""Matching of names: the best candidate, and a match only where it is sure."""

from pathlib import Path

import pytest

from kankei.search.index.record import Passage, Record
from kankei.search.index.schema import Field
from kankei.search.index.writer import write_index
from kankei.search.matching.matcher import CERTAIN, Matcher, NameQuery
from kankei.search.matching.name_forms import name_forms
from kankei.search.normalisation.folding import Folding
from kankei.search.query.index_file import IndexFile
from kankei.search.query.search import SearchIndex

NAMES = [
    line.split("\t")
    for line in (Path(__file__).parent / "names.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture(scope="module")
def matcher(seed_index: SearchIndex) -> Matcher:
    return Matcher(seed_index.index)


@pytest.mark.parametrize(("name", "path", "match", "kind"), NAMES, ids=[row[0] for row in NAMES])
def test_names(matcher: Matcher, name: str, path: str, match: str, kind: str) -> None:
    candidates = matcher.match(NameQuery(name, [kind] if kind else []))
    assert candidates[0].thing.path == path
    assert candidates[0].match is (match == "yes")
    assert not any(candidate.match for candidate in candidates[1:])
    assert candidates[0].match == (candidates[0].score >= CERTAIN)


def test_a_property_that_contradicts_makes_no_match(matcher: Matcher) -> None:
    query = NameQuery("二地域居住等の促進", properties={"ministry": ["国土交通省"], "year": ["2025"]})
    (best, *_) = matcher.match(query)
    assert (best.match, best.properties) == (True, 1.0)
    (best, *_) = matcher.match(NameQuery("二地域居住等の促進", properties={"ministry": ["総務省"]}))
    assert (best.match, best.properties) == (False, 0.0)
    (best, *_) = matcher.match(NameQuery("二地域居住等の促進", properties={"identifier": ["106"]}))
    assert best.match


def test_a_value_is_folded_once_for_all_candidates(matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> None:
    value, folded = "\ufdfa" * 300, list[str]()
    fold = Folding.fold

    def counting(folding: Folding, text: str) -> str:
        folded.append(text)
        return fold(folding, text)

    monkeypatch.setattr(Folding, "fold", counting)
    candidates = matcher.match(NameQuery("地域", properties={"ministry": [value]}, limit=50))
    assert len(candidates) > 1
    assert folded.count(value) == 1


@pytest.fixture
def namesakes(tmp_path: Path) -> Matcher:
    """Two divisions of one name under two ministries, which have one each."""

    def record(path: str, title: str, above: str = "") -> Record:
        passages = [Passage(Field.TITLE, title), *([Passage(Field.ORGANISATION, above)] if above else [])]
        facets = {"type": ["organisation"], **({"ministry": [f"org/{above}"]} if above else {})}
        return Record(f"https://x.example/id/{path}", path, "organisation", {"ja": title}, passages, facets)

    records = [record("org/甲省", "甲省"), record("org/乙省", "乙省")]
    records += [record("org/a", "総務課", "甲省"), record("org/b", "総務課", "乙省")]
    write_index(tmp_path / "index.sqlite", records, {}, [])
    return Matcher(IndexFile(tmp_path / "index.sqlite"))


def test_a_name_that_two_things_have_is_no_match(namesakes: Matcher) -> None:
    candidates = namesakes.match(NameQuery("総務課"))
    assert [(candidate.score, candidate.match) for candidate in candidates] == [(100.0, False)] * 2


@pytest.mark.parametrize(
    "query", [NameQuery("乙省総務課"), NameQuery("総務課長", properties={"ministry": ["乙省"]})]
)
def test_where_it_belongs_tells_namesakes_apart(namesakes: Matcher, query: NameQuery) -> None:
    (best, *others) = namesakes.match(query)
    assert (best.thing.path, best.match) == ("org/b", True)
    assert not any(candidate.match for candidate in others)


@pytest.mark.parametrize("name", ["", " ", "。", "x" * 5000, "\x00", "国" * 300])
def test_odd_names_have_no_match(matcher: Matcher, name: str) -> None:
    assert not any(candidate.match for candidate in matcher.match(NameQuery(name)))


def test_forms_are_rules_that_combine() -> None:
    forms = {form.folded: form.rules for form in name_forms("①令和７年度地域力創造Ｇ", Folding())}
    assert forms["地域力創造ぐるーぷ"] == ("number", "year", "group")
    assert [form.folded for form in name_forms("観光庁長官", Folding())] == ["観光庁長官", "観光庁"]
    assert [form.folded for form in name_forms("村長", Folding())] == ["村長"]
