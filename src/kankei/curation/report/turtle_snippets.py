"""Turtle with gaps, for a curator to paste into a candidate's file where only a person can write."""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import pyoxigraph as ox

from kankei.curation.candidate.candidate import Candidate, CandidateField
from kankei.curation.report.candidate_summary import field_of_doubt
from kankei.curation.report.rendering import environment
from kankei.dataset.integrity import PLACEHOLDER_SLUG, PLACEHOLDERS
from kankei.namespaces import KK
from kankei.source.grammars import organisation_path, telephone
from kankei.source.grammars.normalised_text import ParseError
from kankei.source.grammars.organisation_path import OrganisationPaths
from kankei.source.lines.document import Doubt, Weight

Units = OrganisationPaths[ox.NamedNode]

_CLASSES = {
    **dict.fromkeys(("省", "内閣府", "内閣官房", "デジタル庁", "復興庁"), "Ministry"),
    "庁": "Agency",
    **dict.fromkeys(("整備局", "運輸局", "農政局", "総合通信局", "経済産業局", "支局"), "RegionalBureau"),
    **dict.fromkeys(("局", "官房", "グループ"), "Bureau"),
    "部": "Department",
    **dict.fromkeys(("機構", "法人"), "IncorporatedAgency"),
}
"""Endings of names, in the order in which they are tried; any other unit is a division."""
_DELIMITERS = {ord(sign): None for sign in '"\\\n\r'}
"""What would end the string that a name stands in."""


def snippet(doubt: Doubt, candidate: Candidate, units: Units | None = None) -> str:
    """The Turtle for what only a curator can write, in the form of the data folder; empty if there is none.

    `units` are those that the data have. It goes to the end of the candidate's file, whose prefixes it uses;
    organisations have files of their own.
    """
    if doubt.weight is Weight.EDITORIAL and doubt.about in _EDITORIAL:
        return "\n".join(_EDITORIAL[doubt.about](doubt, candidate))
    if doubt.weight is Weight.UNRESOLVED and doubt.about == "contact":
        return "\n".join(_organisations(doubt, candidate, units))
    return ""


def _fill(template: str, /, **values: str) -> str:
    templates: Any = environment().get_template("snippets.ttl").make_module(dict(PLACEHOLDERS))
    text: str = getattr(templates, template)(**values)
    return text


def _organisations(doubt: Doubt, candidate: Candidate, units: Units | None) -> Iterator[str]:
    """The files of those units of a contact that the data lack, the highest first.

    There are none where a name does not end as those of units do: then something else is printed too.
    """
    position = field_of_doubt(doubt, candidate.fields)
    field = None if position is None else candidate.fields[position]
    if not field or f"{KK}unitInCharge" in dict(field.statements):
        return
    names = organisation_path.names(_before_telephone(field))
    if not all(map(organisation_path.is_unit, names)):
        return
    count, unit = units.longest(names) if units else (0, None)
    names = names[count:]
    slugs = [
        unit.value.rpartition("/")[2] if unit else "",
        *(PLACEHOLDER_SLUG.format(position=position) for position, _ in enumerate(names, 1)),
    ]
    for name, (parent, slug) in zip(names, pairwise(slugs), strict=True):
        yield _fill(
            "organisation",
            slug=slug,
            kind=next((kind for suffix, kind in _CLASSES.items() if name.endswith(suffix)), "Division"),
            name=name.translate(_DELIMITERS),
            parent=parent,
            source=candidate.source,
            lines=field.place.fragment,
        )


def _before_telephone(contact: CandidateField) -> str:
    raw = contact.raw or ""
    try:
        numbers = telephone.find(raw)
    except ParseError:
        return raw
    return raw[: numbers[0].start] if numbers else raw


def _measures(doubt: Doubt, candidate: Candidate) -> Iterator[str]:
    """For the measures whose entries cite the lines of the doubt."""
    for node in candidate.nodes:
        values = {term.removeprefix(KK): value.value for term, value in node.statements}
        place = values.get("place", "").partition("#")[2]
        if "ofMeasure" in values and doubt.place and place == doubt.place.fragment:
            yield _fill("measure", fragment=_fragment(values["ofMeasure"]))


def _fragment(iri: str) -> str:
    return iri.partition("#")[2]


_EDITORIAL: Mapping[str, Callable[[Doubt, Candidate], Iterator[str]]] = {
    "dct:title": lambda _, __: iter([_fill("title")]),
    "dct:description": lambda _, __: iter([_fill("description")]),
    "dct:spatial": lambda _, __: iter([_fill("area")]),
    "kk:measure": _measures,
    "kk:CuratorNote": lambda _, candidate: iter([_fill("note", entry=_fragment(candidate.entry))]),
}
