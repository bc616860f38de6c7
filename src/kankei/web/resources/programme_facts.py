"""The few things about a programme that an officer needs first, from its latest catalogue entry."""

from kankei.web.html.view import Fact
from kankei.web.resources.programme_entry import CatalogueEntry
from kankei.web.resources.thing_view import ThingView


def facts(thing: ThingView) -> list[Fact]:
    """The facts of a programme's document, in the order of an officer's questions; empty for other things."""
    if not thing.years.entries:
        return []
    entry = CatalogueEntry(thing, thing.graph, thing.strings, thing.years.entries[0])
    found = [
        entry.fact("who", "bodies", entry.bodies),
        entry.fact("what", "support", entry.support, "支援対象・内容"),
        entry.fact("funding", "funding", entry.funding, "補助率等"),
        entry.fact("budget", "budget", entry.budget),
        entry.fact("call", "call", entry.call),
        entry.fact("contact", "contact", entry.contact),
        entry.fact("links", "link", entry.link),
    ]
    return [fact for fact in found if fact]
