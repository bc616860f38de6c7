"""A service for the catalogue to list; this module imports nothing of the build."""

from dataclasses import dataclass

from kankei.localisation import Text


@dataclass(frozen=True)
class OfferedService:
    """A service that a server offers by the files of a stage, for the catalogue to list.

    `endpoint` is its path under the public address; `conforms_to` the IRI of a standard, empty for none.
    """

    name: str
    title: Text
    endpoint: str
    conforms_to: str = ""
