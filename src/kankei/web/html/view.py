"""View values for templates: sections, rows, values and marks; and the order of a section's rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from kankei.namespaces import DCT, KK, ORG, RDF, RDFS, SKOS

_LOCAL_NAMES = """
    raw unit plain ministry responsibleUnit contactTelephone webPage implementingBody openToOthers
    supportKind fundingMethod policyTheme latestYear latestBudget latestBudgetUpperBound measureBudget
    measureBudgetUpperBound measureBudgetStage callState callPrinted callDates callEarliestStart
    callLatestEnd surveyPrinted surveyDates surveyEarliestStart surveyLatestEnd notStated latestEntry number
    fiscalYear title subtitle heading bodies bodyType openList limitedTo cell support kind funding method
    numerator denominator percentage atMost ceiling call edtf approximate earliestStart latestStart
    earliestEnd latestEnd rolling undecided needsSurvey budget amountKind amount upperBound stage budgetYear
    andOthers contact unitInCharge printedTelephone telephone link label url themeLine theme goal text means
    model modelGroup modelName measure entry absence column measureEntry actor partner addressee topic
    concept issue pillar exampleActivity caption position
    """
_FIRST = (
    *(f"{RDF}type", f"{DCT}title", f"{DCT}alternative", f"{SKOS}prefLabel", f"{RDFS}label"),
    *(f"{SKOS}altLabel", f"{DCT}description", f"{SKOS}definition", f"{ORG}subOrganizationOf"),
    *(KK + local for local in _LOCAL_NAMES.split()),
)
_RANKS = {predicate: position for position, predicate in enumerate(_FIRST)}


def property_rank(predicate: str) -> tuple[int, str]:
    """Sort key of a section's rows: names first, then what is most useful, the rest by IRI."""
    return _RANKS.get(predicate, len(_RANKS)), predicate


@dataclass(frozen=True)
class Value:
    """A value: text in a language, a link if it has one, and the marks of its provenance."""

    text: str
    language: str = ""
    href: str | None = None
    title: str = ""
    marks: Sequence["Mark"] = ()


@dataclass(frozen=True)
class Mark:
    """The provenance of a statement: `basis` is stated, inferred, editorial or derived."""

    basis: str
    rule: Value | None
    ground: Value | None
    places: Sequence[Value]


@dataclass(frozen=True)
class Row:
    """A property with its values."""

    label: Value
    values: Sequence[Value]
    marks: Sequence[Mark] = ()


@dataclass(frozen=True)
class Section:
    """A node: the thing itself, or a hash node inside it, with the nodes inside that."""

    anchor: str
    iri: str
    heading: Value
    rows: Sequence[Row]
    notes: Sequence[Value]
    kind: str = ""
    relation: str = ""
    places: Sequence[Value] = ()
    sections: Sequence["Section"] = ()
    shared: Sequence[tuple[Mark, Sequence[Value]]] = ()
    """Marks that several rows share, with the rows' labels."""
    notice: str = ""
    """Says that an entry is not the one of the last year; empty for other sections."""


@dataclass(frozen=True)
class Printed:
    """Text of a source as printed; `unit` is printed elsewhere, such as at the head of a column."""

    raw: str
    unit: str = ""


@dataclass(frozen=True)
class Fact:
    """One line of a programme's summary: values, the printed text, and marks of what is inferred.

    `places` are the lines of the source that say so.
    """

    key: str
    values: Sequence[Value]
    printed: Sequence[Printed] = ()
    marks: Sequence[Mark] = ()
    absent: bool = False
    places: Sequence[Value] = ()
