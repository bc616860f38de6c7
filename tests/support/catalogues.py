"""Synthetic catalogues: as many sheets as wanted, all different, in the form of the four that are real."""

import re
from collections.abc import Iterator
from itertools import cycle, islice

from kankei.dataset.data_folder import packaged

SEED = packaged().data / "sources" / "sheets-103-106.txt"
# Where the real sheets begin, as curated; the third goes on to the end of the second page break.
_STARTS = (1, 22, 36, 94)
_NUMBER = re.compile(r"^ ?(?P<number>10[3-6]) (?=\S)")
_BUDGET = {"６": "６", "30": "30", "376の内数": "376の内数", "20": "20"}


def lines(count: int) -> Iterator[str]:
    """The lines of a catalogue of so many sheets, numbered from 1, each with a budget of its own."""
    seed = SEED.read_text(encoding="utf-8").rstrip("\n ").split("\n")
    ends = (*(start - 1 for start in _STARTS[1:]), len(seed))
    sheets = [seed[start - 1 : end] for start, end in zip(_STARTS, ends, strict=True)]
    for number, sheet in enumerate(islice(cycle(sheets), count), 1):
        yield " " + _renumbered(sheet[0].lstrip(), number)
        yield from (_renumbered(line, number) for line in sheet[1:])


def _renumbered(line: str, number: int) -> str:
    line = _NUMBER.sub(lambda match: match[0].replace(match["number"], str(number)), line)
    return re.sub(r"(?<= )(30|20|376)(?=$|の内数)", lambda match: str(int(match[1]) + number), line)


def catalogue(count: int) -> str:
    """The text of such a catalogue."""
    return "\n".join(lines(count)) + "\n"
