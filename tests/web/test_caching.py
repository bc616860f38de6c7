"""What is answered without work, and what work is given up: over HTTP, with an engine that counts."""

import asyncio
import gzip
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import zstandard
from starlette.types import Message

from kankei.engine.embedded.pool import EngineProcess, start_engine
from kankei.engine.embedded.store_access import StoreFiles
from kankei.engine.limits import Limits
from kankei.errors import KankeiError, MalformedQuery, Overloaded, TooSlow
from kankei.release.reader import Release
from kankei.settings import Settings
from kankei.web.app import create_app
from kankei.web.responses.response_cache import ResponseCache
from kankei.web.server_state import ServerState
from support.client import BROWSER, INLINE_JSON_LD, Client
from support.stub import BODY, StubEngine

LARGE = b'{"head":{"vars":["s"]},"results":{"bindings":[' + b" " * 5000 + b"]}}"
JSON = "application/sparql-results+json"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def address(query: str = "SELECT * {}", **parameters: str) -> str:
    return f"/sparql?{urlencode({'query': query, **parameters})}"


@pytest.fixture
def serve(seed_release: Release) -> Callable[..., Client]:
    def serve(engine: StubEngine, **settings: Any) -> Client:
        return Client(create_app(seed_release, engine, {}, ServerState(settings=Settings(**settings))))

    return serve


Serve = Callable[..., Client]


def test_a_result_is_made_once_for_each_operation_and_format(serve: Serve) -> None:
    engine = StubEngine()
    web = serve(engine)
    for _ in range(3):
        assert web.get(address(), JSON).content == BODY
    post = web.request("POST", "/sparql", JSON, FORM, urlencode({"query": "SELECT * {}"}).encode())
    assert post.content == BODY
    assert len(engine.asked) == 1
    for url, accept in (
        (address(), "text/csv"),
        (address("SELECT * { }"), JSON),
        (address(**{"default-graph-uri": "http://example.org/"}), JSON),
        (address(**{"named-graph-uri": "http://example.org/"}), JSON),
        (address(), BROWSER),
        (address(lang="en"), BROWSER),
    ):
        before = len(engine.asked)
        tags = [web.get(url, accept).headers["etag"] for _ in range(2)]
        assert tags[0] == tags[1]
        assert len(engine.asked) == before + 1


def test_a_page_of_another_engine_is_another_representation(serve: Serve) -> None:
    tags = list[str]()
    for identity in ("stub 1", "stub 2", "stub 1"):
        engine = StubEngine()
        engine.identity = identity
        tags.append(serve(engine).get("/doc/theme/related-population", BROWSER).headers["etag"])
    assert tags[0] == tags[2] != tags[1], "of many references each finds others first"


def test_a_client_that_has_a_result_is_told_so_before_any_work(serve: Serve) -> None:
    tag = serve(StubEngine()).get(address(), JSON).headers["etag"]
    engine = StubEngine()
    web = serve(engine)  # another process, which has never seen the query
    answer = web.get(address(), JSON, if_none_match=tag)
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert {"cache-control", "vary", "etag", "access-control-allow-origin"} <= answer.headers.keys()
    assert "content-type" not in answer.headers
    assert engine.asked == []
    assert web.get(address(), "text/csv", if_none_match=tag).status_code == 200
    engine.identity = "stub 2"
    assert web.get(address(), JSON, if_none_match=tag).status_code == 200


