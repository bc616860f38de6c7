"""The report on a candidate and its record: nothing is lost, and nothing that is printed becomes markup."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate, candidate_turtle
from kankei.curation.candidate.identity import Identity, provisional_identity
from kankei.curation.candidate.known_terms import KnownTerms, read_known_terms
from kankei.curation.candidate.sheet_values import interpret_sheet
from kankei.curation.ingest.document_reading import sheets_with_lines
from kankei.curation.report.candidate_json import candidate_json
from kankei.curation.report.candidate_summary import SourceSummary, field_of_doubt
from kankei.curation.report.field_overview import ColumnState
from kankei.curation.report.index_page import IndexRow, index_page, index_row
from kankei.curation.report.rendering import visible_text
from kankei.curation.report.report_pages import report_page
from kankei.curation.report.term_labels import Labeller, read_labels, short_iri
from kankei.dataset.data_folder import packaged
from kankei.namespaces import Base
from kankei.source.document_reader import read_lines
from kankei.source.guidebook.columns import Column
from kankei.source.guidebook.layouts import layouts
from kankei.source.guidebook.sheet import Cell, Sheet
from kankei.source.lines.document import Doubt, LineRange, Weight
from kankei.source.lines.printed_text import Area, Box, Line, PageAreas, PrintedText
from kankei.source.sheets import read_sheets
from support import pdf
from support.sheets.layouts import Layout, write_document

VOID = {"meta", "br", "input"}
SHAPES = {"rect"}
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2,}")
OURS_IN_LATIN = {"kankei", "Turtle", "SHA", "text", "plain", "UTF"}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style></pre><svg/onload=alert(1)>",
    "{{7*7}}{% raw %}{{ config }}",
    "\u202egnp.exe\u200b",
    "&amp;&#60;b&#62;",
    "javascript:alert(1) https://example.org/?a=1&b='2'",
    "長い" * 5000,
)


class Reader(HTMLParser):
    """Checks that a page is well-formed, and keeps its elements and texts with their languages."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str, str]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert len(found) == len(attrs), (tag, attrs)
        self.elements.append((tag, found))
        if tag not in VOID:
            self.open.append((tag, found.get("lang") or (self.open[-1][1] if self.open else "")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SHAPES
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.append((*self.open[-1], data))

    @property
    def text(self) -> str:
        return "".join(text for *_, text in self.texts)

    def said(self, language: str) -> str:
        return " ".join(
            text
            for tag, lang, text in self.texts
            if lang == language and tag not in {"style", "code", "title"}
        )

    def values(self, name: str) -> list[str]:
        return [value for _, found in self.elements if (value := found.get(name)) is not None]


@dataclass(frozen=True)
class Case:
    """A candidate with all that its report wants."""

    candidate: Candidate
    lines: Sequence[Line]
    source: SourceSummary

    def page(self, language: str) -> str:
        text = candidate_turtle(self.candidate, Base())
        return page_of(self.candidate, self.lines, self.source, text, language)


@cache
def knowledge() -> KnownTerms:
    return read_known_terms(packaged(), Base())


def row_of(candidate: Candidate, report: str, language: str = "ja") -> IndexRow:
    return index_row(candidate, report, Labeller(language, read_labels(packaged(), Base())))


def page_of(
    candidate: Candidate, lines: Sequence[Line], source: SourceSummary, turtle: str, language: str
) -> str:
    labels = read_labels(packaged(), Base())
    return report_page(candidate, lines, source, turtle, language, label_index=labels)


def proposed(sheet: Sheet, source: str, identity: Identity) -> Candidate:
    return build_candidate(interpret_sheet(sheet, knowledge()), source, identity, knowledge())


def cases(path: Path) -> Iterator[Case]:
    source = read_lines(path)
    lines = list(source.lines)
    facts = SourceSummary.of(source)
    for sheet in read_sheets(iter(lines), layouts()):
        own = [line for line in lines if sheet.place.first <= line.number <= sheet.place.last]
        yield Case(
            proposed(sheet, source.slug, provisional_identity(sheet, source.slug)),
            own,
            facts,
        )


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """The four sheets, as text and as the pages of a PDF."""
    path = tmp_path_factory.mktemp("report") / "printed.pdf"
    pdf.lay_out(path, pdf.fonts()[-1])
    return [*cases(pdf.SEED), *cases(path)]


def hostile(text: str) -> Case:
    """A sheet that prints a text in all of its fields."""
    printed = [PrintedText(text, number, number) for number in range(1, 13)]
    cells = [Cell(column, printed[4], printed[5]) for column in Column]
    sheet = Sheet(
        LineRange(1, 12),
        *(printed[0], printed[1], printed[2], [printed[3]], cells, printed[6], printed[7]),
        doubts=[Doubt("budget", text, text, LineRange(6, 6)), Doubt(text, text, text, None, Weight.SETTLED)],
    )
    lines = [Line(number, text, None, begins_page=False) for number in range(1, 13)]
    facts = SourceSummary("hostile", text, "text/plain", "UTF-8", None, "0" * 64, (text,))
    return Case(
        proposed(sheet, "hostile", Identity("1")),
        lines,
        facts,
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_everything_is_in_the_page(seed: list[Case], language: str) -> None:
    for case in seed:
        page = Reader(case.page(language))
        anchors = page.values("id")
        assert len(anchors) == len(set(anchors))
        assert {f"L{line.number}" for line in case.lines} <= set(anchors)
        assert [name for name in anchors if re.fullmatch(r"F\d+", name)] == [
            f"F{position}" for position, _ in enumerate(case.candidate.fields, 1)
        ]
        assert {f"D{position}" for position, _ in enumerate(case.candidate.doubts, 1)} <= set(anchors)
        for field in case.candidate.fields:
            assert (field.raw or "") in page.text
            assert (field.heading or "") in page.text
            assert field.node.partition("#")[2] in page.text
        for doubt in case.candidate.doubts:
            assert (doubt.ja if language == "ja" else doubt.en) in page.text
        for line in case.lines:
            assert "".join(line.text.split()) in "".join(page.text.split())
        assert candidate_turtle(case.candidate, Base()) in page.text


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_reference_is_to_the_page_itself(seed: list[Case], language: str) -> None:
    for case in seed:
        text = case.page(language)
        page = Reader(text)
        anchors = {f"#{name}" for name in page.values("id")}
        assert set(page.values("href")) <= anchors
        assert not {"src", "style", "srcset", "xlink:href", "action"} & {
            name for _, found in page.elements for name in found
        }
        assert not {"script", "link", "img", "iframe", "base", "form"} & {tag for tag, _ in page.elements}
        assert "url(" not in "".join(re.findall(r"<style>(.*?)</style>", text, re.DOTALL))


def test_the_policy_takes_the_page_s_own_styles_only(seed: list[Case]) -> None:
    text = seed[0].page("en")
    styles = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    hashes = {f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" for style in styles}
    policy = next(v for v in Reader(text).values("content") if v.startswith("default-src"))
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert set(directives["style-src"].split()) == hashes


def test_a_pdf_is_drawn_at_the_places_of_its_lines(seed: list[Case]) -> None:
    case = next(case for case in seed if case.lines[0].box)
    page = Reader(case.page("ja"))
    texts = [found for tag, found in page.elements if tag == "text"]
    assert len(texts) == len(case.lines)
    for line, found in zip(case.lines, texts, strict=True):
        assert line.box is not None
        assert float(found["x"] or "") == pytest.approx(line.box.x0)
        assert float(found["textlength"] or "") == pytest.approx(line.box.x1 - line.box.x0)


def test_what_stands_upright_on_a_page_is_drawn_so() -> None:
    lines = [
        Line(1, "縦に書く", Box(1, 10, 20, 10, 90), begins_page=True),
        Line(2, "横", Box(1, 30, 38, 10, 18), begins_page=False),
    ]
    page = Reader(page_of(hostile("日本").candidate, lines, hostile("日本").source, "", "ja"))
    upright, level = (found for tag, found in page.elements if tag == "text")
    assert (upright["class"], upright["x"], upright["textlength"]) == ("upright", "15.0", "80")
    assert "class" not in level


def test_each_language_is_spoken_throughout(seed: list[Case]) -> None:
    pages = [(case.page("en"), case.page("ja")) for case in seed]
    indices = [
        index_page([row_of(case.candidate, "x.html", language) for case in seed], [seed[0].source], language)
        for language in ("en", "ja")
    ]
    pages.append((indices[0], indices[1]))
    for english, japanese in pages:
        assert not JAPANESE.findall(Reader(english).said("en"))
        ours = " ".join(text for _, lang, text in Reader(japanese).texts if lang == "ja")
        assert JAPANESE.search(ours)
    # The Japanese page of a source without Latin letters has none of ours but names.
    assert not set(LATIN.findall(index_words("ja"))) - OURS_IN_LATIN


def index_words(language: str) -> str:
    """The words of an index and a report that have next to no source."""
    bare = replace(hostile("日本").candidate, doubts=())
    facts = SourceSummary("", "資料", "text/plain", "UTF-8", None, "0" * 64)
    pages = (
        index_page([row_of(bare, "x", language)], [facts], language),
        page_of(bare, [], facts, "", language),
    )
    return " ".join(Reader(page).said(language) for page in pages)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_a_source_prints_stays_text(text: str) -> None:
    case, plain = hostile(text), Reader(hostile("日本").page("en"))
    for language in ("ja", "en"):
        page = Reader(case.page(language))
        assert text in page.text
        assert {tag for tag, _ in page.elements} <= {tag for tag, _ in plain.elements} | {"ul", "li"}
        assert not [name for _, found in page.elements for name in found if name.startswith("on")]
        assert all(value.startswith("#") for value in page.values("href"))
        listed = Reader(index_page([row_of(case.candidate, text, language)], [case.source], language))
        assert text in listed.text
        assert not [value for value in listed.values("href") if ":" in value or "<" in value]


def test_what_is_invisible_is_shown_by_its_code() -> None:
    page = Reader(hostile("a\u202eb\x07c").page("en"))
    assert {"U+202E", "U+0007"} <= set(page.values("data-code"))
    assert "\x07" not in page.text.replace(candidate_turtle(hostile("a\u202eb\x07c").candidate, Base()), "")


def test_what_no_field_rests_on_is_told() -> None:
    case = hostile("日本")
    lines = [*case.lines, Line(13, "誰も読まない", None, begins_page=False)]
    page = Reader(page_of(case.candidate, lines, case.source, "", "en"))
    assert ("li", {"class": "unread", "id": "L13"}) in page.elements


def test_lines_with_an_open_doubt_are_marked_and_lead_to_it() -> None:
    case = hostile("日本")
    doubts = [
        Doubt("budget", "開", "open", LineRange(6, 6)),
        Doubt("call", "確", "settled", LineRange(7, 7), Weight.SETTLED),
    ]
    page = Reader(replace(case, candidate=replace(case.candidate, doubts=doubts)).page("en"))
    lines = [found for tag, found in page.elements if tag == "li" and "id" in found]
    assert [found["id"] for found in lines if "doubted" in str(found["class"])] == ["L6"]
    assert ("a", {"class": "open", "href": "#D1"}) in page.elements
    assert "open doubt 1" in page.text


def test_a_bullet_of_a_symbol_font_is_shown_as_one() -> None:
    """Who copies the text gets what is printed; a character of another private use shows its code."""
    page = Reader(hostile("\uf0d8住まい\ue001").page("ja"))
    assert ("span", {"class": "bullet", "title": "U+F0D8"}) in page.elements
    assert "\uf0d8住まい\ue001" in page.text
    assert "U+E001" in page.values("data-code")
    assert visible_text("\uf0d8住まい") == "•住まい"


def test_lines_of_a_pdf_are_cited_with_their_page(seed: list[Case]) -> None:
    for case in seed:
        text = Reader(case.page("en")).text
        box = case.lines[0].box
        assert "line" in text
        assert (re.search(r"page \d, lines? ", text) is not None) is bool(box)
        assert not box or f"page {box.page}, lines {case.lines[0].number}–" in text


def test_a_doubt_is_about_the_narrowest_field_of_its_kind() -> None:
    case = next(cases(pdf.SEED))
    fields = case.candidate.fields
    call = next(position for position, field in enumerate(fields) if field.type == "Call")
    about = Doubt("call", "", "", fields[call].place)
    assert field_of_doubt(about, fields) == call
    assert field_of_doubt(replace(about, place=None), fields) == call
    assert field_of_doubt(replace(about, about="dct:title"), fields) is None
    assert field_of_doubt(replace(about, place=LineRange(900, 901)), fields) is None


def test_the_record_says_what_the_page_says(seed: list[Case]) -> None:
    for case in seed:
        found = candidate_json(case.candidate, case.source)
        assert json.loads(json.dumps(found, ensure_ascii=False)) == found
        page, nodes = Reader(case.page("en")), {node.iri for node in case.candidate.nodes}
        badges = {
            classes.split()[1]: int(text)
            for classes, text in re.findall(r'class="(badge [a-z-]+)">[a-z ]+ <b>(\d+)</b>', case.page("en"))
        }
        assert badges == found["counts"]["fields"]
        assert sum(badges.values()) == len(found["fields"]) == len(case.candidate.fields)
        assert sum(found["counts"]["doubts"].values()) == len(found["doubts"])
        for position, doubt in enumerate(found["doubts"]):
            if doubt["field"] is not None:
                assert position in found["fields"][doubt["field"]]["doubts"]
        for field in found["fields"]:
            for term, values in field["statements"].items():
                assert term.startswith("https://")
                iris = {value["iri"] for value in values if "iri" in value} - nodes
                assert all(short_iri(iri) in page.text for iri in iris)


def test_the_index_tells_open_sheets_apart(seed: list[Case]) -> None:
    rows = [row_of(case.candidate, f"{case.candidate.slug} ü.html") for case in seed]
    page = Reader(index_page(rows * 125, [case.source for case in seed[::4]], "ja"))
    shown = [found["class"] for tag, found in page.elements if tag == "tr" and "class" in found]
    assert shown == ["open" if found.open else "done" for found in rows] * 125
    assert f"{seed[0].candidate.slug}%20%C3%BC.html" in page.values("href")
    assert any(found.open for found in rows)


def test_the_index_shows_values(seed: list[Case]) -> None:
    english, japanese = (
        Reader(index_page([row_of(case.candidate, "x.html", language) for case in seed], [], language)).text
        for language in ("en", "ja")
    )
    for value in ("within 376,000,000 yen", "30,000,000 yen", "Regional Policy Division", "prefecture"):
        assert value in english
    for value in ("376,000,000円の内数", "２月～４月上旬頃", "地方政策課、03-5253-8369", "普通交付税措置"):
        assert value in japanese


def invented(number: str, *doubts: Doubt, budget: str = "") -> Candidate:
    """A candidate of a sheet with one cell, and some open doubts."""
    printed = PrintedText("見出し", 1, 1)
    cells = [Cell(Column.BUDGET, printed, PrintedText(budget, 2, 2) if budget else None)]
    sheet = Sheet(
        LineRange(1, 3),
        *(PrintedText(number, 1, 1), PrintedText(f"施策{number}", 1, 1), None, [], cells, None, None),
        doubts=list(doubts),
    )
    return proposed(sheet, "s", Identity(f"s-{number}"))


def test_the_index_gathers_what_recurs_and_red_is_what_is_to_be_decided() -> None:
    theme = Doubt("theme", "移住のテーマがない。", "No theme 移住.", LineRange(3, 3), missing="移住")
    unit = Doubt("unit", "単位が見つからない。", "No unit.", LineRange(2, 2))
    turned = [Doubt("text", f"{n}ページの縦書き。", f"Turned on page {n}.", LineRange(3, 3)) for n in (4, 5)]
    candidates = [
        invented("1", theme),
        invented("2", theme, unit, turned[0], budget="三十"),
        invented("3", unit, turned[1], budget="四十"),
    ]
    rows = [row_of(candidate, f"r{position}.html") for position, candidate in enumerate(candidates, 1)]
    page = Reader(index_page(rows, [], "ja"))
    assert "データにない政策テーマ 1 件" in page.text
    assert "移住 1 2" in " ".join(page.text.split())
    assert "単位が見つからない。 2 3" in " ".join(page.text.split())
    assert "…ページの縦書き。 2 3" in " ".join(page.text.split())
    budgets = [row.columns[0].state for row in rows]
    assert budgets == [ColumnState.BLANK, ColumnState.OPEN, ColumnState.OPEN]
    red = [found for tag, found in page.elements if tag == "td" and found.get("class") == "open"]
    assert [found["data-label"] for found in red].count("予算額") == 2
    assert "テーマ" not in [found["data-label"] for found in red]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_report_begins_with_the_columns_and_their_values(seed: list[Case], language: str) -> None:
    for case in seed:
        text = case.page(language)
        assert text.index('id="overview"') < text.index('id="source"') < text.index('id="doubts"')
        start = text.index('<table class="overview">')
        shown = Reader(text[start : text.index("</section>", start)]).text
        for field in case.candidate.fields:
            if field.type in {"Budget", "Call", "Contact", "Support", "ImplementingBodies"} and field.raw:
                assert "".join(field.raw.split()) in "".join(shown.split())
        assert ("予算額" if language == "ja" else "Budget") in shown


def test_a_doubt_names_its_column_in_the_report() -> None:
    doubt = Doubt("unit", "単位が見つからない。", "No unit.", LineRange(2, 2))
    case = hostile("日本")
    page = Reader(page_of(invented("1", doubt, budget="三十"), case.lines, case.source, "", "ja"))
    assert "予算額：単位が見つからない。" in page.text


def test_a_sheet_has_all_of_its_lines_where_those_of_two_sheets_take_turns(tmp_path: Path) -> None:
    path = tmp_path / "beside.pdf"
    layout = Layout(per_page="beside", order="shuffled", page=(960.0, 540.0), blanks=0.4)
    write_document(path, layout, 41, 4)
    taken = [*sheets_with_lines(read_lines(path).lines, lambda _: None)]
    firsts = [sheet.place.first for sheet, _ in taken]
    assert firsts != sorted(firsts)
    for sheet, lines in taken:
        assert [line.number for line in lines] == [*range(sheet.place.first, sheet.place.last + 1)]


def test_a_doubt_marks_of_its_lines_those_that_print_its_field() -> None:
    """Sheets side by side are drawn line by line: between two lines of a cell stand those of the other."""
    printed = PrintedText("見出し", 1, 1)
    cells = [Cell(Column.BUDGET, printed, PrintedText("三十\n四十", 2, 4))]
    names = (PrintedText("1", 1, 1), PrintedText("施策", 1, 1), None)
    doubt = Doubt("budget", "読めない。", "Not read.", LineRange(2, 4))
    sheet = Sheet(LineRange(1, 4), *names, [], cells, None, None, doubts=[doubt])
    texts = enumerate(("見出し", "三十", "隣のシート", "四十"), 1)
    lines = [Line(number, text, None, begins_page=False) for number, text in texts]
    source = hostile("日本").source
    page = Reader(page_of(proposed(sheet, "s", Identity("s-1")), lines, source, "", "ja"))
    marked = {found.get("id") for _, found in page.elements if "doubted" in str(found.get("class"))}
    assert {"L2", "L4"} <= marked
    assert "L3" not in marked


def test_a_doubt_without_a_field_marks_the_lines_that_it_quotes() -> None:
    doubt = Doubt("cells", "「４月 ～５月」がどの欄の値か決められない。", "Whose?", LineRange(2, 4))
    texts = enumerate(("見出し", "４月", "隣のシート", "～５月"), 1)
    lines = [Line(number, text, None, begins_page=False) for number, text in texts]
    page = Reader(page_of(invented("1", doubt), lines, hostile("日本").source, "", "ja"))
    marked = {found.get("id") for _, found in page.elements if "doubted" in str(found.get("class"))}
    assert {"L2", "L4"} <= marked
    assert "L3" not in marked


def test_a_column_that_is_in_doubt_is_not_called_blank() -> None:
    doubt = Doubt("call", "「随時」がどの欄の値か決められない。", "Whose value 随時 is?", LineRange(2, 2))
    candidate = invented("1", doubt)
    page = Reader(index_page([row_of(candidate, "x.html")], [], "ja"))
    assert page.text.count("「随時」がどの欄の値か決められない。") == 1


def test_a_page_is_drawn_with_its_rules() -> None:
    areas = (Area(Box(1, 10, 60, 10, 40), rectangular=True, empty=False),)
    around = PageAreas((*areas, Area(Box(1, 900, 950, 10, 40), rectangular=True, empty=True)))
    lines = [Line(1, "予算", Box(1, 12, 30, 12, 20), True, (0,), around)]
    case = hostile("日本")
    page = Reader(page_of(case.candidate, lines, case.source, "", "ja"))
    (rule,) = (found for tag, found in page.elements if tag == "rect" and found.get("class") == "rule")
    assert [rule[name] for name in ("x", "y", "width", "height")] == ["10", "10", "50", "30"]
