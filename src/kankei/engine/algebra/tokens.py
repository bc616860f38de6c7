r"""The terminals of a query, where they can be told apart without a grammar.

`kankei.engine.query.lexer` follows every reading that Oxigraph may have of a text. A parser needs only those
that are certain, and needs them in a tenth of the time: one expression reads them all, and the parser meets a
token it does not expect wherever another reading was the right one (an IRI where ``<`` compares two values).
"""

import re
from typing import NamedTuple

from kankei.engine.algebra.not_understood import NotUnderstood
from kankei.engine.query.lexer import LOCAL_NAME, NAME_START, PREFIX, STRING_ESCAPE, VARIABLE_NAME

IRI, PREFIXED, VARIABLE, BLANK, STRING, TAG, NUMBER, END = (
    *("iri", "prefixed", "variable", "blank"),
    *("string", "tag", "number", "end"),
)
NIL, ANONYMOUS = "()", "[]"
"""Kinds of tokens; a keyword is its own kind, in capitals, and punctuation is its own, too."""


class Token(NamedTuple):
    """A terminal: what kind it is of, its text and where it begins."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind its last character."""
        return self.start + len(self.text)


_OWN_KIND = {"punctuation": "", "nil": NIL, "anonymous": ANONYMOUS}
_CASE_SENSITIVE = {"a", "true", "false"}
_MAX_LENGTH = 50_000
"""Characters; longer queries are parsed by Oxigraph alone."""

# What another alternative begins with stands before it; productions of SPARQL 1.1, section 19.8.
_TERMINAL = re.compile(
    rf"""
    (?>(?:[ \t\n\r]|\#[^\n\r]*)*)
    (?:
    (?P<variable>[?$][{NAME_START}0-9][{VARIABLE_NAME}]*+)   # [143] VAR1, [144] VAR2
  | (?P<iri><[^<>"{{}}|^`\x00-\x20]*>)                          # [139] IRIREF
  | (?P<number>(?:[0-9]++\.[0-9]*+|\.[0-9]++|[0-9]++)[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)
  | (?P<prefixed>(?:{PREFIX})?+:(?:{LOCAL_NAME})?+)          # [140] PNAME_NS, [141] PNAME_LN
  | (?P<word>[A-Za-z][A-Za-z0-9_]*+)
  | (?P<string>"(?!"")(?>(?:[^"\\\n\r]|{STRING_ESCAPE})*)"   # [157] STRING_LITERAL2
      | '(?!'')(?>(?:[^'\\\n\r]|{STRING_ESCAPE})*)'          # [156] STRING_LITERAL1
      | \"\"\"(?>(?:(?!\"\"\")(?:[^\\]|{STRING_ESCAPE}))*)\"\"\"   # [159] STRING_LITERAL_LONG2
      | '''(?>(?:(?!''')(?:[^\\]|{STRING_ESCAPE}))*)''')     # [158] STRING_LITERAL_LONG1
  | (?P<blank>_:[{NAME_START}0-9](?>[{VARIABLE_NAME}\-]*)      # [142] BLANK_NODE_LABEL
      (?>(?:\.+[{VARIABLE_NAME}\-]+)*))
  | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)                 # [145] LANGTAG
  | (?P<nil>\([ \t\n\r]*+\))                                 # [161] NIL
  | (?P<anonymous>\[[ \t\n\r]*+\])                           # [163] ANON
  | (?P<punctuation>&&|\|\||\^\^|!=|<=|>=|[{{}}()\[\].,;=<>+\-*/|^!?])
  | (?P<end>\Z)
    )
    """,
    re.VERBOSE,
)


def terminals(query: str) -> list[Token]:
    """The tokens of a query, the last one of kind `END`; raises `NotUnderstood` for a text that has none."""
    if len(query) > _MAX_LENGTH:
        raise NotUnderstood(f"the query has more than {_MAX_LENGTH} characters")
    tokens: list[Token] = []
    position, match_at = 0, _TERMINAL.match
    while match := match_at(query, position):
        kind = match.lastgroup or END
        text = match[kind]
        if kind == "word":
            kind = text if text in _CASE_SENSITIVE else _keyword(text)
        elif kind in _OWN_KIND:
            kind = _OWN_KIND[kind] or text
        position = match.end()
        tokens.append(Token(kind, text, position - len(text)))
        if kind == END:
            return tokens
    raise NotUnderstood(f"no token begins at character {position}")


def _keyword(word: str) -> str:
    keyword = word.upper()
    return word if keyword in {"TRUE", "FALSE"} else keyword
