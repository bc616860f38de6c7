"""Next year's edition: which programme each sheet continues, and that nothing of the old is changed."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import candidate_turtle
from kankei.curation.candidate.identity import Identity
from kankei.curation.candidate.sheet_values import interpret_sheet
from kankei.curation.matching.match_reasons import Aspect
from kankei.curation.matching.name_similarity import name_key, name_similarity
from kankei.curation.matching.run_decisions import apply_decision, resolve_conflicts
from kankei.curation.matching.sheet_matcher import Match, MatchStatus, match_sheet
from kankei.dataset.data_folder import packaged
from kankei.dataset.dataset import load
from kankei.dataset.statements import text
from kankei.dataset.turtle import read_turtle
from kankei.errors import UsageError
from kankei.namespaces import KK, SHAPES
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import Doubt, Weight
from kankei.source.lines.printed_text import PrintedText
from kankei.validation.validator import validate
from support.building import own_copy
from support.continuing import BASE, EDITIONS, NEXT, Run, next_year, receive, sheets_of, with_measures

SEED = packaged().data / "sources" / "sheets-103-106.txt"
SHEETS = {sheet.number.text: with_measures(sheet) for sheet in sheets_of(NEXT) if sheet.number}
EXPECTED = [
    line.split("\t")
    for line in (EDITIONS / "expected.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return next_year(tmp_path)


def again(run: Run) -> Run:
    """The same ingest after something was added to the data folder."""
    return Run.of(run.inputs, run.slug)


def twin(run: Run, slug: str, *changes: tuple[str, str]) -> Run:
    """A data folder with a programme more: one that it has, but for its slug and some words."""
    file = run.inputs.data / "programmes" / f"{slug}.ttl"
    said = file.read_text(encoding="utf-8")
    for old, new in ((f'"{slug}"', f'"{slug}-twin"'), *changes):
        assert old in said
        said = said.replace(old, new)
    file.with_stem(f"{slug}-twin").write_text(said, encoding="utf-8")
    return again(run)


def of(run: Run, sheet: Sheet) -> Match:
    return match_sheet(run.first(sheet), run.editions)


def renamed(sheet: Sheet, name: str) -> Sheet:
    assert sheet.name
    return replace(sheet, name=sheet.name._replace(text=name))


def graph(run: Run, continuation: Match) -> set[ox.Triple]:
    file = run.file(continuation)
    return set(read_turtle(file, BASE.thing(f"programme/{file.stem}")))


def added(run: Run, sheet: Sheet, continuation: Match) -> set[ox.Triple]:
    """Put a sheet's candidate into the data folder; what that adds, while nothing goes."""
    file = run.file(continuation)
    before, old = file.read_bytes(), graph(run, continuation)
    file.write_text(run.written(sheet, continuation), encoding="utf-8", newline="")
    assert file.read_bytes().startswith(before)
    new = graph(run, continuation)
    assert old < new
    thing = BASE.thing(f"programme/{file.stem}")
    old_nodes = {triple.subject for triple in old}
    assert {t.subject for t in new - old} & old_nodes <= {ox.NamedNode(thing)}
    assert {t.predicate.value for t in new - old if t.subject == ox.NamedNode(thing)} <= {
        f"{KK}entry",
        f"{KK}measure",
    }
    return new - old


def missing(run: Run) -> set[tuple[str, str]]:
    """What the shapes miss in a data folder, warnings aside: the node's fragment or slug, and the shape."""
    report = validate(load(run.inputs, BASE).store, run.inputs.shapes)
    return {
        (
            text(result.focus_node).removeprefix(BASE.thing("programme/")),
            result.source_shape.removeprefix(SHAPES),
        )
        for result in report.results
        if not result.is_advisory
    }


def aspects(continuation: Match) -> set[Aspect]:
    return {ground.aspect for ground in continuation.agreements}


def test_each_sheet_continues_what_is_expected_and_says_why(run: Run) -> None:
    found = run.continuations(list(SHEETS.values()))
    told = [
        [
            number,
            one.status.value,
            one.identity.slug,
            " ".join(dict.fromkeys(ground.aspect.value for ground in one.agreements)),
        ]
        for number, one in zip(SHEETS, found, strict=True)
    ]
    assert told == EXPECTED
    for one in found:
        assert all(ground.ja and ground.en for ground in one.agreements)


