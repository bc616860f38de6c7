"""The import of the budget review: the data folder that it writes, and when it writes none."""

import os
import shutil
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest

from kankei.dataset.data_folder import packaged
from kankei.dataset.dataset import Dataset, load
from kankei.errors import InvalidData, UsageError
from kankei.namespaces import DCT, KK, ORG, SKOS, Base
from kankei.validation.file_validation import validate_files
from support import launcher
from support.review import FILES, changed, file_of, import_files, joint_inputs

BASE = Base()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("review")
    joint_inputs(folder)
    return folder / "review"


@pytest.fixture(scope="module")
def dataset(folder: Path) -> Dataset:
    return load(packaged().with_data(packaged().data, folder), BASE)


def values(dataset: Dataset, thing: str, predicate: str) -> list[str]:
    return sorted(
        o.value if isinstance(o := t.object, ox.Literal) else str(o)[1:-1].removeprefix(BASE.thing(""))
        for t in dataset.find(BASE.thing(thing), predicate, None)
    )


def test_what_is_written_conforms_to_the_shapes(folder: Path) -> None:
    located = validate_files((), packaged().with_data(packaged().data, folder), BASE)
    assert located.readable() == "conforms\n"


def test_the_same_files_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    import_files(FILES[::-1], tmp_path / "again")
    written = {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    again = tmp_path / "again"
    assert {f.relative_to(again): f.read_bytes() for f in again.rglob("*") if f.is_file()} == written


def test_a_project_has_the_name_of_its_latest_sheet_and_one_sheet_a_year(dataset: Dataset) -> None:
    assert values(dataset, "project/31", f"{DCT}title") == ["見本航路の維持・改善"]
    assert values(dataset, "project/31#2024", f"{DCT}title") == ["見本航路の維持"]
    assert values(dataset, "project/31", f"{KK}reviewSheet") == ["project/31#2024", "project/31#2025"]
    assert values(dataset, "project/31#2025", f"{KK}execution") == [
        "project/31#2025-budget-2023", "project/31#2025-budget-2024",
    ]  # fmt: skip


def test_its_own_rules_derive_the_latest_sheet(dataset: Dataset, folder: Path, tmp_path: Path) -> None:
    """The rules of a dataset lie in its folder; an import leaves those that a curator changed."""
    assert values(dataset, "project/31", f"{KK}latestSheet") == ["project/31#2025"]
    derived = {triple.predicate.value for triple in dataset.graph("derived")}
    assert {f"{KK}latestSheet", f"{KK}latestEntry"} <= derived
    own = Path(shutil.copytree(folder, tmp_path / "review"))
    rule = own / "derivation" / "latest-sheet.rq"
    rule.write_text("CONSTRUCT { ?p kk:latestSheet ?s } WHERE { ?s ^kk:reviewSheet ?p }", encoding="utf-8")
    import_files(FILES, own)
    changed_rule = load(packaged().with_data(packaged().data, own), BASE)
    assert values(changed_rule, "project/31", f"{KK}latestSheet") == ["project/31#2024", "project/31#2025"]
    assert not list(load(packaged(), BASE).find(None, f"{KK}latestSheet", None))
    rule.write_text("CONSTRUCT {} WHERE { SERVICE <http://127.0.0.1:9/> {} }", encoding="utf-8")
    with pytest.raises(InvalidData, match="calls no SERVICE"):
        load(packaged().with_data(packaged().data, own), BASE)


def test_amounts_rate_years_and_methods(dataset: Dataset) -> None:
    budget = "project/31#2025-budget-2024"
    assert values(dataset, budget, f"{KK}supplementaryBudget") == ["-2000000"]
    assert values(dataset, budget, f"{KK}executedAmount") == ["44000000"]
    assert values(dataset, budget, f"{KK}executionRate") == ["0.8"]
    assert values(dataset, budget, f"{KK}place") == ["source/rs-2025-2-1#row=3"]
    assert values(dataset, "project/20407#2025", f"{KK}lastYear") == ["2027"]
    assert len(values(dataset, "project/20407#2025", f"{KK}projectMethod")) == 2


def test_units_are_reconciled_from_the_ministry_down(dataset: Dataset) -> None:
    """A whole path, one run together, and paths whose end the catalogue does not know."""
    assert values(dataset, "project/20406#2025", f"{KK}reviewedUnit") == ["org/mlit-regional-policy-division"]
    assert values(dataset, "project/40#2025", f"{KK}reviewedUnit") == [
        "org/mic-regional-self-support-promotion-division"
    ]
    (office,) = values(dataset, "project/20407#2025", f"{KK}reviewedUnit")
    assert values(dataset, office, f"{ORG}subOrganizationOf") == ["org/jta-tourism-resources-division"]
    (department,) = values(dataset, "project/31#2025", f"{KK}reviewedUnit")
    (guard,) = values(dataset, department, f"{ORG}subOrganizationOf")
    assert values(dataset, guard, f"{SKOS}prefLabel") == ["海上保安庁"]
    assert values(dataset, guard, f"{ORG}subOrganizationOf") == ["org/mlit"]
    assert values(dataset, guard, f"{KK}columnName") == ["府省庁"]


def test_rates_are_read_by_the_grammar_of_rates(dataset: Dataset) -> None:
    sheet = "project/20406#2025"
    assert values(dataset, f"{sheet}-rate-1-term-1", f"{KK}denominator") == ["2"]
    assert values(dataset, f"{sheet}-rate-1", f"{KK}rateLimit") == ["上限1,000万円"]
    assert values(dataset, f"{sheet}-rate-2", f"{KK}raw") == ["事業により異なる"]
    assert values(dataset, f"{sheet}-rate-2", f"{KK}funding") == []


def test_laws_policies_and_related_projects(dataset: Dataset) -> None:
    sheet = "project/20406#2025"
    assert values(dataset, f"{sheet}-law-1", f"{KK}provision") == ["第二条"]
    assert values(dataset, f"{sheet}-policy-1", f"{KK}policyMeasure") == ["見本の地域づくり"]
    assert values(dataset, f"{sheet}-related-1", f"{KK}relatedProject") == ["project/20407"]
    assert values(dataset, "project/40#2025-related-1", f"{KK}relatedProject") == []
    assert values(dataset, "project/31#2025-policy-1", f"{KK}outlinePage") == ["https://example.org/plan"]


def test_one_file_a_ministry(folder: Path) -> None:
    names = {file.stem for file in (folder / "records").iterdir()}
    assert {"mic", "mlit", "organisations"} < names
    assert len(names) == 4


def test_a_wrong_budget_is_left_out_and_the_rest_imported(tmp_path: Path) -> None:
    def break_amount(rows: list[list[str]]) -> None:
        rows[2][rows[0].index("執行額（合計）")] = "約44百万円"

    broken = changed(file_of("2-1"), tmp_path, break_amount)
    files = [file for file in FILES if file.name != broken.name]
    outcome = import_files([broken, *files], tmp_path / "out")
    assert (outcome.errors, outcome.written) == (1, True)
    loaded = load(packaged().with_data(packaged().data, tmp_path / "out"), BASE)
    budget = "project/31#2025-budget-2024"
    assert values(loaded, budget, f"{KK}executedAmount") == []
    assert values(loaded, budget, f"{KK}currentTotal") == ["55000000"]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return launcher.run("import", "review", *arguments, cwd=Path.cwd(), env={**os.environ, "NO_COLOR": "1"})


def test_strict_writes_nothing_and_exits_1(tmp_path: Path) -> None:
    broken = changed(file_of("1-2"), tmp_path, lambda rows: rows[1].append("x"))
    out = tmp_path / "out"
    done = run(broken, file_of("1-1"), "--out", out, "--strict", "--date", "2026-11-30")
    assert done.returncode == 1
    assert f"{broken.name}#row=2: " in done.stdout
    assert "1 problems, 0 notes; nothing written" in done.stdout
    assert "問題 1 件、注記 0 件。何も書き込んでいません。" in done.stdout
    assert not out.exists()
    done = run(broken, file_of("1-1"), "--out", out, "--date", "2026-11-30")
    assert (done.returncode, out.is_dir()) == (1, True), "what is not affected is imported, and it says so"
    assert f"{broken.name}#row=2: " in done.stdout
    assert "1 problems, 0 notes; written to" in done.stdout


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="this folder holds something else"):
        import_files(FILES, tmp_path)


