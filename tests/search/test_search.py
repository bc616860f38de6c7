"""Search over the release of the checkout's data: words, order, reasons, facets."""

from datetime import date
from pathlib import Path

import pytest

from kankei.search.index.schema import Field
from kankei.search.query.facets import FacetValue, value_labels
from kankei.search.query.search import SearchIndex, SearchRequest, SearchResult
from kankei.search.query.term import CONTAINED

ON = date(2025, 4, 5)
QUERIES = [
    line.split("\t")
    for line in (Path(__file__).parent / "queries.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


def paths(result: SearchResult) -> list[str]:
    return [hit.thing.path for hit in result.hits]


def values(result: SearchResult, facet: str) -> dict[str, int]:
    return {value.value: value.count for value in facet_values(result, facet)}


def facet_values(result: SearchResult, facet: str) -> tuple[FacetValue, ...]:
    return next((its.values for its in result.facets if its.name == facet), ())


@pytest.mark.parametrize(("query", "found", "fields"), QUERIES, ids=[row[0] for row in QUERIES])
def test_queries(seed_index: SearchIndex, query: str, found: str, fields: str) -> None:
    result = seed_index.search(SearchRequest(query, ON))
    expected = found.split()
    assert paths(result)[: len(expected)] == expected
    assert bool(result.total) == bool(expected)
    if expected:
        assert [match.field.label for match in result.hits[0].matches] == fields.split()


def test_titles_come_before_summaries_and_texts(seed_index: SearchIndex) -> None:
    result = seed_index.search(SearchRequest("関係人口", ON, {"type": ["programme"]}))
    assert paths(result)[0] == "programme/related-population-creation"
    assert [hit.score for hit in result.hits] == sorted((hit.score for hit in result.hits), reverse=True)
    assert {"title", "summary"} <= {hit.matches[0].field.label for hit in result.hits} | {"summary"}


def test_things_with_most_of_the_words_follow_where_few_have_all(seed_index: SearchIndex) -> None:
    result = seed_index.search(SearchRequest("観光庁 ワーケーション xyzzy", ON, {"type": ["programme"]}))
    assert (result.complete, paths(result)[0]) == (0, "programme/new-exchange-market")
    both = seed_index.search(SearchRequest("観光庁 空家", ON, {"type": ["programme"]}))
    assert both.complete == 0 < both.total
    assert seed_index.search(SearchRequest("xyzzy qwerty", ON)).total == 0


@pytest.mark.parametrize("written", ["住宅などの発掘や改修", "発掘の改修"])
def test_a_word_that_nothing_has_is_read_by_its_parts(seed_index: SearchIndex, written: str) -> None:
    result = seed_index.search(SearchRequest(written, ON))
    assert {"発掘", "改修"} <= set(result.terms)
    assert paths(result)[0] == "topic/vacant-house"


def test_a_long_vowel_at_the_end_may_be_missing(seed_index: SearchIndex) -> None:
    assert paths(seed_index.search(SearchRequest("ワーケーショー", ON)))  # as ワーケーション begins


def test_a_match_shows_the_original_words(seed_index: SearchIndex) -> None:
    match = seed_index.search(SearchRequest("空家", ON)).hits[1].matches[0]
    assert [match.text[start:end] for start, end in match.spans] == ["空き家"]
    long = seed_index.search(SearchRequest("横ばい傾向", ON)).hits[0].matches[0]
    assert [long.text[start:end] for start, end in long.spans] == ["横ばい傾向"]


def test_facets_count_what_a_choice_would_find(seed_index: SearchIndex) -> None:
    everything = seed_index.search(SearchRequest("", ON, {"type": ["programme"]}))
    for facet in everything.facets:
        for value in facet.values:
            chosen = {"type": ["programme"], facet.name: [value.value]}
            assert seed_index.search(SearchRequest("", ON, chosen)).total == value.count


def test_facets_combine_and_values_of_one_are_alternatives(seed_index: SearchIndex) -> None:
    one = {"type": ["programme"], "ministry": ["org/mlit"]}
    result = seed_index.search(SearchRequest("", ON, one))
    assert values(result, "ministry") == {"org/mlit": 2, "org/mic": 2}
    assert values(result, "funding") == {
        f"funding/{name}": 1 for name in ("commission", "fixed-sum", "fraction", "survey-project")
    }
    two = one | {"body": ["body-type/npo"]}
    assert paths(seed_index.search(SearchRequest("", ON, two))) == ["programme/two-region-living"]
    three = two | {"open": ["open"], "year": ["2025"], "budget": ["10m-100m"]}
    assert seed_index.search(SearchRequest("移住 居住", ON, three)).complete == 0
    both = {"ministry": ["org/mlit", "org/mic"], "type": ["programme"]}
    assert seed_index.search(SearchRequest("", ON, both)).total == 4
    assert seed_index.search(SearchRequest("", ON, {"ministry": ["org/none"]})).total == 0


@pytest.mark.parametrize(
    ("on", "states"),
    [
        ("2025-04-05", {"possible": 2, "not-stated": 2}),
        ("2025-01-10", {"before": 2, "not-stated": 2}),
        ("2025-01-25", {"possible": 1, "before": 1, "not-stated": 2}),
        ("2025-06-10", {"possible": 1, "ended": 1, "not-stated": 2}),
        ("2025-06-11", {"ended": 2, "not-stated": 2}),
    ],
)
def test_the_state_of_calls_on_a_date_is_never_surer_than_the_data(
    seed_index: SearchIndex, on: str, states: dict[str, int]
) -> None:
    result = seed_index.search(SearchRequest("", date.fromisoformat(on), {"type": ["programme"]}))
    assert values(result, "call") == states


def test_a_budget_that_is_only_a_bound_is_no_amount(seed_index: SearchIndex) -> None:
    result = seed_index.search(SearchRequest("", ON, {"budget": ["within"]}))
    assert paths(result) == ["programme/new-exchange-market"]


def test_pages_are_parts_of_one_order(seed_index: SearchIndex) -> None:
    whole = paths(seed_index.search(SearchRequest("の", ON, limit=200)))
    parts = [seed_index.search(SearchRequest("の", ON, offset=start, limit=7)) for start in range(0, 200, 7)]
    assert [path for part in parts for path in paths(part)] == whole
    assert len(whole) == len(set(whole)) == parts[0].total


@pytest.mark.parametrize(
    "query", ["'; DROP TABLE thing --", "a" * 500, "\x00", "%_*", "𠮷" * 80, "空 " * 200]
)
def test_hostile_words_are_words(seed_index: SearchIndex, query: str) -> None:
    assert seed_index.search(SearchRequest(query, ON)).total >= 0
    assert seed_index.search(SearchRequest("105", ON)).total == 1


@pytest.mark.parametrize(
    ("year", "label"),
    [("2025", "令和7年度"), ("2018", "平成30年度"), ("2015", "平成27年度"), ("1980", "1980年度")],
)
def test_a_fiscal_year_is_named_by_its_era(year: str, label: str) -> None:
    assert value_labels("year", year) == {"ja": label, "en": f"fiscal year {year}"}


@pytest.mark.parametrize("query", ["地域", "観光 ふるさと", "関係人口", "交流"])
def test_of_equal_hits_programmes_come_first(seed_index: SearchIndex, query: str) -> None:
    hits = seed_index.search(SearchRequest(query, ON, limit=100)).hits
    titled = [hit for hit in hits if hit.score >= CONTAINED[Field.NAME]]
    for score in {hit.score for hit in titled}:
        others = [hit.thing.kind not in {"programme", "project"} for hit in titled if hit.score == score]
        assert others == sorted(others)
