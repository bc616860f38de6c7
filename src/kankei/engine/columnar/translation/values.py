"""Values of variables and expressions, as SQL.

A value that comes from the data is an identifier as long as possible, and its columns are read from the table
of terms only where an expression needs them. A computed one is held in the column of its type. NULL is both
unbound and an error.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from kankei.engine.algebra.terms import RDF_LANG_STRING, Iri, Literal, Term
from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.literal_values import NOTHING, Worth, type_of, worth
from kankei.engine.columnar.translation.term_types import Types, choice, conjunction, quoted
from kankei.engine.columnar.translation.translated import REFUSED, NotTranslatable

SUBQUERY = "EXISTS (SELECT"
"""What the SQL of EXISTS begins with."""
_MAX_PART = 100_000
"""Characters of SQL of one value."""


class Owner(Protocol):
    """The solutions that an identifier belongs to."""

    @property
    def incomplete(self) -> Types:
        """Types of which the table of terms does not hold each value."""

    def attach(self, identifier: str, bound: bool, local: bool) -> str:
        """Join the table of terms to an identifier; what its columns are prefixed with."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value in each solution: what it may be, whether it surely is, its identifier, its known columns."""

    types: Types
    bound: bool
    id: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    owner: Owner | None = None
    term: Term | None = None
    local: bool = False
    """Whether the identifier may be that of a term which only the query has."""

    def __post_init__(self) -> None:
        """Refuse SQL whose size explodes: expressions repeat their operands, and may be nested."""
        if any(len(sql) > _MAX_PART for sql in self.parts.values()):
            raise NotTranslatable("an expression that becomes too long")

    def part(self, column: str) -> str:
        """SQL of a column of the table of terms; NULL where the value is unbound or of another type."""
        if column in self.parts:
            return self.parts[column]
        if not self.types & types.HOLDERS.get(column, types.ANY):
            return self._empty(column)
        if column in {"kind", "datatype"} and (constant := self._constant(column)):
            return constant if self.bound else f"CASE WHEN {self.present} THEN {constant} END"
        if self.owner is None or not self.id:
            return "NULL"
        if self.types & types.HOLDERS.get(column, frozenset()) & self.owner.incomplete:
            raise NotTranslatable("the release has values beyond the range of the columns")
        return self.owner.attach(self.id, self.bound, self.local) + column

    @property
    def present(self) -> str:
        """Whether it is bound, and no error."""
        if self.bound:
            return "TRUE"
        if self.id:
            return f"{self.id} IS NOT NULL"
        return f"{self.part(shape_of(self)[0])} IS NOT NULL"

    @property
    def asks(self) -> bool:
        """Whether its SQL has a subquery."""
        return any(SUBQUERY in sql for sql in (self.id, *self.parts.values()))

    def only(self, kinds: Types) -> bool:
        """Whether it is nothing but of these types, where it is bound."""
        return self.types <= kinds

    def may(self, kinds: Types) -> bool:
        """Whether it is possibly of one of these types."""
        return bool(self.types & kinds)

    def _empty(self, column: str) -> str:
        if column != "language":
            return "NULL"
        return "''" if self.bound else f"CASE WHEN {self.present} THEN '' END"

    def _constant(self, column: str) -> str:
        """What the column holds for each of the types, if that is the same."""
        if column == "kind":
            kinds = {1 if name == types.BLANK else 2 if name == types.IRI else 3 for name in self.types}
            return str(*kinds) if len(kinds) == 1 else ""
        datatypes = {"" if name in types.NODES else types.DATATYPES.get(name) for name in self.types}
        (name,) = datatypes if len(datatypes) == 1 else (None,)
        return "" if name is None else quoted(name)


UNBOUND = Value(frozenset(), False, id="NULL", parts=dict.fromkeys(types.COLUMNS, "NULL"))
"""A variable without a value, or an error."""


def identified(identifier: str, kinds: Types, owner: Owner, *, bound: bool, local: bool = False) -> Value:
    """A value by its identifier."""
    return Value(kinds, bound, identifier, owner=owner, local=local)


def constant(term: Term, identifier: int) -> Value:
    """A term of the query; its identifier is negative where the release has no such term."""
    if isinstance(term, Iri):
        kind, lexical, datatype, language, value = 2, term.value, "", "", NOTHING
    else:
        kind, lexical, datatype, language = 3, term.lexical, term.datatype, term.language
        try:
            value = worth(lexical, RDF_LANG_STRING if language else datatype)
        except OverflowError:
            raise NotTranslatable("a value beyond the range of the columns") from None
    parts = {"kind": str(kind), "lexical": _text(lexical), "datatype": _text(datatype)}
    parts |= {"language": _text(language)} | _worth_parts(value)
    return Value(frozenset((type_of(term),)), True, str(identifier), parts, term=term, local=identifier < 0)


