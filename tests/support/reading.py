"""Reading small files through `read_lines`, and what is refused of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kankei.errors import KankeiError
from kankei.source.document_reader import read_lines
from kankei.source.pdf.pdf_limits import PdfLimits


def written(folder: Path, content: bytes, name: str = "sheet.txt") -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def refusal(path: Path, encoding: str | None = None, limits: PdfLimits | None = None) -> KankeiError:
    with pytest.raises(KankeiError) as caught:
        list(read_lines(path, encoding, limits or PdfLimits()).lines)
    return caught.value


@contextmanager
def refused(path: Path) -> Iterator[None]:
    """Lets a refusal that names the file pass, and no other failure."""
    try:
        yield
    except KankeiError as error:
        if not error.subject.startswith(str(path)):
            raise


def texts(path: Path, encoding: str | None = None) -> list[str]:
    return [line.text for line in read_lines(path, encoding).lines]
