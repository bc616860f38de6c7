"""Which solutions agree with one of others: EXISTS and MINUS (SPARQL 1.1 Query Language, section 8)."""

import numpy as np

from kankei.engine.columnar.arrays.table import Table, Terms
from kankei.engine.columnar.arrays.triple_arrays import Ids, Mask, Whole
from kankei.engine.columnar.translation.translated import NotTranslatable


def agreeing(table: Table, others: Table, *, needs_shared: bool) -> Mask:
    """Of each solution of a table, whether one of the others has the same in all variables that both have.

    Where no variable is shared, each agrees with any other; none does if `needs_shared`. Raises
    `NotTranslatable` for more than two shared variables.
    """
    shared = [name for name in table.columns if name in others.columns and not name.startswith(".")]
    if not shared:
        return np.full(table.length, others.length > 0 and not needs_shared)
    if len(shared) == 1:
        (ids,), (wanted,) = _ids(table, shared), _ids(others, shared)
        marked: Mask = np.zeros(1 + max(ids.max(initial=0), wanted.max(initial=0)), np.bool_)
        marked[wanted] = True
        return marked[ids]
    codes: Mask = np.isin(_pairs(table, shared), _pairs(others, shared))
    return codes


def _pairs(table: Table, names: list[str]) -> Whole:
    if len(names) > 2:
        raise NotTranslatable("agreement in more than two variables")
    first, second = _ids(table, names)
    return (first.astype(np.int64) << 32) + second


def _ids(table: Table, names: list[str]) -> list[Ids]:
    columns = [table.columns[name] for name in names]
    ids = [column.ids for column in columns if isinstance(column, Terms)]
    if len(ids) < len(columns):
        raise NotTranslatable("agreement in what is computed")
    return ids
