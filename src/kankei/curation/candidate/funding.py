"""The ways of funding of a sheet: a node for each, with its exact share and its ceiling."""

from collections.abc import Iterator
from dataclasses import replace

from kankei.curation.candidate.nodes import Statement, concept, flag, number, statement
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value import Reading, Value, unreadable
from kankei.source.grammars import rate
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.grammars.rate import FundingTerm, Rates
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import PrintedText

ABOUT = "funding"


def read(printed: PrintedText, heading: PrintedText | None, context: SheetContext) -> Reading:  # noqa: ARG001
    """A value for each term that a text lists; which of several applies is not said."""
    whole = Value("funding", "Funding", ABOUT, printed.place, printed, heading)
    try:
        rates = rate.parse(printed.text)
    except ParseError as error:
        return Reading((whole,), (unreadable(ABOUT, printed, error),))
    values = [_value(whole, printed.part(term.start, term.end), term) for term in rates.terms]
    if len(values) > 1:
        values = [value.numbered(position) for position, value in enumerate(values, 1)]
    return Reading(tuple(values), tuple(_doubts(printed, rates)))


def _value(whole: Value, printed: PrintedText, term: FundingTerm) -> Value:
    statements = () if term.to else tuple(_statements(term))
    return replace(whole, printed=printed, place=printed.place, statements=statements)


def _statements(term: FundingTerm) -> Iterator[Statement]:
    yield statement("method", concept("funding", term.method.value))
    if term.fraction:
        yield number("numerator", term.fraction.numerator)
        yield number("denominator", term.fraction.denominator)
    if term.at_most:
        yield flag("atMost")
    if term.ceiling_yen is not None:
        yield number("ceiling", term.ceiling_yen)


def _doubts(printed: PrintedText, rates: Rates) -> Iterator[Doubt]:
    for term in rates.terms:
        place = printed.part(term.start, term.end).place
        for ja, en in _left(term):
            yield Doubt(
                ABOUT,
                f"「{term.printed}」の{ja}は原文にだけ残る。",
                f"{en} of {term.printed} {_STAYS}",
                place,
            )
    if rates.and_others:
        yield Doubt(
            ABOUT,
            "「等」とあり、ほかの方法もありうるが、それを表す語がない。",
            f"等 leaves the list of ways of funding open: that {_STAYS}",
            printed.place,
        )


_STAYS = "stays in the raw text only: the ontology has no term for it."


def _left(term: FundingTerm) -> Iterator[tuple[str, str]]:
    """What a term says that the ontology has no term for, in two languages."""
    if term.to:
        yield "割合の幅", "The range"
    if term.counted_share is not None:
        yield "算入率", "The counted share"
    if term.applicant:
        yield "対象者", "The applicant"
    if term.indirect:
        yield "間接補助であること", "The indirectness"
