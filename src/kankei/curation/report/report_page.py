"""The report on a candidate: the source beside what is proposed, field by field, as one HTML page."""

from collections.abc import Sequence

from kankei.curation.candidate.candidate import Candidate
from kankei.curation.report.citations import BLANK, UNREAD, CitedLine, cited, runs
from kankei.curation.report.dataset_context import Background
from kankei.curation.report.html import render
from kankei.curation.report.labels import Labels, labels
from kankei.curation.report.page_drawing import drawings
from kankei.curation.report.source_facts import SourceFacts
from kankei.curation.report.summary import Counts
from kankei.curation.report.view import View
from kankei.curation.report.wording import Words
from kankei.dataset.data_folder import packaged
from kankei.namespaces import Base
from kankei.source.lines.doubt import Weight
from kankei.source.lines.printed_text import Line


def report(
    candidate: Candidate,
    lines: Sequence[Line],
    source: SourceFacts,
    turtle: str,
    language: str,
    *,
    known: Labels | None = None,
    background: Background | None = None,
) -> str:
    """The page on one sheet: `lines` are the sheet's own, `turtle` its candidate's, `language` is ja or en.

    `known` are labels of the vocabulary and of organisations; without them, those of the packaged data.
    `background` is what the sheet is to a dataset, if it was held against one, and what to do next.
    """
    named = labels(packaged(), Base()) if known is None else known
    view = View(candidate, Words(language, named))
    found = list(cited(lines, [*view.claimants]))
    return render(
        "report.html",
        view.words,
        _lit(found),
        candidate=candidate,
        background=background,
        source=source,
        turtle=turtle,
        counts=Counts.of(candidate),
        weights=[*Weight],
        cited=found,
        numbers={entry.line.number for entry in found},
        pages={line.number: line.box.page for line in lines if line.box},
        unread=tuple(runs(entry.line.number for entry in found if entry.status == UNREAD)),
        blank=BLANK,
        drawings=drawings(found),
        view=view,
    )


def _lit(lines: Sequence[CitedLine]) -> str:
    """The rules of CSS that light up the lines of what is pointed at or chosen, its own ones more."""
    own: dict[str, list[int]] = {}
    beside: dict[str, list[int]] = {}
    for entry in lines:
        for claimant in entry.own:
            own.setdefault(claimant.anchor, []).append(entry.line.number)
        for claimant in entry.beside:
            beside.setdefault(claimant.anchor, []).append(entry.line.number)
    rules = [_rule(anchor, numbers, "near") for anchor, numbers in beside.items()]
    return "\n".join((*rules, *(_rule(anchor, numbers, "mark") for anchor, numbers in own.items())))


def _rule(anchor: str, numbers: Sequence[int], colour: str) -> str:
    lines = ",".join(f"#L{number}" for number in dict.fromkeys(numbers))
    return f"body:has(#{anchor}:is(:hover,:target)) :is({lines}){{--fill:var(--{colour})}}"
