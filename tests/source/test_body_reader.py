"""The bodies of sheets, from text and from a PDF, against what a curator read in them; and other bodies."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time

import pyoxigraph as ox
import pytest

from kankei.dataset.data_folder import packaged
from kankei.namespaces import KK
from kankei.source.document_reader import read_lines
from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.body import Inference, Item, ItemKind, Relation, SheetBody
from kankei.source.guidebook.body_reader.reading_rules import read_body
from kankei.source.guidebook.layouts import layouts
from kankei.source.lines.document import LineRange
from kankei.source.lines.printed_text import Line, PrintedText
from kankei.source.sheets import read_sheets
from support.pdf import fonts, lay_out

SEED = packaged().data / "sources" / "sheets-103-106.txt"
CURATED = {
    "103": "related-population-creation",
    "104": "furusato-working-holiday",
    "105": "new-exchange-market",
    "106": "two-region-living",
}
TYPES = {
    "Text": ItemKind.TEXT,
    "Goal": ItemKind.GOAL,
    "Means": ItemKind.MEANS,
    "Model": ItemKind.MODEL,
    "AssumedIssue": ItemKind.ISSUE,
    "ExampleActivity": ItemKind.EXAMPLE,
    "Caption": ItemKind.CAPTION,
    "Budget": ItemKind.BUDGET,
}
RULES = {"text-to-heading", "printed-order", "after-text-title", "box-to-measure", "figure-to-measure"}
RELATIONS = {
    "heading": Relation.HEADING,
    "pillar": Relation.PILLAR,
    "modelName": Relation.NAME,
    "text": Relation.MEASURE,
    "issue": Relation.MEASURE,
    "exampleActivity": Relation.MEASURE,
    "caption": Relation.MEASURE,
    "budget": Relation.MEASURE,
}
BASE = "https://example.org/id/programme/x"

Fact = tuple[object, ...]


class Curated:
    """What a curator wrote of a sheet, in the terms of a body."""

    def __init__(self, number: str) -> None:
        path = packaged().data / "programmes" / f"{CURATED[number]}.ttl"
        self.store = ox.Store()
        self.store.extend(ox.parse(path=str(path), base_iri=BASE))
        self.measure_of = {
            node: self.one(entry, "number")
            for quad in self.store.quads_for_pattern(None, ox.NamedNode(KK + "ofMeasure"), None)
            for entry in [quad.subject]
            for name in ("text", "issue", "exampleActivity", "caption", "budget")
            for node in self.objects(entry, name)
        }

    def objects(self, node: object, name: str) -> list[ox.NamedNode | ox.Literal]:
        found = self.store.quads_for_pattern(node, ox.NamedNode(KK + name), None)  # type: ignore[arg-type]
        return [quad.object for quad in found]  # type: ignore[misc]

    def one(self, node: object, name: str) -> str | None:
        found = self.objects(node, name)
        return found[0].value if found else None

    def place(self, node: object) -> LineRange:
        (place,) = self.places(node)
        return place

    def places(self, node: object) -> list[LineRange]:
        return sorted(LineRange.parse(place.value.partition("#")[2]) for place in self.objects(node, "place"))

    def nodes(self) -> Iterator[tuple[ox.NamedNode, ItemKind]]:
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(str(RDF_TYPE)), None):
            kind = TYPES.get(str(getattr(quad.object, "value", "")).removeprefix(KK))
            node = quad.subject
            # A budget is one of the body's if it is a measure's; the programme's stands in a cell.
            in_body = kind is not ItemKind.BUDGET or node in self.measure_of
            if kind and in_body and isinstance(node, ox.NamedNode):
                yield node, kind

    def items(self) -> set[Fact]:
        return {self.fact(node, kind) for node, kind in self.nodes()}

    def fact(self, node: ox.NamedNode, kind: ItemKind) -> Fact:
        pillar = self.one(node, "pillar")
        return (
            kind,
            self.one(node, "raw"),
            None if kind is ItemKind.BUDGET else self.one(node, "plain"),
            self.place(node),
            self.one(node, "position") or "1",
            self.one(node, "heading"),
            self.measure_of.get(node),
            PILLARS[pillar.rpartition("/")[2]] if pillar else None,
            self.one(node, "modelGroup"),
            self.one(node, "modelName"),
        )

    def inferences(self) -> set[Fact]:
        kinds = dict(self.nodes())
        found: set[Fact] = set()
        for quad in self.store.quads_for_pattern(None, ox.NamedNode(KK + "rule"), None):
            rule = str(getattr(quad.object, "value", "")).rpartition("/")[2]
            if rule not in RULES:
                continue
            properties = [
                str(term.value).removeprefix(KK)
                for term in self.objects(quad.subject, "onProperty")
                if isinstance(term, ox.NamedNode)
            ]
            name = next((one for one in properties if one in RELATIONS), None)
            if name is None:
                continue
            about = self.objects(quad.subject, "about")
            nodes = [
                node
                for subject in about
                for node in ([subject] if subject in kinds else self.objects(subject, name))
                if isinstance(node, ox.NamedNode)
            ]
            ground = {
                str(text.language): text.value
                for text in self.objects(quad.subject, "ground")
                if isinstance(text, ox.Literal)
            }
            items = frozenset(self.fact(node, kinds[node]) for node in nodes)
            places = tuple(self.places(quad.subject))
            found.add((RELATIONS[name], rule, items, places, ground.get("ja", ""), ground.get("en", "")))
        return found


RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
PILLARS = {"housing": "住まい", "livelihood": "なりわい", "community": "コミュニティ"}


def text(printed: PrintedText | None) -> str | None:
    return printed.text if printed else None


def fact(item: Item) -> Fact:
    return (
        item.kind,
        item.printed.text,
        None if item.kind is ItemKind.BUDGET else item.plain,
        item.printed.place,
        str(item.position),
        text(item.heading),
        item.measure,
        text(item.pillar),
        text(item.group),
        text(item.name),
    )


def inference(found: Inference) -> Fact:
    items = frozenset(map(fact, found.items))
    return found.relation, found.rule, items, tuple(sorted(found.places)), found.ja, found.en


def read(path: Path) -> dict[str, SheetBody]:
    found = read_sheets(read_lines(path).lines, layouts())
    return {sheet.number.text: sheet.body for sheet in found if sheet.number}


@pytest.fixture(scope="module")
def seed() -> dict[str, SheetBody]:
    return read(SEED)


# An issue that a reader sees in a paragraph about something else: a curator's reading, and not proposed.
READ_BY_THE_CURATOR_ALONE = {"105": {"これまで横ばい傾向であった国内旅行市場"}}


@pytest.mark.parametrize("number", CURATED)
def test_the_items_are_those_that_the_curator_read(seed: dict[str, SheetBody], number: str) -> None:
    alone = READ_BY_THE_CURATOR_ALONE.get(number, set())
    curated = Curated(number).items()
    assert alone <= {str(item[1]) for item in curated}
    assert set(map(fact, seed[number].items)) == {item for item in curated if item[1] not in alone}


@pytest.mark.parametrize("number", CURATED)
def test_the_inferences_are_those_of_the_curator(seed: dict[str, SheetBody], number: str) -> None:
    assert set(map(inference, seed[number].inferences)) == Curated(number).inferences()


def test_the_measures_have_the_titles_that_the_curator_read(seed: dict[str, SheetBody]) -> None:
    curated = Curated("106")
    for measure, node in zip(seed["106"].measures, ("support-corporations", "pilot"), strict=True):
        title = ox.NamedNode(f"{BASE}#measure-{node}-title-2025")
        assert curated.one(title, "raw") == measure.title.text
        assert curated.one(title, "plain") == measure.name
        assert curated.place(title) == measure.title.place


def test_the_year_of_establishment_is_where_the_curator_read_it(seed: dict[str, SheetBody]) -> None:
    established = seed["105"].establishment
    curated = Curated("105")
    assert established
    assert (curated.one(ox.NamedNode(f"{BASE}#2025"), "establishedIn") or "").endswith(
        f"/{established.year.year}"
    )
    assert curated.place(ox.NamedNode(f"{BASE}#evidence-established")) == established.printed.place
    assert [number for number, body in seed.items() if body.establishment] == ["105"]


def test_what_is_no_item_is_a_repeat_or_in_doubt(seed: dict[str, SheetBody]) -> None:
    assert {
        number: [one.text for one in body.repeated_labels]
        for number, body in seed.items()
        if body.repeated_labels
    } == {"103": ["HP 事例等"]}
    assert {
        number: [one.text for one in body.unclassified] for number, body in seed.items() if body.unclassified
    } == {"105": ["① ②"]}
    assert [(number, d.about, d.place) for number, body in seed.items() for d in body.doubts] == [
        ("105", "numbers", LineRange(93, 93))
    ]


def same(value: object) -> object:
    """A value without what a PDF prints in its own way: places, grounds with lines, bullets, dashes."""
    if isinstance(value, str):
        return normalise(value).translate({0xF0D8: "●"})
    if isinstance(value, tuple):
        return tuple(same(one) for one in value if not isinstance(one, LineRange))
    return frozenset(map(same, value)) if isinstance(value, frozenset) else value


@pytest.mark.parametrize("font", fonts())
def test_a_pdf_says_what_its_text_says(seed: dict[str, SheetBody], tmp_path: Path, font: str) -> None:
    """There are no exceptions: every item and relation is the same, and the grounds but for their lines."""
    lay_out(tmp_path / "sheets.pdf", font)
    for number, body in read(tmp_path / "sheets.pdf").items():
        expected = seed[number]
        assert [same(fact(item)) for item in body.items] == [same(fact(item)) for item in expected.items]
        assert {same(inference(found)[:3]) for found in body.inferences} == {
            same(inference(found)[:3]) for found in expected.inferences
        }
        assert [measure.name for measure in body.measures] == [measure.name for measure in expected.measures]
        assert bool(body.establishment) == bool(expected.establishment)
        assert [one.text for one in body.unclassified] == [one.text for one in expected.unclassified]
        assert [one.text for one in body.repeated_labels] == [one.text for one in expected.repeated_labels]
        assert [doubt.about for doubt in body.doubts] == [doubt.about for doubt in expected.doubts]


def body(printed: str, links: Sequence[str] = ()) -> SheetBody:
    lines = [Line(number, line, None, number == 1) for number, line in enumerate(printed.split("\n"), 1)]
    return read_body(lines, [PrintedText(link, 1, 1) for link in links])


def test_the_largest_body_takes_time_in_proportion() -> None:
    def seconds(times: int) -> float:
        lines = SEED.read_text(encoding="utf-8").split("\n")[52:114] * times
        start = process_time()
        body("\n".join(lines))
        return process_time() - start

    seconds(2)
    # A neighbour on the machine may spoil one round; quadratic work, 64 times as long, spoils each.
    assert any(seconds(80) < 24 * max(seconds(10), 0.01) for _ in range(3))
