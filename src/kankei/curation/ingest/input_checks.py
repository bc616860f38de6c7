"""What a curator gives in place of a catalogue, and what to do instead: told before anything is read."""

import re
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from kankei.errors import InvalidData, UsageError

_READ = frozenset({".pdf", ".txt"})
_LISTED = 3
_BEGINNING = 1024  # bytes
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WEB_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_OFFICE = {
    "word/": "a Word document (.docx)",
    "xl/": "an Excel workbook (.xlsx)",
    "ppt/": "a presentation (.pptx)",
}


def refuse(path: Path) -> None:
    """Raise UsageError where there is no file, InvalidData for one that cannot be a catalogue."""
    if path.is_dir():
        raise UsageError(f"this is a folder: name the files to read{_such_as(path)}", str(path))
    if not path.exists():
        raise UsageError(f"there is no such file{_meant(path)}", str(path))
    if path.is_file() and (sentence := _other(path)):
        raise InvalidData(sentence, str(path))


def _such_as(folder: Path) -> str:
    found = (file for file in sorted(folder.iterdir()) if file.suffix.lower() in _READ)
    names = [str(file) for file in islice(found, _LISTED)]
    return f", such as {', '.join(names)}" if names else "; it has neither PDF nor text (.pdf, .txt)"


def _meant(path: Path) -> str:
    if not path.parent.is_dir():
        return f", nor the folder {path.parent}; check the path"
    names = get_close_matches(path.name, [file.name for file in path.parent.iterdir()], n=1)
    return (
        f"; is it {path.parent / names[0]}?" if names else "; check its name, and the folder that you are in"
    )


def _other(path: Path) -> str:
    """What to do about a file that is neither PDF nor text; empty if it may be one."""
    try:
        with path.open("rb") as file:
            start = file.read(_BEGINNING)
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
