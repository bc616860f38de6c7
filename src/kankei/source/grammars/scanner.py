"""A reading position in a printed text, for grammars that understand it from left to right."""

import re

from kankei.source.grammars.errors import Unreadable
from kankei.source.grammars.normalisation import fold

# Possessive, so that a pattern that fails after a long run of blanks does not try every shorter run.
_BLANKS = re.compile(r"\s*+")


class Scanner:
    """The folded text and how far it is understood; the position is one in the printed text too.

    >>> scanner = Scanner("４ 月")
    >>> scanner.take(re.compile("[0-9]")).group(), scanner.take(re.compile("月")).group(), scanner.at_end
    ('4', '月', True)
    """

    def __init__(self, printed: str) -> None:
        self.printed = printed
        self.position = 0
        self._folded = fold(printed)

    @property
    def at_end(self) -> bool:
        """Whether only blanks are left; they are passed over."""
        self._skip_blanks()
        return self.position == len(self._folded)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The match of the pattern after any blanks, now passed; None where it does not match there."""
        self._skip_blanks()
        match = pattern.match(self._folded, self.position)
        if match:
            self.position = match.end()
        return match

    def unreadable(self, message: str, position: int | None = None) -> Unreadable:
        """The error to raise, at the position reached unless another is given."""
        return Unreadable(message, self.printed, self.position if position is None else position)

    def rest(self, length: int = 12) -> str:
        """The start of what is not yet understood, for messages."""
        return self.printed[self.position : self.position + length]

    def _skip_blanks(self) -> None:
        match = _BLANKS.match(self._folded, self.position)
        self.position = match.end() if match else self.position
