"""From a sheet to its candidate: the year's entry with its values, its measures, and what they rest on."""

_LINKS = (
    *("title", "subtitle", "themeLine", "bodies", "support", "funding", "cell", "call", "needsSurvey"),
    *("budget", "contact", "link", "text", "goal", "aim", "model", "issue", "exampleActivity", "caption"),
)
"""The properties that lead from an entry to its values, in the order in which they are written."""
