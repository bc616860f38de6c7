"""Text of a query as it is sent to a remote engine.

The query is one that Oxigraph has parsed. What is rewritten is what depends on how a release is stored there:
the names of graphs, and the clauses FROM, which become parameters of the protocol; and what services do each
in their own way: substitutions become VALUES, and DESCRIBE a SELECT and a CONSTRUCT.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from pyoxigraph import NamedNode

from kankei.engine.operation import Operation
from kankei.engine.query.lexer import Kind, Token, readings, tokens
from kankei.engine.remote.graph_names import GraphNames
from kankei.errors import MalformedQuery

_GRAPH, _FROM, _DESCRIBE = "graph", "from", "describe"
_REWRITTEN = re.compile(f"{_GRAPH}|{_FROM}|{_DESCRIBE}", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_ALL_VARIABLES = re.compile(r"select\s*(?:distinct|reduced)?\s*\*", re.IGNORECASE)
_HIDDEN = "kankei_graph_"
_AFTER_RESOURCES = frozenset(("where", "from", "order", "group", "having", "limit", "offset", "values"))


@dataclass(frozen=True)
class RemoteQuery:
    """A query and its dataset, as they are sent."""

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Description:
    """A DESCRIBE: what it names, and the query that finds the values of its variables."""

    iris: tuple[str, ...]
    query: RemoteQuery | None
    """None where all that is described is named."""
    default_graphs: tuple[str, ...]

    def construct(self, iris: Iterable[str]) -> RemoteQuery:
        """The query for the statements about some things."""
        values = " ".join(str(NamedNode(iri)) for iri in iris)
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ {values} }} ?s ?p ?o }}"
        return RemoteQuery(text, self.default_graphs)


def remote_query(
    operation: Operation, names: GraphNames, variables: Sequence[str] = ()
) -> RemoteQuery | Description:
    """What to send for an operation; `variables` are those of its result, for ``SELECT *``.

    Raises `MalformedQuery` for text that only a parser could rewrite.
    """
    query = operation.query
    given = _dataset(operation.default_graphs, operation.named_graphs)
    if not _REWRITTEN.search(query) and not operation.substitutions:
        dataset = given or _Dataset.of_release()
        if _ALL_VARIABLES.search(query):
            query = _with_variables(query, variables)
        return RemoteQuery(_with_base(query, operation.base), dataset.default(names))
    return _Rewriting(operation, names, variables, given).result()


@dataclass(frozen=True)
class _Dataset:
    """The dataset of a query by the own names of its graphs; none: those of the release."""

    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None

    @classmethod
    def of_release(cls) -> "_Dataset":
        return cls(None, None)

    def default(self, names: GraphNames) -> tuple[str, ...]:
        """The graphs in the engine that together are the default graph."""
        if self.default_graphs is None:
            return (names.merged,)
        # Without any a service would take a default graph of its own.
        return tuple(map(names.named, self.default_graphs)) or (names.nothing,)

    def named(self, names: GraphNames) -> Mapping[str, str]:
        """The names of the named graphs in the engine, by their own."""
        known = names.all_named
        if self.named_graphs is None:
            return known
        return {graph: known[graph] for graph in self.named_graphs if graph in known}


def _dataset(default_graphs: tuple[str, ...], named_graphs: tuple[str, ...]) -> _Dataset | None:
    # Naming either kind of graph gives the whole dataset (SPARQL 1.1 Protocol, section 2.1.4).
    return _Dataset(default_graphs, named_graphs) if default_graphs or named_graphs else None


def _with_base(query: str, base: str | None) -> str:
    return f"BASE <{base}>\n{query}" if base else query


def _with_variables(query: str, variables: Sequence[str]) -> str:
    """A query with the variables of its ``SELECT *`` written: the columns then have one order everywhere."""
    if not variables:
        return query
    is_select = False
    for token in tokens(query):
        if _word(token) == "select":
            is_select = True
        elif is_select and token.text == "*":
            return f"{query[: token.start]} {_written(variables)} {query[token.end :]}"
        elif (is_select and _word(token) not in {"distinct", "reduced"}) or token.text == "{":
            return query
    return query


def _written(variables: Iterable[str]) -> str:
    return " ".join(f"?{variable}" for variable in variables)


@dataclass
class _Rewriting:
    """Rewrites one query, from its first token to its last."""

    operation: Operation
    names: GraphNames
    variables: Sequence[str]
    given: _Dataset | None
    _edits: list[tuple[int, int, str]] = field(default_factory=list)
    """Start and end of a part of the text, and what replaces it."""
    _prefixes: dict[str, str] = field(default_factory=dict)
    _base: str = ""
    _form: str = ""
    _form_token: Token | None = None
    _body: int = 0
    """The number of the token with which the query begins, after its prologue."""

    def result(self) -> RemoteQuery | Description:
        self._base = self.operation.base or ""
        all_tokens = self._tokens()
        self._read_prologue(all_tokens)
        clauses = self._dataset_clauses(all_tokens)
        dataset = self.given or clauses or _Dataset.of_release()
        named = dataset.named(self.names)
        uses_graphs = self._rename_graphs(all_tokens, named)
        self._substitute(all_tokens)
        default, graphs = dataset.default(self.names), tuple(named.values()) if uses_graphs else ()
        if self._form == _DESCRIBE:
            return self._description(all_tokens, default, graphs)
        if self._form == "select":
            self._name_variables(all_tokens)
        return RemoteQuery(self._text(), default, graphs)

    def _tokens(self) -> list[Token]:
        query, all_tokens, before = self.operation.query, list(tokens(self.operation.query)), None
        for token in all_tokens:
            if len(readings(query, before.end if before else 0, before)) > 1:
                raise MalformedQuery(
                    "a name in angle brackets may be a comparison here: write it as an absolute IRI"
                )
            before = token
        return all_tokens

    def _read_prologue(self, all_tokens: Sequence[Token]) -> None:
        """Read BASE and PREFIX (SPARQL 1.1 Query Language, section 4.1)."""
        position = 0
        while position < len(all_tokens) and (word := _word(all_tokens[position])) in {
            "base",
            "prefix",
            "version",
        }:
            if word == "base":
                self._base = self._resolve(all_tokens[position + 1])
                position += 2
            elif word == "version":
                position += 2
            else:
                self._prefixes[all_tokens[position + 1].text[:-1]] = self._resolve(all_tokens[position + 2])
                position += 3
        self._body = position
        if position < len(all_tokens):
            self._form_token = all_tokens[position]
            self._form = _word(all_tokens[position])

    def _dataset_clauses(self, all_tokens: Sequence[Token]) -> _Dataset | None:
        """The graphs of FROM and FROM NAMED (section 13.2), which are taken out of the text."""
        default_graphs, named_graphs = list[str](), list[str]()
        for position in range(self._after_template(all_tokens), len(all_tokens)):
            token = all_tokens[position]
            if token.text == "{" or (_word(token) == "where"):
                break
            self._check_spaces(token, _FROM)
            if _word(token) != _FROM:
                continue
            is_named = _word(all_tokens[position + 1]) == "named"
            name = all_tokens[position + 2 if is_named else position + 1]
            (named_graphs if is_named else default_graphs).append(self._resolve(name))
            self._edits.append((token.start, name.end, ""))
        return _dataset(tuple(default_graphs), tuple(named_graphs))

    def _after_template(self, all_tokens: Sequence[Token]) -> int:
        """The number of the token behind the template of a CONSTRUCT, or of the one behind the form."""
        position = self._body + 1
        if (
            self._form == "construct"
            and all_tokens[position : position + 1]
            and all_tokens[position].text == "{"
        ):
            while all_tokens[position].text != "}":
                position += 1
        return position

    def _rename_graphs(self, all_tokens: Sequence[Token], named: Mapping[str, str]) -> bool:
        """Give each GRAPH the name that its graph has in the engine; whether there is any."""
        count, open_groups = 0, list[bool]()
        pending = False
        for position, token in enumerate(all_tokens):
            follows = all_tokens[position + 1] if position + 1 < len(all_tokens) else None
            if token.text == "{":
                open_groups.append(pending)
                pending = False
            elif token.text == "}" and open_groups:
                if open_groups.pop():
                    self._edits.append((token.end, token.end, " }"))
            elif position >= self._body and _word(token) == _GRAPH and follows:
                count += 1
                if follows.kind is Kind.VARIABLE:
                    pending = True
                    self._edits.append((token.start, follows.end, self._any_graph(follows, named, count)))
                else:
                    graph = named.get(self._resolve(follows), self.names.nothing)
                    self._edits.append((follows.start, follows.end, f"<{graph}>"))
            elif position >= self._body:
                self._check_spaces(token, _GRAPH)
        return count > 0

    def _any_graph(self, variable: Token, named: Mapping[str, str], number: int) -> str:
        """The beginning of ``GRAPH ?variable``, up to its brace, with another variable in its place.

        That one is bound to the names in the engine, and the one of the query to the graphs' own.
        """
        hidden = f"?{_HIDDEN}{number}"
        rows = " ".join(f"({NamedNode(graph)} <{name}>)" for graph, name in named.items())
        return f"{{ VALUES ({variable.text} {hidden}) {{ {rows} }} GRAPH {hidden}"

    def _substitute(self, all_tokens: Sequence[Token]) -> None:
        """Bind the variables that are substituted in the first group."""
        values = "".join(
            f" VALUES ?{variable} {{ {NamedNode(iri)} }}"
            for variable, iri in self.operation.substitutions.items()
        )
        if values:
            brace = next(token for token in all_tokens[self._body :] if token.text == "{")
            self._edits.append((brace.end, brace.end, values))

    def _name_variables(self, all_tokens: Sequence[Token]) -> None:
        """Write the variables of ``SELECT *``, which would give those that were added, too."""
        for token in all_tokens[self._body + 1 : self._body + 3]:
            if token.text == "*" and self.variables:
                self._edits.append((token.start, token.end, f" {_written(self.variables)} "))

    def _description(
        self, all_tokens: Sequence[Token], default: tuple[str, ...], graphs: tuple[str, ...]
    ) -> Description:
        assert self._form_token is not None  # noqa: S101 its form is known
        iris, variables, end = [], [], self._form_token.end
        has_pattern = False
        for token in all_tokens[self._body + 1 :]:
            if token.text == "{" or _word(token) in _AFTER_RESOURCES:
                has_pattern = True
                break
            end = token.end
            if token.kind is Kind.VARIABLE or token.text == "*":
                variables.append(token.text)
            else:
                iris.append(self._resolve(token))
        if not has_pattern or not any(token.text == "{" for token in all_tokens):
            return Description(tuple(iris), None, default)
        selected = " ".join(variables) or "(1 AS ?kankei_solution)"
        self._edits.append((self._form_token.start, end, f"SELECT DISTINCT {selected} "))
        return Description(tuple(iris), RemoteQuery(self._text(), default, graphs), default)

    def _check_spaces(self, token: Token, keyword: str) -> None:
        """Raise `MalformedQuery` where a keyword is joined to what stands before or behind it."""
        text = token.text.lower()
        if token.kind is Kind.PREFIXED:
            # The query parses: what looks like a prefix that it does not declare is none.
            joined = text.startswith(keyword) and token.text.partition(":")[0] not in self._prefixes
        else:
            joined = token.kind is Kind.WORD and keyword in text and text != keyword
        if joined:
            raise MalformedQuery(f"write {keyword.upper()} apart from what stands beside it")

    def _resolve(self, token: Token) -> str:
        """The IRI that a token names."""
        if token.kind is Kind.IRI:
            written = _ESCAPE.sub(lambda match: chr(int(match[1] or match[2], 16)), token.text[1:-1])
            return urljoin(self._base, written) if self._base else written
        prefix, _, local = token.text.partition(":")
        if token.kind is not Kind.PREFIXED or prefix not in self._prefixes:
            raise MalformedQuery("the name of a graph could not be read: write it as an absolute IRI")
        return self._prefixes[prefix] + _LOCAL_ESCAPE.sub(r"\1", local)

    def _text(self) -> str:
        parts, position = list[str](), 0
        for start, end, replacement in sorted(self._edits):
            parts += (self.operation.query[position:start], replacement)
            position = end
        return _with_base("".join((*parts, self.operation.query[position:])), self.operation.base)


def _word(token: Token) -> str:
    return token.text.lower() if token.kind is Kind.WORD else ""


def hidden_name(variable: str) -> bool:
    """Whether a variable was added by the rewriting."""
    return variable.startswith(_HIDDEN)
