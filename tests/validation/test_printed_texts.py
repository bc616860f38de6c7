"""Values that contradict their own raw texts are results of `kankei validate`, with file and line."""

from pathlib import Path

import pytest

from kankei.dataset.data_folder import Inputs
from kankei.dataset.dataset import load
from kankei.errors import InvalidData
from kankei.namespaces import Base
from kankei.release.build import RejectedData, build
from kankei.validation.file_validation import LocatedReport, validate_files
from kankei.validation.printed.known_names import KnownNames, known_names
from kankei.validation.printed.printed_texts import check_document, check_printed_texts, parse_document
from kankei.validation.printed.source_lines import Sources
from kankei.validation.report.report import Report
from support.building import accept, own_copy, quiet


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    return own_copy(tmp_path)


def change(inputs: Inputs, programme: str, old: str, new: str) -> Path:
    file = inputs.data / "programmes" / f"{programme}.ttl"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return file


def change_in_block(inputs: Inputs, programme: str, block: str, old: str, new: str) -> None:
    """Change the first such text of the block that begins so."""
    file = inputs.data / "programmes" / f"{programme}.ttl"
    text = file.read_text(encoding="utf-8")
    before, found, after = text.partition(f"\n{block}")
    assert found
    assert old in after
    file.write_text(before + found + after.replace(old, new, 1), encoding="utf-8")


def results(inputs: Inputs) -> LocatedReport:
    """The results about the data alone, without those of shapes."""
    return validate_files((), inputs, Base(), accept)


def lines(inputs: Inputs) -> list[str]:
    return list(results(inputs).lines())


def test_the_data_says_what_its_texts_say(inputs: Inputs) -> None:
    assert lines(inputs) == []


def test_an_amount_that_is_not_the_printed_one_is_told_with_file_and_line(inputs: Inputs) -> None:
    file = change(inputs, "two-region-living", "kk:amount 20000000", "kk:amount 20000")
    (line,) = lines(inputs)
    number = file.read_text(encoding="utf-8").splitlines().index("<#budget-2025-initial> a kk:Budget ;") + 1
    assert line.startswith(f"{file}:{number}: ")
    assert "原文「20 (百万円)」は kk:amount が 20000000 であると読めますが、データは 20000 です。" in line
    assert "The raw text 20 (百万円) says 20000000 as kk:amount, the data says 20000" in line
    assert line.endswith("(kk:amount: 20000) [printed-contradicts]")


CONTRADICTIONS = [
    ("two-region-living", "kk:concept topic:telework", "kk:concept topic:side-job", "concept"),
    ("two-region-living", '"就農"@ja ;\n    kk:concept topic:new-farmer ;', '"就農"@ja ;', "concept"),
    ("new-exchange-market", 'kk:unit "百万円"', 'kk:unit "千円"', "upperBound"),
    ("two-region-living", "amount-kind:exact", "amount-kind:within", "amountKind"),
    ("two-region-living", "kk:stage budget-stage:initial", "kk:stage budget-stage:proposal", "stage"),
    ("two-region-living", "budgetYear <../fiscal-year/2025", "budgetYear <../fiscal-year/2022", "budgetYear"),
    ("two-region-living", 'kk:unit "百万円" ;\n    kk:stage budget-stage:proposal',
     'kk:unit "千円" ;\n    kk:stage budget-stage:proposal', "unit"),
    ("new-exchange-market", "kk:upperBound 376000000", "kk:upperBound 367000000", "upperBound"),
    ("two-region-living", "kk:denominator 2", "kk:denominator 3", "denominator"),
    ("two-region-living", "kk:method funding:fixed-sum", "kk:method funding:commission", "method"),
    ("two-region-living", "kk:kind support-kind:soft", "kk:kind support-kind:hard", "kind"),
    ("two-region-living", "body-type:npo, ", "", "bodyType"),
    ("two-region-living", "kk:openList true", "kk:openList false", "openList"),
    ("two-region-living", 'kk:latestEnd "2025-05-31"', 'kk:latestEnd "2025-05-30"', "latestEnd"),
    ("two-region-living", "2025-04/2025-05~", "2025-04/2025-06~", "edtf"),
    ("two-region-living", 'kk:telephone "+81352538369"', 'kk:telephone "+81352538396"', "telephone"),
    ("two-region-living", 'kk:printedTelephone "03-5253-8369"', 'kk:printedTelephone "03-5253-8396"',
     "printedTelephone"),
    ("two-region-living", "<../org/mlit-regional-policy-division>", "<../org/mlit>", "unitInCharge"),
    ("two-region-living", 'kk:number "6"', 'kk:number "5"', "number"),
    ("two-region-living", "theme:related-population ;", "theme:related-population-and-settlement ;", "theme"),
    ("new-exchange-market", 'kk:number "②"', 'kk:number "③"', "number"),
    ("two-region-living", "kk:url <https://www.mlit", "kk:url <https://www.soumu", "url"),
]  # fmt: skip


