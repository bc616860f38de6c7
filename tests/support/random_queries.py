"""Random graphs and random queries over them, full of edges, to compare two engines by.

Everything is drawn from a source of choices: hypothesis, which makes a failure small, or a seeded generator,
which is some ten times as fast. What SPARQL leaves open is not asked for: which rows LIMIT keeps (a query has
its text without LIMIT beside it), REDUCED, the order of GROUP_CONCAT, SAMPLE of several values, RAND, NOW,
UUID and BNODE.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol, TypeVar

import pyoxigraph as ox
from hypothesis import strategies as st

T = TypeVar("T")
NAMESPACE = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
PROLOGUE = f"PREFIX : <{NAMESPACE}>\nPREFIX xsd: <{XSD}>\n"
IRIS = [":a", ":b", ":c", ":d"]
BLANKS = ["x", "y"]
PROPERTIES = [":p", ":q", ":r"]
GRAPHS = [":g", ":h"]
LITERALS = [
    *("0", "1", "2", "-1", "10", "1.5", "2.0", "1e0", "0.5e0", '"INF"^^xsd:double', '"NaN"^^xsd:double'),
    *('"7"^^xsd:byte', '"1.5"^^xsd:float', "true", "false", '"1"^^xsd:boolean'),
    *('"a"', '"b"', '"ab"', '"10"', '""', '"A b"', '"a"@en', '"b"@ja', '"a"@en-gb', '"日本"', '"日本"@ja'),
    *('"2025-01-31"^^xsd:date', '"2025-02-01Z"^^xsd:date', '"2024-02-29"^^xsd:date'),
    *('"2025-01-31T10:00:00"^^xsd:dateTime', '"2025-01-31T10:00:00+09:00"^^xsd:dateTime'),
    *(
        '"2025"^^xsd:gYear',
        '"P1D"^^xsd:duration',
        '"ten"^^xsd:integer',
        '"2025-02-30"^^xsd:date',
        '"z"^^:type',
    ),
]
VARIABLES = ["?x", "?y", "?z", "?v", "?w"]
SHORT = 3
"""Groups within groups at most."""


class Choices(Protocol):
    """Where decisions come from."""

    def one(self, options: Sequence[T]) -> T:
        """One of the options; hypothesis prefers the first of them."""

    def count(self, most: int) -> int:
        """A number from 0 to `most`."""


class Seeded:
    """Choices of a seeded generator."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def one(self, options: Sequence[T]) -> T:
        return options[int(self._random.random() * len(options))]

    def count(self, most: int) -> int:
        return int(self._random.random() * (most + 1))


class Drawn:
    """Choices of hypothesis."""

    def __init__(self, draw: Callable[[st.SearchStrategy[int]], int]) -> None:
        self._draw = draw

    def one(self, options: Sequence[T]) -> T:
        return options[self.count(len(options) - 1)]

    def count(self, most: int) -> int:
        return self._draw(_up_to(most))


@cache
def _up_to(most: int) -> st.SearchStrategy[int]:
    return st.integers(0, most)


def random_quads(choices: Choices) -> list[ox.Quad]:
    """A small dataset with cycles; the default graph is the union of the named ones, as in a release."""
    quads: dict[ox.Quad, None] = {}
    for _ in range(4 + choices.count(16)):
        subject = _node(choices)
        triple = (subject, term(choices.one(PROPERTIES)), _object(choices))
        for graph in GRAPHS[: 1 + choices.count(1)] if choices.count(3) else GRAPHS[1:]:
            quads[ox.Quad(*triple, term(graph))] = None  # type: ignore[arg-type]
        quads[ox.Quad(*triple)] = None  # type: ignore[arg-type]
    return list(quads)


def _node(choices: Choices) -> ox.NamedNode | ox.BlankNode:
    if choices.count(5) == 5:
        return ox.BlankNode(choices.one(BLANKS))
    node = term(choices.one(IRIS))
    assert isinstance(node, ox.NamedNode)
    return node


def _object(choices: Choices) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    return _node(choices) if choices.count(1) else term(choices.one(LITERALS))


