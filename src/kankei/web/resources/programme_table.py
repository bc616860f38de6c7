"""The table of programmes: who may carry them out, budgets and calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kankei.engine.operation import Engine
from kankei.namespaces import CONCEPTS, KK
from kankei.release.document_index import Document
from kankei.web.html.localizer import Localizer
from kankei.web.html.view import Value
from kankei.web.html.windows import WindowWords
from kankei.web.queries import solutions
from kankei.web.resources.icalendar import dated_window

_CALL = f"{CONCEPTS}column/call"


@dataclass
class ListedProgramme:
    """A line of the list of programmes."""

    title: Value
    ministries: list[Value] = field(default_factory=list)
    bodies: list[Value] = field(default_factory=list)
    budgets: list[Value] = field(default_factory=list)
    calls: list[Value] = field(default_factory=list)
    silent: bool = False
    """Whether the column of the call is blank."""

    def add(self, localizer: Localizer, local: str, value: str, year: str) -> None:
        """Enter a value of a property, and of a budget its fiscal year."""
        match local:
            case "ministry":
                self.ministries.append(localizer.resource(value))
            case "implementingBody":
                self.bodies.append(localizer.resource(value))
            case "openList" if value == "true":
                # Rows come by the property's IRI, and this one after the named bodies.
                self.bodies.append(localizer.sentence("open-list"))
            case "amount" | "upperBound":
                amount = localizer.yen(value)
                if local == "upperBound":
                    amount = localizer.text("within", amount=amount)
                budget = localizer.label(year).text
                self.budgets.append(localizer.sentence("budget-of", amount=amount, budget=budget))
            case "raw":
                self.calls.append(Value(value, "ja"))
            case "notStated":
                self.silent = self.silent or value == _CALL


async def programme_table(
    engine: Engine, documents: Sequence[Document], localizer: Localizer
) -> list[ListedProgramme]:
    """The lines of some programmes, in their order."""
    if not documents:
        return []
    iris = [document.iri for document in documents]
    programmes = {iri: ListedProgramme(localizer.resource(iri)) for iri in iris}
    for row in sorted(await solutions(engine, "programmes", {"programme": iris}), key=_order):
        local = row["property"].removeprefix(KK)
        programmes[row["programme"]].add(localizer, local, row["value"], row.get("year", ""))
    if localizer.language != "ja":
        await _translate_calls(engine, programmes, localizer)
    return list(programmes.values())


def _order(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(row.get(variable, "") for variable in ("programme", "property", "year", "value"))


async def _translate_calls(
    engine: Engine, programmes: Mapping[str, ListedProgramme], localizer: Localizer
) -> None:
    """Say in words what is printed in Japanese of calls, where it could be read as dates."""
    words = WindowWords(localizer.language)
    for row in await solutions(engine, "windows", {"programme": list(programmes)}):
        window, calls = dated_window(row), programmes[row["programme"]].calls
        written = words.window(window.start, window.end, approximate=window.approximate)
        for place, call in enumerate(calls):
            if row["property"] == f"{KK}call" and call.text == row.get("raw") and written:
                calls[place] = Value(written, localizer.language)