@pytest.mark.parametrize(("programme", "old", "new", "name"), CONTRADICTIONS)
def test_a_value_that_contradicts_its_text_is_a_result(
    inputs: Inputs, programme: str, old: str, new: str, name: str
) -> None:
    change(inputs, programme, old, new)
    paths = [result.path.readable for result in results(inputs).report.results if result.path]
    assert f"kk:{name}" in paths


EVIDENCE = """
<#evidence-reading-of-budget> a kk:Evidence ;
    kk:about <#budget-2025-initial> ;
    kk:onProperty kk:amount ;
    kk:basis {basis} ;
    {why}
    kk:place <../source/sheets-103-106#line=125,126> .
"""
GROUND = 'kk:ground "印字の誤り。"@ja ;'


@pytest.mark.parametrize(
    ("basis", "why", "accepted"),
    [
        ("kk:editorial", GROUND, True),
        ("kk:inferred", GROUND, True),
        ("kk:stated", "", False),
        ("kk:inferred", "kk:rule rule:call-year ;", False),
    ],
)
def test_evidence_of_a_persons_reading_excuses_a_value(
    inputs: Inputs, basis: str, why: str, accepted: bool
) -> None:
    file = change(inputs, "two-region-living", "kk:amount 20000000", "kk:amount 20000")
    file.write_text(
        file.read_text(encoding="utf-8") + EVIDENCE.format(basis=basis, why=why), encoding="utf-8"
    )
    assert results(inputs).report.conforms == accepted


def test_a_text_that_no_grammar_reads_is_a_result(inputs: Inputs) -> None:
    change(inputs, "furusato-working-holiday", 'kk:raw "30"', 'kk:raw "措置 30"')
    (line,) = lines(inputs)
    assert "原文「措置 30 (百万円)」を読み取れません（1文字目：" in line
    assert line.endswith("(kk:raw) [printed-unreadable]")


def test_one_text_has_one_interpretation(inputs: Inputs) -> None:
    file = change(
        inputs,
        "furusato-working-holiday",
        "kk:support <#support-2025>",
        "kk:support <#support-2025>, <#again>",
    )
    text = file.read_text(encoding="utf-8")
    block = text[text.index("<#support-2025> a") : text.index("<#funding-2025> a")]
    file.write_text(text + "\n" + block.replace("<#support-2025>", "<#again>"), encoding="utf-8")
    (line,) = lines(inputs)
    assert line.endswith("[printed-two-interpretations]")


def test_each_value_of_a_text_has_a_node(inputs: Inputs) -> None:
    change(inputs, "two-region-living", 'kk:raw "定額"', 'kk:raw "定額、 1／2"')
    assert [line.rpartition("[")[2] for line in lines(inputs)] == ["printed-value-missing]"]


PLACES = [
    ("<#bodies-2025> a", "#line=118,120>", "#line=117,120>", "lines-of-value"),
    ("<#absence-survey-2025> a", "#line=116,117>", "#line=117,118>", "lines-of-value"),
    ("<#2025> a", "#line=93,163>", "#line=114,163>", "lines-of-entry"),
    ("<#evidence-entry> a", "#line=93,163>", "#line=93,162>", "lines-of-evidence"),
    ("<#evidence-entry-year> a", "#line=116,117>", "#line=118,119>", "lines-of-evidence"),
    ("<#evidence-telephone> a", "#line=129,130>", "#line=128,129>", "lines-of-evidence"),
    ("<#evidence-unit> a", "#line=133,134>", "#line=131,132>", "lines-of-evidence"),
    ("<#evidence-headings> a", "#line=116,117>", "#line=124,125>", "not-printed"),
    ("<#evidence-call> a", "#line=116,117>", "#line=115,117>", "lines-of-evidence"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "old", "new", "problem"), PLACES)
def test_cited_lines_print_what_they_are_cited_for_and_no_line_more(
    inputs: Inputs, block: str, old: str, new: str, problem: str
) -> None:
    change_in_block(inputs, "two-region-living", block, old, new)
    assert f"[printed-{problem}]" in {line[line.rindex("[") :] for line in lines(inputs)}


def test_the_place_of_an_organisation_prints_its_name(inputs: Inputs) -> None:
    file = inputs.data / "organisations" / "jta.ttl"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("#line=44,45", "#line=45,46"), encoding="utf-8")
    (line,) = lines(inputs)
    assert line.endswith("[printed-lines-of-value]")


