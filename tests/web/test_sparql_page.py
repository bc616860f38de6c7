"""The page of queries without script: errors keep the query, results by name, pictures, hostile values."""

import json
import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from kankei.engine.operation import Form, Operation, QueryResult
from kankei.errors import OutOfMemory, TooSlow
from kankei.release.reader import Release
from kankei.web.app import create_app
from kankei.web.http.headers import COMMON_HEADERS
from kankei.web.sparql.result_terms import CELLS, result_terms
from kankei.web.static_files import EDITOR, read_static_files, static_file
from support.client import BROWSER, Client
from support.stub import StubEngine
from web.test_pages import Page

FORM = {"content-type": "application/x-www-form-urlencoded"}
HOSTILE = (
    "<img/src='x'/onerror='alert(8)'>",  # YASGUI #220
    "subs<img src=x onerror=alert('XSS') >a",  # YASGUI #221
    "<http://test.com'onclick=alert(123);'>",  # YASGUI #227
    "</textarea><script>alert(1)</script>",
    "</title></svg><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "{{ 7 * 7 }}{% raw %}",
    "\u202egnp.exe",
    "a\x00b\x0bc",
)


def ask(web: Client, query: str, language: str = "en", **parameters: str) -> str:
    return web.get(f"/sparql?{urlencode({'query': query, 'lang': language, **parameters})}", BROWSER).text


def kept_query(page: str) -> str:
    return unescape(page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0])


@pytest.mark.parametrize(
    ("query", "language", "words"),
    [
        ("SELECT * {\n ?s kk:x ?o }", "en", ["line 2, columns 5 to 8", "<mark>kk:x</mark>", "prefix kk: is"]),
        ("SELECT * {\n ?s kk:x ?o }", "ja", ["2行目の5～8文字目", "接頭辞「kk:」が宣言されていません"]),
        ("SELECT * { ?s dcterms:title ?o }", "en", ["dct: &lt;http://purl.org/dc/terms/&gt;", "Similar"]),
        ("SELECT * { ?s zzzz:title ?o }", "en", ["prefix zzzz: is not", "known prefixes below"]),
        ("SELCT * {}", "en", ["<mark>SELCT</mark>", "SELECT in place of SELCT", "line 1, columns 1 to 5"]),
        ("SELECT * { ?s ?p ?o", "en", ["Opening braces: 1; closing braces: 0", "expected"]),
        ("SELECT * { ?s ?p 'abc }", "ja", ["1行目の引用符が閉じていません"]),
        ("SELECT * { SERVICE <http://a/> {} }", "en", ["SERVICE"]),
        ("INSERT DATA { <a:b> <a:b> 1 }", "en", ["no updates"]),
        ("", "en", ["line 1, column 1"]),
    ],
)
def test_an_error_keeps_the_query_and_names_its_place(
    web: Client, query: str, language: str, words: list[str]
) -> None:
    answer = web.get(f"/sparql?{urlencode({'query': query, 'lang': language})}", BROWSER)
    assert answer.status_code == 400
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-language"] == language
    assert kept_query(answer.text) == query
    for word in words:
        assert word in answer.text
    assert 'aria-invalid="true" aria-describedby="error-place"' in answer.text
    page = Page(answer.text)
    assert (page.faults, len(page.ids)) == ([], len(set(page.ids)))


def test_an_explanation_stands_in_place_of_the_result(web: Client) -> None:
    query = 'SELECT ?x { ?x ?p "</pre><script>alert(1)</script>" }'
    for language, heading in (("en", "How the query is evaluated"), ("ja", "実行のしかた")):
        text = ask(web, query, language, explain="true")
        assert f'<h2 id="explanation">{heading}</h2>' in text
        assert "Engine: oxigraph" in text
        assert "<script>alert" not in text
        assert kept_query(text) == query
        assert 'name="explain" value="true" checked' in text
        page = Page(text)
        assert (page.faults, len(page.ids)) == ([], len(set(page.ids)))
    assert "<mark>SELCT</mark>" in ask(web, "SELCT * {}", explain="true")


def test_an_error_in_a_posted_form_keeps_the_query_and_its_dataset(web: Client) -> None:
    graph = "https://w3id.org/kankei/graph/derived"
    body = urlencode({"query": "SELECT nonsense", "default-graph-uri": graph, "timeout": "3"}).encode()
    answer = web.request("POST", "/sparql", BROWSER, FORM, body)
    assert (answer.status_code, kept_query(answer.text)) == (400, "SELECT nonsense")
    assert f'<input type="hidden" name="default-graph-uri" value="{graph}">' in answer.text
    assert '<input type="hidden" name="timeout" value="3">' in answer.text


