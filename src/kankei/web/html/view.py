"""What a page shows of a thing: sections, rows, values and marks, as plain values for a template."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Value:
    """A value as shown: text in a language, perhaps linked, with what it rests on."""

    text: str
    language: str = ""
    href: str | None = None
    title: str = ""
    marks: Sequence["Mark"] = ()


@dataclass(frozen=True)
class Mark:
    """What a statement rests on: `basis` is stated, inferred, editorial or derived."""

    basis: str
    rule: Value | None
    ground: Value | None
    places: Sequence[Value]


@dataclass(frozen=True)
class Row:
    """A property with its values."""

    label: Value
    values: Sequence[Value]
    marks: Sequence[Mark] = ()


@dataclass(frozen=True)
class SharedMark:
    """What several rows rest on alike."""

    mark: Mark
    labels: Sequence[Value]


@dataclass(frozen=True)
class Section:
    """A node: the thing itself, or a hash node inside it, with the nodes inside that."""

    anchor: str
    iri: str
    heading: Value
    kind: str
    relation: str
    places: Sequence[Value]
    rows: Sequence[Row]
    notes: Sequence[Value]
    sections: Sequence["Section"]
    shared: Sequence[SharedMark] = ()
    notice: str = ""
    """What to know before reading it: that it is not of the last year."""


@dataclass(frozen=True)
class Printed:
    """The words of a source as printed; `unit` is printed elsewhere, at the head of a column for one."""

    raw: str
    unit: str = ""


@dataclass(frozen=True)
class Fact:
    """One line of what is most useful to know: values, the words of the source, and what is inferred."""

    key: str
    values: Sequence[Value]
    printed: Sequence[Printed] = ()
    marks: Sequence[Mark] = ()
    absent: bool = False
