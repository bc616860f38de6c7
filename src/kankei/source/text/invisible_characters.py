"""Characters that nobody sees on the page, or that no font tells: what a text seems to say may not be so."""

from collections.abc import Iterator, Sequence
from unicodedata import category

from kankei.source.lines.document import LineRange
from kankei.source.lines.doubt import Doubt, Weight
from kankei.source.lines.printed_text import Line

_MOST_NAMED = 5
_TOLD = frozenset("\t\f")


def doubts(lines: Sequence[Line]) -> Iterator[Doubt]:
    """A doubt for each run of lines with such characters: control, format and unknown ones, separators."""
    run: list[tuple[Line, list[str]]] = []
    for line in lines:
        found = _unseen(line.text)
        if run and (not found or line.number != run[-1][0].number + 1):
            yield _doubt(run)
            run = []
        if found:
            run.append((line, found))
    if run:
        yield _doubt(run)


def _unseen(text: str) -> list[str]:
    # Whatever str.isprintable() lets pass can be seen; it is quick, and most lines are of such only.
    if text.isprintable() and "\ufffd" not in text:
        return []
    found = (character for character in text if character not in _TOLD)
    return list(dict.fromkeys(c for c in found if c == "\ufffd" or category(c) in _KINDS))


_KINDS = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


def _doubt(run: Sequence[tuple[Line, list[str]]]) -> Doubt:
    every = dict.fromkeys(character for _, found in run for character in found)
    names = ", ".join(f"U+{ord(character):04X}" for character in list(every)[:_MOST_NAMED])
    return Doubt(
        "text",
        f"目に見えないか判読できない文字（{names}）がある。紙面と見比べる。",
        f"Characters that are not seen or not legible ({names}): compare the text with the page.",
        LineRange(run[0][0].number, run[-1][0].number),
        Weight.UNRESOLVED,
    )