def test_a_data_folder_that_no_import_wrote_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text('name = "prefecture"', encoding="utf-8")
    (tmp_path / "fiscal-years").mkdir()
    (tmp_path / "fiscal-years" / "2025.ttl").touch()
    with pytest.raises(UsageError, match="this folder holds something else"):
        import_files(FILES, tmp_path)
    assert (tmp_path / "fiscal-years" / "2025.ttl").exists()


def test_a_file_beside_those_of_the_import_is_not_removed(tmp_path: Path) -> None:
    out = tmp_path / "review"
    import_files(FILES, out)
    (out / "sources" / "guide.txt").touch()
    with pytest.raises(UsageError, match=r"guide\.txt: no import wrote this"):
        import_files(FILES, out)
    assert (out / "sources" / "guide.txt").exists()


def test_a_file_in_the_place_of_the_folder_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(UsageError, match="this is a file, and no data folder"):
        import_files(FILES, tmp_path / "out")


def test_where_a_move_fails_the_folder_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "review"
    import_files(FILES, out)
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    rename = Path.rename

    def fail(path: Path, target: Path) -> Path:
        if target == out / "fiscal-years" and path.parent.name != "replaced":
            raise OSError("the disk is full")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="the disk is full"):
        import_files([file_of("1-1"), file_of("1-2")], out)
    assert {file: file.read_bytes() for file in out.rglob("*") if file.is_file()} == before
    assert list(tmp_path.iterdir()) == [out]