def test_measures_as_a_body_is_read_are_those_of_hand(run: Run) -> None:
    as_read = run.continuations(sheets_of(NEXT))
    by_hand = run.continuations(list(SHEETS.values()))
    assert [one.identity for one in as_read] == [one.identity for one in by_hand]


UNTOLD = {
    (f"{slug}#2026", f"CatalogueEntry-{column}-column")
    for slug in ("new-exchange-market", "two-region-living")
    for column in ("call", "needsSurvey")
}
"""Whether the one window is of the call or of the survey."""


def test_continuing_candidates_conform_as_they_are(run: Run) -> None:
    """All but a new measure, which a curator has to name, and the columns that their text does not tell."""
    found = run.continuations(list(SHEETS.values()))
    for sheet, one in zip(SHEETS.values(), found, strict=True):
        if one.status is MatchStatus.CONTINUES:
            assert any(t.predicate.value == f"{KK}fiscalYear" for t in added(run, sheet, one))
    assert missing(run) == {("two-region-living#measure-3", "Measure-iri"), *UNTOLD}


def test_with_a_curators_name_a_new_measure_conforms_too(run: Run) -> None:
    sheet = SHEETS["101"]
    found = apply_decision(run.first(sheet), "two-region-living", run.editions, {"③": "measure-reception"})
    assert found.identity.measures == {
        "①": "measure-pilot",
        "②": "measure-support-corporations",
        "③": "measure-reception",
    }
    added(run, sheet, found)
    assert missing(run) == {one for one in UNTOLD if one[0].startswith("two-region-living")}


def test_a_new_programme_lacks_only_what_no_sheet_says(run: Run) -> None:
    (found,) = run.continuations([SHEETS["102"]])
    run.file(found).write_text(run.written(SHEETS["102"], found), encoding="utf-8")
    lacking = {shape for node, shape in missing(run) if node == "sheets-98-102-102"}
    assert lacking == {"Programme-title-en", "Programme-description-ja", "Programme-description-en"}


def test_the_seed_read_again_is_the_four_curated_programmes(tmp_path: Path) -> None:
    run = Run.of(own_copy(tmp_path), SEED.stem)
    sheets = sheets_of(SEED)
    found = run.continuations(sheets)
    assert [one.identity.slug for one in found] == [
        "related-population-creation",
        "furusato-working-holiday",
        "new-exchange-market",
        "two-region-living",
    ]
    for sheet, one in zip(sheets, found, strict=True):
        assert (one.status, aspects(one), one.doubts) == (MatchStatus.SAME, {Aspect.ENTRY}, ())
        assert not one.identity.continues
        written = run.written(sheet, one)
        assert "<> a kk:Programme" in written
        assert "<#2025> a kk:CatalogueEntry" in written
    assert found[-1].identity.measures == {"①": "measure-support-corporations", "②": "measure-pilot"}
    assert "<#measure-pilot> a kk:Measure" in run.written(sheets[-1], found[-1])


def test_two_programmes_of_one_name_leave_it_to_the_curator(run: Run) -> None:
    run = twin(run, "new-exchange-market")
    found = of(run, SHEETS["100"])
    (doubt,) = found.doubts
    assert (found.status, doubt.about, doubt.weight) == (MatchStatus.NEW, "continues", Weight.UNRESOLVED)
    assert "new-exchange-market-twin" in doubt.ja
    assert "new-exchange-market-twin" in doubt.en
    assert [one.programme.slug for one in found.similar] == [
        "new-exchange-market",
        "new-exchange-market-twin",
    ]
    decided = apply_decision(run.first(SHEETS["100"]), "new-exchange-market-twin", run.editions)
    assert decided.status is MatchStatus.CONTINUES
    assert aspects(decided) >= {Aspect.CURATOR, Aspect.NAME}, "what agrees is told beside the curator's word"
    added(run, SHEETS["100"], decided)


