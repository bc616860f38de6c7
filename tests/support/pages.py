"""Small PDFs for tests of positions: texts at places, with lines and rectangles, on A4 pages."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from kankei.source.document_reader import read_lines
from kankei.source.guidebook.layouts import layouts
from kankei.source.guidebook.sheet import Sheet
from kankei.source.sheets import read_sheets
from support.pdf import CID_FONTS, SIZE, fonts

EDGES = (30, 150, 240, 340, 430, 540, 640, 810)
"""The sides of the columns of `table`."""
HEADINGS = (
    "事業実施主体",
    "支援対象・内容",
    "補助率等",
    "公募時期",
    "事業要望調査時期",
    "R8年度当初予算",
    "問合せ先",
)
ROW = ("市町村", "ソフト", "定額", "随時", "10月頃", "20", "国土交通省国土政策局地方政策課|03-5253-8369")
TOP, MIDDLE, BOTTOM = 80, 104, 150


@dataclass
class PageOf:
    """What one page has: texts as (x, baseline from the top, text, size); lines and rectangles by edges."""

    texts: list[tuple[float, float, str, float]] = field(default_factory=list)
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    turned: list[tuple[float, float, str]] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float = 8.0) -> "PageOf":
        self.texts.append((x, y, text, size))
        return self

    def head(self) -> "PageOf":
        """The lines around the table of a sheet."""
        self.text(30, 12, "６．関係人口・定住人口の創出・拡大に関する施策（関係人口の創出・拡大）")
        self.text(30, 34, "41", 14).text(70, 34, "空き家の活用", 14)
        self.text(450, 50, "URL https://www.example.go.jp/41/", 7)
        return self.text(760, 74, "（百万円）")

    def table(
        self,
        row: Sequence[str] = ROW,
        headings: Sequence[str] = HEADINGS,
        *,
        ruled: bool = True,
        at: float = 5,
    ) -> "PageOf":
        """A table with a row, texts `at` points from the left side of their columns; | breaks lines."""
        for x, heading in zip(EDGES, headings, strict=False):
            for index, part in enumerate(heading.split("|")):
                self.text(x + at, TOP + 10 + 10 * index, part)
        for x, cell in zip(EDGES, row, strict=False):
            for index, part in enumerate(cell.split("|")):
                self.text(x + at, MIDDLE + 12 + 10 * index, part)
        if ruled:
            self.lines += [(30, y, 810, y) for y in (TOP, MIDDLE, BOTTOM)]
            self.lines += [(x, TOP, x, BOTTOM) for x in EDGES]
        return self


def write_pages(path: Path, *pages: PageOf) -> Path:
    """Write a PDF of some pages."""
    fonts()
    canvas = Canvas(str(path), pagesize=SIZE, invariant=True)
    for page in pages:
        for x0, y0, x1, y1 in page.lines:
            canvas.line(x0, SIZE[1] - y0, x1, SIZE[1] - y1)
        for x0, y0, x1, y1 in page.boxes:
            canvas.rect(x0, SIZE[1] - y1, x1 - x0, y1 - y0)
        for x, y, text, size in page.texts:
            canvas.setFont(CID_FONTS[1], size)
            canvas.drawString(x, SIZE[1] - y, text)
        for x, y, text in page.turned:
            canvas.saveState()
            canvas.setFont(CID_FONTS[1], 8)
            canvas.translate(x, SIZE[1] - y)
            canvas.rotate(90)
            canvas.drawString(0, 0, text)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return path


def sheets(path: Path, *pages: PageOf) -> list[Sheet]:
    """The sheets on some pages."""
    return list(read_sheets(read_lines(write_pages(path / "pages.pdf", *pages)).lines, layouts()))
