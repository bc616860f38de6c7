"""The files of organisations that a contact names and the data lack, for a curator to fill in."""

from collections.abc import Iterator
from itertools import pairwise

from kankei.curation.candidate.candidate import CandidateField
from kankei.source.grammars import organisation_path, telephone
from kankei.source.grammars.normalised_text import ParseError

_FILE = """\
# data/organisations/{slug}.ttl
@prefix dct: <http://purl.org/dc/terms/> .
@prefix kk: <https://w3id.org/kankei/ns#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<> a kk:{kind} ;
    skos:prefLabel "{name}"@ja ;
    dct:identifier "{slug}" ;{above}
    kk:place <../source/{source}#{lines}> .

<#evidence-identity> a kk:Evidence ;
    kk:about <> ;
    kk:onProperty dct:identifier ;
    kk:basis kk:editorial ;
    kk:ground "識別子は当方が付けた。"@ja, "The identifier is ours."@en .
"""
_KINDS = {"省": "Ministry", "庁": "Agency", "局": "Bureau", "グループ": "Bureau", "部": "Department"}


def unit_files(contact: CandidateField, source: str) -> Iterator[str]:
    """A file for each unit that a contact prints, the highest first, whether the data have it or not."""
    names = organisation_path.segment(_named(contact.raw or ""))
    slugs = ["", *(f"slug-{position}" for position, _ in enumerate(names, 1))]
    for name, (above, slug) in zip(names, pairwise(slugs), strict=True):
        yield _FILE.format(
            slug=slug,
            kind=next((kind for suffix, kind in _KINDS.items() if name.endswith(suffix)), "Division"),
            name=name.translate(_NO_QUOTES),
            above=f"\n    org:subOrganizationOf <{above}> ;" if above else "",
            source=source,
            lines=contact.place.fragment,
        )


_NO_QUOTES = {ord(sign): None for sign in '"\\\n\r'}
"""What would end the string that a name stands in."""


def _named(raw: str) -> str:
    """The text before its first telephone number."""
    try:
        numbers = telephone.find(raw)
    except ParseError:
        return raw
    return raw[: numbers[0].start] if numbers else raw
