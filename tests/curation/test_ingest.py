"""`kankei ingest` as a curator uses it: what it writes, what it tells, and what bad input gets."""

import html
import json
import re
import shlex
import shutil
import zipfile
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox
import pypdf
import pytest
from reportlab.pdfgen.canvas import Canvas
from typer.testing import CliRunner, Result

from kankei.cli.main import application
from kankei.dataset.data_folder import packaged
from kankei.dataset.integrity import PLACEHOLDERS
from kankei.errors import InvalidData, KankeiError, MalformedData, UsageError
from kankei.namespaces import KK, Base
from kankei.source.guidebook import layouts
from support.paths import TESTS
from support.pdf import fonts, lay_out

DATA = packaged().data
SEED = DATA / "sources" / "sheets-103-106.txt"
SHEET = """7 空き家の活用 URL https://example.org/akiya
事業実施主体（対象者） 支援対象・内容 補助率等 公募時期 事業要望調査時期 R7年度当初予算 問合せ先
市町村 ソフト 1/2 30 総務省 地域力創造グループ 地域自立応援課 03-5253-5391
６．関係人口・定住人口の創出・拡大に関する施策（関係人口の創出・拡大）
（百万円）
"""


def ingest(*arguments: str | Path) -> Result:
    """The outcome of a command; a domain error is its exception."""
    return CliRunner().invoke(application, ["ingest", *map(str, arguments)])


def error(result: Result) -> KankeiError:
    assert isinstance(result.exception, KankeiError), result.output
    return result.exception


