"""ORDER BY and DISTINCT over columns (SPARQL 1.1 Query Language, section 15)."""

from collections.abc import Sequence

import numpy as np

from kankei.engine.algebra.operators import Expression
from kankei.engine.algebra.terms import Variable
from kankei.engine.columnar.arrays.conditions import integers
from kankei.engine.columnar.arrays.data import ReleaseArrays
from kankei.engine.columnar.arrays.groups import Groups, ranked
from kankei.engine.columnar.arrays.table import Column, Table, Terms
from kankei.engine.columnar.arrays.triple_arrays import Whole
from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.translated import NotTranslatable

_BY_IDENTIFIER = types.NODES | {types.STRING}


def order_of(table: Table, conditions: Sequence[tuple[Expression, bool]], data: ReleaseArrays) -> Whole:
    """The places of the rows in the order of some variables; raises `NotTranslatable` for mixed types."""
    order = np.arange(table.length)
    for expression, descending in reversed(conditions):
        column = table.columns.get(expression.name) if isinstance(expression, Variable) else None
        if column is not None:
            ranks = _ranks(column, data)[order]
            order = order[np.argsort(~ranks if descending else ranks, kind="stable")]
    return order


def distinct(table: Table) -> Table:
    """Each combination of values once, in the order of the first row of each."""
    groups = Groups.of([column.codes for column in table.columns.values()], table.length)
    first: Whole = np.full(len(groups.counts), table.length, np.int64)
    np.minimum.at(first, groups.of_rows, np.arange(table.length))
    return table.take(np.sort(first))


def _ranks(column: Column, data: ReleaseArrays) -> Whole:
    """Numbers in the order of the terms; where the specification leaves freedom, in that of Oxigraph."""
    if (numbers := integers(column, data)) is not None:
        return numbers
    if not isinstance(column, Terms):
        return column.codes
    if column.types <= _BY_IDENTIFIER:  # identifiers are in the order of kind and lexical form
        return column.ids.astype(np.int64)
    if not column.types <= types.TEXT:
        raise NotTranslatable("an order of values of several types")
    ids, places = np.unique(column.ids, return_inverse=True)
    ranks: Whole = ranked([(data.terms.language(each), data.terms.text(each)) for each in ids.tolist()])
    return ranks[places]
