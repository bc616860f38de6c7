"""The home page: every programme with its ministry and theme, and where everything else is."""

from dataclasses import dataclass

from kankei.engine.operation import Engine
from kankei.web.links import Links
from kankei.web.queries import Row, solutions
from kankei.web.strings import Strings
from kankei.web.view import Value


@dataclass
class Programme:
    """A line of the list of programmes."""

    title: Value
    ministries: dict[str, Value]
    themes: dict[str, Value]
    budgets: dict[str, Value]


async def programmes(engine: Engine, links: Links, strings: Strings, language: str) -> list[Programme]:
    """The programmes of the release, in the order of their paths."""
    found: dict[str, Programme] = {}
    for row in await solutions(engine, "programmes"):
        iri = row["programme"]
        programme = found.setdefault(iri, Programme(_named(links, iri, language), {}, {}, {}))
        for held, variable in ((programme.ministries, "ministry"), (programme.themes, "theme")):
            if variable in row:
                held[row[variable]] = _named(links, row[variable], language)
        programme.budgets.update(_budgets(strings, row, language))
    return list(found.values())


def _named(links: Links, iri: str, language: str) -> Value:
    label = links.label(iri, language)
    return Value(label.text, label.language, links.href(iri), iri)


def _budgets(strings: Strings, row: Row, language: str) -> dict[str, Value]:
    told = {}
    if "budget" in row:
        told[row["budget"]] = strings.say(language, "yen", f"{int(row['budget']):,}")
    if "bound" in row:
        bound = strings.say(language, "yen", f"{int(row['bound']):,}")
        told[f"within {row['bound']}"] = strings.say(language, "within", bound)
    return {key: Value(text, language) for key, text in told.items()}
