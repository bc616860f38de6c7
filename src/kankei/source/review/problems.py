"""What an import could not use, or used otherwise than written: file, row and sentence."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from kankei.localisation import Text, catalogue

MESSAGES = catalogue("kankei.source.review")
MAX_OF_A_KIND = 1000
"""Problems of one kind in one file that are kept; a file of millions of bad rows would fill the memory."""


@dataclass(frozen=True)
class Problem:
    """One finding about a file. `row` counts as RFC 7111 does, the header being 1; 0 is the file itself.

    A `note` says how something was read, and is no reason to refuse it.
    """

    file: str
    row: int
    text: Text
    note: bool = False

    @property
    def line(self) -> str:
        """The problem on one line, Japanese and English."""
        place = f"{self.file}#row={self.row}" if self.row else self.file
        return f"{place}: {self.text.ja} / {self.text.en}"


Report = Callable[[int, str, dict[str, object]], None]
"""Reports a problem of one file: its row, the key of the sentence, and what fills its gaps."""


class Problems:
    """The problems of an import, in the order in which they are found."""

    def __init__(self) -> None:
        self.reported: list[Problem] = []

    def of_file(self, file: str) -> Report:
        """A function that reports problems of one file; keys that begin with ``note-`` are notes."""
        reported = Counter[str]()

        def report(row: int, key: str, values: dict[str, object]) -> None:
            reported[key] += 1
            note = key.startswith("note-")
            if reported[key] <= MAX_OF_A_KIND:
                shown = {name: _short(value) for name, value in values.items()}
                self.reported.append(Problem(file, row, MESSAGES.text(key, **shown), note))
            elif reported[key] == MAX_OF_A_KIND + 1:
                text = MESSAGES.text("further-of-a-kind", limit=MAX_OF_A_KIND, kind=key)
                self.reported.append(Problem(file, row, text, note))

        return report

    @property
    def errors(self) -> list[Problem]:
        """The problems that are more than notes."""
        return [problem for problem in self.reported if not problem.note]


_LONGEST = 80


def _short(value: object) -> object:
    """A value as a sentence quotes it: on one line, and not too long."""
    if not isinstance(value, str):
        return value
    line = " ".join(value.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
