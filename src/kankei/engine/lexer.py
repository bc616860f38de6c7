"""The terminals of SPARQL 1.1 (Query Language, section 19.8), as far as refusing a query needs them.

Follows Oxigraph, not the letter of the specification: code point escapes count only inside strings and IRIs,
and an escaped quotation mark inside a string does not end it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """The kinds of terminal that have to be told apart; everything else is punctuation."""

    IRI = "iri"
    STRING = "string"
    VARIABLE = "variable"
    BLANK = "blank"
    TAG = "tag"
    PREFIXED = "prefixed"
    WORD = "word"
    NUMBER = "number"
    PUNCTUATION = "punctuation"


@dataclass(frozen=True)
class Token:
    """A terminal and where it begins."""

    kind: Kind
    text: str
    start: int


_NAME = r"[^\W\d][\w·.-]*(?<!\.)"
_LOCAL = r"(?:[\w·:.-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])*(?<!(?<!\\)\.)"

_TERMINAL = re.compile(
    rf"""
    (?P<skip>\s+|\#[^\n\r]*)
  | (?P<iri><[^<>"{{}}|^`\x00-\x20]*>)
  | (?P<string>'''(?:(?:''?)?(?:[^'\\]|\\.))*''' | \"\"\"(?:(?:""?)?(?:[^"\\]|\\.))*\"\"\"
              | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*")
  | (?P<variable>[?$]\w[\w·]*)
  | (?P<blank>_:\w[\w·.-]*)
  | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<prefixed>(?:{_NAME})?:{_LOCAL})
  | (?P<word>[^\W\d]\w*)
  | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)
  | (?P<punctuation>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> Iterator[Token]:
    """The terminals of a query, white space and comments left out; never fails, whatever the text."""
    for match in _TERMINAL.finditer(text):
        if match.lastgroup != "skip":
            yield Token(Kind(match.lastgroup), match.group(), match.start())
