"""What an ingest tells on the terminal: a line for each sheet, and what to do next; or JSON."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kankei.model.candidate.continuation import Standing
from kankei.model.ingest.writing import Written
from kankei.source.doubt import Doubt, Weight

Tell = Callable[[str], None]
"""Takes a line, without its end."""


def told(written: Iterable[Written], out: Path, language: str, tell: Tell) -> int:
    """Tell each sheet in words as it is written; how many doubts are unresolved in all."""
    sheets = unresolved = 0
    for one in written:
        sheets += 1
        found = [doubt for doubt in one.candidate.doubts if doubt.weight is Weight.UNRESOLVED]
        unresolved += len(found)
        for line in _lines(one, found, language):
            tell(line)
    for line in _next(out, sheets, unresolved, language):
        tell(line)
    return unresolved


def told_all(written: Iterable[Written], tell: Tell) -> int:
    """Tell all sheets as one JSON array, a record a line; how many doubts are unresolved in all."""
    unresolved, mark = 0, "["
    for one in written:
        found = sum(doubt.weight is Weight.UNRESOLVED for doubt in one.candidate.doubts)
        unresolved += found
        tell(mark + json.dumps(one.record(), ensure_ascii=False))
        mark = ","
    tell("]")
    return unresolved


def _lines(one: Written, unresolved: list[Doubt], language: str) -> Iterator[str]:
    number = one.candidate.number.text if one.candidate.number else "?"
    name = "".join(one.candidate.name.text.split("\\n")) if one.candidate.name else "?"
    yield f"{number} {name}"
    yield f"    {_standing(one, language)}"
    yield f"    {one.file}, {one.report}"
    for doubt in unresolved:
        where = f"{doubt.place.first}: " if doubt.place else ""
        text = doubt.ja if language == "ja" else doubt.en
        yield f"    ? {where}{' '.join(text.split())}"


def _standing(one: Written, language: str) -> str:
    ja = language == "ja"
    slug = one.candidate.slug
    grounds = (
        "、".join(g.ja for g in one.continuation.grounds)
        if ja
        else ", ".join(g.en for g in one.continuation.grounds)
    )
    match one.continuation.standing:
        case Standing.NEW:
            said = f"新しい施策 {slug}" if ja else f"new programme {slug}"
        case Standing.CONTINUES:
            said = f"{slug} の続き" if ja else f"continues {slug}"
        case Standing.SAME:
            said = f"{slug} の掲載情報と同じシート" if ja else f"the sheet of an entry of {slug}"
    return f"{said} ({grounds})" if grounds else said


def _next(out: Path, sheets: int, unresolved: int, language: str) -> Iterator[str]:
    if language == "ja":
        yield f"シート{sheets}枚、未解決の点{unresolved}件。報告: {out / 'index.html'}"
        yield "候補を報告と見比べて直し、kankei validate で検証し、データに移して kankei build する。"
    else:
        yield f"{sheets} sheets, {unresolved} unresolved. Reports: {out / 'index.html'}"
        yield (
            "Check the candidates against their reports and edit them, validate them (kankei validate "
            f"{out}/*/*.ttl), move them to the data folder, and build (kankei build --data)."
        )
