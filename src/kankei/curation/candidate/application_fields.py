"""The columns for applicants: calls and surveys as EDTF with bounds, and the unit in charge to contact."""

from collections.abc import Iterator
from dataclasses import replace

from kankei.curation.candidate.evidence import Basis, Evidence
from kankei.curation.candidate.nodes import Statement, flag, statement, typed
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value_node import FieldValues, ValueNode, doubt
from kankei.namespaces import EDTF, KK, XSD
from kankei.source.grammars import call_window, organisation_path, telephone
from kankei.source.grammars.call_window import CallWindow
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.grammars.telephone import Telephone
from kankei.source.lines.document import Doubt, Weight
from kankei.source.lines.printed_text import PrintedText

_ARROW = " ＞ "
_SEPARATORS = "、,，／/・ \n\u3000"
_BOUNDS = ("earliestStart", "latestStart", "earliestEnd", "latestEnd")


def parse_calls(raw: ValueNode, printed: PrintedText, context: SheetContext) -> FieldValues:
    """A value for each round; a year that is not printed is inferred (rule call-year)."""
    return _windows(raw, printed, context, "call-without-year")


def parse_surveys(raw: ValueNode, printed: PrintedText, context: SheetContext) -> FieldValues:
    """A value for each round of the survey, read as calls are.

    A year that is not printed is inferred as for a call, with a doubt to check: demand may be surveyed in the
    year before.
    """
    surveys = _windows(raw, printed, context, "survey-without-year")
    if not any(one.rule == "call-year" for value in surveys.values for one in value.evidence):
        return surveys
    check = doubt(raw.stem, "survey-year-inferred", printed.place, Weight.SETTLED, printed=printed.text)
    return FieldValues(surveys.values, (*surveys.doubts, check))


def _windows(raw: ValueNode, printed: PrintedText, context: SheetContext, without_year: str) -> FieldValues:
    if context.year.year is None:
        return FieldValues((raw,), (doubt(raw.stem, without_year, printed.place),))
    rounds = call_window.parse(printed.text, context.year.year)
    values = [_window(raw, window, context) for window in rounds]
    if len(values) > 1:
        values = [value.numbered(position) for position, value in enumerate(values, 1)]
    has_details = any(_has_details(window) for window in rounds)
    detail = doubt(raw.stem, "call-detail", printed.place, printed=printed.text) if has_details else None
    return FieldValues(values, (detail,) if detail else ())


def _has_details(window: CallWindow) -> bool:
    """Whether more is printed than days: an hour, 必着 or 消印有効."""
    clocks = [moment.clock for moment in (window.start, window.end, window.within) if moment]
    return window.must_arrive or window.postmark or any(clocks)


def _window(raw: ValueNode, window: CallWindow, context: SheetContext) -> ValueNode:
    statements = tuple(_window_statements(window))
    terms = {term for term, _ in statements}
    evidence = []
    if window.year_inferred:
        dated = tuple(KK + term for term in ("edtf", *_BOUNDS) if KK + term in terms)
        places = tuple(dict.fromkeys(place for place in (context.year.place, raw.place) if place))
        evidence.append(Evidence(raw.stem, dated, Basis.INFERRED, places, rule="call-year"))
    if days := tuple(KK + term for term in _inferred_days(window) if KK + term in terms):
        name = f"{raw.stem}-days"
        evidence.append(Evidence(name, days, Basis.INFERRED, (raw.place,), rule="days-of-moment"))
    return replace(raw, statements=statements, evidence=tuple(evidence))


def _inferred_days(window: CallWindow) -> Iterator[str]:
    """The terms whose days are not printed, but those of a month, or of a part of one (上旬)."""
    moments = (window.start, window.end, window.within)
    if any(moment and moment.part for moment in moments):
        yield "edtf"
    for moment, bounds in zip(moments, (_BOUNDS[:2], _BOUNDS[2:], _BOUNDS), strict=True):
        if moment and not moment.is_day():
            yield from bounds


