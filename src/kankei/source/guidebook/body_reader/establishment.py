"""The fiscal year in which a programme began, as a text says: 令和４年度の事業創設, 令和４年度に創設."""

import re

from kankei.source.grammars import fiscal_year
from kankei.source.grammars.normalised_text import ParseError, condense
from kankei.source.guidebook.body import Establishment, ItemKind
from kankei.source.guidebook.body_reader.bullets import bare
from kankei.source.guidebook.body_reader.passage import Passage
from kankei.source.guidebook.body_reader.state import Draft

_SET_UP = "設"  # in 創設 and in 新設; most texts hold none of them
_ITSELF = "(?:本?(?:事業|制度)(?:で|と|。)|もの|とこ|。)"
_FOUNDED = re.compile(
    "(?:の本?(?:事業|制度)の?|に(?:おいて)?、?(?:本?(?:事業|制度)[をが]?)?)(?:創設|新設)"
    rf"(?P<other>(?:された|した)(?!{_ITSELF}))?"
)
_OWN = re.compile(r"(?:本(?:事業|制度)(?:は|について)?、?)?")


def _begins(text: str, start: int) -> bool:
    """Whether a year begins its sentence, but for a bullet and the programme: no other is spoken of."""
    before = bare(text[text.rfind("。", 0, start) + 1 : start]).strip()
    return _OWN.fullmatch(before) is not None


def _doubt_whose(draft: Draft, passage: Passage) -> None:
    draft.doubt(
        "established",
        "創設の年度が書かれているが、この施策のものかどうか決められない。",
        "A fiscal year of establishment is printed: whether it is this programme's cannot be told.",
        passage,
    )


def read_establishment(draft: Draft) -> None:
    """Note the year; nothing where no text names one, and a doubt where they name different ones."""
    found = []
    passages = draft.of(ItemKind.TEXT)
    for passage in passages:
        if _SET_UP not in passage.text:
            continue
        cell = condense(passage.text)
        for place in fiscal_year.places(cell):
            founded = _FOUNDED.match(cell.text, place.end) if place.said else None
            if founded is None:
                continue
            if founded["other"] or not _begins(cell.text, place.start):
                _doubt_whose(draft, passage)
                continue
            try:
                year = fiscal_year.read(cell, place)
            except ParseError:
                continue
            found.append(Establishment(year, passage.part(*cell.span(place.start, founded.end()))))
    if len({one.year for one in found}) == 1:
        draft.established = found[0]
    elif found:
        draft.doubt(
            "established",
            "創設の年度が二つ以上書かれている。",
            "More than one fiscal year of establishment is printed.",
            *passages,
        )
