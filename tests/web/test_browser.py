"""The site in headless Chromium: the officer's path by mouse and keyboard; nothing clipped or foreign."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from kankei.cli.further_stages import further_stages
from kankei.release.reader import Release
from support.browser import ABSENT, EXECUTABLE, Browser
from support.building import build_quickly, own_copy
from support.serving import Server, serving
from web.test_page_types import PAGES, PROGRAMME

pytestmark = pytest.mark.skipif(EXECUTABLE is None, reason=ABSENT)

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\\\"'`{{7*7}}"


@pytest.fixture(scope="module")
def site(seed_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("site")
    with serving(seed_release.path, folder, "--workers", "1") as server:
        yield server


def opened(browser: Browser, site: Server, address: str, language: str = "ja") -> int:
    mark = "&" if "?" in address else "?"
    return browser.open(f"{site.address}{address}{mark}lang={language}")


def text(browser: Browser, selector: str = "main") -> str:
    return " ".join(str(browser.run(f"document.querySelector('{selector}').innerText")).split())


def click(browser: Browser, words: str, within: str = "main") -> None:
    browser.follow(
        f"[...document.querySelectorAll('{within} a')].find(a => a.innerText.includes('{words}')).click()"
    )


def address(browser: Browser) -> str:
    return str(browser.run("location.pathname + location.search + location.hash"))


def test_the_officers_path(browser: Browser, site: Server) -> None:
    browser.view(360)
    opened(browser, site, "")
    browser.run("document.querySelector('main input[name=q]').value = '空家'")
    browser.follow("document.querySelector('main form[role=search] button').click()")
    assert "2 件見つかりました" in text(browser)
    click(browser, "支援施策", ".facets")
    click(browser, "国土交通省", ".facets")
    assert "1 件見つかりました" in text(browser)
    click(browser, "二地域居住等の促進", ".hits")
    assert "03-5253-8369" in text(browser, ".facts")
    browser.run("document.querySelector('#on').value = '2025-04-10'")
    browser.follow("document.querySelector('form.day button').click()")
    assert "募集中の可能性あり" in text(browser, ".state")
    assert text(browser, "p.tools") == "カレンダー（.ics）"
    calendar = browser.run(
        "fetch(document.querySelector('p.tools a').href).then(r => r.text()).catch(String)"
    )
    assert "VEVENT" in str(calendar) or "Failed to fetch" in str(calendar)  # the policy lets no script fetch
    assert len(PdfReader(io.BytesIO(browser.pdf())).pages) == 1


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("programme", ["two-region-living", "new-exchange-market"])
def test_a_programme_prints_on_one_page(
    browser: Browser, site: Server, programme: str, language: str
) -> None:
    opened(browser, site, f"doc/programme/{programme}", language)
    pages = PdfReader(io.BytesIO(browser.pdf())).pages
    assert len(pages) == 1
    printed = pages[0].extract_text()
    assert "03-5253-" in printed
    assert "https://w3id.org/kankei/id/programme/" in printed
    for control in ("別の日の状況を見る", "すべての記述", "Look at another day", "All statements"):
        assert control not in printed


def test_the_language_is_kept_over_five_pages(browser: Browser, site: Server) -> None:
    opened(browser, site, PROGRAMME)
    browser.follow("document.querySelector('.languages a').click()")
    steps = (
        "Ministry of Land",
        "Japan Tourism Agency",
        "Tourism Resources Division",
        "Creating new exchange",
    )
    for step in steps:
        assert browser.run("document.documentElement.lang") == "en"
        click(browser, step)
    assert browser.run("document.documentElement.lang") == "en"
    browser.follow("document.querySelector('.brand').click()")
    assert browser.run("document.documentElement.lang") == "en"


def test_evidence_leads_to_the_line_of_the_source(browser: Browser, site: Server) -> None:
    opened(browser, site, PROGRAMME)
    browser.follow(
        "[...document.querySelectorAll('.facts details.why a')].find(a => a.textContent === '126行').click()"
    )
    assert address(browser) == "/doc/source/sheets-103-106?lang=ja#line=125,126"
    assert "４月～５月頃" in str(browser.run("document.querySelector(':target').innerText"))


def test_a_link_to_a_folded_statement_opens_it(browser: Browser, site: Server) -> None:
    browser.open(f"{site.address}{PROGRAMME}?lang=ja#call-2025")
    assert browser.run("document.querySelector('#call-2025').checkVisibility()")


def test_the_whole_path_by_keyboard(browser: Browser, site: Server) -> None:
    browser.view(1280)
    opened(browser, site, "")
    browser.press("Tab")
    assert browser.run("document.activeElement.className") == "skip"
    for _ in range(20):
        browser.press("Tab")
        if browser.run("document.activeElement.name") == "q":
            break
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert browser.run(outline) == "solid"
    browser.type("二地域居住")
    browser.press("Enter", loads=True)
    assert "二地域居住等の促進" in text(browser, ".hits")
    for _ in range(60):
        browser.press("Tab")
        if browser.run("document.activeElement.closest('.hits') !== null"):
            break
    browser.press("Enter", loads=True)
    assert address(browser).startswith(f"/{PROGRAMME}")
    for _ in range(60):
        browser.press("Tab")
        if browser.run("document.activeElement.tagName") == "SUMMARY" and browser.run(
            "document.activeElement.closest('.why') !== null"
        ):
            break
    browser.press("Enter")
    assert browser.run("document.activeElement.parentElement.open")


def test_hostile_literals_are_text_on_every_page(browser: Browser, tmp_path: Path) -> None:
    inputs = own_copy(tmp_path)
    quoted = HOSTILE.replace("\\", "\\\\").replace('"', '\\"')
    for file in sorted(inputs.data.rglob("*.ttl")):
        lines = file.read_text(encoding="utf-8").split("\n")
        # What is printed has to stand in the source.
        texts = ("dct:title ", "skos:prefLabel ", "dct:description ", "kk:note ", "kk:ground ")
        for place, line in enumerate(lines):
            if line.strip().startswith(texts) and '"' in line:
                lines[place] = line.replace('"', f'"{quoted}', 1)
        file.write_text("\n".join(lines), encoding="utf-8")
    release = build_quickly(tmp_path / "releases", inputs, further=further_stages(inputs))
    folder = tmp_path / "server"
    folder.mkdir()
    with serving(release, folder, "--workers", "1") as server:
        shown = 0
        for name, path in PAGES.items():
            opened(browser, server, path.replace("空家", "alert"))
            assert (
                browser.run("document.querySelectorAll('main img, main script:not([type])').length") == 0
            ), name
            assert browser.complaints == [] or name == "problem"
            shown += "<script>alert(1)</script>" in str(browser.run("document.body.textContent"))
        assert shown > 8


def test_a_table_shown_as_cards_is_still_a_table(browser: Browser, site: Server) -> None:
    """Rows become blocks where there is little room; no role says again what the elements are."""
    browser.view(360)
    opened(browser, site, "programmes")
    tree = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = {node["role"]["value"] for node in tree if not node["ignored"]}
    assert {"table", "row", "rowheader", "cell"} <= roles
