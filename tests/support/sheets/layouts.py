"""Invented sheets laid out on the pages of a PDF, in ways that are drawn at random from a list of choices."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from support.pdf import CID_FONTS, fonts
from support.sheets.content import COLUMNS, Content, invent
from support.sheets.plain_canvas import Drawing, PlainCanvas

OTHER_HEADINGS = {
    "bodies": ("補助対象者", "事業主体", "実施主体等"),
    "support": ("対象事業", "支援対象/内容", "支援内容等"),
    "funding": ("補助率・補助額", "国庫補助率", "補助率（上限額）"),
    "call": ("募集時期", "公募スケジュール", "公募時期・期間"),
    "survey": ("要望調査", "ニーズ調査", "要望調査の時期"),
    "contact": ("担当部署", "お問合せ先", "連絡先"),
}
"""Headings of which the reader knows some only."""
HEADING_TEXTS = {
    "bodies": ("事業実施主体\n（対象者）", "事業実施主体（対象者）", "実施主体", "対象者"),
    "support": ("支援対象・内容", "支援対象", "支援内容"),
    "funding": ("補助率等", "補助率", "補 助 率 等"),
    "call": ("公募時期", "公募期間", "公 募 時 期"),
    "survey": ("事業要望調査時期", "要望調査時期", "事業要望\n調査時期"),
    "contact": ("問合せ先", "問い合わせ先", "担当"),
}
_SOURCE = "（出典）各府省の公表資料を基に作成"
WIDTHS = {
    "bodies": 130,
    "support": 80,
    "funding": 110,
    "call": 90,
    "survey": 90,
    "budget": 90,
    "contact": 190,
}


@dataclass(frozen=True)
class Layout:
    """How the sheets of a document are laid out."""

    rules: str = "grid"  # grid, rects, thin, cells, open, header, lines, none
    align: str = "center"  # left, center, right, mixed
    vertical: str = "middle"
    order: str = "reading"  # reading, columns, shuffled, reverse, body-first
    widths: str = "usual"
    columns: str = "usual"
    unit: str = "above"
    unit_name: str = "百万円"
    theme: str = "top"
    title: str = "top"
    body: str = "boxes"  # boxes, rounded, plain, brackets, one-column
    font: str = CID_FONTS[1]
    latin: str = ""
    glyphs: str = "lines"  # lines, letters, spaced, runs
    size: float = 8.5
    page: tuple[float, float] = (842.0, 595.0)
    per_page: str = "one"  # one, stacked, beside, two-pages
    year: int = 2026
    year_style: str = "R8"
    headings: int = 0
    blanks: float = 0.15
    merged: bool = False
    turned: str = ""
    page_number: bool = True
    noise: str = ""
    rich: bool = False
    other_words: int = 0
    watermark: str = ""  # behind, across
    banner: bool = False
    footnotes: bool = False
    number_form: str = "{}"


CHOICES: dict[str, Sequence[Any]] = {
    "rules": ("grid", "rects", "thin", "cells", "open", "header", "lines", "none", "grid", "rects"),
    "align": ("left", "center", "right", "mixed", "center", "left"),
    "vertical": ("middle", "top", "middle"),
    "order": ("reading", "columns", "shuffled", "reverse", "body-first", "reading"),
    "widths": ("usual", "even", "narrow", "usual"),
    "columns": ("usual", "usual", "call-last", "budget-first"),
    "unit": (
        "above",
        "above-bare",
        "heading",
        "heading-line",
        "below-left",
        "brackets",
        "over-budget",
        "above",
    ),
    "unit_name": ("百万円", "百万円", "千円", "億円"),
    "theme": ("top", "top", "below", "foot", "wrapped"),
    "title": ("top", "top", "band", "foot", "wrapped"),
    "body": ("boxes", "rounded", "plain", "brackets", "one-column", "boxes"),
    "font": CID_FONTS,
    "latin": ("", "Helvetica", "Times-Roman"),
    "glyphs": ("lines", "letters", "spaced", "runs", "lines"),
    "size": (8.5, 7.0, 10.0),
    "page": ((842.0, 595.0), (960.0, 540.0)),
    "per_page": ("one", "one", "one", "stacked", "beside", "two-pages"),
    "year": (2026, 2025),
    "year_style": ("R8", "Ｒ８", "令和8年度", "令和８年度"),
    "headings": (0, 1, 2),
    "blanks": (0.15, 0.0, 0.4),
    "merged": (False, False, False, True),
    "turned": ("", "", "", "margin"),
    "page_number": (True, False),
    "noise": ("", "lead", "ministry", "source", ""),
    "rich": (False, True, False),
    "other_words": (0, 0, 0, 1, 2, 3),
    "watermark": ("", "", "behind", "across"),
    "banner": (False, False, True),
    "footnotes": (False, False, True),
    "number_form": ("{}", "{}", "- {} -", "P.{}", "{}/20"),
}


def layouts(random: Random, count: int) -> Iterator[Layout]:
    """Layouts: each choice alone changed from the usual one, then mixtures."""
    for index in range(count):
        chosen = {name: random.choice(values) for name, values in CHOICES.items()}
        if index % 2 == 0:  # a usual layout with three things changed
            kept = random.sample(sorted(chosen), 4)
            chosen = {name: chosen[name] for name in kept}
        layout = Layout(**chosen)
        if layout.per_page in {"stacked", "beside"} and layout.page[0] < 900:
            layout = replace(layout, page=(960.0, 540.0))
        if layout.per_page == "stacked" and layout.body == "one-column":
            layout = replace(layout, body="plain")  # half a page is too low for it
        yield layout


@dataclass(frozen=True)
class Text:
    """A text to draw: its left edge, its baseline below the page's upper edge, its size."""

    x: float
    y: float
    text: str
    size: float
    part: str