def test_a_missing_prefix_is_added_by_a_link(web: Client) -> None:
    page = ask(web, "SELECT ?t { ?s a kk:Programme ; dct:title ?t }")
    link = next(href for href in Page(page).hrefs if "PREFIX+kk" in href)
    corrected = web.get(unescape(link).removeprefix("."), BROWSER)
    assert corrected.status_code == 200
    assert kept_query(corrected.text).startswith("PREFIX kk: <https://w3id.org/kankei/ns#>\nPREFIX dct: ")


@pytest.mark.parametrize("error", [TooSlow("the query took too long"), OutOfMemory("it wanted too much")])
def test_other_errors_keep_the_query_too(seed_release: Release, error: TooSlow | OutOfMemory) -> None:
    web = Client(create_app(seed_release, StubEngine(error=error), {}))
    answer = web.get("/sparql?query=SELECT+*+%7B+%7D&lang=en", BROWSER)
    assert (answer.status_code, kept_query(answer.text)) == (error.status, "SELECT * { }")
    assert error.message in answer.text
    assert web.get("/sparql?query=SELECT+*+%7B+%7D", "application/json").json()["detail"] == error.message


def test_results_are_shown_by_name_with_tags_and_datatypes(web: Client) -> None:
    living = "https://w3id.org/kankei/id/programme/two-region-living"
    query = f"SELECT * {{ VALUES ?x {{ <{living}> <{living}#budget-2025-initial> <http://e.example/x> }}"
    page = ask(web, f'{query} BIND("昨日"@ja AS ?tag) BIND(1.5 AS ?n) BIND(NOW() AS ?now) }}', "ja")
    assert '<a href="./doc/programme/two-region-living?lang=ja">二地域居住等の促進</a>' in page
    assert "programme/two-region-living</span>" in page
    # A part without a name of its own is called by its class and its document.
    assert ">予算額 ‹ 二地域居住等の促進</a>" in page
    assert '<a href="http://e.example/x">http://e.example/x</a>' in page
    # What all literals of a column have in common stands in its head.
    assert '<th scope="col">tag <span class="note-of-value">@ja</span></th>' in page
    assert '<th scope="col" class="number">n <span class="note-of-value">xsd:decimal</span></th>' in page
    assert page.count("@ja<") == 1
    mixed = ask(web, 'SELECT ?v { VALUES ?v { "a"@en "b"@ja "c" 1 } }')
    assert re.findall(r'note-of-value">([^<]*)<', mixed) == ["@en", "@ja", "xsd:integer"]
    assert '<span class="literal" lang="ja">b</span>' in mixed


def test_a_result_says_rows_time_link_and_formats(web: Client) -> None:
    query = "SELECT ?s { ?s a <https://w3id.org/kankei/ns#Programme> }"
    page = ask(web, query, **{"default-graph-uri": "https://w3id.org/kankei/graph/derived"})
    assert "Rows: 0." in page
    assert re.search(r"Evaluating it took \d+\.\d{3} s", page)
    hrefs = [href for href in Page(page).hrefs if href.startswith("./sparql?query=SELECT+%3Fs")]
    shared, *formats = (parse_qs(urlsplit(href).query) for href in hrefs[:5])
    assert shared == {"query": [query], "default-graph-uri": ["https://w3id.org/kankei/graph/derived"]}
    assert [address["format"] for address in formats] == [["json"], ["xml"], ["csv"], ["tsv"]]
    for href in hrefs[:5]:
        assert web.get(href.removeprefix("."), BROWSER).status_code == 200


@pytest.mark.parametrize(
    ("query", "hints"),
    [
        (
            "ASK { ?s kk:titel 1 ; a kk:Programm , kk:Programme }",
            [("kk:titel", "kk:title"), ("kk:Programm", "kk:Programme")],
        ),
        ("ASK { ?s kk:zzzzzz 'kk:titel' } # kk:titel", [("kk:zzzzzz", None)]),
        ("ASK { ?s kk:title 1 }", []),
    ],
)
def test_a_term_that_is_not_in_the_vocabulary_is_named(
    web: Client, query: str, hints: list[tuple[str, str | None]]
) -> None:
    page = ask(web, f"PREFIX kk: <https://w3id.org/kankei/ns#> {query}")
    named = re.findall(
        r'<p class="hint">The vocabulary has no term ([^<]*)\.(?: Similar ones: <code>([^<]*))?', page
    )
    assert [(name, similar or None) for name, similar in named] == hints


def test_a_graph_is_offered_in_its_formats_and_as_turtle(web: Client) -> None:
    page = ask(web, "DESCRIBE <https://w3id.org/kankei/id/org/mlit>", "ja")
    assert '<th scope="col">述語</th>' in page
    formats = re.findall(r"format=(\w+)\"", page)
    assert {"ttl", "nt", "rdf", "jsonld"} <= set(formats)
    assert "skos:prefLabel" in page.partition("<details>")[2]
    assert "国土交通省" in page


