"""What `kankei diff` tells: each case under difference/ is two files, the words and the JSON."""

import json
import random
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from kankei.cli.main import application
from kankei.dataset.data_folder import packaged
from kankei.dataset.turtle import read_turtle
from kankei.diff.changes import DocumentChange, NodeStatus
from kankei.diff.compare import fiscal_year
from kankei.diff.document_comparison import compare_documents
from kankei.diff.document_graph import DocumentGraph
from kankei.diff.formatting import Formatter
from kankei.diff.node_matching import edition_graph, match_nodes
from kankei.diff.summary import Summary
from kankei.namespaces import Base
from kankei.release.reader import Release
from support.continuing import NEXT, next_year, sheets_of
from support.paths import TESTS

CASES = sorted((TESTS / "difference").iterdir())
PROGRAMMES = sorted((packaged().data / "programmes").glob("*.ttl"))
DOCUMENT = Base().thing("programme/two-region-living")
LIVING = read_turtle(packaged().data / "programmes" / "two-region-living.ttl", DOCUMENT)
OPPOSITE = {
    NodeStatus.APPEARED: NodeStatus.VANISHED,
    NodeStatus.VANISHED: NodeStatus.APPEARED,
    NodeStatus.STATED: NodeStatus.UNSTATED,
    NodeStatus.UNSTATED: NodeStatus.STATED,
    NodeStatus.CHANGED: NodeStatus.CHANGED,
}