class Page:
    """The texts of one page before they are drawn, and functions that draw its lines."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.texts: list[Text] = []
        self.marks: list[Callable[[Canvas], None]] = []

    def add(self, x: float, y: float, text: str, size: float, part: str) -> None:
        self.texts.append(Text(x, y, text, size, part))

    def rect(self, x0: float, top: float, x1: float, bottom: float, **how: Any) -> None:
        height, style = self.layout.page[1], how

        def draw(canvas: Canvas) -> None:
            canvas.setStrokeColorRGB(0.2, 0.2, 0.2)
            canvas.setFillColorRGB(*style.get("color", (0.85, 0.9, 0.95)))
            args = x0, height - bottom, x1 - x0, bottom - top
            if style.get("rounded"):
                canvas.roundRect(*args, 6, stroke=1, fill=0)
            else:
                canvas.rect(*args, stroke=int(style.get("stroke", True)), fill=int(style.get("fill", False)))

        self.marks.append(draw)

    def line(self, x0: float, y0: float, x1: float, y1: float, thin: bool = False) -> None:
        height = self.layout.page[1]

        def draw(canvas: Canvas) -> None:
            canvas.setStrokeColorRGB(0.2, 0.2, 0.2)
            canvas.setFillColorRGB(0.2, 0.2, 0.2)
            if thin and x0 == x1:
                canvas.rect(x0 - 0.3, height - y1, 0.6, y1 - y0, stroke=0, fill=1)
            elif thin:
                canvas.rect(x0, height - y0 - 0.3, x1 - x0, 0.6, stroke=0, fill=1)
            else:
                canvas.line(x0, height - y0, x1, height - y1)

        self.marks.append(draw)

    def _decorate(self, canvas: Canvas) -> None:
        layout = self.layout
        if layout.banner:  # a band with a logo, as on slides
            canvas.setFillColorRGB(0.1, 0.3, 0.6)
            canvas.rect(0, layout.page[1] - 8, layout.page[0], 8, stroke=0, fill=1)
            canvas.circle(layout.page[0] - 20, layout.page[1] - 18, 7, stroke=1, fill=1)
        if layout.watermark:
            canvas.saveState()
            canvas.setFillColorRGB(0.9, 0.9, 0.9)
            if layout.watermark == "across":
                canvas.translate(layout.page[0] / 2, layout.page[1] / 2)
                canvas.rotate(30)
                draw_text(canvas, layout, Text(-60, 0, "未定稿", 60, "turned"), 0)
            else:
                draw_text(canvas, layout, Text(layout.page[0] / 2, 0, "案", 60, "turned"), 60)
            canvas.restoreState()

    def draw(self, canvas: Canvas, random: Random, number: int) -> None:
        layout = self.layout
        self._decorate(canvas)
        for mark in self.marks:
            mark(canvas)
        texts = list(self.texts)
        if layout.order == "shuffled":
            random.shuffle(texts)
        elif layout.order == "reverse":
            texts.reverse()
        elif layout.order == "body-first":
            texts.sort(key=lambda one: one.part != "body")
        elif layout.order == "columns":
            texts.sort(
                key=lambda one: (one.part != "head", one.x, one.y) if one.part != "body" else (True, 9999, 0)
            )
        canvas.setFillColorRGB(0, 0, 0)
        for one in texts:
            draw_text(canvas, layout, one, layout.page[1] - one.y)
        if layout.page_number:
            text = layout.number_form.format(number)
            draw_text(canvas, layout, Text(layout.page[0] - 60, 0, text, 9, "foot"), 13)
        if layout.turned == "margin":
            canvas.saveState()
            canvas.translate(layout.page[0] - 6, 200)
            canvas.rotate(90)
            draw_text(canvas, layout, Text(0, 0, "支援施策一覧", 7, "turned"), 0)
            canvas.restoreState()
        canvas.showPage()


def parts(text: str, latin: str) -> Iterator[tuple[str, bool]]:
    """The runs of a text with whether they are set in the Latin font."""
    run, was = "", False
    for character in text:
        is_latin = bool(latin) and character.isascii()
        if run and is_latin != was:
            yield run, was
            run = ""
        run, was = run + character, is_latin
    if run:
        yield run, was


def draw_text(canvas: Canvas, layout: Layout, text: Text, y: float) -> None:
    x, spacing = (
        text.x,
        0.12 * text.size if layout.glyphs == "spaced" and text.part in {"heading", "cell"} else 0.0,
    )
    for run, is_latin in parts(text.text, layout.latin):
        font = layout.latin if is_latin else layout.font
        pieces = list(run) if layout.glyphs == "letters" or spacing else [run]
        for piece in pieces:
            canvas.setFont(font, text.size)
            canvas.drawString(x, y, piece)
            x += canvas.stringWidth(piece, font, text.size) + spacing


class Setter:
    """Sets sheets on pages."""

    def __init__(self, layout: Layout, canvas: Canvas, random: Random) -> None:
        self.layout, self.canvas, self.random = layout, canvas, random

    def width(self, text: str, size: float) -> float:
        extra = 0.12 * size * len(text) if self.layout.glyphs == "spaced" else 0.0
        total: float = sum(
            self.canvas.stringWidth(run, self.layout.latin if latin else self.layout.font, size)
            for run, latin in parts(text, self.layout.latin)
        )
        return extra + total

    def wrapped(self, text: str, size: float, width: float) -> list[str]:
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for character in paragraph:
                if line and self.width(line + character, size) > width and character not in "。、）等":
                    lines.append(line)
                    line = ""
                line += character
            lines.append(line)
        return lines

    def sheet(
        self, page: Page, content: Content, x0: float, top: float, x1: float, bottom: float, pages: list[Page]
    ) -> None:
        """Set one sheet in a part of a page; what continues on another page is added to `pages`."""
        layout = self.layout
        if layout.body == "brackets":
            for text in content.want["texts"]:
                text["heading"] = f"【{text['heading']}】"
        foot = bottom - 34
        y = self.table(page, content, x0, self.head(page, content, x0, top + 10, x1) + 14, x1)
        if layout.theme == "below":
            y = self.theme(page, content, x0, y + 12)
        if layout.theme == "foot":
            self.theme(page, content, x0, foot + 14)
        if layout.title == "foot":
            self.title(page, content, x0, foot, x1)
            foot -= 26
        last = page
        if layout.per_page == "two-pages":
            last = Page(layout)
            pages.append(last)
            self.body(page, content.sections[:1], x0, y + 22, x1, foot)
            self.body(last, content.sections[1:], x0, 40, x1, foot)
        else:
            self.body(page, content.sections, x0, y + 22, x1, foot)
        if layout.footnotes:
            page.add(x0, y + 10, "※１ 上限は１団体当たり500万円。", 7, "head")
        if layout.noise == "source":
            last.add(x0, foot + 4, _SOURCE, 7, "body")
            content.want["alsoPrinted"] = [_SOURCE]
        if layout.footnotes:
            content.want["alsoPrinted"] = [
                *content.want.get("alsoPrinted", []),
                "※１ 上限は１団体当たり500万円。",
            ]

    def head(self, page: Page, content: Content, x0: float, y: float, x1: float) -> float:
        """Set what stands above the table; where that ends."""
        layout = self.layout
        if layout.theme in {"top", "wrapped"}:
            y = self.theme(page, content, x0, y)
        if layout.noise == "ministry":
            page.add(x1 - 100, y, "【再掲】", 8, "head")
        if layout.title != "foot":
            y = self.title(page, content, x0, y + 18, x1)
        y = self.links(page, content, x0, y, x1)
        if layout.noise == "lead":
            page.add(x0, y + 10, "3 つの柱で地域を支援する", 9, "head")
            y += 14
        return y

    def theme(self, page: Page, content: Content, x: float, y: float) -> float:
        if self.layout.theme == "wrapped" and "（" in content.theme:
            first, _, rest = content.theme.partition("（")
            page.add(x, y, first, 8, "head")
            page.add(x, y + 10, f"（{rest}", 8, "head")
            return y + 12
        page.add(x, y, content.theme, 8, "head")
        return y

    def title(self, page: Page, content: Content, x0: float, y: float, x1: float) -> float:
        size = 15.0 if x1 - x0 > 500 else 11.0
        if self.layout.title == "band":
            page.rect(x0 - 6, y - size - 2, x1 + 6, y + 6, stroke=False, fill=True)
        page.add(x0, y, content.number, size, "head")
        name = content.name
        if self.layout.title == "wrapped" and len(name) > 8:
            page.add(x0 + 40, y, name[:7], size, "head")
            page.add(x0 + 40, y + size + 3, name[7:], size, "head")
            y += size + 3
        else:
            page.add(x0 + 40, y, name, size, "head")
        if content.subtitle:
            page.add(x0 + 40, y + 14, f"（{content.subtitle}）", 9, "head")
        return y + 6

    def links(self, page: Page, content: Content, x0: float, y: float, x1: float) -> float:
        x = x0 + (x1 - x0) * 0.5
        for index, (label, url) in enumerate(content.urls):
            if index == 0:
                page.add(x, y + 10, "URL", 7.5, "head")
            page.add(x + 26, y + 10, f"{label} {url}".strip(), 7.5, "head")
            y += 10
        return y + 4 if len(content.urls) > 1 or not content.subtitle else y + 14

    # The table

    def columns(self) -> tuple[str, ...]:
        order = {
            "usual": COLUMNS,
            "call-last": ("bodies", "support", "funding", "budget", "contact", "call", "survey"),
            "budget-first": ("budget", "bodies", "support", "funding", "call", "survey", "contact"),
        }
        return tuple(order[self.layout.columns])

    def heading(self, column: str, content: Content) -> str:
        layout = self.layout
        if column != "budget":
            if layout.other_words:
                return OTHER_HEADINGS[column][layout.other_words - 1]
            choices = HEADING_TEXTS[column]
            return choices[layout.headings % len(choices)]
        number = layout.year - 2018
        year = {
            "R8": f"R{number}年度",
            "Ｒ８": f"Ｒ{chr(0xFF10 + number)}年度",
            "令和8年度": f"令和{number}年度",
            "令和８年度": f"令和{chr(0xFF10 + number)}年度",
        }[layout.year_style]
        del content
        unit = {"heading": f"（{layout.unit_name}）", "heading-line": f"\n（{layout.unit_name}）"}.get(
            layout.unit, ""
        )
        return f"{year}当初予算{unit}"

    def table(self, page: Page, content: Content, x0: float, y: float, x1: float) -> float:
        layout, size = self.layout, self.layout.size
        columns = self.columns()
        weights = [
            {"usual": WIDTHS[c], "even": 100, "narrow": 40 + WIDTHS[c] ** 1.1}[layout.widths] for c in columns
        ]
        scale = (x1 - x0) / sum(weights)
        edges = [x0]
        for weight in weights:
            edges.append(edges[-1] + weight * scale)
        pad, leading = 3.0, size * 1.25
        head = [
            self.wrapped(self.heading(c, content), size, b - a - 2 * pad)
            for c, a, b in zip(columns, edges, edges[1:], strict=False)
        ]
        merged = self.merged(columns, content)
        rows = [
            self.wrapped(content.cells[c], size, b - a - 2 * pad) if content.cells[c] else []
            for c, a, b in zip(columns, edges, edges[1:], strict=False)
        ]
        head_height = max(map(len, head)) * leading + 6
        row_height = max(*map(len, rows), 3) * leading + 8
        top = y + (12 if layout.unit in {"above", "above-bare", "brackets", "over-budget"} else 0)
        middle, bottom = top + head_height, top + head_height + row_height
        self.unit(page, columns, edges, top, bottom)
        for index, (a, b) in enumerate(pairwise(edges)):
            self.cell(page, head[index], a, b, top, middle, "center", "heading")
            if index == merged:
                self.cell(page, rows[index], a, edges[index + 2], middle, bottom, "center", "cell")
            else:
                align = (
                    layout.align
                    if layout.align != "mixed"
                    else (
                        "right"
                        if columns[index] == "budget"
                        else "left"
                        if columns[index] in {"contact", "bodies"}
                        else "center"
                    )
                )
                self.cell(page, rows[index], a, b, middle, bottom, align, "cell")
        self.rules(page, edges, (top, middle, bottom), merged)
        return bottom

    def merged(self, columns: Sequence[str], content: Content) -> int | None:
        """The index of the column whose cell also takes that of the next one, if there are such."""
        if (
            not self.layout.merged
            or self.layout.rules in {"none", "lines", "header"}
            or "call" not in columns[:-1]
        ):
            return None
        index = columns.index("call")
        if columns[index + 1] != "survey":
            return None
        content.cells["survey"] = ""
        # One value for two columns is of neither, or of both; none for both is none.
        if content.cells["call"]:
            content.want["call"] = {"raw": content.cells["call"], "ambiguous": True}
            content.want.pop("survey")
        else:
            content.want["survey"] = None
        return index

    def unit(
        self, page: Page, columns: Sequence[str], edges: Sequence[float], top: float, bottom: float
    ) -> None:
        name, x1 = self.layout.unit_name, edges[-1]
        at = columns.index("budget")
        match self.layout.unit:
            case "above":
                page.add(x1 - 50, top - 3, f"（{name}）", 8, "head")
            case "above-bare":
                page.add(x1 - 60, top - 3, f"単位：{name}", 8, "head")
            case "brackets":
                page.add(x1 - 70, top - 3, f"【単位：{name}】", 8, "head")
            case "over-budget":
                page.add(edges[at] + 4, top - 3, f"［{name}］", 7, "head")
            case "below-left":
                page.add(edges[0], bottom + 9, f"(単位:{name})", 8, "head")

    def cell(
        self,
        page: Page,
        lines: Sequence[str],
        x0: float,
        x1: float,
        top: float,
        bottom: float,
        align: str,
        part: str,
    ) -> None:
        size = self.layout.size
        leading = size * 1.25
        height = leading * len(lines)
        start = top + 4 if self.layout.vertical == "top" and part == "cell" else (top + bottom - height) / 2
        for index, line in enumerate(lines):
            width = self.width(line, size)
            x = {"left": x0 + 3, "center": (x0 + x1 - width) / 2, "right": x1 - 3 - width}[align]
            page.add(x, start + leading * index + size * 0.95, line, size, part)

    def rules(
        self, page: Page, edges: Sequence[float], ys: tuple[float, float, float], merged: int | None
    ) -> None:
        top, middle, bottom = ys
        style = self.layout.rules
        inner = [x for index, x in enumerate(edges) if merged is None or index != merged + 1]
        cells = [(a, b, top, middle) for a, b in pairwise(edges)]
        cells += [(a, b, middle, bottom) for a, b in pairwise(inner)]
        if style in {"grid", "thin", "open"}:
            self.grid(page, edges, inner, ys)
        elif style in {"rects", "cells", "header"}:
            for x0, x1, y0, y1 in cells if style != "header" else cells[: len(edges) - 1]:
                page.rect(x0, y0, x1, y1, fill=style != "rects" and y1 == middle)
        elif style == "lines":
            for y in ys:
                page.line(edges[0], y, edges[-1], y)

    def grid(
        self,
        page: Page,
        edges: Sequence[float],
        inner: Sequence[float],
        ys: tuple[float, float, float],
    ) -> None:
        """Draw single lines; the outer ones at the sides are left out of an open table."""
        thin, ends = self.layout.rules == "thin", slice(1, -1) if self.layout.rules == "open" else slice(None)
        for y in ys:
            page.line(edges[0], y, edges[-1], y, thin=thin)
        for x in edges[ends]:
            page.line(x, ys[0], x, ys[1], thin=thin)
        for x in inner[ends]:
            page.line(x, ys[1], x, ys[2], thin=thin)

    # The body

    def body(
        self, page: Page, sections: Sequence[Any], x0: float, y: float, x1: float, bottom: float
    ) -> None:
        style, size = self.layout.body, 9.0 if x1 - x0 > 500 else 7.0
        columns = 1 if style == "one-column" or len(sections) == 1 else 2
        gap = 14.0
        width = (x1 - x0 - gap * (columns - 1)) / columns
        for index, section in enumerate(sections):
            left = x0 + (width + gap) * (index % columns)
            end = self.section(page, section, left, y, left + width, bottom, size)
            if columns == 1:
                y = end + 10

    def section(
        self, page: Page, section: Any, x0: float, y: float, x1: float, bottom: float, size: float
    ) -> float:
        style = self.layout.body
        heading = f"【{section.heading}】" if style == "brackets" else section.heading
        boxed = style in {"boxes", "rounded"}
        page.add(x0 + 6, y + size + 2, heading, size + 0.5, "body")
        end = y + size + 18
        for sentence in section.sentences:
            for line in self.wrapped(sentence, size, x1 - x0 - 14):
                page.add(x0 + 6, end + size, line, size, "body")
                end += size * 1.35
            end += size * 0.7
        if boxed:
            page.rect(x0, y, x1, y + size + 7, fill=style == "boxes", color=(0.7, 0.8, 0.9))
            page.rect(
                x0, y + size + 7, x1, max(end + 4, min(bottom - 20, end + 40)), rounded=style == "rounded"
            )
        return end


def write_document(
    path: Path,
    layout: Layout,
    seed: int,
    sheets: int,
    drawing: Drawing | None = None,
    setter_class: type[Setter] = Setter,
) -> dict[str, Any]:
    """Write a document of some sheets, by reportlab or in a drawing; what it says, as scores expect it."""
    fonts()
    random = Random(seed)
    canvas: Any = (
        PlainCanvas(path, layout.page, drawing)
        if drawing
        else Canvas(str(path), pagesize=layout.page, invariant=True)
    )
    contents = [
        invent(
            random,
            30 + seed % 50 * 10 + index,
            layout.year,
            layout.unit_name,
            layout.blanks,
            rich=layout.rich,
        )
        for index in range(sheets)
    ]
    setter = setter_class(layout, canvas, random)
    width, height = layout.page
    pages: list[Page] = []
    places: list[int] = []
    if layout.per_page == "beside":
        setter.layout = replace(layout, size=6.0)
        for pair in zip(contents[::2], contents[1::2], strict=False):
            page = Page(setter.layout)
            pages.append(page)
            for content, x in zip(pair, (20.0, width / 2 + 10), strict=True):
                setter.sheet(page, content, x, 0, x + width / 2 - 30, height, pages)
                places.append(len(pages))
    elif layout.per_page == "stacked":
        setter.layout = replace(layout, size=7.0)
        for pair in zip(contents[::2], contents[1::2], strict=False):
            page = Page(setter.layout)
            pages.append(page)
            for content, y in zip(pair, (0.0, height / 2), strict=True):
                setter.sheet(page, content, 30, y, width - 30, y + height / 2, pages)
                places.append(len(pages))
    else:
        for content in contents:
            page = Page(layout)
            pages.append(page)
            places.append(len(pages))
            setter.sheet(page, content, 30, 0, width - 30, height, pages)
    for number, page in enumerate(pages, 1):
        page.draw(canvas, random, number)
    canvas.save()
    wanted = [content.want | {"page": place} for content, place in zip(contents, places, strict=False)]
    about = _told(layout) | ({"drawing": asdict(drawing)} if drawing else {})
    return {"file": path.name, "about": json.dumps(about, ensure_ascii=False), "sheets": wanted}


def _told(layout: Layout) -> dict[str, Any]:
    """What a layout changes from the usual one."""
    usual = Layout()
    return {
        f.name: asdict(layout)[f.name]
        for f in fields(layout)
        if getattr(layout, f.name) != getattr(usual, f.name)
    }
