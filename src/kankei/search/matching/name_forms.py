"""Forms of a written name that name the same thing by a rule, such as 観光資源課長 for 観光資源課.

These are rules of comparison: none of them is a statement about a name that somebody bears.
"""

import re
from typing import NamedTuple

from kankei.search.normalisation.folding import Folding

_YEAR = re.compile(r"^(?:令和|平成|r|h)(?:元|\d{1,2})年度(?:当初|補正)?(?:予算)?")
_NUMBER = re.compile(r"^(?:[①-⑳]|[（(]?\d{1,2}[)）.．、])\s*")
_POSITION = re.compile(r"(?<=[課室部局])(?:長|担当|係)$|(?<=庁)長官$")
_GROUP = re.compile(r"(?<=[^\x00-\x7f])g(?=$|[^\x00-\x7f])")
_REST_IN_BRACKETS = re.compile(r"[（(〔【][^（()）〔〕【】]*[)）〕】]\s*$")


class NameForm(NamedTuple):
    """A folded name, and the rules by which it is one; none for the name as written."""

    folded: str
    rules: tuple[str, ...] = ()


def name_forms(name: str, folding: Folding) -> list[NameForm]:
    """The forms of a name, the one as written first."""
    forms = [NameForm(folding.fold(name))]
    stripped = _NUMBER.sub("", name.strip(), count=1)
    if stripped != name.strip():
        forms.append(NameForm(folding.fold(stripped), ("number",)))
    for rule, pattern, replacement in (
        ("year", _YEAR, ""),
        ("position", _POSITION, ""),
        ("group", _GROUP, "ぐるーぷ"),
    ):
        forms += [
            NameForm(changed, (*form.rules, rule))
            for form in forms
            if (changed := pattern.sub(replacement, form.folded)) != form.folded
        ]
    return [form for form in dict.fromkeys(forms) if form.folded]


def without_subtitle(name: str, folding: Folding) -> str:
    """A name without what stands in brackets at its end, folded: similar, and perhaps another thing."""
    return folding.fold(_REST_IN_BRACKETS.sub("", name))
