"""A parsed query becomes SQL."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass

from kankei.engine.algebra.operators import Pattern, Project, Query
from kankei.engine.algebra.terms import Iri, Literal, Term
from kankei.engine.columnar.translation.literal_values import spelled_as_stored
from kankei.engine.columnar.translation.matching import Dataset
from kankei.engine.columnar.translation.paths import ActiveGraph
from kankei.engine.columnar.translation.patterns import Patterns
from kankei.engine.columnar.translation.rows import Context, direction
from kankei.engine.columnar.translation.statistics import Statistics
from kankei.engine.columnar.translation.substitution import mentioned_outside
from kankei.engine.columnar.translation.term_types import TERM
from kankei.engine.columnar.translation.translated import Dictionary, NotTranslatable, Translated
from kankei.engine.columnar.translation.values import Value

_MAX_SQL = 200_000
"""Characters; arithmetic repeats its operands."""


def translate(query: Query, dictionary: Dictionary, statistics: Statistics) -> Translated:
    """SQL that answers a query; raises `NotTranslatable` where it would not answer it exactly."""
    if query.form not in {"SELECT", "ASK"}:
        raise NotTranslatable(f"{query.form}: its result is a graph")
    context = Context(statistics, _identifiers(query, dictionary), mentioned_outside(query.pattern))
    dataset = _dataset(query, context)
    patterns = Patterns(context, dataset, dataset.default)
    if query.form == "ASK":
        rows = patterns.solutions(query.pattern)
        return _checked(Translated("ASK", f"SELECT 1{rows.body()} LIMIT 1", ()))
    rows = patterns.modified(query.pattern)
    variables = _projected(query.pattern)
    columns = [
        f"{sql} AS {name}{number}"
        for number, variable in enumerate(variables)
        for name, sql in zip(TERM, _columns(rows.lookup(variable)), strict=True)
    ]
    order = [direction(key, descending) for key, descending in patterns.sorting(rows)]
    by = f" ORDER BY {', '.join(order or rows.keys)}" if order or rows.keys else ""
    sql = f"SELECT {', '.join(columns) or '1'}{rows.body()}{by}"
    return _checked(Translated("SELECT", sql, variables))


def _columns(value: Value) -> Sequence[str]:
    if not value.types:
        return ["NULL"] * len(TERM)
    return [value.part(name) for name in TERM]


def _checked(translated: Translated) -> Translated:
    if len(translated.sql) > _MAX_SQL:
        raise NotTranslatable("an expression that becomes too long")
    return translated


def _projected(pattern: Pattern) -> tuple[str, ...]:
    while not isinstance(pattern, Project):
        pattern = pattern.pattern  # type: ignore[union-attr]
    return tuple(variable.name for variable in pattern.variables)


def _dataset(query: Query, context: Context) -> Dataset:
    """The dataset of FROM and FROM NAMED, or of the protocol (section 13.2)."""
    if not query.default_graphs and not query.named_graphs:
        return Dataset(ActiveGraph())
    if len(query.default_graphs) > 1:
        raise NotTranslatable("several graphs of FROM, which Oxigraph does not merge")
    default, named = (
        f"g IN ({', '.join(str(context.identifiers[iri]) for iri in graphs) or -1})"
        for graphs in (query.default_graphs, query.named_graphs)
    )
    return Dataset(ActiveGraph(default), named)


def _identifiers(query: Query, dictionary: Dictionary) -> dict[Term, int]:
    """The identifier of each term of the query as written; a negative one where the release has it not."""
    written = {term: spelled_as_stored(term) for term in _terms(query)}
    stored = list(dict.fromkeys(written.values()))
    numbers = {
        term: -place if identifier is None else identifier
        for place, (term, identifier) in enumerate(
            zip(stored, dictionary.identifiers(stored), strict=True), 1
        )
    }
    return numbers | {term: numbers[spelled] for term, spelled in written.items()}


def _terms(node: object) -> Iterator[Term]:
    if isinstance(node, Iri | Literal):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from _terms(item)
    elif is_dataclass(node):
        for each in fields(node):
            yield from _terms(getattr(node, each.name))
