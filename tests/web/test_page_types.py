"""Each page type in Chromium, both languages, light and dark: nothing clipped or foreign, axe, pictures."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kankei.release.reader import Release
from support.browser import ABSENT, EXECUTABLE, Browser
from support.paths import ROOT
from support.serving import Server, serving

AXE = ROOT / "src" / "editor" / "node_modules" / "axe-core" / "axe.min.js"
REQUIRED = os.environ.get("KANKEI_EDITOR") == "required"
"""Set by `.ci/run`: what is missing then fails instead of being skipped."""

pytestmark = pytest.mark.skipif(EXECUTABLE is None and not REQUIRED, reason=ABSENT)

PICTURES = os.environ.get("KANKEI_PICTURES")
"""A folder for pictures of all pages, if somebody wants to look at them."""
PROGRAMME = "doc/programme/two-region-living"
PAGES = {
    "home": "?on=2025-04-05",
    "search": "search?q=空家&on=2025-04-05",
    "programmes": "programmes",
    "programme": f"{PROGRAMME}?on=2025-04-05",
    "organisation": "doc/org/mlit",
    "concept": "doc/theme/related-population",
    "scheme": "doc/scheme/theme",
    "source": "doc/source/sheets-103-106",
    "year": "doc/fiscal-year/2025",
    "dataset": "doc/dataset",
    "catalogue": "catalog.html",
    "ontology": "ns",
    "shapes": "shapes",
    "report": "report",
    "pictures": "pictures?on=2025-04-05",
    "quality": "quality",
    "api": "api",
    "dumps": "dumps/",
    "sparql": "sparql",
    "problem": "nope",
}
FURTHER_PAGES = {
    "project": "doc/project/31",
    "nothing found": "search?q=xyzzy",
    "releases": "releases/",
    "columns": "columns/",
    "alignments": "ns/alignments",
    "query result": "sparql?query=SELECT%20*%20%7B%20?s%20a%20?o%20%7D%20LIMIT%203",
    "query error": "sparql?query=SELECT",
}
"""Those that have no text of the data, or none in a release without the budget review."""
STATUS = {"problem": 404, "query error": 400}
VIEWS = {"ja": [(360, False), (1280, True)], "en": [(1280, False), (360, True)]}
"""Widths, and whether dark, by language: each value with each of another."""
CLIPPED = """
[...document.querySelectorAll('body *')].filter(e => {
  const box = e.getBoundingClientRect();
  const scrolls = e.closest('.scroll, pre, .skip, details.menu, textarea, svg');
  return box.width > 0 && box.right > innerWidth + 1 && !scrolls;
}).map(e => e.outerHTML.slice(0, 80))
"""
UNFOLD = """
[...document.querySelectorAll('details')].slice(0, 12).forEach(each => { each.open = true; });
// One in a list has the form of the others, and each takes time: of long lists the first ones are read.
document.querySelectorAll('main, section, dl, ol, ul, tbody, details').forEach(list => {
  [...list.children].slice(30).forEach(each => { if (!each.querySelector('h2')) each.remove(); });
});
"""
"""What is folded away is read as well."""
FIND = """
axe.run({ resultTypes: ['violations'], %s }).then(found => found.violations.map(v => v.id + ': ' +
  v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + ' ' + n.failureSummary).join(' | ')))
"""
RULES = {False: "rules: {}", True: "runOnly: ['color-contrast', 'link-in-text-block']"}
"""By all rules where it is light; in the dark only colours differ, so that only these rules are asked."""


@pytest.fixture(scope="module")
def site(joint_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("site")
    with serving(joint_release.path, folder, "--rate", "0", "--workers", "1") as server:
        yield server


@pytest.mark.parametrize("language", VIEWS)
@pytest.mark.parametrize("name", PAGES | FURTHER_PAGES)
def test_each_page_fits_is_accessible_and_loads_nothing_foreign(
    browser: Browser, site: Server, name: str, language: str
) -> None:
    path = (PAGES | FURTHER_PAGES)[name]
    mark = "&" if "?" in path else "?"
    assert browser.open(f"{site.address}{path}{mark}lang={language}") == STATUS.get(name, 200)
    assert browser.run(f"document.documentElement.lang === '{language}'")
    for width, dark in VIEWS[language]:
        browser.view(width, dark=dark)
        assert browser.run(CLIPPED) == [], width
        assert browser.run("document.documentElement.scrollWidth <= innerWidth"), width
        assert browser.run("document.querySelector('header.site').offsetHeight < 64"), width
        if PICTURES:
            picture = f"{name.replace(' ', '-')}-{width}-{language}-{'dark' if dark else 'light'}.png"
            browser.screenshot(Path(PICTURES) / picture, longest=3000)
    assert all(url.startswith((site.address, "data:")) for url in browser.requested)
    assert browser.complaints == [] or name in STATUS
    if AXE.exists() or REQUIRED:
        browser.run(UNFOLD)
        browser.run(AXE.read_text(encoding="utf-8"))
        for width, dark in VIEWS[language]:
            browser.view(width, dark=dark)
            assert browser.run(FIND % RULES[dark]) == [], width


@pytest.mark.skipif(
    not AXE.exists() and not REQUIRED, reason="axe-core is not installed: python src/editor/build.py"
)
def test_axe_reads_what_the_tests_give_it(browser: Browser, site: Server) -> None:
    """The checks find faults that are there, by all rules and by those of colours."""
    browser.view(1280)
    browser.open(f"{site.address}api?lang=en")
    browser.run("document.querySelector('main').innerHTML += '<p id=x>pale text</p><img src=data:,>'")
    browser.run("document.querySelector('#x').attributeStyleMap.set('color', '#ddd')")
    browser.run(AXE.read_text(encoding="utf-8"))
    assert {str(each).partition(":")[0] for each in browser.run(FIND % RULES[False])} >= {
        "image-alt",
        "color-contrast",
    }
    assert [str(each).partition(":")[0] for each in browser.run(FIND % RULES[True])] == ["color-contrast"]
