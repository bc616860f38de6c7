"""The pdfminer device that collects the glyphs of a page in the order they are drawn, and its lines."""

import math
import unicodedata
from collections.abc import Sequence

from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream
from pdfminer.utils import Matrix, PathSegment, Rect, apply_matrix_pt, apply_matrix_rect

from kankei.errors import MalformedData, TooLarge
from kankei.source.pdf.ruling_lines import PageMarks
from kankei.source.pdf.text_runs import UNKNOWN, Glyph, Point


class GlyphDevice(PDFTextDevice):
    """Collects the glyphs, ruling lines and drawings of a page; `TooLarge` beyond `max_glyphs`.

    Invisible text is collected too: the recognised text of a scan lies invisible (rendering mode 3) above the
    image.
    """

    def __init__(self, resources: PDFResourceManager, max_glyphs: int) -> None:
        super().__init__(resources)
        self.glyphs: list[Glyph] = []
        self._max_glyphs = max_glyphs
        self._height = 0.0
        self.marks = PageMarks(0.0, 0.0)
        self._outer: list[Matrix] = []
        self.edges = (0.0, 0.0, 0.0, 0.0)
        """Left, right, upper and lower edge of the visible part of the page."""

    def begin_page(self, page: PDFPage, ctm: Matrix) -> None:
        """Clear the page; `ctm` turns it as its /Rotate says and puts its corner at the origin."""
        self.glyphs = []
        self._outer = []
        left, low, right, high = apply_matrix_rect(ctm, page.mediabox)
        self._height = high - low
        self.marks = PageMarks(right - left, self._height)
        x0, y0, x1, y1 = apply_matrix_rect(ctm, _visible_part(page))
        if x1 <= x0 or y1 <= y0:
            raise MalformedData("the page has no size; save the PDF anew with another program")
        self.edges = (x0, x1, self._height - y1, self._height - y0)

    def begin_figure(self, name: str, bbox: Rect, matrix: Matrix) -> None:  # noqa: ARG002
        """Remember the matrix that holds outside of a form."""
        if self.ctm is not None:
            self._outer.append(self.ctm)

    def end_figure(self, name: str) -> None:  # noqa: ARG002
        """Return to the matrix that holds outside of a form."""
        if self._outer:
            self.set_ctm(self._outer.pop())

    def paint_path(
        self,
        graphicstate: PDFGraphicState,
        stroke: bool,
        fill: bool,
        evenodd: bool,  # noqa: ARG002
        path: Sequence[PathSegment],
    ) -> None:
        """Collect the lines of a path, or the path as a drawing."""
        if self.ctm is not None:
            color = graphicstate.ncolor if fill else None
            self.marks.add_path(path, self.ctm, color, stroke=stroke)

    def render_image(self, name: str, stream: PDFStream) -> None:  # noqa: ARG002
        """Collect the place of a picture."""
        if self.ctm is not None:
            x0, y0, x1, y1 = apply_matrix_rect(self.ctm, (0, 0, 1, 1))
            self.marks.add_drawing((x0, x1, self._height - y1, self._height - y0))

    def render_char(  # noqa: PLR0917 - pdfminer's signature
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,  # noqa: ARG002 - colour is ignored
        graphicstate: PDFGraphicState,  # noqa: ARG002
    ) -> float:
        """Collect one glyph; returns how far it moves the pen, in text space."""
        if len(self.glyphs) >= self._max_glyphs:
            raise TooLarge(f"the page has more than {self._max_glyphs:,} characters")
        advance = font.char_width(cid) * fontsize * scaling
        vertical = font.is_vertical()
        # A negative size or scaling reverses the baseline, and most often a matrix reverses it again.
        unit = math.copysign(1, fontsize * scaling)
        x0, y0, x1, y1 = apply_matrix_rect(matrix, _glyph_box(font, fontsize, rise, cid, advance))
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


def _visible_part(page: PDFPage) -> Rect:
    """The intersection of the media box and the crop box."""
    (x0, y0, x1, y1), (left, low, right, high) = page.mediabox, page.cropbox
    return max(x0, left), max(y0, low), min(x1, right), min(y1, high)


def _glyph_box(font: PDFFont, size: float, rise: float, cid: int, advance: float) -> Rect:
    """The box of a glyph in text space, whose origin is the pen: above it or, in vertical writing, below."""
    displacement = font.char_disp(cid)
    if isinstance(displacement, tuple):
        vx, vy = displacement
        x0 = size * (-0.5 if vx is None else -vx * 0.001)
        top = rise + (1000 - vy) * size * 0.001
        return x0, top + advance, x0 + size, top
    low = font.get_descent() * size + rise
    return 0, low, advance, low + size


def _unit(start: Point, ahead: Point) -> Point:
    x, y = ahead[0] - start[0], ahead[1] - start[1]
    length = math.hypot(x, y)
    return (x / length, y / length) if length else (1.0, 0.0)


def _text(font: PDFFont, cid: int) -> str:
    """The text of a glyph; U+FFFD where the font maps it to nothing, or to a control character."""
    try:
        text = font.to_unichr(cid)
    except PDFUnicodeNotDefined:
        return UNKNOWN
    # Line ends and form feeds from a font would be read as lines and pages; surrogates cannot be encoded.
    return "".join(map(_printed, text)) or UNKNOWN


def _printed(character: str) -> str:
    if character in "\t\u00a0":
        return " "
    return UNKNOWN if unicodedata.category(character) in {"Cc", "Cs", "Cn"} else character
