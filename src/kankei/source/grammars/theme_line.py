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
    normalised = normalise(text)
    match = _NUMBER.match(normalised)
    number, start = (match.group(1) or match.group(2), match.end()) if match else (None, 0)
    bracket = _last_bracket(text, normalised, start)
    theme = _without_line_breaks(text[start:bracket])
    _check_theme(text, theme, start)
    if bracket is None:
        return ThemeLine(number, theme)
    sub_theme = _without_line_breaks(text[bracket : normalised.rindex(")")])[1:].strip()
    if not sub_theme or theme.endswith((")", "）")):
        raise ParseError("which brackets hold the sub-theme is not clear", text, bracket)
    return ThemeLine(number, theme, sub_theme)


def _last_bracket(text: str, normalised: str, start: int) -> int | None:
    """The offset of the opening bracket whose pair ends the line; `ParseError` for one without a pair."""
    open_brackets: list[int] = []
    last = None
    for position, character in enumerate(normalised[start:], start):
        if character == "(":
            open_brackets.append(position)
        elif character == ")" and not open_brackets:
            raise ParseError("a bracket closes that was not opened", text, position)
        elif character == ")":
            last = open_brackets.pop()
    if open_brackets:
        raise ParseError("a bracket is not closed", text, open_brackets[-1])
    return last if normalised.rstrip().endswith(")") else None


def _check_theme(text: str, theme: str, start: int) -> None:
    if not theme or not (theme[0].isalnum() or theme[0] in _OPENING):
        raise ParseError("no theme is printed", text, start)
    if _BARE_NUMBER.match(normalise(theme)):
        raise ParseError("whether the theme begins with a number of its own is not clear", text, start)


def _without_line_breaks(printed: str) -> str:
    return "".join(line.strip() for line in printed.splitlines()).strip()
