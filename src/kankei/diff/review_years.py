"""What became of budget projects between two review years: renamed, split, continued, ended, begun."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pyoxigraph as ox

from kankei.dataset.data_folder import RECORDS_DOCUMENT, Inputs, record_files
from kankei.dataset.statements import TYPE, StatementIndex, text
from kankei.dataset.turtle import read_turtle
from kankei.diff.json_output import FORMAT
from kankei.localisation import catalogue
from kankei.namespaces import DCT, KK, Base

_MESSAGES = catalogue("kankei.diff")


class Outcome(StrEnum):
    """What became of a project."""

    RENAMED = "renamed"
    SPLIT = "split"
    CONTINUED = "continued"
    ENDED = "ended"
    BEGUN = "begun"


@dataclass(frozen=True)
class ProjectState:
    """A project in one review year."""

    iri: str
    title: str
    unit: str
    former: str


@dataclass(frozen=True)
class ProjectChange:
    """A project that changed: its state before or after, and the projects that it became."""

    outcome: Outcome
    state: ProjectState
    became: tuple[ProjectState, ...] = ()

    def line(self, language: str) -> str:
        """The change on one line."""
        became = "、".join(f"{state.title} ({state.iri.rpartition('/')[2]})" for state in self.became)
        number = self.state.iri.rpartition("/")[2]
        key = f"project-{self.outcome}"
        return _MESSAGES.format(language, key, title=self.state.title, number=number, became=became)


def json_text(changes: Sequence[ProjectChange]) -> str:
    """Changes as a JSON document: for each its outcome, the project, and the projects that it became."""
    content = {
        "format": FORMAT,
        "projects": [
            {
                "outcome": change.outcome.value,
                **_as_json(change.state),
                "became": [_as_json(state) for state in change.became],
            }
            for change in changes
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _as_json(state: ProjectState) -> dict[str, str | None]:
    return {"iri": state.iri, "title": state.title, "unit": state.unit or None}


def has_projects(inputs: Inputs) -> bool:
    """Whether any of the data folders holds records, which are compared by review year."""
    return bool(record_files(inputs))


def compare_years(inputs: Inputs, base: Base, years: tuple[int, int]) -> list[ProjectChange]:
    """The changes between two review years, by outcome and number.

    A project that has a sheet in the earlier year only has become those that began since and name its number
    as their former one, or whose names begin with its own in the same unit; without any it has ended.
    """
    states = _states(inputs, base)
    before, after = (states.get(year, {}) for year in years)
    begun = {iri: state for iri, state in after.items() if iri not in before}
    changes = [
        ProjectChange(Outcome.RENAMED, state, (after[iri],))
        for iri, state in before.items()
        if iri in after and after[iri].title != state.title
    ]
    successors = set[str]()
    for iri, state in before.items():
        if iri not in after:
            became = tuple(new for new in begun.values() if _continues(new, state))
            successors |= {new.iri for new in became}
            outcomes = (Outcome.ENDED, Outcome.CONTINUED, Outcome.SPLIT)
            changes.append(ProjectChange(outcomes[min(2, len(became))], state, became))
    new_ones = (state for iri, state in begun.items() if iri not in successors)
    changes += [ProjectChange(Outcome.BEGUN, state) for state in new_ones]
    order = [*Outcome]
    return sorted(changes, key=lambda change: (order.index(change.outcome), _number(change.state.iri)))


def _continues(new: ProjectState, old: ProjectState) -> bool:
    number = old.iri.rpartition("/")[2]
    return new.former == number or (
        bool(old.unit) and new.unit == old.unit and new.title.startswith(old.title)
    )


def _number(iri: str) -> tuple[int, str]:
    slug = iri.rpartition("/")[2]
    return (int(slug), "") if slug.isdecimal() else (0, slug)


def _states(inputs: Inputs, base: Base) -> Mapping[int, dict[str, ProjectState]]:
    """The state of each project in each review year."""
    states: dict[int, dict[str, ProjectState]] = defaultdict(dict)
    for file in record_files(inputs):
        index = StatementIndex.of(read_turtle(file, base.thing(RECORDS_DOCUMENT)))
        for project, value in index.pairs(TYPE):
            if text(value) == f"{KK}BudgetProject":
                for year, state in _sheets(index, project):
                    states[year][project] = state
    return states


def _sheets(index: StatementIndex, project: str) -> Iterator[tuple[int, ProjectState]]:
    for sheet in index.iris(project, f"{KK}reviewSheet"):
        year = index.value(sheet, f"{KK}reviewYear").rpartition("/")[2]
        titles = index.objects(sheet, f"{DCT}title")
        title = next((t.value for t in titles if isinstance(t, ox.Literal)), "")
        unit = index.value(sheet, f"{KK}reviewedUnit")
        yield int(year), ProjectState(project, title, unit, index.value(sheet, f"{KK}formerNumber"))
