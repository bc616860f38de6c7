"""The line that names a sheet's policy theme: a number, the theme, in brackets at its end the sub-theme."""

import re
from dataclasses import dataclass

from kankei.source.grammars.normalised_text import ParseError, normalise


@dataclass(frozen=True)
class ThemeLine:
    """A theme as printed, without line breaks; number in ASCII digits, None where none is printed."""

    number: str | None
    theme: str
    sub_theme: str | None = None

    def render(self) -> str:
        """The line with full-width stop and brackets."""
        number = f"{self.number}．" if self.number else ""
        sub_theme = f"（{self.sub_theme}）" if self.sub_theme else ""
        return f"{number}{self.theme}{sub_theme}"


_OTHER_DIGIT = r"[0-9](?!次産業)"  # ６次産業化 is a word
_NUMBER = re.compile(
    rf"\s*+(?:\(([0-9]{{1,3}})\)|([0-9]{{1,3}}(?:-[0-9]{{1,3}})?)(?:[.、:](?!{_OTHER_DIGIT})|(?=[ \n])))\s*+"
)
_BARE_NUMBER = re.compile(rf"{_OTHER_DIGIT}|[①-⑳Ⅰ-ⅿ]")
_OPENING = "「『“【［〈《〔"


def parse(text: str) -> ThemeLine:
    """The parts of a theme line.

    >>> parse("６．関係人口に関する施策（関係人口の創出・拡大）")
    ThemeLine(number='6', theme='関係人口に関する施策', sub_theme='関係人口の創出・拡大')
    """
    folded = normalise(text)
    match = _NUMBER.match(folded)
    number, start = (match.group(1) or match.group(2), match.end()) if match else (None, 0)
    bracket = _last_bracket(text, folded, start)
    theme = _plain(text[start:bracket])
    _check_theme(text, theme, start)
    if bracket is None:
        return ThemeLine(number, theme)
    sub_theme = _plain(text[bracket : folded.rindex(")")])[1:].strip()
    if not sub_theme or theme.endswith((")", "）")):
        raise ParseError("which brackets hold the sub-theme is not clear", text, bracket)
    return ThemeLine(number, theme, sub_theme)


def _last_bracket(text: str, folded: str, start: int) -> int | None:
    """Where the bracket opens that the line ends with; every bracket is checked to have its pair."""
    opened: list[int] = []
    last = None
    for position, character in enumerate(folded[start:], start):
        if character == "(":
            opened.append(position)
        elif character == ")" and not opened:
            raise ParseError("a bracket closes that was not opened", text, position)
        elif character == ")":
            last = opened.pop()
    if opened:
        raise ParseError("a bracket is not closed", text, opened[-1])
    return last if folded.rstrip().endswith(")") else None


def _check_theme(text: str, theme: str, start: int) -> None:
    if not theme or not (theme[0].isalnum() or theme[0] in _OPENING):
        raise ParseError("no theme is printed", text, start)
    if _BARE_NUMBER.match(normalise(theme)):
        raise ParseError("whether the theme begins with a number of its own is not clear", text, start)


def _plain(printed: str) -> str:
    return "".join(line.strip() for line in printed.splitlines()).strip()
