"""Files of mappings (SSSOM): what is refused, with its line, and what enters the graph."""

import warnings
from pathlib import Path

import pytest

from kankei.dataset.data_folder import packaged
from kankei.dataset.dataset import Dataset, load
from kankei.dataset.mappings import (
    LinkMapping,
    State,
    grounds,
    mapping_statements,
    published_mappings,
    read_mappings,
    write_mappings,
)
from kankei.dataset.statements import LiteralCheck
from kankei.errors import InvalidData, KankeiError
from kankei.namespaces import DCT, KK, SKOS, Base
from support.review import joint_inputs

BASE = Base()
FILE = packaged().data / "mappings" / "budget-review.sssom.tsv"
PILOT, PROJECT = BASE.thing("programme/two-region-living#measure-pilot"), BASE.thing("project/20406")


def values(dataset: Dataset, subject: str, predicate: str) -> list[str]:
    return [t.object.value for t in dataset.find(subject, predicate, None)]  # type: ignore[union-attr]


def test_the_file_of_the_data_is_written_as_it_is_read() -> None:
    assert write_mappings(read_mappings(FILE, BASE), BASE) == FILE.read_text(encoding="utf-8")


def test_the_file_of_the_data_is_sssom() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what sssom asks of newer versions of pandas
        from sssom.parsers import parse_sssom_table  # noqa: PLC0415

        parsed = parse_sssom_table(str(FILE))
    (row,) = parsed.df.to_dict("records")
    assert (row["subject_id"], row["predicate_id"], row["object_id"]) == (
        "kankei:programme/two-region-living#measure-pilot", "skos:exactMatch", "kankei:project/20406",
    )  # fmt: skip
    assert row["mapping_justification"] == "semapv:ManualMappingCuration"


def test_nothing_is_accepted_without_evidence() -> None:
    assert all(mapping.evidence for mapping in read_mappings(FILE, BASE))


def test_without_the_other_dataset_no_mapping_enters_the_graph(seed_dataset: Dataset) -> None:
    assert values(seed_dataset, PILOT, f"{SKOS}exactMatch") == []


