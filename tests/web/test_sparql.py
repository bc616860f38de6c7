"""The SPARQL 1.1 Protocol over HTTP."""

import json
import re
import threading
import time
from html import escape, unescape
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest

from kankei.dataset.data_folder import packaged
from kankei.errors import EngineFailed, OutOfMemory, Overloaded, TooLarge, TooSlow
from kankei.release.reader import Release
from kankei.server.serve import read_examples
from kankei.settings import Settings
from kankei.web.app import create_app
from kankei.web.resources.query_examples import JOINT
from kankei.web.server_state import ServerState
from kankei.web.sparql import protocol
from kankei.web.sparql.protocol import parse_parameters
from support.client import BROWSER, Client
from support.stub import StubEngine

SELECT = "SELECT ?s WHERE { ?s a <https://w3id.org/kankei/ns#Programme> } ORDER BY ?s"
FORM = {"content-type": "application/x-www-form-urlencoded"}
DIRECT = {"content-type": "application/sparql-query"}
JSON = "application/sparql-results+json"


def get(web: Client, query: str, accept: str | None = None) -> bytes:
    answer = web.get(f"/sparql?{urlencode({'query': query})}", accept)
    assert answer.status_code == 200, answer.text
    return answer.content


def test_get_and_both_kinds_of_post_give_the_same(web: Client) -> None:
    by_get = get(web, SELECT, JSON)
    by_form = web.request("POST", "/sparql", JSON, FORM, urlencode({"query": SELECT}).encode())
    direct = web.request("POST", "/sparql", JSON, DIRECT, SELECT.encode())
    assert by_get == by_form.content == direct.content
    assert len(json.loads(by_get)["results"]["bindings"]) == 4


@pytest.mark.parametrize(
    ("query", "media_types"),
    [
        (SELECT, [JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"]),
        ("ASK { ?s ?p ?o }", [JSON, "application/sparql-results+xml"]),
        *(
            (
                query,
                [
                    *("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"),
                    *("application/trig", "application/n-quads", "text/n3"),
                ],
            )
            for query in (
                "CONSTRUCT WHERE { ?s a <https://w3id.org/kankei/ns#Programme> }",
                "DESCRIBE <https://w3id.org/kankei/id/org/mlit>",
            )
        ),
    ],
)
def test_every_form_in_every_format(web: Client, query: str, media_types: list[str]) -> None:
    for media_type in media_types:
        answer = web.get(f"/sparql?{urlencode({'query': query})}", media_type)
        assert answer.status_code == 200, media_type
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert answer.content
        if not query.startswith(("SELECT", "ASK")):
            rdf_format = ox.RdfFormat.from_media_type(media_type)
            assert list(ox.parse(answer.content, format=rdf_format))


def test_the_results_of_a_program_that_states_nothing_are_json(web: Client) -> None:
    assert json.loads(get(web, SELECT))["head"] == {"vars": ["s"]}
    assert json.loads(get(web, SELECT, "*/*"))["head"] == {"vars": ["s"]}


def test_a_form_may_be_posted_to_an_address_with_parameters(web: Client) -> None:
    count = urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}).encode()
    derived = urlencode({"default-graph-uri": "https://w3id.org/kankei/graph/derived"})

    def post(address: str, body: bytes = count, status: int = 200) -> bytes:
        answer = web.request("POST", f"/sparql?{address}", JSON, FORM, body)
        assert answer.status_code == status
        return answer.content

    assert post(derived) == post("", count + b"&" + derived.encode()) != post("")
    assert post("format=csv").startswith(b"n\r\n")
    assert post("format=csv", count + b"&format=json") == post("")
    assert b"several" in post("query=ASK%7B%7D", status=400)
    assert b"seconds" in post("timeout=soon", count + b"&timeout=2", status=400)


