"""What the bytes of a file tell before anybody reads them."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kankei.errors import UsageError

_BLOCK_BYTES = 1 << 20
_PDF_MARK = b"%PDF-"


@dataclass(frozen=True)
class Content:
    """The SHA-256 of a file, and the telling bytes it has; `null_line` is the first line with a null byte."""

    sha256: str
    is_pdf: bool
    form_feeds: bool
    escapes: bool
    null_line: int | None


def examine(path: Path) -> Content:
    """The content of a regular file, read in blocks; UsageError where there is none that can be read."""
    if not path.is_file():
        raise UsageError(
            "there is no such file" if not path.exists() else "this is no regular file", str(path)
        )
    digest, lines = sha256(), 1
    is_pdf = form_feeds = escapes = False
    null_line = None
    try:
        with path.open("rb") as file:
            is_pdf = file.read(len(_PDF_MARK)) == _PDF_MARK
            file.seek(0)
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
                form_feeds = form_feeds or b"\f" in block
                escapes = escapes or b"\x1b" in block
                if null_line is None and (null := block.find(b"\0")) >= 0:
                    null_line = lines + block.count(b"\n", 0, null)
                lines += block.count(b"\n")
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}", str(path)) from error
    return Content(digest.hexdigest(), is_pdf, form_feeds, escapes, null_line)