def test_the_time_taken_is_part_of_what_a_tag_names(web: Client) -> None:
    address = "/sparql?query=" + "ASK%7B%7D%23time"
    first, second = web.get(address, BROWSER), web.get(address, BROWSER)
    assert first.text == second.text
    assert first.headers["etag"] == second.headers["etag"]
    assert web.get(address, BROWSER, if_none_match=first.headers["etag"]).status_code == 304


def test_a_query_too_long_for_a_link_is_sent_by_post(web: Client) -> None:
    query = "ASK {} #" + "長" * 12_000
    body = urlencode({"query": query, "lang": "en"}).encode()
    answer = web.request("POST", "/sparql?lang=en", BROWSER, FORM, body)
    assert answer.status_code == 200
    assert 'method="post"' in answer.text
    assert "too long for a link" in answer.text
    assert "choose a format above" in answer.text
    assert kept_query(answer.text) == query


def test_numbers_by_name_are_drawn_as_bars(web: Client) -> None:
    query = """SELECT ?name ?amount ?change ?year { VALUES (?name ?amount ?change ?year) {
        ("a" 10 -5 2024) ("二地域居住等の促進の長い長い長い名前" 20 5 2025) ("c" UNDEF 1 2026) } }"""
    page = ask(web, query)
    charts = re.findall(r"<figure class=\"chart\">.*?</figure>", page, re.DOTALL)
    assert [re.findall(r"(\w+) by name", chart)[0] for chart in charts] == ["amount", "change"]
    assert charts[0].count("<rect") == 2
    assert "二地域居住等の促進の長い長い…</text>" in charts[0]
    assert "<title>二地域居住等の促進の長い長い長い名前: 20</title>" in charts[0]
    widths = [float(width) for width in re.findall(r'class="bar".*?width="([\d.]+)%"', charts[0])]
    assert widths[1] == 2 * widths[0] == 100
    (first, second, _) = re.findall(r'class="bar" x="([\d.]+)%".*?width="([\d.]+)%"', charts[1])
    assert float(first[0]) + float(first[1]) == float(second[0])
    assert 'role="img" aria-labelledby="chart-1"' in charts[0]
    assert '<a href="#table">' in charts[0]
    assert 'style="' not in page
    for other in ("SELECT ?a ?b { VALUES (?a ?b) { (1 2) } }", 'SELECT ?a { VALUES ?a { "a" "b" } }'):
        assert "<svg" not in ask(web, other)


def test_a_bound_of_a_picture_is_said(web: Client) -> None:
    numbers = " ".join(f"('n{number}' {number})" for number in range(40))
    assert "(the first 30 of 40 rows)" in ask(web, f"SELECT * {{ VALUES (?a ?b) {{ {numbers} }} }}")
    pairs = " ".join(f"(<http://a/{number}> <http://b/{number}>)" for number in range(50))
    query = f"CONSTRUCT {{ ?a <http://p> ?b }} {{ VALUES (?a ?b) {{ {pairs} }} }}"
    assert "(the first 20 of 50 statements)" in ask(web, query)


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?p kk:ministry ?m ; kk:latestBudget ?b } { ?p kk:ministry ?m ; kk:latestBudget ?b }",
        "SELECT ?p ?property ?o { VALUES ?property { kk:ministry kk:latestBudget } ?p ?property ?o }",
        "CONSTRUCT { ?p kk:ministry ?p . ?m kk:about ?p . ?p kk:about ?m } { ?p kk:ministry ?m }",
    ],
)
def test_statements_are_drawn_as_a_graph(web: Client, query: str) -> None:
    page = ask(web, f"PREFIX kk: <https://w3id.org/kankei/ns#> {query}")
    (graph,) = re.findall(r"<figure class=\"graph\">.*?</figure>", page, re.DOTALL)
    assert ">ministry</text>" in graph
    assert "<title>Promotion of two-region living</title>" in graph
    assert 'marker-end="url(#arrow)"' in graph
    assert "style=" not in page
    assert Page(page).faults == []


def test_three_columns_that_are_no_statements_are_not_drawn(web: Client) -> None:
    query = "SELECT ?p ?m ?t { ?p kk:ministry ?m ; kk:contactTelephone ?t }"
    assert "<svg" not in ask(web, f"PREFIX kk: <https://w3id.org/kankei/ns#> {query}")