@pytest.fixture(scope="module")
def seed_dataset() -> Dataset:
    return load(packaged(), BASE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("mappings")
    joint_inputs(folder)
    return folder / "review"


def test_an_accepted_mapping_enters_with_author_date_and_evidence(folder: Path) -> None:
    dataset = load(packaged().with_data(packaged().data, folder), BASE)
    assert values(dataset, PILOT, f"{SKOS}exactMatch") == [PROJECT]
    (evidence,) = (t.subject.value for t in dataset.find(None, f"{KK}onValue", PROJECT))  # type: ignore[union-attr]
    assert evidence.startswith(f"{PILOT.partition('#')[0]}#evidence-mapping-")
    assert values(dataset, evidence, f"{DCT}creator") == ["kankei project"]
    assert values(dataset, evidence, f"{DCT}created") == ["2026-11-30"]
    assert values(dataset, evidence, f"{KK}confidence") == ["0.906"]
    assert any("名称が同じ" in ground for ground in values(dataset, evidence, f"{KK}ground"))


HEADER = (
    "subject_id predicate_id object_id mapping_justification confidence author_label mapping_date comment "
    "state\n"
).replace(" ", "\t")
ROW = "kankei:programme/a\tskos:exactMatch\tkankei:project/1\tsemapv:LexicalMatching\t0.9\tN\t2026-11-30\tE\t"


@pytest.mark.parametrize(
    ("rows", "line", "message"),
    [
        (
            ROW.replace("exactMatch", "sameMatch") + "candidate",
            2,
            "skos:sameMatch is none of skos:exactMatch",
        ),
        (ROW.replace("semapv:LexicalMatching", "guess") + "candidate", 2, "guess is no justification"),
        (ROW + "perhaps", 2, "the state is perhaps, not candidate, accepted or rejected"),
        (ROW.replace("0.9", "9") + "candidate", 2, "the confidence 9 is no number from 0 to 1"),
        (ROW.replace("\tN\t", "\t\t") + "accepted", 2, "an accepted mapping needs author_label"),
        (ROW.replace("2026-11-30", "yesterday") + "accepted", 2, "an accepted mapping needs author_label"),
        (ROW.replace("\tE\t", "\t\t") + "accepted", 2, "an accepted mapping needs author_label"),
        (ROW.replace("kankei:project/1", "urn:x") + "candidate", 2, "urn:x is no thing under the base"),
        (ROW + "candidate\n" + ROW + "rejected", 3, "line 2 is of the same pair, with another verdict"),
        (ROW + "candidate\n" + ROW + "candidate", 3, "line 2 is of the same pair, with the same verdict"),
        (
            ROW.replace("\tE\t", "\tsame / equal\t") + "accepted",
            2,
            "the evidence in comment is not in Japanese",
        ),
        (ROW + "x" * 200_000, 2, "this is no CSV: field larger"),
        (ROW.replace("programme/a", "programme/a> <b") + "accepted", 2, "is no IRI"),
        (ROW.replace("programme/a", "programme/\x00") + "accepted", 2, "is no IRI"),
        ("kankei:programme/a\tskos:exactMatch", 2, "the row has 2 cells, the header 9"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(rows: str, line: int, message: str, tmp_path: Path) -> None:
    file = tmp_path / "m.sssom.tsv"
    file.write_text(f"{HEADER}{rows}\n", encoding="utf-8")
    with pytest.raises(KankeiError, match=message) as refused:
        read_mappings(file, BASE)
    assert refused.value.subject == f"{file}:{line}"


@pytest.mark.parametrize(
    ("modifier", "state", "message"),
    [
        ("Not", "accepted", "Not denies the mapping, and its state is accepted"),
        ("Not", "candidate", "Not denies the mapping, and its state is candidate"),
        ("Never", "rejected", "the predicate_modifier is Never"),
    ],
)
def test_a_denied_mapping_is_a_rejected_one(modifier: str, state: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "m.sssom.tsv"
    header = HEADER.replace("object_id", "predicate_modifier\tobject_id")
    row = ROW.replace("exactMatch\t", f"exactMatch\t{modifier}\t")
    file.write_text(f"{header}{row}{state}\n", encoding="utf-8")
    with pytest.raises(InvalidData, match=message):
        read_mappings(file, BASE)


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        ("同じ。 / the same.", {"ja": "同じ。", "en": "the same."}),
        ("甲 / 乙が同じ。 / the same.", {"ja": "甲 / 乙が同じ。", "en": "the same."}),
        ("同じ。 / the same / equal.", {"ja": "同じ。", "en": "the same / equal."}),
        ("同じ。 / the same as 甲.", {"ja": "同じ。", "en": "the same as 甲."}),
        ("the same / equal", {"en": "the same / equal"}),
        ("同じ。", {"ja": "同じ。"}),
    ],
)
def test_evidence_is_in_the_language_of_its_words(evidence: str, words: dict[str, str]) -> None:
    assert grounds(evidence) == words


@pytest.mark.parametrize("confidence", [0.0, 1.0, 0.9996, 0.5, 0.906])
def test_a_store_gives_the_statements_back_as_they_are(confidence: float) -> None:
    statements = mapping_statements(LinkMapping(PILOT, f"{SKOS}exactMatch", PROJECT, confidence=confidence))
    literals = [triple for triple in statements if triple.predicate.value == f"{KK}confidence"]
    assert LiteralCheck().first_rewritten(literals) is None


def test_rows_that_are_not_accepted_may_name_what_the_data_lacks() -> None:
    states = (State.CANDIDATE, State.REJECTED)
    rows = [LinkMapping(PILOT, f"{SKOS}exactMatch", PROJECT, state=state) for state in states]
    kinds = frozenset({"programme", "project"})
    assert list(published_mappings(rows, BASE, kinds, lambda _: False, FILE)) == []


def test_a_file_without_a_column_or_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "m.sssom.tsv"
    file.write_text("subject_id\tpredicate_id\n", encoding="utf-8")
    with pytest.raises(KankeiError, match="the column object_id is missing"):
        read_mappings(file, BASE)
    file.write_bytes(b"\xff")
    with pytest.raises(KankeiError, match="not in UTF-8"):
        read_mappings(file, BASE)


def test_a_thing_that_the_dataset_lacks_is_refused_with_its_line(folder: Path) -> None:
    own = folder / "mappings"
    own.mkdir()
    mapping = LinkMapping(
        BASE.thing("project/31"), f"{SKOS}relatedMatch", BASE.thing("project/9"), evidence="例 / example",
        state=State.ACCEPTED, author="N", date="2026-11-30",
    )  # fmt: skip
    (own / "m.sssom.tsv").write_text(write_mappings([mapping], BASE), encoding="utf-8")
    with pytest.raises(InvalidData, match="no file describes this IRI") as refused:
        load(packaged().with_data(packaged().data, folder), BASE)
    assert "m.sssom.tsv:12: <https://w3id.org/kankei/id/project/9>" in str(refused.value)
