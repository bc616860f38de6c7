"""Queries of pages, in `.rq` files; IRIs and literals are bound as terms, never as text."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from kankei.engine.operation import SPARQL_JSON, Engine, Form, Operation

_FOLDER = files(__package__)
Values: TypeAlias = Mapping[str, Sequence[str | Literal]]
"""The values of variables: IRIs, and literals."""
_NONE: Values = MappingProxyType({})


def query_text(name: str, values: Values = _NONE, offset: int = 0) -> str:
    """The text of a query, with `values` in each ``VALUES ?variable {}``; raises `ValueError` for no IRI.

    `offset` is that of its last line, for queries that have one.
    """
    text = _template(name)
    for variable, bound in values.items():
        terms = " ".join(str(value if isinstance(value, Literal) else NamedNode(value)) for value in bound)
        text = text.replace(f"VALUES ?{variable} {{}}", f"VALUES ?{variable} {{ {terms} }}")
    return text.replace("OFFSET 0", f"OFFSET {offset:d}")


@cache
def _template(name: str) -> str:
    return (_FOLDER / f"{name}.rq").read_text(encoding="utf-8")


async def solutions(
    engine: Engine, name: str, values: Values = _NONE, offset: int = 0, **substitutions: str
) -> list[dict[str, str]]:
    """The solutions of a query, variable to value of its term.

    `substitutions` binds a variable of the projection to an IRI, `values` one to any of several.
    """
    operation = Operation(
        query_text(name, values, offset),
        media_types={Form.SOLUTIONS: SPARQL_JSON},
        substitutions=substitutions,
    )
    answer = await engine.answer(operation)
    return [
        {variable: term["value"] for variable, term in row.items()}
        for row in json.loads(answer.body)["results"]["bindings"]
    ]


@dataclass(frozen=True)
class ReleaseSolutions:
    """Solutions of the queries that bind nothing: they follow from the release, and each is asked for once.

    As many are kept as pages have such queries, all of few rows; a query that fails is asked again.
    """

    engine: Engine
    _known: dict[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)

    async def rows(self, name: str) -> Sequence[Mapping[str, str]]:
        """The solutions of a query."""
        if name not in self._known:
            self._known[name] = tuple(await solutions(self.engine, name))
        return self._known[name]
