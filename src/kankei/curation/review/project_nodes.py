"""The nodes of a project: itself, its sheets, budgets and what else its sheets refer to."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import pyoxigraph as ox

from kankei.curation.candidate.money_fields import funding_statements
from kankei.curation.candidate.nodes import Node, Statement, concept, flag, number, rdf_type, statement, typed
from kankei.curation.review.organisations import Organisations, place_iri
from kankei.namespaces import DCT, KK, XSD, Base
from kankei.source.grammars import rate
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.review.cell_values import parse_links, parse_number
from kankei.source.review.columns import FileKind
from kankei.source.review.problems import Problems
from kankei.source.review.sheets import BudgetRow, DetailRow, RowPlace, Sheet

_TEXTS = {"事業の目的": "purpose", "現状・課題": "presentState", "事業の概要": "outline", "備考": "remark"}
_WORDS = {"事業区分": "sheetCategory", "主要経費": "majorExpense", "旧事業番号": "formerNumber"}
_YEARS = {"事業開始年度": "firstYear", "事業終了（予定）年度": "lastYear"}
_FLAGS = {"開始年度不明": "firstYearUnknown", "終了予定なし": "noPlannedEnd"}
_AMOUNTS = {
    "当初予算（合計）": "initialBudget",
    "補正予算（合計）": "supplementaryBudget",
    "前年度からの繰越し（合計）": "carriedOver",
    "予備費等（合計）": "reserveFund",
    "計（歳出予算現額合計）": "currentTotal",
    "執行額（合計）": "executedAmount",
    "翌年度への繰越し(合計）": "carriedForward",
    "翌年度要求額（合計）": "requestedAmount",
}
_BUDGET_TEXTS = {"主な増減理由": "changeReason", "その他特記事項": "specialNote"}
_LAW = {"法令名": "lawName", "法令番号": "lawNumber"}
_POLICY = {"政策": "policy", "施策": "policyMeasure", "計画通知名": "plan"}
_PROVISION = ("条", "項", "号・号の細分")

Detail = Callable[["ProjectNodes", str, DetailRow], Iterator[Node]]


@dataclass(frozen=True)
class ProjectNodes:
    """Makes the nodes of projects; `projects` are the numbers of all that are imported."""

    base: Base
    organisations: Organisations
    projects: Collection[int]
    problems: Problems
    files: Mapping[str, str]
    """The name of the file of each source, by its slug."""

    def nodes(self, sheets: list[Sheet]) -> Iterator[Node]:
        """The nodes of the project whose sheets these are, the latest last."""
        iri = self.iri(sheets[0].project)
        yield Node(
            iri,
            (
                rdf_type("BudgetProject"),
                (f"{DCT}title", ox.Literal(sheets[-1].name, language="ja")),
                (f"{DCT}identifier", ox.Literal(str(sheets[-1].project))),
                *(statement("reviewSheet", ox.NamedNode(f"{iri}#{sheet.year}")) for sheet in sheets),
            ),
        )
        for sheet in sheets:
            yield from self._sheet(f"{iri}#{sheet.year}", sheet)

    def iri(self, project: int) -> str:
        """The IRI of a project."""
        return self.base.thing(f"project/{project}")

    def year(self, year: int) -> ox.NamedNode:
        """The IRI of a fiscal year."""
        return ox.NamedNode(self.base.thing(f"fiscal-year/{year}"))

    def _sheet(self, iri: str, sheet: Sheet) -> Iterator[Node]:
        budgets = [
            self._budget(f"{iri}-budget-{budget.year}", budget) for _, budget in sorted(sheet.budgets.items())
        ]
        links, further = list[Statement](), list[Node]()
        for kind, rows in sorted(sheet.details.items()):
            for row in rows:
                for term, stem, make in _DETAILS[kind]:
                    name = f"{iri}-{stem}-{sum(link[0] == KK + term for link in links) + 1}"
                    if nodes := list(make(self, name, row)):
                        links.append(statement(term, ox.NamedNode(name)))
                        further += nodes
        executions = (statement("execution", ox.NamedNode(budget.iri)) for budget in budgets)
        own = tuple(self._sheet_statements(sheet))
        places = sheet.places or [budget.place for budget in sheet.budgets.values()]
        places = places or [row.place for rows in sheet.details.values() for row in rows]
        yield Node(iri, (*own, *executions, *links, *self._places(places)))
        yield from budgets
        yield from further

    def _sheet_statements(self, sheet: Sheet) -> Iterator[Statement]:
        yield rdf_type("ReviewSheet")
        yield f"{DCT}title", ox.Literal(sheet.name, language="ja")
        yield statement("reviewYear", self.year(sheet.year))
        place = min(sheet.places, default=RowPlace("", 0))
        unit = self.organisations.unit(sheet.unit, place) if sheet.places else None
        if unit:
            yield statement("reviewedUnit", ox.NamedNode(unit))
        yield from _literals(sheet.texts, _TEXTS, language="ja")
        yield from _literals(sheet.texts, _WORDS)
        yield from (statement("outlinePage", ox.NamedNode(link)) for link in sheet.links)
        yield from (number(_YEARS[column], year) for column, year in sheet.years.items())
        yield from (flag(_FLAGS[column]) for column, ticked in sheet.flags.items() if ticked)
        yield from (statement("projectMethod", concept("project-method", slug)) for slug in sheet.methods)

    def _budget(self, iri: str, budget: BudgetRow) -> Node:
        statements = [rdf_type("BudgetExecution"), statement("executionYear", self.year(budget.year))]
        statements += [number(_AMOUNTS[column], amount) for column, amount in budget.amounts.items()]
        if budget.rate is not None:
            statements.append(statement("executionRate", typed(f"{budget.rate:f}", f"{XSD}decimal")))
        statements += _literals(budget.texts, _BUDGET_TEXTS, language="ja")
        return Node(iri, (*statements, *self._places([budget.place])))

    def _places(self, places: list[RowPlace]) -> Iterator[Statement]:
        return ((f"{KK}place", place_iri(place, self.base)) for place in sorted(places))

    def law(self, iri: str, row: DetailRow) -> Iterator[Node]:
        """The law that a row names."""
        if "法令名" in row.cells:
            provision = "".join(row.cells.get(column, "") for column in _PROVISION)
            further = (statement("provision", provision),) if provision else ()
            statements = (rdf_type("LegalBasis"), *_literals(row.cells, _LAW), *further)
            yield Node(iri, (*statements, *self._places([row.place])))

    def policy(self, iri: str, row: DetailRow) -> Iterator[Node]:
        """The policy, plan or notice that a row names."""
        if any(column in row.cells for column in _POLICY):
            own = (*_literals(row.cells, _POLICY), *_pages(row, "政策・施策URL", "計画通知等URL"))
            yield Node(iri, (rdf_type("PolicyReference"), *own, *self._places([row.place])))

    def rate(self, iri: str, row: DetailRow) -> Iterator[Node]:
        """What a row says is subsidised; its rate by its grammar, where that reads the whole of it."""
        printed = row.cells.get("補助率", "")
        terms = [
            Node(
                f"{iri}-term-{position}",
                (
                    rdf_type("Funding"),
                    statement("heading", "補助率"),
                    statement("raw", term.printed),
                    *(() if term.to else funding_statements(term)),
                    *self._places([row.place]),
                ),
            )
            for position, term in enumerate(_terms(printed), 1)
        ]
        own = [rdf_type("SubsidyRate"), *_literals(row.cells, {"補助対象": "subsidised", "補助率": "raw"})]
        own += [statement("funding", ox.NamedNode(node.iri)) for node in terms]
        own += [*_literals(row.cells, {"補助上限等": "rateLimit"}), *_pages(row, "補助率URL")]
        if len(own) > 1:
            yield Node(iri, (*own, *self._places([row.place])))
            yield from terms

    def related(self, iri: str, row: DetailRow) -> Iterator[Node]:
        """The related project that a row names: a link where it is imported, else its name only."""
        own = [rdf_type("ProjectRelation")]
        if name := row.cells.get("関連事業の事業名"):
            own.append((f"{DCT}title", ox.Literal(name, language="ja")))
        printed = row.cells.get("関連事業の事業ID", "")
        project = parse_number(printed)
        if project in self.projects:
            own.append(statement("relatedProject", ox.NamedNode(self.iri(project or 0))))
        elif printed:
            report = self.problems.of_file(self.files[row.place.source])
            report(row.place.row, "note-unknown-related", {"value": printed})
        own += _literals(row.cells, {"関連性": "relationText"})
        if len(own) > 1:
            yield Node(iri, (*own, *self._places([row.place])))


_DETAILS: Mapping[FileKind, tuple[tuple[str, str, Detail], ...]] = {
    FileKind.POLICIES: (
        ("legalBasis", "law", ProjectNodes.law),
        ("policyReference", "policy", ProjectNodes.policy),
    ),
    FileKind.RATES: (("subsidyRate", "rate", ProjectNodes.rate),),
    FileKind.RELATED: (("projectRelation", "related", ProjectNodes.related),),
}


def _literals(
    cells: Mapping[str, str], terms: Mapping[str, str], language: str | None = None
) -> list[Statement]:
    make = partial(ox.Literal, language=language) if language else ox.Literal
    return [statement(term, make(cells[column])) for column, term in terms.items() if column in cells]


def _pages(row: DetailRow, *columns: str) -> Iterator[Statement]:
    for column in columns:
        for link in parse_links(row.cells.get(column, "")) or ():
            yield statement("outlinePage", ox.NamedNode(link))


def _terms(printed: str) -> tuple[rate.FundingTerm, ...]:
    """The terms of a rate; none where the grammar does not read the whole text, or leaves it open."""
    try:
        rates = rate.parse(printed)
    except ParseError:
        return ()
    return () if rates.and_others else rates.terms
