"""Two lines that stand anywhere around the table of a sheet: its theme, and its unit of money."""

import re

from kankei.source.grammars.normalised_text import normalise

_NUMBERED = re.compile(r"\s*(?:\([0-9]{1,2}\)|[0-9]{1,2}\s*[.、]?)\s*[^\s0-9.].*施策")
_NAMED = re.compile("に関する施策|のための施策|に資する施策")
_ONE_THEME = re.compile(r"(?:\([0-9]{1,2}\)|[0-9]{1,2}\s*[.、]?)?\s*[^\s()【】]+(?:\s*\([^()【】]*\))?")
_MAX_CHARACTERS = 90
_UNIT = "|".join(r"\s*".join(unit) for unit in ("百万円", "千円", "億円", "万円", "円"))
_UNITS = re.compile(
    rf"[(\[【]\s*(?:単\s*位\s*:?)?\s*(?P<framed>{_UNIT})\s*[)\]】]|単\s*位\s*:?\s*(?P<bare>{_UNIT})"
)
_MENTIONS_UNIT = re.compile(r"単位\s*:|[(\[【]\s*単位")


def is_theme_line(text: str) -> bool:
    """Whether a line names the theme of a sheet: it has 施策 in it, with a number before it or 関する."""
    line = normalise(text)
    if len(line) > _MAX_CHARACTERS or "施策" not in line or "。" in line or line.rstrip().endswith("、"):
        return False
    return _NUMBERED.match(line) is not None or (
        _NAMED.search(line) is not None and line.lstrip()[:1] not in "・○●■◆※" and line.rstrip()[-1] in "策)"
    )


def is_one_theme(text: str) -> bool:
    """Whether a line of a theme is that and nothing else: a number, the theme, a sub-theme in brackets."""
    return _ONE_THEME.fullmatch(normalise(text).strip()) is not None


def unit_of(text: str) -> str | None:
    """The unit of money that a text is, in brackets or with the word 単位; None if it is anything else."""
    match = _UNITS.fullmatch("".join(normalise(text).split()))
    return match["framed"] or match["bare"] if match else None


def units_in(text: str) -> list[tuple[int, int]]:
    """Start and end of each unit of money in a heading, without its brackets."""
    matches = _UNITS.finditer(normalise(text))
    return [match.span("framed" if match["framed"] else "bare") for match in matches]


def mentions_unit(text: str) -> bool:
    """Whether a text prints a unit of whatever kind: 単位 with a colon, or in a bracket."""
    return _MENTIONS_UNIT.search(normalise(text)) is not None and "。" not in text
