"""PDFs for tests: the four seed sheets laid out as pages, and small ones written object by object."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pypdf import PdfWriter
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from support.paths import ROOT

SEED = ROOT / "data" / "sources" / "sheets-103-106.txt"
SIZE = (842.0, 595.0)  # A4, landscape
FONT_SIZE = 8.0

CID_FONTS = ("HeiseiMin-W3", "HeiseiKakuGo-W5")
_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts"))
_FONT_FILES = ("ipag.ttf", "ipaexg.ttf", "ipagp.ttf", "TakaoGothic.ttf")

# The left edges of the columns, in the order of the original.
BODIES, KIND, RATE, CALL, SURVEY, BUDGET, CONTACT = COLUMNS = (30, 150, 250, 350, 440, 560, 660)
_HEADER = tuple((column, 90) for column in COLUMNS)
_TITLE, _ADDRESS = ((30, 30), (80, 30)), ((420, 48), (450, 48))

Spot = tuple[int, int]


def _column(x: int, top: int, first: int, last: int, skip: Sequence[int] = ()) -> dict[int, tuple[Spot]]:
    """Lines of the seed one below the other."""
    lines = [line for line in range(first, last + 1) if line not in skip]
    return {line: ((x, top + 12 * row),) for row, line in enumerate(lines)}


# Where the pieces of each line of the seed stand: x, and the baseline below the page's upper edge.
PAGES: tuple[dict[int, tuple[Spot, ...]], ...] = (
    {
        2: _TITLE,
        3: ((80, 48), (420, 48), (450, 48), (500, 48)),
        5: ((450, 60), (500, 60)),
        7: _HEADER,
        9: ((BODIES, 115),),
        10: ((BODIES, 127), (KIND, 121), (RATE, 115)),
        12: ((RATE, 127), (BUDGET, 121)),
        **_column(CONTACT, 112, 13, 15),
        17: ((30, 15),),
        19: ((BUDGET, 100),),
        21: ((150, 300), (560, 300)),
    },
    {
        22: (*_TITLE, *_ADDRESS),
        24: _HEADER,
        26: ((BODIES, 121), (KIND, 121), (RATE, 115)),
        27: ((RATE, 127), (BUDGET, 121)),
        **_column(CONTACT, 112, 29, 31),
        33: ((30, 15),),
        35: ((BUDGET, 100),),
    },
    {
        36: (*_TITLE, *_ADDRESS, (560, 48)),
        37: ((450, 60), (560, 60)),
        39: _HEADER,
        41: ((BODIES, 115),),
        42: ((BODIES, 127), (KIND, 121), (RATE, 121)),
        44: ((CALL, 121), (BUDGET, 121)),
        **_column(CONTACT, 112, 45, 47),
        49: ((30, 15),),
        51: ((BUDGET, 100),),
        53: ((40, 165),),
        55: ((40, 225),),
        **_column(40, 180, 57, 60, skip=[59]),
        62: ((40, 242),),
        **_column(40, 258, 63, 74, skip=[64, 68]),
        **_column(450, 258, 76, 81),
        83: ((640, 258),),
        **_column(640, 282, 85, 89),
        91: ((640, 270),),
        93: ((436, 246), (626, 246)),
    },
    {
        **_column(40, 330, 94, 99),
        **_column(170, 330, 101, 106),
        **_column(300, 330, 108, 113),
        115: (*_TITLE, *_ADDRESS),
        117: _HEADER,
        **_column(BODIES, 115, 119, 120),
        **_column(KIND, 115, 122, 123),
        125: ((RATE, 115),),
        126: ((RATE, 127), (CALL, 121), (BUDGET, 121)),
        **_column(CONTACT, 112, 128, 130),
        132: ((30, 15),),
        134: ((BUDGET, 100),),
        **_column(440, 180, 136, 138),
        140: ((440, 165), (40, 165)),
        142: ((200, 560),),
        **_column(40, 180, 144, 147),
        149: ((440, 230),),
        151: ((70, 310), (200, 310), (320, 310)),
        153: ((180, 295),),
        **_column(440, 245, 154, 158),
        160: ((440, 330), (560, 330), (690, 330)),
        162: ((640, 165), (230, 165)),
    },
)


@dataclass(frozen=True)
class Drawn:
    """A piece as it was drawn: the seed's line it is from, the page from 1, and where its baseline begins."""

    line: int
    text: str
    page: int
    x: float
    baseline: float


