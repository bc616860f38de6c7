"""The split of a file's triples into named graphs."""

import pyoxigraph as ox
import pytest

from kankei.dataset.named_graphs import partition
from kankei.namespaces import PREFIXES, Base

BASE = Base("https://example.org/")
FILE = BASE.thing("programme/x")
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
EDITORIAL = "<#e> a kk:Evidence ; kk:about <> ; kk:basis kk:editorial ; kk:onProperty dct:title"
INFERRED = "<#e> a kk:Evidence ; kk:about <> ; kk:basis kk:inferred ; kk:onProperty dct:title"
PLACED = "kk:place <../source/s#line=0,1>"


def graphs(turtle: str, own_source: str | None = None) -> dict[str, str]:
    quads = ox.parse(HEAD + turtle, format=ox.RdfFormat.TURTLE, base_iri=FILE)
    placed = partition([quad.triple for quad in quads], BASE, own_source)
    prefix = BASE.graph("")
    return {
        f"{str(t.subject).removeprefix(f'<{FILE}')[:-1]} {t.predicate.value.split('#')[-1].split('/')[-1]} "
        f"{getattr(t.object, 'value', '')}": graph.removeprefix(prefix)
        for t, graph in placed
    }


def test_what_has_a_place_rests_on_that_source() -> None:
    found = graphs(f'<#v> a kk:Call ; kk:raw "随時" ; {PLACED} .')
    assert set(found.values()) == {"source/s"}


def test_what_rests_on_nothing_is_data() -> None:
    assert set(graphs('<> a kk:Programme ; dct:title "x"@ja .').values()) == {"data"}


@pytest.mark.parametrize("value", ["", '; kk:onValue "x"@ja'])
def test_editorial_statements_are_data_even_at_a_place(value: str) -> None:
    found = graphs(f'<> a kk:Ministry ; dct:title "x"@ja ; {PLACED} . {EDITORIAL} {value} .')
    assert found[" title x"] == "data"
    assert found[" type https://w3id.org/kankei/ns#Ministry"] == "source/s"
    assert found["#e basis https://w3id.org/kankei/ns#editorial"] == "data"


def test_evidence_for_one_value_leaves_the_others() -> None:
    found = graphs(f'<> dct:title "x"@ja, "y"@en ; {PLACED} . {EDITORIAL} ; kk:onValue "y"@en .')
    assert (found[" title x"], found[" title y"]) == ("source/s", "data")


def test_evidence_with_a_place_takes_its_statements_there() -> None:
    found = graphs(f'<> a kk:Programme ; dct:title "x"@ja ; dct:identifier "x" . {INFERRED} ; {PLACED} .')
    assert found[" title x"] == "source/s"
    assert found[" identifier x"] == "data"
    assert found[" type https://w3id.org/kankei/ns#Programme"] == "source/s"
    assert found["#e basis https://w3id.org/kankei/ns#inferred"] == "source/s"


def test_a_curators_note_is_data_even_at_a_place() -> None:
    assert set(graphs(f'<#n> a kk:CuratorNote ; kk:note "x"@ja ; {PLACED} .').values()) == {"data"}


def test_of_two_sources_the_first_by_name() -> None:
    found = graphs('<> kk:raw "x" ; kk:place <../source/b#line=0,1>, <../source/a#line=0,1> .')
    assert set(found.values()) == {"source/a"}


def test_a_source_document_rests_on_itself_save_what_editors_wrote() -> None:
    found = graphs(f'<> a kk:SourceDocument ; dct:title "x"@ja ; kk:lineCount 3 . {EDITORIAL} .', "s")
    assert found[" lineCount 3"] == "source/s"
    assert found[" type https://w3id.org/kankei/ns#SourceDocument"] == "source/s"
    assert found[" title x"] == "data"
