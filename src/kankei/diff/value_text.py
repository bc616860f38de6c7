"""Sentences on the values of one node: one state in brief, or both states of budget, call or text."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.dataset.statements import TYPE, Term, text
from kankei.diff.changes import Comparability, NodeChange, NodeStatus, Properties, PropertyChange
from kankei.diff.formatting import Formatter, shortened
from kankei.namespaces import DCT, KK

PropertyChanges = Sequence[PropertyChange]
_SHORT = 40


def _kk(*names: str) -> frozenset[str]:
    return frozenset(KK + name for name in names)


TEXT = _kk("raw", "plain")
MONEY = _kk("amount", "upperBound", "amountKind", "unit", "stage")
WINDOW = _kk(
    *("edtf", "approximate", "rolling", "undecided"),
    *("earliestStart", "latestStart", "earliestEnd", "latestEnd"),
)
CONTACT = _kk("unitInCharge", "telephone", "printedTelephone")


@dataclass(frozen=True)
class ValueText:
    """Sentences on one node, in the language of the formatter; empty where they do not apply."""

    formatter: Formatter

    def stated_or_unstated(self, change: NodeChange, _: PropertyChanges) -> str:
        """That a value was stated that was not stated before, or the reverse."""
        not_stated = self.formatter.sentence("not-stated")
        if change.status == NodeStatus.STATED:
            return f"{not_stated} → {self.summary(change.new)}"
        if change.status == NodeStatus.UNSTATED:
            return f"{self.summary(change.old)} → {not_stated}"
        return ""

    def budget(self, change: NodeChange, _: PropertyChanges) -> str:
        """Two amounts, also as printed, and their difference where there is one."""
        if change.budget is None:
            return ""
        with_stage = change.budget.comparability == Comparability.OTHER_STAGE
        old, new = (self._amount(state, with_stage=with_stage) for state in (change.old, change.new))
        key = "yen-difference" if change.budget.yen is not None else change.budget.comparability
        difference = self.formatter.sentence(key, yen=change.budget.yen)
        return f"{old} → {new}{self.formatter.sentence('semicolon')}{difference}"

    def window(self, change: NodeChange, changes: PropertyChanges) -> str:
        """Two windows of a call or survey, as printed and as dates."""
        old_raw, new_raw = _text(change.old, "raw"), _text(change.new, "raw")
        is_printed_otherwise = _condensed(old_raw) != _condensed(new_raw)
        is_dated_otherwise = KK + "edtf" in {one.property for one in changes}
        if not is_dated_otherwise and not (_is_of(change, "Call", "NeedsSurvey") and is_printed_otherwise):
            return ""
        if old_raw != new_raw:
            return f"{self._window(change.old)} → {self._window(change.new)}"
        no_value = self.formatter.sentence("no-value")
        dates = [_text(state, "edtf") or no_value for state in (change.old, change.new)]
        return self.formatter.quoted(old_raw) + self.formatter.sentence("comma") + " → ".join(dates)

    def contact(self, change: NodeChange, changes: PropertyChanges) -> str:
        """Two printed contacts, where unit and telephone do not tell the whole of the difference."""
        old_raw, new_raw = _text(change.old, "raw"), _text(change.new, "raw")
        if not _is_of(change, "Contact") or _condensed(old_raw) == _condensed(new_raw):
            return ""
        interpreted = [one for one in changes if one.property in CONTACT]
        if interpreted and all(one.old and one.new for one in interpreted):
            return ""
        return f"{self.formatter.quoted(old_raw)} → {self.formatter.quoted(new_raw)}"

    def texts(self, _: NodeChange, changes: PropertyChanges) -> str:
        """Two texts: the plain ones where they differ, else raw ones without an interpretation."""
        by_property = {change.property: change for change in changes if not change.is_provenance}
        change = by_property.get(KK + "plain") or by_property.get(KK + "raw")
        return self.formatter.excerpts(change) if change else ""

    def summary(self, state: Properties) -> str:
        """One state of a node: its amount, window, year or text."""
        if KK + "column" in state:
            return self.formatter.value(state[KK + "column"][0])
        if KK + "amount" in state or KK + "upperBound" in state:
            return self._amount(state, with_stage=True)
        if KK + "edtf" in state:
            return self._window(state)
        if KK + "fiscalYear" in state:
            return self.formatter.value(state[KK + "fiscalYear"][0])
        source_text = _text(state, "plain") or _text(state, "raw") or self._title(state)
        return self.formatter.quoted(shortened(source_text, _SHORT)) if source_text else ""

    def _title(self, state: Properties) -> str:
        """The title, in the formatter's language where there is one in it."""
        titles = sorted(state.get(f"{DCT}title", ()), key=lambda term: not self._is_own_language(term))
        return text(titles[0]) if titles else ""

    def _is_own_language(self, term: Term) -> bool:
        return isinstance(term, ox.Literal) and term.language == self.formatter.language

    def _amount(self, state: Properties, *, with_stage: bool) -> str:
        yen, bound = _text(state, "amount"), _text(state, "upperBound")
        raw, unit = _text(state, "raw"), _text(state, "unit")
        printed = self.formatter.quoted(raw) + ("" if unit in raw else unit)
        parts = [self.formatter.value(stage) for stage in state.get(KK + "stage", ()) if with_stage]
        if yen.isdecimal():
            parts.append(self.formatter.sentence("yen", yen=int(yen)))
        if bound.isdecimal():
            parts.append(self.formatter.sentence("within", yen=int(bound)))
        return (" ".join(parts) + self.formatter.sentence("printed", text=printed)).strip()

    def _window(self, state: Properties) -> str:
        raw, dates = self.formatter.quoted(_text(state, "raw")), _text(state, "edtf")
        return self.formatter.sentence("bracketed", label=raw, mark=dates) if dates else raw


def _is_of(change: NodeChange, *classes: str) -> bool:
    """Whether a node is of one of these classes in both states."""
    kinds = _kk(*classes)
    return all(kinds & {text(kind) for kind in state.get(TYPE, ())} for state in (change.old, change.new))


def _condensed(printed: str) -> str:
    """A printed text without the blanks and line breaks that another layout changes."""
    return "".join(printed.split())


def _text(state: Properties, name: str) -> str:
    return next(map(text, state.get(KK + name, ())), "")
