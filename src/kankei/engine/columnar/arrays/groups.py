"""Groups of solutions and their set functions (SPARQL 1.1 Query Language, sections 11 and 18.5.1)."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from kankei.engine.algebra.operators import Aggregate
from kankei.engine.algebra.terms import XSD, Variable
from kankei.engine.columnar.arrays.conditions import integers
from kankei.engine.columnar.arrays.data import ReleaseArrays
from kankei.engine.columnar.arrays.table import UNBOUND, Column, Computed, Integers, Table, Terms
from kankei.engine.columnar.arrays.term_arrays import Cell
from kankei.engine.columnar.arrays.triple_arrays import Ids, Whole
from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.term_types import Types
from kankei.engine.columnar.translation.translated import NotTranslatable
from kankei.release.columns.schema import LITERAL

_MOST_CODES = 2**62
_SPARSE = 4
"""How many codes there may be for each row, so that they are counted without sorting."""
_LEAST_GAPS = 64
"""Values of a column from which on those that it does not have get no code."""
_MANY = 2**63
_SCALE = 10**18
"""A decimal has 18 digits after the point."""
_SORTED_BY_ID: Sequence[Types] = (frozenset((types.IRI,)), types.NODES, frozenset((types.STRING,)))


@dataclass(frozen=True)
class _Part:
    """What the codes of one column stand for: its least value, and what is added to it, if not the code."""

    least: int
    span: int
    present: Whole | None = None

    @classmethod
    def of(cls, column: Ids | Whole) -> tuple["_Part", Whole]:
        """The part, and the code of each row."""
        least, most = (int(column.min()), int(column.max())) if len(column) else (0, 0)
        span = most - least + 1
        codes: Whole = np.subtract(column, least, dtype=np.int64)
        if not _LEAST_GAPS < span <= _SPARSE * len(column):
            return cls(least, span), codes
        present: Whole = np.flatnonzero(np.bincount(codes, minlength=span))
        places: Whole = np.empty(span, np.int64)
        places[present] = np.arange(len(present))
        return cls(least, len(present), present), places[codes]


@dataclass(frozen=True)
class _Codes:
    """One number for the values of several columns in each row: equal where they are equal."""

    values: Whole
    size: int
    parts: Sequence["_Part"]

    @classmethod
    def of(cls, columns: Sequence[Ids | Whole], length: int) -> "_Codes":
        """The codes of some columns."""
        codes, size, parts = None, 1, []
        for column in columns:
            part, added = _Part.of(column)
            parts.append(part)
            size *= part.span
            if size > _MOST_CODES:
                raise NotTranslatable("too many combinations of values")
            codes = added if codes is None else codes * part.span + added
        return cls(np.zeros(length, np.int64) if codes is None else codes, size, parts)

    @property
    def is_dense(self) -> bool:
        """Whether counting each code takes no longer than sorting them."""
        return self.size <= _SPARSE * len(self.values) + 1000

    def columns(self, codes: Whole) -> Sequence[Whole]:
        """The values of each column that some codes stand for."""
        values = []
        for part in reversed(self.parts):
            codes, rest = np.divmod(codes, part.span)
            values.append(part.least + (rest if part.present is None else part.present[rest]))
        return values[::-1]


@dataclass(frozen=True)
class Groups:
    """The groups that some columns of a table make: one for each combination of their values."""

    length: int
    codes: _Codes

    @classmethod
    def of(cls, columns: Sequence[Ids | Whole], length: int) -> "Groups":
        """The groups of rows with the same values in some columns."""
        return cls(length, _Codes.of(columns, length))

    @cached_property
    def _counted(self) -> tuple[Whole, Whole, Whole | None]:
        """Code and rows of each group, and the group of each row where that is known at once."""
        if self.codes.is_dense:
            counts = np.bincount(self.codes.values, minlength=1)
            present = np.flatnonzero(counts)
            return present, counts[present], None
        present, rows, counts = np.unique(self.codes.values, return_inverse=True, return_counts=True)
        return present, counts, rows

    @property
    def counts(self) -> Whole:
        """How many rows each group has."""
        return self._counted[1]

    @property
    def keys(self) -> Sequence[Whole]:
        """The value of each column, by group."""
        return self.codes.columns(self._counted[0])

    @cached_property
    def of_rows(self) -> Whole:
        """The group of each row."""
        present, _, rows = self._counted
        if rows is not None:
            return rows
        places: Whole = np.empty(self.codes.size, np.int64)
        places[present] = np.arange(len(present))
        return places[self.codes.values]


class _Whole(Groups):
    """All rows in one group, also where there is none."""

    @property
    def counts(self) -> Whole:
        return np.array([self.length])

    @property
    def keys(self) -> Sequence[Whole]:
        return ()

    @cached_property
    def of_rows(self) -> Whole:
        return np.zeros(self.length, np.int64)


@dataclass(frozen=True)
class Grouping:
    """GROUP BY over one table; `determined` gives the variables that some determine in it."""

    table: Table
    data: ReleaseArrays
    keys: Sequence[Variable]
    determined: Callable[[Set[str]], Set[str]]

    def grouped(self, aggregates: Sequence[tuple[Variable, Aggregate]]) -> Table:
        """One row for each group; raises `NotTranslatable` for what would not be exact."""
        columns = [self._terms(key) for key in self.keys]
        groups = self._groups([column.ids for column in columns])
        result: dict[str, Column] = {
            key.name: Terms(values.astype(np.int32), column.types)
            for key, column, values in zip(self.keys, columns, groups.keys, strict=True)
        }
        for variable, aggregate in aggregates:
            result[variable.name] = self._aggregated(aggregate, groups)
        return Table(len(groups.counts), result)

    def _groups(self, columns: Sequence[Ids]) -> Groups:
        if columns:
            return Groups.of(columns, self.table.length)
        return _Whole(self.table.length, _Codes.of((), 0))

    def _terms(self, variable: Variable) -> Terms:
        column = self.table.columns.get(variable.name)
        if not isinstance(column, Terms):
            raise NotTranslatable("a key that is no term of the release")
        return column

    def _aggregated(self, aggregate: Aggregate, groups: Groups) -> Column:
        if aggregate.operand is None:
            return Integers(groups.counts)
        if not isinstance(aggregate.operand, Variable) or aggregate.operand.name not in self.table.columns:
            raise NotTranslatable("a set function of what is no bound variable")
        column = self.table.columns[aggregate.operand.name]
        if aggregate.name in {"MIN", "MAX"}:
            return self._extreme(aggregate.name, column, groups)
        if aggregate.name == "COUNT" and not aggregate.distinct:
            return Integers(groups.counts)
        counts, of_rows = groups.counts, groups.of_rows if self.keys else None
        numbers = integers(column, self.data)
        if aggregate.distinct and not self._is_distinct(aggregate.operand):
            pairs = Groups.of((groups.of_rows, column.codes), self.table.length)
            of_rows = pairs.keys[0]
            counts = np.bincount(of_rows, minlength=len(groups.counts))
            numbers = None if numbers is None else self._values(column, pairs.keys[1])
        if aggregate.name == "COUNT":
            return Integers(counts)
        if aggregate.name not in {"SUM", "AVG"} or numbers is None:
            raise NotTranslatable("a set function of what may be no integer")
        totals = _totals(numbers, of_rows, len(groups.counts))
        return Integers(totals) if aggregate.name == "SUM" else _averages(totals, counts)

    def _values(self, column: Column, distinct: Whole) -> Whole:
        return distinct if isinstance(column, Integers) else self.data.terms.whole[distinct]

    def _is_distinct(self, operand: Variable) -> bool:
        """Whether no two solutions of a group have the same value: solutions of triples are a set."""
        known = self.determined({operand.name, *(key.name for key in self.keys)})
        return known >= self.table.columns.keys()

    def _extreme(self, name: str, column: Column, groups: Groups) -> Column:
        if not self.table.length and not self.keys:
            return Computed([UNBOUND], np.zeros(1, np.int64))
        reduce, worst = (
            (np.minimum, np.iinfo(np.int64).max) if name == "MIN" else (np.maximum, np.iinfo(np.int64).min)
        )
        values = integers(column, self.data)
        if values is None:
            if not isinstance(column, Terms) or not any(column.types <= kinds for kinds in _SORTED_BY_ID):
                raise NotTranslatable("the least or greatest of values of several types")
            ids: Whole = np.full(len(groups.counts), worst, np.int64)
            reduce.at(ids, groups.of_rows, column.ids.astype(np.int64))
            return Terms(ids.astype(np.int32), column.types)
        results: Whole = np.full(len(groups.counts), worst, np.int64)
        reduce.at(results, groups.of_rows, values)
        return Integers(results)


def _totals(numbers: Whole, of_rows: Whole | None, groups: int) -> Whole:
    if len(numbers) and int(max(numbers.max(), -int(numbers.min()))) * len(numbers) >= _MANY:
        raise NotTranslatable("a sum that may take more than 64 bits")
    if of_rows is None:
        return np.array([numbers.sum()], np.int64)
    totals: Whole = np.zeros(groups, np.int64)
    np.add.at(totals, of_rows, numbers)
    return totals


def _averages(totals: Whole, counts: Whole) -> Column:
    """Quotients, cut off at 18 digits; the mean of nothing is the integer 0."""
    scaled = [
        _truncated(total * _SCALE, count) if count else 0
        for total, count in zip(totals.tolist(), counts.tolist(), strict=True)
    ]
    written: list[Cell] = [
        (LITERAL, _decimal(number), f"{XSD}{'decimal' if count else 'integer'}", "")
        for number, count in zip(scaled, counts.tolist(), strict=True)
    ]
    return Computed(written, ranked([Fraction(number) for number in scaled]))


def ranked(values: Sequence[object]) -> Whole:
    """The rank of each value among them; equal values have the same."""
    ranks = {value: rank for rank, value in enumerate(sorted(set(values)))}  # type: ignore[type-var]
    return np.array([ranks[value] for value in values], np.int64)


def _truncated(one: int, another: int) -> int:
    return one // another if one >= 0 else -(-one // another)


def _decimal(scaled: int) -> str:
    whole, fraction = divmod(abs(scaled), _SCALE)
    digits = f"{fraction:018}".rstrip("0")
    return f"{'-' if scaled < 0 else ''}{whole}{'.' if digits else ''}{digits}"
