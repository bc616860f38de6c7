"""Comparison of values: `=`, `<`, effective boolean value, and the order of ORDER BY.

SPARQL 1.1 Query Language, sections 17.2.2, 17.3 and 15.1; where these leave freedom, as Oxigraph does.
"""

from kankei.engine.algebra.terms import XSD
from kankei.engine.columnar.translation import term_types as types
from kankei.engine.columnar.translation.term_types import Types, choice, conjunction, disjunction, quoted
from kankei.engine.columnar.translation.values import Value, refusal, same_term

_BY_TERM: Types = types.NODES | {types.LANG}
"""Types of which equality is that of terms, never an error."""
_FOURTEEN_HOURS = 14 * 3600


def effective_boolean_value(value: Value) -> str:
    """The effective boolean value (section 17.2.2); NULL is the error."""
    tests = {
        "truth": value.part("truth"),
        "exact": f"{value.part('exact')} <> 0",
        "approximate": f"({value.part('approximate')} <> 0 AND NOT isnan({value.part('approximate')}))",
    }
    kinds = {name for name in tests if value.may(types.HOLDERS[name])}
    text = frozenset((types.STRING,))
    if value.only(text):
        return f"({value.part('lexical')} <> '')" if value.types else "NULL"
    if len(kinds) == 1 and not value.may(text):
        return tests[kinds.pop()]
    branches = [(f"{value.part(name)} IS NOT NULL", tests[name]) for name in tests if name in kinds]
    if value.may(text):
        branches.append((_is_a(value, types.STRING), f"{value.part('lexical')} <> ''"))
    return choice(branches)


def equal(left: Value, right: Value, *, lenient: bool = False) -> str:
    """`left = right` (section 17.3, RDFterm-equal); where `lenient`, FALSE may stand for an error."""
    if not left.types or not right.types:
        return "NULL"
    if left.only(_BY_TERM) or right.only(_BY_TERM) or (lenient and _decided_by_term(left, right)):
        return same_term(left, right)
    if _only_exact(left, right):
        return f"{left.part('exact')} = {right.part('exact')}"
    single = frozenset((types.STRING,)), frozenset((types.BOOLEAN,))
    if any(left.only(kind) and right.only(kind) for kind in single):
        return same_term(left, right)
    branches = [
        *_numeric_branches("=", left, right),
        *_temporal_branches(left, right, "{a} = {b} AND {za} = {zb}"),
    ]
    if left.types & right.types:
        branches.append((same_term(left, right), "TRUE"))
    if left.may(frozenset((types.DURATION,))) or right.may(frozenset((types.DURATION,))):
        durations = disjunction(_is_duration(value) for value in (left, right))
        literals = conjunction(_is_value(value) for value in (left, right))
        branches.append((f"{durations} AND {literals}", refusal("durations")))
    unknown = [
        conjunction((_is_other(one), _is_value(another)))
        for one, another in ((left, right), (right, left))
        if one.may(frozenset((types.OTHER,)))
    ]
    if unknown and not lenient:
        branches.append((disjunction(unknown), "NULL"))
    present = conjunction((left.present, right.present))
    return choice(branches, "FALSE") if present == "TRUE" else choice([*branches, (present, "FALSE")])


def ordered(operator: str, left: Value, right: Value) -> str:
    """`left < right`, and with the other operators of order (section 17.3)."""
    if not left.types or not right.types:
        return "NULL"
    shared = left.types & right.types
    if _only_exact(left, right) or (
        shared <= types.EXACT and not (left.types | right.types) & (types.APPROXIMATE | {types.DURATION})
    ):
        return f"{left.part('exact')} {operator} {right.part('exact')}"
    text = shared & types.TEXT
    if text == shared == frozenset((types.STRING,)) and left.only(text) and right.only(text):
        return f"{left.part('lexical')} {operator} {right.part('lexical')}"
    less, greater = (str(operator.startswith(sign)).upper() for sign in "<>")
    apart = choice(
        [
            ("{za} = {zb}", f"{{a}} {operator} {{b}}"),
            (f"{{a}} < {{b}} - {_FOURTEEN_HOURS}", less),
            (f"{{a}} > {{b}} + {_FOURTEEN_HOURS}", greater),
        ]
    )
    branches = [*_numeric_branches(operator, left, right), *_temporal_branches(left, right, apart)]
    if text:
        alike = [f"{left.part(name)} = {right.part(name)}" for name in ("datatype", "language")]
        names = ", ".join(quoted(types.DATATYPES[name]) for name in sorted(text))
        comparison = f"{left.part('lexical')} {operator} {right.part('lexical')}"
        branches.append((conjunction([*alike, f"{left.part('datatype')} IN ({names})"]), comparison))
    if types.DURATION in left.types and types.DURATION in right.types:
        durations = conjunction(_is_duration(value) for value in (left, right))
        branches.append((durations, refusal("durations")))
    if shared:
        branches.append((same_term(left, right), str("=" in operator).upper()))
    return choice(branches)


