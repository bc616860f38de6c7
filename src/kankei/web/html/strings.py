"""The pages' own words in each language, from their catalogue file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

Words = Mapping[str, str]
"""Language to text."""


@dataclass(frozen=True)
class Strings:
    """The catalogue: texts by key, and labels of terms of other vocabularies by prefixed name."""

    text: Mapping[str, Words]
    terms: Mapping[str, Words]

    @classmethod
    def load(cls) -> Self:
        """The catalogue in the package."""
        content = tomllib.loads((files(__package__) / "strings.toml").read_text(encoding="utf-8"))
        return cls(content["text"], content["terms"])

    def say(self, language: str, key: str, *values: object) -> str:
        """A text in a language, its gaps filled."""
        return self.text[key][language].format(*values)

    def kind(self, language: str, segment: str) -> str:
        """What the things under a path segment are called; the segment itself where nothing is."""
        return self.text.get(f"kind-{segment}", {}).get(language, segment)