@pytest.mark.parametrize(
    ("block", "old", "new", "problem"),
    [
        ("<#2025> a", 'kk:number "106"', 'kk:number "206"', "number-not-printed"),
        ("<#measure-pilot-2025> a", 'kk:number "②"', 'kk:number "①"', "number-not-printed"),
        ("<#example-2-2025> a", "kk:position 2", "kk:position 3", "positions"),
        ("<#absence-survey-2025> a", "column:needs-survey", "column:call", "contradicts"),
        ("<#2025> a", "fiscal-year/2025", "fiscal-year/2022", "contradicts"),
        ("<#evidence-translation> a", '"Promotion of', '"Promoting', "evidence-gone"),
        ("<#call-2025> a", 'kk:edtf "2025-04/', 'kk:edtf "2025-03/', "edtf-disagrees"),
        ("<#call-2025> a", 'kk:edtf "2025-04/', 'kk:edtf "2025-13/', "edtf-unknown"),
    ],
)
def test_numbers_years_positions_evidence_and_windows_are_held_against_the_sheet(
    inputs: Inputs, block: str, old: str, new: str, problem: str
) -> None:
    change_in_block(inputs, "two-region-living", block, old, new)
    assert f"[printed-{problem}]" in {line[line.rindex("[") :] for line in lines(inputs)}


def test_a_position_that_is_no_number_is_for_a_shape_to_report(inputs: Inputs) -> None:
    change_in_block(inputs, "two-region-living", "<#example-2-2025> a", "kk:position 2", 'kk:position "zwei"')
    assert all("printed-positions" in line for line in lines(inputs))


def test_a_rule_that_the_scheme_does_not_have_is_told_with_the_nearest(inputs: Inputs) -> None:
    file = change(inputs, "two-region-living", "rule:call-year", "rule:call-yaer")
    line = file.read_text(encoding="utf-8").partition("rule:call-yaer")[0].count("\n") + 1
    with pytest.raises(InvalidData, match="did you mean rule:call-year") as raised:
        lines(inputs)
    assert raised.value.message.startswith("体系 scheme:rule に call-yaer はありません。rule:call-year では")
    assert raised.value.subject.startswith(f"{file}:{line}: ")


def test_an_interpretation_without_raw_text_is_a_result(inputs: Inputs) -> None:
    change(inputs, "two-region-living", '    kk:raw "20" ;\n', "")
    shapes = [line[line.rindex("[") :] for line in validate_files((), inputs, Base()).lines()]
    assert "[Value-raw]" in shapes


def test_evidence_about_a_value_that_is_gone_is_a_result(inputs: Inputs) -> None:
    change(inputs, "two-region-living", "    kk:printedTelephone", "    kk:telephone")
    change(inputs, "two-region-living", '    kk:telephone "+81352538369" ;\n', "")
    change(inputs, "two-region-living", '    kk:telephone "03-5253-8369" ;\n', "")
    assert "[printed-evidence-gone]" in {line[line.rindex("[") :] for line in lines(inputs)}


def test_a_year_of_establishment_is_one_that_its_evidence_prints(inputs: Inputs) -> None:
    change(inputs, "new-exchange-market", "In <../fiscal-year/2022>", "In <../fiscal-year/2025>")
    (line,) = lines(inputs)
    assert line.endswith("[printed-lines-of-evidence]")


def test_a_window_that_cannot_be_dated_may_stay_as_printed(inputs: Inputs) -> None:
    names = known_names(load(inputs, Base()))
    call = """@prefix kk: <https://w3id.org/kankei/ns#> .
    <#2025> a kk:CatalogueEntry ; kk:fiscalYear <../fiscal-year/2025> ; kk:call <#call-2025> .
    <#call-2025> a kk:Call ; kk:raw "２月～３月" """
    assert problems(call + ".", names) == []
    assert problems(call + "; kk:rolling true .", names) == ["unreadable"]


def problems(turtle: str, names: KnownNames) -> list[str]:
    statements = parse_document(turtle.encode(), Base().thing("programme/x"))
    return [problem.key for problem in check_document(statements, names, Sources({}))]


def test_only_the_documents_that_are_asked_for_are_read(inputs: Inputs) -> None:
    change(inputs, "two-region-living", "kk:amount 20000000", "kk:amount 20000")
    dataset = load(inputs, Base())
    assert [*check_printed_texts(dataset, {"programme/new-exchange-market"})] == []
    assert len([*check_printed_texts(dataset, {"programme/two-region-living"})]) == 1


def test_a_build_rejects_what_contradicts_the_texts(inputs: Inputs, tmp_path: Path) -> None:
    change(inputs, "two-region-living", "kk:amount 20000000", "kk:amount 20000")
    with pytest.raises(RejectedData) as raised:
        build(inputs, Base(), tmp_path / "releases", accept, quiet)
    (result,) = raised.value.located.report.results
    assert isinstance(raised.value.located.report, Report)
    assert result.source_shape.endswith("#printed-contradicts")