def _text(text: str) -> str:
    try:
        return quoted(text)
    except ValueError:
        raise NotTranslatable("a null character in a term") from None


def _worth_parts(value: Worth) -> dict[str, str]:
    parts = {
        "exact": value.exact is not None and f"CAST('{value.exact:f}' AS {types.NUMBER})",
        "approximate": value.approximate is not None and f"CAST('{value.approximate!r}' AS DOUBLE)",
        "truth": value.truth is not None and str(value.truth).upper(),
        "seconds": value.seconds is not None and f"CAST('{value.seconds:f}' AS {types.NUMBER})",
        "zoned": value.zoned is not None and str(value.zoned).upper(),
    }
    return {name: sql or "NULL" for name, sql in parts.items()}


def boolean(sql: str, *, bound: bool = False) -> Value:
    """A truth value."""
    return Value(
        frozenset((types.BOOLEAN,)), bound, parts={"truth": f"({sql})", "lexical": f"CAST({sql} AS VARCHAR)"}
    )


def integer(sql: str, *, bound: bool = False) -> Value:
    """An integer, of SQL's type BIGINT."""
    return Value(
        frozenset((types.INTEGER,)), bound, parts={"exact": sql, "lexical": f"CAST({sql} AS VARCHAR)"}
    )


def number(sql: str, whole: str, *, bound: bool = False) -> Value:
    """An integer or decimal, of SQL's type DECIMAL(38,18); `whole` tells in SQL whether it is an integer."""
    kinds = types.EXACT if whole not in {"TRUE", "FALSE"} else None
    kinds = kinds or frozenset((types.INTEGER if whole == "TRUE" else types.DECIMAL,))
    parts = {"exact": sql, "lexical": f"rtrim(rtrim(CAST({sql} AS VARCHAR), '0'), '.')"}
    if len(kinds) > 1:
        names = (quoted(types.DATATYPES[name]) for name in (types.INTEGER, types.DECIMAL))
        parts["datatype"] = "CASE WHEN {} IS NULL THEN NULL WHEN {} THEN {} ELSE {} END".format(
            sql, whole, *names
        )
    return Value(kinds, bound, parts=parts)


def string(sql: str, *, bound: bool = False) -> Value:
    """A string without a language."""
    return Value(frozenset((types.STRING,)), bound, parts={"lexical": sql})


def iri(sql: str, *, bound: bool = False) -> Value:
    """An IRI."""
    return Value(frozenset((types.IRI,)), bound, parts={"lexical": sql})


def text(sql: str, language: str, kinds: Types, *, bound: bool = False) -> Value:
    """A string with the language, or an empty one, that SQL tells."""
    parts = {"lexical": sql, "language": language}
    if kinds == types.TEXT:
        plain, tagged = (quoted(types.DATATYPES[name]) for name in (types.STRING, types.LANG))
        branches = [(f"{sql} IS NULL", "NULL"), (f"{language} = ''", plain)]
        parts["datatype"] = choice(branches, tagged)
    return Value(kinds, bound, parts=parts)


def refusal(reason: str) -> str:
    """SQL that ends the query: it goes to another engine."""
    return f"error('{REFUSED}{reason}')"


def exact(value: Value) -> str:
    """The number as DECIMAL(38,18)."""
    sql = value.part("exact")
    return f"CAST({sql} AS {types.NUMBER})" if value.only(frozenset((types.INTEGER,))) else sql


def whole(value: Value) -> str:
    """The number as BIGINT, of a value that is nothing but an integer."""
    if value.id and value.owner and not value.local and "exact" not in value.parts:
        return f"{value.owner.attach(value.id, value.bound, value.local)}whole"
    return f"CAST({value.part('exact')} AS {types.BIGINT})"


def shape_of(value: Value) -> tuple[str, ...]:
    """The columns that a value is kept in between one SELECT and the next."""
    if value.id:
        return ("id",)
    kinds = value.types
    if kinds == types.EXACT and "datatype" in value.parts:
        return ("exact", "datatype")
    for single, columns in _SHAPES:
        if kinds <= single:
            return columns
    return (*types.TERM, *(name for name in types.COLUMNS[4:] if kinds & types.HOLDERS[name]))


