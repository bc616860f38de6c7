"""Every page type under axe in headless Chromium: each language and each colour scheme."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from kankei.release.reader import Release
from support.browser import ABSENT, EXECUTABLE, Browser
from support.paths import ROOT
from support.serving import Server, serving
from web.test_browser import PAGES

AXE = ROOT / "src" / "editor" / "node_modules" / "axe-core" / "axe.min.js"
REQUIRED = os.environ.get("KANKEI_EDITOR") == "required"
"""Set by `.ci/run`: what is missing then fails instead of being skipped."""
MISSING = "" if AXE.exists() else "axe-core is not installed: python src/editor/build.py"
MISSING = MISSING or ("" if EXECUTABLE else ABSENT)

pytestmark = pytest.mark.skipif(bool(MISSING) and not REQUIRED, reason=MISSING)

FURTHER_PAGES = {
    "nothing found": "search?q=xyzzy",
    "releases": "releases/",
    "folder": "dumps/",
    "alignments": "ns/alignments",
    "query result": "sparql?query=SELECT%20*%20%7B%20?s%20a%20?o%20%7D%20LIMIT%203",
    "query error": "sparql?query=SELECT",
}
VIEWS = [(360, "ja", False), (1280, "en", True)]
"""Width, language, dark: both of each in pairs, since colours and languages do not meet in a rule of axe."""
FIND = """
axe.run({ resultTypes: ['violations'] }).then(found => found.violations.map(v => v.id + ': ' +
  v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + ' ' + n.failureSummary).join(' | ')))
"""
UNFOLD = """
[...document.querySelectorAll('details')].slice(0, 12).forEach(each => { each.open = true; });
// One in a list has the form of the others, and each takes time: of long lists the first ones are read.
document.querySelectorAll('main, section, dl, ol, ul, tbody, details').forEach(list => {
  [...list.children].slice(30).forEach(each => { if (!each.querySelector('h2')) each.remove(); });
});
"""
"""What is folded away is read as well."""


@pytest.fixture(scope="module")
def site(seed_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("accessible")
    with serving(seed_release.path, folder, "--rate", "0", "--workers", "1") as server:
        yield server


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser.started(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.mark.parametrize(("width", "language", "dark"), VIEWS)
def test_axe_finds_no_violation_on_any_page_type(
    browser: Browser, site: Server, width: int, language: str, dark: bool
) -> None:
    browser.view(width, dark=dark)
    assert violations(browser, site, PAGES | FURTHER_PAGES, language) == {}


def test_axe_finds_no_violation_on_pages_of_the_review(
    browser: Browser, joint_release: Release, tmp_path: Path
) -> None:
    with serving(joint_release.path, tmp_path, "--rate", "0", "--workers", "1") as server:
        for width, language, dark in VIEWS:
            browser.view(width, dark=dark)
            assert violations(browser, server, {"project": "doc/project/31"}, language) == {}


def violations(
    browser: Browser, server: Server, pages: Mapping[str, str], language: str
) -> Mapping[str, object]:
    """What axe finds on pages, by their names."""
    axe, found = AXE.read_text(encoding="utf-8"), dict[str, object]()
    for name, path in pages.items():
        status = browser.open(f"{server.address}{path}{'&' if '?' in path else '?'}lang={language}")
        assert status == {"problem": 404, "query error": 400}.get(name, 200), name
        browser.run(UNFOLD)
        browser.run(axe)
        found[name] = browser.run(FIND)
    return {name: violation for name, violation in found.items() if violation}
