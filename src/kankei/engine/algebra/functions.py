"""The built-in functions of SPARQL 1.1 by keyword, with how many arguments each takes (production [121])."""

FUNCTIONS = {
    name: (least, most)
    for least, most, names in (
        (0, 0, "RAND NOW UUID STRUUID"),
        (0, 1, "BNODE"),
        (
            1,
            1,
            "STR LANG DATATYPE IRI URI ABS CEIL FLOOR ROUND STRLEN UCASE LCASE ENCODE_FOR_URI YEAR MONTH DAY",
        ),
        (
            1,
            1,
            "HOURS MINUTES SECONDS TIMEZONE TZ MD5 SHA1 SHA256 SHA384 SHA512 ISIRI ISURI ISBLANK ISLITERAL",
        ),
        (1, 1, "ISNUMERIC"),
        (2, 2, "LANGMATCHES CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRLANG STRDT SAMETERM"),
        (2, 3, "SUBSTR REGEX"),
        (3, 3, "IF"),
        (3, 4, "REPLACE"),
        (0, 1_000, "CONCAT COALESCE"),
    )
    for name in names.split()
}
"""BOUND and EXISTS aside, whose arguments are no expressions."""

WITHOUT_SPACE = {"BNODE", "CONCAT", "COALESCE"}
"""Functions whose bracket has to follow at once, where Oxigraph reads it as part of a list."""

SYNONYMS = {"URI": "IRI", "ISURI": "ISIRI"}

AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
"""Set functions (production [127])."""
