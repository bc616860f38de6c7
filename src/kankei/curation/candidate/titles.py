"""The printed names of a sheet and of its measures."""

from kankei.curation.candidate.nodes import japanese
from kankei.curation.candidate.value import Value
from kankei.source.guidebook.body import Measure
from kankei.source.lines.printed_text import PrintedText

_BRACKETS = {"（": "）", "(": ")"}


def name(printed: PrintedText) -> Value:
    """The name of a programme, as printed and without line breaks."""
    return Value(
        "title", "Title", "title", printed.place, printed, statements=(japanese("plain", plain(printed)),)
    )


def subtitle(printed: PrintedText) -> Value:
    """The subtitle of a programme; the brackets around it are no part of its plain text."""
    said = (japanese("plain", bare(printed)),)
    return Value("subtitle", "Title", "subtitle", printed.place, printed, statements=said)


def measure(found: Measure) -> Value:
    """The title of a measure, printed with its number."""
    said = (japanese("plain", found.name),)
    return Value("title", "Title", "title", found.title.place, found.title, statements=said)


def plain(printed: PrintedText) -> str:
    """A printed text on one line."""
    return "".join(line.strip() for line in printed.text.splitlines())


def bare(printed: PrintedText) -> str:
    """A printed text on one line, without the brackets around it."""
    text = plain(printed)
    return text[1:-1] if text and _BRACKETS.get(text[0]) == text[-1] else text
