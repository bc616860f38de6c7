"""Queries of pages, in `.rq` files; IRIs are bound as terms, never as text."""

import json
from importlib.resources import files

from kankei.engine.operation import SPARQL_JSON, Engine, Form, Operation

_FOLDER = files(__package__)


def query_text(name: str) -> str:
    """The text of a query."""
    return (_FOLDER / f"{name}.rq").read_text(encoding="utf-8")


async def solutions(engine: Engine, name: str, **substitutions: str) -> list[dict[str, str]]:
    """The solutions of a query, variable to value of its term; `substitutions` binds variables to IRIs."""
    operation = Operation(
        query_text(name), media_types={Form.SOLUTIONS: SPARQL_JSON}, substitutions=substitutions
    )
    answer = await engine.answer(operation)
    return [
        {variable: term["value"] for variable, term in row.items()}
        for row in json.loads(answer.body)["results"]["bindings"]
    ]
