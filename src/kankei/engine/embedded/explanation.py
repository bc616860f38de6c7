"""How a query is evaluated, as text: engine, algebra, what the engine is given, rows and time."""

import time
from collections.abc import Iterator

from pyoxigraph import QueryBoolean, QuerySolutions, Store

from kankei.engine.algebra.not_understood import NotUnderstood
from kankei.engine.algebra.parser import parsed
from kankei.engine.algebra.printed import tree
from kankei.engine.columnar.planned_query import ColumnQueries, Explanation
from kankei.engine.embedded.evaluation import Results, as_evaluated, evaluating, results_of
from kankei.engine.embedded.result_spool import Spool
from kankei.engine.operation import COLUMNS, OXIGRAPH, REMOTE, Form, Operation

_ALONE = Explanation("the release has no columns that could be read")


def explain(
    store: Store, columns: ColumnQueries | None, operation: Operation, spool: Spool
) -> tuple[Form, str]:
    """Write how a query is evaluated to a spool; the form of its result, and what has evaluated it.

    The query is evaluated for that. Raises what its evaluation would.
    """
    explanation = columns.explain(operation) if columns else _ALONE
    engine = COLUMNS if explanation.steps else OXIGRAPH
    lines = [f"Engine: {engine}", f"Because: {explanation.reason}"]
    if explanation.expected:
        lines.append(f"Expected: {explanation.expected}")
    if explanation.steps:
        query = parsed(operation.query, operation.base)
        form = Form.BOOLEAN if query.form == "ASK" else Form.SOLUTIONS
        sql = ["", "SQL", explanation.sql] if explanation.sql else []
        lines += ["", "Algebra", tree(query), *sql, "", "Steps", explanation.steps]
    else:
        form, evaluated = _evaluated(store, operation)
        lines += [*evaluated, *_algebra(operation), *_rewritten(operation)]
    spool.write("\n".join((*lines, "")).encode())
    return form, engine


def explain_remote(store: Store, operation: Operation, spool: Spool) -> Form:
    """The same for a query that is sent to a service, which is not asked; the store is an empty one."""
    with evaluating(operation):
        form = _form(results_of(store, operation))
    lines = (f"Engine: {REMOTE}", "Because: a service of others holds the release", *_algebra(operation), "")
    spool.write("\n".join(lines).encode())
    return form


def _evaluated(store: Store, operation: Operation) -> tuple[Form, list[str]]:
    """The form of a result, and the lines about its rows and time."""
    since = time.perf_counter()
    with evaluating(operation):
        results = results_of(store, operation)
        planned = time.perf_counter()
        form = _form(results)
        rows = 1 if isinstance(results, QueryBoolean) else sum(1 for _ in results)
    ended = time.perf_counter()
    times = f"{planned - since:.6f} to parse and plan, {ended - planned:.6f} to evaluate"
    return form, [f"Rows: {rows}", f"Seconds: {times}"]


def _form(results: Results) -> Form:
    if isinstance(results, QueryBoolean):
        return Form.BOOLEAN
    return Form.SOLUTIONS if isinstance(results, QuerySolutions) else Form.TRIPLES


def _algebra(operation: Operation) -> Iterator[str]:
    try:
        text = tree(parsed(operation.query, operation.base))
    except NotUnderstood as error:
        text = f"Not told: {error.message}"
    except RecursionError:
        text = "Not told: it nests too deeply"
    yield from ("", "Algebra", text)


def _rewritten(operation: Operation) -> Iterator[str]:
    text = as_evaluated(operation)
    if text != operation.query:
        yield from ("", "Query as it is evaluated", text)
