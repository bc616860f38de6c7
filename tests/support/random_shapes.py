"""Random shapes and data, small and full of edges, for the differential test.

Where shapes compare values (sh:minInclusive and its like, sh:lessThan), the data has no blank nodes and
literals of one kind only, since pySHACL is wrong about others: SPARQL's ``<`` compares no number with a date,
no ill-typed literal, no IRI and nothing with a language tag (SHACL, sections 4.3 and 4.5.3: a result), but
pySHACL puts them in the order that rdflib sorts them by, and stops with an error at a blank node.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from hypothesis import strategies as st

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix ex: <urn:ex:> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
IRIS = ["ex:a", "ex:b", "ex:c", "ex:d", "ex:C", "ex:D"]
BLANKS = ["_:x", "_:y"]
COMPARABLE = {
    "numbers": ["1", "2", "10", "1.5", "1.50", "01", "1.0e0", '"1"^^xsd:decimal', '"7"^^xsd:byte'],
    "strings": ['"a"', '"b"', '"ab"', '"A\\nb"', '""'],
    "times": [
        '"2025-01-31T10:00:00"^^xsd:dateTime', '"2025-01-31T10:00:00Z"^^xsd:dateTime',
        '"2025-01-31T10:00:00+00:00"^^xsd:dateTime', '"2025-01-31T10:00:00+09:00"^^xsd:dateTime',
    ],
    "days": ['"2025-01-31"^^xsd:date', '"2025-02-01"^^xsd:date', '"2024-02-29"^^xsd:date'],
}  # fmt: skip
LITERALS = [
    *(literal for kind in COMPARABLE.values() for literal in kind),
    "true", '"1"^^xsd:boolean', '"z"^^ex:type',
    '"a"@en', '"b"@en', '"a"@ja', '"c"@en-us', '"x"^^xsd:integer', '"2025-02-30"^^xsd:date',
]  # fmt: skip
PROPERTIES = ["ex:p", "ex:q", "ex:r", "ex:s"]
LITERAL_PATHS = [
    "ex:r",
    "ex:s",
    "( ex:p ex:r )",
    "( ex:q ex:r )",
]  # where values are compared, IRIs are not theirs
CLASSES = ["ex:C", "ex:D", "ex:E"]
DATATYPES = ["xsd:string", "xsd:integer", "xsd:decimal", "xsd:boolean", "xsd:date", "xsd:dateTime", "ex:type"]
KINDS = ["IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
PATTERNS = ["^a", "b$", "^[0-9]+$", "a|b", "(?=a)a", "A"]


@cache
def _sampled(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


def one(values: Iterable[str]) -> st.SearchStrategy[str]:
    """One of some texts, by one strategy for equal texts: to make a strategy takes longer than to draw."""
    return _sampled(tuple(values))


@dataclass(frozen=True)
class Pair:
    """A shapes graph and a data graph in Turtle; no shape is a blank node."""

    shapes: str
    data: str


@st.composite
def pairs(draw: st.DrawFn, shapes: int) -> Pair:
    """A number of shapes with targets, and data."""
    compared = COMPARABLE[draw(one(list(COMPARABLE)))] if draw(st.booleans()) else []
    writer = _Writer(draw, compared)
    for _ in range(shapes):
        writer.targeted()
    data = _data(draw, [], compared) if compared else _data(draw, BLANKS, LITERALS)
    return Pair(PREFIXES + "\n".join(writer.lines), PREFIXES + data)


def _data(draw: st.DrawFn, blanks: list[str], literals: list[str]) -> str:
    nodes = one(IRIS[:4] + blanks)
    lines = [f"{draw(nodes)} a {draw(one(CLASSES))} ." for _ in range(draw(st.integers(1, 5)))]
    for _ in range(draw(st.integers(2, 14))):
        value = draw(one(literals)) if draw(st.booleans()) else draw(one(IRIS + blanks))
        predicate = draw(one(PROPERTIES if value in literals or blanks else PROPERTIES[:2]))
        lines.append(f"{draw(nodes)} {predicate} {value} .")
    if draw(st.booleans()):
        lines.append("ex:D rdfs:subClassOf ex:C .")
    return "\n".join(lines)


class _Writer:
    def __init__(self, draw: st.DrawFn, compared: list[str]) -> None:
        self.draw = draw
        self.compared = compared
        self.lines: list[str] = []
        self.number = 0

    def targeted(self) -> None:
        shape = self.shape(depth=2, is_property=self.draw(st.booleans()))
        target = self.draw(one(["targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"]))
        values = {"targetClass": CLASSES, "targetNode": [*IRIS, *(self.compared or LITERALS)]}.get(
            target, PROPERTIES
        )
        self.lines.append(f"{shape} sh:{target} {self.draw(one(values))} .")

    def shape(self, depth: int, *, is_property: bool) -> str:
        self.number += 1
        name = f"ex:S{self.number}"
        parts = [f"a sh:{'Property' if is_property else 'Node'}Shape"]
        path = self.path(1) if is_property else ""
        if path:
            parts.append(f"sh:path {path}")
        for _ in range(self.draw(st.integers(1, 2))):
            constraint = self.constraint(depth, path)
            if not {part.split()[0] for part in constraint} & {part.split()[0] for part in parts}:
                parts += constraint
        if self.draw(st.integers(0, 9)) == 0:
            parts.append(self.draw(one(["sh:severity sh:Warning", "sh:deactivated true"])))
        self.lines.append(f"{name} {' ; '.join(dict.fromkeys(parts))} .")
        return name

    def path(self, depth: int) -> str:
        kind = self.draw(st.integers(0, 9)) if depth else 0
        if kind < 5:
            return self.draw(one(PROPERTIES))
        if kind == 5:
            return f"[ sh:inversePath {self.path(depth - 1)} ]"
        if kind == 6:
            return f"( {self.path(depth - 1)} {self.path(depth - 1)} )"
        if kind == 7:
            return f"[ sh:alternativePath ( {self.path(depth - 1)} {self.path(depth - 1)} ) ]"
        name = self.draw(one(["zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"]))
        return f"[ sh:{name} {self.path(depth - 1)} ]"

    def constraint(self, depth: int, path: str) -> list[str]:
        kinds = ["value", "value", "value"] + (["property", "property"] if path else ["closed"])
        kind = self.draw(one(kinds + (["nested", "nested"] if depth else [])))
        match kind:
            case "property":
                return self._property(path)
            case "value":
                return self._value()
        return self._closed(depth) if kind == "closed" else self._nested(depth)

    def _value(self) -> list[str]:
        ranges = ["minInclusive", "minExclusive", "maxInclusive", "maxExclusive"] if self.compared else []
        name = self.draw(one([
            *ranges, "class", "datatype", "nodeKind", "minLength", "maxLength", "pattern", "languageIn",
            "equals", "disjoint", "in", "hasValue",
        ]))  # fmt: skip
        terms = [*IRIS, *(self.compared or LITERALS)]
        match name:
            case "class":
                return [f"sh:class {self.draw(one(CLASSES))}"]
            case "datatype":
                return [f"sh:datatype {self.draw(one(DATATYPES))}"]
            case "nodeKind":
                return [f"sh:nodeKind sh:{self.draw(one(KINDS))}"]
            case "minLength" | "maxLength":
                return [f"sh:{name} {self.draw(st.integers(1, 3))}"]
            case "pattern":
                flags = self.draw(one(["", ' ; sh:flags "i"']))
                return [f'sh:pattern "{self.draw(one(PATTERNS))}"{flags}']
            case "languageIn":
                return [self.draw(one(['sh:languageIn ( "en" )', 'sh:languageIn ( "ja" "en" )']))]
            case "equals" | "disjoint":
                return [f"sh:{name} {self.draw(one(PROPERTIES))}"]
            case "in":
                members = self.draw(st.lists(one(terms), min_size=1, max_size=4))
                return [f"sh:in ( {' '.join(members)} )"]
            case "hasValue":
                return [f"sh:hasValue {self.draw(one(terms))}"]
        return [f"sh:{name} {self.draw(one(self.compared))}"]

    def _property(self, path: str) -> list[str]:
        pairs = ["lessThan", "lessThanOrEquals"] if self.compared and path in LITERAL_PATHS else []
        name = self.draw(one(["minCount", "maxCount", "uniqueLang", *pairs]))
        if name == "uniqueLang":
            return ["sh:uniqueLang true"]
        if name.startswith("less"):
            return [f"sh:{name} ex:s"]
        return [f"sh:{name} {self.draw(st.integers(0, 3))}"]

    def _closed(self, depth: int) -> list[str]:
        nested = [f"sh:property {self.shape(depth - 1, is_property=True)}"] if depth else []
        ignored = self.draw(one(["", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "ex:p ex:q"]))
        return [*nested, "sh:closed true", f"sh:ignoredProperties ( {ignored} )"]

    def _nested(self, depth: int) -> list[str]:
        name = self.draw(one(["not", "and", "or", "xone", "node", "property", "qualified"]))

        def inner() -> str:
            return self.shape(depth - 1, is_property=self.draw(st.booleans()))

        match name:
            case "not":
                return [f"sh:not {inner()}"]
            case "node" | "property":
                return [f"sh:{name} {self.shape(depth - 1, is_property=name == 'property')}"]
            case "qualified":
                return self._qualified(inner())
        return [f"sh:{name} ( {inner()} {inner()} )"]

    def _qualified(self, inner: str) -> list[str]:
        """Two property shapes beside each other, the first disjoint or not from the second."""
        self.number += 2
        first, second = f"ex:S{self.number - 1}", f"ex:S{self.number}"
        bound = self.draw(
            one(["qualifiedMinCount 1", "qualifiedMinCount 2", "qualifiedMaxCount 0", "qualifiedMaxCount 1"])
        )
        disjoint = self.draw(one(["", "; sh:qualifiedValueShapesDisjoint true "]))
        path = self.draw(one(PROPERTIES))
        other = self.shape(0, is_property=False)
        self.lines += [
            f"{first} a sh:PropertyShape ; sh:path {path} ;",
            f"  sh:qualifiedValueShape {inner} ; sh:{bound} {disjoint}.",
            f"{second} a sh:PropertyShape ; sh:path {path} ;",
            f"  sh:qualifiedValueShape {other} ; sh:qualifiedMinCount 1 .",
        ]
        return [f"sh:property {first}", f"sh:property {second}"]
