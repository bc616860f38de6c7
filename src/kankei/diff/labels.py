"""What properties, concepts and organisations are called in a language."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

from kankei.namespaces import PREFIXES

LANGUAGES = ("en", "ja")
Labels = Mapping[str, str]
"""Language to label."""


@dataclass(frozen=True)
class Names:
    """Labels in one language, else in another they have; and the sentences of a comparison."""

    language: str
    labels: Callable[[str], Labels]
    sentences: Mapping[str, Labels]
    terms: Mapping[str, Labels]

    @classmethod
    def of(cls, language: str, labels: Callable[[str], Labels]) -> Self:
        """The names in a language, where `labels` finds what data and ontology call an IRI."""
        content = tomllib.loads((files(__package__) / "strings.toml").read_text(encoding="utf-8"))
        terms = {_iri(name): words for name, words in content["terms"].items()}
        return cls(language, labels, content["text"], terms)

    def say(self, key: str, *values: object) -> str:
        """A sentence, its gaps filled."""
        return self.sentences[key][self.language].format(*values)

    def label(self, iri: str) -> str:
        """What an IRI is called; empty where it has no label."""
        labels = self.labels(iri) or self.terms.get(iri, {})
        return labels.get(self.language) or next(iter(labels.values()), "")


def _iri(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return PREFIXES[prefix] + local
