"""The report of a sheet as an HTML page: its fields in brief, its source, and the candidate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kankei.curation.candidate.candidate import Candidate
from kankei.curation.matching.sheet_matcher import Match
from kankei.curation.report.candidate_summary import Counts, SourceSummary
from kankei.curation.report.citations import BLANK, UNREAD, CitedLine, cite_lines, line_ranges
from kankei.curation.report.fragments import Fragments
from kankei.curation.report.page_drawing import drawings
from kankei.curation.report.rendering import render_page
from kankei.curation.report.report_view import ReportView
from kankei.curation.report.term_labels import LabelIndex, Labeller
from kankei.curation.report.turtle_snippets import Units
from kankei.source.lines.document import Weight
from kankei.source.lines.printed_text import Line


@dataclass(frozen=True)
class ShellCommand:
    """A line for the shell; `key` names what it is for."""

    key: str
    line: str


@dataclass(frozen=True)
class DatasetContext:
    """How a sheet matches the dataset, and the commands that a curator goes on with."""

    match: Match
    commands: tuple[ShellCommand, ...] = ()

    def agreements(self, labeller: Labeller) -> tuple[str, ...]:
        """In what sheet and programme agree, as phrases in the language of the labeller."""
        overlap = [self.match.overlap] if self.match.overlap else []
        return tuple(getattr(text, labeller.language) for text in (*self.match.agreements, *overlap))

    def similar(self, labeller: Labeller) -> Iterator[tuple[str, str, str]]:
        """The slugs and titles of other programmes that come near, and in what they agree."""
        for one in self.match.similar:
            phrases = [getattr(agreement, labeller.language) for agreement in one.agreements]
            yield one.programme.slug, one.programme.title, labeller.message("comma").join(phrases)


def report_page(
    candidate: Candidate,
    lines: Sequence[Line],
    source: SourceSummary,
    turtle: str,
    language: str,
    *,
    label_index: LabelIndex,
    units: Units | None = None,
    dataset: DatasetContext | None = None,
) -> str:
    """The page on one sheet: `lines` are the sheet's own, `turtle` its candidate's, `language` is ja or en.

    `label_index` has the labels of the vocabulary and of organisations, `units` the paths of the
    latter. `dataset` is how the sheet matches a dataset, if it was compared with one, and what to do next.
    """
    view = ReportView(candidate, Labeller(language, label_index), units)
    cited = list(cite_lines(lines, [*view.citations]))
    pages = {line.number: line.box.page for line in lines if line.box}
    return render_page(
        "report.html",
        view.labeller,
        _highlighting(cited),
        html=Fragments(view.labeller, {entry.line.number for entry in cited}, pages),
        candidate=candidate,
        dataset=dataset,
        source=source,
        turtle=turtle,
        counts=Counts.of(candidate),
        weights=[*Weight],
        cited=cited,
        pages=pages,
        unread=tuple(line_ranges(entry.line.number for entry in cited if entry.status == UNREAD)),
        blank=BLANK,
        drawings=drawings(cited),
        view=view,
    )


def _highlighting(lines: Sequence[CitedLine]) -> str:
    """The rules of CSS that highlight the lines of the element that is pointed at or chosen."""
    primary: dict[str, list[int]] = {}
    secondary: dict[str, list[int]] = {}
    for entry in lines:
        for numbers, citations in ((primary, entry.primary), (secondary, entry.secondary)):
            for citation in citations:
                numbers.setdefault(citation.anchor, []).append(entry.line.number)
    rules = [_rule(anchor, numbers, "near") for anchor, numbers in secondary.items()]
    return "\n".join((*rules, *(_rule(anchor, numbers, "mark") for anchor, numbers in primary.items())))


def _rule(anchor: str, numbers: Sequence[int], colour: str) -> str:
    lines = ",".join(f"#L{number}" for number in dict.fromkeys(numbers))
    return f"body:has(#{anchor}:is(:hover,:target)) :is({lines}){{--fill:var(--{colour})}}"