def test_a_result_tells_its_engine_and_columns_have_a_tag_of_their_own(serve: Serve) -> None:
    engine = StubEngine()
    web = serve(engine)
    answers = []
    for number, name in enumerate(("oxigraph", "columns", "remote", "")):
        engine.engine = name
        answers.append(web.get(address("SELECT * {}" + " " * number), JSON))
        assert answers[-1].headers.get("kankei-engine", "") == name
    assert "Kankei-Engine" in answers[0].headers["access-control-expose-headers"]
    tags = []
    for name in ("oxigraph", "columns"):
        engine = StubEngine()
        engine.engine = name
        web = serve(engine)
        answer = web.get(address(), JSON)
        tags.append(answer.headers["etag"])
        again = web.get(address(), JSON, if_none_match=tags[-1])
        assert (again.status_code, again.headers["etag"]) == (304, tags[-1])
        coded = web.raw("/sparql", [(b"accept", JSON.encode()), (b"accept-encoding", b"gzip")], query())
        assert (coded.status, len(engine.asked)) == (200, 1)
    assert tags[0] != tags[1]
    assert serve(engine).get(address(), JSON, if_none_match=tags[1]).status_code == 304


def test_a_star_matches_only_what_is_known_to_exist(serve: Serve) -> None:
    failing = StubEngine(error=MalformedQuery("no"))
    assert serve(failing).get(address(), JSON, if_none_match="*").status_code == 400
    web = serve(StubEngine())
    assert [web.get(address(), JSON, if_none_match="*").status_code for _ in range(2)] == [304, 304]


def test_each_coding_is_a_representation_with_a_tag_of_its_own(serve: Serve) -> None:
    engine = StubEngine(LARGE)
    web = serve(engine)
    plain = web.get(address(), JSON, accept_encoding="")
    tags = {plain.headers["etag"]}
    for coding, decode in (("gzip", gzip.decompress), ("zstd", zstandard.decompress)):
        for _ in range(2):
            raw = web.raw(
                "/sparql", [(b"accept", JSON.encode()), (b"accept-encoding", coding.encode())], query()
            )
            assert raw.headers["content-encoding"] == coding
            assert int(raw.headers["content-length"]) == len(raw.body) < len(LARGE)
            assert decode(raw.body) == LARGE
        tag = raw.headers["etag"]
        tags.add(tag)
        assert tag.startswith('"')
        for accepted in (coding, "gzip, zstd"):
            again = web.get(address(), JSON, if_none_match=tag, accept_encoding=accepted)
            assert again.status_code == 304
        # Who accepts no such coding any more cannot use what he has in it.
        assert web.get(address(), JSON, if_none_match=tag, accept_encoding="br").status_code == 200
    assert len(tags) == 3
    assert len(engine.asked) == 1
    assert "Accept-Encoding" in plain.headers["vary"]


def query(text: str = "SELECT * {}") -> bytes:
    return urlencode({"query": text}).encode()


def test_what_is_small_is_sent_as_it_is_unless_that_is_refused(serve: Serve) -> None:
    web = serve(StubEngine())
    assert "content-encoding" not in web.get(address(), JSON, accept_encoding="gzip").headers
    refused = web.get(address(), JSON, accept_encoding="gzip, identity;q=0")
    assert (refused.headers["content-encoding"], refused.content) == ("gzip", BODY)
    assert web.get(address(), JSON, accept_encoding="*;q=0").status_code == 406


@pytest.mark.parametrize("text", ["SELECT (NOW() AS ?x) {}", "SELECT (uuid() AS ?x) {}"])
def test_what_differs_each_time_is_neither_kept_nor_tagged(serve: Serve, text: str) -> None:
    engine = StubEngine(LARGE)
    web = serve(engine)
    answers = [web.get(address(text), JSON, accept_encoding="gzip", if_none_match="*") for _ in range(2)]
    assert len(engine.asked) == 2
    for answer in answers:
        assert answer.status_code == 200
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-encoding"] == "gzip"


def test_what_answers_a_post_cannot_be_asked_for_again(serve: Serve) -> None:
    web = serve(StubEngine())
    tag = web.get(address(), JSON).headers["etag"]
    headers = {**FORM, "if-none-match": tag}
    answer = web.request("POST", "/sparql", JSON, headers, query())
    assert (answer.status_code, answer.content) == (200, BODY)
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("error", [MalformedQuery("no"), TooSlow("no"), Overloaded("no")])
def test_errors_are_not_kept(serve: Serve, error: KankeiError) -> None:
    engine = StubEngine(error=error)
    web = serve(engine)
    for _ in range(2):
        answer = web.get(address(), JSON)
        assert answer.status_code >= 400
        assert answer.headers["cache-control"] == "no-store"
    assert len(engine.asked) == 2
    engine.error = None
    assert web.get(address(), JSON).content == BODY


