"""Random graphs and queries of the shape that arrays answer: triples, conditions, groups, order."""

from dataclasses import dataclass, field

import pyoxigraph as ox

from support.random_queries import IRIS, LITERALS, PROLOGUE, Choices, term

INTEGERS = ["0", "1", "2", "-3", "7", "10", "-9223372036854775808", "9223372036854775807"]
TEXTS = ['"a"', '"b"', '"ab"', '""', '"日本"', '"a"@en', '"a"@en-gb', '"b"@ja', '"B"@JA']
OBJECTS = {
    ":i": INTEGERS[:6],
    ":large": INTEGERS,
    ":text": TEXTS[:5],
    ":label": TEXTS[5:],
    ":name": TEXTS,
    ":to": IRIS,
    ":mixed": [*LITERALS, *IRIS],
    "a": [":C", ":D", ":E"],
}
LANGUAGES = ['"ja"', '"en"', '"JA"', '""']
RANGES = ['"en"', '"EN-GB"', '"*"', '"e"']
ONE_EACH = ["i", "to", "label"]
"""Properties that are functions in some graphs."""
NODES = [*IRIS, ":e", ":f"]


def quads_of_groups(choices: Choices) -> list[ox.Quad]:
    """A small dataset whose properties have objects of one type each, but for one."""
    quads: dict[ox.Quad, None] = {}
    functions = choices.count(1)
    taken = set()
    for _ in range(10 + choices.count(40)):
        subject, link = choices.one(NODES), choices.one(list(OBJECTS))
        if functions and link[1:] in ONE_EACH and (subject, link) in taken:
            continue
        taken.add((subject, link))
        predicate = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        nodes = [
            term(subject),
            predicate if link == "a" else term(link),
            term(choices.one(list(OBJECTS[link]))),
        ]
        for graph in (ox.DefaultGraph(), term(":g")):
            quads[ox.Quad(*nodes, graph)] = None  # type: ignore[arg-type,call-arg]
    return list(quads)


@dataclass
class GroupWriter:
    """Writes a query, decision by decision; some have what arrays refuse."""

    choices: Choices
    variables: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    """The property of which a variable is the object."""

    def query(self) -> str:
        """A SELECT with groups, or with DISTINCT."""
        where = "{ " + " . ".join([self._triple() for _ in range(1 + self.choices.count(3))])
        where += "".join(f" FILTER({self._condition()})" for _ in range(self.choices.count(2)))
        where += f"{self._agreement() if self.choices.count(3) == 0 else ''} }}"
        if self.choices.count(4) == 0:
            names = " ".join(sorted({self._variable() for _ in range(1 + self.choices.count(2))}))
            return f"{PROLOGUE}SELECT DISTINCT {names} {where}{self._order(names.split())}"
        keys = sorted({self._variable() for _ in range(self.choices.count(2))})
        values = [f"({self._aggregate()} AS ?n{number})" for number in range(1 + self.choices.count(2))]
        group = f" GROUP BY {' '.join(keys)}" if keys else ""
        having = " HAVING(COUNT(*) > 1)" if self.choices.count(5) == 0 else ""
        order = self._order([*keys, "?n0"])
        return f"{PROLOGUE}SELECT {' '.join([*keys, *values])} {where}{group}{having}{order}"

    def _variable(self) -> str:
        return self.choices.one(self.variables) if self.variables else "?s"

    def _order(self, names: list[str]) -> str:
        by = [
            f"DESC({name})" if self.choices.count(1) else name for name in names if self.choices.count(2) == 0
        ]
        return f" ORDER BY {' '.join(by)}" if by else ""

    def _triple(self) -> str:
        link = self.choices.one([*OBJECTS, *OBJECTS, ":to/:i", "^:to", "^:to/:label", "?p", ":none"])
        subjects = [name for name in self.variables if self.links.get(name, ":to") in {":to", "^:to"}]
        subject = self.choices.one(subjects or ["?s", "?s", "?s", ":a"])
        target = f"?v{len(self.variables)}"
        if self.choices.count(4) == 0:
            target = self.choices.one([*self.variables, *OBJECTS.get(link, NODES)])
        self.links.setdefault(target, link)
        named = [name for name in (subject, link, target) if name.startswith("?")]
        self.variables += [name for name in named if name not in self.variables]
        return f"{subject} {link} {target}"

    def _agreement(self) -> str:
        """What a solution must have, or must not; of the variables it binds none is seen outside."""
        outside = list(self.variables)
        inner = " . ".join([self._triple() for _ in range(1 + self.choices.count(2))])
        inner += f" FILTER({self._condition()})" if self.choices.count(3) == 0 else ""
        self.variables = outside
        return f" {self.choices.one(['FILTER EXISTS', 'FILTER NOT EXISTS', 'MINUS'])} {{ {inner} }}"

    def _condition(self) -> str:
        if self.choices.count(4) == 0:
            return f"{self._condition()} {self.choices.one(['&&', '||'])} {self._condition()}"
        if self.choices.count(7) == 0:
            return f"!({self._condition()})"
        name = self._variable()
        for _ in range(3):  # so that most conditions suit what they are about
            name = name if self.links.get(name) in {":i", ":large", ":label"} else self._variable()
        sign = self.choices.one(["=", "!=", "<", "<=", ">", ">="])
        number = self.choices.one([*INTEGERS, "1.5", "-2.5", "2.0"])
        if self.links.get(name) == ":label" and self.choices.count(2):
            test = self.choices.one(["=", "!="])
            return self.choices.one(
                [
                    f"LANG({name}) {test} {self.choices.one(LANGUAGES)}",
                    f"LANGMATCHES(LANG({name}), {self.choices.one(RANGES)})",
                    f"{name} {test} {self.choices.one(TEXTS)}",
                ]
            )
        return self.choices.one(
            [
                f"{name} {sign} {number}",
                f"{number} {sign} {name}",
                f"{name} {sign} {self._variable()}",
                f"{name} {self.choices.one(['=', '!='])} {self.choices.one([*NODES, *TEXTS])}",
                f"LANG({name}) = {self.choices.one(LANGUAGES)}",
                f"{name} IN ({number}, {self.choices.one(NODES)})",
                f"{name} NOT IN ({self.choices.one(NODES)}, {self.choices.one(NODES)})",
            ]
        )

    def _aggregate(self) -> str:
        name = self.choices.one(["COUNT", "COUNT", "SUM", "AVG", "MIN", "MAX"])
        if name == "COUNT" and self.choices.count(2) == 0:
            return "COUNT(*)"
        operand = self._variable()
        for _ in range(0 if name == "COUNT" else 3):
            operand = operand if self.links.get(operand) in {":i", ":large"} else self._variable()
        return f"{name}({'DISTINCT ' if self.choices.count(2) == 0 else ''}{operand})"
