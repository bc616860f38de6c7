"""The query editor in a browser: the policy, the keyboard, completion, the mark of an error, axe."""

import json
import os
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from kankei.release.reader import Release
from kankei.web.static_files import EDITOR, has_editor
from support.browser import ABSENT, EXECUTABLE, Browser
from support.paths import ROOT
from support.serving import Server, serving

REQUIRED = os.environ.get("KANKEI_EDITOR") == "required"
"""Set by `.ci/run`: what is missing then fails instead of being skipped."""
MISSING = "" if has_editor() else "the editor is not built: python src/editor/build.py"
MISSING = MISSING or ("" if EXECUTABLE else ABSENT)
AXE = ROOT / "src" / "editor" / "node_modules" / "axe-core" / "axe.min.js"

pytestmark = pytest.mark.skipif(bool(MISSING) and not REQUIRED, reason=MISSING)

SHADOW = "document.querySelector('.editor').shadowRoot"
CONTENT = f"{SHADOW}.querySelector('.cm-content')"
TEXT = "document.querySelector('textarea').value"
OPTIONS = f"[...{SHADOW}.querySelectorAll('[role=option]')].map(o => o.textContent)"


@pytest.fixture(scope="module")
def server(seed_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(
        seed_release.path, tmp_path_factory.mktemp("editor"), "--rate", "0", "--workers", "1"
    ) as running:
        yield running


def until(browser: Browser, condition: str) -> None:
    """Wait until an expression holds, frame by frame."""
    browser.run(
        f"""new Promise((resolve, reject) => {{ const end = Date.now() + 60000; (function look() {{
        if ({condition}) resolve(); else if (Date.now() > end) reject(new Error({json.dumps(condition)}));
        else requestAnimationFrame(look); }})(); }})"""
    )


def opened(browser: Browser, server: Server, query: str = "", language: str = "en") -> None:
    browser.view(1280)
    browser.open(f"{server.address}sparql?lang={language}" + (f"&query={quote(query)}" if query else ""))
    until(browser, "document.querySelector('.editor')")


def test_the_editor_stands_over_the_form_without_a_violation(browser: Browser, server: Server) -> None:
    opened(browser, server, "ASK { ?s ?p 'x' } # comment")
    assert browser.complaints == []
    assert all(address.startswith(server.address) for address in browser.requested)
    assert browser.run("document.querySelector('textarea').hidden")
    assert browser.run(f"{CONTENT}.textContent") == "ASK { ?s ?p 'x' } # comment"
    assert browser.run(f"{CONTENT}.getAttribute('aria-label')") == "Query"
    # Highlighted: the keyword has a colour of its own.
    colour = (
        f"getComputedStyle([...{CONTENT}.querySelectorAll('span')].find(s => s.textContent == 'ASK')).color"
    )
    light = browser.run(colour)
    assert light != browser.run(f"getComputedStyle({CONTENT}).color")
    browser.view(1280, dark=True)
    assert browser.run(colour) != light
    assert browser.complaints == []


def test_tab_leaves_the_editor_and_a_query_runs_by_keyboard(browser: Browser, server: Server) -> None:
    opened(browser, server)
    browser.run("document.querySelector('main a, main select')?.blur()")
    browser.run(f"{CONTENT}.focus()")
    browser.press("Tab")
    assert browser.run("document.activeElement.id") == "format"
    browser.run(f"{CONTENT}.focus()")
    browser.run("document.querySelector('.editor').shadowRoot.getSelection?.()")
    select_all(browser)
    browser.type("ASK { ?s a kk:Programme }")
    until(browser, f"{TEXT} == 'ASK {{ ?s a kk:Programme }}'")
    ctrl_enter(browser)
    # It lacks its prefix: the query stays, in the editor too, with the mark at its place.
    until(browser, "document.querySelector('.editor')")
    assert browser.status == 400
    assert browser.run(f"{CONTENT}.textContent") == "ASK { ?s a kk:Programme }"
    assert browser.run(f"{CONTENT}.querySelector('.cm-wrong').textContent") == "kk:Programme"
    assert browser.run(f"{CONTENT}.getAttribute('aria-invalid')") == "true"
    assert "line 1, columns 12 to 23" in browser.run(f"{SHADOW}.getElementById('error').textContent")
    browser.follow("[...document.querySelectorAll('a')].find(a => a.textContent == 'Add and run').click()")
    assert browser.run("document.querySelector('.answer').textContent") == "Yes (true)"
    assert browser.complaints == []


def test_a_completed_term_brings_its_prefix(browser: Browser, server: Server) -> None:
    opened(browser, server, "ASK {}", "ja")
    browser.run(f"{CONTENT}.focus()")
    select_all(browser)
    browser.type("ASK { ?s a kk:Prog")
    until(browser, f"{OPTIONS}.length")
    assert browser.run(f"{OPTIONS}[0]") == "kk:Programme支援施策"
    assert browser.run(f"{CONTENT}.getAttribute('aria-activedescendant')")
    # A just opened list takes no key for a moment, lest it take one that was meant for the text.
    browser.run("new Promise(resolve => setTimeout(resolve, 150))")
    browser.press("Enter")
    until(
        browser, f"{TEXT}.startsWith('PREFIX kk: <https://w3id.org/kankei/ns#>\\nASK {{ ?s a kk:Programme')"
    )
    assert sum(address.endswith("/sparql/vocabulary.json") for address in browser.requested) == 1
    select_all(browser)
    browser.type("ASK { ?s 府省")
    until(browser, f"{OPTIONS}.some(o => o.startsWith('kk:ministry'))")
    browser.press("Escape")
    until(browser, f"!{OPTIONS}.length")
    assert browser.complaints == []


def test_a_hostile_query_and_result_do_nothing(browser: Browser, server: Server) -> None:
    hostile = (
        'SELECT ("<img src=x onerror=alert(\'XSS\') >a" AS ?x) (IRI("javascript:alert(1)") AS ?y) {}'
        "# <img/src='x'/onerror='alert(8)'> <http://test.com'onclick=alert(123);'> "
        "</textarea><script>alert(1)</script>"
    )
    opened(browser, server, hostile)
    assert browser.complaints == []
    assert browser.run(TEXT) == hostile
    assert browser.run("document.querySelectorAll('main img, main script').length") == 0


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    "query", ["", "SELECT * { ?s kk:x 1 }", "CHART", "DESCRIBE <https://w3id.org/kankei/ns#kind>"]
)
def test_axe_finds_no_violation(browser: Browser, server: Server, query: str, dark: bool) -> None:
    if not AXE.exists():
        assert not REQUIRED
        pytest.skip("axe-core is not installed: python src/editor/build.py")
    chart = 'SELECT ?name ?n { VALUES (?name ?n) { ("a" 1) ("b"@ja 2) } }'
    opened(browser, server, chart if query == "CHART" else query, "ja" if dark else "en")
    browser.view(1280, dark=dark)
    browser.run(AXE.read_text(encoding="utf-8"))
    found = browser.run(
        "axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html + n.failureSummary)]))"
    )
    assert found == []


def select_all(browser: Browser) -> None:
    for kind in ("keyDown", "keyUp"):
        browser.call(
            "Input.dispatchKeyEvent",
            type=kind,
            key="a",
            code="KeyA",
            windowsVirtualKeyCode=65,
            modifiers=2,
            commands=["selectAll"] if kind == "keyDown" else [],
        )


def ctrl_enter(browser: Browser) -> None:
    browser.events.clear()
    for kind in ("keyDown", "keyUp"):
        browser.call(
            "Input.dispatchKeyEvent",
            type=kind,
            key="Enter",
            code="Enter",
            windowsVirtualKeyCode=13,
            modifiers=2,
        )
    browser.wait("Page.loadEventFired")


def test_the_page_works_where_the_script_does_not_load(browser: Browser, server: Server) -> None:
    browser.call("Network.setBlockedURLs", urls=[f"*{EDITOR}*"])
    try:
        browser.open(f"{server.address}sparql?lang=en&query=ASK%7B%7D")
        assert not browser.run("document.querySelector('textarea').hidden")
        browser.follow("document.querySelector('form.query button').click()")
        assert browser.run("document.querySelector('.answer').textContent") == "Yes (true)"
    finally:
        browser.call("Network.setBlockedURLs", urls=[])
