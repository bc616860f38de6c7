"""Values that contradict their own raw texts are results of `kankei validate`, with file and line."""

from pathlib import Path

import pytest

from kankei.dataset.data_folder import Inputs
from kankei.namespaces import Base
from kankei.release.build import RejectedData, build
from kankei.validation.file_validation import LocatedReport, validate_files
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


def test_a_build_rejects_what_contradicts_the_texts(inputs: Inputs, tmp_path: Path) -> None:
    change(inputs, "two-region-living", "kk:amount 20000000", "kk:amount 20000")
    with pytest.raises(RejectedData) as raised:
        build(inputs, Base(), tmp_path / "releases", accept, quiet)
    (result,) = raised.value.located.report.results
    assert isinstance(raised.value.located.report, Report)
    assert result.source_shape.endswith("#printed-contradicts")
