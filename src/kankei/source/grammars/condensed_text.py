"""A printed text without its white space, for grammars that read words across line breaks."""

import re
from dataclasses import dataclass

from kankei.source.grammars.errors import Unreadable
from kankei.source.grammars.normalisation import fold

_NUMERIC = frozenset("0123456789,.")
_PRINTED = re.compile(r"\S+")


@dataclass(frozen=True)
class Condensed:
    """`text` is folded and without white space; `origins` holds where each of its characters is printed.

    White space inside what would else grow together to one number is kept, as one space or one line break:
    ``1/2 3/4`` is never ``1/23/4``.
    """

    printed: str
    text: str
    origins: tuple[int, ...]

    def position(self, index: int) -> int:
        """Where the character at `index` of `text` is printed; the end of the print behind the last."""
        return self.origins[index] if index < len(self.origins) else len(self.printed)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The first position and the position behind the last of the print of ``text[start:end]``."""
        return self.origins[start], self.origins[end - 1] + 1

    def gap(self, index: int) -> bool:
        """Whether white space is printed before the character at `index`."""
        return 0 < index < len(self.origins) and self.origins[index] > self.origins[index - 1] + 1

    def unreadable(self, message: str, index: int = 0) -> Unreadable:
        """The error for what stands at `index`."""
        return Unreadable(message, self.printed, self.position(index))


def condense(text: str) -> Condensed:
    r"""The text, folded, without white space.

    >>> condense("普通交付税\n\n措置　１／２ 定額").text
    '普通交付税措置1/2定額'
    >>> condense("1/2 3/4").text
    '1/2 3/4'
    """
    kept: list[str] = []
    origins: list[int] = []
    folded = fold(text)
    behind = 0
    for run in _PRINTED.finditer(folded):
        first, end = run.span()
        if behind and folded[behind - 1] in _NUMERIC and folded[first] in _NUMERIC:
            kept.append("\n" if len((folded[behind:first] + ".").splitlines()) > 1 else " ")
            origins.append(behind)
        kept.append(run[0])
        origins.extend(range(first, end))
        behind = end
    return Condensed(text, "".join(kept), tuple(origins))