def test_two_entries_of_one_sheet_leave_it_to_the_curator(run: Run) -> None:
    run = Run.of(twin(run, "new-exchange-market").inputs, SEED.stem)
    sheet = sheets_of(SEED)[2]
    found = of(run, sheet)
    (doubt,) = found.doubts
    assert (found.status, doubt.weight) == (MatchStatus.NEW, Weight.UNRESOLVED)
    assert "new-exchange-market, new-exchange-market-twin" in doubt.en
    assert apply_decision(run.first(sheet), "new-exchange-market", run.editions).status is MatchStatus.SAME


def test_of_two_programmes_of_one_name_link_and_unit_tell(run: Run) -> None:
    run = twin(
        run,
        "new-exchange-market",
        ("jta-tourism-resources-division", "mlit-regional-policy-division"),
        ("https://www.mlit.go.jp/kankocho/anewhometown/", "https://example.org/"),
    )
    assert of(run, SHEETS["100"]).identity.slug == "new-exchange-market"


def test_another_ministry_of_the_same_name_is_a_doubt(run: Run) -> None:
    sheet = renamed(SHEETS["98"], "二地域居住等の促進")
    found = of(run, replace(sheet, links=(), subtitle=None))
    (doubt,) = found.doubts
    assert (found.status, doubt.weight) == (MatchStatus.NEW, Weight.UNRESOLVED)
    assert "two-region-living" in doubt.en
    assert "another ministry" in doubt.en


def test_number_and_unit_alone_say_nothing(run: Run) -> None:
    sheet = renamed(replace(SHEETS["98"], links=(), subtitle=None), "名の異なる施策")
    assert sheet.number
    sheet = replace(sheet, number=sheet.number._replace(text="103"))
    found = of(run, sheet)
    assert (found.status, found.doubts, found.similar) == (MatchStatus.NEW, (), ())


def test_a_number_of_the_year_before_counts_beside_a_similar_name(run: Run) -> None:
    cells = [cell for cell in SHEETS["99"].cells if cell.column is not Column.CONTACT]
    sheet = replace(SHEETS["99"], links=(), cells=cells)
    assert sheet.number
    assert of(run, sheet).status is MatchStatus.NEW
    found = of(run, replace(sheet, number=sheet.number._replace(text="１０４")))
    assert found.identity.slug == "furusato-working-holiday"
    assert aspects(found) == {Aspect.LIKE_NAME, Aspect.NUMBER}


def test_two_sheets_that_fit_one_programme_continue_none(run: Run) -> None:
    other = renamed(SHEETS["99"], "ふるさとワーキングホリデー拡充")
    first, second = run.continuations([SHEETS["99"], other])
    for one, rival in ((first, second), (second, first)):
        (doubt,) = [doubt for doubt in one.doubts if doubt.about == "continues"]
        assert (one.status, doubt.weight) == (MatchStatus.NEW, Weight.UNRESOLVED)
        assert rival.sheet in doubt.en
    assert first.identity != second.identity


def test_what_stands_in_brackets_tells_grants_apart(run: Run) -> None:
    one, other = "農山漁村振興交付金（地域活性化対策）", "農山漁村振興交付金（山村活性化対策）"
    assert name_similarity(name_key(one), name_key(other)) == 0
    assert name_similarity(name_key(one), name_key("農山漁村振興交付金")) == 1
    assert name_similarity(name_key(one), name_key(one + "事業")) == 1


def test_a_curators_word_decides_between_two_sheets(run: Run) -> None:
    one, other = SHEETS["99"], renamed(SHEETS["99"], "ふるさとワーキングホリデー拡充")
    found = resolve_conflicts(
        [of(run, one), apply_decision(run.first(other), "furusato-working-holiday", run.editions)]
    )
    assert [f.status for f in found] == [MatchStatus.NEW, MatchStatus.CONTINUES]


def test_a_programme_without_a_sheet_stays_as_it_was(run: Run) -> None:
    found = run.continuations([sheet for number, sheet in SHEETS.items() if number != "99"])
    assert "furusato-working-holiday" not in {one.identity.slug for one in found}


def test_a_renamed_programme_keeps_its_title(run: Run) -> None:
    found = of(run, SHEETS["99"])
    (doubt,) = found.doubts
    assert (doubt.about, doubt.weight) == ("dct:title", Weight.UNRESOLVED), "a curator has to accept it"
    new = added(run, SHEETS["99"], found)
    titles = {t for t in new if t.predicate.value.endswith("/title")}
    assert titles == set()


