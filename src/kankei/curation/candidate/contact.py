"""Whom to ask: the unit in charge, among those that the dataset knows, and its telephones."""

from collections.abc import Iterator
from dataclasses import replace

from kankei.curation.candidate.nodes import Statement, statement
from kankei.curation.candidate.sheet_context import SheetContext
from kankei.curation.candidate.value import Basis, Ground, Reading, Value, unreadable
from kankei.namespaces import KK
from kankei.source.grammars import organisation_path, telephone
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.grammars.telephone import Telephone
from kankei.source.lines.doubt import Doubt
from kankei.source.lines.printed_text import PrintedText

ABOUT = "contact"


def read(printed: PrintedText, heading: PrintedText | None, context: SheetContext) -> Reading:
    """The unit in charge and the telephones of a text; a number without country code gets Japan's."""
    value = Value("contact", "Contact", ABOUT, printed.place, printed, heading)
    try:
        numbers = telephone.find(printed.text)
    except ParseError as error:
        return Reading((value,), (unreadable(ABOUT, printed, error),))
    name = printed.part(0, numbers[0].start if numbers else len(printed.text))
    unit, doubts = _unit(name, context)
    doubts += [_left(printed, start, end) for start, end in _rest(printed, numbers)]
    doubts += _unowned(printed, numbers)
    own = _own(printed, numbers)
    statements = (*unit, *_numbers(own))
    grounds = tuple(_grounds(printed, own))
    return Reading((replace(value, statements=statements, grounds=grounds),), tuple(doubts))


def _unit(name: PrintedText, context: SheetContext) -> tuple[tuple[Statement, ...], list[Doubt]]:
    try:
        node = organisation_path.match(name.text, context.known.units)
    except ParseError as error:
        return (), [_unknown(name, error)]
    return (statement("unitInCharge", node),), []


def _own(printed: PrintedText, numbers: tuple[Telephone, ...]) -> tuple[Telephone, ...]:
    """The numbers of the unit in charge: those before any other text, which may name another unit."""
    others = [end for end, _ in _rest(printed, numbers)]
    if others and not printed.text[: numbers[0].start].strip():
        return ()
    return tuple(found for found in numbers if not others or found.end <= others[0])


def _numbers(numbers: tuple[Telephone, ...]) -> Iterator[Statement]:
    for found in numbers:
        if found.e164:
            yield statement("telephone", found.e164)
        yield statement("printedTelephone", found.printed)


def _grounds(printed: PrintedText, numbers: tuple[Telephone, ...]) -> Iterator[Ground]:
    places = tuple(printed.part(found.start, found.end).place for found in numbers if found.e164)
    if places:
        terms = (f"{KK}telephone",)
        yield Ground(
            "telephone", terms, Basis.INFERRED, tuple(dict.fromkeys(places)), rule="telephone-country"
        )


def _rest(printed: PrintedText, numbers: tuple[Telephone, ...]) -> Iterator[tuple[int, int]]:
    """Where a text stands between or behind the numbers."""
    starts = [*(found.start for found in numbers[1:]), len(printed.text)]
    for found, start in zip(numbers, starts, strict=True) if numbers else ():
        if printed.text[found.end : start].strip("、,，／/・ \n\u3000"):
            yield found.end, start


def _unowned(printed: PrintedText, numbers: tuple[Telephone, ...]) -> Iterator[Doubt]:
    for found in numbers[len(_own(printed, numbers)) :]:
        yield Doubt(
            ABOUT,
            f"電話番号「{found.printed}」がどの組織のものか決められない。",
            f"Whose telephone number {found.printed} is cannot be told.",
            printed.part(found.start, found.end).place,
        )


def _left(printed: PrintedText, start: int, end: int) -> Doubt:
    part = printed.part(start, end)
    text = part.text.strip()
    return Doubt(
        ABOUT,
        f"電話番号の後の「{text}」は原文にだけ残る。",
        f"“{text}” behind a telephone number stays in the raw text only.",
        part.place,
    )


def _unknown(name: PrintedText, error: ParseError) -> Doubt:
    units = " ＞ ".join(organisation_path.segment(name.text))
    return Doubt(
        ABOUT,
        f"「{units}」に当たる組織が data/organisations/ に一つに定まらない。"
        "ない組織ごとにファイルを一つ加えてもう一度取り込むか、原文を確かめる。",
        f"{error.message}: “{units}” is no one unit of data/organisations/. Add a file there "
        "for each unit that is missing and ingest again, or check the text.",
        name.place,
    )