_SHAPES: Sequence[tuple[Types, tuple[str, ...]]] = (
    (frozenset((types.INTEGER,)), ("exact",)),
    (frozenset((types.DECIMAL,)), ("exact",)),
    (frozenset((types.BOOLEAN,)), ("truth",)),
    (frozenset((types.STRING,)), ("lexical",)),
    (frozenset((types.IRI,)), ("lexical",)),
    (types.TEXT, ("lexical", "language")),
)


def common_shape(values: Iterable[Value]) -> tuple[tuple[str, ...], Types]:
    """Columns that hold any of the values, and what the values may be."""
    bound = [value for value in values if value.types]
    kinds = frozenset().union(*(value.types for value in bound)) if bound else frozenset()
    shapes = {shape_of(value) for value in bound}
    if len(shapes) == 1 and (shapes == {("id",)} or len(kinds) == 1):
        return shapes.pop(), kinds
    if not shapes:
        return ("id",), kinds
    return shape_of(Value(kinds, False, parts={})), kinds


def column_of(value: Value, column: str) -> str:
    """SQL of one of the columns that keep a value."""
    if not value.types:
        return "NULL"
    if column == "exact" and value.only(frozenset((types.INTEGER,))):
        return whole(value)  # so that a choice between a constant and a column is an integer of SQL too
    return value.id if column == "id" else value.part(column)


def kept(names: Mapping[str, str], kinds: Types, owner: Owner, *, bound: bool, local: bool = False) -> Value:
    """A value from the columns that keep it, by their names in SQL."""
    if "id" in names:
        value = identified(names["id"], kinds, owner, bound=bound, local=local)
        return replace(value, parts={name: sql for name, sql in names.items() if name != "id"})
    if set(names) == {"exact"}:
        if kinds == frozenset((types.INTEGER,)):
            return integer(names["exact"], bound=bound)
        return number(names["exact"], "FALSE", bound=bound)
    if set(names) == {"exact", "datatype"}:
        integral = f"{names['datatype']} = {quoted(types.DATATYPES[types.INTEGER])}"
        return number(names["exact"], integral, bound=bound)
    if set(names) == {"truth"}:
        return boolean(names["truth"], bound=bound)
    if set(names) == {"lexical"}:
        return (iri if kinds == frozenset((types.IRI,)) else string)(names["lexical"], bound=bound)
    if set(names) == {"lexical", "language"}:
        return text(names["lexical"], names["language"], kinds, bound=bound)
    return Value(kinds, bound, parts=dict(names))


def same_term(left: Value, right: Value) -> str:
    """Whether two values are the same term; NULL where one is unbound."""
    if left.id and right.id:
        return f"{left.id} = {right.id}"
    if not left.types & right.types:
        return choice([(conjunction((left.present, right.present)), "FALSE")])
    kinds = left.types | right.types
    if len(kinds) == 1 or kinds <= types.TEXT:
        shape = next((columns for single, columns in _SHAPES if kinds <= single), None)
        if shape:
            return conjunction(f"{left.part(name)} = {right.part(name)}" for name in shape)
    return conjunction(f"{left.part(name)} = {right.part(name)}" for name in types.TERM)


def coalesced(values: Sequence[Value], owner: Owner) -> Value:
    """The first value that is bound."""
    values = [value for value in values if value.types]
    used: list[Value] = []
    for value in values:
        used.append(value)
        if value.bound:
            break
    branches = [(value.present, value) for value in used]
    return chosen(branches, UNBOUND, owner) if len(used) > 1 else (used[0] if used else UNBOUND)


def chosen(branches: Sequence[tuple[str, Value]], otherwise: Value, owner: Owner) -> Value:
    """The value of the first condition that holds."""
    values = [*(value for _, value in branches), otherwise]
    shape, kinds = common_shape(values)
    bound = all(value.bound for value in values) or any(
        condition == "TRUE" and value.bound for condition, value in branches
    )
    names = {
        name: choice(((when, column_of(value, name)) for when, value in branches), column_of(otherwise, name))
        for name in shape
    }
    local = any(value.local for value in values)
    return kept(names, kinds, owner, bound=bound, local=local)


def literal_text(value: Value) -> str | None:
    """The string that a value is, if it is a constant without a language."""
    if isinstance(value.term, Literal) and value.types == frozenset((types.STRING,)):
        return value.term.lexical
    return None
