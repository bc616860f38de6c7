"""The lines of PDFs with their pages and boxes, and the PDFs that are refused."""

import gc
import subprocess
import zlib
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from kankei.errors import MalformedData, UsageError
from kankei.source.document_reader import read_lines
from kankei.source.grammars.normalised_text import normalise
from kankei.source.lines.document import read_document
from kankei.source.lines.printed_text import Box
from kankei.source.pdf.pdf_limits import PdfLimits
from kankei.source.pdf.text_runs import UNKNOWN
from support import pdf
from support.examples import examples
from support.reading import refusal, refused, texts, written


@pytest.fixture
def own_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFs are read by new interpreters, as outside the tests."""
    monkeypatch.setattr("kankei.source.pdf.client.subprocess", subprocess)


def read_or_refused(sheets: Path, damaged: Path) -> object:
    source = read_lines(sheets)
    lines = [(line.number, line.text, line.box, line.within) for line in source.lines]
    return source.pages, lines, source.notes, str(refusal(damaged))


def test_a_process_of_its_own_reads_what_the_forks_of_the_tests_read(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    sheets, damaged = tmp_path / "sheets.pdf", tmp_path / "damaged.pdf"
    pdf.lay_out(sheets, pdf.fonts()[0])
    damaged.write_bytes(sheets.read_bytes()[:2000])
    forked = read_or_refused(sheets, damaged)
    request.getfixturevalue("own_processes")
    assert read_or_refused(sheets, damaged) == forked


@pytest.mark.parametrize("font", pdf.fonts())
def test_the_sheets_are_read_as_they_were_drawn(tmp_path: Path, font: str) -> None:
    pieces = pdf.lay_out(tmp_path / "sheets.pdf", font)
    source = read_lines(tmp_path / "sheets.pdf")
    lines = list(source.lines)
    assert [normalise(line.text) for line in lines] == [normalise(piece.text) for piece in pieces]
    assert normalise("".join("".join(line.text for line in lines).split())) == normalise(pdf.seed_lines())
    assert [line.number for line in lines] == list(range(1, len(pieces) + 1))
    assert [line.text for line in lines if line.begins_page] == [
        "103", "104", "105", "・住まいとのマッチング"
    ]  # fmt: skip
    assert (source.media_type, source.encoding, source.pages, source.notes) == (
        "application/pdf",
        None,
        4,
        [],
    )


def test_lines_have_boxes(tmp_path: Path) -> None:
    pieces = pdf.lay_out(tmp_path / "sheets.pdf", pdf.CID_FONTS[0])
    for line, piece in zip(read_lines(tmp_path / "sheets.pdf").lines, pieces, strict=True):
        assert line.box is not None
        assert line.box.page == piece.page
        assert line.box.x0 == pytest.approx(piece.x, abs=0.01)
        assert line.box.top < piece.baseline < line.box.bottom
        assert line.box.bottom - line.box.top == pytest.approx(pdf.FONT_SIZE, abs=0.02)


def test_the_budget_that_the_text_glues_to_its_neighbour_is_in_its_column(tmp_path: Path) -> None:
    pdf.lay_out(tmp_path / "sheets.pdf", pdf.CID_FONTS[0])
    (budget,) = [line for line in read_lines(tmp_path / "sheets.pdf").lines if line.text == "６"]
    assert budget.box is not None
    assert (budget.box.page, budget.box.x0) == (1, pdf.BUDGET)


def test_line_numbers_are_those_of_the_extracted_text(tmp_path: Path) -> None:
    pdf.lay_out(tmp_path / "sheets.pdf", pdf.CID_FONTS[0])
    lines = read_lines(tmp_path / "sheets.pdf").lines
    written(tmp_path, "".join(f"{line.text}\n" for line in lines).encode(), "sheets.txt")
    assert list(read_document(tmp_path / "sheets.txt").lines) == texts(tmp_path / "sheets.pdf")


def test_lines_are_a_stream_that_may_be_closed_early(tmp_path: Path) -> None:
    pdf.lay_out(tmp_path / "sheets.pdf", pdf.CID_FONTS[0], copies=30)
    source = read_lines(tmp_path / "sheets.pdf")
    assert source.pages == 120
    assert [line.number for line in islice(source.lines, 3)] == [1, 2, 3]
    del source
    gc.collect()  # a process left behind would warn


def test_pages_without_text_are_noted(tmp_path: Path) -> None:
    source = read_lines(pdf.write(tmp_path / "mixed.pdf", ["a", "", "b", "", "", "", "c", ""]))
    assert [(line.text, line.box.page if line.box else 0) for line in source.lines] == [
        ("a", 1),
        ("b", 3),
        ("c", 7),
    ]
    assert source.notes == ["no text on pages 2, 4-6, 8: empty, or pictures of text"]


def page(folder: Path, content: str | bytes, *more: str | bytes, **entries: str) -> Path:
    return written(folder, pdf.one_page(content, *more, **entries), "page.pdf")


HELLO = "BT /F1 10 Tf 10 10 Td (hello) Tj ET"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("BT /F1 10 Tf 10 10 Td (one) Tj 17 0 Td (two) Tj 60 0 Td (three) Tj ET", ["onetwo", "three"]),
        ("BT /F1 10 Tf 10 10 Td [(one) -250 (two) -20 (three) -2000 (four)] TJ ET", ["one twothree", "four"]),
        ("BT /F1 10 Tf 10 10 Td ( one ) Tj 0 20 Td (   ) Tj 0 20 Td (two) Tj ET", ["one", "two"]),
        ("BT /F1 10 Tf 10 10 Td (base) Tj /F1 6 Tf 3 Ts (2) Tj ET", ["base", "2"]),
        ("BT /F1 -10 Tf -1 0 0 -1 10 10 Tm (turned) Tj ( back) Tj ET", ["turned back"]),
        ("BT 3 Tr /F1 10 Tf 10 10 Td (recognised) Tj ET", ["recognised"]),
    ],
    ids=["adjacent", "kerned", "blank", "raised", "negative", "invisible"],
)
def test_glyphs_are_joined_to_lines(tmp_path: Path, content: str, expected: list[str]) -> None:
    source = read_lines(page(tmp_path, content))
    assert ([line.text for line in source.lines], source.notes) == (expected, [])


@pytest.mark.parametrize(
    "content",
    [
        "BT /F1 10 Tf 10 10 Td (bold ill) Tj 0.4 0.3 Td (bold ill) Tj ET",
        "BT /F1 10 Tf 10 10 Td (bold ill) Tj 0 0 Td (bold ill) Tj ET",
        "BT /F1 10 Tf 10 10 Td [(b) 556 (bo) 556 (ol) 222 (ld ill)] TJ ET",
    ],
    ids=["shifted", "twice", "letter by letter"],
)
def test_overprints_are_dropped_and_noted(tmp_path: Path, content: str) -> None:
    source = read_lines(page(tmp_path, content))
    assert [line.text for line in source.lines] == ["bold ill"]
    (note,) = source.notes
    assert note.endswith("drawn over the same, as for bold, read once")


def test_a_form_is_read_where_it_is_drawn(tmp_path: Path) -> None:
    form = pdf.stream(
        b"BT /F1 10 Tf 10 50 Td (form) Tj ET", "/Type /XObject /Subtype /Form /BBox [0 0 99 99]"
    )
    content = f"{HELLO} /X Do BT /F1 10 Tf 10 90 Td (after) Tj ET"
    assert texts(page(tmp_path, content, form, resources="/XObject << /X 6 0 R >>")) == [
        "hello",
        "form",
        "after",
    ]


def test_rotated_text_is_a_line_in_its_direction_and_noted(tmp_path: Path) -> None:
    source = read_lines(page(tmp_path, "BT /F1 10 Tf 0 1 -1 0 100 50 Tm (turned) Tj ET"))
    (line,) = source.lines
    assert line.text == "turned"
    assert line.box is not None
    assert line.box.bottom == pytest.approx(250)
    assert line.box.bottom - line.box.top > line.box.x1 - line.box.x0
    assert source.notes == ["page 1: 1 line rotated or vertical: turned"]


def test_a_page_turned_for_reading_is_read_as_turned(tmp_path: Path) -> None:
    source = read_lines(page(tmp_path, "BT /F1 10 Tf 0 1 -1 0 100 50 Tm (level) Tj ET", page="/Rotate 90"))
    (line,) = source.lines
    assert line.box is not None
    assert (line.text, line.box.x0, source.notes) == ("level", 50, [])
    assert line.box.top < 100 < line.box.bottom


def test_vertical_writing_is_a_line_downwards_and_noted(tmp_path: Path) -> None:
    font = UnicodeCIDFont("HeiseiMin-W3", isVertical=True)
    pdfmetrics.registerFont(font)
    canvas = Canvas(str(tmp_path / "page.pdf"), pagesize=pdf.SIZE, invariant=True)
    canvas.setFont(font.fontName, 10)
    canvas.drawString(100, 500, "関係人口")
    canvas.save()
    source = read_lines(tmp_path / "page.pdf")
    (line,) = source.lines
    assert line[:4] == (1, "関係人口", Box(1, 95, 105, 93.8, 133.8), True)
    assert line.turned
    assert source.notes == ["page 1: 1 line rotated or vertical: 関係人口"]


IDENTITY_FONT = (
    "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [7 0 R] >>",
    "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /FontDescriptor 8 0 R /CIDSystemInfo 9 0 R >>",
    "<< /Type /FontDescriptor /FontName /X /Flags 4 /FontBBox [0 -200 1000 800] /Ascent 800 /Descent -200 >>",
    "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
)


def test_glyphs_without_unicode_are_noted(tmp_path: Path) -> None:
    source = read_lines(page(tmp_path, f"{HELLO} BT /F2 10 Tf 10 50 Td <00010002> Tj ET", *IDENTITY_FONT))
    assert [line.text for line in source.lines] == ["hello", "\ufffd\ufffd"]
    assert source.notes == ["page 1: 2 characters that no font gives a meaning, read as \ufffd"]


@pytest.mark.parametrize("code", ["000A", "000C", "D800", "0000"])
def test_a_font_cannot_make_lines_or_pages(tmp_path: Path, code: str) -> None:
    unicode = pdf.stream(f"1 beginbfchar <0001> <{code}> endbfchar".encode())
    font = IDENTITY_FONT[0].replace("/X ", "/X /ToUnicode 10 0 R ", 1)
    file = page(tmp_path, "BT /F2 10 Tf 10 50 Td <0001> Tj ET", font, *IDENTITY_FONT[1:], unicode)
    assert texts(file) == ["\ufffd"]


ALGORITHMS = ["RC4-40", "RC4-128", "AES-128", "AES-256", "AES-256-R5"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_pdf_that_opens_without_a_password_is_read(tmp_path: Path, algorithm: str) -> None:
    file = pdf.encrypt(pdf.write(tmp_path / "open.pdf", ["関係"]), "", algorithm)
    assert texts(file) == ["関係"]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_pdf_that_needs_a_password_is_refused(tmp_path: Path, algorithm: str) -> None:
    file = pdf.encrypt(pdf.write(tmp_path / "shut.pdf", ["関係"]), "secret", algorithm)
    assert str(refusal(file)) == f"{file}: the PDF opens with a password only; save it without one"


def test_a_pdf_has_no_encoding(tmp_path: Path) -> None:
    assert isinstance(refusal(page(tmp_path, HELLO), "utf-8"), UsageError)


def forms(depth: int) -> list[bytes]:
    """Forms that each draw the next ten times: what is to be drawn has `depth` digits."""
    entries = "/Type /XObject /Subtype /Form /BBox [0 0 9 9]"
    calls = [
        pdf.stream(b"/X Do " * 10, f"{entries} /Resources << /XObject << /X {number} 0 R >> >>")
        for number in range(7, 7 + depth)
    ]
    return [*calls, pdf.stream(b"q Q", entries)]


def tree(*pages: str) -> bytes:
    return pdf.assemble("<< /Type /Catalog /Pages 2 0 R >>", *pages)


def inflating(mebibytes: int) -> bytes:
    """A stream that inflates to so many MiB of zeros, of one block again and again, which is quickly made."""
    compressor = zlib.compressobj(1)
    first, block = (
        compressor.compress(bytes(1 << 20)) + compressor.flush(zlib.Z_FULL_FLUSH) for _ in range(2)
    )
    stream = first + block * (mebibytes - 1) + compressor.flush()
    return stream[:-4] + zlib.adler32(bytes(mebibytes << 20)).to_bytes(4, "big")


WHOLE = pdf.one_page(zlib.compress(HELLO.encode() * 99), filters="/Filter /FlateDecode")
FLATE = {"filters": "/Filter /FlateDecode"}
SQUEEZED = zlib.compress(HELLO.encode())
REFUSED = {
    "named a PDF": (b"hello", "does not begin as one"),
    "header only": (b"%PDF-1.7\n", "cut off"),
    "truncated": (WHOLE[: len(WHOLE) // 2], "cut off"),
    "without its end": (WHOLE[:-60], "cut off"),
    "garbage": (b"%PDF-1.7\n" + bytes(range(256)) * 40, "cut off"),
    "no page": (tree("<< /Type /Pages /Kids [] /Count 0 >>"), "has no page"),
    "circular tree": (tree("<< /Type /Pages /Kids [3 0 R] >>", "<< /Type /Pages /Kids [2 0 R] >>"), "circle"),
    "its own child": (tree("<< /Type /Pages /Kids [2 0 R] >>"), "circle"),
    "absent page": (tree("<< /Type /Pages /Kids [9 0 R] >>"), "lacks a part"),
    "absent tree": (pdf.assemble("<< /Type /Catalog >>"), "lacks a part"),
    "scan": (pdf.one_page("0 0 m 9 9 l S"), "have the text recognised (OCR)"),
    "blank text": (pdf.one_page("BT /F1 10 Tf (   ) Tj ET"), "have the text recognised (OCR)"),
    "absent font": (pdf.one_page("BT /F9 10 Tf (a) Tj ET"), "#page=1: text is set in a font"),
    "garbage stream": (pdf.one_page(b"\x00\x01garbage", **FLATE), "#page=1: the PDF is damaged"),
    "cut stream": (pdf.one_page(SQUEEZED[:-9], **FLATE), "#page=1: the PDF is damaged"),
    "absent stream": (
        pdf.one_page(HELLO).replace(b"/Contents 4 0 R", b"/Contents 9 0 R"),
        "#page=1: the PDF",
    ),
    "form in itself": (
        pdf.one_page("/X Do", *forms(1)[:1], resources="/XObject << /X 6 0 R >>").replace(b"7 0 R", b"6 0 R"),
        "#page=1: a form on the page draws itself",
    ),
    "nested arrays": (pdf.one_page("[" * 100_000 + HELLO), "no page of the PDF has text"),
    "nested dictionaries": (tree("<< /A " * 50_000 + ">>" * 50_000), "damaged"),
    "too many pages": (
        tree("<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] >>", *["<< >>"] * 3),
        "page.pdf: the PDF has more than 2 pages",
    ),
    "too many characters": (
        pdf.one_page(f"BT /F1 9 Tf ({'a' * 2001}) Tj ET"),
        "#page=1: the page has more than",
    ),
    "a stream that inflates": (
        pdf.one_page(inflating(300), **FLATE),
        "#page=1: the PDF takes more than 256 MiB",
    ),
    "forms without end": (
        pdf.one_page("/X Do", *forms(9), resources="/XObject << /X 6 0 R >>"),
        "#page=1: the PDF takes more than 1 s",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_damaged_pdf_is_refused(tmp_path: Path, case: str, capfd: pytest.CaptureFixture[str]) -> None:
    content, expected = REFUSED[case]
    file = written(tmp_path, content, "page.pdf")
    seconds = 1 if "more than 1 s" in expected else 10
    error = refusal(file, limits=PdfLimits(pages=2, characters=2000, seconds=seconds, mebibytes=256))
    assert isinstance(error, MalformedData)
    assert expected in str(error)
    assert str(error).startswith(str(file))
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("own_processes")
def test_a_worker_process_that_dies_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kankei.source.pdf.client.sys.executable", "/bin/false")
    assert "stopped the process that read it (status 1)" in refusal(page(tmp_path, HELLO)).message


def test_a_wrong_number_of_pages_is_noted(tmp_path: Path) -> None:
    source = read_lines(written(tmp_path, pdf.one_page(HELLO).replace(b"/Count 1", b"/Count 7"), "page.pdf"))
    assert (source.pages, [line.text for line in source.lines]) == (7, ["hello"])
    assert source.notes == ["the PDF announces 7 pages and has 1"]


@examples(10, HealthCheck.function_scoped_fixture)
@given(place=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255))
def test_a_pdf_with_a_wrong_byte_is_read_or_refused(tmp_path: Path, place: int, byte: int) -> None:
    file = written(tmp_path, WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :], "page.pdf")
    with refused(file):
        assert texts(file)


def test_text_over_other_text_is_unknown(tmp_path: Path) -> None:
    page = "BT /F1 10 Tf 50 200 Td (1000) Tj ET BT /F1 10 Tf 50 200 Td (2000) Tj ET"
    source = read_lines(written(tmp_path, pdf.one_page(page), "a.pdf"))
    assert [line.text for line in source.lines] == [f"{UNKNOWN}000", UNKNOWN]
    assert any("2 characters drawn over others" in note for note in source.notes)


def test_text_off_the_page_is_dropped_and_noted(tmp_path: Path) -> None:
    page = "BT /F1 10 Tf 5000 5000 Td (Out) Tj -4950 -4900 Td (In) Tj ET"
    source = read_lines(written(tmp_path, pdf.one_page(page), "a.pdf"))
    assert [line.text for line in source.lines] == ["In"]
    assert "page 1: 1 line off the page, left out: Out" in source.notes


def test_a_page_without_size_is_refused(tmp_path: Path) -> None:
    page = pdf.one_page("BT /F1 10 Tf 50 200 Td (A) Tj ET", page="/MediaBox [0 0 0 0]")
    assert "has no size" in refusal(written(tmp_path, page, "a.pdf")).message


def test_twenty_thousand_characters_in_one_place_are_read_fast(tmp_path: Path) -> None:
    page = f"BT /F1 10 Tf {'1 0 0 1 50 200 Tm (a) Tj 1 0 0 1 50 200 Tm (b) Tj ' * 10_000} ET"
    source = read_lines(written(tmp_path, pdf.one_page(page), "a.pdf"), limits=PdfLimits(seconds=5))
    assert {character for line in source.lines for character in line.text} == {UNKNOWN}
