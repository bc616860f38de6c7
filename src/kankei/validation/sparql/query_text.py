"""The text of a SHACL-SPARQL query: taken apart into its terminals, bound, renamed and put together again."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from kankei.errors import MalformedShapes
from kankei.validation.sparql.exists_rewriting import stepwise
from kankei.validation.sparql.lexer import Token, Tokens, closing, terminals, text_of

_FORBIDDEN = {"MINUS", "SERVICE", "VALUES"}
_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "HAVING"}


@dataclass(frozen=True)
class SparqlText:
    """A SELECT or ASK query: what it projects, its group without braces, and its solution modifiers."""

    form: str
    projection: Tokens
    body: Tokens
    modifiers: Tokens

    @classmethod
    def of(cls, text: str, prefixes: Mapping[str, str]) -> "SparqlText":
        """The query of a text, its prefixed names written out."""
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
        return cls(form, head, tokens[start + 1 : end], tokens[end + 1 :])

    def check(self, bound: set[str]) -> None:
        """Refuse what SHACL forbids beside pre-bound variables (SHACL, section 5.2.1 and appendix A)."""
        tokens = (*self.projection, *self.body, *self.modifiers)
        for token, following in zip(tokens, (*tokens[1:], Token("", "")), strict=True):
            if token.upper in _FORBIDDEN:
                raise MalformedShapes(f"SHACL-SPARQL forbids {token.upper}")
            if token.upper == "AS" and following.name in bound:
                raise MalformedShapes(f"SHACL-SPARQL forbids AS ?{following.name}, which is pre-bound")
        for subselect in self._subselects():
            missing = sorted(bound - {token.name for token in subselect})
            if missing:
                raise MalformedShapes(f"a subquery does not project ?{missing[0]}, which is pre-bound")

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the variables that the query projects."""
        if any(token.text == "*" for token in self.projection[:1]):
            return tuple(dict.fromkeys(token.name for token in self.body if token.name))
        return tuple(self._projected())

    @property
    def mentions(self) -> set[str]:
        """The names of all variables."""
        return {token.name for token in (*self.projection, *self.body, *self.modifiers) if token.name}

    @property
    def keywords(self) -> set[str]:
        """The keywords of the query in capitals."""
        tokens = (*self.projection, *self.body, *self.modifiers)
        return {token.upper for token in tokens if token.kind == "word"}

    @property
    def aggregates(self) -> bool:
        """Whether the query, or a part of it, groups its solutions."""
        return bool(self.keywords & (_AGGREGATES | {"GROUP"}))

    def groups_by(self, name: str) -> bool:
        """Whether the solutions are grouped by a variable, among others."""
        words = [token.upper for token in self.modifiers]
        if "GROUP" not in words:
            return False
        rest = self.modifiers[words.index("GROUP") + 2 :]
        end = next(
            (n for n, token in enumerate(rest) if token.upper in {"HAVING", "ORDER", "LIMIT"}), len(rest)
        )
        return any(token.name == name for token in rest[:end])

    def bound(self, constants: Mapping[str, str]) -> "SparqlText":
        """The query with constants in the place of variables."""
        return replace(
            self,
            projection=tuple(_constants(self.projection, constants, projected=True)),
            body=tuple(_constants(self.body, constants)),
            modifiers=tuple(_constants(self.modifiers, constants)),
        )

    def renamed(self, rename: Callable[[str], str]) -> "SparqlText":
        """The query with other variables."""

        def mapped(tokens: Tokens) -> Tokens:
            return tuple(replace(t, text=rename(t.name)) if t.name else t for t in tokens)

        return replace(
            self, projection=mapped(self.projection), body=mapped(self.body), modifiers=mapped(self.modifiers)
        )

    def within(self, pattern: str, variable: str) -> str:
        """The group's text with a pattern at the start of each group that mentions a variable.

        Groups are evaluated from the inside out: where a pre-bound variable stands in one, its values must
        be there too. EXISTS sees the values outside of it, and so does all inside it.
        """
        return f"{pattern} {self._joined(self.body, pattern, variable)}"

    def _joined(self, tokens: Tokens, pattern: str, variable: str) -> str:
        parts, position = [], 0
        while position < len(tokens):
            token = tokens[position]
            if token.text != "{":
                parts.append(text_of((token,)))
                position += 1
                continue
            end = closing(tokens, position)
            inner = tokens[position + 1 : end]
            before = tokens[position - 1].upper if position else ""
            if before == "EXISTS":
                parts.append(f" {{ {stepwise(inner)} }}")
            else:
                here = f"{pattern} " if any(t.name == variable for t in inner) else ""
                parts.append(f" {{ {here}{self._joined(inner, pattern, variable)} }}")
            position = end + 1
        return "".join(parts)

    def _projected(self) -> Iterator[str]:
        depth, last = 0, ""
        for token in self.projection:
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            last = token.name or last
            if (token.name and depth == 0) or (token.text == ")" and depth == 0):
                yield last

    def _subselects(self) -> Iterator[Tokens]:
        for position, token in enumerate(self.body):
            if token.upper == "SELECT":
                end = next(n for n in range(position, len(self.body)) if self.body[n].text == "{")
                yield self.body[position:end]


def _expanded(text: str, prefixes: dict[str, str]) -> Iterator[Token]:
    stream = terminals(text)
    for token in stream:
        if token.upper == "PREFIX":
            name, iri = next(stream, token), next(stream, token)
            prefixes[name.text.removesuffix(":")] = iri.text[1:-1]
        elif token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix not in prefixes:
                raise MalformedShapes(f"the prefix {prefix}: is not declared by sh:prefixes")
            plain = re.sub(r"\\(.)", r"\1", local)
            yield replace(token, kind="iri", text=f"<{prefixes[prefix]}{plain}>")
        else:
            yield token


def _constants(tokens: Tokens, constants: Mapping[str, str], *, projected: bool = False) -> Iterator[Token]:
    depth = 0
    for position, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        following = tokens[position + 2] if token.upper == "BOUND" and position + 2 < len(tokens) else token
        if token.name not in constants:
            yield replace(token, text="isLiteral") if following.name in constants else token
        elif position > 1 and tokens[position - 2].upper == "BOUND":
            yield Token("word", "true")
        elif projected and depth == 0:
            yield Token("mark", f"({constants[token.name]} AS ?{token.name})")
        else:
            yield Token("mark", constants[token.name])