def test_a_missing_file_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file"):
        import_files([tmp_path / "none.csv"], tmp_path / "out")


def test_a_catalogue_file_of_ones_own_stays_but_for_its_date(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "review"
    import_files(FILES, out)
    own = (out / "catalogue.ttl").read_text(encoding="utf-8").replace('"review"', '"own"')
    (out / "catalogue.ttl").write_text(own.replace("2026-11-30", "2020-01-01"), encoding="utf-8")
    import_files(FILES, out)
    text = (out / "catalogue.ttl").read_text(encoding="utf-8")
    assert 'dct:identifier "own"' in text
    assert 'dct:modified "2026-11-30"^^xsd:date' in text


REAL = Path(os.environ.get("KANKEI_SUITES", "")) / "real" / "gyosei-review"


@pytest.mark.skipif(
    not os.environ.get("KANKEI_SUITES") or not REAL.is_dir(),
    reason="the published files of the review are not here: real/gyosei-review beside the suites",
)
def test_a_published_file_is_read_whole(tmp_path: Path) -> None:
    outcome = import_files(sorted(REAL.glob("1-1_*_2025_*.zip")), tmp_path / "review")
    assert (outcome.projects, outcome.errors) == (5794, 0)


def test_names_that_people_use_are_editorial_with_their_evidence(dataset: Dataset) -> None:
    (guard,) = (
        str(triple.subject)[1:-1].removeprefix(BASE.thing(""))
        for triple in dataset.find(None, f"{SKOS}prefLabel", None)
        if triple.object == ox.Literal("海上保安庁", language="ja")
    )
    assert values(dataset, guard, f"{SKOS}altLabel") == ["JCG", "海保"]
    evidence = f"{guard}#evidence-short-names"
    assert values(dataset, evidence, f"{KK}onValue") == ["JCG", "海保"]
    assert values(dataset, evidence, f"{KK}basis") == [f"{KK}editorial"]
    assert len(values(dataset, evidence, f"{KK}ground")) == 2
    assert values(dataset, evidence, f"{DCT}creator") == ["dataset#publisher"]
    assert values(dataset, evidence, f"{DCT}created") == ["2026-11-30"]
