"""The theme line of a sheet: where it stands among other lines."""

import re

from kankei.source.grammars.normalised_text import normalise

_NUMBERED = re.compile(r"\s*(?:\([0-9]{1,2}\)|[0-9]{1,2}\s*[.、]?)\s*[^\s0-9.].*施策")
_NAMED = re.compile("に関する施策|のための施策|に資する施策")
_MAX_CHARACTERS = 90


def is_theme_line(text: str) -> bool:
    """Whether a line names the theme of a sheet: it has 施策 in it, with a number before it or 関する."""
    line = normalise(text)
    if len(line) > _MAX_CHARACTERS or "施策" not in line or "。" in line or line.rstrip().endswith("、"):
        return False
    return _NUMBERED.match(line) is not None or (
        _NAMED.search(line) is not None and line.lstrip()[:1] not in "・○●■◆※" and line.rstrip()[-1] in "策)"
    )
