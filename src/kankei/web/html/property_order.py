"""The order in which pages show properties: what names a thing, what is useful, the rest by name."""

from kankei.namespaces import DCT, KK, ORG, RDF, RDFS, SKOS

_FIRST = [
    *(
        f"{RDF}type",
        f"{DCT}title",
        f"{DCT}alternative",
        f"{SKOS}prefLabel",
        f"{RDFS}label",
        f"{SKOS}altLabel",
    ),
    *(f"{DCT}description", f"{SKOS}definition", f"{ORG}subOrganizationOf", f"{KK}raw", f"{KK}unit"),
    f"{KK}plain",
    *(
        KK + local
        for local in (
            *("ministry", "responsibleUnit", "implementingBody", "supportKind", "fundingMethod"),
            *("policyTheme", "latestBudget", "latestBudgetUpperBound", "callState", "latestEntry"),
            *("number", "fiscalYear", "title", "subtitle", "heading", "notStated"),
            *("bodies", "bodyType", "openList", "limitedTo", "cell", "support", "kind", "funding", "method"),
            *("numerator", "denominator", "percentage", "atMost", "ceiling", "call", "edtf", "approximate"),
            *("earliestStart", "latestStart", "earliestEnd", "latestEnd", "rolling", "undecided"),
            *("needsSurvey", "budget", "amountKind", "amount", "upperBound", "stage", "budgetYear"),
            *(
                "andOthers",
                "contact",
                "unitInCharge",
                "printedTelephone",
                "telephone",
                "link",
                "label",
                "url",
            ),
            *("themeLine", "theme", "goal", "text", "aim", "model", "modelGroup", "modelName"),
            *(
                "measure",
                "entry",
                "measureEntry",
                "issue",
                "pillar",
                "exampleActivity",
                "caption",
                "position",
            ),
        )
    ),
]
_ORDER = {predicate: position for position, predicate in enumerate(_FIRST)}


def property_rank(predicate: str) -> tuple[int, str]:
    """A sort key for properties."""
    return _ORDER.get(predicate, len(_ORDER)), predicate
