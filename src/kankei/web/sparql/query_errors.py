"""Where a query is wrong, and what its author may have meant."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import islice

from kankei.engine.query.lexer import Kind, Token, readings, tokens
from kankei.errors import KankeiError, MalformedQuery
from kankei.web.responses.problem_sentences import japanese

_PLACE = re.compile(
    r"error at line (?P<line>\d+), "
    r"(?:columns (?P<first>\d+) to (?P<last>\d+)|before column (?P<before>\d+)|column (?P<column>\d+))"
)
_CONTEXT = 2
"""Lines of the query that are shown before and after the line of the error."""
_LONGEST = 400
"""Characters of a shown line."""
_COMMENTS = re.compile(r"#[^\n]*")
_MOST = 10
"""Names and words for which similar ones are searched."""
_CUTOFF, _CUTOFF_OF_KEYWORDS = 0.6, 0.75
_ALIASES = {"dc": "dct", "dcterms": "dct", "sdo": "schema", "s": "schema", "kankei": "kk", "v": "vcard"}
"""Other names in common use for namespaces that have a prefix here."""
_KEYWORDS = """
    ASK AS ASC AVG BASE BIND BOUND COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE DESC DESCRIBE DISTINCT
    EXISTS FILTER FROM GRAPH GROUP GROUP_CONCAT HAVING IF IN LANG LANGMATCHES LIMIT MAX MIN MINUS NAMED NOT
    OFFSET OPTIONAL ORDER PREFIX REDUCED REGEX REPLACE SAMPLE SELECT SEPARATOR STR STRENDS STRLEN STRSTARTS
    SUBSTR SUM UNDEF UNION VALUES WHERE YEAR
