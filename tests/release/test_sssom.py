"""Alignments as SSSOM TSV, held to the slots of SSSOM 1.1 (`tests/sssom/slots.json`).

The `sssom` package reads the file too; it is not installed with the tests, for it brings LinkML.
"""

import csv
import json
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest

from kankei.dataset.data_folder import packaged
from kankei.errors import InvalidData
from kankei.namespaces import KK, RDFS
from kankei.release.sssom import sssom
from support.paths import TESTS

ONTOLOGY = packaged().ontology
SLOTS = json.loads((TESTS / "sssom" / "slots.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def content() -> str:
    return sssom(ONTOLOGY / "kankei.ttl", ONTOLOGY / "alignments.ttl").decode()


def metadata(content: str) -> dict[str, str]:
    lines = [line.removeprefix("#") for line in content.splitlines() if line.startswith("#")]
    return {key: value.strip().strip('"') for key, _, value in (line.partition(":") for line in lines)}


def rows(content: str) -> list[dict[str, str]]:
    lines = [line for line in content.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_slots_are_those_of_the_specification(content: str) -> None:
    found, prefixes = metadata(content), {row["subject_id"].partition(":")[0] for row in rows(content)}
    names = {name for name in found if not name.startswith("  ")}
    assert names <= set(SLOTS["mapping set"])
    assert {"mapping_set_id", "license", "curie_map"} <= names
    assert prefixes == {"kk"}
    for row in rows(content):
        assert row.keys() <= set(SLOTS["mapping"])
        assert all(row[name] for name in ("subject_id", "predicate_id", "object_id", "mapping_justification"))
        assert row["subject_type"] in {*SLOTS["entity types"], ""}


def test_every_alignment_is_a_mapping(content: str) -> None:
    prefixes = {key.strip(): value for key, value in metadata(content).items() if key.startswith("  ")}

    def iri(curie: str) -> str:
        prefix, _, name = curie.partition(":")
        return prefixes[prefix] + unquote(name)

    found = {
        tuple(iri(row[f"{name}_id"]) for name in ("subject", "predicate", "object")) for row in rows(content)
    }
    parsed = ox.parse(path=str(ONTOLOGY / "alignments.ttl"), format=ox.RdfFormat.TURTLE)
    stated = {tuple(str(term).strip("<>") for term in quad.triple) for quad in parsed}
    mapped = {triple for triple in stated if triple[0].startswith(KK) and triple[1].startswith(RDFS)}
    assert found == mapped
    assert len(found) > 50


def test_a_subject_has_its_label_and_type(content: str) -> None:
    row = next(row for row in rows(content) if row["subject_id"] == "kk:Programme")
    assert (row["subject_type"], row["subject_label"]) == ("owl class", "programme")


def test_a_term_without_a_prefix_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "alignments.ttl"
    file.write_text(f"<{KK}Programme> <{RDFS}seeAlso> <https://example.org/Other> .", encoding="utf-8")
    with pytest.raises(InvalidData, match="no prefix"):
        sssom(ONTOLOGY / "kankei.ttl", file)
