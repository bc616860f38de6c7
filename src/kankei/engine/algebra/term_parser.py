"""Parser of terms: tokens one by one, IRIs and literals (SPARQL 1.1, productions [125] to [138])."""

import re
from typing import NoReturn

from kankei.engine.algebra.iris import checked, resolved
from kankei.engine.algebra.not_understood import NotUnderstood
from kankei.engine.algebra.terms import RDF_LANG_STRING, XSD, Iri, Literal, Term, Variable
from kankei.engine.algebra.tokens import (
    IRI,
    NUMBER,
    PREFIXED,
    STRING,
    TAG,
    VARIABLE,
    Token,
    terminals,
)

_MAX_DEPTH = 48
"""Brackets within brackets; each takes some ten calls of functions."""
_MAX_OPERATORS = 400
"""What a query may hold of operators and groups, which nest as a tree at worst as deep as they are many."""
# Tags that are well-formed by RFC 5646 whatever they are registered for: language, script, region.
_TAG = re.compile(r"@[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?")
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_OF_LANGUAGE = {RDF_LANG_STRING, RDF_LANG_STRING.replace("langString", "dirLangString")}
_TRUTH = {name: Literal(name, f"{XSD}boolean") for name in ("true", "false")}


class TermParser:
    """Reads tokens of a query from left to right; every method raises `NotUnderstood` for the unexpected."""

    def __init__(self, query: str, base: str | None = None) -> None:
        self._tokens = terminals(query)
        self._at = 0
        self._base = base
        self._prefixes: dict[str, str] = {}
        self._expanded: dict[str, Iri] = {}
        self._depth = 0
        self._operators = 0
        self._hidden = 0

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    @property
    def _kind(self) -> str:
        return self._tokens[self._at].kind

    def _ahead(self) -> str:
        """The kind of the token after the next."""
        return self._tokens[self._at + 1].kind if self._at + 1 < len(self._tokens) else ""

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _accept(self, kind: str) -> bool:
        """Go past a token if it is of a kind."""
        if self._tokens[self._at].kind == kind:
            self._at += 1
            return True
        return False

    def _expect(self, *kinds: str) -> None:
        for kind in kinds:
            if self._tokens[self._at].kind != kind:
                self._fail(f"{kind} was expected")
            self._at += 1

    def _fail(self, reason: str) -> NoReturn:
        raise NotUnderstood(f"{reason}, at character {self._token.start}: {self._token.text[:50]!r}")

    def _enter(self) -> None:
        """Count a bracket that opens."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            self._fail(f"brackets nest deeper than {_MAX_DEPTH}")

    def _leave(self) -> None:
        self._depth -= 1

    def _count(self) -> None:
        """Count an operator."""
        self._operators += 1
        if self._operators > _MAX_OPERATORS:
            self._fail(f"the query has more than {_MAX_OPERATORS} operators")

    def _new_variable(self, purpose: str) -> Variable:
        """A hidden variable."""
        self._hidden += 1
        return Variable(f".{purpose}{self._hidden}")

    def _variable(self) -> Variable:
        if self._kind != VARIABLE:
            self._fail("a variable was expected")
        return Variable(self._next().text[1:])

    def _is_iri(self) -> bool:
        return self._kind in {IRI, PREFIXED}

    def _iri(self) -> Iri:
        """An IRI, written in full or with a prefix (production [136])."""
        token = self._next()
        if known := self._expanded.get(token.text):
            return known
        if token.kind == IRI:
            iri = Iri(self._reference(token))
        elif token.kind == PREFIXED:
            prefix, _, local = token.text.partition(":")
            if prefix not in self._prefixes:
                self._at -= 1
                self._fail("the prefix is not declared")
            iri = Iri(checked(self._prefixes[prefix] + local.replace("\\", "")))
        else:
            self._at -= 1
            self._fail("an IRI was expected")
        self._expanded[token.text] = iri
        return iri

    def _reference(self, token: Token) -> str:
        """The absolute IRI that stands between ``<`` and ``>``."""
        written = token.text[1:-1]
        if "\\" in written:
            self._fail("an IRI has an escape sequence")
        return resolved(written, self._base)

    def _is_constant(self) -> bool:
        """Whether an IRI or a literal begins, with a sign or without."""
        kind = self._kind
        return kind in {IRI, PREFIXED, STRING, NUMBER, "true", "false"} or (
            kind in {"+", "-"} and self._ahead() == NUMBER
        )

    def _constant(self) -> Term:
        kind = self._kind
        if kind == STRING:
            return self._string_literal()
        if kind == NUMBER:
            return number(self._next().text)
        if kind in _TRUTH:
            self._at += 1
            return _TRUTH[kind]
        if kind in {"+", "-"}:
            sign = self._next()
            if self._kind != NUMBER or self._token.start != sign.end:
                self._fail("a number was expected behind its sign")
            return number(sign.text + self._next().text)
        return self._iri()

    def _string_literal(self) -> Literal:
        """A string with its datatype or language (production [129])."""
        lexical = self._string()
        if self._accept("^^"):
            datatype = self._iri().value
            if datatype in _OF_LANGUAGE:
                self._fail("a literal without a language has the datatype of those with one")
            return Literal(lexical, datatype)
        if self._kind == TAG:
            tag = self._next()
            if not _TAG.fullmatch(tag.text) or (self._kind == "-" and self._token.start == tag.end):
                self._fail("the language tag is no plain one")
            return Literal(lexical, RDF_LANG_STRING, tag.text[1:])
        return Literal(lexical)

    def _string(self) -> str:
        if self._kind != STRING:
            self._fail("a string was expected")
        text = self._next().text
        quotes = 3 if text[:3] in {'"""', "'''"} else 1
        content = text[quotes:-quotes]
        return _ESCAPED.sub(_character, content) if "\\" in content else content


def number(text: str) -> Literal:
    """The literal that a number is (productions [146] to [148])."""
    if "e" in text or "E" in text:
        return Literal(text, f"{XSD}double")
    return Literal(text, f"{XSD}decimal" if "." in text else f"{XSD}integer")


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _ESCAPES[escape[3]]