"""
KEYWORDS = tuple(_KEYWORDS.split())


@dataclass(frozen=True)
class Place:
    """A range of characters in one line, counted from 1; `last` is part of it."""

    line: int
    first: int
    last: int


@dataclass(frozen=True)
class ExcerptLine:
    """A line of the query; in that of the error `marked` is the place, and may be empty at its end."""

    number: int
    before: str
    marked: str = ""
    after: str = ""
    wrong: bool = False


@dataclass(frozen=True)
class UndeclaredPrefix:
    """A prefix that a query uses and does not declare, and the known ones that its author may mean."""

    name: str
    suggestions: Sequence[tuple[str, str]]
    """Prefix and namespace of each; the first has the same name where there is such a one."""

    @property
    def known(self) -> bool:
        """Whether the first suggestion has its name."""
        return bool(self.suggestions) and self.suggestions[0][0] == self.name


@dataclass(frozen=True)
class QueryError:
    """An error and the query that it is about."""

    query: str
    error: KankeiError
    prefixes: Mapping[str, str]
    """The known prefixes with their namespaces."""

    @cached_property
    def place(self) -> Place | None:
        """The place of a syntax error, if the error names one: a whole token where it is known."""
        stated = self._stated
        token = next((t for t in self._prefixed if _prefix_of(t) in self._undeclared_names), None)
        token = token or (self._misspelt and self._misspelt[0])
        if stated is None or token is None:
            return stated
        line, first = self._position(token.start)
        return Place(line, first, first + len(token.text) - 1)

    @property
    def reason(self) -> str:
        """The error's message without the place."""
        return _PLACE.sub("", self.error.message, count=1).removeprefix(": ")

    @property
    def japanese(self) -> str | None:
        """The error's sentence in Japanese, with its place; none for one that only the engine words."""
        return japanese(self.error.message)

    @property
    def excerpt(self) -> list[ExcerptLine]:
        """The lines around the place, its characters marked."""
        if self.place is None:
            return []
        lines = self._lines
        first = max(self.place.line - _CONTEXT, 1)
        last = min(self.place.line + _CONTEXT, len(lines))
        return [self._excerpt_line(number, lines[number - 1]) for number in range(first, last + 1)]

    @cached_property
    def undeclared(self) -> list[UndeclaredPrefix]:
        """The first prefixes that a malformed query uses and does not declare, in the order of their use."""
        if not isinstance(self.error, MalformedQuery):
            return []
        names = islice(self._undeclared_names, _MOST)
        return [UndeclaredPrefix(name, self._suggestions(name)) for name in names]

    @property
    def corrected(self) -> str:
        """The query with the known prefixes that it lacks declared; empty where that would not do."""
        names = self._undeclared_names
        if not self.undeclared or not all(name in self.prefixes for name in names):
            return ""
        return "".join(f"PREFIX {name}: <{self.prefixes[name]}>\n" for name in names) + self.query

    @property
    def keyword(self) -> tuple[str, str] | None:
        """A word at the place that is nearly a keyword, and that keyword."""
        return self._misspelt and (self._misspelt[0].text, self._misspelt[1])

    @cached_property
    def brackets(self) -> tuple[int, int] | None:
        """How many braces a malformed query opens and closes, where the numbers differ."""
        if not isinstance(self.error, MalformedQuery) or not self._is_read:
            return None
        texts = [token.text for token in self._tokens if token.kind is Kind.PUNCTUATION]
        opened, closed = texts.count("{"), texts.count("}")
        return (opened, closed) if opened != closed else None

    @property
    def unclosed(self) -> int:
        """The line of a quotation mark that no other closes; 0 where there is none."""
        if not isinstance(self.error, MalformedQuery) or self._is_read:
            return 0
        end = self._tokens[-1].end if self._tokens else 0
        rest = self.query[end:]
        return self._position(end + len(rest) - len(rest.lstrip()))[0]

    @cached_property
    def _stated(self) -> Place | None:
        """The place that the error's message names."""
        match = _PLACE.match(self.error.message) if isinstance(self.error, MalformedQuery) else None
        if match is None:
            return None
        line = int(match["line"])
        if match["first"]:
            return self._trimmed(Place(line, int(match["first"]), int(match["last"])))
        if match["before"]:
            return Place(line, 1, max(int(match["before"]) - 1, 1))
        return Place(line, int(match["column"]), int(match["column"]))

    @cached_property
    def _misspelt(self) -> tuple[Token, str] | None:
        if self._stated is None or self._undeclared_names:
            return None
        line = sum(len(text) + 1 for text in self._lines[: self._stated.line - 1])
        first, last = line + self._stated.first - 1, line + self._stated.last - 1
        words = (
            token
            for token in self._tokens
            if token.kind is Kind.WORD
            and token.start <= last
            and token.end > first
            and token.text.upper() not in KEYWORDS
        )
        for token in islice(words, _MOST):
            close = get_close_matches(token.text.upper(), KEYWORDS, 1, _CUTOFF_OF_KEYWORDS)
            if close:
                return token, close[0]
        return None

    @cached_property
    def _is_read(self) -> bool:
        """Whether the tokens are the whole query: they end before a string that does not end."""
        end = self._tokens[-1].end if self._tokens else 0
        return not readings(self.query, end, None) and not _COMMENTS.sub("", self.query[end:]).strip()

    @cached_property
    def _tokens(self) -> list[Token]:
        return list(tokens(self.query))

    @cached_property
    def _lines(self) -> list[str]:
        return self.query.split("\n")

    @cached_property
    def _declared(self) -> dict[int, str]:
        """The declared prefixes by the offset at which each is named."""
        pairs = zip(self._tokens, self._tokens[1:], strict=False)
        return {
            name.start: _prefix_of(name)
            for keyword, name in pairs
            if keyword.kind is Kind.WORD and keyword.text.upper() == "PREFIX" and name.kind is Kind.PREFIXED
        }

    @property
    def _prefixed(self) -> Iterator[Token]:
        return (t for t in self._tokens if t.kind is Kind.PREFIXED and t.start not in self._declared)

    @cached_property
    def _undeclared_names(self) -> Mapping[str, None]:
        """The names in the order of their first use."""
        declared = set(self._declared.values())
        return dict.fromkeys(p for t in self._prefixed if (p := _prefix_of(t)) not in declared)

    def _suggestions(self, name: str) -> list[tuple[str, str]]:
        if name in self.prefixes:
            return [(name, self.prefixes[name])]
        alias = _ALIASES.get(name.lower())
        close = get_close_matches(name.lower(), self.prefixes, 3, _CUTOFF)
        names = dict.fromkeys([*([alias] if alias in self.prefixes else []), *close])
        return [(prefix, self.prefixes[prefix]) for prefix in names if prefix]

    def _position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, counted from 1."""
        before = self.query[:offset]
        return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1

    def _trimmed(self, place: Place) -> Place:
        """A range that ends with its line."""
        length = len(self._lines[place.line - 1]) if place.line <= len(self._lines) else 0
        return Place(place.line, place.first, max(min(place.last, length), place.first))

    def _excerpt_line(self, number: int, text: str) -> ExcerptLine:
        place = self.place
        text = text.removesuffix("\r")
        if place is None or number != place.line:
            return ExcerptLine(number, _shortened(text))
        start, end = place.first - 1, place.last
        before, marked, after = text[:start], text[start:end], text[end:]
        return ExcerptLine(number, before[-_LONGEST:], marked[:_LONGEST], _shortened(after), wrong=True)


def _prefix_of(token: Token) -> str:
    return token.text.partition(":")[0]


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