def test_head_has_the_headers_of_get(serve: Serve) -> None:
    web = serve(StubEngine(LARGE), queries_per_minute=0)
    for accept_encoding in ("", "gzip"):
        headers = {"accept-encoding": accept_encoding}
        found = [web.request(method, address(), JSON, headers) for method in ("HEAD", "GET", "HEAD", "GET")]
        assert [len(answer.content) for answer in found] == [0, len(LARGE), 0, len(LARGE)]
        told = [{**answer.headers, "x-request-id": ""} for answer in found]
        assert told[0] == told[1] == told[2] == told[3]
        assert int(told[0]["content-length"]) > 0


def test_a_cache_of_no_bytes_keeps_nothing(serve: Serve) -> None:
    engine = StubEngine(LARGE)
    web = serve(engine, cache_bytes=0)
    for _ in range(2):
        assert web.get(address(), JSON, accept_encoding="gzip").content == LARGE
    assert len(engine.asked) == 2


def test_a_large_result_is_sent_in_pieces_and_whole(serve: Serve) -> None:
    body = b"x" * 1_000_001
    web = serve(StubEngine(body))
    raw = web.raw("/sparql", [(b"accept", b"text/csv")], query())
    assert (raw.body, raw.headers["content-length"]) == (body, "1000001")


Asking = Callable[[], Coroutine[Any, Any, None]]


class Browser:
    """A client of one request, which may hang up."""

    def __init__(self, web: Client, url: str = address()) -> None:
        self.web = web
        self.path, _, self.query = url.partition("?")
        self.hung_up = asyncio.Event()
        self.sent: list[Message] = []

    async def receive(self) -> Message:
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    async def ask(self) -> None:
        scope = {
            "type": "http",
            "method": "GET",
            "path": self.path,
            "query_string": self.query.encode(),
            "headers": [(b"accept", JSON.encode())],
            "client": ("192.0.2.1", 1),
        }
        await self.web.app(scope, self.receive, self.send)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])


def test_a_client_that_hangs_up_ends_its_query(serve: Serve) -> None:
    async def run() -> None:
        engine = StubEngine()
        engine.go.clear()
        browser = Browser(serve(engine))
        asking = asyncio.create_task(browser.ask())
        await engine.begun.wait()
        browser.hung_up.set()
        await asking
        await engine.given_up.wait()
        assert browser.sent == []

    asyncio.run(run())


def test_the_engine_is_free_again_once_a_client_has_hung_up(seed_release: Release) -> None:
    cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

    async def run(process: EngineProcess) -> None:
        pool = await process.connect()
        web = Client(create_app(seed_release, pool, {}))
        browser, other = Browser(web, address(cross)), Browser(web, address("ASK {}"))
        asking = asyncio.create_task(browser.ask())
        while not pool.status.fast:
            await asyncio.sleep(0)
        browser.hung_up.set()
        await asking
        assert pool.outcomes == {"Cancelled": 1}
        await other.ask()
        assert other.status == 200
        assert not pool.status.fast + pool.status.slow + pool.status.waiting
        pool.close()

    process = start_engine(StoreFiles.of(seed_release), Limits(workers=1, slow_workers=1, spares=0))
    asyncio.run(run(process))
    process.close()


def test_a_query_that_another_waits_for_goes_on(serve: Serve) -> None:
    async def run() -> None:
        engine = StubEngine()
        engine.go.clear()
        web = serve(engine)
        one, other = Browser(web), Browser(web)
        asking = [asyncio.create_task(browser.ask()) for browser in (one, other)]
        await engine.begun.wait()
        one.hung_up.set()
        await asking[0]
        engine.go.set()
        await asking[1]
        assert (one.sent, other.status, other.sent[1]["body"]) == ([], 200, BODY)
        assert len(engine.asked) == 1
        assert not engine.given_up.is_set()

    asyncio.run(run())


