"""What two fields, units or sheets may claim is told, and nobody's choice is made in silence."""

from pathlib import Path

import pytest

from curation.test_ingest_bounds import HEADINGS, ROW, THEME, TITLE, candidates, sheet
from kankei.curation.candidate.candidate import Candidate
from kankei.namespaces import KK


def one(folder: Path, text: str) -> Candidate:
    (found,) = candidates(folder / "sheet.txt", text)
    return found


def said(found: Candidate, term: str) -> list[str]:
    return [value.value for node in found.nodes for name, value in node.statements if name == KK + term]


def about(found: Candidate) -> set[str]:
    return {doubt.about for doubt in found.doubts}


def test_a_telephone_behind_another_unit_is_not_the_first_ones(tmp_path: Path) -> None:
    row = ROW.replace("5392\n", "5392\n観光庁 観光資源課 03-5253-8924\n")
    found = one(tmp_path, sheet(row))
    assert said(found, "printedTelephone") == ["03-5253-5392"]
    assert any("03-5253-8924" in doubt.en and "Whose" in doubt.en for doubt in found.doubts)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("○令和４年度の事業創設以降、取り組む。", "2022"),
        ("○本事業は、令和４年度に創設された。", "2022"),
        ("○平成30年度に創設された制度である。", "2018"),
        ("○地域おこし協力隊は令和４年度に創設され、広がった。", None),
        ("○令和４年度に創設された地域活性化起業人と連携する。", None),
    ],
)
def test_a_year_of_another_programme_is_doubted(text: str, year: str | None, tmp_path: Path) -> None:
    found = one(tmp_path, sheet(body=f"事業内容\n\n{text}\n"))
    assert [iri.rpartition("/")[2] for iri in said(found, "establishedIn")] == ([year] if year else [])
    assert ("established" in about(found)) == (year is None)


@pytest.mark.parametrize(
    "head",
    [
        "104 別の事業 URL https://example.go.jp/b\n103 関係人口事業 URL https://example.go.jp/a",
        "104 別の事業 URL https://example.go.jp/b\n103 関係人口事業",
        "103 関係人口事業\n104 別の事業",
        "103 関係人口事業 URL https://example.go.jp/a\n本文の一行である。",
        "103 関係人口事業 https://example.go.jp/a",
        "103 関係人口事業 ①案内 URL https://example.go.jp/a",
        "103 関係\n人口事業 URL https://example.go.jp/a",
    ],
)
def test_a_title_that_is_not_sure_is_not_proposed(head: str, tmp_path: Path) -> None:
    found = one(tmp_path, sheet(title=head))
    assert found.name is None
    assert {"number", "head"} & about(found)


def test_a_page_without_its_headings_is_not_the_sheet_before(tmp_path: Path) -> None:
    lost = f" 104 別の事業 URL https://example.go.jp/b\n{ROW}\n{THEME}\n事業内容\n○令和４年度の事業創設以降である。\n"
    found = one(tmp_path, sheet(body="事業内容\n○本文である。") + lost)
    assert said(found, "plain").count("○令和４年度の事業創設以降である。") == 0
    assert not said(found, "establishedIn")
    (doubt,) = [doubt for doubt in found.doubts if doubt.about == "sheet"]
    assert doubt.place
    assert doubt.place.last == found.place.last


def test_two_theme_lines_on_a_page_are_told(tmp_path: Path) -> None:
    found = one(tmp_path, sheet(body=f"{THEME}\n事業内容\n○本文である。"))
    assert "sheet" in about(found)


def test_two_units_of_money_leave_none(tmp_path: Path) -> None:
    found = one(tmp_path, sheet(body="（千円）"))
    assert not said(found, "amount")
    assert "unit" in about(found)


def test_an_address_over_two_lines_is_no_shorter_address(tmp_path: Path) -> None:
    found = one(tmp_path, sheet(title="103 関係人口事業\nURL https://example.go.jp/long\n/path.html"))
    assert not said(found, "url")
    assert "link" in about(found)


def test_half_a_bracket_is_no_budget_less(tmp_path: Path) -> None:
    body = "（令和7年度予算案：10百万円） （令和7年度予算案\n：10百万円）"
    found = one(tmp_path, sheet(body=body))
    lines = TITLE.count("\n") + sheet(body=body).split("\n").index("：10百万円）") + 1
    assert any(doubt.place and doubt.place.first <= lines <= doubt.place.last for doubt in found.doubts)


def test_what_stands_below_an_unknown_column_is_told(tmp_path: Path) -> None:
    headings = HEADINGS.replace("公募時期", "公募時期 謎")
    found = one(tmp_path, sheet(head=headings))
    assert "columns" in about(found)


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\u2028", "\x0b", "\ufffd"])
def test_a_character_that_nobody_sees_is_told_with_its_line(character: str, tmp_path: Path) -> None:
    found = one(tmp_path, sheet(body=f"事業内容\n○本文{character}である。"))
    (doubt,) = [doubt for doubt in found.doubts if doubt.about == "text"]
    assert f"U+{ord(character):04X}" in doubt.en
    assert doubt.place
    assert doubt.place.first == doubt.place.last


def test_radicals_are_read_as_kanji_and_kept_as_printed(tmp_path: Path) -> None:
    printed = ROW.replace("力", "⼒").replace("自", "⾃").replace("立", "⽴").replace("方", "⽅")
    plain, found = one(tmp_path, sheet()), one(tmp_path, sheet(printed))
    assert said(found, "unitInCharge") == said(plain, "unitInCharge")
    assert any("地域⾃⽴応援課" in raw for raw in said(found, "raw"))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://user:secret@example.go.jp/",
        "https://example.go.jp/a b",
        "https://exa<mple.go.jp/>x",
        'https://example.go.jp/"x',
        "https://example.go.jp/x}y",
        "https://example.go.jp/\\u0041",
        "https://example.go.jp/%zz",
        "https://example.go.jp:99999/",
        "https://localhost/",
        "https://[::1]/",
        "data:text/html,x",
    ],
)
def test_what_is_no_clean_address_stays_raw(address: str, tmp_path: Path) -> None:
    found = one(tmp_path, sheet(title=f"103 関係人口事業\nURL {address}"))
    assert not said(found, "url")
    assert address in said(found, "raw")
    assert "link" in about(found)


@pytest.mark.parametrize("support", ["①ソフト③ハード", "③ソフト", "⑳㉑ソフト"])
def test_numbered_support_is_not_taken_for_funding(support: str, tmp_path: Path) -> None:
    found = one(tmp_path, sheet(ROW.replace("ソフト", support)))
    assert "notStated" not in {
        name.rpartition("#")[2]
        for node in found.nodes
        if "support" in node.iri
        for name, _ in node.statements
    }
    assert "measure" in about(found)


def test_a_telephone_before_the_unit_is_nobodys(tmp_path: Path) -> None:
    row = ROW.replace("総務省", "03-5253-8924\n総務省")
    assert not said(one(tmp_path, sheet(row)), "telephone")


@pytest.mark.parametrize(
    ("text", "weight"), [("目次\n1 事業\n", "settled"), (f"見出しのない\n{ROW}", "unresolved")]
)
def test_lines_before_the_first_sheet_are_told(text: str, weight: str, tmp_path: Path) -> None:
    found = one(tmp_path, f"{text} {sheet()}")
    (doubt,) = [doubt for doubt in found.doubts if doubt.about == "source"]
    assert doubt.weight.value == weight
    assert doubt.place
    assert (doubt.place.first, doubt.place.last) == (1, text.count("\n"))
