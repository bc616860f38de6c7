"""What is wrong with a node of the data, as a result of the validation report."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from kankei.localisation import LANGUAGES, catalogue
from kankei.namespaces import SHAPES
from kankei.validation.report.report import Result
from kankei.validation.shapes.paths import Path, prefixed_name

COMPONENT = f"{SHAPES}PrintedTextComponent"
"""The constraint component of all results about printed texts: no shape of the shapes graph has it."""

_CATALOGUE = catalogue("kankei.validation")


@dataclass(frozen=True)
class Problem:
    """A node, the property and value that are wrong if it is one, and a sentence of this room's messages."""

    node: str
    key: str
    name: str = ""
    value: ox.NamedNode | ox.Literal | None = None
    gaps: Mapping[str, str] = field(default_factory=dict)

    def result(self) -> Result:
        """The problem as a validation result."""
        return Result(
            ox.NamedNode(self.node),
            Path.predicate(self.name) if self.name else None,
            self.value,
            COMPONENT,
            source_shape=f"{SHAPES}printed-{self.key}",
            messages={language: _CATALOGUE.format(language, self.key, **self.gaps) for language in LANGUAGES},
        )


def shown(value: str) -> str:
    """A value for messages: an IRI with a prefix where there is one."""
    return prefixed_name(value) if "://" in value else value
