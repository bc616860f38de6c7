"""Groups inside EXISTS, written so that the store walks through them from what is bound outside.

The store plans such a group as if nothing were bound: of two triple patterns it may read the whole of one
first, for each row outside. LATERAL takes the patterns in an order in which each meets something bound.
"""

from kankei.validation.sparql.lexer import Tokens, closing, text_of
from kankei.validation.sparql.triple_patterns import (
    Pattern,
    TooRich,
    expression_end,
    patterns_of,
    triples_end,
)


def stepwise(tokens: Tokens, bound: frozenset[str] = frozenset({"this"})) -> str:
    """The text of a group inside EXISTS, its own EXISTS rewritten likewise."""
    try:
        patterns, filters = _parts(tokens)
    except TooRich:
        return _nested(tokens, bound | _variables(tokens))
    known, steps = set(bound), list[str]()
    while patterns:
        following = max(patterns, key=lambda pattern: _nearness(pattern, known))
        patterns.remove(following)
        known |= following.variables
        steps.append(following.text if not steps else f"LATERAL {{{following.text} }}")
    return " ".join([*steps, *(_nested(part, frozenset(known)) for part in filters)])


def _nearness(pattern: Pattern, known: set[str]) -> tuple[bool, int]:
    """How well a pattern is held by what is bound: by its subject first, then by its objects."""
    ends = [pattern.subject, *pattern.objects]
    held = sum(1 for token in ends if not token.name or token.name in known)
    return pattern.subject.name in known or (not pattern.subject.name), held


def _parts(tokens: Tokens) -> tuple[list[Pattern], list[Tokens]]:
    patterns, filters, position = list[Pattern](), list[Tokens](), 0
    while position < len(tokens):
        if tokens[position].text == ".":
            position += 1
        elif tokens[position].upper == "FILTER":
            end = expression_end(tokens, position + 1)
            filters.append(tokens[position:end])
            position = end
        else:
            end = triples_end(tokens, position)
            patterns += patterns_of(tokens[position:end])
            position = end
    return patterns, filters


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
