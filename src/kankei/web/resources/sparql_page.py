"""The page of queries: the form with its query, and below it a result or an error, examples and limits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from kankei.engine.operation import RESULT_MEDIA_TYPES, Form, QueryResult
from kankei.errors import KankeiError
from kankei.namespaces import KK, PREFIXES
from kankei.release.formats import TURTLE
from kankei.web.http.headers import SCRIPT_POLICY
from kankei.web.rdf.graph import serialize_document
from kankei.web.resources.query_examples import PATH as EXAMPLES_PATH
from kankei.web.resources.query_examples import QueryExample, query_examples
from kankei.web.resources.query_vocabulary import PATH as VOCABULARY_PATH
from kankei.web.responses.background import in_background
from kankei.web.site import Site
from kankei.web.sparql.bar_charts import bar_charts
from kankei.web.sparql.graph_drawings import graph_drawing
from kankei.web.sparql.protocol import MAX_ADDRESS, PATH, QueryRequest
from kankei.web.sparql.query_errors import QueryError
from kankei.web.sparql.result_names import Names, look_up_names
from kankei.web.sparql.result_table import result_table
from kankei.web.sparql.result_terms import ResultTerms, result_terms
from kankei.web.sparql.results import LABELS, SHORT_NAMES
from kankei.web.sparql.unknown_terms import unknown_terms
from kankei.web.static_files import EDITOR

_USUAL = ("kk", "dct", "org", "skos", "xsd", "body-type", "funding", "support-kind", "theme")
_DRAFT = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in _USUAL)
"""The query of an empty form."""
_LONGEST_ADDRESS = MAX_ADDRESS - 200
"""Bytes of a result's address that leave room for another format and language."""


@dataclass(frozen=True)
class SparqlPage:
    """The page of a site."""

    site: Site

    @property
    def key(self) -> str:
        """What every such page depends on beside release, query and language, for entity tags."""
        return f"{self.site.service.key} {self._editor}"

    @property
    def headers(self) -> Mapping[str, str]:
        """Header fields of the page: a policy that runs the editor, where there is one."""
        return SCRIPT_POLICY if self._editor else {}

    def form(self, language: str, query: str) -> str:
        """The form, filled in with a query or with the usual prefixes."""
        return self._render(language, QueryRequest(query or _DRAFT, (), (), None, None))

    async def result(self, language: str, request: QueryRequest, answer: QueryResult, seconds: float) -> str:
        """The form with its query, and the beginning of the result, which took so many seconds."""
        result: dict[str, object] = {
            "seconds": f"{seconds:.3f}",
            "unknown": await in_background(
                lambda: unknown_terms(request.query or "", KK, self.site.release.labels.keys())
            ),
            "formats": [
                (self._address(request, format=name), LABELS[name])
                for name, (first, *_) in SHORT_NAMES.items()
                if first in RESULT_MEDIA_TYPES[answer.form]
            ],
        }
        if answer.form is Form.BOOLEAN:
            result["boolean"] = json.loads(answer.body)["boolean"]
        else:
            result |= await self._shown(language, answer)
        # A thread, since a page of many rows takes a while, in which others are answered.
        return await in_background(lambda: self._render(language, request, result=result))

    def error(self, language: str, request: QueryRequest, error: KankeiError) -> str:
        """The form with its query, the place of the error and what may be meant."""
        problem = QueryError(request.query or "", error, PREFIXES)
        corrected = problem.corrected and self._address(
            QueryRequest(problem.corrected, request.default_graphs, request.named_graphs, None, None)
        )
        return self._render(language, request, problem=problem, corrected=corrected)

    def explanation(self, language: str, request: QueryRequest, text: str) -> str:
        """The form with its query, and how it is evaluated."""
        return self._render(language, request, explanation=text)

    async def _shown(self, language: str, answer: QueryResult) -> Mapping[str, object]:
        """What the page shows of solutions or a graph."""
        terms = await in_background(lambda: result_terms(answer))
        names = await look_up_names(self.site.engine, terms.iris, self.site.localizer(language))
        return await in_background(lambda: self._views(terms, names))

    def _views(self, terms: ResultTerms, names: Names) -> Mapping[str, object]:
        """The table of a result, and its pictures."""
        shown: dict[str, object] = {
            "table": result_table(terms, names),
            "count": terms.count,
            "complete": terms.complete,
            "charts": bar_charts(terms, names),
            "drawing": graph_drawing(terms, names, self._properties),
        }
        if terms.form is Form.TRIPLES:
            text = serialize_document(terms.triples, TURTLE.media_type, "", self.site.context)
            shown["turtle"] = text.decode()
        return shown

    @cached_property
    def _properties(self) -> frozenset[str]:
        """IRIs that the context has as properties or classes: those that documents use."""
        return frozenset(self.site.context.definitions) | frozenset(self.site.release.labels)

    @property
    def _editor(self) -> str:
        """The tag of the editor's script; empty where there is none."""
        return self.site.static[EDITOR].tag.strip('"') if EDITOR in self.site.static else ""

    def _address(self, request: QueryRequest, **parameters: str) -> str:
        """The address of a query's result; empty where it would be too long for one."""
        pairs = [("query", request.query or ""), *request.dataset, *parameters.items()]
        address = f"{PATH}?{urlencode(pairs)}"
        return address if len(address) <= _LONGEST_ADDRESS else ""

    def _render(
        self,
        language: str,
        request: QueryRequest,
        *,
        result: Mapping[str, object] | None = None,
        problem: QueryError | None = None,
        corrected: str = "",
        explanation: str = "",
    ) -> str:
        address = self._address(request)
        timeout = [] if request.timeout is None else [("timeout", f"{request.timeout:g}")]
        return self.site.templates.render(
            "sparql",
            language,
            PATH,
            own_query=address.partition("?")[2] if result or problem else "",
            head=None if result or problem else self.site.templates.head(language, PATH),
            query=request.query,
            kept=[*request.dataset, *timeout],
            address=address if result or problem else "",
            too_long=not address,
            result=result,
            problem=problem,
            corrected=corrected,
            explanation=explanation,
            formats=LABELS,
            federated=self.site.service.federated,
            examples=[(_address_of(example), example.question[language]) for example in self._examples],
            examples_path=EXAMPLES_PATH,
            prefixes=PREFIXES,
            limits=[limit._asdict()[language] for limit in self.site.service.limits],
            editor=self._editor and f"/static/{EDITOR}",
            vocabulary=VOCABULARY_PATH,
        )

    @cached_property
    def _examples(self) -> list[QueryExample]:
        return query_examples(self.site.examples)


def _address_of(example: QueryExample) -> str:
    return f"{PATH}?{urlencode({'query': example.query})}"
