"""A canvas that writes PDF by other operators than reportlab does, as other producers do.

It has what `layouts.Page` draws with. A `Drawing` says how: rules as thin filled rectangles or dashed lines,
boxes with clipped corners, texts in forms of their own or behind clipping paths, glyphs one by one with TJ, a
page that is turned by /Rotate or whose corner is not the origin, the invisible text of a scan, and a font
whose /ToUnicode lacks some glyphs. Glyph numbers are code points; widths are those of half and full width.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from unicodedata import east_asian_width

_HALF, _FULL = 500, 1000
_CURVE = 0.5523


@dataclass(frozen=True)
class Drawing:
    """How a document is drawn. `unmapped` are characters whose glyphs /ToUnicode lacks."""

    rules: str = "strokes"  # strokes, filled, dashed, segments, moved
    texts: str = "Tj"  # Tj, TJ, forms, clipped, scaled, nested
    rotate: int = 0
    corner: tuple[float, float] = (0.0, 0.0)
    cropped: bool = False
    invisible: bool = False
    unmapped: str = ""
    compatible: bool = False
    """Characters are drawn as their compatibility forms where there are such: ㍻, ㎡, ⾦."""


def width_of(text: str, size: float) -> float:
    """The width of a text."""
    return sum(_FULL if _is_full(one) else _HALF for one in text) * size / 1000


def _is_full(character: str) -> bool:
    return east_asian_width(character) in {"W", "F", "A"}


@dataclass
class PlainCanvas:
    """A document while it is drawn; `save` writes it."""

    path: Path
    size: tuple[float, float]
    drawing: Drawing
    _pages: list[tuple[list[str], list[str]]] = field(default_factory=list)
    _content: list[str] = field(default_factory=list)
    _forms: list[str] = field(default_factory=list)
    _font: float = 10.0
    _characters: set[str] = field(default_factory=set)

    # What reportlab's canvas has

    def setFont(self, name: str, size: float) -> None:  # noqa: N802
        self._font = size

    def stringWidth(self, text: str, name: str, size: float) -> float:  # noqa: N802
        return width_of(text, size)

    def setFillColorRGB(self, r: float, g: float, b: float) -> None:  # noqa: N802
        self._content.append(f"{r} {g} {b} rg")

    def setStrokeColorRGB(self, r: float, g: float, b: float) -> None:  # noqa: N802
        self._content.append(f"{r} {g} {b} RG")

    def saveState(self) -> None:  # noqa: N802
        self._content.append("q")

    def restoreState(self) -> None:  # noqa: N802
        self._content.append("Q")

    def translate(self, x: float, y: float) -> None:
        self._content.append(f"1 0 0 1 {x:.3f} {y:.3f} cm")

    def rotate(self, degrees: float) -> None:
        cosine, sine = {30: (0.8660254, 0.5), 90: (0.0, 1.0)}[int(degrees)]
        self._content.append(f"{cosine} {sine} {-sine} {cosine} 0 0 cm")

    def circle(self, x: float, y: float, r: float, stroke: int = 1, fill: int = 0) -> None:
        self._rounded(x - r, y - r, 2 * r, 2 * r, r, "B" if stroke and fill else "f" if fill else "S")

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A line: stroked, dashed, in many short pieces, or as a thin filled rectangle."""
        style = self.drawing.rules
        if style == "filled" and (x0 == x1 or y0 == y1):
            self._content.append("0.2 0.2 0.2 rg")
            w, h = (0.5, y1 - y0) if x0 == x1 else (x1 - x0, 0.5)
            self._content.append(
                f"{x0 - 0.25 * (x0 == x1):.2f} {y0 - 0.25 * (y0 == y1):.2f} {w:.2f} {h:.2f} re f*"
            )
        elif style == "dashed":
            self._content.append(f"q [2 1] 0 d 0.5 w {x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l S Q")
        elif style == "segments":
            for a, b in _pieces((x0, y0), (x1, y1)):
                self._content.append(f"{a[0]:.2f} {a[1]:.2f} m {b[0]:.2f} {b[1]:.2f} l S")
        elif style == "moved":
            end = f"{(x1 - x0) * 10:.1f} {(y1 - y0) * 10:.1f}"
            self._content.append(f"q 0.1 0 0 0.1 {x0:.2f} {y0:.2f} cm 5 w 0 0 m {end} l S Q")
        else:
            self._content.append(f"0.5 w {x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l S")

    def rect(self, x: float, y: float, w: float, h: float, stroke: int = 1, fill: int = 0) -> None:
        """A rectangle: one path, or its sides by themselves."""
        if fill:
            self._content.append(f"{x:.2f} {y:.2f} {w:.2f} {h:.2f} re f")
        if stroke and self.drawing.rules == "strokes":
            self._content.append(f"{x:.2f} {y:.2f} {w:.2f} {h:.2f} re S")
        elif stroke:
            self._content.append("q")
            for side in (
                (x, y, x + w, y),
                (x, y + h, x + w, y + h),
                (x, y, x, y + h),
                (x + w, y, x + w, y + h),
            ):
                self.line(*side)
            self._content.append("Q")

    def roundRect(  # noqa: N802
        self, x: float, y: float, w: float, h: float, r: float, stroke: int = 1, fill: int = 0
    ) -> None:
        self._rounded(x, y, w, h, r, "B" if stroke and fill else "f" if fill else "S")

    def _rounded(self, x: float, y: float, w: float, h: float, r: float, paint: str) -> None:
        c = r * (1 - _CURVE)
        left, low, right, high = x, y, x + w, y + h
        self._content.append(
            f"{left + r:.2f} {low:.2f} m {right - r:.2f} {low:.2f} l "
            f"{right - c:.2f} {low:.2f} {right:.2f} {low + c:.2f} {right:.2f} {low + r:.2f} c "
            f"{right:.2f} {high - r:.2f} l "
            f"{right:.2f} {high - c:.2f} {right - c:.2f} {high:.2f} {right - r:.2f} {high:.2f} c "
            f"{left + r:.2f} {high:.2f} l "
            f"{left + c:.2f} {high:.2f} {left:.2f} {high - c:.2f} {left:.2f} {high - r:.2f} c "
            f"{left:.2f} {low + r:.2f} l "
            f"{left:.2f} {low + c:.2f} {left + c:.2f} {low:.2f} {left + r:.2f} {low:.2f} c h {paint}"
        )

    def drawString(self, x: float, y: float, text: str) -> None:  # noqa: N802
        """A text, in the way of the drawing."""
        if not text:
            return
        self._characters.update(text)
        size, width = self._font, width_of(text, self._font)
        mode = "3 Tr " if self.drawing.invisible else "0 Tr "
        shown = _hexadecimal(text)
        match self.drawing.texts:
            case "TJ":
                letters = "".join(f"{_hexadecimal(one)}{-3}" for one in text)
                self._content.append(f"BT {mode}/F1 {size} Tf {x:.3f} {y:.3f} Td [{letters}] TJ ET")
            case "scaled":
                self._content.append(f"BT {mode}/F1 1 Tf {size} 0 0 {size} {x:.3f} {y:.3f} Tm {shown} Tj ET")
            case "clipped":
                box = f"{x - 1:.2f} {y - size:.2f} {width + 2:.2f} {2 * size:.2f} re W n"
                self._content.append(f"q {box} BT {mode}/F1 {size} Tf {x:.3f} {y:.3f} Td {shown} Tj ET Q")
            case "forms" | "nested":
                self._forms.append(f"BT {mode}/F1 {size} Tf 0 0 Td {shown} Tj ET")
                self._content.append(f"q 1 0 0 1 {x:.3f} {y:.3f} cm /X{len(self._forms) - 1} Do Q")
            case _:
                self._content.append(f"BT {mode}/F1 {size} Tf {x:.3f} {y:.3f} Td {shown} Tj ET")

    def showPage(self) -> None:  # noqa: N802
        self._pages.append((self._content, self._forms))
        self._content, self._forms = [], []

    def save(self) -> None:
        self.path.write_bytes(_Writer(self.size, self.drawing, self._pages, self._characters).document())


