r"""The terminals of SPARQL 1.1 (Query Language, section 19.8) as Oxigraph reads them.

Oxigraph's parser has no lexer of its own: it is a parsing expression grammar over characters, which differs
from the specification where it matters to what has to know a query's tokens before it is parsed:

- there is no pre-pass over ``\u`` escapes (section 19.2): outside strings and IRIs they are errors;
- keywords need no space after them, and a keyword is looked for before a name: ``trueSERVICEex:a`` is three;
- a local name has one dotted group: ``ex:a.b.c`` is the name ``ex:a.b``, a full stop and ``c``;
- a long string with a bad escape is read again, as an empty short one with something behind it;
- ``<`` is an operator wherever an expression goes on, even if an IRI could begin there.

So at some places a text has two readings, of which the grammar chooses by what surrounds them. `readings`
gives both; `tokens` follows the likelier one.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple


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


class Token(NamedTuple):
    """A terminal and where it begins."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset at which the next one may begin."""
        return self.start + len(self.text)

    @property
    def operand(self) -> bool:
        """Whether an expression can go on after it, so that ``<`` would be an operator."""
        return self.kind is not Kind.PUNCTUATION or self.text in ")]>"


# [164] PN_CHARS_BASE to [167] PN_CHARS, without the planes beyond the first, which Oxigraph leaves out.
_BASE = (
    "A-Za-zÀ-ÖØ-öø-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
NAME_START = _BASE + "_"
VARIABLE_NAME = NAME_START + "0-9·\u0300-\u036f\u203f-\u2040"
_CHARS = VARIABLE_NAME + r"\-"
# [170] PLX
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
# [168] PN_PREFIX and [169] PN_LOCAL
PREFIX = rf"[{_BASE}](?>[{_CHARS}]*)(?>(?:\.+[{_CHARS}]+)*)"
LOCAL_NAME = rf"(?:[{NAME_START}:0-9]|{_PLX})(?>(?:[{_CHARS}:]|{_PLX})*)(?>(?:\.+(?:[{_CHARS}:]|{_PLX})+)?)"
# [160] ECHAR and UCHAR (section 19.2); an escape of what is no character is none
STRING_ESCAPE = (
    r"\\(?:[tbnrf\\\"']|u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}"
    r"|U(?:0000(?![dD][89a-fA-F])[0-9A-Fa-f]{4}|000[1-9A-Fa-f][0-9A-Fa-f]{4}|0010[0-9A-Fa-f]{4}))"
)

_SPACE = re.compile(r"(?>(?:[ \t\n\r]|\#[^\n\r]*)*)")
_SCHEME_AND_AUTHORITY = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*://")
# [139] IRIREF, escapes included, and some that are not valid
_IRI = re.compile(r"<[^<>\"{}|^`\x00-\x20]*>")
_AMBIGUOUS = re.compile(r"['#(\[!]")
_STRINGS = {
    # [156] STRING_LITERAL1 to [159] STRING_LITERAL_LONG2
    "'": re.compile(rf"'(?>(?:[^'\\\n\r]|{STRING_ESCAPE})*)'"),
    '"': re.compile(rf'"(?>(?:[^"\\\n\r]|{STRING_ESCAPE})*)"'),
    "'''": re.compile(rf"'''(?>(?:(?!''')(?:[^\\]|{STRING_ESCAPE}))*)'''"),
    '"""': re.compile(rf'"""(?>(?:(?!""")(?:[^\\]|{STRING_ESCAPE}))*)"""'),
}
_OTHER = re.compile(
    rf"""
    (?P<variable>[?$][{NAME_START}0-9][{VARIABLE_NAME}]*+)        # [143] VAR1, [144] VAR2
  | (?P<blank>_:[{NAME_START}0-9](?>[{_CHARS}]*)(?>(?:\.+[{_CHARS}]+)*))  # [142] BLANK_NODE_LABEL
  | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]+)*+)       # [145] LANGTAG
  | (?P<number>[0-9]++(?:\.[0-9]*+)?(?:[eE][+-]?[0-9]++)?)  # [146] INTEGER to [148] DOUBLE, more or less
  | (?P<punctuation>.)
    """,
    re.VERBOSE | re.DOTALL,
)
# [140] PNAME_NS and [141] PNAME_LN; without a colon one keyword or several, and what else is in between
_NAME = re.compile(rf"(?:{PREFIX})?+(?P<colon>:(?:{LOCAL_NAME})?)?+")


def readings(text: str, start: int, before: Token | None) -> tuple[Token, ...]:
    """The tokens that may begin at the first character from `start` on that is no white space.

    Empty at the end of the text, and where it cannot be read at all: a string that does not end.
    """
    start = _skip(text, start)
    first = text[start : start + 1]
    if first in _STRINGS:
        return _strings(text, start)
    if first == "<":
        return _less_than(text, start, before)
    return (_other(text, start),) if first else ()


def tokens(text: str) -> Iterator[Token]:
    r"""The terminals of a query, white space and comments left out; ends where nothing can be read."""
    position, before = 0, None
    while candidates := readings(text, position, before):
        before = candidates[0]
        position = before.end
        yield before


def _skip(text: str, start: int) -> int:
    space = _SPACE.match(text, start)
    return space.end() if space else start


def _strings(text: str, start: int) -> tuple[Token, ...]:
    """A long string if there is one, else a short one: the grammar does not come back on that choice."""
    quote = text[start]
    for delimiter in (quote * 3, quote):
        if string := _STRINGS[delimiter].match(text, start):
            return (Token(Kind.STRING, string.group(), start),)
    return ()


def _less_than(text: str, start: int, before: Token | None) -> tuple[Token, ...]:
    operator = Token(Kind.PUNCTUATION, "<", start)
    match = _IRI.match(text, start)
    if not match:
        return (operator,)
    iri = Token(Kind.IRI, match.group(), start)
    if not (before and before.operand) or _SCHEME_AND_AUTHORITY.match(iri.text):
        return (iri,)  # `//` is never part of an expression
    # Both readings go on behind the IRI alike, unless a string, a comment or a bracket begins inside of it.
    return (iri, operator) if _AMBIGUOUS.search(iri.text) else (iri,)


def _other(text: str, start: int) -> Token:
    name = _NAME.match(text, start)
    if name and name.group():
        return Token(Kind.PREFIXED if name["colon"] else Kind.WORD, name.group(), start)
    other = _OTHER.match(text, start)
    kind = Kind(other.lastgroup) if other else Kind.PUNCTUATION
    return Token(kind, other.group() if other else text[start], start)
