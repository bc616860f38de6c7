"""A programme as an item of a list in plain JSON."""

from collections.abc import Sequence

from kankei.namespaces import DCT, KK
from kankei.web.plain_json.values import Json, Values, without_empty


def listed_programme(values: Values, iri: str, address: str, call_state: str) -> Json:
    """What a list says of a programme, by its shortcut properties; `address` is that of its document."""
    names = {
        "ministries": "ministry",
        "units": "responsibleUnit",
        "themes": "policyTheme",
        "bodies": "implementingBody",
        "supportKinds": "supportKind",
    }
    return without_empty(
        {
            "id": iri,
            "address": address,
            "title": values.by_language(iri, f"{DCT}title"),
            **{name: values.things(iri, KK + local) for name, local in names.items()},
            "openToOthers": values.flag(iri, f"{KK}openToOthers"),
            "latestYear": values.number(iri, f"{KK}latestYear"),
            "budgets": _numbers(values, iri, "latestBudget"),
            "budgetUpperBounds": _numbers(values, iri, "latestBudgetUpperBound"),
            "callState": call_state,
            "callPrinted": values.texts(iri, f"{KK}callPrinted"),
        }
    )


def _numbers(values: Values, iri: str, local: str) -> Sequence[int]:
    """Sums of money in yen: there may be several, of several sources."""
    return sorted(int(text) for text in values.texts(iri, KK + local) if text.isdecimal())
