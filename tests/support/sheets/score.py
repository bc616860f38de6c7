"""The score of an ingest against what invented sheets say: right, wrong, in doubt, silent.

It asks what the tool of the corpus asks: *wrong* is a statement of something else than is printed, or of a
blank column where text is printed; *doubt* is text without statement that an open doubt quotes or is about;
*silent* is text that nothing tells of.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any
from unicodedata import normalize

from kankei.curation.candidate.builder import build_candidate
from kankei.curation.candidate.candidate import Candidate
from kankei.curation.candidate.identity import provisional_identity
from kankei.curation.candidate.known_terms import KnownTerms
from kankei.curation.candidate.sheet_values import interpret_sheet
from kankei.dataset.statements import text
from kankei.source.document_reader import read_lines
from kankei.source.guidebook.layouts import layouts
from kankei.source.guidebook.page.geometry import box_of, in_rows
from kankei.source.lines.document import Doubt, LineRange, Weight
from kankei.source.sheets import read_sheets

CLASSES = {
    "bodies": "ImplementingBodies",
    "support": "Support",
    "funding": "Funding",
    "call": "Call",
    "survey": "NeedsSurvey",
    "contact": "Contact",
}
_BOUNDS = ("earliestStart", "latestStart", "earliestEnd", "latestEnd", "rolling", "undecided")


def squash(printed: str | None) -> str:
    """A text for comparison: of one width, without white space."""
    plain = normalize("NFKC", printed or "").replace("〜", "~").replace("−", "-").replace("‐", "-")
    return re.sub(r"\s+", "", plain)


@dataclass
class Score:
    """Outcomes, and the words about those that are wrong or silent."""

    counts: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, outcome: str, note: str = "") -> None:
        self.counts[outcome] += 1
        if outcome in {"wrong", "silent"}:
            self.notes.append(f"{outcome}: {note}")

    @property
    def right(self) -> float:
        """The share that is right."""
        return self.counts["right"] / max(self.counts.total(), 1)


def score_document(path: Path, sheets: Sequence[Mapping[str, Any]], known: KnownTerms) -> Score:
    """The score of the sheets of a PDF or text, by number or page; one that is not read must be announced."""
    score, lines = Score(), list(read_lines(path).lines)
    found = [
        build_candidate(
            interpret_sheet(sheet, known), path.stem, provisional_identity(sheet, path.stem), known
        )
        for sheet in read_sheets(lines, layouts())
    ]
    by_number = {squash(one.number.text): one for one in found if one.number}
    unnumbered = [one for one in found if not one.number]
    if len(by_number) + len(unnumbered) != len(found):
        score.add("wrong", f"{len(found)} sheets, {len(by_number)} numbers")
    printed = {line.number: squash(line.text) for line in lines}
    doubted = [printed[number] for one in found for number in _doubted(one)]
    in_order = list(zip(sheets, found, strict=False)) if len(found) == len(sheets) else []
    for want in sheets:
        marks = [line.number for line in lines if any(url in line.text for url in want["urls"])]
        around = [one for one in unnumbered if _covers(one.place, marks)]
        at_same_place = [one for own, one in in_order if own is want and one in unnumbered]
        candidate = by_number.get(want["number"]) or next(iter((*around, *at_same_place)), None)
        if candidate:
            unnumbered = [one for one in unnumbered if one is not candidate]
            _Sheet(candidate, want, score, doubted).compare()
        else:
            told = not found or any(_is_announced(one, marks) for each in found for one in each.doubts)
            score.add("doubt" if told else "silent", f"{want['number']}: no sheet")
    return score


def _doubted(candidate: Candidate) -> set[int]:
    """The lines that open doubts are about, but for those about the whole sheet."""
    places = [one.place for one in candidate.doubts if one.weight is Weight.UNRESOLVED and one.place]
    return {n for place in places if place != candidate.place for n in range(place.first, place.last + 1)}


def _covers(place: LineRange | None, numbers: Sequence[int]) -> bool:
    return place is not None and any(place.first <= number <= place.last for number in numbers)


def _is_announced(doubt: Doubt, marks: Sequence[int]) -> bool:
    """Whether an open doubt of another sheet announces one with these lines."""
    return doubt.weight is Weight.UNRESOLVED and (doubt.about == "source" or _covers(doubt.place, marks))


def write_as_text(pdf: Path, form: str = "drawn") -> Path:
    """Write the text of a PDF beside it, with form feeds between its pages.

    Line by line as ``drawn``, or in ``rows`` as programs that keep the look of a page write it.
    """
    path = pdf.with_suffix(".txt")
    pages = [list(lines) for _, lines in groupby(read_lines(pdf).lines, key=lambda line: box_of(line).page)]
    texts = [
        [line.text for line in page]
        if form == "drawn"
        else ["  ".join(line.text for line in row) for row in in_rows(page)]
        for page in pages
    ]
    path.write_text("\f".join("\n".join(page) + "\n" for page in texts), encoding="utf-8")
    return path


class _Sheet:
    def __init__(
        self, candidate: Candidate, want: Mapping[str, Any], score: Score, doubted: Sequence[str]
    ) -> None:
        self.candidate, self.want, self.score = candidate, want, score
        self.doubted = doubted
        self.open = [one for one in candidate.doubts if one.weight is Weight.UNRESOLVED]
        self.fields = list(candidate.fields)
        self.statements: dict[str, dict[str, list[str]]] = {}
        for triple in candidate.triples:
            node = self.statements.setdefault(text(triple.subject), {})
            name = triple.predicate.value.rpartition("#")[2]
            node.setdefault(name, []).append(text(triple.object))

    def compare(self) -> None:
        want, candidate = self.want, self.candidate
        self.equal("number", candidate.number and candidate.number.text, want["number"])
        self.equal("name", candidate.name and candidate.name.text, want["name"])
        for key in CLASSES:
            if key in want:
                self.column(key, want[key])
        self.budget()
        self.theme_and_links()
        self.texts()

    def equal(self, about: str, found: str | None, wanted: str) -> None:
        if squash(found) == squash(wanted):
            self.score.add("right")
        elif found:
            self.score.add("wrong", f"{wanted}: {about} {found!r}")
        else:
            self.missed(about, wanted)

    def missed(self, about: str, printed: str) -> None:
        told = self.is_told(about, printed)
        self.score.add("doubt" if told else "silent", f"{self.want['number']} {about}: {printed!r}")

    def is_told(self, about: str, printed: str) -> bool:
        """Whether an open doubt quotes a text, or is about it."""
        return any(
            one.about in {about, "cells", "sheet"} or squash(printed) in squash(one.ja) for one in self.open
        ) or any(self.is_part(line, squash(printed)) for line in self.doubted)

    @staticmethod
    def is_part(line: str, printed: str) -> bool:
        """Whether a line prints a text, or a good part of it."""
        return bool(printed) and (
            printed in line or (len(line) > 3 and line.lstrip("○") in printed) or printed[:16] in line
        )

    def nodes(self, kind: str) -> list[dict[str, list[str]]]:
        return [
            one
            for one in self.statements.values()
            if any(t.endswith(f"#{kind}") for t in one.get("type", ()))
        ]

    def is_blank(self, key: str) -> bool:
        return any(
            squash(heading) and self.absent(one, key)
            for one in self.nodes("Absence")
            for heading in one.get("heading", ())
        )

    @staticmethod
    def absent(absence: Mapping[str, Sequence[str]], key: str) -> bool:
        slug = {"survey": "needs-survey"}.get(key, key)
        return any(column.rpartition("/")[2] == slug for column in absence.get("column", ()))

    def column(self, key: str, want: Any) -> None:
        printed = want["raw"] if isinstance(want, dict) else want
        nodes = self.nodes(CLASSES[key])
        uncertain = isinstance(want, dict) and (want.get("ambiguous") or not list(_wanted(key, want)))
        if not printed:
            if nodes:
                self.score.add("wrong", f"{self.want['number']} {key}: {nodes} where the cell is blank")
            elif self.is_blank(key):
                self.score.add("right")
            else:
                self.missed(key, key)
        elif self.is_blank(key):
            self.score.add("wrong", f"{self.want['number']} {key}: blank for {printed!r}")
        elif uncertain:
            self.uncertain(key, nodes, printed)
        elif not nodes:
            self.missed(key, printed)
        else:
            self.values(key, want, nodes, printed)

    def uncertain(self, key: str, nodes: list[dict[str, list[str]]], printed: str) -> None:
        """A text whose meaning nobody can tell: right is an open doubt, and no interpretation."""
        if list(_found(key, nodes)):
            self.score.add("wrong", f"{self.want['number']} {key}: {nodes} for {printed!r}")
        else:
            told = self.is_told(key, printed)
            self.score.add("right" if told else "silent", f"{self.want['number']} {key}: {printed!r}")

    def values(self, key: str, want: Any, nodes: list[dict[str, list[str]]], printed: str) -> None:
        raws = [squash(raw) for node in nodes for raw in node.get("raw", ())]
        foreign = any(raw not in squash(printed) and squash(printed) not in raw for raw in raws)
        found, wanted = sorted(map(str, _found(key, nodes))), sorted(map(str, _wanted(key, want)))
        if not foreign and found == wanted:
            self.score.add("right")
        elif foreign or any(one not in wanted for one in found):
            self.score.add("wrong", f"{self.want['number']} {key}: {raws if foreign else found} for {wanted}")
        else:
            self.missed(key, printed)

    def budget(self) -> None:
        nodes = self.nodes("Budget")
        blank = self.is_blank("budget")
        found = [(int((one.get("amount") or one.get("upperBound") or ["-1"])[0])) for one in nodes]
        wanted = [one["yen"] for one in self.want["budgets"] if not one.get("dash")]
        if any(one.get("dash") for one in self.want["budgets"]):
            stated = [one for one in found if one != -1]
            self.score.add("wrong" if blank or stated else "right", f"{self.want['number']} dash {found}")
            return
        if wanted and blank:
            self.score.add("wrong", f"{self.want['number']} budget: blank for {wanted}")
        elif sorted(found) == sorted(wanted) and (wanted or blank):
            self.score.add("right")
        elif any(one not in {-1, *wanted} for one in found):
            self.score.add("wrong", f"{self.want['number']} budget: {found} for {wanted}")
        else:
            self.missed("budget", "".join(one["raw"] for one in self.want["budgets"]) or "budget")

    def theme_and_links(self) -> None:
        themes = [raw for one in self.nodes("ThemeLine") for raw in one.get("raw", ())]
        self.equal("theme", themes[0] if themes else None, self.want["theme"])
        urls = [url for one in self.nodes("Link") for url in one.get("url", ())]
        for url in self.want["urls"]:
            if url in urls:
                self.score.add("right")
            else:
                self.missed("link", url)
        for url in set(urls) - set(self.want["urls"]):
            self.score.add("wrong", f"{self.want['number']} link {url}")

    def texts(self) -> None:
        wanted = {squash(one["plain"]): squash(one["heading"]) for one in self.want["texts"]}
        pool = "".join((*wanted, *wanted.values(), *map(squash, self.want.get("alsoPrinted", ()))))
        seen = set()
        for one in self.nodes("Text"):
            plain, heading = squash("".join(one.get("plain", ()))), squash("".join(one.get("heading", ())))
            if plain in wanted:
                seen.add(plain)
                wrong = heading not in {"", wanted[plain]}
                self.score.add(
                    "wrong" if wrong else "right", f"{self.want['number']} {plain[:20]} < {heading}"
                )
            elif plain not in pool:
                self.score.add("wrong", f"{self.want['number']} text {plain[:40]!r}")
        for plain in wanted.keys() - seen:
            self.missed("body", plain)


def _found(key: str, nodes: Iterable[Mapping[str, list[str]]]) -> Iterator[object]:
    """The values of a column's nodes, in the form of `_wanted`."""
    for node in nodes:
        last = {name: sorted(one.rpartition("/")[2] for one in values) for name, values in node.items()}
        match key:
            case "bodies" if "bodyType" in last:
                yield last["bodyType"], last.get("openList") == ["true"]
            case "support" if "kind" in last:
                yield last["kind"]
            case "funding" if "method" in last:
                share = (
                    Fraction(*(int(last[name][0]) for name in ("numerator", "denominator")))
                    if "numerator" in last
                    else None
                )
                yield last["method"], str(share), last.get("ceiling", [""])[0]
            case "call" if any(name in node for name in _BOUNDS):
                yield {name: node[name][0] for name in _BOUNDS if name in node}
            case "survey":
                yield squash(node["raw"][0])
            case "contact":
                if "unitInCharge" in last:
                    yield last["unitInCharge"][0]
                yield from node.get("telephone", ())


def _wanted(key: str, want: Any) -> Iterator[object]:
    parts = want.get("parts", [want]) if isinstance(want, dict) else []
    match key:
        case "bodies":
            yield from ((sorted(part["types"]), part["open"]) for part in parts)
        case "support":
            yield from (sorted(part["kinds"]) for part in parts)
        case "funding":
            for term in want["terms"]:
                share = Fraction(term["numerator"], term["denominator"]) if "numerator" in term else None
                yield [term["method"]], str(share), str(term.get("ceiling", ""))
        case "call":
            yield from (_plain_round(one) for one in want["rounds"])
        case "survey":
            yield squash(want)
        case "contact":
            yield from [want["unit"]] if want["unit"] else []
            yield from want.get("others", ())
            yield from want["tel"]


def _plain_round(one: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: str(one[name]).lower() if one[name] is True else one[name] for name in _BOUNDS if name in one
    }