def test_a_query_with_little_time_is_not_the_same_as_one_with_more(serve: Serve) -> None:
    async def run() -> None:
        engine = StubEngine()
        engine.go.clear()
        web = serve(engine)
        browsers = [Browser(web, address()), Browser(web, address(timeout="0.2"))]
        asking = [asyncio.create_task(browser.ask()) for browser in browsers]
        while len(engine.asked) < 2:
            await engine.begun.wait()
            engine.begun.clear()
        engine.go.set()
        await asyncio.gather(*asking)
        assert {operation.timeout for operation in engine.asked} == {None, 0.2}

    asyncio.run(run())


def told(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("ratelimit")}


def test_only_work_is_counted_and_who_asks_too_much_is_told_when_to_come_back(serve: Serve) -> None:
    web = serve(StubEngine(), queries_per_minute=2)
    first = web.get(address(), JSON)
    assert told(first) == {"ratelimit-policy": '"queries";q=2;w=60', "ratelimit": '"queries";r=1;t=30'}
    for headers in ({}, {"if_none_match": first.headers["etag"]}):
        for _ in range(5):
            assert told(web.get(address(), JSON, **headers)) == {}
    assert web.get(address("ASK {}"), JSON).headers["ratelimit"].startswith('"queries";r=0')
    refused = web.get(address("ASK { }"), JSON)
    assert (refused.status_code, refused.json()["title"]) == (429, "Too Many Requests")
    assert "2 queries a minute" in refused.json()["detail"]
    assert 1 <= int(refused.headers["retry-after"]) <= 30
    assert refused.headers["ratelimit"].startswith('"queries";r=0')
    assert "RateLimit" in refused.headers["access-control-expose-headers"]
    assert web.get(address(), JSON).status_code == 200
    assert web.get("/doc/org/mlit", "text/turtle").status_code == 200


def test_what_failed_is_counted_too(serve: Serve) -> None:
    web = serve(StubEngine(error=MalformedQuery("no")), queries_per_minute=2)
    assert [web.get(address(), JSON).status_code for _ in range(3)] == [400, 400, 429]


def test_a_client_is_told_by_a_proxy_only_if_that_is_trusted(serve: Serve) -> None:
    for proxies, statuses in (((), [200, 429]), (("127.0.0.1",), [200, 200])):
        web = serve(StubEngine(), queries_per_minute=1, trusted_proxies=proxies)
        found = [
            web.get(address(f"ASK {{ {client} }}"), JSON, x_forwarded_for=f"192.0.2.{client}").status_code
            for client in (1, 2)
        ]
        assert found == statuses


def test_documents_are_kept_too(serve: Serve) -> None:
    web = serve(StubEngine())
    for accept in ("text/turtle", "application/ld+json", BROWSER):
        answers = [web.get("/doc/theme/related-population", accept, accept_encoding="gzip") for _ in range(3)]
        assert len({(answer.content, answer.headers["etag"]) for answer in answers}) == 1
        assert answers[0].headers["content-encoding"] == "gzip"
        assert answers[0].headers["cache-control"] == "public, max-age=0, s-maxage=60, must-revalidate"
        other = web.get("/doc/theme/related-population", accept, accept_encoding="")
        assert (other.content, "content-encoding" in other.headers) == (answers[0].content, False)
        assert other.headers["etag"] != answers[0].headers["etag"]


def test_what_is_pinned_and_what_is_chosen_tell_apart_what_they_depend_on(serve: Serve) -> None:
    web = serve(StubEngine())
    assert web.get("/doc/org/mlit.ttl", "text/turtle").headers["vary"] == "Accept-Profile, Accept-Encoding"
    chosen = web.get("/doc/org/mlit", "text/turtle")
    assert chosen.headers["vary"] == "Accept, Accept-Language, Accept-Profile, Accept-Encoding"


