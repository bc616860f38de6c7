"""What an engine is asked and what it returns; the rest of the package knows no more of any engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeAlias, runtime_checkable

from kankei.engine.result_file import ResultFile
from kankei.errors import KankeiError


class Form(Enum):
    """The kinds of result a query can have (SPARQL 1.1 Query Language, section 16)."""

    SOLUTIONS = "SELECT"
    BOOLEAN = "ASK"
    TRIPLES = "CONSTRUCT or DESCRIBE"


SPARQL_JSON = "application/sparql-results+json"
SPARQL_XML = "application/sparql-results+xml"
# What many clients ask for instead, and what these formats also are (RFC 6839).
_GENERIC = ("application/json", "application/xml")

RESULT_MEDIA_TYPES: Mapping[Form, tuple[str, ...]] = {
    Form.SOLUTIONS: (SPARQL_JSON, SPARQL_XML, "text/csv", "text/tab-separated-values", *_GENERIC),
    Form.BOOLEAN: (SPARQL_JSON, SPARQL_XML, *_GENERIC),
    Form.TRIPLES: (
        "text/turtle",
        "application/n-triples",
        "application/rdf+xml",
        "application/ld+json",
        "application/trig",
        "application/n-quads",
        "text/n3",
    ),
}
"""The media types that an engine can serialise each form as, the preferred one first."""


@dataclass(frozen=True)
class Operation:
    """A query operation (SPARQL 1.1 Protocol, section 2.1).

    `media_types` holds the best acceptable media type for each form; a form that is missing has none.
    `default_graphs` and `named_graphs` are the protocol's dataset, which overrides the query's own.
    `substitutions` bind variables of the query's projection to IRIs, as terms and never as text.
    `base` is what relative IRIs of the query are resolved against (section 4.1.1.2 of the query language).
    `timeout` is how many seconds the client will wait at most, if less than the engine allows.
    `takes_file` allows the engine to return a large result in a file.
    `explains` asks for a text in place of the result: how the query is evaluated, and what that takes.
    The media type of each form is then the text's.
    """

    query: str
    media_types: Mapping[Form, str]
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    substitutions: Mapping[str, str] = field(default_factory=dict)
    base: str | None = None
    timeout: float | None = None
    takes_file: bool = False
    explains: bool = False


OXIGRAPH, COLUMNS, REMOTE = "oxigraph", "columns", "remote"
"""What evaluates queries: the first two in the embedded engine."""


@dataclass(frozen=True)
class QueryResult:
    """A whole result, serialised: in `body`, or in `file` where the operation takes one.

    `engine` is the name of what has evaluated the query; empty where that is not told.
    """

    form: Form
    media_type: str
    body: bytes
    file: ResultFile | None = None
    engine: str = ""

    @property
    def size(self) -> int:
        """Bytes of the result."""
        return self.file.size if self.file else len(self.body)

    def beginning(self, size: int) -> bytes:
        """The first `size` bytes of the result, or all if it has fewer."""
        return self.file.read(0, min(size, self.file.size)) if self.file else self.body[:size]


Outcome: TypeAlias = QueryResult | KankeiError
"""How a query ended."""


class Engine(Protocol):
    """Anything that answers queries over one release."""

    @property
    def identity(self) -> str:
        """Kind and version: what a result's bytes depend on beside release and operation.

        Another kind may order the same rows differently, so that its results are other representations.
        """
        ...

    async def answer(self, operation: Operation) -> QueryResult:
        """The result; raises `MalformedQuery`, `UpdateRefused`, `NotAcceptable` or another `KankeiError`."""
        ...

    def close(self) -> None:
        """Close the store; no operation may follow."""
        ...


@runtime_checkable
class StartingEngine(Engine, Protocol):
    """An engine that can also start a query without a task that waits for it, which costs less."""

    @property
    def has_room(self) -> bool:
        """Whether a query can be started now."""
        ...

    def start(self, operation: Operation, on_end: Callable[[Outcome], None]) -> Callable[[], None]:
        """Start a query, and have its outcome passed to a function, later.

        Returns what ends the query without an outcome. Raises `Overloaded` where there is no room.
        """
        ...
