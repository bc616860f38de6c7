"""The table of a sheet in brief: for each column its values, their state, and the open doubts about it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import pyoxigraph as ox

from kankei.curation.candidate.candidate import Candidate, CandidateField, FieldStatus
from kankei.curation.candidate.field_table import STEMS
from kankei.curation.report.candidate_summary import measure_numbers
from kankei.curation.report.term_labels import Labeller
from kankei.namespaces import KK
from kankei.source.lines.document import Doubt, Weight

COLUMNS = {
    "budget": "Budget",
    "call": "Call",
    "survey": "NeedsSurvey",
    "bodies": "ImplementingBodies",
    "support": "Support",
    "funding": "Funding",
    "contact": "Contact",
    "theme": "ThemeLine",
    "link": "Link",
}
"""Subject of doubts, and name of its message, to class of values, in the order in which they are shown."""

Terms = Mapping[str, Sequence[ox.NamedNode | ox.Literal]]


class ColumnState(Enum):
    """What is known of a column of a sheet, the state that asks most of a curator first."""

    OPEN = "open"
    """Something printed has no interpretation, or an open doubt is about it."""
    LACKING = "lacking"
    """A name in it is one that the data lack: once it is added, it is understood on all sheets."""
    ABSENT = "absent"
    """No value was read, nor is the column blank."""
    BLANK = "blank"
    INFERRED = "inferred"
    STATED = "stated"


@dataclass(frozen=True)
class BriefValue:
    """A value: its position among the fields, its measure's number, the print and the meaning on one line."""

    position: int
    measure: str
    printed: str
    meaning: str
    status: FieldStatus


@dataclass(frozen=True)
class ColumnOverview:
    """A column: the subject of its doubts, its values, and the open doubts about it."""

    subject: str
    values: tuple[BriefValue, ...]
    doubts: tuple[Doubt, ...]

    @property
    def is_printed(self) -> bool:
        """Whether the sheet prints something in it that was read."""
        return any(value.printed for value in self.values)

    @property
    def is_window(self) -> bool:
        """Whether its values are windows of time."""
        return self.subject in {"call", "survey"}

    @property
    def state(self) -> ColumnState:
        """The state of the column as a whole."""
        statuses = {value.status for value in self.values}
        if any(not doubt.missing for doubt in self.doubts):
            return ColumnState.OPEN
        if self.doubts:
            return ColumnState.LACKING
        if FieldStatus.UNRESOLVED in statuses:
            return ColumnState.OPEN
        if not statuses:
            return ColumnState.ABSENT
        if statuses == {FieldStatus.NOT_STATED}:
            return ColumnState.BLANK
        return ColumnState.INFERRED if FieldStatus.INFERRED in statuses else ColumnState.STATED


def subject_of(doubt: Doubt) -> str:
    """The subject of a doubt as the field table names it: ``unit`` is about the budget."""
    return STEMS.get(doubt.about, doubt.about)


def overview(candidate: Candidate, labeller: Labeller) -> tuple[ColumnOverview, ...]:
    """The columns of a candidate, with values in the language of the labeller."""
    brief, measures = _Meaning(labeller), measure_numbers(candidate)
    columns = []
    for subject, kind in COLUMNS.items():
        values = tuple(
            BriefValue(
                position,
                measures.get(field.node, ""),
                one_line(field.raw or ""),
                brief.of(field),
                field.status,
            )
            for position, field in enumerate(candidate.fields, 1)
            if field.type == kind
        )
        doubts = tuple(
            doubt
            for doubt in candidate.doubts
            if doubt.weight is Weight.UNRESOLVED and subject_of(doubt) == subject
        )
        columns.append(ColumnOverview(subject, values, doubts))
    return tuple(columns)


def one_line(printed: str) -> str:
    """A printed text on one line: line breaks divide words, and are no blanks."""
    return "".join(line.strip() for line in printed.splitlines())


class _Meaning:
    """The interpretation of a field in a few words; empty where it has none."""

    def __init__(self, labeller: Labeller) -> None:
        self.labeller = labeller

    def of(self, field: CandidateField) -> str:
        terms: dict[str, list[ox.NamedNode | ox.Literal]] = {}
        for term, value in field.statements:
            terms.setdefault(term.removeprefix(KK), []).append(value)
        writers: dict[str, Callable[[Terms], Iterator[str]]] = {
            "Budget": self._budget,
            "Call": self._window,
            "NeedsSurvey": self._window,
            "ImplementingBodies": self._bodies,
            "Support": lambda terms: self._labels(terms, "kind"),
            "Funding": self._funding,
            "Contact": self._contact,
            "ThemeLine": lambda terms: self._labels(terms, "theme"),
            "Link": lambda terms: (value.value for value in terms.get("url", ())),
        }
        writer = writers.get(field.type)
        return self.labeller.message("comma").join(writer(terms)) if writer else ""

    def _labels(self, terms: Terms, name: str) -> Iterator[str]:
        for value in terms.get(name, ()):
            label = self.labeller.value_label(value)
            yield label.text or label.code

    def _budget(self, terms: Terms) -> Iterator[str]:
        for name in ("amount", "upperBound"):
            for value in terms.get(name, ()):
                yield self.labeller.message(f"brief-{name}", yen=f"{int(value.value):,}")

    def _window(self, terms: Terms) -> Iterator[str]:
        bounds = [terms[name][0].value for name in ("earliestStart", "latestEnd") if name in terms]
        dated = [value.value for value in terms.get("edtf", ())]
        yield from dated or ["/".join(dict.fromkeys(bounds))] * bool(bounds)
        for flag in ("rolling", "undecided"):
            if flag in terms:
                yield self.labeller.label(KK + flag).text

    def _bodies(self, terms: Terms) -> Iterator[str]:
        yield from self._labels(terms, "bodyType")
        if any(value.value == "true" for value in terms.get("openList", ())):
            yield self.labeller.message("brief-others")

    def _funding(self, terms: Terms) -> Iterator[str]:
        if "numerator" in terms and "denominator" in terms:
            yield f"{terms['numerator'][0].value}/{terms['denominator'][0].value}"
        else:
            yield from self._labels(terms, "method")

    def _contact(self, terms: Terms) -> Iterator[str]:
        yield from self._labels(terms, "unitInCharge")
        yield from (value.value for value in terms.get("printedTelephone", ()))
