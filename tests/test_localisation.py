"""Sentences for users: each in both languages, with the same gaps, and none that nothing uses."""

import tomllib
from pathlib import Path
from string import Formatter

import pytest

import kankei
from kankei.localisation import LANGUAGES, catalogue

PACKAGE = Path(kankei.__file__).parent
FILES = sorted(PACKAGE.rglob("messages.toml"))


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_each_sentence_has_both_languages_with_the_same_gaps(file: Path) -> None:
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    assert content.keys() <= {"text", "terms"}
    for table in content.values():
        for key, sentence in table.items():
            assert set(sentence) == set(LANGUAGES), key
            assert gaps(sentence["ja"]) == gaps(sentence["en"]), key


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_no_sentence_is_left_over(file: Path) -> None:
    users = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html")]
    code = "\n".join(user.read_text(encoding="utf-8") for user in users)
    keys = tomllib.loads(file.read_text(encoding="utf-8")).get("text", {})
    # A key may be put together from a fixed beginning and a value: kind-{segment}, status-{name}.
    unused = [key for key in keys if f'"{key}"' not in code and f"'{key}'" not in code]
    # In templates: "kind-" ~ segment.
    unused = [
        key
        for key in unused
        if not any(f'"{start}' in code or f'"{start[:-1]}" ~' in code for start in beginnings(key))
    ]
    assert unused == []


def beginnings(key: str) -> list[str]:
    parts = key.split("-")
    return ["-".join(parts[:count]) + "-{" for count in range(1, len(parts))]


def test_a_sentence_is_filled_in_both_languages() -> None:
    package = ".".join(("kankei", *FILES[0].parent.relative_to(PACKAGE).parts))
    assert catalogue(package) is catalogue(package)
    with pytest.raises(KeyError):
        catalogue(package).text("no such key")