@cache
def term(text: str) -> ox.NamedNode | ox.Literal:
    """The term that a text of SPARQL stands for, as the store keeps it."""
    results = ox.Store().query(f"{PROLOGUE}SELECT ?t {{ VALUES ?t {{ {text} }} }}")
    assert isinstance(results, ox.QuerySolutions)
    (solution,) = results
    found = solution["t"]
    assert isinstance(found, ox.NamedNode | ox.Literal)
    return found


@dataclass(frozen=True)
class RandomQuery:
    """A query; where LIMIT or OFFSET cut its rows, `whole` is the query without them, else the same text."""

    text: str
    whole: str
    offset: int = 0
    limit: int | None = None


@dataclass
class Writer:
    """Writes a query, decision by decision."""

    choices: Choices
    triples_left: int = 6
    fresh: int = 0
    named: list[str] = field(default_factory=lambda: list(VARIABLES))
    """Variables that expressions may refer to, bound or not."""

    def query(self) -> RandomQuery:
        form = self.choices.one(("select", "select", "select", "grouped", "grouped", "ask", "construct"))
        if form == "ask":
            return _unsliced(f"{PROLOGUE}ASK {self.group(SHORT)}")
        if form == "construct":
            template = self._template()
            return _unsliced(f"{PROLOGUE}CONSTRUCT {{ {template} }} WHERE {self.group(SHORT)}")
        select = self.grouped(SHORT) if form == "grouped" else self.select(SHORT)
        ending = self.choices.one(("", "", "", "VALUES", "LIMIT"))
        if ending == "VALUES":
            select += f" {self.values()}"
        if ending != "LIMIT":
            return _unsliced(PROLOGUE + select)
        offset, limit = self.choices.count(2), self.choices.count(4)
        text = PROLOGUE + select
        return RandomQuery(f"{text} LIMIT {limit} OFFSET {offset}", text, offset, limit)

    def _template(self) -> str:
        predicate = self.choices.one((*PROPERTIES, "?y"))
        return f"{self._subject()} {predicate} {self.variable()} , :new ."

    def select(self, depth: int) -> str:
        """SELECT without groups."""
        where = self.group(depth)
        distinct = self.choices.one(("", "", "DISTINCT "))
        if self.choices.count(3) == 0:
            clause = "*"
        else:
            items = list(dict.fromkeys(self.variable() for _ in range(1 + self.choices.count(3))))
            clause = " ".join(items)
            if self.choices.count(2) == 2:
                clause += f" ({self.expression(2)} AS {self.new_variable()})"
        return f"SELECT {distinct}{clause} WHERE {where}{self._order()}"

    def _order(self) -> str:
        if self.choices.count(3) < 3:
            return ""
        conditions = [self._condition() for _ in range(1 + self.choices.count(1))]
        return " ORDER BY " + " ".join(conditions)

    def _condition(self) -> str:
        expression = self.expression(1)
        return self.choices.one((f"({expression})", f"DESC({expression})", self.variable()))

    def grouped(self, depth: int) -> str:
        """SELECT with groups: of keys, or all solutions as one."""
        where = self.group(depth)
        keys = list(dict.fromkeys(self.variable() for _ in range(self.choices.count(2))))
        by = list(keys)
        if self.choices.count(4) == 4:
            by.append(f"(COALESCE({self.expression(1)}, 0) AS {self.new_variable()})")
            key = self.named[-1]
            keys.append(key)
        values = [f"({self.aggregate()} AS {self.new_variable()})" for _ in range(1 + self.choices.count(1))]
        if keys and self.choices.count(5) == 5:
            values.append(f"(SAMPLE({keys[0]}) AS {self.new_variable()})")
        group_by = f" GROUP BY {' '.join(by)}" if by else ""
        having = f" HAVING ({self._having()})" if self.choices.count(4) == 4 else ""
        return f"SELECT {' '.join((*keys, *values))} WHERE {where}{group_by}{having}"

    def _having(self) -> str:
        comparison, number = self.choices.one((">", "<=", "=", "!=")), self.choices.one(("1", "2", "0.5e0"))
        return f"{self.aggregate()} {comparison} {number}"

    def aggregate(self) -> str:
        distinct = self.choices.one(("", "", "DISTINCT "))
        operand = self.expression(1) if self.choices.count(2) == 2 else self.variable()
        name = self.choices.one(
            ("COUNT", "SUM", "COUNT(*)", "AVG", "MIN", "MAX", "GROUP_CONCAT", "arithmetic")
        )
        if name == "COUNT(*)":
            return name
        if name == "GROUP_CONCAT":
            # Its order is open, its length is not.
            return f"STRLEN(GROUP_CONCAT({distinct}STR({operand}) ; SEPARATOR = ', '))"
        if name == "arithmetic":
            return f"(SUM({operand}) + COUNT({distinct}{operand}) * 2)"
        return f"{name}({distinct}{operand})"

    def group(self, depth: int) -> str:
        """A group graph pattern in its brackets."""
        parts = [self.triples()]
        for _ in range(self.choices.count(2 if depth > 1 else 1)):
            parts.append(self._element(depth - 1))
            if self.choices.count(4) == 4:
                parts.append(self.triples())
        return "{ " + " ".join(parts) + " }"

    def _element(self, depth: int) -> str:
        if depth <= 0:
            return self.choices.one((self._filter, self._bind, self.values))()
        elements: tuple[Callable[[], str], ...] = (
            lambda: f"OPTIONAL {self.group(depth)}",
            lambda: f"OPTIONAL {self.group(depth)}",
            self._filter,
            self._bind,
            self.values,
            lambda: f"{self.group(depth)} UNION {self.group(depth)}",
            lambda: f"MINUS {self.group(depth)}",
            lambda: f"GRAPH {self.choices.one(('?g', *GRAPHS, ':nowhere'))} {self.group(depth)}",
            lambda: f"{{ {self.select(depth)} }}",
            lambda: f"{{ {self.grouped(depth)} }}",
            lambda: f"FILTER {self.choices.one(('EXISTS', 'NOT EXISTS'))} {self.group(depth)}",
            lambda: self.group(depth),
            lambda: f"OPTIONAL {{ {self.triples()} {self._filter()} }}",
        )
        return self.choices.one(elements)()

    def _filter(self) -> str:
        return f"FILTER({self.expression(2)})"

    def _bind(self) -> str:
        expression = self.expression(2)
        return f"BIND({expression} AS {self.new_variable()})"

    def values(self) -> str:
        """Inline data, UNDEF among it."""
        constants = (*IRIS, *IRIS, *LITERALS[:6], *["UNDEF"] * 8)
        variables = list(dict.fromkeys(self.choices.one(VARIABLES) for _ in range(1 + self.choices.count(1))))
        rows = [
            " ".join(self.choices.one(constants) for _ in variables) for _ in range(self.choices.count(2))
        ]
        return f"VALUES ({' '.join(variables)}) {{ {' '.join(f'({row})' for row in rows)} }}"

    def triples(self) -> str:
        number = min(1 + self.choices.count(1), self.triples_left)
        self.triples_left -= number
        return " ".join(self._triple() for _ in range(number))

    def _triple(self) -> str:
        if self.choices.count(9) == 9:
            ends = [self.variable(), self.choices.one(IRIS)]
            subject, target = ends if self.choices.count(2) else reversed(ends)
            return f"{subject} {self.path(2)} {target} ."
        return f"{self._subject()} {self._predicate()} {self._target()} ."

    def _subject(self) -> str:
        return self.choices.one(("?x", "?y", "?x", "?y", "?x", "?y", "?z", "[]", *IRIS[:1]))

    def _predicate(self) -> str:
        return self.choices.one((*PROPERTIES, *PROPERTIES, "?z", self.path(2), self.path(2), self.path(1)))

    def _target(self) -> str:
        variable = self.choices.one(VARIABLES)
        constant = self.choices.one((*IRIS, *LITERALS))
        return self.choices.one((*[variable] * 9, constant, "[]"))

    def path(self, depth: int) -> str:
        """A property path, closures over cycles among it."""
        if depth <= 0:
            return self.choices.one((*PROPERTIES, f"^{self.choices.one(PROPERTIES)}"))
        kind = self.choices.one(("/", "|", "*", "+", "?", "*", "+", "^", "!"))
        inner = self.path(depth - 1)
        if kind in "/|":
            return f"({inner}{kind}{self.path(depth - 1)})"
        if kind == "^":
            return f"^({inner})"
        if kind == "!":
            return self.choices.one(("!:p", "!(:p|:q)", "!(:p|^:q)", "!^:r"))
        return f"({inner}){kind}"

    def variable(self) -> str:
        return self.choices.one(self.named)

    def new_variable(self) -> str:
        self.fresh += 1
        self.named.append(f"?n{self.fresh}")
        return f"?n{self.fresh}"

    def expression(self, depth: int) -> str:
        """An expression over variables of any kind and bound or not, so that errors are common."""
        if depth <= 0 or self.choices.count(4) == 0:
            return self.choices.one((self.variable(), self.variable(), self.choices.one((*LITERALS, *IRIS))))
        first, second = self.expression(depth - 1), self.expression(depth - 1)
        template = self.choices.one(_EXPRESSIONS)
        if "EXISTS" in template:
            return template.format(self.group(1))
        return template.format(first, second, self.variable())


