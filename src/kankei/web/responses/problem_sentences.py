"""Details of problems in Japanese; errors hold English sentences, which programs and logs keep."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import NamedTuple

_FILE = "problem_sentences.toml"


class _Sentence(NamedTuple):
    english: re.Pattern[str]
    japanese: str


def japanese(message: str) -> str | None:
    """The Japanese sentence for an error's English one, with its values; none where none is known."""
    exact, patterns = _sentences()
    if message in exact:
        return exact[message]
    for sentence in patterns:
        if match := sentence.english.fullmatch(message):
            return sentence.japanese.format(**match.groupdict())
    return None


@cache
def _sentences() -> tuple[Mapping[str, str], tuple[_Sentence, ...]]:
    """Sentences without gaps, and those with gaps as patterns."""
    content = tomllib.loads((files(__package__) / _FILE).read_text(encoding="utf-8"))
    exact = {english: text for english, text in content.items() if "{" not in english}
    patterns = (
        _Sentence(_pattern(english), text) for english, text in content.items() if english not in exact
    )
    return exact, tuple(patterns)


def _pattern(english: str) -> re.Pattern[str]:
    parts = Formatter().parse(english)
    return re.compile(
        "".join(re.escape(text) + (f"(?P<{name}>.+)" if name else "") for text, name, _, _ in parts),
        re.DOTALL,
    )
