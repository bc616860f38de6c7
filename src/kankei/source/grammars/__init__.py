"""The grammars of the columns of a sheet: one module for each kind of value.

Each has a function `parse` (or, for a part of a text, `find`) that reads a printed text into frozen values or
raises `ParseError`. A grammar reads what is printed and nothing else: what is derived from it (a year that is
not printed, a country code) has fields of its own in the value, so that the caller can name the rule.
"""