def test_a_continuation_by_a_similar_name_is_inferred_until_a_curator_chooses(run: Run) -> None:
    """In the graph the entry rests on a rule of its own; chosen, or of the same name, on the sheet."""
    assert rule_of_entry(added(run, SHEETS["99"], of(run, SHEETS["99"]))) == {"similar-name"}
    chosen = apply_decision(run.first(SHEETS["99"]), "furusato-working-holiday", run.editions, {})
    assert not chosen.identity.by_similar_name
    assert rule_of_entry(added(run, SHEETS["98"], of(run, SHEETS["98"]))) == set()


def rule_of_entry(new: Iterable[ox.Triple]) -> set[str]:
    triples = list(new)
    about = {t.subject for t in triples if t.object == ox.NamedNode(f"{KK}entry")}
    rules = (t.object for t in triples if t.subject in about and t.predicate.value == f"{KK}rule")
    return {str(rule).strip("<>").rpartition("/")[2] for rule in rules}


def test_two_sources_of_one_year_have_nodes_of_their_own(run: Run) -> None:
    added(run, SHEETS["98"], of(run, SHEETS["98"]))
    copy = run.inputs.data / "sources" / "other-guide.txt"
    copy.write_bytes(NEXT.read_bytes())
    receive(run.inputs, copy)
    second = Run.of(run.inputs, "other-guide")
    found = of(second, SHEETS["98"])
    assert (found.status, found.identity.edition) == (MatchStatus.CONTINUES, "2026-other-guide")
    new = {str(t.subject) for t in added(second, SHEETS["98"], found)}
    thing = BASE.thing("programme/related-population-creation")
    assert f"<{thing}#2026-other-guide>" in new
    assert f"<{thing}#budget-2026-other-guide-initial>" in new
    assert f"<{thing}#evidence-entry-2026-other-guide>" in new
    assert missing(second) == set()
    assert of(again(second), SHEETS["98"]).status is MatchStatus.SAME


def test_one_source_speaks_once_a_year_of_a_programme(run: Run) -> None:
    added(run, SHEETS["98"], of(run, SHEETS["98"]))
    sheet = replace(SHEETS["98"], number=PrintedText("198", 2, 2))
    found = of(again(run), sheet)
    assert (found.status, len(found.doubts)) == (MatchStatus.NEW, 1)
    with pytest.raises(UsageError, match="98"):
        apply_decision(run.first(sheet), "related-population-creation", again(run).editions)


def test_an_older_edition_is_added_like_a_newer_one(run: Run) -> None:
    file = NEXT.read_bytes().replace("R8年度".encode(), "R6年度".encode())
    older = run.inputs.data / "sources" / "older-guide.txt"
    older.write_bytes(file)
    receive(run.inputs, older, 2024)
    run = Run.of(run.inputs, "older-guide")
    sheet = sheets_of(older)[0]
    found = of(run, sheet)
    assert (found.status, found.identity.edition) == (MatchStatus.CONTINUES, None)
    assert any("#budget-2024-initial" in str(triple.subject) for triple in added(run, sheet, found))
    assert missing(run) == set()


def test_a_provisional_slug_is_nobody_elses(run: Run) -> None:
    found = of(run, SHEETS["102"])
    run.file(found).write_text(run.written(SHEETS["102"], found), encoding="utf-8")
    other = renamed(replace(SHEETS["102"], links=()), "まったく別のもの")
    other = replace(other, cells=[c for c in other.cells if c.column is not Column.BUDGET])
    run = again(run)
    assert match_sheet(run.first(SHEETS["102"]), run.editions).status is MatchStatus.SAME
    assert run.editions.free_slug("sheets-98-102-102") == "sheets-98-102-102-2"
    first, second = run.continuations([replace(other, number=PrintedText("7", 1, 1))] * 2)
    assert (first.identity.slug, second.identity.slug) == ("sheets-98-102-7", "sheets-98-102-7-2")


