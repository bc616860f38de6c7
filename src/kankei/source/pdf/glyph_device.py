"""The device that a PDF's pages are drawn on: it keeps their glyphs, in the order of the content stream."""

import math
import unicodedata

from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.utils import Matrix, Rect, apply_matrix_pt, apply_matrix_rect

from kankei.errors import MalformedData, TooLarge
from kankei.source.pdf.text_lines import UNKNOWN, Glyph, Point


class GlyphDevice(PDFTextDevice):
    """Keeps the glyphs of a page, at most `most` of them; TooLarge at the next.

    Everything drawn counts, whether it can be seen or not: the text of a scan that was recognised lies
    invisible (rendering mode 3) above the image.
    """

    def __init__(self, resources: PDFResourceManager, most: int) -> None:
        super().__init__(resources)
        self.glyphs: list[Glyph] = []
        self._most = most
        self._height = 0.0
        self.edges = (0.0, 0.0, 0.0, 0.0)
        """Left, right, upper and lower edge of what is seen of the page."""

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        """Clear the page; `ctm` turns it as its /Rotate says and puts its corner at the origin."""
        self.glyphs = []
        _, low, _, high = apply_matrix_rect(ctm, page.mediabox)
        self._height = high - low
        x0, y0, x1, y1 = apply_matrix_rect(ctm, _seen(page))
        if x1 <= x0 or y1 <= y0:
            raise MalformedData("the page has no size; save the PDF anew with another program")
        self.edges = (x0, x1, self._height - y1, self._height - y0)

    def render_char(  # noqa: PLR0917 - pdfminer's signature
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,  # noqa: ARG002 - colour says nothing here
        graphicstate: PDFGraphicState,  # noqa: ARG002
    ) -> float:
        """Keep one glyph; how far it moves the pen, in text space."""
        if len(self.glyphs) >= self._most:
            raise TooLarge(f"the page has more than {self._most:,} characters")
        advance = font.char_width(cid) * fontsize * scaling
        vertical = font.is_vertical()
        # A negative size or scaling turns the baseline round, and most often a matrix turns it back.
        unit = math.copysign(1, fontsize * scaling)
        x0, y0, x1, y1 = apply_matrix_rect(matrix, _rectangle(font, fontsize, rise, cid, advance))
        start = self._point(matrix, (0, rise))
        end = self._point(matrix, (0, rise + advance) if vertical else (advance, rise))
        ahead = self._point(matrix, (0, rise - unit) if vertical else (unit, rise))
        size = abs(fontsize) * math.hypot(matrix[2], matrix[3])
        corners = (x0, x1, self._height - y1, self._height - y0)
        self.glyphs.append(Glyph(_text(font, cid), start, end, _unit(start, ahead), size, corners))
        return advance

    def _point(self, matrix: Matrix, point: Point) -> Point:
        x, y = apply_matrix_pt(matrix, point)
        return x, self._height - y


def _seen(page: PDFPage) -> Rect:
    """The part of a page that is shown: what both boxes have in common."""
    (x0, y0, x1, y1), (left, low, right, high) = page.mediabox, page.cropbox
    return max(x0, left), max(y0, low), min(x1, right), min(y1, high)


def _rectangle(font: PDFFont, size: float, rise: float, cid: int, advance: float) -> Rect:
    """Where a glyph stands in text space, whose origin is the pen: above it or, written vertically, below."""
    displacement = font.char_disp(cid)
    if isinstance(displacement, tuple):
        vx, vy = displacement
        left = size * (-0.5 if vx is None else -vx * 0.001)
        top = rise + (1000 - vy) * size * 0.001
        return left, top + advance, left + size, top
    low = font.get_descent() * size + rise
    return 0, low, advance, low + size


def _unit(start: Point, ahead: Point) -> Point:
    x, y = ahead[0] - start[0], ahead[1] - start[1]
    length = math.hypot(x, y)
    return (x / length, y / length) if length else (1.0, 0.0)


def _text(font: PDFFont, cid: int) -> str:
    """What a glyph says: U+FFFD where the font does not tell, or tells a character that nothing prints."""
    try:
        text = font.to_unichr(cid)
    except PDFUnicodeNotDefined:
        return UNKNOWN
    # Line ends and form feeds from a font would be taken for lines and pages; surrogates cannot be written.
    return "".join(map(_printed, text)) or UNKNOWN


def _printed(character: str) -> str:
    if character in "\t\u00a0":
        return " "
    return UNKNOWN if unicodedata.category(character) in {"Cc", "Cs", "Cn"} else character