def source(folder: Path, text: str = SHEET, name: str = "one.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def records(*arguments: str | Path) -> list[dict[str, object]]:
    found = json.loads(ingest(*arguments, "--json").stdout)
    assert isinstance(found, list)
    return found


def doubts(record: dict[str, object], about: str) -> list[dict[str, object]]:
    found = record["doubts"]
    assert isinstance(found, list)
    return [doubt for doubt in found if doubt["about"] == about and doubt["weight"] == "unresolved"]


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_new_source_gets_candidates_reports_and_a_description(tmp_path: Path) -> None:
    result = ingest(source(tmp_path), "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert files(tmp_path / "out") == {
        "index.html",
        "programmes/one-7.ttl",
        "reports/one-7.html",
        "sources/one.ttl",
        "sources/one.txt",
    }
    assert (tmp_path / "out/sources/one.txt").read_text(encoding="utf-8") == SHEET
    assert "new programme one-7" in result.stdout


def test_the_curators_loop(tmp_path: Path) -> None:
    """Ingest, write what only a curator can, move to the data folder, validate, build."""
    data, out = tmp_path / "data", tmp_path / "out"
    shutil.copytree(DATA, data)
    assert ingest(source(tmp_path), "--out", out, "--data", data, "--slug", "7=vacant-houses").exit_code == 0
    candidate = out / "programmes" / "vacant-houses.ttl"
    refused = invoke("validate", "--data", data, candidate, out / "sources" / "one.ttl")
    assert refused.exit_code == 1
    assert "English" in refused.stdout
    text = candidate.read_text(encoding="utf-8")
    candidate.write_text(
        text
        + '\n<> dct:title "Using vacant houses"@en ; dct:description "空き家。"@ja, "Vacant houses."@en .\n'
        + "<#evidence-ours> a kk:Evidence ; kk:about <> ; kk:onProperty dct:description ;\n"
        + '    kk:basis kk:editorial ; kk:ground "当方による。"@ja .\n',
        encoding="utf-8",
    )
    accepted = invoke("validate", "--data", data, candidate, out / "sources" / "one.ttl")
    assert accepted.exit_code == 0, accepted.stdout
    shutil.copytree(out, data, dirs_exist_ok=True)
    built = invoke("build", "--data", data, "--out", tmp_path / "releases")
    assert built.exit_code == 0, built.output


OWN_THEMES = """@prefix scheme: <https://w3id.org/kankei/id/scheme/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix kk: <https://w3id.org/kankei/ns#> .
@prefix theme: <https://w3id.org/kankei/id/theme/> .

theme:related-population-and-settlement skos:narrower theme:work .

theme:work a skos:Concept, kk:PolicyTheme ;
    skos:prefLabel "しごとの創出"@ja, "creating work"@en ;
    skos:definition "しごとを創る小テーマ。"@ja, "The sub-theme of programmes that create work."@en ;
    skos:broader theme:related-population-and-settlement ;
    skos:inScheme scheme:theme .
"""


def test_a_concept_of_the_data_folder_s_own_is_read_validated_and_published(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    shutil.copytree(DATA, data)
    sheet = source(tmp_path, SHEET.replace("（関係人口の創出・拡大）", "（しごとの創出）"))
    (before,) = records(sheet, "--out", tmp_path / "before", "--data", data)
    assert len(doubts(before, "theme")) == 1
    (data / "schemes").mkdir()
    (data / "schemes" / "theme.ttl").write_text(OWN_THEMES, encoding="utf-8")
    (found,) = records(sheet, "--out", out, "--data", data)
    assert not doubts(found, "theme")
    assert "theme:work" in (out / "programmes" / "one-7.ttl").read_text(encoding="utf-8")
    assert invoke("validate", "--data", data).exit_code == 0
    assert invoke("validate", "--data", data, data / "schemes" / "theme.ttl").exit_code == 0
    assert invoke("build", "--data", data, "--out", tmp_path / "releases").exit_code == 0
    dumps = [path for path in (tmp_path / "releases").rglob("*.nt") if path.is_file()]
    assert any(b"id/theme/work> " in dump.read_bytes() for dump in dumps)


def test_the_turtle_that_a_report_offers_is_no_data_before_it_is_filled_in(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert ingest(source(tmp_path), "--out", out).exit_code == 0
    candidate = out / "programmes" / "one-7.ttl"
    written = candidate.read_text(encoding="utf-8")
    page = (out / "reports" / "one-7.html").read_text(encoding="utf-8")
    offered = list(map(html.unescape, re.findall(r'<pre class="turtle"[^>]*>(.*?)</pre>', page, re.DOTALL)))
    title = next(text for text in offered if text.startswith("<> dct:title"))
    description = next(text for text in offered if text.startswith("<> dct:description"))
    for snippet, placeholder in (
        (title, "TITLE IN ENGLISH"),
        (description.replace("日本語の説明を一文で書く。", "空き家。"), "ONE SENTENCE IN ENGLISH."),
        (description.replace("ONE SENTENCE IN ENGLISH.", "Vacant houses."), "日本語の説明を一文で書く。"),
        ('<> dct:identifier "slug-2" .', "slug-2"),
    ):
        candidate.write_text(f"{written}\n{snippet}", encoding="utf-8")
        refused = error(invoke("validate", candidate, out / "sources" / "one.ttl"))
        assert isinstance(refused, InvalidData)
        assert f"“{placeholder}” is a placeholder" in refused.message
        line = next(n for n, text in enumerate(candidate.read_text().splitlines(), 1) if placeholder in text)
        assert refused.subject.endswith(f"one-7.ttl:{line}")


def invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(application, [*map(str, arguments)])


def test_the_seed_read_again_is_nothing_to_copy(tmp_path: Path) -> None:
    """It is written under the curator's names, to be compared, in files that are no data."""
    found = records(SEED, "--out", tmp_path)
    assert [record["standing"] for record in found] == ["same"] * 4
    assert {path.name for path in (tmp_path / "programmes").iterdir()} == {
        path.with_suffix(".candidate.ttl").name for path in (DATA / "programmes").iterdir()
    }
    assert "nothing to copy" in ingest(SEED, "--out", tmp_path).stdout
    assert not (tmp_path / "sources").exists(), "the dataset has this source"


def test_a_curated_file_is_never_overwritten(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    before = {path: path.read_bytes() for path in data.rglob("*.ttl")}
    for _ in range(2):
        assert ingest(SEED, "--out", data, "--data", data).exit_code == 0
    assert {path: path.read_bytes() for path in before} == before
    beside = data / "programmes" / "two-region-living.candidate.ttl"
    beside.write_text("# edited by a curator\n", encoding="utf-8")
    assert ingest(SEED, "--out", data, "--data", data).exit_code == 0
    assert beside.read_text(encoding="utf-8") == "# edited by a curator\n"
    assert (data / "programmes" / "two-region-living.candidate-2.ttl").is_file()
    # What lies beside is no data.
    assert invoke("validate", "--data", data).exit_code == 0


def test_strict_exits_with_1_for_what_is_unresolved_only(tmp_path: Path) -> None:
    assert ingest(source(tmp_path), "--out", tmp_path / "a", "--strict").exit_code == 0
    odd = source(tmp_path, SHEET.replace("1/2", "融資 ４月"), "odd.txt")
    result = ingest(odd, "--out", tmp_path / "b", "--strict")
    assert result.exit_code == 1
    assert "融資" in result.stdout
    assert ingest(odd, "--out", tmp_path / "b").exit_code == 0


@pytest.mark.parametrize("windows", ["随時", "10月頃", "４月～５月頃 ９月～10月頃"])
def test_windows_for_two_columns_are_unresolved_and_block_nothing_else(tmp_path: Path, windows: str) -> None:
    text = SHEET.replace("1/2", f"1/2 {windows}")
    result = ingest(source(tmp_path, text), "--out", tmp_path / "out", "--json", "--strict")
    assert result.exit_code == 1
    (record,) = json.loads(result.stdout)
    statuses = {field["class"]: field["status"] for field in record["fields"]}
    assert {statuses[name] for name in ("Budget", "Support", "Funding", "ImplementingBodies")} == {"stated"}
    assert not statuses.keys() & {"Call", "NeedsSurvey"}
    (doubt,) = doubts(record, "cells")
    assert (doubt["weight"], windows in str(doubt["ja"])) == ("unresolved", True)
    assert "not-stated" not in {field["status"] for field in record["fields"]}


def test_what_may_stand_in_several_columns_stands_in_none(tmp_path: Path) -> None:
    """融資 may be how it is funded, or a call that no grammar reads, before the survey."""
    (record,) = records(source(tmp_path, SHEET.replace("1/2", "融資")), "--out", tmp_path / "out")
    (doubt,) = doubts(record, "cells")
    assert "“融資”" in str(doubt["en"])
    assert str(doubt["en"]).endswith("補助率等, 公募時期, 事業要望調査時期.")
    assert not doubts(record, "budget")


def test_several_unknown_columns_are_one_doubt(tmp_path: Path) -> None:
    odd = SHEET.replace("公募時期", "謎の欄 不思議な欄 公募時期")
    (record,) = records(source(tmp_path, odd), "--out", tmp_path / "out")
    (doubt,) = doubts(record, "columns")
    assert "謎の欄, 不思議な欄" in str(doubt["en"])


@pytest.mark.parametrize(
    ("change", "about"),
    [
        (("公募時期", "謎の欄 公募時期"), "columns"),
        ((" 事業要望調査時期", ""), "survey"),
        (("R7年度当初予算", "R7年度当初予算 R7年度当初予算"), "budget"),
        (("7 空き家の活用", "空き家の活用"), "number"),
        (("総務省 地域力", "架空省 地域力"), "contact"),
        (("市町村 ", "宇宙人 "), "bodies"),
    ],
)
def test_what_is_odd_about_a_sheet_is_a_doubt_with_its_line(
    tmp_path: Path, change: tuple[str, str], about: str
) -> None:
    (record,) = records(source(tmp_path, SHEET.replace(*change)), "--out", tmp_path / "out")
    found = doubts(record, about)
    assert found
    assert all(doubt["lines"] for doubt in found), found


def test_a_number_used_twice_is_a_doubt_on_both_sheets(tmp_path: Path) -> None:
    twice = source(tmp_path, SHEET + SHEET.replace("空き家の活用", "古民家の活用"))
    first, second = records(twice, "--out", tmp_path / "out")
    assert doubts(first, "number")
    assert doubts(second, "number")
    assert first["slug"] != second["slug"]


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp"])
def test_an_old_encoding_is_read_and_said(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(SHEET.encode(encoding))
    (record,) = records(path, "--out", tmp_path / "out")
    told = record["source"]
    assert isinstance(told, dict)
    assert any("read as" in note for note in told["notes"])
    assert (tmp_path / "out/sources/old.txt").read_text(encoding="utf-8") == SHEET
    assert not doubts(record, "bodies")


def test_what_is_no_catalogue_is_told(tmp_path: Path) -> None:
    result = ingest(source(tmp_path, "今日は良い天気です。\n"), "--out", tmp_path / "out")
    assert isinstance(error(result), InvalidData)
    assert "no sheet found" in str(error(result))
    assert not (tmp_path / "out").exists()


def drawn(path: Path) -> Path:
    """A PDF of a picture: no text."""
    canvas = Canvas(str(path))
    canvas.rect(100, 100, 200, 200, fill=1)
    canvas.save()
    return path


def encrypted(path: Path) -> Path:
    writer = pypdf.PdfWriter()
    writer.append(drawn(path))
    writer.encrypt("secret")
    writer.write(path)
    return path


def broken(path: Path) -> Path:
    lay_out(path, fonts()[0])
    path.write_bytes(path.read_bytes()[:2000])
    return path


@pytest.mark.parametrize(
    ("make", "said"),
    [(drawn, "scan"), (encrypted, "password"), (broken, "")],
    ids=["scanned", "encrypted", "broken"],
)
def test_a_pdf_that_cannot_be_read_leaves_nothing_written(tmp_path: Path, make: object, said: str) -> None:
    assert callable(make)
    path = make(tmp_path / "file.pdf")
    result = ingest(source(tmp_path), path, "--out", tmp_path / "out")
    found = error(result)
    assert isinstance(found, (MalformedData, InvalidData))
    assert "file.pdf" in found.subject
    assert said in str(found)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--slug", "7"], "NUMBER=SLUG"),
        (["--slug", "8=eight"], "no sheet has"),
        (["--slug", "7=Sieben"], "slug"),
        (["--slug", "7①=measure-x"], "no measure"),
        (["--language", "fr"], "en or ja"),
        (["--name", "Not A Slug"], "slug"),
        (["--encoding", "klingon"], ""),
    ],
)
def test_wrong_usage_is_told_and_nothing_written(tmp_path: Path, arguments: Sequence[str], said: str) -> None:
    found = error(ingest(source(tmp_path), "--out", tmp_path / "out", *arguments))
    assert isinstance(found, UsageError)
    assert said in str(found)
    assert not (tmp_path / "out").exists()


def test_a_source_whose_name_is_no_slug_needs_one(tmp_path: Path) -> None:
    path = source(tmp_path, name="令和7年度.txt")
    assert "--name" in str(error(ingest(path, "--out", tmp_path / "out")))
    assert ingest(path, "--out", tmp_path / "out", "--name", "guide-2025").exit_code == 0
    assert (tmp_path / "out/programmes/guide-2025-7.ttl").is_file()


def test_another_source_of_a_known_name_is_refused(tmp_path: Path) -> None:
    path = source(tmp_path, SHEET, SEED.name)
    assert "another source" in str(error(ingest(path, "--out", tmp_path / "out")))


def test_a_second_layout_is_one_more_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = TESTS / "layouts"
    monkeypatch.setattr(layouts, "__path__", [*layouts.__path__, str(here)])
    first, second = records(here / "labelled-lines.txt", "--out", tmp_path)
    assert (first["slug"], second["slug"]) == ("labelled-lines-a-1", "labelled-lines-a-2")
    assert [doubt["about"] for doubt in first["doubts"] if doubt["weight"] == "unresolved"] == []  # type: ignore[attr-defined]
    graph = turtle(tmp_path / "programmes" / "labelled-lines-a-1.ttl")
    assert graph["upperBound"] == ["120000000"]
    assert graph["ceiling"] == ["5000000"]
    assert graph["edtf"] == ["2025-06-02/2025-06-30"]
    assert graph["unitInCharge"] == [Base().thing("org/mic-regional-self-support-promotion-division")]
    assert {doubt["about"] for doubt in second["doubts"] if doubt["weight"] == "unresolved"} == {  # type: ignore[attr-defined]
        "bodies",
        "columns",
        "funding",
    }


def turtle(path: Path) -> dict[str, list[str]]:
    """The values of the properties of the ontology in a file, by their names."""
    found: dict[str, list[str]] = {}
    for quad in ox.parse(path=str(path), base_iri=Base().thing(f"programme/{path.stem}")):
        found.setdefault(quad.predicate.value.removeprefix(KK), []).append(getattr(quad.object, "value", ""))
    return found


def editions(folder: Path) -> tuple[Path, Path]:
    """A data folder, and the seed's sheets for another year."""
    shutil.copytree(DATA, folder / "data")
    text = SEED.read_text(encoding="utf-8").replace("R7年度", "R8年度").replace("R７年度", "R８年度")
    return folder / "data", source(folder, text.replace("令和7年度", "令和8年度"), "guide-2026.txt")


def test_next_years_sheets_continue_and_what_is_dropped_is_told(tmp_path: Path) -> None:
    data, edition = editions(tmp_path)
    result = ingest(edition, "--data", data, "--out", tmp_path / "out")
    assert result.stdout.count(" continues ") == 4, result.stdout
    assert "Not among these sheets" not in result.stdout
    # Without its second sheet: it ends where the third begins.
    lines = edition.read_text(encoding="utf-8").split("\n")
    fewer = source(tmp_path, "\n".join([*lines[:21], *lines[35:]]), "fewer.txt")
    told = ingest(fewer, "--data", data, "--out", tmp_path / "fewer").stdout
    assert "Not among these sheets (ended, if this is the whole edition): furusato-working-holiday" in told


def test_one_sheet_of_an_edition_calls_no_other_programme_gone(tmp_path: Path) -> None:
    data, edition = editions(tmp_path)
    lines = edition.read_text(encoding="utf-8").split("\n")
    one = source(tmp_path, "\n".join(lines[21:35]), "one.txt")
    told = ingest(one, "--data", data, "--out", tmp_path / "one").stdout
    assert "3 programmes of the edition before are not among these sheets" in told
    assert "two-region-living" not in told


def test_the_same_edition_in_another_form_is_an_open_doubt(tmp_path: Path) -> None:
    lay_out(tmp_path / "guide.pdf", fonts()[0])
    result = ingest(tmp_path / "guide.pdf", "--out", tmp_path / "out", "--strict")
    assert result.exit_code == 1
    assert "already has an entry of fiscal year 2025" in result.stdout
    assert "page 1, line" in result.stdout, "lines of a PDF are counted by nobody else"
    assert "all 10 pieces of it" in result.stdout, "it prints what the data have"
    described = (tmp_path / "out/sources/guide.ttl").read_text(encoding="utf-8")
    assert f"guide.pdf (SHA-256 {sha256((tmp_path / 'guide.pdf').read_bytes()).hexdigest()})" in described


def commands(page: Path) -> list[list[str]]:
    """The commands at a report's end, as a shell divides them."""
    lines = re.findall(r'<pre class="command"[^>]*>(.*?)</pre>', page.read_text(encoding="utf-8"))
    return [shlex.split(html.unescape(line)) for line in lines]


def test_a_report_ends_with_commands_that_run_as_they_are(tmp_path: Path) -> None:
    data, _ = editions(tmp_path / "with blanks")
    path = source(tmp_path / "with blanks", name="令和7年度.txt")
    out = tmp_path / "it's here"
    ingest(path, "--out", out, "--data", data, "--name", "guide", "--language", "ja")
    again, validate, copy, build = commands(out / "reports/guide-7.html")
    assert again[:2] == ["kankei", "ingest"]
    assert again[-4:] == ["--slug", "7=guide-7", "--language", "ja"]
    assert invoke(*again[1:]).exit_code == 0
    assert validate == ["kankei", "validate", "--data", str(data), f"{out}/*/*.ttl"]
    assert copy == ["cp", "-r", f"{out}/programmes", f"{out}/sources", f"{data}/"]
    assert build == ["kankei", "build", "--data", str(data)]


def test_of_a_sheet_that_the_data_have_only_a_comparison_is_proposed(tmp_path: Path) -> None:
    ingest(SEED, "--out", tmp_path)
    page = tmp_path / "reports/two-region-living.html"
    ((*command, known, candidate),) = commands(page)
    assert command == ["kankei", "diff"]
    assert invoke("diff", known, candidate).exit_code in {0, 1}
    assert "all 59 pieces of it" in page.read_text(encoding="utf-8")
    assert "Already an entry" in page.read_text(encoding="utf-8")


def test_amounts_that_belong_to_no_measure_have_a_node_each(tmp_path: Path) -> None:
    text = SEED.read_text(encoding="utf-8").replace(
        "（令和7年度予算案：10百万円） （", "（令和7年度予算案：11百万円） （"
    )
    records_ = records(source(tmp_path, text, "other.txt"), "--out", tmp_path / "out")
    for record in records_:
        nodes = [node["node"] for node in record["nodes"]]  # type: ignore[attr-defined]
        assert len(nodes) == len(set(nodes))


def test_files_of_another_run_are_told(tmp_path: Path) -> None:
    path = source(tmp_path)
    ingest(path, "--out", tmp_path / "out")
    again = ingest(path, "--out", tmp_path / "out", "--slug", "7=vacant-houses")
    assert "not of this run and left as they were: one-7.ttl" in again.stdout


def test_a_candidate_beside_its_file_is_left_out_of_a_validation(tmp_path: Path) -> None:
    data, edition = editions(tmp_path)
    out = tmp_path / "out"
    ingest(edition, "--data", data, "--out", out)
    (out / "programmes/two-region-living.candidate.ttl").write_text("# older", encoding="utf-8")
    result = invoke("validate", "--data", data, *out.glob("*/*.ttl"))
    assert result.exit_code == 0, result.stdout
    assert "two-region-living.candidate.ttl" in result.stderr


def test_of_many_sheets_only_those_in_doubt_are_told_one_by_one(tmp_path: Path) -> None:
    text = "\f".join(SHEET.replace("7 空き家", f"{number} 空き家{number}号") for number in range(1, 41))
    odd = text.replace("13号の活用 URL", "13号の活用 URL javascript:alert(1)")
    result = ingest(source(tmp_path, odd, "many.txt"), "--out", tmp_path / "out")
    told = [line for line in result.stdout.splitlines() if line and line[0].isdigit()]
    assert [line.split()[0] for line in told] == ["13", "40"], told


def zipped(path: Path, inside: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(inside, "x")
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


PAGE = b"\n<!DOCTYPE html>\n<html><body>404</body></html>"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: zipped(folder / "guide.docx", "word/document.xml"), "Word document (.docx)"),
        (lambda folder: zipped(folder / "guide.xlsx", "xl/workbook.xml"), "Excel workbook (.xlsx)"),
        (lambda folder: zipped(folder / "guide.txt", "xl/workbook.xml"), "save it as PDF"),
        (lambda folder: zipped(folder / "guide.zip", "guide.pdf"), "unpack it"),
        (lambda folder: written(folder / "guide.zip", b"PK\x03\x04 cut off"), "ZIP archive"),
        (lambda folder: written(folder / "guide.doc", b"\xd0\xcf\x11\xe0\xa1\xb1"), "save it as PDF"),
        (lambda folder: written(folder / "guide.pdf", PAGE), "fetch the PDF again"),
        (lambda folder: written(folder / "guide.html", PAGE), "save its text as .txt"),
        (lambda folder: written(folder / "guide.pdf", b"no PDF"), "does not begin as one"),
        (lambda folder: written(folder / "guide.txt", b""), "the file is empty"),
        (lambda folder: written(folder / "guide.txt", b"\n \n"), "no sheet found"),
    ],
)
def test_what_is_no_catalogue_is_told_with_what_to_do(
    tmp_path: Path, make: Callable[[Path], Path], said: str
) -> None:
    path = make(tmp_path)
    found = error(ingest(path, "--out", tmp_path / "out"))
    assert said in str(found)
    assert found.subject == str(path)
    assert found.exit_code == 1
    assert not (tmp_path / "out").exists()


def test_what_is_no_file_is_told_with_what_is_there(tmp_path: Path) -> None:
    path = source(tmp_path)
    for given, said in (
        (tmp_path, f"such as {path}"),
        (tmp_path / "ome.txt", f"is it {path}?"),
        (tmp_path / "quite-another-name.pdf", "check its name"),
        (tmp_path / "nowhere" / "令和7年度.pdf", "nor the folder"),
    ):
        found = error(ingest(given, "--out", tmp_path / "out"))
        assert isinstance(found, UsageError)
        assert said in str(found)
        assert not (tmp_path / "out").exists()


def test_what_is_no_data_folder_is_told_with_what_one_has(tmp_path: Path) -> None:
    path = source(tmp_path)
    (tmp_path / "empty").mkdir()
    for given, said in (("nowhere", "no such"), ("one.txt", "this is a file"), ("empty", "no catalogue.ttl")):
        found = error(ingest(path, "--out", tmp_path / "out", "--data", tmp_path / given))
        assert isinstance(found, UsageError)
        assert said in str(found)
        assert "organisations/" in str(found)
        assert not (tmp_path / "out").exists()


def pasted(page: Path) -> list[str]:
    """The Turtle that a report offers to paste, its own candidate left out."""
    blocks = re.findall(r'<pre class="turtle"[^>]*>(.*?)</pre>', page.read_text(encoding="utf-8"), re.DOTALL)
    return [html.unescape(re.sub(r"</?span[^>]*>", "", block)) for block in blocks[:-1]]


def filled_in(offered: str) -> str:
    """Offered Turtle with something else in place of its placeholders."""
    text = offered.replace("slug-", "fictitious-")
    for position, placeholder in enumerate(PLACEHOLDERS.values()):
        text = text.replace(placeholder, f"書いたもの {position}")
    return text


def test_the_console_tells_what_is_to_be_checked(tmp_path: Path) -> None:
    """Names that the data lack once for all sheets, inferred windows, and doubts with their columns."""
    sheets = [
        SHEET.replace("7 空き家", f"{number} 空き家その{number}")
        .replace("（関係人口の創出・拡大）", "（しごとの創出）")
        .replace("1/2", rate)
        .replace("地域自立応援課", "地域振興室")
        for number, rate in ((7, "1/2"), (8, "融資 ４月"))
    ]
    output = ingest(source(tmp_path, "\f".join(sheets)), "--out", tmp_path / "out", "--language", "ja").stdout
    assert output.count("しごとの創出（2枚）") == output.count("しごとの創出") == 1
    assert "データにない政策テーマ 1件（data/schemes/theme.ttl に加える）" in output
    assert "データにない組織 1件" in output
    assert "総務省 ＞ 地域力創造グループ ＞ 地域振興室（2枚）" in output
    assert [line for line in output.splitlines() if line.startswith("    ? ") and "表の欄：「融資" in line]
    again = ingest(SEED, "--out", tmp_path / "seed", "--language", "ja").stdout
    assert "    ~ 公募時期：「４月～５月頃」を 2025-04/2025-05~ と推定した。" in again


def test_a_unit_is_offered_under_the_one_that_the_data_have(tmp_path: Path) -> None:
    """Neither 総務省, which is there, nor a part of a name that a line break cuts."""
    odd = source(
        tmp_path,
        SHEET.replace("総務省 地域力創造グループ 地域自立応援課", "総務省地域力創造グルー プ地域振興室"),
    )
    (record,) = records(odd, "--out", tmp_path / "out")
    (doubt,) = doubts(record, "contact")
    assert "「総務省 ＞ 地域力創造グループ ＞ 地域振興室」のうち「地域振興室」が" in str(doubt["ja"])
    offered = pasted(tmp_path / "out/reports/one-7.html")[0]
    assert offered.count("skos:prefLabel") == 1
    assert 'skos:prefLabel "地域振興室"@ja' in offered
    assert "org:subOrganizationOf <mic-regional-vitality-group>" in offered


def test_what_is_no_unit_is_not_offered_as_one(tmp_path: Path) -> None:
    for text in ("20", "架空省 受付まで"):
        odd = source(tmp_path, SHEET.replace("総務省 地域力創造グループ 地域自立応援課", text))
        ingest(odd, "--out", tmp_path / text)
        offered = pasted(tmp_path / text / "reports" / "one-7.html")
        assert not [part for part in offered if "data/organisations" in part]


def test_what_only_a_curator_can_write_is_offered_as_turtle(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ingest(source(tmp_path), "--out", out, "--slug", "7=vacant-houses")
    candidate = out / "programmes" / "vacant-houses.ttl"
    offered = pasted(out / "reports" / "vacant-houses.html")
    assert len(offered) == 4
    candidate.write_text(
        "\n".join([candidate.read_text(encoding="utf-8"), *map(filled_in, offered)]), encoding="utf-8"
    )
    result = invoke("validate", *out.glob("*/*.ttl"))
    assert result.exit_code == 0, result.stdout


def test_files_of_unknown_units_are_offered(tmp_path: Path) -> None:
    """With them, the next ingest knows the unit."""
    data, out = tmp_path / "data", tmp_path / "out"
    shutil.copytree(DATA, data)
    odd = source(tmp_path, SHEET.replace("総務省", "架空省"))
    (record,) = records(odd, "--data", data, "--out", out)
    assert "Add a file there" in str(doubts(record, "contact"))
    _, *parts = re.split(
        r"^# (data/organisations/\S+)\n", pasted(out / "reports/one-7.html")[0], flags=re.MULTILINE
    )
    units = {tmp_path / filled_in(name): text for name, text in zip(parts[::2], parts[1::2], strict=True)}
    for path, text in units.items():
        path.write_text(filled_in(text), encoding="utf-8")
    (again,) = records(odd, "--data", data, "--out", out)
    assert not doubts(again, "contact")
    assert len(units) == 3
    told = invoke("validate", "--data", data, *units, *out.glob("sources/*.ttl"))
    assert told.exit_code == 0, told.stdout