@pytest.mark.parametrize(("rows", "count"), [(20, 20), (80, None)], ids=["whole", "beyond what is counted"])
def test_a_result_of_many_columns_is_shown_by_fewer_rows(rows: int, count: int | None) -> None:
    variables = [f"v{number}" for number in range(2000)]
    row = {name: {"type": "literal", "value": "1"} for name in variables}
    content = {"head": {"vars": variables}, "results": {"bindings": [row] * rows}}
    body = json.dumps(content, separators=(",", ":")).encode()
    terms = result_terms(QueryResult(Form.SOLUTIONS, "application/sparql-results+json", body))
    assert (len(terms.rows), terms.count, terms.complete) == (CELLS // 2000, count, False)


class HostileEngine(StubEngine):
    """Answers with a hostile value wherever an engine could hold one: names, IRIs, literals, tags, graphs."""

    def __init__(self, value: str, form: Form) -> None:
        super().__init__()
        self.value, self.form = value, form

    async def answer(self, operation: Operation) -> QueryResult:
        value = self.value
        terms: list[Mapping[str, object]] = [
            {"type": "uri", "value": value},
            {"type": "uri", "value": f"javascript:{value}"},
            {"type": "bnode", "value": value},
            {"type": "literal", "value": value, "xml:lang": value},
            {"type": "literal", "value": value, "datatype": value},
        ]
        variables = [value, "subject", "thing", "name", "property"]
        rows = [dict(zip(variables, terms[turn:] + terms[:turn], strict=True)) for turn in range(len(terms))]
        if self.form in operation.media_types and self.form is Form.TRIPLES:
            text = value.replace("\\", "").replace('"', "").replace("\x00", "").replace("\x0b", "")
            lines = f'<javascript:alert(1)> <data:text/html,x> "{text}"@en .\n<a:b> <vbscript:x> <a:c> .\n'
            return QueryResult(self.form, "application/n-triples", lines.encode())
        body = {"head": {"vars": variables}, "results": {"bindings": rows}}
        form = Form.SOLUTIONS
        return QueryResult(form, operation.media_types[form], json.dumps(body).encode())


@pytest.mark.parametrize("form", [Form.SOLUTIONS, Form.TRIPLES])
@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_stay_text(seed_release: Release, value: str, form: Form) -> None:
    web = Client(create_app(seed_release, HostileEngine(value, form), {}, static={}))
    answer = web.get(f"/sparql?{urlencode({'query': value, 'lang': 'en'})}", BROWSER)
    page = Page(answer.text)
    assert answer.status_code == 200
    assert not page.tags & {"script", "style", "iframe", "object", "embed", "base", "img"}
    assert not {name for name in page.attributes if name.startswith("on") or name == "style"}
    assert page.faults == []
    assert all(re.match(r"(https?://|\.{1,2}/|\?(query=[^&]*&)?lang=|#)", href) for href in page.hrefs)
    assert answer.headers["content-security-policy"] == COMMON_HEADERS["Content-Security-Policy"]
    assert kept_query(answer.text).replace("\r", "") == value


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_queries_stay_text_on_the_page_of_an_error(web: Client, value: str) -> None:
    parameters = {"query": f"SELECT {value}", "lang": "en", "default-graph-uri": value}
    answer = web.get(f"/sparql?{urlencode(parameters)}", BROWSER)
    page = Page(answer.text)
    assert answer.status_code == 400
    assert not page.tags & {"style", "iframe", "object", "embed", "base", "img"}
    assert answer.text.count("<script") == (EDITOR in read_static_files())
    assert not {name for name in page.attributes if name.startswith("on")}
    assert kept_query(answer.text).replace("\r", "") == f"SELECT {value}"


@pytest.mark.parametrize("has_editor", [True, False])
def test_only_a_page_with_the_editor_may_run_a_script(seed_release: Release, has_editor: bool) -> None:
    static = {EDITOR: static_file(b"1", "text/javascript; charset=utf-8")} if has_editor else {}
    web = Client(create_app(seed_release, StubEngine(), {}, static=static))
    common = COMMON_HEADERS["Content-Security-Policy"]
    own = f"{common}; script-src 'self'" if has_editor else common
    for address in ("/sparql", "/sparql?query=ASK%7B%7D"):
        answer = web.get(address, BROWSER)
        assert answer.headers.get_list("content-security-policy") == [own]
        assert ("<script src=" in answer.text) == has_editor
        again = web.get(address, BROWSER, if_none_match=answer.headers["etag"])
        assert (again.status_code, again.headers.get_list("content-security-policy")) == (304, [own])
    failing = Client(create_app(seed_release, StubEngine(error=TooSlow("slow")), {}, static=static))
    assert failing.get("/sparql?query=ASK", BROWSER).headers.get_list("content-security-policy") == [own]
    for address in ("/", "/catalog", "/nope"):
        assert web.get(address, BROWSER).headers.get_list("content-security-policy") == [common]
    assert "unsafe" not in own
    assert web.get(f"/static/{EDITOR}").status_code == (200 if has_editor else 404)
