"""Shape of a query: what queries that differ in constants only have in common."""

import re

_IRI = r"""<[A-Za-z][A-Za-z0-9+.-]*://[^<>"{}|^`\\\x00-\x20]*>"""
"""`//` is never part of an expression: what looks like such an IRI is one."""
_CONSTANTS = re.compile(
    rf"""
    (?P<kept>
        (?:\b[Bb][Aa][Ss][Ee]|:)\s*{_IRI}  # a namespace, with which the name of a function may begin
      | {_IRI}\s*\(                        # the name of a function
    )
  | (?P<iri>{_IRI})
  | (?P<string>"[^"\\\n\r]*")
  | (?<![\w?$.])(?P<number>[0-9]+)(?![\w.])
    """,
    re.VERBOSE,
)
_PLACEHOLDERS = {"iri": "<", "string": '"', "number": "0"}
# Outside constants: a comment, a string in apostrophes, a relative IRI with one of these, an escape.
_NEEDS_LEXER = re.compile(r"[\\'#]")
_LONG_STRING = '"""'


def query_shape(query: str) -> str:
    """A query with one IRI, one string and one number in place of all.

    Names of functions and the namespaces that they may begin with stay as they are: which of them exist is
    the parser's to say. So does a whole query in which only a lexer tells constants from other text.
    """
    if _LONG_STRING in query or _NEEDS_LEXER.search(_CONSTANTS.sub("", query)):
        return query
    return _CONSTANTS.sub(_placeholder, query)


def _placeholder(constant: "re.Match[str]") -> str:
    return _PLACEHOLDERS.get(constant.lastgroup or "", constant[0])
