"""From a sheet to its candidate: programme, year's entry, measures, values, and what they rest on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kankei.curation.candidate import titles
from kankei.curation.candidate.candidate import Candidate, CandidateField, candidate_field
from kankei.curation.candidate.editorial import editorial
from kankei.curation.candidate.evidence import Claim, Document, evidence
from kankei.curation.candidate.fiscal_year import Year, year_of
from kankei.curation.candidate.identity import Identity
from kankei.curation.candidate.known_terms import KnownTerms
from kankei.curation.candidate.nodes import Node, Statement, flag, statement
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.sheet_values import Gathered, MeasureValues, read_sheet_values
from kankei.curation.candidate.value import Basis, Ground, Value
from kankei.namespaces import DCT, KK, RDF
from kankei.source.grammars.normalised_text import normalise
from kankei.source.guidebook.sheet import Sheet
from kankei.source.lines.document import LineRange

_LINKS = (
    *("title", "subtitle", "themeLine", "bodies", "support", "funding", "cell", "call", "needsSurvey"),
    *("budget", "contact", "link", "text", "goal", "aim", "model", "issue", "exampleActivity", "caption"),
)
"""The properties that lead from an entry to its values, in the order in which they are written."""

_TOWARDS = f"{KK}towards"


@dataclass(frozen=True)
class InterpretedSheet:
    """A sheet with its fiscal year and its values: all of a candidate that its identity does not change."""

    sheet: Sheet
    year: Year
    values: Gathered


def interpret_sheet(sheet: Sheet, known: KnownTerms, given_year: int | None = None) -> InterpretedSheet:
    """Apply the grammars to a sheet; `given_year` is its fiscal year where it prints none."""
    year = year_of(sheet, given_year)
    context = SheetContext(known, known.base.thing("programme/"), year.year, year.heading, sheet.unit)
    return InterpretedSheet(sheet, year, read_sheet_values(sheet, context))


def build_candidate(
    interpreted: InterpretedSheet, source: str, identity: Identity, known: KnownTerms
) -> Candidate:
    """What is proposed for a sheet of the source of this slug, under an identity, new or known."""
    return _Writing(interpreted, source, identity, known).candidate()


class _Writing:
    """One candidate: nodes are named by the year, and evidence about them is gathered as they are written."""

    def __init__(
        self, interpreted: InterpretedSheet, source: str, identity: Identity, known: KnownTerms
    ) -> None:
        self.sheet, self.identity = interpreted.sheet, identity
        programme = known.base.thing(f"programme/{identity.slug}")
        self.year = interpreted.year
        unit = self.sheet.unit
        self.context = SheetContext(
            known, programme, self.year.year, self.year.heading, unit, identity.edition or ""
        )
        self.document = Document(programme, known.base.thing(f"source/{source}"))
        self.source = source
        self.gathered = interpreted.values
        self.programme, self.entry = ox.NamedNode(programme), self.context.node()
        self.claims: list[Claim] = []
        self.fields: list[CandidateField] = []

    def candidate(self) -> Candidate:
        programme = self._programme()
        measures = [self._measure(measure) for measure in self._added()]
        entry = self._entry()
        measure_entries = [self._measure_entry(measure) for measure in self.gathered.measures]
        values = [*self._values(self.gathered.values)]
        for measure in self.gathered.measures:
            values += self._values(measure.values, self.identity.measure(measure.number))
        suffix = f"-{self.context.mark}" if self.identity.continues else ""
        grounds = evidence(self.claims, self.document, suffix)
        return Candidate(
            iri=self.programme.value,
            entry=self.entry.value,
            slug=self.identity.slug,
            source=self.source,
            place=self.sheet.place,
            number=self.sheet.number,
            name=self.sheet.name,
            year=self.year.year,
            nodes=(programme, *measures, entry, *measure_entries, *values, *grounds),
            fields=tuple(self.fields),
            doubts=(*self.year.doubts, *self.gathered.doubts, *editorial(self.gathered, self.identity)),
        )

    def _programme(self) -> Node:
        """The programme: of one that the dataset has, only what leads to the new year's nodes."""
        new = not self.identity.continues
        added = self._added()
        said = [*self._described()] if new else []
        said += [statement("measure", self._node(measure)) for measure in added]
        self._claim(_stated("entry", f"{KK}entry", self.sheet.place), self.programme, self.entry)
        if self.year.ground:
            self._claim(self.year.ground, self.entry)
        every = tuple(dict.fromkeys(measure.place for measure in added))
        for measure in added:
            ground = _stated("measures", f"{KK}measure", *(every if new else (measure.place,)))
            self._claim(ground, self.programme, None if new else self._node(measure))
        return Node(self.programme.value, (*said, statement("entry", self.entry)))

    def _described(self) -> Iterator[Statement]:
        """What a new programme says of itself: its printed names, and an identifier that is ours."""
        yield _type("Programme")
        if self.sheet.name:
            title = ox.Literal(titles.plain(self.sheet.name), language="ja")
            yield f"{DCT}title", title
            self._claim(_stated("title", f"{DCT}title", self.sheet.name.place), self.programme, title)
        if self.sheet.subtitle:
            yield f"{DCT}alternative", ox.Literal(titles.bare(self.sheet.subtitle), language="ja")
            ground = _stated("alternative", f"{DCT}alternative", self.sheet.subtitle.place)
            self._claim(ground, self.programme)
        yield f"{DCT}identifier", ox.Literal(self.identity.slug)
        self._claim(_IDENTIFIER, self.programme)

    def _measure(self, measure: MeasureValues) -> Node:
        """A measure that is new, with its title."""
        node = self._node(measure)
        if not measure.title:
            return Node(node.value, (_type("Measure"),))
        places = dict.fromkeys(other.place for other in self._added() if other.title)
        self._claim(_stated("measure-titles", f"{DCT}title", *places), node)
        title = ox.Literal(measure.title.name, language="ja")
        return Node(node.value, (_type("Measure"), (f"{DCT}title", title)))

    def _added(self) -> list[MeasureValues]:
        """The measures that the dataset does not have."""
        return [m for m in self.gathered.measures if self._fragment(m) not in self.identity.taken]

    def _entry(self) -> Node:
        said: list[Statement] = [_type("CatalogueEntry")]
        if self.context.year is not None:
            said.append(statement("fiscalYear", self.context.known.fiscal_year(self.context.year)))
        said.append((f"{DCT}source", ox.NamedNode(self.document.source)))
        if self.sheet.number:
            said.append(statement("number", normalise(self.sheet.number.text)))
        said += self._established()
        said += self._links(self.gathered.values)
        for measure in self.gathered.measures:
            said.append(statement("measureEntry", self.context.node(self._fragment(measure))))
        said.append(statement("place", self.document.place(self.sheet.place)))
        return Node(self.entry.value, tuple(said))

    def _established(self) -> Iterator[Statement]:
        created = self.sheet.body.establishment
        if created:
            yield statement("establishedIn", self.context.known.fiscal_year(created.year.year))
            self._claim(_stated("established", f"{KK}establishedIn", created.printed.place), self.entry)

    def _measure_entry(self, measure: MeasureValues) -> Node:
        node = self.context.node(self._fragment(measure))
        for ground in measure.grounds:
            self._claim(ground, node)
        said = [_type("MeasureEntry"), statement("ofMeasure", self._node(measure))]
        said.append(statement("number", measure.number))
        said += self._links(measure.values, self._fragment(measure))
        said.append(statement("place", self.document.place(measure.place)))
        return Node(node.value, tuple(said))

    def _links(self, values: Sequence[Value], prefix: str = "") -> list[Statement]:
        """What leads from an entry to its values."""
        found = ((value.link, self._value_node(value, prefix)) for value in values)
        return [statement(link, node) for link, node in sorted(found, key=lambda pair: _LINKS.index(pair[0]))]

    def _values(self, values: Sequence[Value], prefix: str = "") -> Iterator[Node]:
        for value in map(self._resolved, values):
            node = self._value_node(value, prefix)
            for ground in value.grounds:
                self._claim(ground, node)
            self.fields.append(candidate_field(value, node.value))
            yield Node(node.value, tuple(self._said(value)))

    def _resolved(self, value: Value) -> Value:
        """The value with a reference to this entry's goal; sheets are interpreted before they have a name."""
        if all(term != _TOWARDS for term, _ in value.statements):
            return value
        goal = self.context.node("goal")
        statements = ((term, goal if term == _TOWARDS else object_) for term, object_ in value.statements)
        return replace(value, statements=tuple(statements))

    def _said(self, value: Value) -> Iterator[Statement]:
        yield _type(value.type)
        if value.heading:
            yield statement("heading", value.heading.text)
        yield statement("raw", value.printed.text) if value.printed else flag("notStated")
        yield from value.statements
        yield statement("place", self.document.place(value.place))

    def _value_node(self, value: Value, prefix: str) -> ox.NamedNode:
        stem = value.stem if value.counted_over_all or not prefix else f"{prefix}-{value.stem}"
        return self.context.node(stem, value.suffix)

    def _node(self, measure: MeasureValues) -> ox.NamedNode:
        return ox.NamedNode(f"{self.programme.value}#{self._fragment(measure)}")

    def _fragment(self, measure: MeasureValues) -> str:
        return self.identity.measure(measure.number)

    def _claim(
        self, ground: Ground, about: ox.NamedNode, value: ox.NamedNode | ox.Literal | None = None
    ) -> None:
        self.claims.append((ground, about, value))


def _type(name: str) -> Statement:
    return f"{RDF}type", ox.NamedNode(KK + name)


def _stated(name: str, term: str, *places: LineRange) -> Ground:
    return Ground(name, (term,), Basis.STATED, places)


_IDENTIFIER = Ground(
    "identity",
    (f"{DCT}identifier",),
    Basis.EDITORIAL,
    (),
    ja="識別子は当方が付けた。",
    en="The identifier is ours.",
)
