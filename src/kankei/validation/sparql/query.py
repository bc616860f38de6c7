"""A SHACL-SPARQL query (SHACL, section 5): parsed into its parts, with variables substituted or renamed.

Groups inside EXISTS are rewritten. The store plans such a group as if no variable were bound: of two triple
patterns it may scan all matches of one for each outer row. LATERAL fixes an order in which each pattern
starts from a bound variable.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile

from kankei.errors import MalformedShapes
from kankei.validation.sparql.syntax import (
    Token,
    Tokens,
    TriplePattern,
    UnsupportedPattern,
    closing,
    expression_end,
    parse_triples,
    text_of,
    tokenize,
    with_depth,
)

_FORBIDDEN = {"MINUS", "SERVICE", "VALUES"}
_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "HAVING", "GROUP"}


@dataclass(frozen=True)
class SparqlQuery:
    """A SELECT or ASK query: its projection, its group without braces, and its solution modifiers."""

    projection: Tokens
    body: Tokens
    modifiers: Tokens

    @classmethod
    def parse(cls, text: str, prefixes: Mapping[str, str]) -> "SparqlQuery":
        """The query of a text, its prefixed names expanded."""
        tokens = tuple(_expanded(text, dict(prefixes)))
        form = tokens[0].upper if tokens else ""
        start = next((n for n, token in enumerate(tokens) if token.text == "{"), None)
        if form not in {"SELECT", "ASK"} or start is None:
            raise MalformedShapes("the query is neither SELECT nor ASK")
        end = closing(tokens, start)
        head = tokens[1:start]
        if head and head[-1].upper == "WHERE":
            head = head[:-1]
        if head and head[0].upper in {"DISTINCT", "REDUCED"}:
            head = head[1:]
        return cls(head, tokens[start + 1 : end], tokens[end + 1 :])

    @property
    def _tokens(self) -> Tokens:
        return (*self.projection, *self.body, *self.modifiers)

    def check(self, prebound: set[str]) -> None:
        """Raise `MalformedShapes` for what SHACL forbids (SHACL, section 5.2.1 and appendix A)."""
        tokens = self._tokens
        for token, following in zip(tokens, (*tokens[1:], Token("", "")), strict=True):
            if token.upper in _FORBIDDEN:
                raise MalformedShapes(f"SHACL-SPARQL forbids {token.upper}")
            if token.upper == "AS" and following.name in prebound:
                raise MalformedShapes(f"SHACL-SPARQL forbids AS ?{following.name}, which is pre-bound")
        for position in (n for n, token in enumerate(self.body) if token.upper == "SELECT"):
            projection = takewhile(lambda token: token.text != "{", self.body[position:])
            missing = sorted(prebound - {token.name for token in projection})
            if missing:
                raise MalformedShapes(f"a subquery does not project ?{missing[0]}, which is pre-bound")

    @property
    def projects_all(self) -> bool:
        """Whether it is ``SELECT *``."""
        return any(token.text == "*" for token in self.projection[:1])

    @property
    def projected(self) -> tuple[str, ...]:
        """The names of the variables that the query projects."""
        if self.projects_all:
            return tuple(dict.fromkeys(token.name for token in self.body if token.name))
        names, latest = list[str](), ""
        for _, token, depth in with_depth(self.projection):
            latest = token.name or latest
            if depth == 0 and (token.name or token.text == ")"):
                names.append(latest)
        return tuple(names)

    @property
    def variables(self) -> set[str]:
        """The names of all variables."""
        return {token.name for token in self._tokens if token.name}

    @property
    def keywords(self) -> set[str]:
        """The keywords of the query in capitals."""
        return {token.upper for token in self._tokens if token.kind == "word"}

    @property
    def has_aggregates(self) -> bool:
        """Whether the query, or a part of it, groups its solutions."""
        return not _AGGREGATES.isdisjoint(self.keywords)

    def groups_by(self, name: str) -> bool:
        """Whether the solutions are grouped by a variable, among others."""
        keywords = [token.upper for token in self.modifiers]
        if "GROUP" not in keywords:
            return False
        start = keywords.index("GROUP") + 2
        ends = (n for n in range(start, len(keywords)) if keywords[n] in {"HAVING", "ORDER", "LIMIT"})
        return any(token.name == name for token in self.modifiers[start : next(ends, len(keywords))])

    def substituted(self, constants: Mapping[str, str]) -> "SparqlQuery":
        """The query with constants in the place of variables."""
        return SparqlQuery(
            projection=tuple(_substituted(self.projection, constants, projected=True)),
            body=tuple(_substituted(self.body, constants)),
            modifiers=tuple(_substituted(self.modifiers, constants)),
        )

    def renamed(self, rename: Callable[[str], str]) -> "SparqlQuery":
        """The query with each variable replaced by another, given its name."""
        parts = (self.projection, self.body, self.modifiers)
        return SparqlQuery(
            *(tuple(replace(t, text=rename(t.name)) if t.name else t for t in tokens) for tokens in parts)
        )

    def joined_with(self, pattern: str, variable: str) -> str:
        """The text of the group with a pattern at the start of each inner group that uses a variable.

        SPARQL evaluates groups bottom-up, so that a pre-bound variable must be bound in each of them; only
        EXISTS sees the bindings outside.
        """

        def prefix(group: Tokens) -> str:
            return f"{pattern} " if any(token.name == variable for token in group) else ""

        return f"{pattern} {_rewritten(self.body, frozenset({'this'}), prefix)}"


def _rewritten(tokens: Tokens, bound: frozenset[str], prefix: Callable[[Tokens], str] = lambda _: "") -> str:
    """Text with the groups of EXISTS ordered and a prefix at the start of each other group."""
    parts = list[str]()
    for before, token, group in split_groups(tokens):
        if group is None:
            parts.append(text_of((token,)))
        elif before == "EXISTS":
            parts.append(f" {{ {ordered_group(group, bound)} }}")
        else:
            parts.append(f" {{ {prefix(group)}{_rewritten(group, bound, prefix)} }}")
    return "".join(parts)


def split_groups(tokens: Tokens) -> Iterator[tuple[str, Token, Tokens | None]]:
    """Each token outside inner groups, the keyword before it, and the inner group if the token opens one."""
    before, position = "", 0
    while position < len(tokens):
        token, group = tokens[position], None
        if token.text == "{":
            end = closing(tokens, position)
            group, position = tokens[position + 1 : end], end
        yield before, token, group
        before = tokens[position].upper
        position += 1


def _expanded(text: str, prefixes: dict[str, str]) -> Iterator[Token]:
    """The tokens of a text without its PREFIX declarations, prefixed names as IRIs."""
    stream = tokenize(text)
    for token in stream:
        if token.upper == "PREFIX":
            name, iri = next(stream, token), next(stream, token)
            prefixes[name.text.removesuffix(":")] = iri.text[1:-1]
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix not in prefixes:
                raise MalformedShapes(f"the prefix {prefix}: is not declared by sh:prefixes")
            unescaped = re.sub(r"\\(.)", r"\1", local)
            yield replace(token, kind="iri", text=f"<{prefixes[prefix]}{unescaped}>")
        else:
            yield token


def _substituted(tokens: Tokens, constants: Mapping[str, str], *, projected: bool = False) -> Iterator[Token]:
    """Tokens with constants for variables; BOUND becomes true, a projected one ``(constant AS ?name)``."""
    for position, token, depth in with_depth(tokens):
        following = tokens[position + 2] if token.upper == "BOUND" and position + 2 < len(tokens) else token
        if token.name not in constants:
            yield replace(token, text="isLiteral") if following.name in constants else token
        elif position > 1 and tokens[position - 2].upper == "BOUND":
            yield Token("word", "true")
        elif projected and depth == 0:
            yield Token("mark", f"({constants[token.name]} AS ?{token.name})")
        else:
            yield Token("mark", constants[token.name])


def ordered_group(tokens: Tokens, bound: frozenset[str] = frozenset({"this"})) -> str:
    """The text of a group inside EXISTS whose triple patterns start from bound variables, inner ones too."""
    try:
        patterns, filters = _parse_group(tokens)
    except UnsupportedPattern:
        return _rewritten(tokens, bound | {token.name for token in tokens if token.name})
    known, parts = set(bound), list[str]()
    while patterns:
        pattern = max(patterns, key=lambda pattern: _selectivity(pattern, known))
        patterns.remove(pattern)
        known |= pattern.variables
        parts.append(f"LATERAL {{{pattern.text} }}" if parts else pattern.text)
    return " ".join([*parts, *(_rewritten(part, frozenset(known)) for part in filters)])


def _selectivity(pattern: TriplePattern, bound: set[str]) -> tuple[bool, int]:
    """Whether the subject is bound, and how many of subject and objects are."""
    is_bound = [not token.name or token.name in bound for token in (pattern.subject, *pattern.objects)]
    return is_bound[0], sum(is_bound)


def _parse_group(tokens: Tokens) -> tuple[list[TriplePattern], list[Tokens]]:
    """The triple patterns and filters of a group."""
    patterns, filters, position = list[TriplePattern](), list[Tokens](), 0
    while position < len(tokens):
        start = position
        if tokens[start].text == ".":
            position += 1
        elif tokens[start].upper == "FILTER":
            position = expression_end(tokens, start + 1)
            filters.append(tokens[start:position])
        else:
            parsed, position = parse_triples(tokens, start)
            patterns += parsed
    return patterns, filters