def _pieces(
    start: tuple[float, float], end: tuple[float, float]
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    (x0, y0), (x1, y1) = start, end
    count = max(1, int((abs(x1 - x0) + abs(y1 - y0)) / 40))
    points = [(x0 + (x1 - x0) * n / count, y0 + (y1 - y0) * n / count) for n in range(count + 1)]
    yield from pairwise(points)


def _hexadecimal(text: str) -> str:
    return f"<{''.join(f'{ord(one):04X}' for one in text)}>"


class _Writer:
    """The objects of a PDF with one font and the pages that were drawn."""

    def __init__(
        self,
        size: tuple[float, float],
        drawing: Drawing,
        pages: Sequence[tuple[list[str], list[str]]],
        characters: set[str],
    ) -> None:
        self.size, self.drawing, self.pages, self.characters = size, drawing, pages, characters
        self.objects: list[bytes] = []

    def add(self, content: str | bytes) -> int:
        self.objects.append(content if isinstance(content, bytes) else content.encode())
        return len(self.objects)

    def stream(self, entries: str, content: str) -> int:
        packed = zlib.compress(content.encode())
        head = f"<< {entries} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode()
        return self.add(head + packed + b"\nendstream")

    def document(self) -> bytes:
        self.add("<< /Type /Catalog /Pages 2 0 R >>")
        self.add("")
        font = self.font()
        kids = [self.page(font, *page) for page in self.pages]
        listed = " ".join(f"{kid} 0 R" for kid in kids)
        self.objects[1] = f"<< /Type /Pages /Kids [{listed}] /Count {len(kids)} >>".encode()
        out, places = b"%PDF-1.7\n", []
        for number, content in enumerate(self.objects, 1):
            places.append(len(out))
            out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
        table = "".join(f"{place:010d} 00000 n \n" for place in places)
        count = len(places) + 1
        trailer = f"trailer << /Size {count} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
        return out + f"xref\n0 {count}\n0000000000 65535 f \n{table}{trailer}".encode()

    def font(self) -> int:
        mapped = sorted(self.characters - set(self.drawing.unmapped))
        lines = [f"<{ord(one):04X}> <{_mapped(one, compatible=self.drawing.compatible)}>" for one in mapped]
        ranges = "\n".join(
            f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar"
            for part in (lines[n : n + 100] for n in range(0, len(lines), 100))
        )
        unicode_map = self.stream(
            "",
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap"
            " /CMapName /Own def /CMapType 2 def\n"
            f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{ranges}\nendcmap end end",
        )
        halves = " ".join(f"{ord(one)} [{_HALF}]" for one in sorted(self.characters) if not _is_full(one))
        descriptor = self.add(
            "<< /Type /FontDescriptor /FontName /ABCDEF+Own /Flags 4 /FontBBox [0 -200 1000 900]"
            " /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>"
        )
        descendant = self.add(
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Own /CIDSystemInfo << /Registry (Adobe)"
            f" /Ordering (Identity) /Supplement 0 >> /DW {_FULL} /W [{halves}]"
            f" /FontDescriptor {descriptor} 0 R >>"
        )
        return self.add(
            "<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Own /Encoding /Identity-H"
            f" /DescendantFonts [{descendant} 0 R] /ToUnicode {unicode_map} 0 R >>"
        )

    def page(self, font: int, content: Sequence[str], forms: Sequence[str]) -> int:
        fonts = f"/Font << /F1 {font} 0 R >>"
        numbers = []
        for form in forms:
            own = f"/Type /XObject /Subtype /Form /BBox [-9 -99 999 99] /Resources << {fonts} >>"
            inner = self.stream(own, form)
            if self.drawing.texts == "nested":
                resources = f"<< /XObject << /Y {inner} 0 R >> >>"
                inner = self.stream(
                    f"/Type /XObject /Subtype /Form /BBox [-999 -999 9999 999] /Matrix [2 0 0 2 0 0]"
                    f" /Resources {resources}",
                    "q 0.5 0 0 0.5 0 0 cm /Y Do Q",
                )
            numbers.append(inner)
        named = " ".join(f"/X{n} {number} 0 R" for n, number in enumerate(numbers))
        drawn = self.stream("", "\n".join([*self.placed(), *content]))
        return self.add(
            f"<< /Type /Page /Parent 2 0 R {self.boxes()} /Resources << {fonts} /XObject << {named} >> >>"
            f" /Contents {drawn} 0 R >>"
        )

    def placed(self) -> Iterator[str]:
        """The matrix that puts the content where page box and rotation want it."""
        (width, height), (x, y) = self.size, self.drawing.corner
        margin = 20 if self.drawing.cropped else 0
        x, y = x + margin, y + margin
        match self.drawing.rotate:
            case 90:
                yield f"0 1 -1 0 {x + height} {y} cm"
            case 180:
                yield f"-1 0 0 -1 {x + width} {y + height} cm"
            case 270:
                yield f"0 -1 1 0 {x} {y + width} cm"
            case _:
                yield f"1 0 0 1 {x} {y} cm"

    def boxes(self) -> str:
        turned = self.drawing.rotate in {90, 270}
        width, height = self.size[::-1] if turned else self.size
        x, y = self.drawing.corner
        margin = 20 if self.drawing.cropped else 0
        media = f"/MediaBox [{x} {y} {x + width + 2 * margin} {y + height + 2 * margin}]"
        crop = f" /CropBox [{x + margin} {y + margin} {x + margin + width} {y + margin + height}]"
        rotated = f" /Rotate {self.drawing.rotate}" if self.drawing.rotate else ""
        return media + crop * self.drawing.cropped + rotated


_COMPATIBLE = {"金": "⾦", "人": "⼈", "日": "⽇", "月": "⽉", "者": "者", "社": "社", "１": "１"}


def _mapped(character: str, *, compatible: bool) -> str:
    own = _COMPATIBLE.get(character, character) if compatible else character
    return own.encode("utf-16-be").hex().upper()


DRAWINGS: Sequence[Drawing] = (
    Drawing(),
    Drawing(rules="filled", texts="TJ"),
    Drawing(rules="dashed", texts="clipped"),
    Drawing(rules="segments", texts="scaled"),
    Drawing(rules="moved", texts="forms"),
    Drawing(texts="nested"),
    Drawing(rotate=90, rules="filled"),
    Drawing(rotate=270, texts="forms"),
    Drawing(rotate=180, texts="scaled"),
    Drawing(corner=(-100.0, 37.0), texts="TJ"),
    Drawing(cropped=True, corner=(12.0, 40.0), rules="dashed"),
    Drawing(cropped=True, rotate=90, texts="nested"),
    Drawing(invisible=True, rules="filled"),
    Drawing(unmapped="町0５月"),
    Drawing(unmapped="1３国年", texts="TJ", rules="segments"),
    Drawing(compatible=True, texts="forms"),
)
"""Ways of drawing, as different producers have them."""