@pytest.mark.parametrize("path", ["/sparql", "/reconcile"])
def test_a_large_form_is_not_decoded_in_the_event_loop(
    web: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = dict[int, int]()

    def parse(encoded: bytes) -> dict[str, list[str]]:
        threads[len(encoded)] = threading.get_ident()
        return parse_parameters(encoded)

    monkeypatch.setattr(protocol, "parse_parameters", parse)
    body = b"queries=" + b"%61" * 100_000
    assert web.request("POST", path, None, FORM, body).status_code == 400
    assert threads[len(body)] != threading.get_ident()


def test_parameters_are_decoded_once(web: Client) -> None:
    query = 'SELECT ("100%25 a+b%2Bc" AS ?x) {}'
    for content in (
        get(web, query, JSON),
        web.request("POST", "/sparql", JSON, FORM, urlencode({"query": query}).encode()).content,
    ):
        assert json.loads(content)["results"]["bindings"][0]["x"]["value"] == "100%25 a+b%2Bc"


def test_the_protocols_dataset_names_graphs_of_the_release(web: Client) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"

    def n(**graphs: str) -> int:
        answer = web.get(f"/sparql?{urlencode({'query': count, **graphs})}", JSON)
        return int(answer.json()["results"]["bindings"][0]["n"]["value"])

    derived = n(**{"default-graph-uri": "https://w3id.org/kankei/graph/derived"})
    assert 0 < derived < n()
    assert n(**{"default-graph-uri": "file:///etc/passwd"}) == 0
    assert n(**{"named-graph-uri": "https://w3id.org/kankei/graph/derived"}) == 0


@pytest.mark.parametrize(
    ("method", "url", "headers", "content", "status", "says"),
    [
        ("GET", "/sparql?query=" + quote("SELECT * {\n ?s ?p }"), {}, b"", 400, "line 2, columns 2 to 8"),
        ("GET", "/sparql?query=" + quote("SELECT * { SERVICE <http://a/> {} }"), {}, b"", 400, "SERVICE"),
        ("GET", "/sparql?default", {}, b"", 400, "no graph store"),
        ("GET", "/sparql?graph=http://host.example/", {}, b"", 400, "no graph store"),
        ("GET", "/sparql?query=", {}, b"", 400, "error at"),
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", {}, b"", 400, "several"),
        ("GET", "/sparql?update=CLEAR%20ALL", {}, b"", 400, "no updates"),
        ("GET", "/sparql?query=INSERT%20DATA%20%7B%7D", {}, b"", 400, "no updates"),
        ("GET", "/sparql?query=%FF", {}, b"", 400, "UTF-8"),
        ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=x%20y", {}, b"", 400, "absolute IRI"),
        ("POST", "/sparql", FORM, b"update=CLEAR+ALL", 400, "no updates"),
        ("POST", "/sparql", FORM, b"", 400, "no query"),
        ("POST", "/sparql", FORM, b"query=\xff", 400, "UTF-8"),
        ("POST", "/sparql", DIRECT, b"\xff", 400, "UTF-8"),
        ("POST", "/sparql?query=ASK%7B%7D", DIRECT, b"ASK {}", 400, "several"),
        ("POST", "/sparql", {"content-type": "application/sparql-update"}, b"CLEAR ALL", 415, "sparql-query"),
        ("POST", "/sparql", {"content-type": "text/plain"}, b"ASK {}", 415, "sparql-query"),
        ("POST", "/sparql", {}, b"ASK {}", 415, "sparql-query"),
        ("POST", "/sparql", {"content-type": "application/sparql-query; charset=utf-16"}, b"A", 415, "UTF-8"),
        ("POST", "/sparql", DIRECT, b"#" * (1 << 20) + b"\nASK {}", 413, "bytes"),
        ("POST", "/sparql", DIRECT, b"ASK {} #" + b"a" * (128 << 10), 413, "131072 bytes"),
        ("GET", "/sparql?query=ASK%7B%7D&explain=yes", {}, b"", 400, "true or false"),
        ("GET", "/sparql?query=ASK%7B%7D&explain=true&explain=true", {}, b"", 400, "true or false"),
        ("GET", "/sparql?query=ASK%7B%7D%23" + "a" * 61_440, {}, b"", 414, "POST"),
        *(
            ("GET", f"/sparql?query=ASK%7B%7D&timeout={value}", {}, b"", 400, "seconds")
            for value in ("", "0", "0.0", "-1", "nan", "inf", "1e3", "ten", "1,5", "%EF%BC%91", "2&timeout=3")
        ),
    ],
)
def test_bad_input(
    web: Client, method: str, url: str, headers: dict[str, str], content: bytes, status: int, says: str
) -> None:
    answer = web.request(method, url, "application/json", headers, content)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert says in answer.json()["detail"]


def test_a_request_for_results_without_a_query_is_told_so(web: Client) -> None:
    answer = web.get("/sparql", JSON)
    assert answer.status_code == 400
    assert "no query" in answer.json()["detail"]


def test_a_graph_for_clients_that_name_a_format_of_solutions(web: Client) -> None:
    address = f"/sparql?{urlencode({'query': 'CONSTRUCT { ?s a ?o } { ?s a ?o } LIMIT 1'})}"
    assert web.get(address, JSON).headers["content-type"] == "application/ld+json"
    assert web.get(address, "application/sparql-results+xml").headers["content-type"] == "application/rdf+xml"
    assert web.get(address, "text/csv").status_code == 406


def test_an_explanation_is_text_and_made_each_time(web: Client) -> None:
    query = "SELECT ?x { ?x a ?c FILTER(?c != 1) } LIMIT 3"
    answer = web.get(f"/sparql?{urlencode({'query': query, 'explain': 'true'})}", JSON)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["kankei-engine"] in {"oxigraph", "columns"}
    assert answer.text.startswith(f"Engine: {answer.headers['kankei-engine']}\nBecause: ")
    assert "      Filter (?c != " in answer.text
    assert "etag" not in answer.headers
    body = urlencode({"query": query, "explain": "true"}).encode()
    assert web.request("POST", "/sparql", JSON, FORM, body).text.startswith("Engine: ")
    result = web.get(f"/sparql?{urlencode({'query': query, 'explain': 'false'})}", JSON)
    assert len(result.json()["results"]["bindings"]) == 3
    assert web.get("/sparql?query=SELECT&explain=true", JSON).status_code == 400


def test_a_client_may_ask_for_less_time_and_gets_no_more(web: Client) -> None:
    for seconds in ("0.5", "10", "100000"):
        assert web.get(f"/sparql?query=ASK%7B%7D&timeout={seconds}", JSON).status_code == 200
    cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    answer = web.get(f"/sparql?{urlencode({'query': cross, 'timeout': '0.05'})}", JSON)
    assert (answer.status_code, answer.json()["title"]) == (504, "Query Timed Out")
    assert "0.05" in answer.json()["detail"]
    body = urlencode({"query": cross, "timeout": "0.05"}).encode()
    assert web.request("POST", "/sparql", JSON, FORM, body).status_code == 504


def test_each_limit_is_told_in_one_sentence(seed_release: Release) -> None:
    for error, status, title in (
        (TooLarge("the result is too large"), 413, "Content Too Large"),
        (TooSlow("the query took too long"), 504, "Query Timed Out"),
        (OutOfMemory("the query wanted too much"), 507, "Query Out of Memory"),
        (Overloaded("too many wait", retry_after=3), 503, "Service Unavailable"),
        (EngineFailed("the engine broke"), 500, "Internal Server Error"),
    ):
        failing = Client(create_app(seed_release, StubEngine(error=error), {}))
        answer = failing.get("/sparql?query=ASK%7B%7D", JSON)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert (answer.json()["title"], answer.json()["detail"]) == (title, error.message)
        assert answer.headers.get("retry-after") == ("3" if status == 503 else None)
        head = failing.request("HEAD", "/sparql?query=ASK%7B%7D", JSON)
        assert (head.status_code, head.content) == (status, b"")
        assert head.headers["content-length"] == answer.headers["content-length"]


def test_relative_names_are_the_endpoints(web: Client) -> None:
    rows = json.loads(get(web, "SELECT (IRI(<id/dataset>) AS ?x) {}", JSON))["results"]["bindings"]
    assert rows[0]["x"]["value"] == "https://w3id.org/kankei/id/dataset"


def test_any_page_may_read_here_without_credentials(web: Client) -> None:
    asked = {"origin": "https://app.example", "access-control-request-method": "POST"}
    asked["access-control-request-headers"] = "content-type"
    preflight = web.request("OPTIONS", "/sparql", None, asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"].split(", ")
    assert "Content-Type" in preflight.headers["access-control-allow-headers"].split(", ")
    assert int(preflight.headers["access-control-max-age"]) > 0
    for answer in (preflight, web.get("/sparql?query=ASK%7B%7D", JSON), web.get("/sparql?query=x", JSON)):
        assert "access-control-allow-credentials" not in answer.headers
        exposed = set(answer.headers["access-control-expose-headers"].split(", "))
        assert {"ETag", "Retry-After", "RateLimit", "RateLimit-Policy"} <= exposed


@pytest.mark.parametrize("name", [b"accept", b"accept-language", b"accept-encoding", b"if-none-match"])
def test_a_header_of_ten_thousand_entries_costs_little(web: Client, name: bytes) -> None:
    long = b",".join(b"a/b%d;q=0.5" % number for number in range(10_000))
    started = time.process_time()
    for path in ("/sparql", "/doc/org/mlit"):
        assert web.raw(path, [(name, long)], b"query=ASK%7B%7D").status in {200, 406}
    assert time.process_time() - started < 0.5


def test_an_unacceptable_type_gets_the_list_for_its_form(web: Client) -> None:
    for query, accept, offered in ((SELECT, "text/turtle", "text/csv"), (SELECT, "image/png", JSON)):
        answer = web.get(f"/sparql?{urlencode({'query': query})}", accept)
        assert answer.status_code == 406
        assert offered in answer.json()["offered"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "FOO"])
def test_other_methods(web: Client, method: str) -> None:
    answer = web.request(method, "/sparql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")


def test_charset_of_a_query(web: Client) -> None:
    headers = {"content-type": 'Application/SPARQL-Query; Charset="UTF-8"'}
    answer = web.request("POST", "/sparql", JSON, headers, 'SELECT ("関係" AS ?x) {}'.encode())
    assert answer.json()["results"]["bindings"][0]["x"]["value"] == "関係"


def test_a_result_has_a_tag(web: Client) -> None:
    url = f"/sparql?{urlencode({'query': SELECT})}"
    tag = web.get(url, JSON).headers["etag"]
    assert web.get(url, JSON, if_none_match=tag).status_code == 304
    assert web.get(url, "text/csv", if_none_match=tag).status_code == 200


def test_a_browser_gets_a_form_with_the_examples(web: Client) -> None:
    page = web.get("/sparql", BROWSER)
    assert page.status_code == 200
    assert "<textarea" in page.text
    assert page.text.count('<li><a href="./sparql?query=') == 20
    filled = web.get("/sparql?example=09-budget-total", BROWSER)
    assert "SELECT" in filled.text


def test_a_browser_gets_a_table_that_says_when_it_is_not_the_whole(web: Client) -> None:
    page = web.get(f"/sparql?{urlencode({'query': 'SELECT * { ?s ?p ?o }', 'lang': 'en'})}", BROWSER).text
    assert "Only the first 500 are shown here" in page
    assert page.count("<tr>") == 501
    assert "format=csv" in page
    few = web.get(f"/sparql?{urlencode({'query': SELECT, 'lang': 'en'})}", BROWSER).text
    assert "Only the first" not in few
    for query, shown in (("ASK {}", "Yes (true)"), ("CONSTRUCT WHERE { ?s ?p ?o }", "kankei/ns#")):
        assert shown in web.get(f"/sparql?{urlencode({'query': query, 'lang': 'en'})}", BROWSER).text


def guidebook_examples() -> dict[str, str]:
    """The examples that need no other dataset than the guidebook's."""
    examples = read_examples(packaged().competency)
    return {name: text for name, text in examples.items() if not name.startswith(JOINT)}


def test_the_examples_are_asked_in_the_language_of_the_page(web: Client) -> None:
    japanese, english = (web.get(f"/sparql?lang={language}", BROWSER).text for language in ("ja", "en"))
    for name, text in guidebook_examples().items():
        first, second = (escape(line.removeprefix("# "), quote=False) for line in text.splitlines()[:2])
        assert (f">{first}</a>" in english, f">{second}</a>" in japanese) == (True, True), name
        assert f">{first}</a>" not in japanese


def test_a_page_of_a_very_large_result_shows_its_beginning(seed_release: Release) -> None:
    row = {"s": {"type": "uri", "value": "http://example.org/" + "a" * 10_000}}
    body = json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": [row] * 600}}, separators=(",", ":"))
    web = Client(create_app(seed_release, StubEngine(body.encode()), {}))
    page = web.get("/sparql?query=SELECT&lang=en", BROWSER).text
    assert page.count("<tr>") > 400
    assert "Only the first" in page
    assert "Rows: 600" not in page


def test_hostile_text_in_results_stays_text(web: Client) -> None:
    query = 'SELECT ("<script>alert(1)</script>" AS ?x) (IRI("javascript:alert(1)") AS ?y) {}'
    page = web.get(f"/sparql?{urlencode({'query': query})}", BROWSER).text
    assert "<script>" not in page
    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page


def test_a_format_may_be_named_in_the_address(web: Client) -> None:
    answer = web.get(f"/sparql?{urlencode({'query': SELECT, 'format': 'csv'})}", BROWSER)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_a_format_that_is_no_word_of_ours_is_left_to_the_header(web: Client) -> None:
    answer = web.get(
        f"/sparql?{urlencode({'query': SELECT, 'format': 'turtle', 'output': 'turtle'})}", "text/csv"
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_an_empty_form_begins_with_prefixes(web: Client) -> None:
    text = web.get("/sparql", BROWSER).text
    draft = unescape(text.partition("required>")[2].partition("</textarea>")[0])
    assert "PREFIX kk: <https://w3id.org/kankei/ns#>\n" in draft
    get(web, draft + SELECT.replace("<https://w3id.org/kankei/ns#Programme>", "kk:Programme"))


def test_an_example_runs_by_its_link_and_fills_the_box(web: Client) -> None:
    text = web.get("/sparql?lang=en", BROWSER).text
    links = [unescape(link) for link in re.findall(r'<li><a href="(\./sparql\?query=[^"]*)"', text)]
    examples = guidebook_examples()
    assert len(links) == len(examples) > 10
    for link, query in zip(links, examples.values(), strict=True):
        page = web.get(link.removeprefix("."), BROWSER)
        assert page.status_code == 200
        assert 'id="results"' in page.text
        assert unescape(page.text.partition("required>")[2].partition("</textarea>")[0]) == query


@pytest.mark.parametrize(("language", "words"), [("ja", "制限時間は"), ("en", "seconds (504 beyond)")])
def test_the_form_says_the_limits(seed_release: Release, language: str, words: str) -> None:
    app = Client(create_app(seed_release, StubEngine(), {}, ServerState(settings=Settings(timeout_s=7.5))))
    text = app.get(f"/sparql?lang={language}", BROWSER).text
    assert words in text
    assert "7.5" in text


@pytest.mark.parametrize(
    ("language", "refused", "offered"),
    [
        ("ja", "更新と SERVICE は受け付けません", "SERVICE で呼べるのは https://a.example/sparql だけです"),
        ("en", "no updates and no SERVICE", "SERVICE calls https://a.example/sparql only"),
    ],
)
def test_the_page_says_of_service_what_is_so(
    seed_release: Release, language: str, refused: str, offered: str
) -> None:
    settings = Settings(services=("https://a.example/sparql",))
    closed = Client(create_app(seed_release, StubEngine(), {}))
    open_ = Client(create_app(seed_release, StubEngine(), {}, ServerState(settings=settings)))
    for path in (f"/sparql?lang={language}", f"/sparql?lang={language}&query=SELECT+*+%7B%7D"):
        without, with_one = closed.get(path, BROWSER), open_.get(path, BROWSER)
        assert refused in without.text
        assert "a.example" not in without.text
        assert refused not in with_one.text
        assert offered in with_one.text
        # What a browser has of one is not the other.
        assert without.headers["etag"] != with_one.headers["etag"]


@pytest.mark.parametrize("services", [(), ("https://a.example/sparql",)])
@pytest.mark.parametrize(
    ("path", "accept"), [("/openapi.json", None), ("/sparql", "text/turtle"), ("/catalog", "text/turtle")]
)
def test_programs_are_told_of_service_what_is_so(
    seed_release: Release, services: tuple[str, ...], path: str, accept: str | None
) -> None:
    engine = StubEngine(b'{"head":{"vars":["graph","triples"]},"results":{"bindings":[]}}')
    web = Client(create_app(seed_release, engine, {}, ServerState(settings=Settings(services=services))))
    told = web.get(path, accept).text
    assert ("SERVICE is not offered (400)" in told) == (not services)
    assert ("SERVICE calls https://a.example/sparql only" in told) == bool(services)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        *(("03-5253-5392", True), ("2025-04-05", True), ("総務省", True), ("特定居住支援法人", True)),
        *(("特定居住支援法人等", False), ("a" * 16, True), ("a" * 17, False), ("a\nb", False)),
    ],
)
def test_a_short_value_stays_in_one_line(seed_release: Release, text: str, short: bool) -> None:
    rows = {"head": {"vars": ["v"]}, "results": {"bindings": [{"v": {"type": "literal", "value": text}}]}}
    web = Client(create_app(seed_release, StubEngine(json.dumps(rows).encode()), {}))
    page = web.get("/sparql?query=SELECT+*+%7B%7D", BROWSER)
    assert text in page.text
    assert ('<td class="short">' in page.text) == short
    assert "style=" not in page.text
    rule = re.search(r"table\.list \.short \.literal[^{]*\{([^}]*)\}", web.get("/static/style.css").text)
    assert rule
    assert "white-space: nowrap" in rule[1]


def test_another_origin_may_send_what_is_negotiated_and_conditional(web: Client) -> None:
    headers = web.request("OPTIONS", "/sparql").headers["access-control-allow-headers"].split(", ")
    assert {"Accept-Profile", "Accept-Language", "If-Match", "If-Modified-Since", "If-Range"} <= {*headers}


def test_what_takes_messages_offers_no_get(web: Client) -> None:
    assert web.request("OPTIONS", "/mcp").headers["allow"] == "POST, OPTIONS"
    answer = web.get("/mcp")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")
