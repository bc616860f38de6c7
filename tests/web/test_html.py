"""The HTML of each page type, by html5lib: no parse error in either language."""

from urllib.parse import quote

import html5lib
import pytest

from support.client import BROWSER, Client
from web.test_page_types import PAGES


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_parses_without_errors(web: Client, name: str, language: str) -> None:
    path = quote(PAGES[name], safe="/?=&")
    answer = web.get(f"/{path}{'&' if '?' in path else '?'}lang={language}", BROWSER)
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(answer.text)
    assert [(place, code) for place, code, _ in parser.errors] == []