def fonts() -> list[str]:
    """The Japanese fonts to lay pages out in: two that a PDF only names, and one embedded, if installed."""
    files = [path for folder in _FONT_FOLDERS for name in _FONT_FILES for path in sorted(folder.rglob(name))]
    for name in CID_FONTS:
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    for path in files[:1]:
        pdfmetrics.registerFont(TTFont(path.stem, path))
    return [*CID_FONTS, *(path.stem for path in files[:1])]


def drawn() -> Iterator[Drawn]:
    """The pieces of the four sheets, in the order that the seed has them in."""
    seed = SEED.read_text(encoding="utf-8").split("\n")
    for page, plan in enumerate(PAGES, 1):
        for line, spots in plan.items():
            # The titles of two boxes run into each other in the seed; the bullet is of a font of symbols.
            text = seed[line - 1].replace("実装①", "実装 ①").replace("\uf0d8", "●").strip()
            for piece, (x, baseline) in zip(text.rsplit(" ", len(spots) - 1), spots, strict=True):
                yield Drawn(line, piece, page, x, baseline)


def lay_out(path: Path, font: str, copies: int = 1) -> tuple[Drawn, ...]:
    """Write the four sheets as the pages of a PDF, `copies` times over; the pieces of one copy."""
    registered = fonts()
    assert font in registered, f"{font} is not installed"
    canvas = Canvas(str(path), pagesize=SIZE, invariant=True)
    pieces = tuple(drawn())
    for _ in range(copies):
        for page in range(1, len(PAGES) + 1):
            canvas.setFont(font, FONT_SIZE)
            canvas.grid([x - 5 for x in (*COLUMNS, 835)], [SIZE[1] - y for y in (75, 103, 142)])
            for piece in pieces:
                if piece.page == page:
                    canvas.drawString(piece.x, SIZE[1] - piece.baseline, piece.text)
            canvas.showPage()
    canvas.save()
    return pieces


def write(path: Path, pages: Sequence[str]) -> Path:
    """A PDF with one line of text a page; a page without text where it is empty."""
    fonts()
    canvas = Canvas(str(path), pagesize=SIZE, invariant=True)
    for text in pages:
        canvas.setFont(CID_FONTS[0], 10)
        canvas.drawString(50, 500, text)
        canvas.showPage()
    canvas.save()
    return path


def encrypt(path: Path, password: str, algorithm: str) -> Path:
    """Encrypt a PDF in its place; it opens with `password`, and without one where that is empty."""
    writer = PdfWriter(clone_from=path)
    writer.encrypt(password, "owner", algorithm=algorithm)
    writer.write(path)
    return path


def stream(content: bytes, entries: str = "") -> bytes:
    """A stream object."""
    return f"<< /Length {len(content)} {entries} >>\nstream\n".encode() + content + b"\nendstream"


def assemble(*objects: str | bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    parts, offsets = [b"%PDF-1.7\n"], []
    for number, item in enumerate(objects, 1):
        offsets.append(sum(map(len, parts)))
        content = item.encode("latin-1") if isinstance(item, str) else item
        parts.append(f"{number} 0 obj\n".encode() + content + b"\nendobj\n")
    start = sum(map(len, parts))
    parts.append(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    parts.extend(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return b"".join([*parts, trailer.encode()])


def one_page(
    content: str | bytes, *more: str | bytes, filters: str = "", page: str = "", resources: str = ""
) -> bytes:
    """A PDF of one page with that content stream (object 4) and Helvetica as F1; `more` are objects from 6.

    `filters` are entries of the stream's dictionary, `page` of the page's, `resources` of its resources'.
    """
    return assemble(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 400 300] >>",
        f"<< /Type /Page /Parent 2 0 R /Contents 4 0 R {page}"
        f" /Resources << {resources} /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        stream(content.encode("latin-1") if isinstance(content, str) else content, filters),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *more,
    )


def seed_lines() -> str:
    """The seed with its bullets as they are drawn, without white space."""
    return "".join(chain.from_iterable(SEED.read_text(encoding="utf-8").replace("\uf0d8", "●").split()))
