"""The columns that the table of a sheet may have."""

from enum import Enum


class Column(Enum):
    """The columns that a sheet may have, whatever their headings."""

    BODIES = "bodies"
    SUPPORT = "support"
    FUNDING = "funding"
    CALL = "call"
    SURVEY = "survey"
    BUDGET = "budget"
    CONTACT = "contact"
