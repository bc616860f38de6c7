"""Sentences for users in Japanese and English: one TOML catalogue a package, filled in by one class.

A catalogue is the file ``messages.toml`` of a package. Its table ``[text]`` holds sentences by key, each as
``{ ja = "…", en = "…" }`` with gaps in the form of `str.format`; ``[terms]`` holds labels of terms that other
vocabularies define, by prefixed name.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

LANGUAGES = ("ja", "en")
Labels = Mapping[str, str]
"""Language tag to text."""


class Text(NamedTuple):
    """One sentence in both languages."""

    ja: str
    en: str


def both(sentence: Text) -> str:
    """A sentence in both languages, on one line."""
    return f"{sentence.ja} / {sentence.en}"


@dataclass(frozen=True)
class Catalogue:
    """The sentences of one package."""

    sentences: Mapping[str, Labels]
    terms: Mapping[str, Labels]

    def text(self, key: str, *values: object, **named: object) -> Text:
        """A sentence in both languages, its gaps filled; raises `KeyError` where there is no such key."""
        return Text(*(self.format(language, key, *values, **named) for language in LANGUAGES))

    def format(self, language: str, key: str, *values: object, **named: object) -> str:
        """A sentence in one language, its gaps filled; raises `KeyError` where there is no such key."""
        return self.sentences[key][language].format(*values, **named)


@cache
def catalogue(package: str) -> Catalogue:
    """The catalogue of a package, read once a process."""
    content = tomllib.loads((files(package) / "messages.toml").read_text(encoding="utf-8"))
    return Catalogue(content.get("text", {}), content.get("terms", {}))
