"""The validation report as values (SHACL, section 3.6), and its one serialisation in Turtle."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox
from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from kankei.namespaces import PREFIXES, SH
from kankei.validation.paths import Path, read_path, shortened
from kankei.validation.terms import Term, from_rdflib


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
            ("sourceConstraint", f"<{self.source_constraint}>" if self.source_constraint else ""),
            ("sourceShape", f"<{self.source_shape}>"),
            ("resultMessage", ", ".join(_message(*item) for item in sorted(self.messages.items()))),
        ]
        lines = [f"sh:{name} {text}" for name, text in statements if text]
        return "[\n        a sh:ValidationResult ;\n        " + " ;\n        ".join(lines) + "\n    ]"


@dataclass(frozen=True)
class Report:
    """Whether the data conforms, and each result, sorted."""

    conforms: bool
    results: tuple[Result, ...] = ()

    @classmethod
    def of(cls, results: Iterable[Result]) -> "Report":
        """The report of some results, each told once: data conforms where there is none."""
        by_key = {result.key: result for result in results}
        return cls(not by_key, tuple(by_key[key] for key in sorted(by_key)))

    def turtle(self) -> bytes:
        """The report as a standard ``sh:ValidationReport``, the same bytes for the same results."""
        prefixes = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in ("sh", "xsd"))
        conforms = f"sh:conforms {str(self.conforms).lower()}"
        results = ", ".join(result.turtle() for result in self.results)
        body = f"{conforms} ;\n    sh:result {results}" if results else conforms
        return f"{prefixes}\n[] a sh:ValidationReport ;\n    {body} .\n".encode()


def read_report(report: Graph, shapes: Graph) -> Report:
    """The report that a report graph holds.

    Messages are taken from the shapes graph: pySHACL drops the language of those of SPARQL constraints.
    """
    return Report.of(_read_result(report, shapes, node) for node in report.objects(None, _sh("result")))


def _read_result(report: Graph, shapes: Graph, result: Node) -> Result:
    def iri(name: str) -> str:
        return str(report.value(result, _sh(name)) or "")

    path = report.value(result, _sh("resultPath"))
    value = report.value(result, _sh("value"))
    focus = report.value(result, _sh("focusNode"))
    constraint, shape = iri("sourceConstraint"), iri("sourceShape")
    return Result(
        focus_node=from_rdflib(focus) if focus is not None else ox.BlankNode("none"),
        path=None if path is None else _path(report, shapes, shape, path),
        value=None if value is None else from_rdflib(value),
        component=iri("sourceConstraintComponent"),
        source_shape=shape,
        source_constraint=constraint,
        severity=iri("resultSeverity"),
        messages=_messages(shapes, constraint) or _messages(shapes, shape),
    )


def _path(report: Graph, shapes: Graph, shape: str, path: Node) -> Path:
    """The path of a result; a complex one is read from its shape, since reports may leave its lists out."""
    if isinstance(path, URIRef):
        return Path.predicate(str(path))
    own = shapes.value(URIRef(shape), _sh("path"))
    return read_path(report, path) if own is None else read_path(shapes, own)


def _messages(shapes: Graph, source: str) -> dict[str, str]:
    found = shapes.objects(URIRef(source), _sh("message")) if source else ()
    return {node.language or "": str(node) for node in found if isinstance(node, Literal)}


def _message(language: str, text: str) -> str:
    return str(ox.Literal(text, language=language) if language else ox.Literal(text))


def _turtle(term: Term) -> str:
    return "[]" if isinstance(term, ox.BlankNode) else str(term)


def _sh(name: str) -> URIRef:
    return URIRef(SH + name)
