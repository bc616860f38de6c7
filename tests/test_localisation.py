"""Sentences for users: in the languages of their catalogue, with the same gaps, and none unused."""

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

import kankei
from kankei.localisation import LANGUAGES, catalogue

PACKAGE = Path(kankei.__file__).parent
FILES = sorted(PACKAGE.rglob("messages.toml"))
OWN_GAPS = {"fiscal-year", "year-reiwa", "year-heisei", "month", "unreadable", "unit-unknown"}
"""Sentences with other gaps in Japanese: eras, and no detail that exists in English only."""
CODE = "\n".join(
    user.read_text(encoding="utf-8") for pattern in ("*.py", "*.html") for user in PACKAGE.rglob(pattern)
)
BEGINNINGS = set(re.findall(r"[\"']([\w-]+)-(?:[\"']|{)", CODE))
"""What stands before a hyphen at which a value, or the end of a string, stands for the rest of a key."""
ENDS = set(re.findall(r"[\"'}]-([\w-]+)[\"']", CODE))
"""What stands behind such a hyphen."""


def gaps(sentence: str) -> set[str]:
    """The names of a sentence's gaps, without the language that a value is written in (units_ja)."""
    names = (name for _, name, _, _ in Formatter().parse(sentence) if name is not None)
    return {re.sub("_(ja|en)$", "", name) for name in names}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_each_sentence_has_every_language_with_the_same_gaps(file: Path) -> None:
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    assert content.keys() <= {"text", "terms"}
    for key, sentence in content.get("text", {}).items():
        assert set(sentence) == set(LANGUAGES), key
        if key not in OWN_GAPS:
            assert gaps(sentence["ja"]) == gaps(sentence["en"]), key


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_no_sentence_is_unused(file: Path) -> None:
    keys = tomllib.loads(file.read_text(encoding="utf-8")).get("text", {})
    assert [key for key in keys if not is_used(key)] == []


def is_used(key: str) -> bool:
    """Whether the code has a key, or a part of it up to a hyphen where a value stands for the rest."""
    if f'"{key}"' in CODE or f"'{key}'" in CODE:
        return True
    words = key.split("-")
    parts = (("-".join(words[:count]), "-".join(words[count:])) for count in range(1, len(words)))
    return any(before in BEGINNINGS or after in ENDS for before, after in parts)


def test_a_key_that_is_not_there_is_an_error() -> None:
    package = ".".join(("kankei", *FILES[0].parent.relative_to(PACKAGE).parts))
    assert catalogue(package) is catalogue(package)
    with pytest.raises(KeyError):
        catalogue(package).text("no such key")
