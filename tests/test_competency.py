"""The competency questions, each against the answer a careful curator expects (tab-separated, typed)."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.namespaces import PREFIXES, RDF
from kankei.release.reader import Release
from support.building import build_quickly
from support.continuing import NEXT, next_year
from support.paths import TESTS
from support.several_years import add

MLIT = "https://www.mlit.go.jp/"
QUESTIONS = sorted((TESTS / "competency").glob("*.rq"))


def test_all_are_asked() -> None:
    assert {int(path.name[:2]) for path in QUESTIONS} == set(range(1, 21))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_answer(question: Path, seed_store: ox.Store) -> None:
    solutions = seed_store.query(question.read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    answer = solutions.serialize(format=ox.QueryResultsFormat.TSV)
    assert answer is not None
    assert answer.decode() == question.with_suffix(".expected.tsv").read_text(encoding="utf-8")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda path: path.stem)
def test_the_question_is_written_in_both_languages(question: Path) -> None:
    comments = [line for line in question.read_text(encoding="utf-8").splitlines() if line.startswith("# ")]
    assert comments[0].rstrip("?").isascii() or "（" in comments[0] or "?" in comments[0]
    assert any("\u3040" <= letter <= "\u30ff" for letter in comments[1])


@pytest.mark.parametrize(
    ("class_", "count"),
    [("Call", 2), ("NeedsSurvey", 0), ("Contact", 4), ("Budget", 6), ("Absence", 6)],
)
def test_a_blank_column_is_no_value(class_: str, count: int, seed_store: ox.Store) -> None:
    kind = ox.NamedNode(f"https://w3id.org/kankei/ns#{class_}")
    found = seed_store.quads_for_pattern(None, ox.NamedNode(f"{RDF}type"), kind, ox.DefaultGraph())
    assert len(list(found)) == count


LIVING = "<https://w3id.org/kankei/id/programme/two-region-living>"
PILOT = f"{LIVING[:-1]}#measure-pilot>"


@pytest.mark.parametrize(
    ("thing", "property_", "answers"),
    [
        (LIVING, "latestBudget", ["20000000"]),
        (LIVING, "ministry", ["https://w3id.org/kankei/id/org/mlit"]),
        (LIVING, "callDates", ["2025-04/2025-05~"]),
        (LIVING, "notStated", ["https://w3id.org/kankei/id/column/needs-survey"]),
        (LIVING, "contactTelephone", ["03-5253-8369"]),
        (LIVING, "webPage", [f"{MLIT}kokudoseisaku/chisei/kokudoseisaku_chisei_tk_000073.html"]),
        (PILOT, "measureBudget", ["10000000"]),
        (PILOT, "ministry", ["https://w3id.org/kankei/id/org/mlit"]),
        (PILOT, "callPrinted", ["４月～５月頃"]),
        (PILOT, "notStated", ["https://w3id.org/kankei/id/column/needs-survey"]),
        (PILOT, "contactTelephone", ["03-5253-8369"]),
        (PILOT, "webPage", [f"{MLIT}kokudoseisaku/chisei/kokudoseisaku_chisei_tk_000073.html"]),
        (LIVING, "latestYear", ["2025"]),
        (LIVING, "openToOthers", ["true"]),
        (LIVING, "callEarliestStart", ["2025-04-01"]),
        (LIVING, "callLatestEnd", ["2025-05-31"]),
        # ① and ② differ: the programme has neither a kind nor a method of its own.
        (LIVING, "supportKind", []),
        (LIVING, "fundingMethod", []),
        (
            PILOT,
            "fundingMethod",
            [f"https://w3id.org/kankei/id/funding/{slug}" for slug in ("fixed-sum", "fraction")],
        ),
    ],
)
def test_a_beginners_question_takes_one_hop(
    thing: str, property_: str, answers: list[str], seed_store: ox.Store
) -> None:
    query = f"SELECT ?answer {{ {thing} kk:{property_} ?answer }} ORDER BY ?answer"
    solutions = seed_store.query(query, prefixes=PREFIXES)
    assert isinstance(solutions, ox.QuerySolutions)
    assert [solution["answer"].value for solution in solutions] == answers


def answers(question: str, store: ox.Store) -> list[list[str | None]]:
    """The rows of the question whose file begins so, as lexical forms."""
    (path,) = [path for path in QUESTIONS if path.name.startswith(question)]
    solutions = store.query(path.read_text(encoding="utf-8"))
    assert isinstance(solutions, ox.QuerySolutions)
    return [[None if term is None else term.value for term in solution] for solution in solutions]


def test_totals_of_two_editions_are_never_one_sum(tmp_path: Path) -> None:
    """Next year's edition lists four of the programmes again; 2026 is summed for itself, and 2025 stays."""
    run = next_year(tmp_path)
    add(run, NEXT)
    release = Release.open(build_quickly(tmp_path / "releases", run.inputs))
    store = ox.Store.read_only(str(release.store_path))
    assert answers("19", store) == [["2025", "56000000", "432000000"], ["2026", "61000000", "411000000"]]
    assert answers("09", store) == [["0", "0"]], "no programme's latest entry is of 2025 any more"


def test_the_dates_of_a_survey_are_found() -> None:
    store = ox.Store()
    data = """
        <urn:p> a kk:Programme ; dct:title "施策"@ja ; kk:latestYear 2026 ; kk:latestEntry <urn:e> .
        <urn:e> kk:needsSurvey <urn:s> .
        <urn:s> kk:raw "７月頃" ;
            kk:earliestStart "2026-07-01"^^xsd:date ; kk:latestEnd "2026-07-31"^^xsd:date .
    """
    head = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dct", "kk", "xsd"))
    store.load((head + data).encode(), format=ox.RdfFormat.TURTLE)
    assert answers("18", store) == [["urn:p", "施策", "2026", "７月頃", "2026-07-01", "2026-07-31"]]


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2025-01-01", "no"), ("2025-04-11", "possibly"), ("2025-04-20", "possibly"), ("2025-04-21", "no")],
)
def test_around_reaches_ten_days_to_both_sides(day: str, expected: str, seed_store: ox.Store) -> None:
    """A call printed ２月～４月上旬頃 is not simply over on 11 April."""
    (path,) = [path for path in QUESTIONS if path.name.startswith("12")]
    query = path.read_text(encoding="utf-8").replace('"2025-04-05"', f'"{day}"')
    solutions = seed_store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    found = {
        solution["programme"].value.rpartition("/")[2]: solution["answer"].value for solution in solutions
    }
    assert found["new-exchange-market"] == expected
