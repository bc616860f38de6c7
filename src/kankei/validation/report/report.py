"""The validation report as values (SHACL, section 3.6), in Turtle, and as lines for people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

import pyoxigraph as ox

from kankei.namespaces import PREFIXES, SH, XSD
from kankei.validation.shapes.paths import Path, prefixed_name
from kankei.validation.shapes.shapes_graph import Term

_ADVISORY = frozenset((f"{SH}Warning", f"{SH}Info"))


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
    def is_advisory(self) -> bool:
        """Whether the result is a warning or an information, which a publisher may leave as it is."""
        return self.severity in _ADVISORY

    @property
    def key(self) -> tuple[str, ...]:
        """Sort key; equal for equal results in every run."""
        path = self.path.readable if self.path else ""
        value = str(self.value) if self.value is not None else ""
        return (str(self.focus_node), self.source_shape, self.component, self.source_constraint, path, value)

    def turtle(self) -> str:
        """The result as a blank node of a report."""
        statements = [
            ("resultSeverity", prefixed_name(self.severity)),
            ("focusNode", _turtle(self.focus_node)),
            ("resultPath", self.path.turtle if self.path else ""),
            ("value", "" if self.value is None else _turtle(self.value)),
            ("sourceConstraintComponent", prefixed_name(self.component)),
            ("sourceConstraint", _named(self.source_constraint)),
            ("sourceShape", _named(self.source_shape)),
            ("resultMessage", ", ".join(_message(*item) for item in sorted(self.messages.items()))),
        ]
        lines = [f"sh:{name} {text}" for name, text in statements if text]
        return "[\n        a sh:ValidationResult ;\n        " + " ;\n        ".join(lines) + "\n    ]"


class Results(Protocol):
    """Results to be iterated, perhaps only once, while they are found."""

    def __iter__(self) -> Iterator[Result]:
        """The results, up to a limit."""

    @property
    def count(self) -> int:
        """How many there are without the limit; known after iteration."""


@dataclass(frozen=True)
class Report:
    """Whether the data conforms, and the results, sorted; `omitted` counts the results beyond a limit."""

    conforms: bool
    results: tuple[Result, ...] = ()
    omitted: int = 0

    @classmethod
    def of(cls, results: Iterable[Result]) -> "Report":
        """The report of some results without duplicates: data conforms where there is none."""
        by_key = {result.key: result for result in results}
        return cls(not by_key, tuple(by_key[key] for key in sorted(by_key)))

    @classmethod
    def with_duplicates(cls, results: Iterable[Result], omitted: int = 0) -> "Report":
        """The report of results as often as they were found."""
        ordered = tuple(sorted(results, key=lambda result: result.key))
        return cls(not ordered and not omitted, ordered, omitted)

    def __iter__(self) -> Iterator[Result]:
        """The results."""
        return iter(self.results)

    @property
    def count(self) -> int:
        """How many results there are, omitted ones included."""
        return len(self.results) + self.omitted

    @property
    def warnings(self) -> int:
        """How many results are warnings or information."""
        return sum(result.is_advisory for result in self.results)

    def accepts(self, *, strict: bool = False) -> bool:
        """Whether there is nothing but warnings; with `strict`, nothing at all.

        Data with warnings does not conform (SHACL, section 3.6.1.1), but may be published all the same.
        """
        return self.conforms or (not strict and 0 < self.count == self.warnings)

    def turtle(self) -> bytes:
        """The report as a standard ``sh:ValidationReport``, the same bytes for the same results."""
        return "".join(turtle(self)).encode()


def turtle(results: Results) -> Iterator[str]:
    """The text of a standard ``sh:ValidationReport``, result by result; one at a time is in memory."""
    remaining, written = iter(results), 0
    first = next(remaining, None)
    conforms = first is None and results.count == 0
    yield "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in ("sh", "xsd"))
    yield f"\n[] a sh:ValidationReport ;\n    sh:conforms {str(conforms).lower()}"
    for written, result in enumerate(chain([first] if first else [], remaining), 1):
        yield (" ;\n    sh:result " if written == 1 else ", ") + result.turtle()
    yield " .\n"
    if written < results.count:
        yield f"\n# {results.count} results, of which {written} are told.\n"


def result_line(result: Result, source: str, place: str = "", language: str = "") -> str:
    """``place: focus node: severity: message (path: offending value) [source]``.

    The message is in that language if the result has it, else in all that it has.
    """
    languages = [language] if language in result.messages else sorted(result.messages, reverse=True)
    message = " ".join(result.messages[one] for one in languages)
    value = "" if result.value in {None, result.focus_node} else term_text(result.value)
    about = ": ".join(part for part in (result.path.readable if result.path else "", value) if part)
    severity = result.severity.removeprefix(SH).lower()
    where = f"{place}: " if place else ""
    what = f" ({about})" if about else ""
    return f"{where}{term_text(result.focus_node)}: {severity}: {message}{what} [{source}]"


def summary_line(count: int, printed: int, warnings: int = 0) -> str:
    """The line after the results: how many there are, and how many of them are warnings."""
    if not count:
        return "conforms"
    if count == warnings:
        return f"no error, {warnings} warning{'s' if warnings > 1 else ''}"
    shown = f", {printed} of them shown" if printed < count else ""
    advisory = f", {warnings} of them {'warnings' if warnings > 1 else 'a warning'}" if warnings else ""
    return f"{count} result{'s' if count > 1 else ''}{shown}{advisory}"


def term_text(node: object) -> str:
    """A term: a prefixed name where the project has the prefix, a number or date without its datatype."""
    match node:
        case ox.NamedNode():
            return prefixed_name(node.value)
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