_EXPRESSIONS = (
    *("({0} = {1})", "({0} != {1})", "({0} < {1})", "({0} <= {1})", "({0} > {1})", "({0} >= {1})"),
    *("({0} && {1})", "({0} || {1})", "(!{0})", "({0} + {1})", "({0} - {1})", "({0} * {1})", "({0} / {1})"),
    *("(-{0})", "({0} IN ({1}, 1, :a))", "({0} NOT IN ({1}))", "BOUND({2})", "COALESCE({0}, {1})"),
    *("IF({0}, {1}, {2})", "sameTerm({0}, {1})", "isIRI({0})", "isBLANK({0})", "isLITERAL({0})"),
    *("isNUMERIC({0})", "STR({0})", "LANG({0})", "DATATYPE({0})", 'LANGMATCHES(LANG({0}), "en")'),
    *('LANGMATCHES(LANG({0}), "*")', "STRLEN({0})", "UCASE({0})", "LCASE({0})", "CONCAT({0}, {1})"),
    *('CONTAINS({0}, "a")', "STRSTARTS({0}, {1})", 'STRENDS({0}, "b")', 'STRBEFORE({0}, "b")'),
    *('STRAFTER({0}, "a")', "SUBSTR({0}, 1, 1)", "SUBSTR({0}, 2)", 'REPLACE({0}, "a", "b")'),
    *('REGEX({0}, "^a")', 'REGEX({0}, "A", "i")', "ENCODE_FOR_URI({0})", "ABS({0})", "CEIL({0})"),
    *("FLOOR({0})", "ROUND({0})", "YEAR({0})", "MONTH({0})", "DAY({0})", "HOURS({0})", "TZ({0})"),
    *(
        "IRI({0})",
        'STRDT("1", xsd:integer)',
        'STRLANG(STR({0}), "en")',
        "xsd:integer({0})",
        "xsd:decimal({0})",
    ),
    *("xsd:double({0})", "xsd:string({0})", "xsd:boolean({0})", "xsd:date({0})", "xsd:dateTime({0})"),
    *("EXISTS {0}", "NOT EXISTS {0}"),
)


def _unsliced(text: str) -> RandomQuery:
    return RandomQuery(text, text)


def random_query(choices: Choices) -> RandomQuery:
    """A query over the graphs of `random_quads`."""
    return Writer(choices).query()


@st.composite
def datasets(draw: st.DrawFn) -> list[ox.Quad]:
    """Datasets, drawn by hypothesis."""
    return random_quads(Drawn(draw))


@st.composite
def queries(draw: st.DrawFn) -> RandomQuery:
    """Queries, drawn by hypothesis."""
    return random_query(Drawn(draw))