RELEASED = (
    *("/", "/catalog", "/.well-known/void", "/ns", "/shapes", "/report", "/context.jsonld"),
    *("/dumps/", "/tables", "/manifest.json", "/openapi.json", "/ns.jsonld"),
)


@pytest.mark.parametrize("path", RELEASED)
@pytest.mark.parametrize("accept", [BROWSER, f"{INLINE_JSON_LD}, */*;q=0.1"])
def test_what_follows_from_the_release_is_made_once(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, path: str, accept: str
) -> None:
    made: list[bytes] = []
    real = ResponseCache._make

    def make(self: ResponseCache, tag: str, work: Callable[[], Any]) -> Any:
        made.append(path.encode())
        return real(self, tag, work)

    monkeypatch.setattr(ResponseCache, "_make", make)
    web = serve(StubEngine(b'{"head":{"vars":["programme","property","value"]},"results":{"bindings":[]}}'))
    first, again = (web.get(path, accept, accept_encoding="gzip") for _ in range(2))
    assert (first.status_code, first.content) == (200, again.content)
    assert first.headers["content-encoding"] == "gzip"
    assert len(made) == 2  # as it is, and compressed
    plain = web.get(path, accept, accept_encoding="identity")
    assert (plain.content, len(made)) == (first.content, 2)
    for answer, coding in ((first, "gzip"), (plain, "identity")):
        tag = answer.headers["etag"]
        assert not tag.startswith("W/")
        assert "Accept-Encoding" in answer.headers["vary"]
        assert "s-maxage" in answer.headers["cache-control"]
        # Another process, which has made nothing yet, has nothing to make for a client that has it.
        made.clear()
        other = serve(StubEngine())
        known = other.get(path, accept, accept_encoding=coding, if_none_match=tag)
        assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
        assert made == []
    assert first.headers["etag"] != plain.headers["etag"]
    head = web.request("HEAD", path, accept, {"accept-encoding": "identity"})
    assert (head.content, head.headers["content-length"]) == (b"", str(len(plain.content)))


@pytest.fixture
def lexed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that were lexed in the process that speaks HTTP."""
    texts: list[str] = []

    def note(query: str) -> bool:
        texts.append(query)
        return False

    monkeypatch.setattr("kankei.engine.query.determinism.is_deterministic", note)
    return texts


def test_a_query_is_measured_then_charged_then_lexed(serve: Serve, lexed: list[str]) -> None:
    web = serve(StubEngine(), queries_per_minute=1, query_bytes=100)
    long = "SELECT (NOW() AS ?t) {} #" + "a" * 100
    assert [web.get(address(long), JSON).status_code for _ in range(3)] == [413] * 3
    assert not lexed
    asked = [f"SELECT (NOW() AS ?t{number}) {{}}" for number in range(3)]
    assert [web.get(address(query), JSON).status_code for query in asked] == [200, 429, 429]
    assert lexed == asked[:1], "a client beyond its rate has nothing lexed, and takes one token a query"


def test_a_cached_result_takes_no_token_although_its_query_had_to_be_lexed(serve: Serve) -> None:
    web = serve(StubEngine(), queries_per_minute=1)
    query = address("SELECT * { ?s ?p 'now()' }")
    assert [web.get(query, JSON, **spaced).status_code for spaced in ({}, {"if_match": "*"}, {})] == [200] * 3
    assert web.get(address("SELECT ?s {}"), JSON).status_code == 429


def test_a_request_with_too_many_parameters_is_refused(serve: Serve) -> None:
    web = serve(StubEngine())
    body = b"query=ASK{}" + b"&a" * 1000
    assert web.request("POST", "/sparql", JSON, FORM, body).status_code == 400
    assert web.request("POST", "/sparql", JSON, FORM, body[:-2]).status_code == 200
