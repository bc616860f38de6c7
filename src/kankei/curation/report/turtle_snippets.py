"""What a curator may paste into a candidate's file where something is left to write: Turtle to fill in."""

from collections.abc import Callable, Iterator, Mapping

from kankei.curation.candidate.candidate import Candidate
from kankei.curation.report.organisation_stubs import unit_files
from kankei.curation.report.summary import subject
from kankei.namespaces import KK
from kankei.source.lines.doubt import Doubt, Weight

_TITLE = """\
<> dct:title "TITLE IN ENGLISH"@en .

<#evidence-translation> a kk:Evidence ;
    kk:about <> ;
    kk:onProperty dct:title ;
    kk:onValue "TITLE IN ENGLISH"@en ;
    kk:basis kk:editorial ;
    kk:ground "英語の題名は当方の訳。"@ja, "The English title is our translation."@en .
"""
_DESCRIPTION = """\
<> dct:description "日本語の説明を一文で書く。"@ja,
        "ONE SENTENCE IN ENGLISH."@en .

<#evidence-description> a kk:Evidence ;
    kk:about <> ;
    kk:onProperty dct:description ;
    kk:basis kk:editorial ;
    kk:ground "説明はシートの記載だけから当方が一文にまとめた。"@ja,
        "The description is one sentence that we wrote from the sheet's own facts."@en .
"""
_AREA = """\
<> dct:spatial <http://publications.europa.eu/resource/authority/country/JPN> .

<#evidence-area> a kk:Evidence ;
    kk:about <> ;
    kk:onProperty dct:spatial ;
    kk:basis kk:editorial ;
    kk:ground "対象区域は当方が付けた。"@ja, "The area is ours."@en .
"""
_MEASURE = """\
<#{0}> dct:title "TITLE IN ENGLISH"@en .

<#evidence-translation-{0}> a kk:Evidence ;
    kk:about <#{0}> ;
    kk:onProperty dct:title ;
    kk:onValue "TITLE IN ENGLISH"@en ;
    kk:basis kk:editorial ;
    kk:ground "英語の題名は当方の訳。"@ja, "The English title is our translation."@en .
"""
_NOTE = """\
<#note-{0}> a kk:CuratorNote ;
    kk:about <#{0}> ;
    kk:note "日本語の注を書く。"@ja, "THE NOTE IN ENGLISH."@en .
"""


def snippet(doubt: Doubt, candidate: Candidate) -> str:
    """The Turtle for what only a curator can write, in the form of the data folder; empty if there is none.

    It goes to the end of the candidate's file, whose prefixes it uses; organisations have files of their own.
    """
    if doubt.weight is Weight.EDITORIAL and doubt.about in _WRITTEN:
        return "\n".join(_WRITTEN[doubt.about](doubt, candidate))
    if doubt.weight is Weight.UNRESOLVED and doubt.about == "contact":
        return "\n".join(_units(doubt, candidate))
    return ""


def _units(doubt: Doubt, candidate: Candidate) -> Iterator[str]:
    """For a contact of no unit that the data know."""
    position = subject(doubt, candidate.fields)
    field = None if position is None else candidate.fields[position]
    if field and f"{KK}unitInCharge" not in dict(field.statements):
        yield from unit_files(field, candidate.source)


def _measures(doubt: Doubt, candidate: Candidate) -> Iterator[str]:
    """For the measures whose entries stand where the doubt does."""
    for node in candidate.nodes:
        said = {term.removeprefix(KK): value.value for term, value in node.statements}
        place = said.get("place", "").partition("#")[2]
        if "ofMeasure" in said and doubt.place and place == doubt.place.fragment:
            yield _MEASURE.format(_fragment(said["ofMeasure"]))


def _fragment(iri: str) -> str:
    return iri.partition("#")[2]


_WRITTEN: Mapping[str, Callable[[Doubt, Candidate], Iterator[str]]] = {
    "dct:title": lambda _, __: iter([_TITLE]),
    "dct:description": lambda _, __: iter([_DESCRIPTION]),
    "dct:spatial": lambda _, __: iter([_AREA]),
    "kk:measure": _measures,
    "kk:CuratorNote": lambda _, candidate: iter([_NOTE.format(_fragment(candidate.entry))]),
}
