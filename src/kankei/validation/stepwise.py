"""Groups inside EXISTS, written so that the store walks through them from what is bound outside.

The store plans such a group as if nothing were bound: of two triple patterns it may read the whole of one
first, for each row outside. LATERAL takes the patterns in an order in which each meets something bound.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kankei.validation.paths import NOWHERE
from kankei.validation.terminals import Token, Tokens, closing, text_of

_MODIFIERS = {"*", "+", "?"}


class _TooRich(Exception):
    """A group that holds more than triple patterns and filters."""


@dataclass(frozen=True)
class _Pattern:
    subject: Token
    verb: Tokens
    objects: Tokens

    @property
    def variables(self) -> set[str]:
        return {token.name for token in (self.subject, *self.verb, *self.objects) if token.name}

    @property
    def text(self) -> str:
        verb = text_of(self.verb)
        if any(token.text == "/" for token in self.verb):
            verb = f" ({verb})|{NOWHERE}"
        return f"{text_of((self.subject,))}{verb}{text_of(self.objects)} ."


def stepwise(tokens: Tokens, bound: frozenset[str] = frozenset({"this"})) -> str:
    """The text of a group inside EXISTS, its own EXISTS rewritten likewise."""
    try:
        patterns, filters = _parts(tokens)
    except _TooRich:
        return _nested(tokens, bound | _variables(tokens))
    known, steps = set(bound), list[str]()
    while patterns:
        following = max(patterns, key=lambda pattern: _nearness(pattern, known))
        patterns.remove(following)
        known |= following.variables
        steps.append(following.text if not steps else f"LATERAL {{{following.text} }}")
    return " ".join([*steps, *(_nested(part, frozenset(known)) for part in filters)])


def _nearness(pattern: _Pattern, known: set[str]) -> tuple[bool, int]:
    """How well a pattern is held by what is bound: by its subject first, then by its objects."""
    ends = [pattern.subject, *pattern.objects]
    held = sum(1 for token in ends if not token.name or token.name in known)
    return pattern.subject.name in known or (not pattern.subject.name), held


def _parts(tokens: Tokens) -> tuple[list[_Pattern], list[Tokens]]:
    patterns, filters, position = list[_Pattern](), list[Tokens](), 0
    while position < len(tokens):
        if tokens[position].text == ".":
            position += 1
        elif tokens[position].upper == "FILTER":
            end = _filter_end(tokens, position + 1)
            filters.append(tokens[position:end])
            position = end
        else:
            end = _triples_end(tokens, position)
            patterns += _patterns(tokens[position:end])
            position = end
    return patterns, filters


def _filter_end(tokens: Tokens, position: int) -> int:
    while tokens[position].text not in {"(", "{"}:
        position += 1
    return closing(tokens, position) + 1


def _triples_end(tokens: Tokens, position: int) -> int:
    depth = 0
    for end in range(position, len(tokens)):
        token = tokens[end]
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text in {"{", "}", "[", "]"} or (
            token.kind == "word" and token.text not in {"a", "true", "false"}
        ):
            if token.upper == "FILTER":
                return end
            raise _TooRich
        if token.text == "." and depth == 0:
            return end
    return len(tokens)


def _patterns(tokens: Tokens) -> Iterator[_Pattern]:
    subject, rest = tokens[0], tokens[1:]
    while rest:
        end = _verb_end(rest)
        stop = next((n for n in range(end, len(rest)) if rest[n].text == ";"), len(rest))
        objects = rest[end:stop]
        if not objects or any(token.text in {"(", ","} for token in objects) or subject.text == "(":
            raise _TooRich
        yield _Pattern(subject, rest[:end], objects)
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


def _nested(tokens: Tokens, bound: frozenset[str]) -> str:
    """Text in which only the groups of EXISTS are rewritten."""
    parts, position = list[str](), 0
    while position < len(tokens):
        token = tokens[position]
        if token.text == "{" and position and tokens[position - 1].upper == "EXISTS":
            end = closing(tokens, position)
            parts.append(f" {{ {stepwise(tokens[position + 1 : end], bound)} }}")
            position = end + 1
        else:
            parts.append(text_of((token,)))
            position += 1
    return "".join(parts)


def _variables(tokens: Tokens) -> frozenset[str]:
    return frozenset(token.name for token in tokens if token.name)
