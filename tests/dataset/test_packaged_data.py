"""The curated data against its source: nothing lost, nothing that the cited lines do not say."""

import hashlib
import json
import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kankei.namespaces import KK
from support.paths import ROOT

SOURCE = ROOT / "data" / "sources" / "sheets-103-106.txt"
LABELLED = {"links", "issues", "measures"}  # objects of the checklist whose keys are printed on the sheet


def facts(value: object, key: str = "") -> Iterator[str]:
    """Every printed string of the checklist: values, link labels, circled numbers, pillar names."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from facts(item)
        case dict():
            for name, item in value.items():
                if key in LABELLED:
                    yield name
                yield from facts(item, name)


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def terms(seed_store: ox.Store) -> set[str]:
    return {
        squeeze(term.value)
        for quad in seed_store.quads_for_pattern(None, None, None, ox.DefaultGraph())
        for term in (quad.subject, quad.object)
        if isinstance(term, ox.NamedNode | ox.Literal)
    }


FACTS = sorted(set(facts(json.loads((ROOT / "tests" / "facts.json").read_text(encoding="utf-8")))))


def test_the_checklist_is_whole() -> None:
    assert len(FACTS) > 80


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_is_part_of_a_term(fact: str, terms: set[str]) -> None:
    assert any(squeeze(fact) in term for term in terms)


def test_the_source_is_as_received() -> None:
    received = SOURCE.read_bytes()
    described = (ROOT / "data" / "sources" / "sheets-103-106.ttl").read_text(encoding="utf-8")
    assert hashlib.sha256(received).hexdigest() in described
    assert f"kk:byteSize {len(received)} ;" in described
    assert f"kk:lineCount {len(received.decode().splitlines())} ;" in described


def cited(place: str) -> str:
    found = re.fullmatch(r".*#line=(\d+),(\d+)", place)
    assert found is not None
    first, last = found.groups()
    return squeeze("".join(SOURCE.read_text(encoding="utf-8").split("\n")[int(first) : int(last)]))


def select(store: ox.Store, query: str) -> list[ox.QuerySolution]:
    solutions = store.query(query, prefixes={"kk": KK})
    assert isinstance(solutions, ox.QuerySolutions)
    return list(solutions)


def test_raw_texts_and_headings_stand_on_the_lines_they_cite(seed_store: ox.Store) -> None:
    rows = select(seed_store, "SELECT ?node ?raw ?place WHERE { ?node kk:raw ?raw ; kk:place ?place }")
    found = [(row["node"], row["raw"].value, row["place"].value) for row in rows]
    assert len(found) > 70
    assert [row for row in found if squeeze(row[1]) not in cited(row[2])] == []


def test_running_text_is_the_raw_text_without_line_breaks_and_bullets(seed_store: ox.Store) -> None:
    rows = select(seed_store, "SELECT ?node ?raw ?plain WHERE { ?node kk:raw ?raw ; kk:plain ?plain }")
    found = [(row["node"], row["raw"].value, row["plain"].value) for row in rows]
    assert len(found) > 30
    assert [row for row in found if squeeze(row[2]) not in squeeze(row[1])] == []


def test_printed_headings_stand_on_the_lines_their_evidence_cites(seed_store: ox.Store) -> None:
    query = """
        SELECT ?node ?heading (GROUP_CONCAT(STR(?place); SEPARATOR=" ") AS ?places)
        WHERE {
          ?node kk:heading ?heading .
          ?evidence kk:about ?node ; kk:onProperty kk:heading ; kk:place ?place .
        }
        GROUP BY ?node ?heading
    """
    rows = select(seed_store, query)
    assert len(rows) > 40
    for row in rows:
        text = "".join(cited(place) for place in row["places"].value.split(" "))
        assert squeeze(row["heading"].value) in text, row["node"]


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        (
            "mlit-national-spatial-planning-and-regional-policy-bureau",
            "National Spatial Planning and Regional Policy Bureau",
        ),
        ("mic-regional-self-support-promotion-division", "Regional Self-support Promotion Division"),
    ],
)
def test_units_have_the_english_names_that_their_ministries_use(slug: str, name: str) -> None:
    assert f'"{name}"@en' in (ROOT / "data" / "organisations" / f"{slug}.ttl").read_text(encoding="utf-8")


def test_english_descriptions_call_programmes_programmes() -> None:
    for file in sorted((ROOT / "data" / "programmes").glob("*.ttl")):
        (description,) = re.findall(r'dct:description .*?"(A [^"]+)"@en', file.read_text("utf-8"), re.DOTALL)
        assert description.startswith("A programme "), file.name
