"""A file to be ingested: checked to be a PDF or a text, and given the slug of its source."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from kankei.errors import InvalidData, UsageError

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
_SUFFIXES = frozenset({".pdf", ".txt"})
_LISTED = 3
_SIGNATURE_SIZE = 1024  # bytes
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WEB_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*>\s*+)?(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_OFFICE = {
    "word/": "a Word document (.docx)",
    "xl/": "an Excel workbook (.xlsx)",
    "ppt/": "a presentation (.pptx)",
}


@dataclass(frozen=True)
class InputFile:
    """A file to be read as the source of a slug; `encoding` is that of a text, None to detect it."""

    path: Path
    slug: str
    encoding: str | None = None


def input_file(path: Path, slug: str | None, encoding: str | None) -> InputFile:
    """A checked file under the given slug, or under one made of its name.

    Letters become lower case, and other characters hyphens; a name that is not in ASCII gives no slug, since
    nobody should guess one. Raises UsageError where there is no file or no slug, and InvalidData for a file
    that cannot be a catalogue, each with what to do instead.
    """
    _check(path)
    if slug is None and path.stem.isascii():
        slug = _NOT_IN_SLUG.sub("-", path.stem.lower()).strip("-")
    if not slug or not _SLUG.fullmatch(slug):
        message = "give the source a slug by --name: lower-case letters, digits and single hyphens"
        raise UsageError(message, slug or str(path))
    return InputFile(path, slug, encoding)


def _check(path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"this is a folder: name the files to read{_examples(path)}", str(path))
    if not path.exists():
        raise UsageError(f"there is no such file{_suggestion(path)}", str(path))
    if path.is_file() and (problem := _problem(path)):
        raise InvalidData(problem, str(path))


def _examples(folder: Path) -> str:
    readable = (file for file in sorted(folder.iterdir()) if file.suffix.lower() in _SUFFIXES)
    names = [str(file) for file in islice(readable, _LISTED)]
    return f", such as {', '.join(names)}" if names else "; it has neither PDF nor text (.pdf, .txt)"


def _suggestion(path: Path) -> str:
    if not path.parent.is_dir():
        return f", nor the folder {path.parent}; check the path"
    names = get_close_matches(path.name, [file.name for file in path.parent.iterdir()], n=1)
    return (
        f"; is it {path.parent / names[0]}?" if names else "; check its name, and the folder that you are in"
    )


def _problem(path: Path) -> str:
    """Why a file is neither PDF nor text, and what to do; empty if it may be one."""
    try:
        with path.open("rb") as file:
            start = file.read(_SIGNATURE_SIZE)
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}", str(path)) from error
    if not start:
        return "the file is empty; fetch it again"
    if start.startswith(_ZIP):
        return _archive(path)
    if start.startswith(_OLE):
        return "this is a document of an old Office program (.doc, .xls): save it as PDF, and ingest that"
    if _WEB_PAGE.match(start):
        return _web_page(path)
    return ""


def _archive(path: Path) -> str:
    try:
        with ZipFile(path) as archive:
            names = archive.namelist()
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        names = []
    for folder, kind in _OFFICE.items():
        if any(name.startswith(folder) for name in names):
            return f"this is {kind}, which is not read: save it as PDF, and ingest that"
    return "this is a ZIP archive: unpack it, and ingest the PDF or the text that is inside"


def _web_page(path: Path) -> str:
    if path.suffix.lower() == ".pdf":
        return (
            "this is a web page under the name of a PDF, such as a notice that the PDF is gone: "
            "open it in a browser, and fetch the PDF again"
        )
    return "this is a web page: fetch the PDF that it links to, or save its text as .txt"
