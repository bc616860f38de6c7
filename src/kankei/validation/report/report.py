"""The validation report as values (SHACL, section 3.6), in Turtle, and as lines for people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

import pyoxigraph as ox

from kankei.namespaces import PREFIXES, SH, XSD
from kankei.validation.shapes.paths import Path, shortened
from kankei.validation.shapes.shapes_graph import Term


@dataclass(frozen=True)
class Result:
    """One validation result; `messages` by language, from the shape or the SPARQL constraint that failed."""

    focus_node: Term
    path: Path | None
    value: Term | None
    component: str
    source_shape: str
    source_constraint: str = ""
    severity: str = SH + "Violation"
    messages: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """What results are ordered by; equal for equal results in every run."""
        path = self.path.sparql if self.path else ""
        value = str(self.value) if self.value is not None else ""
        return (str(self.focus_node), self.source_shape, self.component, self.source_constraint, path, value)

    def turtle(self) -> str:
        """The result as a blank node of a report."""
        statements = [
            ("resultSeverity", shortened(self.severity)),
            ("focusNode", _turtle(self.focus_node)),
            ("resultPath", self.path.turtle if self.path else ""),
            ("value", "" if self.value is None else _turtle(self.value)),
            ("sourceConstraintComponent", shortened(self.component)),
            ("sourceConstraint", _named(self.source_constraint)),
            ("sourceShape", _named(self.source_shape)),
            ("resultMessage", ", ".join(_message(*item) for item in sorted(self.messages.items()))),
        ]
        lines = [f"sh:{name} {text}" for name, text in statements if text]
        return "[\n        a sh:ValidationResult ;\n        " + " ;\n        ".join(lines) + "\n    ]"


class Results(Protocol):
    """Results to be read, perhaps once only and while they are found."""

    def __iter__(self) -> Iterator[Result]:
        """Those that are told."""

    @property
    def count(self) -> int:
        """How many there are; known when those that are told have been read."""


@dataclass(frozen=True)
class Report:
    """Whether the data conforms, and each result, sorted; `left_out` more were found than are told."""

    conforms: bool
    results: tuple[Result, ...] = ()
    left_out: int = 0

    @classmethod
    def of(cls, results: Iterable[Result]) -> "Report":
        """The report of some results, each told once: data conforms where there is none."""
        by_key = {result.key: result for result in results}
        return cls(not by_key, tuple(by_key[key] for key in sorted(by_key)))

    @classmethod
    def whole(cls, results: Iterable[Result], left_out: int = 0) -> "Report":
        """The report of results that are told as often as they were found."""
        found = tuple(sorted(results, key=lambda result: result.key))
        return cls(not found and not left_out, found, left_out)

    def __iter__(self) -> Iterator[Result]:
        """The results that are told."""
        return iter(self.results)

    @property
    def count(self) -> int:
        """How many results there are."""
        return len(self.results) + self.left_out

    def turtle(self) -> bytes:
        """The report as a standard ``sh:ValidationReport``, the same bytes for the same results."""
        return "".join(turtle(self)).encode()


def turtle(found: Results) -> Iterator[str]:
    """The text of a standard ``sh:ValidationReport``, result by result; one at a time is held."""
    results, told = iter(found), 0
    first = next(results, None)
    conforms = first is None and found.count == 0
    yield "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in ("sh", "xsd"))
    yield f"\n[] a sh:ValidationReport ;\n    sh:conforms {str(conforms).lower()}"
    for told, result in enumerate(chain([first] if first else [], results), 1):
        yield (" ;\n    sh:result " if told == 1 else ", ") + result.turtle()
    yield " .\n"
    if told < found.count:
        yield f"\n# {found.count} results, of which {told} are told.\n"


def result_line(result: Result, source: str, place: str = "", language: str = "") -> str:
    """``place: focus node: severity: message (path: offending value) [source]``.

    The message is in that language if the result has it, else in all that it has.
    """
    languages = [language] if language in result.messages else sorted(result.messages, reverse=True)
    message = " ".join(result.messages[one] for one in languages)
    value = "" if result.value in {None, result.focus_node} else term_text(result.value)
    about = ": ".join(part for part in (result.path.sparql if result.path else "", value) if part)
    severity = result.severity.removeprefix(SH).lower()
    where = f"{place}: " if place else ""
    what = f" ({about})" if about else ""
    return f"{where}{term_text(result.focus_node)}: {severity}: {message}{what} [{source}]"


def summary_line(count: int, printed: int) -> str:
    """The line after the results: how many there are."""
    shown = f", {printed} of them shown" if printed < count else ""
    return f"{count} result{'s' if count > 1 else ''}{shown}" if count else "conforms"


def term_text(node: object) -> str:
    """A term: a prefixed name where the project has the prefix, a number or date without its datatype."""
    match node:
        case ox.NamedNode():
            return shortened(node.value)
        case ox.Literal(datatype=datatype) if (
            datatype.value.startswith(XSD) and datatype.value != XSD + "string"
        ):
            return node.value
    return str(node)


def _message(language: str, text: str) -> str:
    return str(ox.Literal(text, language=language) if language else ox.Literal(text))


def _turtle(term: Term) -> str:
    return "[]" if isinstance(term, ox.BlankNode) else str(term)


def _named(name: str) -> str:
    return name if name.startswith("_:") or not name else f"<{name}>"