@pytest.mark.parametrize(
    ("before", "head"),
    [
        ("<> a kk:Programme .", "\n"),
        ("<> a kk:Programme .\n", "\n\n"),
        ("<> a kk:Programme .\n# the end", "\n"),
        ("<> a kk:Programme .\r\n", "\n\n"),
        ("@base <https://example.org/> .\n", f"\n@base <{BASE.thing('programme/x')}> .\n"),
        ("PREFIX dct: <https://example.org/>\n", "\n@prefix dct: <http://purl.org/dc/terms/> .\n"),
    ],
)
def test_what_stands_before_is_kept_and_what_is_added_means_the_same(
    run: Run, before: str, head: str
) -> None:
    made = build_candidate(interpret_sheet(SHEETS["102"], run.known), run.slug, Identity("x"), run.known)
    whole = candidate_turtle(made, BASE)
    prefixes = "".join(line for line in whole.splitlines(keepends=True) if line.startswith("@prefix"))
    text = candidate_turtle(made, BASE, prefixes + before)
    assert text.startswith(prefixes + before + head.removesuffix("\n"))
    iri = BASE.thing("programme/x")
    said = {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=iri)}
    assert said >= set(made.triples)
    added = text.removeprefix(prefixes + before)
    assert added.count("@prefix") == ("PREFIX" in before)


def test_a_doubt_of_several_lines_is_a_comment(run: Run) -> None:
    made = replace(run.first(SHEETS["102"]), doubts=(Doubt("x", "二行の\n文", "two\r\nlines <> a <b> ."),))
    text = candidate_turtle(made, BASE)
    assert "# 二行の 文 two lines <> a <b> .\n" in text
    quads = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=made.iri)
    assert {quad.triple for quad in quads} == set(made.triples)


@pytest.mark.parametrize(
    ("slug", "measures"),
    [
        ("No-Slug", {}),
        ("two--hyphens", {}),
        ("two-region-living", {"③": "measure-3"}),
        ("two-region-living", {"③": "pilot"}),
        ("two-region-living", {"①": "measure-new", "③": "measure-new"}),
    ],
)
def test_names_that_no_curator_may_choose(run: Run, slug: str, measures: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        apply_decision(run.first(SHEETS["101"]), slug, run.editions, measures)


def test_a_curator_names_a_new_programme(run: Run) -> None:
    found = apply_decision(run.first(SHEETS["102"]), "moving-advice", run.editions)
    assert (found.status, found.identity) == (MatchStatus.NEW, Identity("moving-advice"))
    made = build_candidate(interpret_sheet(SHEETS["102"], run.known), run.slug, found.identity, run.known)
    assert "dct:identifier" in {doubt.about for doubt in run.first(SHEETS["102"]).doubts}
    assert "dct:identifier" not in {doubt.about for doubt in made.doubts}


def test_measures_get_free_names() -> None:
    taken = frozenset({"measure-1", "measure-2-2025", "measure-3", "measure-3-new-title-2025"})
    identity = Identity("x", {"⑤": "measure-4"}, continues=True, taken=taken)
    numbers = ["①", "②", "③", "④", "⑤", "(1)", "(6)", "⑥"]
    assert [identity.measure(number) for number in numbers] == [
        "measure-1-new",
        "measure-2-new",
        "measure-3-new-2",
        "measure-4-new",
        "measure-4",
        "measure-1-bracketed",
        "measure-6-bracketed",
        "measure-6",
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("関係人口創出・拡大事業", "関係人口創出・拡大 事業", True),
        ("ＤＭＯ支援（Ａ～Ｂ）", "DMO支援(A〜B)", True),
        ("地域－都市", "地域−都市", True),
        ("ﾃﾚﾜｰｸ", "テレワーク", True),
        ("「地域」づくり", "地域づくり", False),
        ("移住①", "移住1", False),
        ("データ", "デタ", False),
    ],
)
def test_names_are_the_same(one: str, other: str, same: bool) -> None:
    assert (name_key(one) == name_key(other)) is same


def test_names_are_alike() -> None:
    assert name_similarity("二地域居住等の促進", "二地域居住等の推進") > 0.8
    assert name_similarity("ふるさとワーキングホリデー", "新ふるさとワーキングホリデー事業") == 1
    assert name_similarity("事業", "移住事業") == 0
    assert name_similarity("", "移住事業") == 0
    assert name_similarity("移住の促進", "観光の振興") == 0
