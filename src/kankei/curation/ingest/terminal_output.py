"""What an ingest tells on the terminal: the sheets, what is open about them, and what to do next; or JSON."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kankei.curation.ingest.ingest import Ingest
from kankei.curation.ingest.next_commands import FOLDERS, following
from kankei.curation.ingest.options import Order
from kankei.curation.ingest.second_pass import Written
from kankei.curation.matching.programme_profile import ProgrammeProfile
from kankei.curation.matching.sheet_matcher import MatchStatus
from kankei.source.lines.doubt import Doubt, Weight

Tell = Callable[[str], None]
"""Takes a line, without its end."""

_ALL = 20
"""Up to so many sheets are told one by one; of more, only those about which something is open."""
_LISTED = 10


def told(ingest: Ingest, tell: Tell) -> int:
    """Tell the sheets in words as they are written; how many doubts are open in all."""
    language = ingest.order.language
    unresolved, files = 0, set()
    for one in ingest.written:
        found = _open(one)
        unresolved += len(found)
        files.add(one.file)
        if found or ingest.count <= _ALL:
            for line in _lines(one, found, language):
                tell(line)
    for line in _next(ingest, unresolved, files):
        tell(line)
    return unresolved


def told_all(ingest: Ingest, tell: Tell) -> int:
    """Tell all sheets as one JSON array, a record a line; how many doubts are open in all."""
    unresolved, mark = 0, "["
    for one in ingest.written:
        unresolved += len(_open(one))
        tell(mark + json.dumps(one.record(), ensure_ascii=False))
        mark = ","
    tell("]")
    return unresolved


def _open(one: Written) -> list[Doubt]:
    return [doubt for doubt in one.candidate.doubts if doubt.weight is Weight.UNRESOLVED]


def _lines(one: Written, unresolved: Sequence[Doubt], language: str) -> Iterator[str]:
    number = one.candidate.number.text if one.candidate.number else "?"
    name = "".join(one.candidate.name.text.split("\n")) if one.candidate.name else "?"
    yield f"{number} {name}"
    yield f"    {_standing(one, language)}"
    yield f"    {one.file}, {one.report}"
    for doubt in unresolved:
        yield f"    ? {_where(one, doubt, language)}{_text(doubt, language)}"
    for doubt in one.continuation.doubts:
        if doubt.weight is Weight.SETTLED:
            yield f"    - {_where(one, doubt, language)}{_text(doubt, language)}"


def _text(doubt: Doubt, language: str) -> str:
    return " ".join((doubt.ja if language == "ja" else doubt.en).split())


def _where(one: Written, doubt: Doubt, language: str) -> str:
    """The line that a doubt is about, with its page in a PDF, whose lines nobody else counts."""
    if not doubt.place:
        return ""
    page = one.pages.get(doubt.place.first)
    if language == "ja":
        return f"{f'{page}ページ' if page else ''}{doubt.place.first}行目: "
    return f"{f'page {page}, ' if page else ''}line {doubt.place.first}: "


def _standing(one: Written, language: str) -> str:
    ja, slug = language == "ja", one.candidate.slug
    match one.continuation.status:
        case MatchStatus.NEW:
            said = f"新しい施策 {slug}" if ja else f"new programme {slug}"
        case MatchStatus.CONTINUES:
            said = f"{slug} の続き" if ja else f"continues {slug}"
        case MatchStatus.SAME:
            said = (
                f"{slug} の掲載情報として既にある。写すものはない"
                if ja
                else f"an entry of {slug} already: nothing to copy"
            )
    repeated = one.continuation.overlap
    grounds = [ground.ja if ja else ground.en for ground in one.continuation.agreements]
    grounds += [repeated.ja if ja else repeated.en] if repeated else []
    return f"{said} ({('、' if ja else ', ').join(grounds)})" if grounds else said


def _next(ingest: Ingest, unresolved: int, files: set[Path]) -> Iterator[str]:
    order, ja = ingest.order, ingest.order.language == "ja"
    if ingest.dropped:
        names = _list([_called(one) for one in ingest.dropped], ja)
        yield f"続きのない施策: {names}" if ja else f"No sheet continues: {names}"
    others = sorted(path.name for path in (order.out / "programmes").glob("*.ttl") if path not in files)
    if others:
        names = _list(others, ja)
        yield (
            f"{order.out}/programmes にあった、今回のものでないファイル: {names}"
            if ja
            else f"In {order.out}/programmes, not of this run and left as they were: {names}"
        )
    yield _summary(order, ingest.count, unresolved)
    folders = [name for name in FOLDERS if (order.out / name).is_dir()]
    commands = following(order, ingest.standing, folders)
    if commands:
        yield (
            "候補を報告と見比べて直し、検証し、データに写し、構築する:"
            if ja
            else "Check the candidates against their reports and edit them; then validate, copy and build:"
        )
    yield from (f"    {command.line}" for command in commands)


def _summary(order: Order, count: int, unresolved: int) -> str:
    index = order.out / "index.html"
    if order.language == "ja":
        return f"シート{count}枚、未解決の点{unresolved}件。報告: {index}"
    sheets, doubts = "sheet" + "s" * (count != 1), "open doubt" + "s" * (unresolved != 1)
    return f"{count} {sheets}, {unresolved} {doubts}. Reports: {index}"


def _called(one: ProgrammeProfile) -> str:
    return f"{one.slug} ({one.title})"


def _list(names: Sequence[str], ja: bool) -> str:
    more = len(names) - _LISTED
    rest = "" if more <= 0 else f"、ほか{more}件" if ja else f", and {more} more"
    return ("、" if ja else ", ").join(names[:_LISTED]) + rest
