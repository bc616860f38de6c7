"""Schema of the index: its file in a release, its fields, its facets, its tables."""

from enum import IntEnum

FILE = "search/index.sqlite"
"""The file in the folder of a release."""

FORMAT = "1"
"""Changes when a reader of the one before could not read it."""


class Field(IntEnum):
    """Where a thing's words stand, in the order in which a match counts."""

    TITLE = 0
    NAME = 1
    """Other names: those that people use, names of measures, printed names."""
    IDENTIFIER = 2
    """Numbers of the guidebook, telephone numbers, identifiers, addresses of its pages."""
    ORGANISATION = 3
    CONCEPT = 4
    SUMMARY = 5
    TEXT = 6
    ADDRESS = 7
    """Addresses of its pages, and identifiers that others gave it: found as a whole only."""

    HIDDEN = 8
    """Ways of writing a name that are only searched for (``skos:hiddenLabel``)."""

    @property
    def label(self) -> str:
        """Its name in answers, and its key in the catalogue of sentences."""
        return self.name.lower()


NAMED = (Field.TITLE, Field.NAME, Field.IDENTIFIER, Field.ADDRESS, Field.HIDDEN)
"""Fields whose passages are names as a whole, which a term can be equal to."""

KINDS = ("programme", "project", "organisation", "concept")
"""Kinds of things, in the order of hits that match equally well."""

FACETS = (
    "type",
    "dataset",
    "theme",
    "ministry",
    "unit",
    "body",
    "open",
    "support",
    "funding",
    "rate",
    "budget",
    "survey",
    "year",
)
"""Facets whose values are stored; that of the state of the call, ``call``, depends on a date."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL,
                    title_length INTEGER NOT NULL, content TEXT NOT NULL);
CREATE TABLE passage (thing INTEGER, field INTEGER, position INTEGER, language TEXT NOT NULL,
                      text TEXT NOT NULL, PRIMARY KEY (thing, field, position)) WITHOUT ROWID;
CREATE TABLE name (folded TEXT, field INTEGER, thing INTEGER, PRIMARY KEY (folded, field, thing))
  WITHOUT ROWID;
CREATE TABLE gram (gram TEXT, field INTEGER, things BLOB NOT NULL, PRIMARY KEY (gram, field));
CREATE TABLE facet (facet TEXT, value TEXT, labels TEXT NOT NULL, things BLOB NOT NULL,
                    PRIMARY KEY (facet, value));
CREATE TABLE call (thing INTEGER, first TEXT, sure_from TEXT, sure_to TEXT, last TEXT);
"""
INDEXES = """
CREATE UNIQUE INDEX thing_by_iri ON thing (iri);
CREATE INDEX thing_by_path ON thing (path);
"""