def sort_keys(value: Value) -> list[str]:
    """SQL of what a condition of ORDER BY sorts by, in one direction; as `query/ordering.py` ranks terms."""
    kinds = value.types
    if value.id and not value.local and kinds <= types.NODES | {types.STRING}:
        return [value.id]
    if kinds <= types.EXACT:
        return [value.part("exact")]
    if kinds == types.TEXT & kinds:
        return [
            value.part(name) for name in ("language", "lexical") if value.may(types.HOLDERS.get(name, kinds))
        ]
    keys = [value.part("kind")] if len(kinds) > 1 else []
    if kinds & types.LITERALS:
        keys.append(_rank(value))
    if kinds & types.NUMERIC:
        keys.append(as_double(value) if kinds & types.APPROXIMATE else value.part("exact"))
    if kinds & types.TEMPORAL:
        keys.append(value.part("seconds"))
    if types.FLOAT in kinds and len(kinds & types.NUMERIC) > 1:
        unlike = (_is_a(value, types.FLOAT), refusal("an order of floats and other numbers"))
        keys.append(choice([unlike]))
    if types.DURATION in kinds:
        keys.append(choice([(_is_duration(value), refusal("an order of durations"))]))
    names = ("exact", "approximate", "seconds")
    valued = [f"{value.part(name)} IS NULL" for name in names if value.may(types.HOLDERS[name])]
    return [*keys, choice([(conjunction(valued), value.part("lexical"))])]


def _rank(value: Value) -> str:
    """Literals that are compared with each other have one rank."""
    ranks = []
    if value.may(types.EXACT):
        ranks.append((f"{value.part('exact')} IS NOT NULL", "''"))
    if value.may(types.APPROXIMATE):
        approximate = value.part("approximate")
        ranks += [(f"isnan({approximate})", "'NaN'"), (f"{approximate} IS NOT NULL", "''")]
    if types.STRING in value.types:
        ranks.append((_is_a(value, types.STRING), "'s'"))
    spelled = f"{value.part('datatype')} || {value.part('language')} || ' ordered'"
    return choice([*ranks, (f"{value.part('kind')} = 3", spelled)])


def as_double(value: Value) -> str:
    """A number as a double."""
    exact, approximate = f"CAST({value.part('exact')} AS DOUBLE)", value.part("approximate")
    if not value.may(types.APPROXIMATE):
        return exact
    return f"coalesce({approximate}, {exact})" if value.may(types.EXACT) else approximate


def is_number(value: Value) -> str:
    """Whether it is a valid number."""
    names = ("exact", "approximate")
    return disjunction(f"{value.part(n)} IS NOT NULL" for n in names if value.may(types.HOLDERS[n]))


def _only_exact(left: Value, right: Value) -> bool:
    return left.only(types.EXACT) and right.only(types.EXACT)


def _decided_by_term(left: Value, right: Value) -> bool:
    """Whether a constant equals no other term than itself."""
    for one, another in ((left, right), (right, left)):
        if one.term is None:
            continue
        if one.only(frozenset((types.STRING, types.BOOLEAN, types.OTHER))):
            return True
        if one.only(types.EXACT) and another.types & types.NUMERIC <= one.types:
            return True
    return False


def _numeric_branches(operator: str, left: Value, right: Value) -> list[tuple[str, str]]:
    if not (left.may(types.NUMERIC) and right.may(types.NUMERIC)):
        return []
    branches = []
    sides = [left.part("exact"), right.part("exact")]
    if left.may(types.EXACT) and right.may(types.EXACT):
        known = conjunction(f"{side} IS NOT NULL" for side in sides)
        branches.append((known, f"{sides[0]} {operator} {sides[1]}"))
    if left.may(types.APPROXIMATE) or right.may(types.APPROXIMATE):
        known = conjunction(is_number(value) for value in (left, right))
        floats = [_is_a(v, types.FLOAT) for v in (left, right) if types.FLOAT in v.types]
        if floats:
            branches.append((f"{known} AND {disjunction(floats)}", refusal("a comparison of floats")))
        one, another = as_double(left), as_double(right)
        ordinary = conjunction(f"NOT isnan({side})" for side in (one, another))
        cases = [(ordinary, f"{one} {operator} {another}")]
        if operator != "=":  # NaN has an order to itself alone, as any term
            both = conjunction(f"isnan({side})" for side in (one, another))
            cases.append((both, str("=" in operator).upper()))
        branches.append((known, choice(cases, "FALSE" if operator == "=" else "NULL")))
    return branches


def _temporal_branches(left: Value, right: Value, comparison: str) -> list[tuple[str, str]]:
    shared = left.types & right.types & types.TEMPORAL
    if not shared:
        return []
    known = [f"{value.part('seconds')} IS NOT NULL" for value in (left, right)]
    if len((left.types | right.types) & types.TEMPORAL) > 1:
        known.append(f"{left.part('datatype')} = {right.part('datatype')}")
    compared = comparison.format(
        a=left.part("seconds"), b=right.part("seconds"), za=left.part("zoned"), zb=right.part("zoned")
    )
    return [(conjunction(known), compared)]


def _is_a(value: Value, name: str) -> str:
    if value.types == frozenset((name,)):
        return value.present
    return f"{value.part('datatype')} = {quoted(types.DATATYPES[name])}"


def _is_duration(value: Value) -> str:
    if types.DURATION not in value.types:
        return "FALSE"
    names = ", ".join(quoted(XSD + name) for name in types.DURATIONS)
    return f"{value.part('datatype')} IN ({names})"


def _is_value(value: Value) -> str:
    """Whether it is a literal without a language."""
    if not value.may(_BY_TERM):
        return value.present
    tagged = quoted(types.DATATYPES[types.LANG])
    return f"({value.part('kind')} = 3 AND {value.part('datatype')} <> {tagged})"


def _is_other(value: Value) -> str:
    """Whether it is a literal whose value is unknown: of another datatype, or ill-typed."""
    tests = [f"{value.part('kind')} = 3"]
    tests += [
        f"{value.part(name)} IS NULL"
        for name in ("exact", "approximate", "truth", "seconds")
        if value.may(types.HOLDERS[name])
    ]
    known = [quoted(types.DATATYPES[name]) for name in sorted(value.types & types.TEXT)]
    if known:
        tests.append(f"{value.part('datatype')} NOT IN ({', '.join(known)})")
    return conjunction(tests)