def _window_statements(window: CallWindow) -> Iterator[Statement]:
    if window.edtf:
        yield statement("edtf", typed(window.edtf, f"{EDTF}EDTF"))
    if window.approximate:
        yield flag("approximate")
    if window.rolling:
        yield flag("rolling")
    if window.undecided:
        yield flag("undecided")
    days = (window.earliest_start, window.latest_start, window.earliest_end, window.latest_end)
    for term, day in zip(_BOUNDS, days, strict=True):
        if day:
            yield statement(term, typed(day.isoformat(), f"{XSD}date"))


def parse_contact(raw: ValueNode, printed: PrintedText, context: SheetContext) -> FieldValues:
    """The unit in charge, if the dataset has it, and its telephones, which get Japan's country code."""
    numbers = telephone.find(printed.text)
    name = printed.part(0, numbers[0].start if numbers else len(printed.text))
    unit, doubts = _unit(raw.stem, name, context)
    texts = list(_texts_behind(printed, numbers))
    for start, end in texts:
        text = printed.part(start, end)
        doubts.append(doubt(raw.stem, "text-behind-telephone", text.place, text=text.text.strip()))
    own = _own_numbers(name, numbers, [start for start, _ in texts])
    for other in numbers[len(own) :]:
        place = printed.part(other.start, other.end).place
        doubts.append(doubt(raw.stem, "telephone-of-unknown-unit", place, number=other.printed))
    doubts += [
        doubt(
            raw.stem,
            "telephone-extension",
            printed.part(number.start, number.end).place,
            number=number.printed,
        )
        for number in own
        if number.extensions
    ]
    statements = (*unit, *_telephone_statements(own))
    evidence = tuple(_telephone_evidence(printed, own))
    return FieldValues((replace(raw, statements=statements, evidence=evidence),), doubts)


def _unit(about: str, name: PrintedText, context: SheetContext) -> tuple[tuple[Statement, ...], list[Doubt]]:
    try:
        node = context.known.units.match(name.text)
    except ParseError as error:
        return (), [_unknown_unit(about, name, error, context)]
    return (statement("unitInCharge", node),), []


def _unknown_unit(about: str, name: PrintedText, error: ParseError, context: SheetContext) -> Doubt:
    """The doubt about a path of units, with the names of those that the data lack."""
    names = organisation_path.names(name.text)
    units = _ARROW.join(names)
    count, _ = context.known.units.longest(names)
    if not 0 < count < len(names):
        return doubt(about, "unit-unknown", name.place, missing=units, units=units, message=error.message)
    lacking = _ARROW.join(names[count:])
    return doubt(about, "unit-missing", name.place, missing=units, units=units, lacking=lacking)


def _texts_behind(printed: PrintedText, numbers: tuple[Telephone, ...]) -> Iterator[tuple[int, int]]:
    """Start and end of the texts between and behind the numbers."""
    ends = [*(number.start for number in numbers[1:]), len(printed.text)]
    for number, end in zip(numbers, ends[: len(numbers)], strict=True):
        if printed.text[number.end : end].strip(_SEPARATORS):
            yield number.end, end


def _own_numbers(
    name: PrintedText, numbers: tuple[Telephone, ...], texts: list[int]
) -> tuple[Telephone, ...]:
    """The numbers of the unit in charge: those before any other text, which may name another unit."""
    if texts and not name.text.strip():
        return ()
    return tuple(number for number in numbers if not texts or number.end <= texts[0])


def _telephone_statements(numbers: tuple[Telephone, ...]) -> Iterator[Statement]:
    for number in numbers:
        if number.e164:
            yield statement("telephone", number.e164)
        yield statement("printedTelephone", number.printed)


def _telephone_evidence(printed: PrintedText, numbers: tuple[Telephone, ...]) -> Iterator[Evidence]:
    places = tuple(printed.part(number.start, number.end).place for number in numbers if number.e164)
    if places:
        terms, distinct = (f"{KK}telephone",), tuple(dict.fromkeys(places))
        yield Evidence("telephone", terms, Basis.INFERRED, distinct, rule="telephone-country")
