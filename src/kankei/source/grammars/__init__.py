"""The grammars of what stands in the columns of a sheet: one module a kind of value.

Each has a `parse` that reads a printed text into a frozen value or raises `Unreadable`, and values that
`render` themselves in one canonical spelling, which `parse` reads back to the same value. A grammar says
what is printed and nothing else: what follows from it (a year that is not printed, a country code) is told
apart in the value, so that whoever uses it can name the rule.
"""
