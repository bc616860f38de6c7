"""Candidates of links: what is found between catalogue and review, and on what evidence."""

from pathlib import Path

import pytest

from kankei.dataset.data_folder import packaged
from kankei.dataset.mappings import LinkMapping
from kankei.linking.candidates import link
from kankei.linking.evidence import Commonness, compare
from kankei.linking.items import Item, page, read_items
from kankei.namespaces import SKOS, Base
from support.review import FILES, import_files

BASE = Base()
NOTHING = Commonness({}, {})
SHORT = "あいうえおかきくけこさしすせそ"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[LinkMapping]:
    """The candidates between the checkout's data and the fixture of the review."""
    review: Path = tmp_path_factory.mktemp("linking") / "review"
    import_files(FILES, review)
    data = packaged().data
    return link(read_items(data, [review], BASE), read_items(review, [data], BASE))


def test_the_measure_is_found_as_the_project_with_its_evidence(found: list[LinkMapping]) -> None:
    pilot = [m for m in found if m.subject.endswith("#measure-pilot")]
    assert [(m.predicate, m.object) for m in pilot] == [(f"{SKOS}exactMatch", BASE.thing("project/20406"))]
    japanese, _, english = pilot[0].evidence.partition(" / ")
    assert japanese.startswith("名称が同じ。担当組織が同じ")
    assert english.startswith("the names are the same; the unit is the same")
    assert pilot[0].confidence is not None
    assert pilot[0].confidence > 0.9


def test_the_programme_is_another_thing_than_its_measure(found: list[LinkMapping]) -> None:
    programme = {m.object: m.predicate for m in found if m.subject.endswith("/two-region-living")}
    assert programme[BASE.thing("project/20406")] == f"{SKOS}narrowMatch"


def item(
    label: str, unit: str = "", links: str = "", text: str = "", year: int | None = None, iri: str = "",
    amounts: dict[int, int] | None = None,
) -> Item:  # fmt: skip
    sums = {year: frozenset({amount}) for year, amount in (amounts or {}).items()}
    return Item(
        iri or f"urn:{label}", "project", label, tuple(unit.split("/")) if unit else (),
        frozenset(links.split()), text, year, sums,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("left", "right", "kinds"),
    [
        (item("見本・事業"), item("見本事業"), {"name-same"}),
        (item("航路の維持事業"), item("離島航路の維持事業費"), {"name-longer"}),
        (item("離島航路の維持事業費"), item("航路の維持事業"), {"name-shorter"}),
        (item("見本の統計整備費"), item("見本の統計整備事業費"), {"name-similar"}),
        (item("甲", "省/局/課"), item("乙", "省/局/課"), {"unit-same"}),
        (item("甲", "省/局"), item("乙", "省/局/課"), {"unit-above"}),
        (item("甲", "省/局"), item("乙", "省/他局"), {"ministry-same"}),
        (item("甲", "省"), item("乙", "府"), {"ministry-other"}),
        (item("甲", links="a.jp/x/1"), item("乙", links="a.jp/x/1 a.jp/y"), {"page-same"}),
        (item("甲", links="a.jp/x/1"), item("乙", links="a.jp/x/2"), {"page-related"}),
        (item("甲", year=2024), item("乙", year=2024), {"year-same"}),
        (item("甲", year=2024), item("乙", year=2020), {"year-other"}),
        (item("甲", amounts={2022: 5}), item("乙", year=2024), {"year-later"}),
        (item("甲", amounts={2024: 5}), item("乙", amounts={2024: 5, 2023: 1}), {"amount-same"}),
        (item("甲", amounts={2024: 5}), item("乙", amounts={2024: 6}), set()),
        (item("甲", text=SHORT), item("乙", text=f"{SHORT}たちつてと"), {"text-same"}),
        (item("甲", text=SHORT), item("乙", text=f"たちつてとなにぬねの{SHORT[:8]}"), {"text-overlaps"}),
    ],
)  # fmt: skip
def test_each_piece_of_evidence(left: Item, right: Item, kinds: set[str]) -> None:
    assert compare(left, right, NOTHING).kinds == kinds


def test_a_name_alone_makes_no_exact_match() -> None:
    (mapping,) = link([item("見本事業", iri="urn:l")], [item("見本事業", iri="urn:r")])
    assert mapping.predicate == f"{SKOS}closeMatch"


def test_two_equal_partners_make_no_exact_match() -> None:
    partners = [item("見本事業", "省/課", iri=f"urn:r{number}") for number in (1, 2)]
    predicates = {m.predicate for m in link([item("見本事業", "省/課", iri="urn:l")], partners)}
    assert predicates == {f"{SKOS}closeMatch"}


def test_what_speaks_against_a_link_takes_away() -> None:
    same = compare(item("見本事業"), item("見本事業"), NOTHING).confidence
    assert compare(item("見本事業", "省"), item("見本事業", "府"), NOTHING).confidence < same


def test_pages_are_compared_without_scheme_and_last_slash() -> None:
    assert page("https://www.example.jp/a/#x") == page("http://example.jp/a")
