"""The triple patterns of a SPARQL group, as far as they are plain: no blank nodes, no lists."""

from collections.abc import Iterator
from dataclasses import dataclass

from kankei.validation.shapes.paths import NOWHERE
from kankei.validation.sparql.lexer import Token, Tokens, closing, split, text_of

_MODIFIERS = {"*", "+", "?"}


class TooRich(Exception):
    """A group that holds more than triple patterns and filters."""


@dataclass(frozen=True)
class Pattern:
    """A triple pattern, whose verb may be a path."""

    subject: Token
    verb: Tokens
    objects: Tokens

    @property
    def variables(self) -> set[str]:
        """The names of its variables."""
        return {token.name for token in (self.subject, *self.verb, *self.objects) if token.name}

    @property
    def text(self) -> str:
        """The pattern's text; the store walks along a sequence that it cannot take apart."""
        verb = text_of(self.verb)
        if any(token.text == "/" for token in self.verb):
            verb = f" ({verb})|{NOWHERE}"
        return f"{text_of((self.subject,))}{verb}{text_of(self.objects)} ."


def triples_end(tokens: Tokens, position: int) -> int:
    """Where the triple patterns of one subject end."""
    depth = 0
    for end in range(position, len(tokens)):
        token = tokens[end]
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text in {"{", "}", "[", "]"} or (
            token.kind == "word" and token.text not in {"a", "true", "false"}
        ):
            if token.upper == "FILTER":
                return end
            raise TooRich
        if token.text == "." and depth == 0:
            return end
    return len(tokens)


def patterns_of(tokens: Tokens) -> Iterator[Pattern]:
    """The triple patterns of one subject."""
    subject, rest = tokens[0], tokens[1:]
    while rest:
        end = _verb_end(rest)
        stop = next((n for n in range(end, len(rest)) if rest[n].text == ";"), len(rest))
        for objects in split(rest[end:stop], ","):
            if not objects or "(" in {objects[0].text, subject.text}:
                raise TooRich
            yield Pattern(subject, rest[:end], objects)
        rest = rest[stop + 1 :]


def _verb_end(tokens: Tokens) -> int:
    position = 0
    while position < len(tokens):
        while tokens[position].text in {"^", "!"}:
            position += 1
        position = closing(tokens, position) + 1 if tokens[position].text == "(" else position + 1
        while position < len(tokens) and tokens[position].text in _MODIFIERS:
            position += 1
        if position >= len(tokens) or tokens[position].text not in {"/", "|"}:
            break
        position += 1
    return position


def expression_end(tokens: Tokens, position: int) -> int:
    """Where an expression in brackets, a call or EXISTS ends."""
    while tokens[position].text not in {"(", "{"}:
        position += 1
    return closing(tokens, position) + 1
