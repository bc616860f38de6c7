"""What one state of a node says, in a few words; and the sentence on both."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kankei.dataset.statements import Term, text
from kankei.diff.changes import Comparability, Field, Kind, NodeChange, Said
from kankei.diff.formatting import Phrases, shortened
from kankei.namespaces import DCT, KK

Fields = Sequence[Field]
_SHORT = 40


def _of(*names: str) -> frozenset[str]:
    return frozenset(KK + name for name in names)


WORDS = _of("raw", "plain", "notStated")
MONEY = _of("amount", "upperBound", "amountKind", "unit", "stage")
WINDOW = _of("edtf", "approximate", "earliestStart", "latestStart", "earliestEnd", "latestEnd")


@dataclass(frozen=True)
class Sides:
    """Sentences on one node, in the language of their names."""

    phrases: Phrases

    def silence(self, change: NodeChange, _: Fields) -> str:
        """That the source says something where it said nothing, or nothing any longer."""
        silent = self.phrases.say("not-stated")
        if change.kind == Kind.STATED:
            return f"{silent} → {self.summary(change.new)}"
        return f"{self.summary(change.old)} → {silent}" if change.kind == Kind.UNSTATED else ""

    def money(self, change: NodeChange, _: Fields) -> str:
        """Two amounts, as printed too, and their difference where there is one."""
        if change.budget is None:
            return ""
        staged = change.budget.comparability == Comparability.OTHER_STAGE
        old, new = (self._amount(said, staged=staged) for said in (change.old, change.new))
        yen = change.budget.yen
        least = self.phrases.say("by" if yen is not None else change.budget.comparability, yen or 0)
        return f"{old} → {new}{self.phrases.say('semicolon')}{least}"

    def window(self, change: NodeChange, fields: Fields) -> str:
        """Two windows of a call, as printed and as dates."""
        if KK + "edtf" not in {field.property for field in fields}:
            return ""
        if _text(change.old, "raw") == _text(change.new, "raw"):
            dates = [_text(said, "edtf") or self.phrases.say("none") for said in (change.old, change.new)]
            return (
                self.phrases.quoted(_text(change.old, "raw")) + self.phrases.say("comma") + " → ".join(dates)
            )
        return f"{self._window(change.old)} → {self._window(change.new)}"

    def words(self, _: NodeChange, fields: Fields) -> str:
        """The words of a node: the plain text where it differs, else the raw text that has no other form."""
        found = {field.property: field for field in fields if not field.provenance}
        field = found.get(KK + "plain") or found.get(KK + "raw")
        return self.phrases.pair(field) if field else ""

    def summary(self, said: Said) -> str:
        """A node that is on one side only: its amount, window, year or words; empty where it has none."""
        if _text(said, "notStated") == "true":
            return self.phrases.say("not-stated")
        if KK + "amount" in said or KK + "upperBound" in said:
            return self._amount(said, staged=True)
        if KK + "edtf" in said:
            return self._window(said)
        if KK + "fiscalYear" in said:
            return self.phrases.value(said[KK + "fiscalYear"][0])
        words = _text(said, "plain") or _text(said, "raw") or self._title(said)
        return self.phrases.quoted(shortened(words, _SHORT)) if words else ""

    def _title(self, said: Said) -> str:
        """Its title, in the language of the names where it has one in that."""
        titles = sorted(said.get(f"{DCT}title", ()), key=lambda term: not self._is_own(term))
        return text(titles[0]) if titles else ""

    def _is_own(self, term: Term) -> bool:
        return isinstance(term, ox.Literal) and term.language == self.phrases.names.language

    def _amount(self, said: Said, *, staged: bool) -> str:
        yen, bound = _text(said, "amount"), _text(said, "upperBound")
        raw, unit = _text(said, "raw"), _text(said, "unit")
        printed = self.phrases.quoted(raw) + ("" if unit in raw else unit)
        parts = [self.phrases.value(stage) for stage in said.get(KK + "stage", ()) if staged]
        if yen.isdecimal():
            parts.append(self.phrases.say("yen", int(yen)))
        if bound.isdecimal():
            parts.append(self.phrases.say("within", int(bound)))
        return (" ".join(parts) + self.phrases.say("printed", printed)).strip()

    def _window(self, said: Said) -> str:
        raw, dates = _text(said, "raw"), _text(said, "edtf")
        return (
            self.phrases.say("mark", self.phrases.quoted(raw), dates) if dates else self.phrases.quoted(raw)
        )


def _text(said: Said, name: str) -> str:
    return next(map(text, said.get(KK + name, ())), "")