def diff(*arguments: str | Path) -> tuple[int, str, str]:
    done = CliRunner().invoke(application, ["diff", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def case_arguments(case: Path) -> list[str | Path]:
    """The two files of a case."""
    return [case / "a.ttl", case / "b.ttl"]


def as_edition(case: Path, tmp_path: Path) -> list[str | Path]:
    """Two years of data whose programme says what both files say."""
    data = Path(shutil.copytree(packaged().data, tmp_path / "data"))
    file = data / "programmes" / "two-region-living.ttl"
    a, b = ((case / name).read_text(encoding="utf-8") for name in ("a.ttl", "b.ttl"))
    file.write_text(a + b, encoding="utf-8")
    return ["2025", "令和8年度", "--data", data]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path, tmp_path: Path) -> None:
    is_edition = case.name.startswith("edition-")
    arguments = as_edition(case, tmp_path) if is_edition else case_arguments(case)
    expected = (case / "expected.txt").read_text(encoding="utf-8")
    assert diff(*arguments) == (0 if expected.startswith("No ") else 1, expected, "")
    code, output, _ = diff(*arguments, "--json")
    assert json.loads(output) == json.loads((case / "expected.json").read_text(encoding="utf-8"))
    assert code == bool(json.loads(output)["documents"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_is_told_in_japanese(case: Path, tmp_path: Path) -> None:
    is_edition = case.name.startswith("edition-")
    arguments = as_edition(case, tmp_path) if is_edition else case_arguments(case)
    _, output, _ = diff(*arguments, "--language", "ja", "--all")
    assert not {"Changed", "yen", "lines", "not stated"} & set(output.replace(":", " ").split())


def mutated(seed: int) -> DocumentGraph:
    """A programme with some triples left out, some values changed, and some said of other nodes."""
    chance = random.Random(seed)
    remaining = [triple for triple in LIVING if chance.random() > 0.1]
    subjects = [triple.subject for triple in remaining]
    changed = [
        ox.Triple(chance.choice(subjects), t.predicate, t.object)
        if chance.random() < 0.05
        else ox.Triple(t.subject, t.predicate, ox.Literal(str(chance.random())))
        if chance.random() < 0.1
        else t
        for t in remaining
    ]
    return DocumentGraph.of(changed)


def document_change(a: DocumentGraph, b: DocumentGraph) -> DocumentChange:
    change = compare_documents(DOCUMENT, a, b)
    assert change is not None
    return change


@given(st.integers())
def test_nothing_differs_from_itself(seed: int) -> None:
    assert compare_documents(DOCUMENT, mutated(seed), mutated(seed)) is None


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_applied_to_the_old_it_gives_the_new(one: int, other: int) -> None:
    a, b = mutated(one), mutated(other + 10**9 + 1)
    change = document_change(a, b)
    assert (a.triples - {*change.removed}) | {*change.added} == b.triples


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_the_other_way_round_old_and_new_are_swapped(one: int, other: int) -> None:
    a, b = mutated(one), mutated(other + 10**9 + 1)
    there, back = document_change(a, b), document_change(b, a)
    assert (there.removed, there.added) == (back.added, back.removed)
    swapped = {
        (n.node, OPPOSITE[n.status], f.property, f.new, f.old, f.new_places, f.old_places, f.is_provenance)
        for n in there.nodes
        for f in n.properties
    }
    output = {
        (n.node, n.status, f.property, f.old, f.new, f.old_places, f.new_places, f.is_provenance)
        for n in back.nodes
        for f in n.properties
    }
    assert swapped == output
    yen = {n.node: n.budget.yen for n in there.nodes if n.budget and n.budget.yen is not None}
    assert {n.node: -n.budget.yen for n in back.nodes if n.budget and n.budget.yen is not None} == yen


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_every_triple_is_told_by_a_field_or_by_a_node(one: int, other: int) -> None:
    a, b = mutated(one), mutated(other + 10**9 + 1)
    change = document_change(a, b)
    fields = {
        (n.node, f.property, value) for n in change.nodes for f in n.properties for value in (*f.old, *f.new)
    }
    whole = {n.node for n in change.nodes if n.status in {NodeStatus.APPEARED, NodeStatus.VANISHED}}
    for triple in (*change.removed, *change.added):
        node, value = triple.subject.value, triple.object.value  # type: ignore[union-attr]
        is_told = (node, triple.predicate.value, triple.object) in fields
        assert is_told or value in whole or (node in whole and triple.predicate.value.endswith("#type"))


def test_an_edition_pairs_nodes_by_name_and_says_nothing_of_its_own_year() -> None:
    case = next(case for case in CASES if case.name == "edition-2026")
    whole = DocumentGraph.of((*read_turtle(case / "a.ttl", DOCUMENT), *read_turtle(case / "b.ttl", DOCUMENT)))
    a, b = (edition_graph(whole, DOCUMENT, Base().thing(f"fiscal-year/{year}")) for year in (2025, 2026))
    matching = match_nodes(DOCUMENT, a, b)
    assert matching.names[f"{DOCUMENT}#budget-2026-initial"] == f"{DOCUMENT}#budget-2025-initial"
    change = compare_documents(DOCUMENT, a, b, matching)
    assert change is not None
    output = {field.property.rpartition("#")[2] for node in change.nodes for field in node.properties}
    assert "amount" in output
    assert not output & {"fiscalYear", "budgetYear"}
    assert (a.triples - {*change.removed}) | {*change.added} == matching.rename(b).triples


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_line_tells_fields_that_differ_and_no_node_that_came_or_went_twice(one: int, other: int) -> None:
    change = document_change(mutated(one), mutated(other + 10**9 + 1))
    formatter = Formatter("en", lambda iri: {"en": iri.rpartition("#")[2] or "x"})
    lines = Summary(formatter).lines(change)
    assert (
        0 <= sum(line.covered for line in lines) <= sum(max(1, len(node.properties)) for node in change.nodes)
    )
    texts = [line.text for line in lines]
    assert len(texts) == len(set(texts))


def test_editions_are_told_briefly(tmp_path: Path) -> None:
    run = next_year(tmp_path)
    sheets = sheets_of(NEXT)
    for sheet, continuation in zip(sheets, run.continuations(sheets), strict=True):
        file, written = run.file(continuation), run.written(sheet, continuation)
        file.write_text(written, encoding="utf-8")
    _, output, _ = diff("2025", "2026", "--data", run.inputs.data)
    assert "  renamed: “ふるさとワーキングホリデー” → “ふるさとワーキングホリデー推進事業”" in output
    assert "budget: 20,000,000 yen (printed “20”百万円) → 25,000,000 yen" in output
    assert output.count("vanished: text × 5: ") == 1
    assert "\nNot in the later edition: Sheets 103 to 106" in output
    assert "\nIn the later edition only: " in output
    assert not [word for word in ("curator's note", "position:", "plain text:", "source:") if word in output]
    assert len(output.splitlines()) < 60
    everything = diff("2025", "2026", "--data", run.inputs.data, "--all")[1]
    assert "curator's note" in everything
    assert len(everything.splitlines()) > 300


@pytest.mark.parametrize("year", ["2025", "令和7年度", "R7", "Ｒ７", "令和７", "R７年度"])
def test_a_fiscal_year_is_named_in_many_ways(year: str) -> None:
    assert fiscal_year(year) == 2025


def test_a_release_is_compared_with_itself_with_its_data_and_with_a_candidate(
    seed_release: Release, tmp_path: Path
) -> None:
    assert diff(seed_release.path.parent, seed_release.path)[0] == 0
    code, output, _ = diff(seed_release.path, packaged().data)
    assert (code, "Derived properties" in output) == (0, True)
    candidate = Path(shutil.copy(PROGRAMMES[0], tmp_path))
    assert diff(seed_release.path, candidate)[0] == 0
    text = candidate.read_text(encoding="utf-8")
    candidate.write_text(text.replace("kk:openList", "kk:atMost"), encoding="utf-8")
    code, output, _ = diff(tmp_path, seed_release.path)
    assert (code, output.count("Changed: ")) == (1, 1)


def test_a_moved_organisation_is_told_by_names(tmp_path: Path) -> None:
    data = Path(shutil.copytree(packaged().data, tmp_path / "data"))
    file = data / "organisations" / "mlit-regional-policy-division.ttl"
    bureau = "<mlit-national-spatial-planning-and-regional-policy-bureau>"
    moved = file.read_text(encoding="utf-8").replace(bureau, "<jta>")
    file.write_text(moved, encoding="utf-8")
    code, output, _ = diff(packaged().data, data)
    assert code == 1
    assert "unit of: National Spatial Planning and Regional Policy Bureau → Japan Tourism Agency" in output


def test_programmes_that_came_and_went_are_named(tmp_path: Path) -> None:
    data = Path(shutil.copytree(packaged().data, tmp_path / "data"))
    (data / "programmes" / "two-region-living.ttl").unlink()
    assert "Gone: Promotion of two-region living" in diff(packaged().data, data)[1]
    assert "Added: Promotion of two-region living" in diff(data, packaged().data)[1]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nowhere", "2025"], "nowhere"),
        (["2025", "2099"], "2099"),
        ([PROGRAMMES[0], "nowhere.ttl"], "nowhere.ttl"),
        ([PROGRAMMES[0], PROGRAMMES[0], "--language", "fr"], "fr"),
    ],
)
def test_trouble_exits_with_2_and_names_its_subject(arguments: list[str | Path], named: str) -> None:
    code, output, error = diff(*arguments)
    assert (code, output) == (2, "")
    assert named in error


def test_what_has_no_words_is_listed_as_triples(tmp_path: Path) -> None:
    other = tmp_path / "two-region-living.ttl"
    text = (packaged().data / "programmes" / other.name).read_text(encoding="utf-8")
    other.write_text(text + "\n<#2025> <http://example.org/unheard> 5 .\n", encoding="utf-8")
    _, output, _ = diff(packaged().data / "programmes" / other.name, other)
    assert f"+ <{DOCUMENT}#2025> <http://example.org/unheard> " in output


def test_blank_nodes_have_no_names_that_could_differ(tmp_path: Path) -> None:
    for name in ("one.ttl", "two.ttl"):
        (tmp_path / name).write_text('<> <http://example.org/p> [ <http://example.org/q> "x" ] .')
    assert diff(tmp_path / "one.ttl", tmp_path / "two.ttl")[0] == 0


def second_reading(tmp_path: Path) -> tuple[Path, Path]:
    """Candidates of a source that prints another telephone number, and data that have both."""
    text = (packaged().data / "sources" / "sheets-103-106.txt").read_text(encoding="utf-8")
    source = tmp_path / "again.txt"
    source.write_text(text.replace("03-5253-5391", "03-5253-5399"), encoding="utf-8")
    out, data = tmp_path / "out", Path(shutil.copytree(packaged().data, tmp_path / "data"))
    assert CliRunner().invoke(application, ["ingest", str(source), "--out", str(out)]).exit_code == 0
    for folder in ("programmes", "sources"):
        shutil.copytree(out / folder, data / folder, dirs_exist_ok=True)
    return out, data


def test_two_sources_are_compared_by_their_slugs(tmp_path: Path) -> None:
    _, data = second_reading(tmp_path)
    code, output, _ = diff("sheets-103-106", "again", "--data", data)
    assert code == 1
    changed = [line.strip() for line in output.splitlines() if line.startswith("  ")]
    telephone, issue = sorted(changed)
    assert telephone.startswith("contact › printed telephone: 03-5253-5391 → 03-5253-5399")
    assert issue.startswith("vanished: issue"), "a curator found it, so no second reading has it"


def test_an_edition_is_compared_with_an_edition() -> None:
    assert diff("sheets-103-106", "2025")[0] == 0  # the one source of that year
    code, _, error = diff("sheets-103-106", packaged().data)
    assert code == 2
    assert "give two fiscal years, or two sources" in error


def test_a_folder_of_candidates_is_a_side(tmp_path: Path) -> None:
    out, data = second_reading(tmp_path)
    code, output, _ = diff(out, data)
    assert (code, output.splitlines()[-1]) == (0, "No difference (4 programmes).")
    code, output, _ = diff(out, packaged().data)
    assert code == 1
    assert "programme/two-region-living" in output
